"""Lines of a PDF to paragraphs, and, where nothing at all is ruled, to loose tables of labels and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.documents.pdf_layout import Box, Line
from parsers.documents.pdf_prose import Margins, paragraphs
from parsers.documents.text import flowed, label_and_values
from parsers.model import Block, GridCell, Place, Table


@dataclass(frozen=True, slots=True)
class _Row:
    """Everything printed at one level of a page."""

    page: int
    parts: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Its words from left to right."""
        return " ".join(part.text for part in self.parts)

    @property
    def place(self) -> Place:
        """Its page and box."""
        boxes: list[Box] = [part.box for part in self.parts]
        left, top, right, bottom = zip(*boxes, strict=True)
        edges = (min(left), min(top), max(right), max(bottom))
        return Place(
            page=self.page,
            box=(round(edges[0], 1), round(edges[1], 1), round(edges[2], 1), round(edges[3], 1)),
        )


def written(lines: Sequence[tuple[int, Line]], bounds: Margins, *, with_tables: bool) -> Iterator[Block]:
    """Paragraphs of lines, each with its page; ``with_tables``: and tables that only their words show."""
    if not with_tables:
        yield from paragraphs(lines, bounds)
        return
    rows = _rows(lines)
    start = position = 0
    while position < len(rows):
        end = flowed(rows, position)
        if end > position:
            yield from paragraphs(_lines(rows[start:position]), bounds)
            yield _table(rows[position:end])
            start = end
        position = max(end, position + 1)
    yield from paragraphs(_lines(rows[start:]), bounds)


def _rows(lines: Sequence[tuple[int, Line]]) -> list[_Row]:
    rows: list[_Row] = []
    for page, line in lines:
        if rows and rows[-1].page == page and rows[-1].parts[-1].row == line.row:
            rows[-1] = _Row(page, (*rows[-1].parts, line))
        else:
            rows.append(_Row(page, (line,)))
    return rows


def _lines(rows: Sequence[_Row]) -> list[tuple[int, Line]]:
    return [(row.page, part) for row in rows for part in row.parts]


def _table(rows: Sequence[_Row]) -> Table:
    cells = []
    for number, row in enumerate(rows):
        label, values = label_and_values(row.text)
        texts = [(0, label)] if label else []
        texts += enumerate(values, 1)
        cells += [GridCell(text, number, column, place=row.place) for column, text in texts]
    return Table(tuple(cells), rows[0].place, loose=True)

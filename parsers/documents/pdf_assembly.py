"""Sheets to a document: furniture removed, tables sewn over page breaks, lines joined into paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers.documents.pdf_furniture import Furniture
from parsers.documents.pdf_halves import halves
from parsers.documents.pdf_layout import Glyph, Grid, Line
from parsers.documents.pdf_loose import written
from parsers.documents.pdf_prose import Margins, margins
from parsers.documents.pdf_rules import Frame, lengthened, widened
from parsers.documents.pdf_sheet import Sheet
from parsers.documents.pdf_sheets import fill, text_lines
from parsers.documents.pdf_stitch import Piece, continues, piece, sew, table
from parsers.model import Block, Document, Problem, Text

HIGHEST_CELL = 160.0
"""Points: a higher frame of one cell is no title row of a table."""
MEDIA_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    items: tuple[Line | Grid, ...]
    """Top to bottom."""


def assemble(sheets: Sequence[Sheet], meta: Mapping[str, str], problems: Iterable[Problem] = ()) -> Document:
    """The document that the sheets show."""
    pages = list(_pages([part for sheet in sheets for part in halves(sheet)]))
    bounds = margins(item for page in pages for item in page.items if isinstance(item, Line))
    return Document(
        MEDIA_TYPE,
        tuple(_blocks(pages, bounds)),
        meta=meta,
        images=sum(sheet.pictures for sheet in sheets),
        problems=(*problems, *_doubts(sheets)),
    )


def _pages(sheets: Sequence[Sheet]) -> Iterator[_Page]:
    furniture = Furniture()
    runs = [furniture.see(part.glyphs, part.frames, page=part.page, height=part.height) for part in sheets]
    above: Frame | None = None
    for sheet, near_edges in zip(sheets, runs, strict=True):
        frames = [frame for frame in sheet.frames if not _is_border(frame, sheet.frames)]
        if frames and above:
            frames[0] = widened(frames[0], above)
        glyphs = furniture.strip(sheet.glyphs, near_edges, page=sheet.page)
        if frames:
            frames[-1] = _with_overflow(frames[-1], glyphs)
        grids, outside = fill(frames, glyphs, sheet.page)
        outside = [glyph for glyph in outside if 0 <= glyph.x0 + glyph.x1 <= 2 * sheet.width]
        items: list[Line | Grid] = [*text_lines(outside), *grids]
        yield _Page(sheet.page, tuple(sorted(items, key=_level)))
        above = frames[-1] if frames else None


def _with_overflow(frame: Frame, glyphs: Sequence[Glyph]) -> Frame:
    """The page's last frame, lengthened if all that stands below it has run out of its open cells."""
    if not frame.ragged:
        return frame
    below = sorted(
        (glyph for glyph in glyphs if glyph.top + glyph.bottom > 2 * frame.ys[-1]),
        key=lambda glyph: glyph.top,
    )
    reach = frame.ys[-1]
    for glyph in below:
        middle, height = (glyph.x0 + glyph.x1) / 2, glyph.bottom - glyph.top
        if glyph.top > reach + 1.5 * height or not any(start < middle < end for start, end in frame.ragged):
            return frame
        reach = max(reach, glyph.bottom)
    return lengthened(frame, reach)


def _is_border(frame: Frame, frames: Sequence[Frame]) -> bool:
    """Whether a frame of one cell is the border of a page, or a box around much text, and no part of a table."""
    if len(frame.slots) > 1:
        return False
    top, bottom = frame.ys[0], frame.ys[-1]
    return bottom - top > HIGHEST_CELL or any(
        other is not frame and top <= other.ys[0] and other.ys[-1] <= bottom for other in frames
    )


def _level(item: Line | Grid) -> float:
    return item.box[1] if isinstance(item, Grid) else item.row


def _blocks(pages: Sequence[_Page], bounds: Margins) -> Iterator[Block]:
    ruled = any(isinstance(item, Grid) and len(item.xs) > 2 for page in pages for item in page.items)
    lines: list[tuple[int, Line]] = []
    sewn: Piece | None = None
    for page in pages:
        for index, item in enumerate(page.items):
            if isinstance(item, Line):
                yield from _finished(sewn)
                sewn = None
                lines.append((page.number, item))
                continue
            yield from written(lines, bounds, with_tables=not ruled)
            lines = []
            if sewn and not index and continues(sewn, item):
                sewn = sew(sewn, item)
                continue
            yield from _finished(sewn)
            sewn = piece(item)
    yield from _finished(sewn)
    yield from written(lines, bounds, with_tables=not ruled)


def _finished(sewn: Piece | None) -> Iterator[Block]:
    """A table; a box around a text is that text; a frame without any text is nothing."""
    if sewn is None or not any(cell.text for cell in sewn.cells):
        return
    if len(sewn.cells) == 1:
        cell = sewn.cells[0]
        yield Text(cell.text, cell.place)
        return
    yield table(sewn)


def _doubts(sheets: Sequence[Sheet]) -> Iterator[Problem]:
    glyphs, unmapped = sum(sheet.characters for sheet in sheets), sum(sheet.unmapped for sheet in sheets)
    scans = [sheet.page for sheet in sheets if sheet.scan and sheet.characters < 20]
    if scans:
        yield Problem(
            "scanned", _spelt(scans), "pictures of text without a text layer; needs character recognition"
        )
    elif not glyphs:
        yield Problem("no_text", "document", "the pages hold no text")
    if unmapped:
        share = unmapped / glyphs
        message = f"{share:.1%} of the characters ({unmapped} of {glyphs}) have no known meaning in this PDF's fonts"
        yield Problem("unreadable_text", _spelt([s.page for s in sheets if s.unmapped]), message)


def _spelt(numbers: Sequence[int]) -> str:
    """``page 3``, or ``pages 3-5, 8``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return ("page " if len(numbers) == 1 else "pages ") + ", ".join(names)

"""Joins tables that pages cut: rows cut in two, merged cells that go on, headings printed again.

A join must be shown by the drawing; where it is not, both halves stay as they are, and no label is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.documents.pdf_layout import DrawnCell, Grid, wide
from parsers.model import GridCell, Place, Table

NEAR = 4.5
"""Points within which lines of two pages count as the same column's edge."""

_NUMBERED = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．，,]|^第[一二三四五六七八九十百]+[条项章]")
_FIGURE = re.compile(r"^[\s\d.,，．+＋\-－−—–/／%％０-９件条项万亿元个次人宗无]+$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A table as far as it has been sewn: ``xs`` are its columns' edges, ``rows`` their number."""

    xs: tuple[float, ...]
    rows: int
    cells: tuple[GridCell, ...]
    open_bottom: bool
    full: frozenset[GridCell]
    """Cells whose text may go on on the next page."""


def piece(grid: Grid) -> Piece:
    """A table's first part."""
    pairs = [(_placed(cell, grid.page), cell.full) for cell in grid.cells]
    return Piece(
        grid.xs,
        len(grid.ys) - 1,
        tuple(cell for cell, _ in pairs),
        grid.open_bottom,
        frozenset(cell for cell, full in pairs if full),
    )


def _placed(cell: DrawnCell, page: int) -> GridCell:
    x0, top, x1, bottom = (round(edge, 1) for edge in cell.box)
    place = Place(page=page, box=(x0, top, x1, bottom))
    return GridCell(cell.text, cell.row, cell.column, cell.rowspan, cell.colspan, place)


def table(sewn: Piece) -> Table:
    """The finished table; its place is that of its part on the first page."""
    page = sewn.cells[0].place.page
    boxes = [cell.place.box for cell in sewn.cells if cell.place.page == page and cell.place.box]
    left, top, right, bottom = zip(*boxes, strict=True)
    return Table(sewn.cells, Place(page=page, box=(min(left), min(top), max(right), max(bottom))))


def continues(above: Piece, grid: Grid) -> bool:
    """Whether a grid at the top of a page has the columns of the table that ended the page before."""
    below = grid.xs
    if abs(above.xs[0] - below[0]) > NEAR or abs(above.xs[-1] - below[-1]) > NEAR:
        return False
    shared = sum(any(abs(x - other) <= NEAR for other in below) for x in above.xs[1:-1])
    fewer = min(len(above.xs), len(below)) - 2
    return 2 * shared >= fewer


def sew(above: Piece, grid: Grid) -> Piece:
    """The table with its next part."""
    xs = _merged(above.xs, grid.xs)
    upper = _shifted(above, xs)
    lower = _shifted(piece(grid), xs)
    lower = _without_heading(upper, lower)
    if not lower.rows:
        return replace(upper, open_bottom=grid.open_bottom)
    ends, starts = _by_span(upper, upper.rows - 1), _by_span(lower, 0)
    if _cut_row(ends, starts, upper, both_open=above.open_bottom and grid.open_top):
        return _laid(upper, lower, _pairs(ends, starts), overlap=1)
    pairs = [
        pair
        for pair in _pairs(ends, starts)
        if _goes_on(*pair, upper, same_rows=ends.keys() == starts.keys())
    ]
    return _laid(upper, lower, pairs, overlap=0)


def _merged(first: Sequence[float], second: Sequence[float]) -> tuple[float, ...]:
    xs = list(first)
    xs.extend(x for x in second if not any(abs(x - other) <= NEAR for other in first))
    return tuple(sorted(xs))


def _shifted(part: Piece, xs: tuple[float, ...]) -> Piece:
    """The same cells counted in the columns of the joined table."""
    index = [min(range(len(xs)), key=lambda at, x=x: abs(xs[at] - x)) for x in part.xs]  # type: ignore[misc]
    moved = {
        cell: replace(
            cell, column=index[cell.column], colspan=index[cell.column + cell.colspan] - index[cell.column]
        )
        for cell in part.cells
    }
    return replace(
        part, xs=xs, cells=tuple(moved.values()), full=frozenset(moved[cell] for cell in part.full)
    )


def _without_heading(upper: Piece, lower: Piece) -> Piece:
    """Leaves out the rows at the top that repeat the table's first rows."""
    repeated = 0
    for row in range(min(upper.rows, lower.rows)):
        words = _words(lower, row)
        if words != _words(upper, row) or not any(
            text and not _FIGURE.match(text) for _, _, _, text in words
        ):
            break
        repeated = row + 1
    while any(cell.row < repeated < cell.row + cell.rowspan for cell in lower.cells):
        repeated -= 1
    if not repeated:
        return lower
    kept = {cell: replace(cell, row=cell.row - repeated) for cell in lower.cells if cell.row >= repeated}
    full = frozenset(kept[cell] for cell in lower.full if cell in kept)
    return replace(lower, rows=lower.rows - repeated, cells=tuple(kept.values()), full=full)


def _words(part: Piece, row: int) -> list[tuple[int, int, int, str]]:
    return [(c.column, c.colspan, c.rowspan, c.text) for c in part.cells if c.row == row]


def _by_span(part: Piece, row: int) -> dict[tuple[int, int], GridCell]:
    """(first column, columns) to the cell that covers the row there."""
    return {(c.column, c.colspan): c for c in part.cells if c.row <= row < c.row + c.rowspan}


def _pairs(
    ends: dict[tuple[int, int], GridCell], starts: dict[tuple[int, int], GridCell]
) -> list[tuple[GridCell, GridCell]]:
    return [(cell, starts[span]) for span, cell in ends.items() if span in starts]


def _cut_row(
    ends: dict[tuple[int, int], GridCell],
    starts: dict[tuple[int, int], GridCell],
    upper: Piece,
    *,
    both_open: bool,
) -> bool:
    """Whether the last row above and the first row below are the halves of one row."""
    pairs = _pairs(ends, starts)
    if ends.keys() != starts.keys() or any(_clash(first, second) for first, second in pairs):
        return False
    if not any(second.text for _, second in pairs) or not any(first.text for first, _ in pairs):
        return any(second.text for _, second in pairs) is False and _all_single(pairs)
    if any(second.text and _NUMBERED.match(second.text) and first.text for first, second in pairs):
        return False
    if both_open:
        return True
    figures_above = any(first.text and _FIGURE.match(first.text) for first, _ in pairs)
    figures_below = any(second.text and _FIGURE.match(second.text) for _, second in pairs)
    if figures_above and figures_below:
        return False
    labels = [(first, second) for first, second in pairs if _label(first) or _label(second)]
    return all(not second.text or not first.text or first in upper.full for first, second in labels) and (
        figures_above or any(first.text and not second.text for first, second in labels) or bool(labels)
    )


def _all_single(pairs: list[tuple[GridCell, GridCell]]) -> bool:
    return all(second.rowspan == 1 for _, second in pairs)


def _clash(first: GridCell, second: GridCell) -> bool:
    """Whether both halves say something and one of them is a figure: then they are two cells."""
    return bool(first.text and second.text and (_FIGURE.match(first.text) or _FIGURE.match(second.text)))


def _label(cell: GridCell) -> bool:
    return bool(cell.text) and not _FIGURE.match(cell.text)


def _goes_on(first: GridCell, second: GridCell, upper: Piece, *, same_rows: bool) -> bool:
    """Whether a merged cell goes on below the break."""
    if same_rows and first.rowspan == 1 and second.rowspan == 1:
        return False
    if any(cell.text and _FIGURE.match(cell.text) for cell in (first, second)):
        return False
    if first.text and second.text:
        return first in upper.full and not _NUMBERED.match(second.text)
    return bool(first.text or second.text)


def _laid(upper: Piece, lower: Piece, pairs: list[tuple[GridCell, GridCell]], *, overlap: int) -> Piece:
    """Both parts as one, the cells of each pair made one cell; ``overlap`` rows are the same in both."""
    shift = upper.rows - overlap
    lower_of = dict(pairs)
    joined = {second for _, second in pairs}
    cells = [_one(cell, lower_of[cell], overlap) if cell in lower_of else cell for cell in upper.cells]
    moved = {cell: replace(cell, row=cell.row + shift) for cell in lower.cells if cell not in joined}
    full = frozenset(moved[cell] for cell in lower.full if cell in moved)
    return Piece(upper.xs, shift + lower.rows, (*cells, *moved.values()), lower.open_bottom, full)


def _one(first: GridCell, second: GridCell, overlap: int) -> GridCell:
    glue = "" if not first.text or not second.text or wide(first.text[-1]) or wide(second.text[0]) else "\n"
    place = first.place if first.text or not second.text else second.place
    return replace(
        first,
        text=first.text + glue + second.text,
        rowspan=first.rowspan + second.rowspan - overlap,
        place=place,
    )

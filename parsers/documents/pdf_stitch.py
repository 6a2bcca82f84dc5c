"""Sews tables together that pages cut: rows cut in two, merged cells that go on, headings printed again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.documents.pdf_breaks import Seam, Sewn, cut_row, is_label, merged_cells
from parsers.documents.pdf_layout import DrawnCell, Grid
from parsers.model import GridCell, Place, Table, make, on_page

NEAR = 4.5
"""Points within which lines of two pages count as the same column's edge."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A table as far as it has been sewn: ``xs`` are its columns' edges, ``rows`` their number."""

    xs: tuple[float, ...]
    rows: int
    cells: tuple[DrawnCell, ...]
    open_bottom: bool


def piece(grid: Grid) -> Piece:
    """A table's first part."""
    return Piece(grid.xs, len(grid.ys) - 1, grid.cells, grid.open_bottom)


def table(sewn: Piece) -> Table:
    """The finished table; its place is that of its part on the first page."""
    cells = _without_empty_rows(sewn)
    page = cells[0].page
    left, top, right, bottom = zip(*[cell.box for cell in cells if cell.page == page], strict=True)
    box = (round(min(left), 1), round(min(top), 1), round(max(right), 1), round(max(bottom), 1))
    drawn = [
        make(GridCell, (text, row, column, rowspan, colspan, on_page(at, edges)))
        for text, row, column, rowspan, colspan, at, edges, _, _ in cells
    ]
    return Table(tuple(drawn), Place(page=page, box=box))


def _without_empty_rows(sewn: Piece) -> list[DrawnCell]:
    """The cells without rows in which nothing at all begins: the space between double rules, mostly."""
    said = {cell.row for cell in sewn.cells if cell.text}
    if len(said) == sewn.rows:
        return list(sewn.cells)
    kept = [sum(row in said for row in range(end)) for end in range(sewn.rows + 1)]
    ends = ((cell, kept[cell.row], kept[cell.row + cell.rowspan]) for cell in sewn.cells)
    return [
        cell.at(start, cell.column, end - start, cell.colspan) for cell, start, end in ends if end > start
    ]


def continues(above: Piece, grid: Grid) -> bool:
    """Whether a grid at the top of a page has the columns of the table that ended the page before."""
    below = _aligned(grid, above)
    if abs(above.xs[0] - below[0]) > NEAR or abs(above.xs[-1] - below[-1]) > NEAR:
        return False
    shared = sum(any(abs(x - other) <= NEAR for other in below) for x in above.xs[1:-1])
    fewer = min(len(above.xs), len(below)) - 2
    return 2 * shared >= fewer


def _aligned(grid: Grid, above: Piece) -> tuple[float, ...]:
    """The grid's columns; as those above where only the margin differs: mirrored pages, or two on one sheet."""
    shift = above.xs[0] - grid.xs[0]
    same_width = abs(above.xs[-1] - grid.xs[-1] - shift) < NEAR
    return tuple(x + shift for x in grid.xs) if same_width and abs(shift) > NEAR else grid.xs


def sew(above: Piece, grid: Grid) -> Piece:
    """The table with its next part."""
    grid = replace(grid, xs=_aligned(grid, above))
    xs = _merged(above.xs, grid.xs)
    upper = _shifted(above, xs)
    lower = _without_heading(upper, _shifted(piece(grid), xs))
    if not lower.rows:
        return replace(upper, open_bottom=grid.open_bottom)
    ends, starts = _by_span(upper, upper.rows - 1), _by_span(lower, 0)
    seams = [Seam(cell, starts[span]) for span, cell in ends.items() if span in starts]
    same_rows = ends.keys() == starts.keys()
    if same_rows and (row := cut_row(seams, both_open=above.open_bottom and grid.open_top)):
        return _laid(upper, lower, row, overlap=1)
    return _laid(upper, lower, merged_cells(seams, same_rows=same_rows), overlap=0)


def _merged(first: Sequence[float], second: Sequence[float]) -> tuple[float, ...]:
    xs = list(first)
    xs.extend(x for x in second if not any(abs(x - other) <= NEAR for other in first))
    return tuple(sorted(xs))


def _shifted(part: Piece, xs: tuple[float, ...]) -> Piece:
    """The same cells counted in the columns of the joined table."""
    if part.xs == xs:
        return part
    index = [_nearest(xs, x) for x in part.xs]
    if index == list(range(len(xs))):
        return replace(part, xs=xs)
    ends = ((cell, index[cell.column], index[cell.column + cell.colspan]) for cell in part.cells)
    cells = tuple(cell.at(cell.row, low, cell.rowspan, high - low) for cell, low, high in ends)
    return replace(part, xs=xs, cells=cells)


def _nearest(xs: Sequence[float], x: float) -> int:
    at = bisect_left(xs, x)
    return at - 1 if at == len(xs) or (at and x - xs[at - 1] <= xs[at] - x) else at


def _without_heading(upper: Piece, lower: Piece) -> Piece:
    """Leaves out the rows at the top that repeat the table's first rows."""
    repeated = 0
    for row in range(min(upper.rows, lower.rows)):
        words = _words(lower, row)
        if words != _words(upper, row) or not any(is_label(text) for _, _, _, text in words):
            break
        repeated = row + 1
    while repeated and any(cell.row < repeated < cell.row + cell.rowspan for cell in lower.cells):
        repeated -= 1
    if not repeated:
        return lower
    kept = tuple(_moved(cell, -repeated) for cell in lower.cells if cell.row >= repeated)
    return replace(lower, rows=lower.rows - repeated, cells=kept)


def _words(part: Piece, row: int) -> list[tuple[int, int, int, str]]:
    return [(cell.column, cell.colspan, cell.rowspan, cell.text) for cell in part.cells if cell[1] == row]


def _by_span(part: Piece, row: int) -> dict[tuple[int, int], DrawnCell]:
    """(first column, columns) to the cell that covers the row there."""
    return {(cell[2], cell[4]): cell for cell in part.cells if cell[1] <= row < cell[1] + cell[3]}


def _laid(upper: Piece, lower: Piece, seams: list[Sewn], *, overlap: int) -> Piece:
    """Both parts as one, the two cells of each seam made one; ``overlap`` rows are the same in both."""
    shift = upper.rows - overlap
    other_half = {seam.first: (seam.second, glue) for seam, glue in seams}
    sewn_in = {seam.second for seam, _ in seams}
    cells = [
        _one(cell, *other_half[cell], overlap)
        if cell[1] + cell[3] == upper.rows and cell in other_half
        else cell
        for cell in upper.cells
    ]
    moved = [_moved(cell, shift) for cell in lower.cells if cell[1] or cell not in sewn_in]
    return Piece(upper.xs, shift + lower.rows, (*cells, *moved), lower.open_bottom)


def _moved(cell: DrawnCell, rows: int) -> DrawnCell:
    return make(DrawnCell, (cell[0], cell[1] + rows, *cell[2:]))


def _one(first: DrawnCell, second: DrawnCell, glue: str, overlap: int) -> DrawnCell:
    shown = first if first.text or not second.text else second
    return first._replace(
        text=first.text + (glue if first.text and second.text else "") + second.text,
        rowspan=first.rowspan + second.rowspan - overlap,
        page=shown.page,
        box=shown.box,
        room=second.room if second.text else first.room,
    )

"""The rows and cells of tables, found in a page's stream, and the grid on which browsers lay them out.

``rowspan`` and ``colspan`` come from hostile pages: grids have limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from parsers.documents.stream import END, MARKS, PART, UNSEEN, Numbers, skip_unseen

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_COLUMNS = 200
MOST_ROWS = 5000
LONG_CELL = 400
"""Characters above which a cell holds prose: the longest label of the forms has 50, with local notes 150."""
_SMALL_TABLE = 3
"""Cells up to which a table inside a cell is part of the cell's text."""
_SPAN = re.compile(r"\s*(\d{1,6})")
_TABLE, _ROW, _CELLS = MARKS["table"], MARKS["tr"], MARKS["td"] + MARKS["th"]


@dataclass(slots=True)
class Cell:
    """A cell: its number among the page's elements of its name, its span in the stream, the first table in it."""

    element: _Element
    mark: str
    number: int
    start: int
    end: int
    table: Parts | None = None


@dataclass(slots=True)
class Row:
    """A row's own cells, not those of tables nested in them, and the row group that bounds its rowspans."""

    group: _Element | None
    around: Row | None
    """The row, of this or another table, in which it stands."""
    start: int
    end: int = 0
    cells: list[Cell] = field(default_factory=list)
    taken: bool = False
    """Whether it, or a row around it, is part of a table that has been read."""

    def span(self) -> tuple[int, int]:
        """Its span in the stream: that of its first cell, if no tag begins the row."""
        return self.start, self.end or self.cells[0].end


@dataclass(slots=True)
class Parts:
    """A table's own rows in order; cells without a row form one, as in a browser."""

    number: int
    around: Row | None
    """The row of another table in which it stands."""
    start: int
    end: int = 0
    rows: list[Row] = field(default_factory=list)


class _Here(NamedTuple):
    """The innermost parts of tables at a place in the stream; no table within a cell."""

    table: Parts | None = None
    row: Row | None = None
    cell: Cell | None = None
    into: Row | None = None
    """The row to which a cell that begins here belongs, if that is in a row."""

    def add(self, row: Row) -> Row | None:
        """The row, if it belongs to the table and the table takes cells after it."""
        if self.table is None or len(self.table.rows) >= MOST_ROWS:
            return None
        self.table.rows.append(row)
        return row if len(self.table.rows) < MOST_ROWS else None

    def stray(self, cell: Cell) -> Row | None:
        """The row to which a cell outside of rows belongs: the table's last, else a new one."""
        if self.table is None or len(self.table.rows) >= MOST_ROWS:
            return None
        return (
            self.table.rows[-1]
            if self.table.rows
            else self.add(Row(cell.element.getparent(), self.row, cell.start))
        )


def tables(stream: str, root: _Element, numbers: Numbers) -> list[Parts]:
    """The tables in the stream of ``root``, outer ones before those in them."""
    found: list[Parts] = []
    rows, cells = root.iter("tr"), root.iter("td", "th")
    here, opened, open_cells = _Here(), list[tuple[Parts | Row | Cell, _Here]](), 0
    before, *pieces = stream.split(PART)
    skip_unseen(before, numbers)
    at = len(before) + 1
    for piece in pieces:
        mark, end = piece[0], 0
        if mark in _CELLS:
            end = piece.find(END)
            numbers[mark] = number = numbers[mark] + 1
            cell = Cell(next(cells), mark, number, at + 1, at + end)
            into = here.into or here.stray(cell)
            if into:
                into.cells.append(cell)
            if end < 0:
                opened.append((cell, here))
                here = _Here(None, into or here.row, cell if into else here.cell)
                open_cells += 1
        elif mark == _ROW:
            row = Row(next(rows).getparent(), here.row, at + 1)
            opened.append((row, here))
            if into := here.add(row):
                here = _Here(here.table, row, here.cell, into)
        elif mark == _TABLE:
            numbers[mark] += 1
            table = Parts(numbers[mark], here.row, at + 1)
            found.append(table)
            if here.cell and here.cell.table is None:
                here.cell.table = table
            opened.append((table, here))
            here = _Here(table, here.row, here.cell)
        else:
            part, here = opened.pop()
            part.end = at - 1
            if here.into and here.table:  # after a row within a row, cells go on in the inner one
                here = here._replace(into=here.table.rows[-1])
        while open_cells and (end := piece.find(END, end + 1)) > 0:
            part, here = opened.pop()
            part.end = at + end
            open_cells -= 1
        if UNSEEN in piece:
            skip_unseen(piece, numbers)
        at += len(piece) + 1
    return found


def runs(table: Parts, stream: str) -> Iterator[list[Row]]:
    """Maximal runs of rows without page layout: each is a table of its own."""
    run: list[Row] = []
    for row in table.rows:
        if _has_room(row, stream) and any(_is_layout(cell, stream) for cell in row.cells):
            if run:
                yield run
            run = []
        elif row.cells:
            run.append(row)
    if run:
        yield run


def _has_room(row: Row, stream: str) -> bool:
    """Whether a row is large enough for page layout: of most rows, no cell need be asked."""
    end = row.cells[-1].end if row.cells else row.start
    return end - row.start > LONG_CELL or stream.find(_TABLE, row.start, end) >= 0


def _is_layout(cell: Cell, stream: str) -> bool:
    """Whether a cell is page layout rather than data: it holds a real table, or prose."""
    if not cell.table:
        return cell.end - cell.start - stream.count(PART, cell.start, cell.end) > LONG_CELL
    return sum(stream.count(mark, cell.table.start, cell.table.end) for mark in _CELLS) > _SMALL_TABLE


def spread(rows: list[Row]) -> Iterator[tuple[Cell, int, int, int, int]]:
    """Each cell with its row, column, rowspan and colspan; spans end at the row group, at a taken position and at the limits."""
    busy: list[int] = []  # for each column the first row in which it is free again
    last = _last_of_group(rows)
    for number, row in enumerate(rows):
        column = 0
        for cell in row.cells:
            while column < len(busy) and busy[column] > number:
                column += 1
            if column >= MOST_COLUMNS:
                break
            attribute = cell.element.get
            tall, wide = attribute("rowspan"), attribute("colspan")
            rowspan = min(_span(tall, zero=MOST_ROWS), last[number] - number + 1) if tall else 1
            colspan = _free(busy, number, column, _span(wide)) if wide else 1
            if rowspan > 1:
                busy += [0] * (column + colspan - len(busy))
                busy[column : column + colspan] = [number + rowspan] * colspan
            yield cell, number, column, rowspan, colspan
            column += colspan


def _free(busy: list[int], row: int, column: int, wanted: int) -> int:
    """How many of the wanted columns are free in the row, the first being so."""
    wanted = min(wanted, MOST_COLUMNS - column)
    return next((n for n in range(1, wanted) if column + n < len(busy) and busy[column + n] > row), wanted)


def _last_of_group(rows: list[Row]) -> list[int]:
    last = [len(rows) - 1] * len(rows)
    for number in range(len(rows) - 2, -1, -1):
        last[number] = last[number + 1] if rows[number].group is rows[number + 1].group else number
    return last


def _span(text: str, *, zero: int = 1) -> int:
    match = _SPAN.match(text)
    return (int(match[1]) or zero) if match else 1

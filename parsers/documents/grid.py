"""Lays the rows and cells of an HTML table out on a grid, as browsers do, within limits.

Shared facts of HTML tables, not of a parser: ``rowspan`` and ``colspan`` come from hostile pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from parsers.documents.tree import tag

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_COLUMNS = 200
MOST_ROWS = 5000
LONG_CELL = 400
"""Characters above which a cell holds prose: the longest label of the forms has 50, with local notes 150."""
_SPAN = re.compile(r"\s*(\d{1,6})")


@dataclass(slots=True)
class TableRow:
    """A row's own cells, not those of tables nested in them, and the row group that bounds its rowspans."""

    element: _Element
    group: _Element | None
    cells: list[_Element] = field(default_factory=list)


class Spot(NamedTuple):
    """A cell and the rectangle of the grid that it covers."""

    cell: _Element
    row: int
    column: int
    rowspan: int
    colspan: int


def own_rows(table: _Element) -> list[TableRow]:
    """The table's rows in order; cells without a row form one, as in a browser."""
    rows: list[TableRow] = []
    stack = [iter(table)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            continue
        name = tag(child)
        if name == "tr":
            rows.append(TableRow(child, child.getparent()))
            stack.append(iter(child))
        elif name in ("td", "th"):
            if not rows:
                rows.append(TableRow(child, child.getparent()))
            rows[-1].cells.append(child)
        elif name not in ("table", ""):
            stack.append(iter(child))
        if len(rows) >= MOST_ROWS:
            break
    return rows


def containers(table: _Element, rows: list[TableRow], size: Callable[[_Element], int]) -> set[_Element]:
    """Cells that are page layout rather than data: they hold a real table, or prose (by their ``size``)."""
    nested = sum(1 for _ in table.iter("table")) > 1
    return {
        cell
        for row in rows
        for cell in row.cells
        if (nested and _holds_table(cell)) or (size(cell) > LONG_CELL and not _holds_any(cell))
    }


def _holds_table(cell: _Element) -> bool:
    inner = next(cell.iter("table"), None)
    return inner is not None and sum(1 for _ in inner.iter("td", "th")) > 3


def _holds_any(cell: _Element) -> bool:
    return next(cell.iter("table"), None) is not None


def runs(rows: list[TableRow], containers: set[_Element]) -> Iterator[list[TableRow]]:
    """Maximal runs of rows without page layout: each is a table of its own."""
    run: list[TableRow] = []
    for row in rows:
        if containers and any(cell in containers for cell in row.cells):
            if run:
                yield run
            run = []
        elif row.cells:
            run.append(row)
    if run:
        yield run


def spread(rows: list[TableRow]) -> Iterator[Spot]:
    """Each cell with its place; spans end at the row group, at a taken position and at the limits."""
    busy: list[int] = []  # for each column the first row in which it is free again
    last = _last_of_group(rows)
    for number, row in enumerate(rows):
        column = 0
        for cell in row.cells:
            while column < len(busy) and busy[column] > number:
                column += 1
            if column >= MOST_COLUMNS:
                break
            tall, wide = cell.get("rowspan"), cell.get("colspan")
            rowspan = min(_span(tall, zero=MOST_ROWS), last[number] - number + 1) if tall else 1
            colspan = _free(busy, number, column, _span(wide)) if wide else 1
            busy[column : column + colspan] = [number + rowspan] * colspan
            yield Spot(cell, number, column, rowspan, colspan)
            column += colspan


def _free(busy: list[int], row: int, column: int, wanted: int) -> int:
    """How many of the wanted columns are free in the row, the first being so."""
    wanted = min(wanted, MOST_COLUMNS - column)
    return next((n for n in range(1, wanted) if column + n < len(busy) and busy[column + n] > row), wanted)


def _last_of_group(rows: list[TableRow]) -> list[int]:
    last = [len(rows) - 1] * len(rows)
    for number in range(len(rows) - 2, -1, -1):
        last[number] = last[number + 1] if rows[number].group is rows[number + 1].group else number
    return last


def _span(text: str, *, zero: int = 1) -> int:
    match = _SPAN.match(text)
    return (int(match[1]) or zero) if match else 1

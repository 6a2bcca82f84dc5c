"""Section three in a flowed text whose labels were broken among each other: told by all of its rows together.

Where the lines of two labels alternate, no row can be told by its own words. But if there are exactly as many rows
of figures as the form has, the words before and around each hold its label's letters, and the header is there,
each row is the form's row of that number.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from parsers.forms import Block, Row
from parsers.model import GridCell
from parsers.numbers import read_figure
from parsers.rows import Line
from parsers.tables.wording import blocks, headers, letters_of, near, run_together, without_notes

_FIRST, _LAST = "本年新收", "结转下"
"""How the labels of the first and of the last row begin."""
_ENOUGH = Decimal("0.6")
"""Of a label's letters, those that must stand by its figures."""
_PARTS = 3
"""Lines over which a row's figures may be spread."""
_NEIGHBOURS = 4
"""Whole rows near one with gaps whose figures show where its columns are."""
_SLACK = 1
"""Characters by which a rendition may draw figures of one column out of line."""
_GAP = 2
"""Spaces between figures from which their places in a line mean columns."""


@dataclass(frozen=True, slots=True)
class OrderedRow:
    """A row of section three: the official row, and each column's cell, if it is certain which they are."""

    row: Row
    line: Line
    cells: dict[str, GridCell]


def in_order(lines: Sequence[Line]) -> tuple[list[OrderedRow], list[Line]]:
    """The rows of a whole table of section three among the lines, and the lines that are none of it."""
    start = next((n for n, line in enumerate(lines) if _FIRST in letters_of(_label(line))), None)
    last = next((n for n, line in enumerate(lines) if _LAST in letters_of(_label(line))), None)
    if start is None or last is None or last < start:
        return [], list(lines)
    end = next((n for n in range(last, len(lines)) if _values(lines[n])), None)
    if end is None:
        return [], list(lines)
    while end + 1 < len(lines) and _values(lines[end + 1]) and not letters_of(_label(lines[end + 1])):
        end += 1  # what follows the last row without a label may be the rest of its figures
    before = next((n + 1 for n in range(start - 1, -1, -1) if _values(lines[n])), 0)
    heading = "".join(map(_label, lines[before:start]))
    for form, table, block in blocks():
        rows = [row for row in block.rows if not row.heading]
        columns = [column.id for column in block.columns]
        parts = _joined(lines[start : end + 1], len(columns))
        if table != "requests" or len(rows) != len(parts) or not _is_header(heading, form, block):
            continue
        after = "".join(map(_label, lines[end + 1 : end + 2])) if end + 1 < len(lines) else ""
        words = [*(part.words for part in parts), after]
        swapped = any(_is_of_another(row, rows, words[n]) for n, row in enumerate(rows))
        if not swapped and all(_stands(row, words[n : n + 2]) for n, row in enumerate(rows)):
            found = [part.line for part in parts]
            ordered = [
                OrderedRow(row, line, _by_column(found, n, columns))
                for n, (row, line) in enumerate(zip(rows, found, strict=True))
            ]
            rest = end + 1 + bool(after and not _values(lines[end + 1]) and _stands_in(rows[-1], after))
            return ordered, [*lines[:before], *lines[rest:]]
    return [], list(lines)


@dataclass(frozen=True, slots=True)
class _Part:
    """A row's figures, and the letters printed since the figures before."""

    line: Line
    words: str


def _label(line: Line) -> str:
    return "".join(cell.text for cell in line.cells if cell.column == 0)


def _values(line: Line) -> list[GridCell]:
    return [cell for cell in line.cells if cell.column > 0]


def _is_header(heading: str, form: str, block: Block) -> bool:
    letters = letters_of(heading)
    return any(near(letters, wanted) for wanted in headers(form, "requests", block))


def _joined(lines: Sequence[Line], size: int) -> list[_Part]:
    """The figures row by row, those of one row on several lines put together where it is certain that they are."""
    whole = [line for line in lines if len(_values(line)) == size]
    parts: list[_Part] = []
    words, position = "", 0
    while position < len(lines):
        words += letters_of(_label(lines[position]))
        if not _values(lines[position]):
            position += 1
            continue
        number = _lines_of_row(lines[position:], whole, size)
        group = lines[position : position + number]
        words += "".join(letters_of(_label(line)) for line in group[1:])
        cells = [cell for line in group for cell in _values(line)]
        if not adds_up(cells, size) and (placed := _placed(cells, whole)):
            cells = [placed[column] for column in sorted(placed)]
        line = replace(group[0], cells=tuple(cell._replace(column=n) for n, cell in enumerate(cells, 1)))
        parts.append(_Part(line, words))
        words, position = "", position + number
    return parts


def _lines_of_row(lines: Sequence[Line], whole: Sequence[Line], size: int) -> int:
    """How many of the lines, from the first, hold one row's figures: those without a label belong to the row above,
    others only if together they fill every column."""
    for number in range(2, _PARTS + 1):
        group = lines[:number]
        cells = [cell for line in group for cell in _values(line)]
        if len(group) == number and all(map(_values, group)) and len(cells) == size:
            if adds_up(cells, size) and _run_on(group):
                return number
            if len(_placed(cells, whole)) == size:
                return number
    bare = (n for n, line in enumerate(lines[1:], 1) if letters_of(_label(line)) or not _values(line))
    return next(bare, len(lines))


def adds_up(cells: Sequence[GridCell], size: int) -> bool:
    """Whether the cells are a row's figures that add up to more than nothing."""
    figures = [read_figure(cell.text).value or 0 for cell in cells]
    return len(cells) == size and bool(figures[-1]) and sum(figures[:-1]) == figures[-1]


def _run_on(lines: Sequence[Line]) -> bool:
    """Whether each line's figures stand to the right of those above, or begin a line of their own."""
    for above, below in itertools.pairwise(lines):
        end, first = _span(_values(above)[-1])[1], _span(_values(below)[0])[0]
        if 0 < first < end:
            return False
    return True


def _span(cell: GridCell) -> tuple[int, int]:
    return cell.place.span or (0, 0)


def _stands(row: Row, words: Sequence[str]) -> bool:
    """Whether the row's label stands, more or less whole, in the words before its figures and after them."""
    return any(_stands_in(row, part) for part in (words[0], "".join(words)))


def _is_of_another(row: Row, rows: Sequence[Row], words: str) -> bool:
    """Whether the words are another row's whole label, of which the figures then are: the rows are out of order."""
    named = {other.id for other in rows if words in _labels(other)}
    return bool(named) and row.id not in named


@cache
def _labels(row: Row) -> frozenset[str]:
    return frozenset(letters_of(without_notes(label)) for label in (row.zh, *row.variants))


def _stands_in(row: Row, words: str) -> bool:
    have = Counter(letters_of(words))
    for label in (row.zh, *row.variants):
        letters = letters_of(without_notes(label))
        missing = sum((Counter(letters) - have).values())
        if len(letters) - missing >= len(letters) * _ENOUGH:
            return True
    return False


def _by_column(rows: Sequence[Line], number: int, columns: Sequence[str]) -> dict[str, GridCell]:
    """The cells of a row by column: in order where there are as many, else by where they stand in their line."""
    values = _values(rows[number])
    unread = any(read_figure(cell.text).state == "unread" for cell in values)
    if unread or run_together([cell.text for cell in values]):
        return {}
    on_one_line = len({cell.place.line for cell in values}) == 1 and not any(
        len(_values(row)) > len(columns)
        for row in rows  # where one figure is in two parts, others may be
    )
    nothing = all(read_figure(cell.text).value == 0 for cell in values)
    if len(values) == len(columns) and (on_one_line or nothing or adds_up(values, len(columns))):
        return dict(zip(columns, values, strict=True))
    whole = [row for row in rows if len(_values(row)) == len(columns)]
    return {columns[at]: cell for at, cell in _placed(values, whole).items()}


def _placed(cells: Sequence[GridCell], whole: Sequence[Line]) -> dict[int, GridCell]:
    """The number of the column under which each cell stands, told by the nearest whole rows; none if in doubt."""
    at = cells[0].place.line or 0
    one_line = [row for row in whole if len({cell.place.line for cell in _values(row)}) == 1]
    near_by = sorted(one_line, key=lambda row: abs((_values(row)[0].place.line or 0) - at))[:_NEIGHBOURS]
    stretches = _stretches([_values(row) for row in near_by])
    found: dict[int, GridCell] = {}
    for cell in cells:
        first, end = _span(cell)
        under = [
            n for n, column in enumerate(stretches) if end and first <= column.end and column.first <= end
        ]
        if len(under) != 1 or under[0] in found or not _is_aligned(stretches[under[0]], (first, end)):
            return {}
        found[under[0]] = cell
    return found


class _Stretch(NamedTuple):
    """From where to where a column's figures stand, and the width of the widest."""

    first: int
    end: int
    widest: int


def _is_aligned(column: _Stretch, span: tuple[int, int]) -> bool:
    """Whether a figure begins, ends or has its middle where the column's do: it fills hardly more room than the widest."""
    room = max(column.end, span[1]) - min(column.first, span[0])
    return room <= max(column.widest, span[1] - span[0]) + _SLACK


def _stretches(rows: Sequence[Sequence[GridCell]]) -> list[_Stretch]:
    """Where each column's figures stand in lines drawn with spaces; none if the lines are not, or are out of line."""
    if len(rows) < _NEIGHBOURS:
        return []
    spans = [[_span(cell) for cell in row] for row in rows]
    if any(right[0] - left[1] < _GAP for row in spans for left, right in itertools.pairwise(row)):
        return []
    columns = [
        _Stretch(
            min(first for first, _ in column),
            max(end for _, end in column),
            max(end - first for first, end in column),
        )
        for column in zip(*spans, strict=True)
    ]
    apart = all(left.end < right.first for left, right in itertools.pairwise(columns))
    aligned = all(column.end - column.first <= column.widest + _SLACK for column in columns)
    return columns if apart and aligned else []

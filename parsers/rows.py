"""Rows of a drawn table as the readers of the forms see them, and how a row's figures meet their columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from parsers.lexicon import Lexicon
from parsers.model import GridCell, Problem, Table
from parsers.numbers import Figure, is_figure, read_figure

MOST_PROBLEMS = 1000
_LONGEST_HEAD = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table's grid: every cell that covers it, from left to right, and the table it is in."""

    number: int
    cells: tuple[GridCell, ...]
    table: int

    def figures(self) -> list[GridCell]:
        """Cells of this row (not those reaching into it from above) that print a number."""
        return [cell for cell in self.cells if cell.row == self.number and is_figure(cell.text)]

    def after(self, label: GridCell) -> list[GridCell]:
        """The cells to the right of ``label`` that begin in this row."""
        return [cell for cell in self.cells if cell.column > label.column and cell.row == self.number]

    def end(self) -> int:
        """The last column that a cell of the row covers."""
        return max(map(last_column, self.cells))

    def address(self) -> tuple[int, int]:
        """Number of the table and of the row in it."""
        return self.table, self.number

    def text(self) -> str:
        """The row as one line, for messages."""
        return " | ".join(cell.text.replace("\n", "") for cell in self.cells)[:200]


def lines(table: Table, number: int) -> list[Line]:
    """The rows of a drawn table, top to bottom; ``number`` tells the tables of a document apart."""
    covering: dict[int, dict[int, GridCell]] = {}
    for (row, column), cell in table.grid().items():
        covering.setdefault(row, {})[column] = cell
    _drop_empty_columns(covering)
    found = []
    for row in sorted(covering):
        ordered = [covering[row][column] for column in sorted(covering[row])]
        found.append(Line(row, tuple(dict.fromkeys(ordered)), number))
    return found


def _drop_empty_columns(covering: dict[int, dict[int, GridCell]]) -> None:
    """Leaves out columns at the right edge that every row has and none, the header included, prints anything in."""
    last = max((column for row in covering.values() for column in row), default=0)
    while last and all(last in row and _adds_nothing(row[last], last) for row in covering.values()):
        for row in covering.values():
            del row[last]
        last -= 1


def _adds_nothing(cell: GridCell, column: int) -> bool:
    return cell.column < column or not cell.text.strip()


@dataclass(frozen=True, slots=True)
class Head:
    """A header cell: the column id that it names (None: unknown label or no text) and the columns it covers."""

    name: str | None
    first: int
    last: int
    text: str = ""
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A printed cell that an official cell's label path leads to."""

    table: str
    row: str
    column: str
    cell: GridCell
    figure: Figure
    line: tuple[int, int]
    """Number of the drawn table and of the row in it."""
    form: str | None = None
    loose: bool = False
    """Whether white space alone told the row's figures apart: one of them may be two, or two of them one."""


@dataclass(slots=True)
class Findings:
    """What the readers of one document have found so far."""

    claims: list[Claim] = field(default_factory=list)
    problems: dict[Problem, None] = field(default_factory=dict)
    """In the order found, each once."""
    seen: set[str] = field(default_factory=set)
    """Tables of which at least one label or heading was met in a drawn table."""
    votes: dict[str, int] = field(default_factory=dict)
    """Form ids to the number of labels that only that form has."""

    def problem(self, code: str, where: str, message: str) -> None:
        """Records a problem once; a hostile document may have no more than ``MOST_PROBLEMS``."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems[Problem(code, where, message)] = None

    def doubt_above(self, line: Line) -> None:
        """Takes back the row above figures that have no label at all: they may be the last digits of its own."""
        own = [cell.text for cell in line.cells if cell.row == line.number and cell.text.strip()]
        above = [claim for claim in self.claims if claim.line == (line.table, line.number - 1)]
        if all(map(is_figure, own)) and any(claim.figure.value for claim in above):
            self.claims = [claim for claim in self.claims if claim not in above]
            message = f"figures without a label below it may be the rest of its own: {line.text()}"
            self.problem("unread_row", f"{above[0].table}.{above[0].row}", message)

    def vote(self, form: str | None) -> None:
        """Counts a label that only ``form`` has."""
        if form:
            self.votes[form] = self.votes.get(form, 0) + 1


def is_foreign_header(line: Line, words: Lexicon) -> bool:
    """Whether the first line of a drawn table heads columns in words of its own: no header before it is of its rows."""
    own = [cell for cell in line.cells if cell.row == line.number and cell.text.strip()]
    rows = [cell for cell in own if words.rows.exact(cell.text)]
    unknown = [
        cell
        for cell in own
        if len(cell.text) < _LONGEST_HEAD
        and read_figure(cell.text).state == "unread"
        and not words.is_label(cell.text)
    ]
    return len(unknown) + (len(rows) > 1) > 1 and len(rows) != 1 and not line.figures()


_TWO = re.compile(r"\d[\s、]+\d")
Match = list[tuple[Head, GridCell]]


def match_by_place(heads: Sequence[Head], values: Sequence[GridCell], *, end: int) -> Match | None:
    """Each header with the one cell below it; None unless every figure stands under exactly one header.

    A header may cover several cells if all but the first are empty. A row that is empty under a header must end where the header
    does (``end``, a column): else it may have lost or gained a cell, and be shifted.
    """
    pairs: Match = []
    placed: set[GridCell] = set()
    for head in heads:
        below = [cell for cell in values if cell.column <= head.last and last_column(cell) >= head.first]
        filled = [cell for cell in below if cell.text.strip()]
        chosen = filled[0] if filled else below[0] if below else None
        if chosen is None or chosen in placed or len(filled) > 1 or chosen is not below[0]:
            return None
        pairs.append((head, chosen))
        placed.update(below)
    if any(cell.text.strip() for cell in values if cell not in placed):
        return None
    gaps = [cell for _, cell in pairs if not cell.text.strip()]
    if gaps and max(map(last_column, values)) != end:
        return None
    return pairs


def match_by_order(names: Sequence[str], values: Sequence[GridCell]) -> Match | None:
    """The official columns and the row's cells in order, if there are exactly as many cells."""
    if len(values) != len(names):
        return None
    return [(Head(name, 0, 0), cell) for name, cell in zip(names, values, strict=True)]


def without_padding(values: Sequence[GridCell]) -> list[GridCell]:
    """The cells from the first to the last that hold something."""
    filled = [number for number, cell in enumerate(values) if cell.text.strip()]
    return list(values[filled[0] : filled[-1] + 1]) if filled else []


def is_subsequence(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether ``part`` is ``whole`` with some members left out, in the same order."""
    rest = iter(whole)
    return all(item in rest for item in part)


def figure(
    cell: GridCell, *, unit: str | None = None, signed: bool = False, header_unit: str | None = None
) -> Figure:
    """What a matched cell says."""
    return read_figure(cell.text, unit=unit, signed=signed, header_unit=header_unit)


def printed(cells: Sequence[GridCell]) -> str:
    """The cells' texts for a message, so that no figure is lost."""
    return ", ".join(cell.text.replace("\n", " ")[:40] for cell in cells if cell.text.strip())


def holds_two(cell: GridCell) -> bool:
    """Whether two figures share a cell: where another cell is empty, it may have lost one of them."""
    return _TWO.search(cell.text) is not None


def last_column(cell: GridCell) -> int:
    """The last column that a cell covers."""
    return cell.column + cell.colspan - 1

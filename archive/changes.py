"""What changed between two parses: versions of a report, years of an agency, old and new parsers.

Cells are compared by their exact values, checks by how they came out, prose by paragraphs (difflib).
"""

from __future__ import annotations

import difflib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from archive.errors import Unknown

CellKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class CellSaid:
    """What a parse says of a cell: value (None: null), state, text as printed, place in the original."""

    value: str | int | None
    state: str
    raw: str | None = None
    place: dict[str, Any] | None = None

    def __str__(self) -> str:
        return str(self.value) if self.value is not None else self.state


ABSENT = CellSaid(None, "absent")


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell (table, row, column) that differs."""

    table: str
    row: str
    column: str
    before: CellSaid
    after: CellSaid

    @property
    def address(self) -> str:
        """``table.row.column``."""
        return f"{self.table}.{self.row}.{self.column}"


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A check whose status differs; None where one parse lacks the check."""

    rule: str
    where: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class StatedSaid:
    """A figure in the prose: its value (None: not certain) and its sentence."""

    value: int | float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class StatedChange:
    """A figure in the prose whose value differs; None where one parse finds no sentence that states it."""

    figure: str
    before: StatedSaid | None
    after: StatedSaid | None

    def __str__(self) -> str:
        return f"stated {self.figure}: {_stated(self.before)} -> {_stated(self.after)}"

    @property
    def values(self) -> tuple[int | float | None, int | float | None]:
        """The values before and after; None where there is none or it is not certain."""
        return _value(self.before), _value(self.after)

    @property
    def lost(self) -> bool:
        """Whether a value was there and none is now."""
        return self.values[0] is not None and self.values[1] is None

    @property
    def gained(self) -> bool:
        """Whether a value is there and none was before."""
        return self.values[0] is None and self.values[1] is not None

    @property
    def replaced(self) -> bool:
        """Whether a value is there and another was before."""
        return None not in self.values


@dataclass(frozen=True, slots=True)
class ProseChange:
    """A section whose text differs: its number, title and the paragraphs taken out (-) and put in (+)."""

    number: int
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProblemChange:
    """A problem that came (``after``) or went (``before``)."""

    code: str
    where: str
    message: str
    came: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs between two parses."""

    cells: tuple[CellChange, ...] = ()
    checks: tuple[StatusChange, ...] = ()
    prose: tuple[ProseChange, ...] = ()
    problems: tuple[ProblemChange, ...] = ()
    stated: tuple[StatedChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cells or self.checks or self.prose or self.problems or self.stated)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Said:
    """What one parse says, keyed for comparison."""

    cells: dict[CellKey, CellSaid]
    checks: dict[tuple[str, str], str]
    sections: dict[int, tuple[str, str]]
    problems: dict[tuple[str, str], str]
    statements: dict[str, StatedSaid]


def compare(before: Said, after: Said) -> Changes:
    """The differences, in the order of the forms."""
    return Changes(
        tuple(_cells(before.cells, after.cells)),
        tuple(_checks(before.checks, after.checks)),
        tuple(_prose(before.sections, after.sections)),
        tuple(_problems(before.problems, after.problems)),
        tuple(_statements(before.statements, after.statements)),
    )


def said(connection: sqlite3.Connection, parse: int) -> Said:
    """What the parse of that number says.

    :raises Unknown: there is none.
    """
    row = connection.execute("SELECT cells FROM evidence WHERE parse = ?", [parse]).fetchone()
    if row is None:
        raise Unknown(f"parse {parse} is not in the archive")
    checks = connection.execute('SELECT rule, "where", status FROM checks WHERE parse = ?', [parse])
    sections = connection.execute("SELECT number, title, text FROM sections WHERE parse = ?", [parse])
    problems = connection.execute('SELECT code, "where", message FROM problems WHERE parse = ?', [parse])
    stated = connection.execute(
        "SELECT figure, section, value, sentence FROM statements WHERE parse = ?", [parse]
    )
    lists = (checks, sections, problems, stated)
    return from_lists(json.loads(row[0]), *(found.fetchall() for found in lists))


def from_lists(
    cells: list[Any], checks: list[Any], sections: list[Any], problems: list[Any], statements: list[Any]
) -> Said:
    """What rows say: cells as in the evidence, the others as in their tables without the parse's number."""
    return Said(
        {(table, row, column): CellSaid(*rest) for table, row, column, *rest in cells},
        {(rule, where): status for rule, where, status, *_ in checks},
        {number: (title or "", text or "") for number, title, text in sections},
        {(code, where): message for code, where, message in problems},
        {figure: StatedSaid(value, sentence) for figure, _, value, sentence in statements},
    )


def between_parses(connection: sqlite3.Connection, before: int, after: int) -> Changes:
    """What the second parse says otherwise than the first."""
    return compare(said(connection, before), said(connection, after))


def _cells(before: dict[CellKey, CellSaid], after: dict[CellKey, CellSaid]) -> Iterator[CellChange]:
    for key in {**after, **before}:
        old, new = before.get(key, ABSENT), after.get(key, ABSENT)
        if (old.value, old.state) != (new.value, new.state):
            yield CellChange(*key, old, new)


def _checks(before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]) -> Iterator[StatusChange]:
    for rule, where in {**after, **before}:
        old, new = before.get((rule, where)), after.get((rule, where))
        if old != new:
            yield StatusChange(rule, where, old, new)


def _prose(before: dict[int, tuple[str, str]], after: dict[int, tuple[str, str]]) -> Iterator[ProseChange]:
    for number in sorted({**after, **before}):
        old, new = before.get(number, ("", "")), after.get(number, ("", ""))
        if old != new:
            lines = difflib.ndiff(_paragraphs(old), _paragraphs(new))
            yield ProseChange(number, new[0] or old[0], tuple(line for line in lines if line[0] in "+-"))


def _paragraphs(section: tuple[str, str]) -> list[str]:
    title, text = section
    return [line.strip() for line in (title, *text.splitlines()) if line.strip()]


def _problems(
    before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]
) -> Iterator[ProblemChange]:
    yield from (ProblemChange(*key, message, True) for key, message in after.items() if key not in before)
    yield from (ProblemChange(*key, message, False) for key, message in before.items() if key not in after)


def _statements(before: dict[str, StatedSaid], after: dict[str, StatedSaid]) -> Iterator[StatedChange]:
    for figure in {**after, **before}:
        change = StatedChange(figure, before.get(figure), after.get(figure))
        if None in (change.before, change.after) or change.values[0] != change.values[1]:
            yield change


def _value(said: StatedSaid | None) -> int | float | None:
    return None if said is None else said.value


def _stated(said: StatedSaid | None) -> str:
    if said is None:
        return "nowhere"
    return f"{'uncertain' if said.value is None else said.value} ({said.sentence})"

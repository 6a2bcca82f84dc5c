"""What people decided: verdicts on failing checks, and corrections laid over parsed values, never in place.

Both are evidence and are logged like captures. A verdict holds for the very figures and originals that it
was given on, a correction for the very value and original: a re-parse that reads the same leaves them in
force, a source that changes opens the question again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from archive import log
from archive.corrections import Correction
from archive.derive import derive
from archive.differences import find_report
from archive.errors import Unknown
from archive.log import Entry
from archive.overlays import cell_of
from archive.store import Archive, now
from parsers.forms import load_forms

Verdict = Literal["confirmed", "dismissed"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on one check: ``confirmed`` (the report is wrong) or ``dismissed`` (it is not), and why."""

    id: int
    report: str
    rule: str
    where: str
    verdict: str
    why: str
    left: float | None
    right: float | None
    sha256: str
    at: str

    def text(self) -> str:
        """A line for people."""
        return f"{self.report}:{self.rule}:{self.where} {self.verdict} ({self.left} against {self.right}): {self.why}"

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Corrected:
    """How many corrections were recorded, and how many are in force now."""

    recorded: int
    in_force: int

    def text(self) -> str:
        """A line for people."""
        return f"recorded {self.recorded} corrections; {self.in_force} are in force"

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


def judge(archive: Archive, check: str, verdict: Verdict, *, why: str) -> Judgement:
    """Record a verdict on a check of the current reading.

    :param check: ``report:rule:where`` as ``nianbao check`` prints it; the report's id may be cut short.
    :raises Unknown: there is no such check, or it doesn't fail.
    """
    name, rule, where = _address(check)
    report = find_report(archive, name)
    sql = 'SELECT status, "left", "right", sha256 FROM current_checks WHERE report = ? AND rule = ? AND "where" = ?'
    row = archive.db.execute(sql, [report, rule, where]).fetchone()
    if row is None:
        raise Unknown(
            f"report {report} has no check {rule} at {where!r}; nianbao check lists those that fail"
        )
    status, left, right, sha256 = row
    if status != "fails":
        raise Unknown(f"check {rule} at {where!r} of report {report} does not fail (it is {status!r})")
    number = _next(archive, "judgements")
    judgement = Judgement(number, report, rule, where, verdict, why, left, right, sha256, now())
    archive.record(log.JUDGEMENTS, [Entry("judgements", asdict(judgement))], then=derive)
    return judgement


def correct(archive: Archive, corrections: Iterable[Correction]) -> Corrected:
    """Record corrections of the current reading and lay them over it; those already in force are passed over.

    :raises Unknown: a report or cell is not there or named twice; nothing is recorded then.
    """
    number = _next(archive, "corrections")
    connection = archive.db.conn
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for correction in corrections:
        row = _bind(archive, correction)
        cell = tuple(row.values())[:4]
        if cell in rows:
            raise Unknown(
                f"cell {correction.cell} of report {row['report']} is corrected twice; leave one out"
            )
        rows[cell] = row
    said = connection.execute(f"SELECT {', '.join(_BOUND)} FROM corrections ORDER BY id")
    last = {row[:4]: row for row in said.fetchall()}
    fresh = [row for cell, row in rows.items() if last.get(cell) != tuple(row.values())]
    entries = [Entry("corrections", {"id": number + n, **row, "at": now()}) for n, row in enumerate(fresh)]
    if entries:
        archive.record(log.JUDGEMENTS, entries, then=derive)
    ((in_force,),) = connection.execute("SELECT count(*) FROM overlays").fetchall()
    return Corrected(len(entries), in_force)


_FRACTIONS = ("amount", "value")
"""Columns with figures that need not be whole; all others count something."""
_SIGNED = ("change",)
_BOUND = ("report", '"table"', '"row"', '"column"', "value", "reason", "source", "parsed", "sha256")


def _bind(archive: Archive, correction: Correction) -> dict[str, Any]:
    report = find_report(archive, correction.report)
    table, _, rest = correction.cell.partition(".")
    row, _, column = rest.rpartition(".")
    found = cell_of(archive.db.conn, report, (table, row, column))
    if found is None or not _is_of(archive, report, (table, row, column)):
        raise Unknown(f"report {report} has no cell {correction.cell!r}; write table.row.column")
    value = correction.value
    if isinstance(value, float) and column not in _FRACTIONS:
        raise Unknown(f"{correction.cell} of report {report}: {value} is no count; write a whole number")
    if value is not None and value < 0 and column not in _SIGNED:
        raise Unknown(f"{correction.cell} of report {report}: {value} is below nothing; write what is meant")
    said = {"value": correction.value, "reason": correction.reason, "source": correction.source}
    place = {"report": report, "table": table, "row": row, "column": column}
    return {**place, **said, "parsed": found[0], "sha256": found[1]}


def _is_of(archive: Archive, report: str, cell: tuple[str, str, str]) -> bool:
    """Whether the cell is one of the report's form, or of a block of another form that it prints as well."""
    sql = "SELECT form, parse FROM reports WHERE id = ?"
    ((form, parse),) = archive.db.execute(sql, [report]).fetchall()
    table, *place = cell
    parts = load_forms()[form].tables if form else ()
    if any(
        [row.id, column.id] == place for part in parts if part.id == table for row, column in part.cells()
    ):
        return True
    sql = 'SELECT 1 FROM cells WHERE parse = ? AND "table" = ? AND "row" = ? AND "column" = ?'
    return archive.db.execute(sql, [parse, *cell]).fetchone() is not None


def _address(check: str) -> Sequence[str]:
    parts = check.split(":", 2)
    if len(parts) != 3:
        raise Unknown(f"{check!r} names no check; write report:rule:where as nianbao check prints it")
    return parts


def _next(archive: Archive, table: str) -> int:
    (number,) = archive.db.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()
    return int(number)

"""Compares a reading with what is known of the report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from parsers.model import Report
from tests.generate.known import Address, Known

KINDS = ("right", "wrong", "invented", "missed")


@dataclass
class Score:
    """Cells by how they were read, and a line for each that was not read right."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    named_by: Counter[str] = field(default_factory=Counter)
    """Codes of the problems that name the missed cells; ``unnamed`` must not be among them."""

    def add(self, other: Score) -> None:
        self.counts.update(other.counts)
        self.faults.extend(other.faults)
        self.named_by.update(other.named_by)

    def perfect(self) -> bool:
        return not self.faults


def score(known: Known, report: Report) -> Score:
    """``wrong``: another number; ``invented``: a number where nothing is printed; ``missed``: null for a number."""
    read = {(cell.table, cell.row, cell.column): cell for cell in report.cells}
    result = Score()
    for address, printed in known.cells.items():
        cell = read.get(address)
        value = cell.value if cell else None
        kind = _kind(value, printed.value)
        result.counts[kind] += 1
        if kind == "missed":
            result.named_by[naming_problem(report, address)] += 1
        if kind != "right":
            raw = cell.raw if cell else "no cell"
            result.faults.append(
                f"{kind} {'.'.join(address)}: printed {printed.text!r}, read {value} from {raw!r}"
            )
    for name in ("title", "agency", "year", "form"):
        if getattr(report, name) != getattr(known, name):
            result.counts["identity"] += 1
            result.faults.append(f"{name}: {getattr(known, name)!r} read as {getattr(report, name)!r}")
    return result


def naming_problem(report: Report, address: Address) -> str:
    """The code of the first problem that names the cell: by its row, by its table, or by the tables at large."""
    table, row, _ = address
    for where in (f"{table}.{row}", table, "tables"):
        for problem in report.problems:
            rows = problem.code == "missing_rows"
            if problem.where != where or problem.code in ("readings_differ", "blank_cell"):
                continue
            if not rows or row in problem.message.rsplit(": ", 1)[-1].split(", "):
                return problem.code
    return next((problem.code for problem in report.problems if problem.code == "readings_differ"), "unnamed")


def _kind(value: object, printed: object) -> str:
    if value == printed:
        return "right"
    if printed is None:
        return "invented"
    return "missed" if value is None else "wrong"

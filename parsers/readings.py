"""Two independent readings of one original, and who is at fault when a check fails.

The first reading is fast. The second uses other libraries and other code; it runs where the first leaves doubt,
when asked for, and as an audit on the 1% of originals that their own digest picks, so that results repeat.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Literal

from parsers.cells import Laid, lay
from parsers.checks import check
from parsers.errors import Unreadable
from parsers.forms import Form, Sum, load_forms
from parsers.labels import squeeze
from parsers.model import Cell, Check, Document, Number, Problem, Report, Section, Statement, Verdict
from parsers.neighbours import without_neighbours
from parsers.prose import compared_cells, statements
from parsers.sections import sections

When = Literal["never", "doubt", "always"]
_SECOND = {"text/html": "html_soup", "application/pdf": "pdf_plumber"}
"""Media types to the module of their second reading; text has one way to be read only."""
_DOUBTS = frozenset(
    [
        "missing_table",
        "missing_rows",
        "missing_header",
        "missing_cell",
        "unread_row",
        "unread_cell",
        "unknown_row",
        "unknown_column",
        "unclaimed_number",
        "ambiguous_cell",
        "hybrid_form",
        "uncertain_form",
    ]
)
_AUDITED = 3
"""Of 256 values of the digest's first byte: about 1%."""

Address = tuple[str, str, str]


def wanted(report: Report, data: bytes, when: When) -> bool:
    """Whether the original is to be read a second time."""
    if when == "never" or report.media_type not in _SECOND:
        return False
    return when == "always" or is_doubtful(report) or hashlib.sha256(data).digest()[0] < _AUDITED


def is_doubtful(report: Report) -> bool:
    """Whether the first reading leaves doubt: a failing check, a missing table, a number that no label claimed, a
    row of which some cells are blank and others are not (its figures may have moved)."""
    if not report.is_report and report.form is None:
        return False
    checks = (*report.checks, *(said.check for said in report.prose if said.check))
    return (
        any(made.status == "fails" for made in checks)
        or any(problem.code in _DOUBTS for problem in report.problems)
        or _has_gaps(report.cells)
    )


def _has_gaps(cells: Iterable[Cell]) -> bool:
    rows: dict[tuple[str, str], set[str]] = {}
    for cell in cells:
        rows.setdefault((cell.table, cell.row), set()).add(cell.state)
    return any({"value", "blank"} <= states for states in rows.values())


def settle(report: Report, data: bytes) -> Report:
    """The report after a second reading: cells in which it says another figure are unread, failing checks judged."""
    if any(problem.code == "one_reading" for problem in report.problems):
        return _unjudged(report)
    try:
        document = _read_again(report.media_type, data)
        document, _ = without_neighbours(document, report.title, report.agency, report.year)
        other = lay(document, year=report.year)
    except Unreadable as error:
        told = Problem("second_reading", "", f"the second reading failed: {error.message}")
        return replace(report, problems=(*report.problems, told))
    theirs = {(cell.table, cell.row, cell.column): cell for cell in other.cells}
    pairs = {
        address: (cell.value, _value(theirs.get(address)))
        for cell in report.cells
        if (address := _address(cell))
    }
    differing = {address for address, (ours, others) in pairs.items() if ours != others}
    against = {address for address in differing if None not in pairs[address]}
    cells = tuple(_without_value(cell) if _address(cell) in against else cell for cell in report.cells)
    checks = _judged(report, cells, theirs, differing)
    problems = (*report.problems, *_named(report.cells, theirs, differing), *_form_differs(report, other))
    prose = _judged_prose(report, cells, sections(document), theirs, differing)
    return replace(report, cells=cells, checks=checks, problems=problems, prose=prose)


def _unjudged(report: Report) -> Report:
    """The report whose second reading would be the first once more: nobody knows who is at fault."""
    prose = (replace(said, check=_undecided(said.check)) if said.check else said for said in report.prose)
    return replace(report, checks=tuple(map(_undecided, report.checks)), prose=tuple(prose))


def _undecided(made: Check) -> Check:
    return replace(made, verdict="undecided") if made.status == "fails" else made


def _read_again(media_type: str, data: bytes) -> Document:
    read: Callable[[bytes], Document] = import_module(f"parsers.documents.{_SECOND[media_type]}").read
    return read(data)


def _address(cell: Cell) -> Address:
    return cell.table, cell.row, cell.column


def _value(cell: Cell | None) -> Number | None:
    return cell.value if cell else None


def _without_value(cell: Cell) -> Cell:
    """The cell where two readings contradict each other: what is printed there is kept, no value is."""
    return replace(cell, value=None, state="unread")


def _named(
    cells: Iterable[Cell], theirs: Mapping[Address, Cell], differing: set[Address]
) -> Iterable[Problem]:
    """A problem for each row of which the readings differ; a figure that only one of them has is named too."""
    rows: dict[str, list[str]] = {}
    for cell in cells:
        if _address(cell) in differing:
            said = f"{cell.column} {_say(cell.value)} or {_say(_value(theirs.get(_address(cell))))}"
            rows.setdefault(f"{cell.table}.{cell.row}", []).append(said)
    for where, said_of in rows.items():
        yield Problem(
            "readings_differ", where, f"the first and the second reading differ: {', '.join(said_of)}"
        )


def _say(value: Number | None) -> str:
    return "nothing" if value is None else str(value)


def _form_differs(report: Report, other: Laid) -> Iterable[Problem]:
    if other.form != report.form:
        yield Problem("readings_differ", "form", f"two readings differ: form {report.form} or {other.form}")


def _judged(
    report: Report, cells: tuple[Cell, ...], theirs: Mapping[Address, Cell], differing: set[Address]
) -> tuple[Check, ...]:
    """The checks of what both readings agree on, each that fails or failed with its verdict."""
    if report.form is None:
        return report.checks
    form = load_forms()[report.form]
    by_other = _checks_of_other(form, report, theirs)
    now = check(form, report.tables, cells)
    return tuple(
        replace(
            made,
            verdict=_verdict(
                made,
                first,
                by_other.get((made.rule, made.where)),
                doubtful=bool(_operands(form, made) & differing),
            ),
        )
        for made, first in zip(now, report.checks, strict=True)
    )


def _judged_prose(
    report: Report,
    cells: tuple[Cell, ...],
    prose: Sequence[Section],
    theirs: Mapping[Address, Cell],
    differing: set[Address],
) -> tuple[Statement, ...]:
    """What the prose states, compared with the cells that both readings agree on; as the checks, with verdicts."""
    by_other = {
        said.id: said for said in statements(prose, _by_other(report, theirs), report.year, report.agency)
    }
    now = {said.id: said for said in statements(report.sections, cells, report.year, report.agency)}
    doubtful = {
        id: bool(set(compared_cells(id, map(_address, cells))) & differing)
        or not _same(said, by_other.get(id))
        for id, said in now.items()
    }
    return tuple(
        _judged_statement(now[first.id], first, by_other.get(first.id), doubtful=doubtful[first.id])
        for first in report.prose
    )


def _judged_statement(
    said: Statement, first: Statement, other: Statement | None, *, doubtful: bool
) -> Statement:
    """A statement with the verdict on its check; without its value where the other reading has another."""
    made = said.check
    if other and None not in (said.value, other.value) and said.value != other.value:
        made = replace(made, status="unknown", left=None) if made else None
        said = replace(said, value=None)
    if made is None or first.check is None or (doubtful and "fails" not in (made.status, first.check.status)):
        return replace(said, check=made)
    verdict = _verdict(made, first.check, other.check if other else None, doubtful=doubtful)
    return replace(said, check=replace(made, verdict=verdict))


def _same(said: Statement, other: Statement | None) -> bool:
    """Whether both readings have the same figure from the same sentence."""
    return other is not None and (said.value, squeeze(said.sentence)) == (
        other.value,
        squeeze(other.sentence),
    )


def _by_other(report: Report, theirs: Mapping[Address, Cell]) -> list[Cell]:
    """The report's cells as the other reading has them."""
    return [theirs.get(_address(cell), replace(cell, value=None, state="absent")) for cell in report.cells]


def _checks_of_other(
    form: Form, report: Report, theirs: Mapping[Address, Cell]
) -> dict[tuple[str, str], Check]:
    cells = _by_other(report, theirs)
    return {(made.rule, made.where): made for made in check(form, report.tables, cells)}


def _verdict(made: Check, first: Check, other: Check | None, *, doubtful: bool) -> Verdict | None:
    """publisher: both readings agree and the check fails. parser: the other reading's figures make it hold."""
    if not doubtful:
        return "publisher" if made.status == "fails" else None
    if first.status == "fails" and other is not None and other.status == "holds":
        return "parser"
    return "undecided"


def _operands(form: Form, made: Check) -> set[Address]:
    rule: Sum = next(item for item in form.sums if item.rule == made.rule)
    names = (*rule.left, *rule.right)
    if rule.each == "row":
        return {(rule.table, made.where, name) for name in names}
    return {(rule.table, name, made.where) for name in names}

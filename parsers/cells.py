"""Lays the official forms over a document: every cell by its label path, never by its position alone.

The drawn tables are cut into runs of lines by the labels in them (one official table may be drawn as several,
several as one), the reader of each table claims cells, and the form is told by the labels that only it has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from parsers.cutoff import without_cut_off
from parsers.displaced import without_displaced
from parsers.forms import Form, load_forms
from parsers.labels import squeeze
from parsers.lexicon import kind_scores, lexicon, telling_kinds
from parsers.model import Cell, Document, Problem, Text
from parsers.numbers import read_figure
from parsers.rows import Claim, Findings, Line, lines
from parsers.tables import disclosure, disputes, flow, requests, statistics

Claims = dict[tuple[str, str, str], Claim]
MOST_LINES = 5000
"""Rows of all tables of a document; a report has some 50, with a portal's menus 200."""
TOO_LONG = "too_long"
_TELL_OF_ROWS = ("unread_row", "ambiguous_cell", "missing_header")
"""Codes of problems that name a row which is printed, though none of its figures is taken."""
_OWN_HEADER = 3
"""Cells with words and no figure in a table's first row that make it a header."""
_MOST_OUTCOMES = 12
"""Rows of section three that a table of something else may share with it."""
_FEWEST_ROWS, _FEWEST_HEADS = 3, 2
"""Labels of rows, or of columns beside a row's, that make a table an official one."""
_LONGEST_LABEL = 40
_FEWEST_APPLICANTS = 3
"""Columns of section three that tell it from such a table."""
FLOW = "flow"
"""The kind of a run that was put together from lines of text and may hold any table."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A document under a form: the tables that it has, all their cells in the form's order, and problems."""

    form: str | None
    tables: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Run:
    """Consecutive lines of one kind, and the text printed before their table."""

    kind: str
    lines: list[Line]
    context: str


def lay(document: Document, *, year: int | None = None) -> Laid:
    """The official cells that the document prints. ``year`` decides the form only where no label does."""
    findings = Findings()
    runs: dict[str, list[_Run]] = {}
    for run in _runs(document):
        runs.setdefault(run.kind, []).append(run)
    if runs.pop(TOO_LONG, None):
        findings.problem("too_long", "tables", f"only the first {MOST_LINES} rows of its tables were read")
    for kind, found in runs.items():
        if kind == FLOW or _is_there(kind, found):
            _read(kind, found, findings)
    statistics.leave_out_regional(findings, year)
    claims = _without_conflicts(findings)
    form = _choose_form(findings, claims, year)
    if form is None:
        return Laid(None, problems=tuple(findings.problems))
    claims = without_cut_off(document, form, without_displaced(form, claims, findings), findings)
    return _fill(form, claims, findings)


def _read(kind: str, runs: Sequence[_Run], findings: Findings) -> None:
    """Reads one official table, which may be drawn in several parts: a header serves the parts after it."""
    together = [line for run in runs for line in run.lines]
    if kind == FLOW:
        for run in runs:
            flow.read(run.lines, findings)
    elif kind == "disputes":
        disputes.read([(run.context, run.lines) for run in runs], findings)
    else:
        {"disclosure": disclosure, "requests": requests, "statistics": statistics}[kind].read(
            together, findings
        )


def _runs(document: Document) -> Iterator[_Run]:
    """The lines of all drawn tables, cut by kind; a table without labels continues the one right before it."""
    context, previous, number, total = "", "", 0, 0
    for block in document.blocks:
        if isinstance(block, Text):
            context, previous = block.text, ""
            continue
        number += 1
        found = lines(requests.turn(block) if requests.is_turned(block) else block, number)
        total += len(found)
        if total > MOST_LINES:
            yield _Run(TOO_LONG, found[:1], context)
            return
        if block.loose:
            yield _Run(FLOW, found, context)
            previous = ""
            continue
        for kind, part in _by_kind(found, previous if _goes_on(found) else ""):
            if kind:
                yield _Run(kind, part, context)
            previous = kind
        context = ""


def _by_kind(found: Sequence[Line], previous: str) -> Iterator[tuple[str, list[Line]]]:
    """Runs of lines of one kind; a line that tells nothing is of the kind of the line before it."""
    kinds = [_kind(line) for line in found]
    first = next((kind for kind in kinds if kind), previous)
    run: list[Line] = []
    current = first
    for line, kind in zip(found, kinds, strict=True):
        if kind and kind != current:
            if run:
                yield current, run
            run, current = [], kind
        run.append(line)
    if run:
        yield current, run


def _goes_on(found: Sequence[Line]) -> bool:
    """Whether a table without known labels may go on with the one before it: one with a header of its own does not."""
    first = next((line for line in found if any(cell.text.strip() for cell in line.cells)), None)
    if first is None or first.figures():
        return True
    return sum(read_figure(cell.text).state == "unread" for cell in first.cells) < _OWN_HEADER


def _kind(line: Line) -> str:
    scores = kind_scores(cell.text for cell in line.cells if cell.row == line.number)
    best = max(scores, key=lambda kind: scores[kind])
    if not scores[best] or list(scores.values()).count(scores[best]) > 1:
        return ""
    return best


def _is_there(kind: str, runs: Sequence[_Run]) -> bool:
    """Whether the runs are the official table rather than a menu that shares a word or two with it."""
    words = lexicon(kind)
    rows: set[str] = set()
    columns: set[str] = set()
    applicants: set[str] = set()
    for text in {
        cell.text for run in runs for line in run.lines for cell in line.cells if len(cell.text) < 4000
    }:
        if kind in telling_kinds(text):
            named = words.rows.exact(text)
            rows.update(named)
            columns.update(
                words.columns.exact(text) or words.headings.exact(text) or (() if named else ("title",))
            )
        if kind == "requests" and len(text) < _LONGEST_LABEL:
            applicants.update(words.column_ids(text))
    if kind == "statistics":
        return len(rows) >= _FEWEST_ROWS
    if kind == "requests":  # outcomes alone may be those of a list of offices
        return len(rows) >= _MOST_OUTCOMES or bool(rows and len(applicants) >= _FEWEST_APPLICANTS)
    several = len(columns) >= _FEWEST_HEADS
    return several if kind == "disputes" else len(rows) >= _FEWEST_ROWS or bool(rows and several)


def _without_conflicts(findings: Findings) -> Claims:
    """One claim per official cell; where a row is printed twice with different figures, neither is taken.

    Nor is a row that could be read in one place and not in another.
    """
    rows: dict[tuple[str, str, int, int], dict[str, Claim]] = {}
    for claim in findings.claims:
        rows.setdefault((claim.table, claim.row, *claim.line), {}).setdefault(claim.column, claim)
    copies: dict[tuple[str, str], list[dict[str, Claim]]] = {}
    for (table, row, _, _), cells in rows.items():
        copies.setdefault((table, row), []).append(cells)
    kept: Claims = {}
    unread = {problem.where for problem in findings.problems if problem.code == "unread_row"}
    for (table, row), printings in copies.items():
        if f"{table}.{row}" in unread:
            continue
        for column, claim in _agreed(f"{table}.{row}", printings, findings).items():
            kept[table, row, column] = claim
    return kept


def _agreed(where: str, printings: Sequence[dict[str, Claim]], findings: Findings) -> dict[str, Claim]:
    """The cells of a row that is printed more than once: all printings must agree."""
    merged: dict[str, Claim] = {}
    for cells in _without_remnants(printings):
        for column, claim in cells.items():
            known = merged.setdefault(column, claim)
            if known.figure != claim.figure:
                message = (
                    f"{column} is printed twice, as {known.cell.text[:40]} and as {claim.cell.text[:40]}"
                )
                findings.problem("ambiguous_cell", where, f"{message}; no figure of the row is taken")
                return {}
    return merged


def _without_remnants(printings: Sequence[dict[str, Claim]]) -> list[dict[str, Claim]]:
    """Leaves out the empty half of a row that was cut in two, by a page break or by hand."""
    kept: list[dict[str, Claim]] = []
    for cells in printings:
        if kept and kept[-1].keys() == cells.keys() and _adjacent(kept[-1], cells):
            if _empty(cells):
                continue
            if _empty(kept[-1]):
                kept.pop()
        kept.append(cells)
    return kept


def _empty(cells: dict[str, Claim]) -> bool:
    return not any(claim.cell.text.strip() for claim in cells.values())


def _adjacent(one: dict[str, Claim], other: dict[str, Claim]) -> bool:
    (table, row), (next_table, next_row) = (next(iter(cells.values())).line for cells in (one, other))
    return next_row == row + 1 if table == next_table else next_table == table + 1 and next_row == 0


def _choose_form(findings: Findings, claims: Claims, year: int | None) -> Form | None:
    """The form with most labels of its own; the year decides where no label does."""
    forms = load_forms()
    seen = findings.seen
    if not seen:
        return None
    modern = {form: votes for form, votes in findings.votes.items() if form != "2014"}
    if "statistics" in seen and not ({"disclosure", "requests"} & {table for table, _, _ in claims}):
        return forms["2014"]
    if modern:
        most = max(modern.values())
        leading = [form for form, votes in modern.items() if votes == most]
        if len(modern) > 1:
            told = ", ".join(f"{votes} of form {form}" for form, votes in sorted(modern.items()))
            findings.problem("hybrid_form", "form", f"labels of several forms: {told}")
        if len(leading) == 1:
            return forms[leading[0]]
    by_year = [form for form in forms.values() if form.id != "2014" and year and form.first_year <= year]
    findings.problem(
        "uncertain_form", "form", "no label tells which form this is; taken by the report's year"
    )
    return by_year[-1] if by_year else forms["2021"]


def _fill(form: Form, claims: Claims, findings: Findings) -> Laid:
    """Every cell of the form's tables that the document has, and a problem for whatever is not there."""
    cells: list[Cell] = []
    present: list[str] = []
    for table in form.tables:
        if table.id not in findings.seen:
            message = f"the document does not print the table {table.zh}, or not so that it can be read"
            findings.problem("missing_table", table.id, message)
            continue
        present.append(table.id)
        rows: dict[str, list[Cell]] = {}
        for row, column in table.cells():
            claim = claims.pop((table.id, row.id, column.id), None)
            if claim and claim.form not in (None, form.id) and not _same_field(form, claim):
                claims[table.id, row.id, column.id] = claim
                claim = None
            rows.setdefault(row.id, []).append(_cell(table.id, row.id, column.id, claim))
        _report_gaps(table.id, rows, findings, printed={row for part, row, _ in claims if part == table.id})
        cells.extend(cell for row in rows.values() for cell in row)
    _report_other_forms(claims, findings)
    return Laid(form.id, tuple(present), tuple(cells), tuple(findings.problems))


def _same_field(form: Form, claim: Claim) -> bool:
    """Whether a field of another form's block means the same in this one (处理决定数量 in both)."""
    return claim.column == "decisions" and claim.table == "disclosure"


def _cell(table: str, row: str, column: str, claim: Claim | None) -> Cell:
    if claim is None:
        return Cell(table, row, column)
    return Cell(table, row, column, claim.figure.value, claim.figure.state, claim.cell.text, claim.cell.place)


def _report_gaps(
    table: str, rows: dict[str, list[Cell]], findings: Findings, *, printed: Collection[str]
) -> None:
    """Problems for what a table lacks. Rows ``printed`` under another form's header or told of before are there."""
    absent = [row for row, cells in rows.items() if all(cell.state == "absent" for cell in cells)]
    told = {problem.where for problem in findings.problems if problem.code in _TELL_OF_ROWS}
    missing = [row for row in absent if row not in printed and f"{table}.{row}" not in told]
    if missing:
        findings.problem(
            "missing_rows", table, f"{len(missing)} of {len(rows)} rows are not there: {', '.join(missing)}"
        )
    for row, cells in rows.items():
        _report_cells("blank_cell", "blank", f"{table}.{row}", cells, findings)
        _report_cells("unread_cell", "unread", f"{table}.{row}", cells, findings)
        if row not in absent:
            _report_cells("missing_cell", "absent", f"{table}.{row}", cells, findings)


def _report_cells(code: str, state: str, where: str, cells: Sequence[Cell], findings: Findings) -> None:
    found = [cell for cell in cells if cell.state == state]
    if found:
        said = ", ".join(f"{cell.column} {squeeze(cell.raw or '')[:30]}".strip() for cell in found)
        findings.problem(code, where, f"{state}: {said}")


def _report_other_forms(claims: Claims, findings: Findings) -> None:
    rows: dict[str, list[str]] = {}
    for (table, row, column), claim in claims.items():
        if claim.cell.text.strip():
            rows.setdefault(f"{table}.{row}", []).append(f"{column} {claim.cell.text.strip()[:40]}")
    for where, figures in rows.items():
        findings.problem("hybrid_form", where, f"figures of another form: {', '.join(figures)}")

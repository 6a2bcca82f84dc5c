"""The statistics annex of 2014 to 2018: one indicator a row, with its unit and figure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest

from parsers.forms import Row, load_forms
from parsers.labels import key, squeeze
from parsers.lexicon import ROW_HEADERS, lexicon
from parsers.model import GridCell
from parsers.numbers import is_figure, money_unit, read_figure
from parsers.rows import Claim, Findings, Line, figure, printed

TABLE = "statistics"
_PLAIN = 3
"""Columns of an annex with nothing but indicator, unit and figure."""
_FOREIGN = (("unknown_row", TABLE), ("unread_row", "tables"))
"""Problems that tell of figures which no indicator of the annex claims."""
_CODES = ("代码", "编码", "序号", "编号", "行次")
"""Headers of columns that number the rows."""
_UNIT_HEADERS = ("单位", "计量单位")
_LABELS = ("统计指标名称", "指标", "项目", "项目名称", "统计内容", "内容", "名称")
_NO_FIGURES = (*ROW_HEADERS, *_LABELS, *_CODES, *_UNIT_HEADERS, "备注", "说明")
_NUMBERED = 8
"""Rows that a column must number, each with more than the one before, to be one of codes."""
_UNITS = ("条", "件", "次", "篇", "个", "人", "人次", "万元", "元", "亿元")


def read(lines: Sequence[Line], findings: Findings) -> None:
    """Claims the cells of the lines, which belong to the annex, and reports what no label claims."""
    column: int | None = None
    halves: list[int] = []
    numbers = _numbering_columns(lines)
    codes = numbers
    end = -1
    last: dict[int, str] = {}
    for line in lines:
        header = _value_column(line)
        if header is not None:
            column, halves = header, [cell.column for cell in line.cells if key(cell.text) in ROW_HEADERS]
            codes = numbers | {cell.column for cell in line.cells if key(cell.text) in _CODES}
            end = line.end()
            findings.seen.add(TABLE)
            continue
        labels = _labels(line, last)
        single = column if len(labels) == 1 else None
        for (cell, name), following in zip_longest(labels, labels[1:]):
            findings.seen.add(TABLE)
            ends = [end for end in halves if end > cell.column] + ([following[0].column] if following else [])
            values = [value for value in line.after(cell) if not ends or value.column < min(ends)]
            values = [value for value in values if value.column not in codes]
            others = end + 1 > _PLAIN * max(len(halves), 1)
            where = single if line.end() == end and len(halves) <= 1 else -1 if others else None
            _read_row(line, name, values, findings, column=where)
        if not labels and line.figures():
            findings.problem("unknown_row", TABLE, f"no official row has this label: {line.text()}")
            findings.doubt_above(line)


def leave_out_regional(findings: Findings, year: int | None) -> None:
    """Takes nothing from a table of indicators of which most are not the national annex's.

    Annexes of provinces and cities, older than the national one, share some of its labels.
    """
    problems = list(findings.problems)
    known = {f"{TABLE}.{claim.row}" for claim in findings.claims if claim.table == TABLE}
    known |= {problem.where for problem in problems if problem.where.startswith(f"{TABLE}.")}
    old = year is None or year < load_forms()["2014"].first_year
    codes = (
        _FOREIGN if old else _FOREIGN[:1]
    )  # an annex of its time may be damaged, so that words meet no label
    foreign = [problem for problem in problems if (problem.code, problem.where) in codes]
    if TABLE not in findings.seen or len(foreign) <= len(known):
        return
    findings.claims = [claim for claim in findings.claims if claim.table != TABLE]
    findings.seen.discard(TABLE)
    findings.votes.pop("2014", None)
    for problem in problems:
        if problem in foreign or problem.where in known:
            del findings.problems[problem]
    if year is None or year >= load_forms()["2014"].first_year:
        message = f"a table of indicators that is not the national annex: {foreign[0].message}"
        findings.problem("unknown_row", TABLE, message)


def _value_column(line: Line) -> int | None:
    """The column of the figures if the line is the annex's header, -1 if the header does not tell which it is."""
    if not _is_header(line):
        return None
    named = [cell for cell in line.cells if lexicon(TABLE).columns.exact(cell.text)]
    others = [cell for cell in line.cells if key(cell.text) not in _NO_FIGURES]
    if not named and len(others) == 1 and len(line.cells) > 1:
        named = others
    return named[0].column if len(named) == 1 else -1


def _is_header(line: Line) -> bool:
    """Whether a line names the columns: by the official words, or by that for units under whatever others."""
    names = [key(cell.text) for cell in line.cells]
    if any(name in ROW_HEADERS for name in names):
        return True
    plain = not line.figures() and not any(lexicon(TABLE).rows.exact(cell.text) for cell in line.cells)
    return len(names) > 1 and plain and any(name in _UNIT_HEADERS for name in names[1:])


def _numbering_columns(lines: Sequence[Line]) -> set[int]:
    """The columns whose figures only number the rows: 01, 02, 03 …; an annex's own figures never only rise."""
    figures: dict[int, list[Decimal]] = {}
    right = max((cell.column for line in lines for cell in line.figures()), default=0)
    for line in lines:
        for cell in line.figures():
            value = read_figure(cell.text).value
            if cell.column < right and value is not None:
                figures.setdefault(cell.column, []).append(Decimal(value))
    return {
        column
        for column, values in figures.items()
        if len(values) >= _NUMBERED and all(one < other for one, other in itertools.pairwise(values))
    }


def _labels(line: Line, last: dict[int, str]) -> list[tuple[GridCell, str]]:
    """The labels of the line. ``last`` holds the label read last in each column, for the annex may stand in two halves
    side by side."""
    found = []
    for cell in line.cells:
        if cell.row != line.number or is_figure(cell.text):
            continue
        above = [column for column in last if abs(column - cell.column) <= 1] or list(last)[-1:]
        name = _in_context(lexicon(TABLE).rows.candidates(cell.text), last[above[-1]] if above else "")
        if name:
            found.append((cell, name))
            last.pop(cell.column, None)
            last[cell.column] = name
    return found


def _in_context(candidates: Sequence[str], last: str) -> str:
    """The one candidate under the main heading read last; a label that stands once needs no context."""
    if len(candidates) == 1:
        return candidates[0]
    same = [name for name in candidates if last and name.split(".")[0] == last.split(".", maxsplit=1)[0]]
    return same[0] if len(same) == 1 else ""


def _read_row(
    line: Line, name: str, values: list[GridCell], findings: Findings, *, column: int | None
) -> None:
    row = next((row for row in _official_rows() if row.id == name), None)
    if row is None:
        _report_heading(name, values, findings)
        return
    unit = next((squeeze(cell.text) for cell in values if squeeze(cell.text) in _UNITS), None)
    cells = [cell for cell in values if squeeze(cell.text) not in _UNITS]
    chosen = _choose(cells, column)
    left = [cell for cell in cells if cell is not chosen and is_figure(cell.text)]
    if left:
        code = "unknown_column" if chosen else "unread_row"
        findings.problem(code, f"{TABLE}.{name}", f"figures under no official column: {printed(left)}")
    if chosen:
        official = "万元" if row.unit == "万元" else None
        of_money = money_unit(unit or squeeze(line.text()))
        said = figure(chosen, unit=official, header_unit=of_money)
        findings.claims.append(Claim(TABLE, name, "value", chosen, said, line.address()))
        findings.vote("2014")


def _choose(cells: Sequence[GridCell], column: int | None) -> GridCell | None:
    """The one cell that holds the row's figure: that under the header, else the only one or the only figure."""
    said = [cell for cell in cells if cell.text.strip() and _is_read(cell.text)]
    figures = said if any(is_figure(cell.text) for cell in said) else []
    if column is None and any(re.search(r"\d", cell.text) for cell in cells if cell not in said):
        return None  # another row seems to have run into this one
    if column is not None and column >= 0:
        placed = [cell for cell in cells if cell.column <= column < cell.column + cell.colspan]
        candidates = placed or figures
    else:
        candidates = (figures or list(cells)) if column is None else []
    return candidates[0] if len(candidates) == 1 else None


def _is_read(text: str) -> bool:
    return any(read_figure(text, unit=unit).state != "unread" for unit in (None, "万元"))


def _report_heading(name: str, values: Sequence[GridCell], findings: Findings) -> None:
    figures = [cell for cell in values if is_figure(cell.text)]
    if figures:
        findings.problem("unclaimed_number", f"{TABLE}.{name}", f"a heading with figures: {printed(figures)}")


def _official_rows() -> Sequence[Row]:
    return load_forms()["2014"].tables[0].rows()

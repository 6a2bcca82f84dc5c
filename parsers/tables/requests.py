"""Section three: outcomes in rows, kinds of applicant in seven columns."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mode

from parsers.labels import numbering, squeeze
from parsers.lexicon import lexicon
from parsers.model import DOUBT, GridCell, Table
from parsers.numbers import is_figure, read_figure
from parsers.rows import (
    Claim,
    Findings,
    Head,
    Line,
    Match,
    figure,
    is_foreign_header,
    is_subsequence,
    last_column,
    match_by_order,
    match_by_place,
    printed,
    without_padding,
)

TABLE = "requests"
COLUMNS = (
    "natural_person",
    "commercial",
    "research",
    "public_interest",
    "legal_service",
    "other_org",
    "total",
)
ONLY_2021 = ("other_no_correction", "other_no_payment", "other_other")
_STEP = re.compile(r"[-—–/>:：]*(?=[一二三四]、|\([一二三四五六七]\)|(?<!\d)\d[.、])")
_LONGEST_PATH = 120
_SEVERAL = 3
"""Rows of a table beside their columns that make it one whose header or labels lost a cell."""
_MANY = 5
"""Outcomes side by side that show a table to be turned round; upright, a line has one."""
_FEWEST = 4
"""Column labels that a header must show before rows are read in the form's order."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """What a header says of a row: its labels, whether it is of the row's own drawn table, and is narrow (:func:`_is_narrow`)."""

    heads: Sequence[Head]
    same_table: bool
    narrow: bool
    end: int
    """The last column of most rows of the table, in a text of any: one with a gap that ends before may be short of a cell."""


def read(lines: Sequence[Line], findings: Findings) -> None:
    """Claims the cells of the lines, which belong to section three, and reports what no label claims."""
    header: list[Line] = []
    heads: list[Head] = []
    previous, narrow, end = "", False, -1
    astray: Counter[int] = Counter()
    for number, line in enumerate(lines):
        if _is_header(line):
            header = [*header, line] if header and header[-1].table == line.table and not previous else [line]
            heads, previous = _sound(_heads(header), header), ""
            narrow = _is_narrow(heads, header, lines[number + 1 :])
            ends = [other.end() for other in lines if other.table == line.table]
            end = mode(ends) if line.cells[0].place.line is None else max(ends)
            findings.seen.add(TABLE)
            continue
        first = number > 0 and lines[number - 1].table != line.table
        if first and is_foreign_header(line, lexicon(TABLE)):
            header, heads, previous = [], [], ""
            continue
        label = _row_label(line, previous)
        if label:
            findings.seen.add(TABLE)
            previous = label[1]
            same = bool(header) and header[-1].table == line.table
            if not _read_row(line, label, _Columns(heads, same, same and narrow, end), findings):
                astray[line.table] += same
        elif line.figures():
            findings.problem("unknown_row", TABLE, f"no official row has this label: {line.text()}")
            findings.doubt_above(line)
    for table in (table for table, rows in astray.items() if rows >= _SEVERAL):
        _doubt_open_rows(table, findings)


def _doubt_open_rows(table: int, findings: Findings) -> None:
    """Takes back the rows of a table without anything under 总计 where others don't meet the header at all: they may
    stand beside their columns, too, and fit only with their blanks."""
    own = [claim for claim in findings.claims if claim.table == TABLE and claim.line[0] == table]
    for claim in own:
        if claim.column == COLUMNS[-1] and not claim.cell.text.strip():
            row = [other for other in own if other.line == claim.line]
            if not any(other.figure.value for other in row):
                continue
            findings.claims = [other for other in findings.claims if other not in row]
            figures = printed([other.cell for other in row])
            message = f"other rows of the table stand beside their columns, and these figures may: {figures}"
            findings.problem("unread_row", f"{TABLE}.{claim.row}", message)


def is_turned(table: Table) -> bool:
    """Whether a table has the applicants in its rows and the outcomes in its columns."""
    return bool(_rows_of_outcomes(table))


def _rows_of_outcomes(table: Table) -> list[int]:
    """The rows in which many outcomes stand side by side."""
    words = lexicon(TABLE)
    across = Counter(
        cell.row
        for cell in table.cells
        if len(cell.text) < 80 and words.rows.exact(cell.text) and not words.columns.exact(cell.text)
    )
    return [row for row, labels in across.items() if labels >= _MANY]


def turn(table: Table) -> Table:
    """The table with rows and columns exchanged; places stay those of the original.

    A row that doesn't end where the outcomes above it do has lost or gained a cell, so its figures may stand under
    labels of others: each of them is marked as doubtful.
    """
    ends: dict[int, int] = {}
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.rowspan):
            ends[row] = max(ends.get(row, 0), cell.column + cell.colspan)
    end = max(ends[row] for row in _rows_of_outcomes(table))
    cells = (
        cell._replace(
            text=cell.text if ends[cell.row] == end or not is_figure(cell.text) else f"{cell.text}{DOUBT}",
            row=cell.column,
            column=cell.row,
            rowspan=cell.colspan,
            colspan=cell.rowspan,
        )
        for cell in table.cells
    )
    return replace(table, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


def _is_header(line: Line) -> bool:
    """Whether a line names columns and holds no figure."""
    words = lexicon(TABLE)
    own = [cell for cell in line.cells if cell.row == line.number]
    named = [cell for cell in own if words.columns.find(cell.text)]
    above = any(key in squeeze(cell.text) for cell in own for key in ("申请人情况", "法人或其他组织"))
    return (above or len(named) > 1) and not line.figures()


def _heads(header: Sequence[Line]) -> list[Head]:
    """The lowest label of each column of the header, from left to right; unknown ones without a name."""
    words = lexicon(TABLE)
    lowest: dict[int, GridCell] = {}
    for line in header:
        for cell in line.cells:
            if cell.text.strip() and not words.headings.exact(cell.text) and not _is_note(cell.text):
                for column in range(cell.column, cell.column + cell.colspan):
                    lowest[column] = cell
    heads = []
    for cell in dict.fromkeys(lowest[column] for column in sorted(lowest)):
        found = words.column_ids(cell.text)
        heads.append(
            Head(found[0] if found else None, cell.column, cell.column + cell.colspan - 1, cell.text)
        )
    return heads


def _is_note(text: str) -> bool:
    bare = squeeze(text)
    return "勾稽关系" in bare or len(bare) > 20


def _row_label(line: Line, previous: str) -> tuple[GridCell, str] | None:
    """The last official row label of the line, told by its own text, or for 其他 and 总计 by its surroundings."""
    words = lexicon(TABLE)
    found: tuple[GridCell, str] | None = None
    for cell in line.cells:
        own = cell.row == line.number
        names = (words.rows.find(cell.text) or words.rows.find(_last_step(cell.text))) if own else ()
        if names and (names[0] != "other_other" or _is_other_other(cell, line, previous)):
            found = cell, names[0]
    return found


def _last_step(text: str) -> str:
    """The own label of a cell that prints its whole path: （三）不予公开 1.属于国家秘密. Empty if it prints none."""
    steps = _STEP.split(squeeze(text)) if len(text) < _LONGEST_PATH else []
    headings = [step for step in steps[:-1] if step]
    known = lexicon(TABLE).headings
    return steps[-1] if headings and all(known.exact(step) for step in headings) else ""


def _is_other_other(cell: GridCell, line: Line, previous: str) -> bool:
    """其他 is a row label only as the third under （六）其他处理."""
    above = any("其他处理" in squeeze(other.text) for other in line.cells if other is not cell)
    return above or numbering(cell.text) == "3" or previous in ONLY_2021[:2]


def _read_row(line: Line, label: tuple[GridCell, str], columns: _Columns, findings: Findings) -> bool:
    """Claims a row's cells; False where its figures don't meet the header's columns."""
    cell, row = label
    where = f"{TABLE}.{row}"
    values = line.after(cell)
    if not values or (not line.figures() and not lexicon(TABLE).rows.exact(cell.text)):
        return True
    if row == "other" and not line.figures() and len(values) < len(COLUMNS):
        return True
    heads = columns.heads
    if columns.same_table:
        heads = [head for head in heads if head.name or head.last > last_column(cell)]
    else:  # a heading of the row labels names none of the columns, wherever the labels stand here
        heads = list(itertools.dropwhile(lambda head: head.name is None, heads))
    known = [head for head in heads if head.name]
    if _is_heading_of_unknown(values, heads):
        if line.figures():
            findings.problem("unknown_row", TABLE, f"no official row has this label: {line.text()}")
        return True
    if len(known) < 2:
        if line.figures():
            findings.problem(
                "missing_header", where, f"no header names the columns of this row: {printed(values)}"
            )
        return True
    pairs = _match(cell, heads, values, columns)
    if pairs is None:
        findings.problem(
            "unread_row" if len(known) >= _FEWEST else "missing_header",
            where,
            f"the figures don't meet the columns one by one: {printed(values)}",
        )
        return False
    findings.vote("2019" if row == "other" else "2021" if row in ONLY_2021 else None)
    for head, value in pairs:
        if head.name:
            findings.claims.append(Claim(TABLE, row, head.name, value, figure(value), line.address()))
        elif value.text.strip():
            findings.problem("unknown_column", where, f"column {squeeze(head.text)}: {printed([value])}")
    return True


def _is_heading_of_unknown(values: Sequence[GridCell], heads: Sequence[Head]) -> bool:
    """Whether another label, which no form knows, stands between the last known one and the figures."""
    first = next((cell for cell in values if cell.text.strip()), None)
    if first is None or read_figure(first.text).state != "unread":
        return False
    left = min((head.first for head in heads), default=0)
    return first.column < left or len(values) > len(COLUMNS)


def _match(label: GridCell, heads: Sequence[Head], values: list[GridCell], columns: _Columns) -> Match | None:
    names = [head.name for head in heads if head.name]
    unknown = len(names) < len(heads)
    repeated = len(set(names)) < len(names)
    if repeated:
        return None
    if columns.same_table and (columns.narrow or _geometry_holds(heads)):
        pairs = match_by_place(heads, values, end=max(columns.end, *(head.last for head in heads)))
        if pairs is not None:
            return pairs
    if unknown or len(names) < _FEWEST or not is_subsequence(names, COLUMNS):
        return None
    if columns.same_table and not values[-1].text.strip() and last_column(values[-1]) < columns.end:
        return None  # the empty cell at its end makes up for a lost one
    filled = without_padding(values)
    by_order = match_by_order(COLUMNS, filled) if all(cell.text.strip() for cell in filled) else None
    padded = not values[0].text.strip() and values[0].column < heads[0].first
    if padded and label.colspan == 1:
        return by_order  # the first empty cells may be the label's, and as many of the figures cut off
    if by_order and len(values) > len(filled) and not padded and not _adds_up(filled):
        return None  # the empty cell may be that of the first column, and one among the figures too many
    return match_by_order(COLUMNS, values) or by_order


def _adds_up(cells: Sequence[GridCell]) -> bool:
    *parts, total = (read_figure(cell.text).value or 0 for cell in cells)
    return sum(parts) == total


def _sound(heads: list[Head], header: Sequence[Line]) -> list[Head]:
    """The heads, where they do not stand in the form's order, only if it is certain what they stand over.

    Columns may be printed in another order: then the span of 法人或其他组织 must fit its five columns. A wrong span
    moves labels about, too: then each header row still has its own labels in the form's order, and the rows
    below are read in that order.
    """
    names = [head.name for head in heads]
    if set(names) != set(COLUMNS) or len(names) != len(COLUMNS) or tuple(names) == COLUMNS:
        return heads
    if _group_fits(heads, header):
        return heads
    columns = lexicon(TABLE).column_ids
    for line in header:
        own = [found[0] for cell in line.cells if cell.row == line.number and (found := columns(cell.text))]
        if not is_subsequence(own, COLUMNS):
            return []
    return [Head(name, -1, -1) for name in COLUMNS]


def _group_fits(heads: Sequence[Head], header: Sequence[Line]) -> bool:
    """Whether 法人或其他组织 covers just its five columns, or all seven labels stand in one row side by side."""
    inside = [head for head in heads if head.name in COLUMNS[1:-1]]
    groups = {cell for line in header for cell in line.cells if "法人或其他组织" in squeeze(cell.text)}
    if not groups:
        rows = {cell.row for line in header for cell in line.cells if lexicon(TABLE).column_ids(cell.text)}
        return len(rows) == 1
    first, last = min(head.first for head in inside), max(head.last for head in inside)
    covered = sum(head.last - head.first + 1 for head in inside)
    return covered == last - first + 1 and all(
        (group.column, group.column + group.colspan - 1) == (first, last) for group in groups
    )


def _is_narrow(heads: Sequence[Head], header: Sequence[Line], following: Sequence[Line]) -> bool:
    """Whether the table was printed without some of the seven columns, rather than having lost a label or a cell.

    Then the labels left stand side by side in the form's order, the headings above them cover just them, and no row
    below is wider.
    """
    heads = list(itertools.dropwhile(lambda head: head.name is None, heads))
    names = [head.name for head in heads if head.name]
    if not _FEWEST <= len(names) < len(COLUMNS) or len(names) < len(heads):
        return False
    together = all(right.first == left.last + 1 for left, right in itertools.pairwise(heads))
    if not together or not is_subsequence(names, COLUMNS) or not _covered(heads, header):
        return False
    until = next((n for n, line in enumerate(following) if _is_header(line)), len(following))
    rows = [line for line in following[:until] if line.table == header[-1].table and line.figures()]
    return len(rows) >= _FEWEST and all(line.end() <= heads[-1].last for line in rows)


def _covered(heads: Sequence[Head], header: Sequence[Line]) -> bool:
    """Whether 申请人情况 and 法人或其他组织, where they are printed, cover just the columns below them."""
    organisations = [head for head in heads if head.name in COLUMNS[1:-1]]
    spans = {"申请人情况": heads, "法人或其他组织": organisations}
    return all(
        bool(below) and (cell.column, cell.column + cell.colspan - 1) == (below[0].first, below[-1].last)
        for label, below in spans.items()
        for cell in {cell for line in header for cell in line.cells if label == squeeze(cell.text)}
    )


def _geometry_holds(heads: Sequence[Head]) -> bool:
    """Whether the header's columns stand side by side, all seven of them, in an order that :func:`_sound` allows.

    An unknown label counts as the official column in whose place it stands, or as one more column. A header
    short of a column tells no places: its rows may have lost the same cell, or another.
    """
    names = [head.name for head in heads if head.name]
    together = all(right.first == left.last + 1 for left, right in itertools.pairwise(heads))
    whole = tuple(names) == COLUMNS or (len(names) == len(heads) and set(names) == set(COLUMNS))
    instead = len(heads) == len(COLUMNS) and all(
        head.name in (None, name) for head, name in zip(heads, COLUMNS, strict=True)
    )
    return together and (whole or instead)

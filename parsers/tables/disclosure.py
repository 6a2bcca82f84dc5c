"""Section two: blocks of rows, each under its own header row (第二十条第（一）项 and so on)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from parsers.forms import Column
from parsers.labels import squeeze
from parsers.lexicon import BLOCK_TITLE, lexicon, official_columns
from parsers.model import GridCell
from parsers.numbers import clean, money_unit
from parsers.rows import (
    Claim,
    Findings,
    Head,
    Line,
    Match,
    figure,
    holds_two,
    is_foreign_header,
    is_subsequence,
    match_by_order,
    match_by_place,
    printed,
)

TABLE = "disclosure"
_LONGEST_TITLE = 60


@dataclass(slots=True)
class _Block:
    """What stands above a row: the block's title, its header's cells, and the table that these are in."""

    title: str = ""
    heads: list[Head] = field(default_factory=list)
    source: int = -1


def read(lines: Sequence[Line], findings: Findings) -> None:
    """Claims the cells of the lines, which belong to section two, and reports what no label claims."""
    block = _Block()
    for before, line in zip((None, *lines), lines, strict=False):
        row = _row_label(line)
        header = _header(line)
        if before and before.table != line.table and not header and is_foreign_header(line, lexicon(TABLE)):
            block.heads = []
        elif header and not (row and line.figures()):
            block.heads, block.source = header, line.table
            findings.seen.add(TABLE)
            for head in header:
                findings.vote(head.form if head.name else None)
        elif _is_title(line) and not row and not line.figures():
            block = _Block(line.text(), source=block.source)
            findings.seen.add(TABLE)
        elif row:
            _read_row(line, row, block, findings)
        elif line.figures():
            _report_unknown(line, findings)
            findings.doubt_above(line)


def _is_title(line: Line) -> bool:
    own = (cell for cell in line.cells if cell.row == line.number and len(cell.text) < _LONGEST_TITLE)
    return any(BLOCK_TITLE.search(squeeze(cell.text)) for cell in own)


def _header(line: Line) -> list[Head]:
    """The header cells of a line that names at least one column; none if it names none."""
    words = lexicon(TABLE)
    heads = []
    for cell in line.cells:
        found = words.columns.find(cell.text)
        form, name = found[0].split(":") if found else (None, None)
        if found or not words.headings.exact(cell.text):
            heads.append(Head(name, cell.column, cell.column + cell.colspan - 1, cell.text, form))
    return heads if any(head.name for head in heads) else []


def _row_label(line: Line) -> tuple[GridCell, str] | None:
    for cell in line.cells:
        if found := lexicon(TABLE).rows.find(cell.text):
            return cell, found[0]
    return None


def _read_row(line: Line, label: tuple[GridCell, str], block: _Block, findings: Findings) -> None:
    cell, row = label
    where = f"{TABLE}.{row}"
    values = [value for value in line.cells if value.column > cell.column]
    if not any(value.text.strip() for value in values) and not block.heads:
        return
    heads = [head for head in block.heads if head.last > cell.column]
    named = [head for head in heads if head.name]
    if not named:
        findings.problem("missing_header", where, f"no header names the columns of this row: {line.text()}")
        return
    columns = {column.id: column for column in official_columns(TABLE, row, named[0].form or "")}
    pairs = _match(heads, values, list(columns), same_table=block.source == line.table)
    if pairs is None or any(head.name and head.name not in columns for head, _ in pairs):
        if not lexicon(TABLE).rows.exact(cell.text) and not line.figures():
            return
        findings.problem(
            "unread_row", where, f"the figures don't meet the columns one by one: {printed(values)}"
        )
        return
    if any(_is_misplaced(value, columns[head.name], columns.values()) for head, value in pairs if head.name):
        findings.problem(
            "unread_row", where, f"a sign or a fraction stands where a count should: {printed(values)}"
        )
        return
    if any(map(holds_two, values)) and not all(value.text.strip() for value in values):
        findings.problem(
            "unread_row", where, f"two figures share a cell, and one is empty: {printed(values)}"
        )
        return
    for head, value in pairs:
        if head.name is None:
            if value.text.strip():
                findings.problem(
                    "unknown_column",
                    where,
                    f"column {squeeze(head.text) or 'without label'}: {printed([value])}",
                )
            continue
        column = columns[head.name]
        said = figure(
            value,
            unit=column.unit,
            signed=column.signed,
            header_unit=_unit(head.text, cell.text, block.title),
        )
        findings.claims.append(Claim(TABLE, row, head.name, value, said, line.address(), named[0].form))


def _match(
    heads: Sequence[Head], values: list[GridCell], official: list[str], *, same_table: bool
) -> Match | None:
    """Header and value pairs: by place where the header fits, else by the form's order where the count fits."""
    labelled = [head for head in heads if head.text.strip()]
    names = [head.name for head in labelled if head.name]
    unknown = len(names) < len(labelled)
    gaps = len(heads) > len(labelled)
    end = max(head.last for head in heads)
    complete = len(labelled) >= len(official)
    if same_table and complete and (pairs := match_by_place(labelled, values, end=end)) is not None:
        return pairs
    if unknown or len(set(names)) < len(names):
        return None
    if same_table and complete and not all(value.text.strip() for value in values):
        return None  # a row that doesn't fit its header and has an empty cell may have lost one and gained another
    texts = {head.name: head for head in labelled}
    if is_subsequence(names, official) and (gaps or len(names) < len(official)):
        ordered = match_by_order(official, values) or (None if gaps else match_by_order(names, values))
    else:
        ordered = match_by_order(names, values)
    if ordered is None:
        return None
    return [(texts.get(head.name, head), value) for head, value in ordered]


def _is_misplaced(cell: GridCell, column: Column, block: Iterable[Column]) -> bool:
    """Whether a figure is none of its column but plainly one of another in its block: a sign beside 本年增/减,
    a fraction beside an amount. The row's figures are then displaced, though no sum tells of it."""
    said = figure(cell, unit=column.unit, signed=True)
    others = [other for other in block if other is not column]
    if column.signed or column.unit == "万元" or not isinstance(said.value, int | Decimal):
        return False
    signed = clean(cell.text)[:1] in ("+", "-", "增", "减") and any(other.signed for other in others)
    return signed or (said.value % 1 != 0 and any(other.unit == "万元" for other in others))


def _unit(*texts: str) -> str | None:
    return next(filter(None, (money_unit(squeeze(text)) for text in texts)), None)


def _report_unknown(line: Line, findings: Findings) -> None:
    findings.problem("unknown_row", TABLE, f"no official row has this label: {line.text()}")

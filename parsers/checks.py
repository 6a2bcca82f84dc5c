"""The arithmetic of the forms (勾稽关系), applied to what the document prints; nothing is repaired by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from parsers.forms import Form, FormTable, Sum
from parsers.model import Cell, Check, Number
from parsers.numbers import exact

Values = Mapping[tuple[str, str], Number | None]


def check(form: Form, tables: Iterable[str], cells: Iterable[Cell]) -> tuple[Check, ...]:
    """Every rule of the form, for each row or column of the tables that are there, in the form's order."""
    values: dict[str, dict[tuple[str, str], Number | None]] = {table: {} for table in tables}
    for cell in cells:
        values[cell.table][cell.row, cell.column] = cell.value
    return tuple(
        made
        for rule in form.sums
        if rule.table in values
        for made in _apply(rule, form.table(rule.table), values[rule.table])
    )


def _apply(rule: Sum, table: FormTable, values: Values) -> Iterator[Check]:
    if rule.each == "row":
        for row in table.rows():
            yield _compare(
                rule, row.id, *([values[row.id, name] for name in side] for side in (rule.left, rule.right))
            )
    else:
        for column in table.columns():
            sides = ([values[name, column.id] for name in side] for side in (rule.left, rule.right))
            yield _compare(rule, column.id, *sides)


def _compare(rule: Sum, where: str, left: Sequence[Number | None], right: Sequence[Number | None]) -> Check:
    total_left, total_right = _total(left), _total(right)
    if total_left is None or total_right is None:
        return Check(rule.rule, where, "unknown", total_left, total_right)
    return Check(rule.rule, where, "holds" if total_left == total_right else "fails", total_left, total_right)


def _total(values: Sequence[Number | None]) -> Number | None:
    """The exact sum; None if any operand is null."""
    if any(value is None for value in values):
        return None
    return exact(sum((Decimal(value) for value in values if value is not None), Decimal(0)))

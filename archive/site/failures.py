"""Which cells of a report's tables a failing check is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parsers.forms import Form, Sum
from parsers.prose import compared_cells

Address = tuple[str, str, str]
"""Table, row and column of a cell."""

ACROSS_YEARS: dict[str, Callable[[str], Address]] = {
    "requests.carry": lambda where: ("requests", "carried_in", where),
    "disclosure.in_force": lambda where: ("disclosure", where, "in_force"),
}
"""Rules that compare a cell with another year's report."""


def marks(form: Form, failing: Sequence[Mapping[str, Any]]) -> dict[Address, list[int]]:
    """Each cell concerned to the numbers (from 1) of the failing checks, in the order given."""
    found: dict[Address, list[int]] = {}
    for number, check in enumerate(failing, 1):
        for address in concerned(form, check["rule"], check["where"]):
            found.setdefault(address, []).append(number)
    return found


def concerned(form: Form, rule: str, where: str) -> list[Address]:
    """The cells to mark: both sides of a short equation, the printed total alone of a long one."""
    if rule in ACROSS_YEARS:
        return [ACROSS_YEARS[rule](where)]
    if rule.startswith("prose."):
        return compared_cells(rule.removeprefix("prose."), _addresses(form))
    return [address for item in form.sums if item.rule == rule for address in _of_sum(item, where)]


def _addresses(form: Form) -> list[Address]:
    return [(table.id, row.id, column.id) for table in form.tables for row, column in table.cells()]


def _of_sum(item: Sum, where: str) -> list[Address]:
    names = (*item.left, *item.right) if len(item.left) <= 2 else item.right
    if item.each == "row":
        return [(item.table, where, name) for name in names]
    return [(item.table, name, where) for name in names]

"""The figure in which a text ends: it may have been cut off, and be no more than its first digits.

A whole text ends with a line break, in words, or with the last cell of its last table. Where one ends in a digit, the
figure is taken only if a sum of the form bears it out, or if every cell that comes after it in the form is there too.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from parsers.forms import Form, Sum
from parsers.model import Document, Number, Place
from parsers.numbers import UNREAD
from parsers.rows import Claim, Findings

Address = tuple[str, str, str]
Claims = dict[Address, Claim]


def without_cut_off(document: Document, form: Form, claims: Claims, findings: Findings) -> Claims:
    """The claims, with the one in whose figure the text ends read as nothing where it may go on."""
    end = document.ends_in
    last = next((address for address, claim in claims.items() if end and _ends_in(claim, end)), None)
    if last is None or claims[last].figure.value is None or not _may_go_on(form, claims, last):
        return claims
    table, row, column = last
    message = f"the text ends in {column} {claims[last].cell.text.strip()[:20]}, which may go on"
    findings.problem("cut_off", f"{table}.{row}", message)
    return claims | {last: replace(claims[last], figure=UNREAD)}


def _ends_in(claim: Claim, end: Place) -> bool:
    place = claim.cell.place
    return bool(place.line == end.line and place.span and end.span and place.span[1] == end.span[1])


def _may_go_on(form: Form, claims: Claims, last: Address) -> bool:
    sums = {_sums_up(rule, claims, last) for rule in form.sums if rule.table == last[0]}
    if False in sums or True in sums:
        return False in sums
    cells = [(table.id, row.id, column.id) for table in form.tables for row, column in table.cells()]
    return last in cells and any(address not in claims for address in cells[cells.index(last) :])


def _sums_up(rule: Sum, claims: Claims, address: Address) -> bool | None:
    """Whether a sum that the cell belongs to comes out; None where it belongs to none, or figures lack."""
    table, row, column = address
    by_row = rule.each == "row"
    if (column if by_row else row) not in (*rule.left, *rule.right):
        return None
    sides = [
        [_value(claims, (table, row, name) if by_row else (table, name, column)) for name in names]
        for names in (rule.left, rule.right)
    ]
    if any(value is None for side in sides for value in side):
        return None
    left, right = (sum(Decimal(value or 0) for value in side) for side in sides)
    return left == right


def _value(claims: Claims, address: Address) -> Number | None:
    return claims[address].figure.value if address in claims else None

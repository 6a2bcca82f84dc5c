"""Figures in their printed places: a parse's tables laid out as the official form prints them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from datasette.app import Datasette

from archive.site import ask, failures, layout
from archive.site.ask import Row
from parsers.forms import Form, load_forms

OVERLAYS = 'select "table", "row", "column", value from overlays where report = ?'


async def tables(
    datasette: Datasette, parse: Row, failing: Sequence[Row], *, report: str | None = None
) -> list[dict[str, Any]]:
    """The form's tables with the parse's figures in their places; ``rows`` is None for a table it lacks.

    ``report`` names the report whose corrections are shown beside the parsed values.
    """
    form = load_forms()[parse["form"]]
    marks = failures.marks(form, failing)
    over = {tuple(row)[:3]: row["value"] for row in await ask.rows(datasette, OVERLAYS, report)}
    present = json.loads(parse["tables"] or "[]")
    return [
        {
            "id": table.id,
            "zh": table.zh,
            "en": table.en,
            "rows": await _filled(datasette, parse, form, table.id, (marks, over))
            if table.id in present
            else None,
        }
        for table in form.tables
    ]


async def of_parse(datasette: Datasette, table: str, parse: int, *, order: str = "row") -> list[Row]:
    """A parse's rows of one of our own tables."""
    return await ask.rows(datasette, f'select * from "{table}" where parse = ? order by "{order}"', parse)


def number(value: float | Decimal | str | None) -> str:
    """A figure as a person writes it: no exponent, no needless decimals, thousands kept together."""
    if value is None or value == "":
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    whole, _, decimals = f"{Decimal(str(value)):,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0')}".rstrip(".")


def state(row: Row | None, column: str) -> str:
    """Why an empty cell is empty: ``blank``, ``absent`` or ``unread``.

    The archive keeps one word a row, or a JSON object of column to word where its cells differ.
    """
    kept = row["state"] if row else None
    if kept and kept.startswith("{"):
        return str(json.loads(kept).get(column, "absent"))
    return kept if kept and kept != "value" else "absent"


async def _filled(
    datasette: Datasette,
    parse: Row,
    form: Form,
    table: str,
    notes: tuple[Mapping[Any, Any], Mapping[Any, Any]],
) -> list[list[dict[str, Any]]]:
    rows = {row["row"]: row for row in await of_parse(datasette, table, parse["id"])}
    return [
        [_cell(slot, table, rows.get(slot.row), notes) for slot in line]
        for line in layout.grid(form.id, table)
    ]


def _cell(
    slot: layout.Slot, table: str, row: Row | None, notes: tuple[Mapping[Any, Any], Mapping[Any, Any]]
) -> dict[str, Any]:
    """A slot with its figure: text, state, proof, correction and the numbers of the failing checks it is in."""
    cell: dict[str, Any] = {name: getattr(slot, name) for name in slot.__slots__}
    if slot.row:
        failing, over = notes
        address = (table, slot.row, slot.column)
        value = row[slot.column] if row else None
        cell["text"] = number(value)
        cell["state"] = "value" if value is not None else state(row, slot.column)
        cell["failing"] = failing.get(address, [])
        cell["correction"] = (number(over[address]) or "–") if address in over else None
        if row and cell["state"] != "absent":
            cell["link"] = f"/proof/{row['parse']}/{table}/{slot.row}/{slot.column}"
    return cell

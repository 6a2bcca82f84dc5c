"""`/compare?a=…&b=…`: two years of an agency, two agencies of a year, or two versions of a report.

A side is a report's id, ``p`` and the number of a parse, or a name and a year (``银川市人民政府 2024``).
"""

from __future__ import annotations

import difflib
import re
from decimal import Decimal
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive import changes
from archive.changes import CellSaid, Said
from archive.site import ask, layout
from archive.site.ask import Row
from archive.site.figures import number
from archive.site.report import NUMERALS
from parsers.forms import load_forms

SIDE = """
select parses.id as parse, parses.form, parses.title, parses.sha256, parses.parsed_at, coalesce(reports.agency, parses.agency) as agency,
       coalesce(reports.year, parses.year) as year, reports.id as report
from parses join parses as asked on parses.id = coalesce(asked.same_as, asked.id)
left join filings on filings.parse = parses.id left join reports on reports.id = filings.report
where asked.id = ? limit 1
"""
BY_NAME = "select parse from reports where agency = ? and year = ?"
BY_ID = "select parse from reports where id = ?"
VERSION = "select number, first_seen, url from versions where parse = ? limit 1"

_NAMED = re.compile(r"(.+?)\s*(\d{4})年?")
_SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]?")


async def view(datasette: Datasette, request: Request) -> Response:
    """The comparison, or the form to choose two sides where they are not both known."""
    given = {side: (request.args.get(side) or "").strip()[:120] for side in "ab"}
    a, b = [await _side(datasette, given[side]) for side in "ab"]
    context: dict[str, Any] = {"given": given, "a": a, "b": b, "unknown": _unknown(given, a, b)}
    if a and b:
        context |= await _compared(datasette, a, b)
    return await ask.page(datasette, request, "compare.html", context)


def _unknown(given: dict[str, str], a: Row | None, b: Row | None) -> list[str]:
    return [text for text, side in ((given["a"], a), (given["b"], b)) if text and not side]


async def _side(datasette: Datasette, given: str) -> dict[str, Any] | None:
    parse = await _parse_of(datasette, given)
    row = await ask.first(datasette, SIDE, parse) if parse is not None else None
    if row is None:
        return None
    version = await ask.first(datasette, VERSION, row["parse"])
    return {**dict(row), "version": version, "by_parse": given.startswith("p")}


async def _parse_of(datasette: Datasette, given: str) -> int | None:
    if re.fullmatch(r"p\d{1,15}", given):
        return int(given[1:])
    row = await ask.first(datasette, BY_ID, given) if given else None
    if row is None and (named := _NAMED.fullmatch(given)):
        row = await ask.first(datasette, BY_NAME, named[1], int(named[2]))
    return row["parse"] if row else None


async def _compared(datasette: Datasette, a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    database = ask.database(datasette)
    said_a = await database.execute_fn(lambda connection: changes.said(connection, a["parse"]))
    said_b = await database.execute_fn(lambda connection: changes.said(connection, b["parse"]))
    form = b["form"] or a["form"]
    tables = _tables(form, said_a, said_b) if form else []
    shown = {cell["address"] for table in tables for line in table["rows"] for cell in line if cell["row"]}
    difference = changes.compare(said_a, said_b)
    return {
        "tables": tables,
        "elsewhere": [change for change in difference.cells if change.address not in shown],
        "changed": len(difference.cells),
        "checks": difference.checks,
        "prose": _prose(said_a, said_b),
    }


def _tables(form: str, a: Said, b: Said) -> list[dict[str, Any]]:
    """The form's tables, both figures in each cell; a table that neither has is left out."""
    return [
        {
            "id": table.id,
            "zh": table.zh,
            "en": table.en,
            "rows": [[_cell(slot, table.id, a, b) for slot in line] for line in layout.grid(form, table.id)],
        }
        for table in load_forms()[form].tables
        if any(key[0] == table.id for key in {**a.cells, **b.cells})
    ]


def _cell(slot: layout.Slot, table: str, a: Said, b: Said) -> dict[str, Any]:
    cell: dict[str, Any] = {name: getattr(slot, name) for name in slot.__slots__}
    if slot.row:
        key = (table, slot.row, slot.column)
        left, right = a.cells.get(key, changes.ABSENT), b.cells.get(key, changes.ABSENT)
        cell["address"] = ".".join(key)
        cell["left"], cell["right"] = _shown(left), _shown(right)
        cell["same"] = (left.value, left.state) == (right.value, right.state)
        cell["delta"] = _delta(left, right)
    return cell


def _shown(said: CellSaid) -> dict[str, str]:
    return {"text": number(said.value), "state": said.state}


def _delta(left: CellSaid, right: CellSaid) -> str:
    if left.value is None or right.value is None:
        return ""
    difference = Decimal(str(right.value)) - Decimal(str(left.value))
    return f"+{number(difference)}" if difference > 0 else number(difference)


def _prose(a: Said, b: Said) -> list[dict[str, Any]]:
    """Each section with its sentences in order: kept, taken out or put in."""
    found = []
    for index in sorted({**a.sections, **b.sections}):
        left, right = a.sections.get(index, ("", "")), b.sections.get(index, ("", ""))
        title = right[0] or left[0]
        numeral = f"{NUMERALS[index]}、" if 0 < index < len(NUMERALS) else ""
        found.append(
            {"heading": f"{numeral}{title}", "parts": _sentences(left[1], right[1]), "same": left == right}
        )
    return found


def _sentences(left: str, right: str) -> list[tuple[str, str]]:
    """(``same``, ``del`` or ``ins``; text) in reading order."""
    old, new = _SENTENCE.findall(left), _SENTENCE.findall(right)
    parts: list[tuple[str, str]] = []
    for verb, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            parts.append(("same", "".join(old[i:j])))
        else:
            parts += [
                (kind, text)
                for kind, text in (("del", "".join(old[i:j])), ("ins", "".join(new[k:m])))
                if text
            ]
    return parts

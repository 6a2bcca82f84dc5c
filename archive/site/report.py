"""`/report/<id>`: one agency's report for one year, its tables as the official layout prints them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from archive.site import ask, failures, layout
from archive.site.ask import Row
from parsers.forms import Form, load_forms

REPORT = "select * from reports where id = ?"
VERSIONS = """
select versions.*, originals.media_type, originals.size from versions
left join originals on originals.sha256 = versions.sha256
where versions.report = ? order by versions.url, versions.number
"""
NUMERALS = "零一二三四五六七八九十"


async def view(datasette: Datasette, request: Request) -> Response:
    """The page of one report; 404 where the archive has none of that id."""
    report = await ask.first(datasette, REPORT, request.url_vars["id"])
    if report is None:
        raise NotFound("The archive has no report of that id")
    return await ask.page(datasette, request, "report.html", await content(datasette, report))


async def content(datasette: Datasette, report: Row) -> dict[str, Any]:
    """Everything that the template shows."""
    parse = await _parse(datasette, report["parse"])
    form = parse["form"] if parse else None
    checks = await ask.rows(datasette, "select * from current_checks where report = ?", report["id"])
    failing = [check for check in checks if check["status"] == "fails"]
    return {
        "report": report,
        "title": (parse and parse["title"])
        or f"{report['agency']}{report['year']}年政府信息公开工作年度报告",
        "form": form,
        "sha256": parse and parse["sha256"],
        "media_type": parse and parse["media_type"],
        "counts": {
            status: sum(check["status"] == status for check in checks)
            for status in ("holds", "fails", "unknown")
        },
        "failing": failing,
        "tables": await tables(datasette, parse, failing) if parse and form else [],
        "sections": [_section(row) for row in await _of_parse(datasette, "sections", parse, order="number")],
        "problems": await _of_parse(datasette, "problems", parse, order="code"),
        "versions": await ask.rows(datasette, VERSIONS, report["id"]),
    }


async def tables(datasette: Datasette, parse: Row, failing: Sequence[Row]) -> list[dict[str, Any]]:
    """The form's tables with the parse's figures in their places; ``rows`` is None for a table it lacks."""
    form = load_forms()[parse["form"]]
    marks = failures.marks(form, failing)
    return [
        {
            "id": table.id,
            "zh": table.zh,
            "en": table.en,
            "rows": await _filled(datasette, parse, form, table.id, marks),
        }
        for table in form.tables
    ]


async def _filled(
    datasette: Datasette, parse: Row, form: Form, table: str, marks: Mapping[failures.Address, list[int]]
) -> list[list[dict[str, Any]]] | None:
    if table not in json.loads(parse["tables"] or "[]"):
        return None
    rows = {row["row"]: row for row in await _of_parse(datasette, table, parse)}
    return [
        [
            _cell(slot, table, rows.get(slot.row), marks.get((table, slot.row, slot.column), []))
            for slot in line
        ]
        for line in layout.grid(form.id, table)
    ]


def _cell(slot: layout.Slot, table: str, row: Row | None, failing: list[int]) -> dict[str, Any]:
    """A slot with its figure: text, state, proof and the numbers of the failing checks it takes part in."""
    cell: dict[str, Any] = {name: getattr(slot, name) for name in slot.__slots__}
    if slot.row:
        value = row[slot.column] if row else None
        cell["text"] = number(value)
        cell["state"] = "value" if value is not None else state(row, slot.column)
        cell["failing"] = failing
        if row and cell["state"] != "absent":
            cell["link"] = f"/proof/{row['parse']}/{table}/{slot.row}/{slot.column}"
    return cell


def number(value: float | None) -> str:
    """A figure as a person writes it: no exponent, no needless decimals, thousands kept together."""
    return (
        ""
        if value is None
        else f"{value:,.10g}"
        if isinstance(value, int)
        else f"{value:,.6f}".rstrip("0").rstrip(".")
    )


def state(row: Row | None, column: str) -> str:
    """Why an empty cell is empty: ``blank``, ``absent`` or ``unread``.

    The archive keeps one word a row, or a JSON object of column to word where its cells differ.
    """
    kept = row["state"] if row else None
    if kept and kept.startswith("{"):
        return str(json.loads(kept).get(column, "absent"))
    return kept if kept and kept != "value" else "absent"


def _section(row: Row) -> dict[str, Any]:
    number, title = row["number"], row["title"] or ""
    numeral = NUMERALS[number] if number and number < len(NUMERALS) else ""
    paragraphs = [line.strip() for line in (row["text"] or "").split("\n")]
    return {
        "heading": f"{numeral}、{title}" if numeral else title,
        "paragraphs": [p for p in paragraphs if p],
    }


async def _parse(datasette: Datasette, parse: int | None) -> Row | None:
    return await ask.first(datasette, "select * from parses where id = ?", parse)


async def _of_parse(datasette: Datasette, table: str, parse: Row | None, *, order: str = "row") -> list[Row]:
    sql = f'select * from "{table}" where parse = ? order by "{order}"'
    return await ask.rows(datasette, sql, parse["id"]) if parse else []

"""`/proof/<parse>/<table>/<row>/<column>`: one figure and the place in its original where it stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from archive import originals
from archive.errors import Damaged
from archive.site import ask, drawing
from archive.site.ask import Row
from archive.site.figures import number
from archive.site.originals import CAGE
from parsers import exhibit
from parsers.errors import Unreadable
from parsers.forms import load_forms

PARSE = """
select parses.*, latest.parser as read_by, latest.parsed_at as read_at, evidence.cells,
       reports.id as report, reports.agency as filed_agency, reports.year as filed_year, reports.url as url
from parses join parses as asked on parses.id = coalesce(asked.same_as, asked.id)
left join accepted on accepted.sha256 = parses.sha256 and accepted.parse = parses.id
join parses as latest on latest.id = coalesce(accepted.latest, asked.id)
left join reports on reports.id = (select report from filings where filings.parse = parses.id limit 1)
left join evidence on evidence.parse = parses.id
where asked.id = ?
"""
SEEN = (
    "select url, min(fetched_at) as first_seen from captures where sha256 = ? group by url order by 2 limit 1"
)
CORRECTION = """
select value, reason, source, at from current_corrections where report = ? and "table" = ? and "row" = ?
and "column" = ? and status = 'in force' and report in (select id from reports where parse = ?)
"""
AROUND_LINE = 6


async def view(datasette: Datasette, request: Request) -> Response:
    """The page: value, state, raw text, parser release, hash, and the place shown."""
    parse, cell = await _cell(datasette, request)
    context = {
        "cell": cell,
        "parse": parse,
        "labels": labels(parse["form"], cell["table"], cell["row"], cell["column"]),
        "correction": await ask.first(
            datasette, CORRECTION, parse["report"], cell["table"], cell["row"], cell["column"], parse["id"]
        ),
        "kind": _kind(parse["media_type"], cell["place"]),
        "lines": await _lines(datasette, parse, cell["place"]),
        "address": f"{parse['id']}/{cell['table']}/{cell['row']}/{cell['column']}",
        "seen": await ask.first(datasette, SEEN, parse["sha256"]),
        "anchor": exhibit.ANCHOR,
    }
    return await ask.page(datasette, request, "proof.html", context)


async def picture(datasette: Datasette, request: Request) -> Response:
    """The page of a PDF as a picture with the cell framed."""
    parse, cell = await _cell(datasette, request)
    page, box = cell["place"].get("page"), cell["place"].get("box")
    if not (page and box):
        raise NotFound("This cell has no place on a page")
    drawn = drawing.picture(folder(datasette), parse["sha256"], page, tuple(box))
    return Response(
        await _shown(drawn), content_type="image/png", headers={"cache-control": "private, max-age=3600"}
    )


async def markup(datasette: Datasette, request: Request) -> Response:
    """The archived page without anything active, with the cell marked, in the originals' cage."""
    parse, cell = await _cell(datasette, request)
    path = cell["place"].get("path")
    if not path:
        raise NotFound("This cell has no place in a page's markup")
    html = await _shown(drawing.markup(folder(datasette), parse["sha256"], path))
    headers = {"content-security-policy": CAGE, "x-content-type-options": "nosniff"}
    return Response(html, content_type="text/html; charset=utf-8", headers=headers)


def folder(datasette: Datasette) -> Path:
    """The archive's folder."""
    return Path(ask.database(datasette).path).parent


async def _shown(exhibited: Any) -> Any:  # noqa: ANN401  whatever is awaited
    try:
        return await exhibited
    except (Unreadable, Damaged) as error:
        raise NotFound(str(error)) from error


async def _cell(datasette: Datasette, request: Request) -> tuple[Row, dict[str, Any]]:
    given = request.url_vars
    parse = await ask.first(datasette, PARSE, ask.whole(given["parse"]))
    wanted = [given["table"], given["row"], given["column"]]
    for table, row, column, value, state, raw, place in json.loads(parse["cells"] or "[]") if parse else ():
        if [table, row, column] == wanted:
            cell = {"table": table, "row": row, "column": column, "value": value, "state": state, "raw": raw}
            return parse, {**cell, "text": _text(value), "place": place or {}}  # type: ignore[return-value]
    raise NotFound("The archive knows no such cell")


def _text(value: float | str | None) -> str:
    return value if isinstance(value, str) else number(value)


def labels(form: str, table: str, row: str, column: str) -> dict[str, Any]:
    """The row and column as the form names them; None where it has no such names."""
    of = next((of for of in load_forms()[form].tables if of.id == table), None)
    return {
        "row": next((one for one in of.rows() if one.id == row), None) if of else None,
        "column": next((one for one in of.columns() if one.id == column), None) if of else None,
    }


def _kind(media_type: str, place: dict[str, Any]) -> str:
    if place.get("box"):
        return "picture"
    if place.get("path"):
        return "markup"
    return "lines" if place.get("line") else "none"


async def _lines(datasette: Datasette, parse: Row, place: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines around the cell, that of the cell cut at its span."""
    line = place.get("line")
    if not line or place.get("box") or place.get("path"):
        return []
    try:
        data = originals.read(folder(datasette), parse["sha256"])
        found = exhibit.lines(data, line, around=AROUND_LINE)
    except (Unreadable, Damaged) as error:
        raise NotFound(str(error)) from error
    start, end = place.get("span") or (0, 0)
    return [
        {"number": n, "parts": (text[:start], text[start:end], text[end:]) if n == line else (text, "", "")}
        for n, text in found
    ]

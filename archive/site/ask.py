"""Questions to the archive's database, and pages as answers: the few lines that every view needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request, Response

Row = Mapping[str, Any]


def database(datasette: Datasette) -> Database:
    """The archive's database."""
    return datasette.get_database("nianbao")


async def rows(datasette: Datasette, sql: str, *values: object, **named: object) -> list[Row]:
    """All rows that a query finds, under Datasette's time limit."""
    return list((await database(datasette).execute(sql, named or list(values))).rows)


async def first(datasette: Datasette, sql: str, *values: object, **named: object) -> Row | None:
    """The first row that a query finds, or None."""
    found = await rows(datasette, sql, *values, **named)
    return found[0] if found else None


async def page(datasette: Datasette, request: Request, template: str, context: dict[str, Any]) -> Response:
    """A rendered template."""
    html = await datasette.render_template(
        template, context, request=request, view_name=template.removesuffix(".html")
    )
    return Response.html(html)


def number(request: Request, name: str, *, default: int = 0, most: int = 10_000_000) -> int:
    """A whole number from the query string, between 0 and ``most``; the default where it is missing or isn't one."""
    given = request.args.get(name) or ""
    return min(int(given), most) if given.isascii() and given.isdigit() and len(given) < 12 else default


def whole(given: str) -> int:
    """A row number from a path; one that no row has where it isn't a number."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else -1

"""What we add to Datasette, through its own plugin hooks: routes, words, links in cells, and safety."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import path_with_replaced_args
from datasette.utils.asgi import Request, Response
from jinja2 import Environment
from markupsafe import Markup

from archive import search
from archive.site import (
    cells,
    charts,
    compare,
    feeds,
    figures,
    find,
    home,
    language,
    metrics,
    mistakes,
    originals,
    proof,
    report,
)
from archive.site.safety import App, guard

NAME = "nianbao-site"
CELL = r"(?P<parse>[^/]+)/(?P<table>[^/]+)/(?P<row>[^/]+)/(?P<column>[^/]+)"

LINKS = (
    ("/nianbao/reports", "nav_reports"),
    ("/search", "nav_search"),
    ("/charts", "nav_charts"),
    ("/compare", "nav_compare"),
    ("/nianbao", "nav_data"),
    ("/metrics", "nav_metrics"),
)
"""The site's navigation: path and the key of its words."""


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    """Our pages; Datasette keeps all others."""
    return [
        (r"^/$", home.view),
        (r"^/search$", find.view),
        (r"^/original/(?P<sha256>[^/]*)$", originals.view),
        (r"^/charts$", charts.view),
        (r"^/compare$", compare.view),
        (r"^/metrics$", metrics.view),
        (r"^/feed\.atom$", feeds.atom),
        (r"^/feed\.json$", feeds.json),
        (rf"^/proof/{CELL}$", proof.view),
        (rf"^/proof-picture/{CELL}$", proof.picture),
        (rf"^/proof-markup/{CELL}$", proof.markup),
        (r"^/report/(?P<id>[^/]*)$", report.view),
    ]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Reading only, the language cookie and the security headers of every answer."""
    tables = datasette.metadata("tables", database="nianbao", fallback=False) or {}
    uncounted = frozenset(name for name, table in tables.items() if table.get("uncounted"))
    return lambda app: guard(app, uncounted)


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Reading only, and Chinese words in Datasette's own search box.

    The file is opened read-only already; ``query_only`` refuses writes to temporary tables and attached
    files too. Datasette passes what is searched for through ``escape_fts``, which ours replaces (last wins).
    """
    if database == "nianbao":
        conn.execute("pragma query_only = 1")
        conn.create_function("escape_fts", 1, search.match, deterministic=True)


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response]]:
    """Our own page for what can't be answered."""
    return lambda: mistakes.answer(datasette, request, exception)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Words for the pages that Datasette renders without a request: those of its errors."""
    env.globals["number"] = figures.number
    env.globals.update(t=language.translator("en"), language="en", other_language="zh", switch_url="/")
    env.globals["site_links"] = [{"path": link, "key": key, "here": False} for link, key in LINKS]


@hookimpl
def extra_template_vars(request: Request | None) -> dict[str, object]:
    """Words, navigation and the language switch for every template, Datasette's own included."""
    scope = request.scope if request else {}
    now = language.chosen(scope)
    other = "en" if now == "zh" else "zh"
    path = scope.get("path", "/")
    return {
        "t": language.translator(now),
        "language": now,
        "other_language": other,
        "switch_url": path_with_replaced_args(request, {language.ARGUMENT: other}) if request else "/",
        "site_links": [{"path": link, "key": key, "here": path == link} for link, key in LINKS],
    }


@hookimpl
def render_cell(
    row: sqlite3.Row, value: object, column: str, table: str | None, database: str
) -> Markup | None:
    """Links from hashes to originals, from report ids to reports, and readable addresses."""
    return cells.render(row, value, column, table) if database == "nianbao" else None

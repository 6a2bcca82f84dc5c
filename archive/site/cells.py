"""How single values look in Datasette's tables: hashes and report ids become links."""

from __future__ import annotations

import re
import sqlite3
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

SHA256 = re.compile(r"[0-9a-f]{64}")


def render(row: sqlite3.Row, value: Any, column: str, table: str | None) -> Markup | None:  # noqa: ANN401  any cell
    """Markup for a cell that deserves a link; None leaves it to Datasette."""
    label = None
    if isinstance(value, dict):  # a foreign key that Datasette has looked up
        value, label = value["value"], value["label"]
    if not isinstance(value, str) or not value:
        return None
    if column == "sha256" and SHA256.fullmatch(value):
        return Markup('<a class="hash" href="/original/{0}" title="{0}">{1}…</a>').format(value, value[:12])
    if column == "report":
        return Markup('<a href="/report/{}">{}</a>').format(value, label or value)
    if column == "agency" and (report := _report_of(row, table)):
        return Markup('<a href="/report/{0}">{1}</a>').format(report, value)
    if column in ("url", "home", "final_url", "found_on", "column_url") and urlsplit(value).scheme in (
        "http",
        "https",
    ):
        return Markup('<a class="address" rel="noreferrer nofollow" href="{0}">{0}</a>').format(value)
    return None


def _report_of(row: sqlite3.Row, table: str | None) -> str | None:
    """The report that a row is about: its own id in ``reports``, else its ``report`` column."""
    name = "id" if table == "reports" else "report"
    return row[name] if name in row.keys() else None  # noqa: SIM118  a row yields values, not names

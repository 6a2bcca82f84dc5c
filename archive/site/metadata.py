"""Datasette's metadata for one archive: the words of ``metadata.toml`` for the columns that are there."""

from __future__ import annotations

import sqlite3
import tomllib
from pathlib import Path
from typing import Any

MANY = 20_000
"""Reports from which on a table with many rows a report is neither counted nor faceted unasked: it takes seconds."""

LIGHT = (
    "reports",
    "agencies",
    "portals",
    "crawls",
    "readings",
    "year_counts",
    "request_sums",
    "dispute_sums",
)
"""Tables that stay small, or whose counts and facets come from an index."""

HERE = Path(__file__).parent


def load(connection: sqlite3.Connection) -> dict[str, Any]:
    """Titles, descriptions, facets and canned queries, for the tables and columns of this database."""
    words = read("metadata.toml")
    big = connection.execute("select count(*) from reports").fetchone()[0] > MANY
    described = words["tables"]
    tables = {
        name: _table(described.get(name, {}), words["columns"], columns, heavy=big and name not in LIGHT)
        for name, columns in schema(connection).items()
    }
    top = {key: value for key, value in words.items() if isinstance(value, str)}
    database = {
        "tables": tables,
        "queries": read("queries.toml"),
        "title": top["title"],
        "description": top["description"],
    }
    return {**top, "databases": {"nianbao": database}}


def read(name: str) -> dict[str, Any]:
    """One of the TOML files beside this module."""
    return tomllib.loads((HERE / name).read_text("utf-8"))


def schema(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Every table and view to its columns, without SQLite's own and full-text shadows' names."""
    names = connection.execute(
        "select name from sqlite_master where type in ('table', 'view') order by name"
    ).fetchall()
    return {
        name: [row[0] for row in connection.execute("select name from pragma_table_info(?)", [name])]
        for (name,) in names
        if not name.startswith("sqlite_")
    }


def _table(
    words: dict[str, Any], common: dict[str, str], columns: list[str], *, heavy: bool
) -> dict[str, Any]:
    own = words.get("columns", {})
    described = {column: own.get(column, common.get(column)) for column in columns}
    table = {key: value for key, value in words.items() if key != "columns"}
    table["facets"] = [column for column in words.get("facets", ()) if column in columns]
    table["columns"] = {column: text for column, text in described.items() if text}
    if heavy:
        table["facets"] = []
        table["uncounted"] = True
    if table.get("sort_desc") not in columns:
        table.pop("sort_desc", None)
    return table

"""Writes the reference part of ``docs/archive.md`` from the schema and the site's own words.

Run ``python -m tests.tools.build_docs`` after changing a table, a view or ``archive/site/metadata.toml``.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.site import metadata
from archive.store import Archive

PAGE = Path(__file__).parents[2] / "docs" / "archive.md"
BEGIN = "<!-- from the schema: python -m tests.tools.build_docs -->"
END = "<!-- end of the schema -->"

_GROUPS = {
    "Evidence": ("portals", "crawls", "captures", "originals"),
    "Reports and their versions": ("reports", "versions", "slots", "current_slots"),
    "Figures and findings in force": (
        *("current_disclosure", "current_requests", "current_disputes", "current_statistics"),
        *("current_sections", "current_checks", "current_problems", "current_corrections"),
    ),
    "Every parse": (
        *("parses", "disclosure", "requests", "disputes", "statistics", "sections", "checks", "problems"),
        "cells",
    ),
}
_REST = "Further tables"


def main() -> None:
    """Puts the reference of this schema between the two marks."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{reference()}\n{END}{rest.partition(END)[2]}", "utf-8")


def reference() -> str:
    """Every table and view that readers see, with each column's type and meaning, as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        Archive.open(folder, write=True).close()
        connection = sqlite3.connect(Path(folder, "nianbao.db"))
        described = metadata.load(connection)["databases"]["nianbao"]["tables"]
        types = {name: _types(connection, name) for name in described}
        connection.close()
    shown = {name: words for name, words in described.items() if not words.get("hidden")}
    return "\n".join(_pages(shown, types))


def _pages(shown: Mapping[str, Any], types: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    listed = {name for names in _GROUPS.values() for name in names}
    groups = {**_GROUPS, _REST: tuple(sorted(shown.keys() - listed))}
    for title, names in groups.items():
        yield f"### {title}\n"
        for name in names:
            yield f"#### `{name}`: {shown[name]['title']}\n"
            yield f"{shown[name]['description']}\n"
            yield "| column | meaning |\n| --- | --- |"
            for column, kind in types[name].items():
                said = shown[name]["columns"].get(column, "")
                yield f"| `{column}`{kind and f' {kind}'} | {said} |"
            yield ""


def _types(connection: sqlite3.Connection, name: str) -> dict[str, str]:
    """Column to declared type; a view's columns have none that every release of SQLite agrees on."""
    columns = connection.execute(
        "SELECT i.name, i.type, m.type FROM pragma_table_info(?) i, sqlite_master m WHERE m.name = ?",
        [name, name],
    )
    return {column: kind.lower() if of == "table" else "" for column, kind, of in columns}


if __name__ == "__main__":
    main()

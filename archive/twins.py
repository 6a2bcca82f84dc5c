"""Renditions of one report (a page and its attachment, two portals) compared cell by cell.

What two parses say of each other never changes, so every pair is compared once and the answer kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from archive.changes import CellKey, CellSaid

_PAIRS = """
    SELECT DISTINCT r.parse, v.parse
    FROM reports r JOIN versions v ON v.report = r.id AND v.latest AND v.parse <> r.parse
    JOIN parses p ON p.id = r.parse AND p.form IS NOT NULL JOIN parses q ON q.id = v.parse AND q.form IS NOT NULL
    WHERE NOT EXISTS (SELECT 1 FROM twins t WHERE t.parse = r.parse AND t.other = v.parse)
    ORDER BY 1, 2
"""


def uncompared(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """The pairs of parses that were never compared."""
    return connection.execute(_PAIRS).fetchall()


def compare(connection: sqlite3.Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Compare the pairs; belongs into the transaction that publishes."""
    for parse, other in pairs:
        differences = list(_differences(_cells(connection, parse), _cells(connection, other)))
        said = json.dumps(differences, ensure_ascii=False)
        connection.execute("INSERT INTO twins VALUES (?, ?, ?)", (parse, other, said))


def _differences(one: dict[CellKey, CellSaid], other: dict[CellKey, CellSaid]) -> Iterator[list[Any]]:
    """Cells that both renditions have and that don't say the same; what one lacks or we can't read tells nothing."""
    for key, cell in one.items():
        twin = other.get(key)
        if twin is None or not {cell.state, twin.state} <= {"value", "blank"}:
            continue
        if cell.value != twin.value:
            yield [*key, cell.value, twin.value, cell.place, twin.place]


def _cells(connection: sqlite3.Connection, parse: int) -> dict[CellKey, CellSaid]:
    ((cells,),) = connection.execute("SELECT cells FROM evidence WHERE parse = ?", [parse]).fetchall()
    return {(table, row, column): CellSaid(*rest) for table, row, column, *rest in json.loads(cells)}

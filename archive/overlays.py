"""Which corrections of people are in force: those whose cell still says what it said, in the same original."""

from __future__ import annotations

import sqlite3

from archive.figures import FIGURES


def lay_over(connection: sqlite3.Connection, schema: str = "main") -> None:
    """Find which corrections are in force; belongs into the transaction that publishes."""
    connection.execute(f"DELETE FROM {schema}.overlays")
    sql = 'SELECT id, report, "table", "row", "column", value, parsed, sha256 FROM corrections ORDER BY id'
    latest = {row[1:5]: row for row in connection.execute(sql).fetchall()}
    for number, report, table, row, column, value, parsed, sha256 in latest.values():
        cell = cell_of(connection, report, (table, row, column))
        if cell is not None and cell == (parsed, sha256):
            values = (report, table, row, column, value, number)
            connection.execute(f"INSERT INTO {schema}.overlays VALUES (?, ?, ?, ?, ?, ?)", values)


def cell_of(
    connection: sqlite3.Connection, report: str, key: tuple[str, str, str]
) -> tuple[int | float | None, str] | None:
    """What the current reading says of a cell, and the original that it is from; None if there is no such cell."""
    table, row, column = key
    if column not in FIGURES.get(table, ()):
        return None
    sql = f'SELECT d."{column}", r.sha256 FROM reports r JOIN {table} d ON d.parse = r.parse WHERE r.id = ? AND d."row" = ?'
    found: tuple[int | float | None, str] | None = connection.execute(sql, [report, row]).fetchone()
    return found

"""Figures that readers ask for on every page, counted once when a run is published.

They belong to the readers' tables (:mod:`archive.derive`): made anew in the same transaction, never by hand.
Without them the home page of an archive of 100,000 reports would count millions of rows at each visit.
"""

from __future__ import annotations

import sqlite3

TABLES = ("agencies", "report_marks", "year_counts", "request_sums", "dispute_sums")

SCHEMA = """
CREATE TABLE agencies (id TEXT PRIMARY KEY, name TEXT, region TEXT, reports INTEGER, first_year INTEGER,
    last_year INTEGER);
CREATE INDEX idx_agencies_region_name ON agencies (region, name);
CREATE INDEX idx_agencies_name ON agencies (name);
CREATE TABLE report_marks (report TEXT PRIMARY KEY REFERENCES reports(id), failing INTEGER, unknown INTEGER,
    problems INTEGER, versions INTEGER) WITHOUT ROWID;
CREATE TABLE year_counts (year INTEGER PRIMARY KEY, reports INTEGER, agencies INTEGER, removed INTEGER,
    failing INTEGER, changed INTEGER);
CREATE TABLE request_sums (region TEXT, "row" TEXT, year INTEGER, reports INTEGER, figures INTEGER, total INTEGER,
    PRIMARY KEY (region, "row", year)) WITHOUT ROWID;
CREATE TABLE dispute_sums (region TEXT, "row" TEXT, year INTEGER, reports INTEGER, figures INTEGER, upheld INTEGER,
    corrected INTEGER, other INTEGER, pending INTEGER, total INTEGER,
    PRIMARY KEY (region, "row", year)) WITHOUT ROWID;
"""
"""``region`` in the sums is a prefix of region codes: four digits, two, or none for the whole country."""

_AGENCIES = """
    INSERT INTO {schema}.agencies
    SELECT agency_id, agency, region, count(*), min(year), max(year) FROM (
        SELECT agency_id, agency, region, year FROM reports ORDER BY agency_id, year DESC)
    GROUP BY agency_id
"""

# a sentence that differs from a table is shown with the checks, but no sum of the forms fails by it
_MARKS = """
    INSERT INTO {schema}.report_marks
    WITH within AS (
        SELECT parse, sum(status = 'fails') AS failing, sum(status = 'unknown') AS unknown
        FROM checks WHERE status <> 'holds' AND rule NOT LIKE 'prose.%' GROUP BY parse
    ), across AS (
        SELECT report, count(*) AS failing FROM cross_checks WHERE status = 'fails' GROUP BY report
    ), odd AS (
        SELECT parse, count(*) AS problems FROM problems GROUP BY parse
    ), chains AS (
        SELECT report, max(number) AS versions FROM versions GROUP BY report)
    SELECT r.id, coalesce(w.failing, 0) + coalesce(a.failing, 0), coalesce(w.unknown, 0), coalesce(o.problems, 0),
           c.versions
    FROM reports r LEFT JOIN within w ON w.parse = r.parse LEFT JOIN across a ON a.report = r.id
    LEFT JOIN odd o ON o.parse = r.parse LEFT JOIN chains c ON c.report = r.id ORDER BY r.id
"""

_YEARS = """
    INSERT INTO {schema}.year_counts
    SELECT r.year, count(*), count(DISTINCT r.agency_id), count(r.removed_at), sum(m.failing > 0), sum(m.versions > 1)
    FROM reports r JOIN report_marks m ON m.report = r.id GROUP BY r.year
"""

_FINEST = """
    INSERT INTO {table}
    SELECT coalesce(substr(r.region, 1, 4), '?'), d."row", r.year, count(*), count(d.total), {sums}
    FROM reports r JOIN {source} d ON d.parse = r.parse GROUP BY 1, 2, 3
"""

_ROLLED_UP = """
    INSERT INTO {table}
    SELECT substr(region, 1, {digits}), "row", year, sum(reports), sum(figures), {sums} FROM {table}
    WHERE {level} GROUP BY 1, 2, 3
"""

_SUMS = {
    "request_sums": ("requests", ("total",)),
    "dispute_sums": ("disputes", ("upheld", "corrected", "other", "pending", "total")),
}


def refresh(connection: sqlite3.Connection, schema: str = "main") -> None:
    """Make the prepared tables anew from the readers' tables; belongs into the transaction that publishes."""
    for table in TABLES:
        connection.execute(f"DELETE FROM {schema}.{table}")
    for statement in (_AGENCIES, _MARKS, _YEARS):
        connection.execute(statement.format(schema=schema))
    for name, (source, columns) in _SUMS.items():
        sums, table = ", ".join(map(sum_of, columns)), f"{schema}.{name}"
        connection.execute(_FINEST.format(table=table, source=source, sums=sums))
        finest = "length(region) = 4 OR region = '?'"
        connection.execute(_ROLLED_UP.format(table=table, digits=0, level=finest, sums=sums))
        connection.execute(_ROLLED_UP.format(table=table, digits=2, level="length(region) = 4", sums=sums))
        connection.execute(f"DELETE FROM {table} WHERE region = '?'")


def sum_of(column: str) -> str:
    """SQL for the sum of whole numbers; null where all are, and no error where hostile figures exceed 64 bits."""
    return f"CASE WHEN count({column}) THEN CAST(total({column}) AS INTEGER) END"

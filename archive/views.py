"""The views that outside queries rely on; made anew whenever a release changes one."""

from __future__ import annotations

from sqlite_utils import Database

ABOUT = "r.id AS report, r.agency, r.region, r.year, r.url"

TWIN = "twin_disagreement"
"""Code of the problem that two renditions of one report differ in a cell."""

# the last verdict on a check, where it was given on these figures and originals; else it is open again
_JUDGED = """(
    SELECT CASE WHEN j.sha256 IS {sha256} AND j."left" IS c."left" AND j."right" IS c."right"
           THEN j.verdict ELSE 'reopened' END
    FROM judgements j WHERE j.report = r.id AND j.rule = c.rule AND j."where" = c."where"
    ORDER BY j.id DESC LIMIT 1)"""

_CORRECTED = """(
    SELECT nullif(json_group_object(o."column", o.value), '{{}}') FROM overlays o
    WHERE o.report = r.id AND o."table" = '{table}' AND o."row" = d."row") AS corrections"""

VIEWS: dict[str, str] = {
    "unfiled": """
        SELECT f.url, f.sha256, f.parse, f.agency, f.year, p.title,
               CASE WHEN f.agency IS NULL AND f.year IS NULL THEN 'agency and year unknown'
                    WHEN f.agency IS NULL THEN 'agency unknown' ELSE 'year unknown' END AS reason
        FROM filings f JOIN parses p ON p.id = f.parse WHERE f.report IS NULL
    """,
    "current_checks": f"""
        SELECT {ABOUT}, c.parse, c.rule, c."where", c.status, c."left", c."right", c.verdict,
               {_JUDGED.format(sha256="r.sha256")} AS judgement, r.sha256
        FROM checks c JOIN reports r ON r.parse = c.parse
        UNION ALL
        SELECT {ABOUT}, c.parse, c.rule, c."where", c.status, c."left", c."right", NULL,
               {_JUDGED.format(sha256="c.sha256")} AS judgement, c.sha256
        FROM cross_checks c JOIN reports r ON r.id = c.report
    """,
    "current_problems": f"""
        SELECT {ABOUT}, p.parse, p.code, p."where", p.message
        FROM problems p JOIN reports r ON r.parse = p.parse
        UNION ALL
        SELECT {ABOUT}, r.parse, '{TWIN}',
               json_extract(d.value, '$[0]') || '.' || json_extract(d.value, '$[1]') || '.' ||
               json_extract(d.value, '$[2]'),
               coalesce(json_extract(d.value, '$[3]'), 'blank') || ' here at ' ||
               coalesce(json_extract(d.value, '$[5]'), '?') || ', ' ||
               coalesce(json_extract(d.value, '$[4]'), 'blank') || ' in ' || v.url || ' at ' ||
               coalesce(json_extract(d.value, '$[6]'), '?')
        FROM reports r JOIN versions v ON v.report = r.id AND v.latest AND v.url <> r.url
        JOIN twins t ON t.parse = r.parse AND t.other = v.parse, json_each(t.differences) d
    """,
    "current_corrections": """
        SELECT c.report, r.agency, r.region, r.year, r.url, c."table", c."row", c."column", c.value, c.parsed,
               CASE WHEN o.correction IS NULL THEN 'reopened' ELSE 'in force' END AS status,
               c.reason, c.source, c.at, c.sha256, c.id AS correction
        FROM corrections c LEFT JOIN reports r ON r.id = c.report LEFT JOIN overlays o ON o.correction = c.id
            AND o.report = c.report AND o."table" = c."table" AND o."row" = c."row" AND o."column" = c."column"
        WHERE c.id IN (SELECT max(id) FROM corrections GROUP BY report, "table", "row", "column")
    """,
    "current_sections": f"""
        SELECT {ABOUT}, s.parse, s.number, s.title, s.text, r.prose_of
        FROM sections s JOIN reports r ON r.parse = s.parse
    """,
    "current_statements": f"""
        SELECT {ABOUT}, s.parse, s.figure, s.section, s.value, s.sentence
        FROM statements s JOIN reports r ON r.parse = s.parse
    """,
    "cells": """
        SELECT e.parse, json_extract(c.value, '$[0]') AS "table", json_extract(c.value, '$[1]') AS "row",
               json_extract(c.value, '$[2]') AS "column", json_extract(c.value, '$[3]') AS value,
               json_extract(c.value, '$[4]') AS state, json_extract(c.value, '$[5]') AS raw,
               json_extract(c.value, '$[6]') AS place
        FROM evidence e, json_each(e.cells) c
    """,
    "slots": """
        WITH RECURSIVE agencies AS (
            SELECT agency_id, agency, region, min(year) AS first,
                   CASE WHEN agency LIKE '%人民政府' THEN '-03-31' ELSE '-01-31' END AS day
            FROM reports GROUP BY agency_id
        ), years AS (
            SELECT min(year) AS year FROM reports UNION ALL
            SELECT year + 1 FROM years
            WHERE year < (SELECT max(coalesce(max(year), 0), strftime('%Y', 'now') - 1)
                          FROM reports WHERE year <= strftime('%Y', 'now') + 0)
        ), shut AS (
            SELECT p.region, (SELECT max(finished_at) FROM crawls WHERE portal = p.id AND outcome = 'complete') AS looked
            FROM portals p
            JOIN crawls k ON k.id = (SELECT max(id) FROM crawls WHERE portal = p.id)
            WHERE k.outcome IN ('blocked', 'failed', 'robots_disallowed')
        )
        SELECT a.agency, a.region, y.year, (y.year + 1) || a.day AS due,
               substr(r.first_seen, 1, 10) AS published,
               CASE WHEN r.removed_at IS NOT NULL THEN 'removed' WHEN r.id IS NOT NULL THEN 'published'
                    WHEN date('now') <= (y.year + 1) || a.day THEN 'open'
                    WHEN EXISTS (SELECT 1 FROM shut WHERE region = a.region
                                 AND substr(coalesce(looked, ''), 1, 10) <= (y.year + 1) || a.day) THEN 'unreachable'
                    ELSE 'absent' END AS status,
               r.id AS report
        FROM agencies a JOIN years y ON y.year >= a.first
        LEFT JOIN reports r ON r.agency_id = a.agency_id AND r.year = y.year
    """,
    "current_slots": "SELECT * FROM slots",
}
for _table in ("disclosure", "requests", "disputes", "statistics"):
    _corrected = _CORRECTED.format(table=_table)
    VIEWS[f"current_{_table}"] = (
        f"SELECT {ABOUT}, d.*, {_corrected} FROM {_table} d JOIN reports r ON r.parse = d.parse"
    )


def refresh(db: Database) -> None:
    """Make every view that is missing or differs from this release's."""
    if not are_current(db):
        with db.atomic():
            for name in VIEWS:
                db.execute(f"DROP VIEW IF EXISTS {name}")
            for name in VIEWS:
                db.execute(_statement(name))


def are_current(db: Database) -> bool:
    """Whether the database's views are this release's."""
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall()
    found = dict(rows)
    return all(found.get(name) == _statement(name) for name in VIEWS)


def shadow(db: Database) -> None:
    """Make temporary views of the same names over temporary tables, for an answer as of an earlier day."""
    for name in VIEWS:
        db.execute(f"DROP VIEW IF EXISTS temp.{name}")
        db.execute(_statement(name, temporary=True))


def _statement(name: str, *, temporary: bool = False) -> str:
    return f"CREATE {'TEMP ' if temporary else ''}VIEW {name} AS {' '.join(VIEWS[name].split())}"

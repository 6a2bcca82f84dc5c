"""What crawls did: questions that the crawler asks the archive; nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.model import CaptureKind

_SEEN = """
    SELECT DISTINCT f.report, c.outcome = 'changed' AS changed,
        NOT EXISTS (SELECT 1 FROM filings g JOIN captures b ON b.url = g.url AND b.sha256 = g.sha256
                    WHERE g.report = f.report AND b.crawl < c.crawl) AS new
    FROM captures c JOIN filings f ON f.url = c.url AND f.sha256 = c.sha256
    WHERE c.crawl = ? AND f.report IS NOT NULL
"""
_REMOVED = """
    SELECT count(DISTINCT v.report) FROM captures c JOIN versions v ON v.url = c.url
    WHERE c.crawl = ? AND c.outcome IN ('not_found', 'soft_404') AND v.removed_at = c.fetched_at
"""
_CAPTURES = """
    SELECT url, kind, fetched_at, status, outcome, sha256, message, final_url, headers
    FROM captures WHERE crawl = ? ORDER BY id
"""


_PUBLISHED = """
    SELECT c.url, c.kind, c.found_on, c.column_url, c.link_text, c.agency, max(c.id)
    FROM captures c JOIN crawls k ON k.id = c.crawl
    JOIN versions v ON v.url = c.url AND v.latest AND v.removed_at IS NULL
    WHERE k.portal = ? AND c.sha256 IS NOT NULL AND c.kind IN ('page', 'file') GROUP BY c.url ORDER BY max(c.id)
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a known address was last found, as its capture says."""

    url: str
    kind: CaptureKind
    found_on: str | None
    column_url: str | None
    link_text: str | None
    agency: str | None
    capture: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """One capture of a crawl as the archive recorded it; ``sha256`` is None where nothing was kept."""

    url: str
    kind: str
    fetched_at: str
    status: int | None
    outcome: str
    sha256: str | None
    message: str | None
    final_url: str | None
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wall:
    """A host's refusal: the address asked, when, and what the crawler recognised."""

    url: str
    fetched_at: str
    message: str


def reports_of(db: Database, crawl: int) -> dict[str, int]:
    """Numbers of reports that a crawl ``found`` and of these ``new`` or ``changed``, and of those ``removed``."""
    rows = db.execute(_SEEN, [crawl]).fetchall()
    new = {report for report, _, is_new in rows if is_new}
    changed = {report for report, is_changed, _ in rows if is_changed} - new
    (removed,) = db.execute(_REMOVED, [crawl]).fetchone()
    return {
        "found": len({report for report, *_ in rows}),
        "new": len(new),
        "changed": len(changed),
        "removed": int(removed),
    }


def unfinished(db: Database, portal: str, *, since: str) -> int | None:
    """The portal's last crawl if it never ended and began at ``since`` (UTC, ISO 8601) or later."""
    sql = "SELECT id, finished_at, started_at FROM crawls WHERE portal = ? ORDER BY id DESC LIMIT 1"
    row = db.execute(sql, [portal]).fetchone()
    return int(row[0]) if row and row[1] is None and row[2] >= since else None


def last_outcome(db: Database, url: str, *, before: int) -> str | None:
    """The outcome under which a crawl earlier than ``before`` last recorded the address."""
    sql = "SELECT outcome FROM captures WHERE url = ? AND crawl < ? ORDER BY id DESC LIMIT 1"
    row = db.execute(sql, [url, before]).fetchone()
    return str(row[0]) if row else None


def sightings(db: Database, crawl: int) -> Iterator[Sighting]:
    """The crawl's captures in the order in which they were recorded."""
    for url, kind, fetched_at, status, outcome, sha256, message, final_url, headers in db.execute(
        _CAPTURES, [crawl]
    ):
        yield Sighting(
            url, kind, fetched_at, status, outcome, sha256, message, final_url, json.loads(headers)
        )


def walls(db: Database, *, since: str) -> Iterator[Wall]:
    """Refusals that hosts answered with (``blocked``) after ``since``."""
    sql = (
        "SELECT coalesce(final_url, url), fetched_at, coalesce(message, '') FROM captures "
        "WHERE outcome = 'blocked' AND status IS NOT NULL AND fetched_at > ? ORDER BY id"
    )
    return (Wall(*row) for row in db.execute(sql, [since]))


def ledger(db: Database, crawl: int) -> dict[tuple[str, str], tuple[int, int]]:
    """(day, host) to requests and bytes, of one crawl."""
    rows = db.execute("SELECT day, host, requests, bytes FROM ledger WHERE crawl = ?", [crawl])
    return {(day, host): (requests, size) for day, host, requests, size in rows}


def published(db: Database, portal: str) -> Iterator[Origin]:
    """Addresses of the portal's reports that were not gone when last asked for."""
    return (Origin(*row) for row in db.execute(_PUBLISHED, [portal]))


def last_complete(db: Database, portal: str) -> dict[str, Any] | None:
    """The summary of the portal's last complete crawl, as it was given to ``finish_crawl``; None without one."""
    sql = "SELECT summary FROM crawls WHERE portal = ? AND outcome = 'complete' ORDER BY id DESC LIMIT 1"
    row = db.execute(sql, [portal]).fetchone()
    return None if row is None else dict(json.loads(row[0]))


def complete_before(db: Database, portal: str, crawl: int) -> int | None:
    """The portal's last complete crawl before this one."""
    sql = "SELECT max(id) FROM crawls WHERE portal = ? AND id < ? AND outcome = 'complete'"
    (found,) = db.execute(sql, [portal, crawl]).fetchone()
    return None if found is None else int(found)

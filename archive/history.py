"""What crawls did: the reports that one saw, and the crawls of a portal. Read-only questions to the archive."""

from __future__ import annotations

from sqlite_utils import Database

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

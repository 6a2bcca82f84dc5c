"""The digest of an archive's content: equal where two databases say the same, however they came about."""

from __future__ import annotations

import hashlib
import json
import sqlite3

# numbers of parses and the times at which they were made say nothing about the content
_CONTENT = {
    "portals": "SELECT * FROM portals ORDER BY id",
    "crawls": "SELECT * FROM crawls ORDER BY id",
    "originals": "SELECT * FROM originals ORDER BY sha256",
    "captures": "SELECT * FROM captures ORDER BY id",
    "ledger": "SELECT * FROM ledger ORDER BY crawl, day, host",
    "judgements": "SELECT * FROM judgements ORDER BY id",
    "corrections": "SELECT * FROM corrections ORDER BY id",
    "accepted": "SELECT a.sha256, p.parser, p.digest FROM accepted a JOIN parses p ON p.id = a.latest ORDER BY 1",
    "filings": "SELECT url, sha256, kind, report, agency_id, agency, region, year, agency_from, year_from "
    "FROM filings ORDER BY url, sha256",
    "versions": "SELECT report, url, number, first_seen, last_seen, removed_at, sha256, content_digest, kind, latest "
    "FROM versions ORDER BY report, url, number",
    "reports": "SELECT id, agency, region, year, url, title, form, first_seen, last_seen, removed_at, renditions, "
    "sha256, agency_id FROM reports ORDER BY id",
    "cross_checks": 'SELECT report, rule, "where", status, "left", "right" FROM cross_checks ORDER BY 1, 2, 3',
}


def content_digest(connection: sqlite3.Connection) -> str:
    """SHA-256 (hex) of all evidence, of what the accepted parses say, and of what readers see."""
    digest = hashlib.sha256()
    for table, sql in _CONTENT.items():
        digest.update(f"{table}\n".encode())
        for row in connection.execute(sql):
            digest.update(json.dumps(row, ensure_ascii=False).encode(errors="replace"))
    return digest.hexdigest()

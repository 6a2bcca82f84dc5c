"""The five seeds from a portal to the ``current_*`` views: the same values, null for null."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from crawler.portals import Column, Portal
from crawler.run import crawl
from crawler.sample.portal import LoopbackSite
from tests.tools import seeds
from tests.tools.chromium import chromium

ALL = seeds.load()

pytestmark = pytest.mark.skipif(not ALL, reason=f"the seeds are not here: {seeds.SEEDS}")


def _crawled(pages: Mapping[str, bytes], archive: Path) -> sqlite3.Connection:
    with LoopbackSite(pages) as site:
        column = Column(site.url.rstrip("/") + seeds.COLUMN, seeds.UNNAMED)
        portal = Portal("seeds", "种子", "640200", site.url, (column,))
        summary = crawl(archive, [portal], delay=0.01, allow_private=True)
    assert summary.ok, summary.text()
    return sqlite3.connect(f"file:{archive / 'nianbao.db'}?mode=ro", uri=True)


def _assert_as_the_seeds_say(db: sqlite3.Connection) -> None:
    found = db.execute("SELECT agency, year FROM reports").fetchall()
    assert sorted(found) == sorted((seed["agency"] or seeds.UNNAMED, seed["year"]) for seed in ALL)
    for seed in ALL:
        for table in ("disclosure", "requests", "disputes"):
            assert _current(db, table, seed) == (seed[table] or {}), (seed["source"], table)


def _current(db: sqlite3.Connection, table: str, seed: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Row to field to value, of the fields that the seed's form has."""
    cursor = db.execute(
        f"SELECT * FROM current_{table} WHERE agency = ? AND year = ?",
        [seed["agency"] or seeds.UNNAMED, seed["year"]],
    )
    names = [column[0] for column in cursor.description]
    rows = {values[names.index("row")]: dict(zip(names, values, strict=True)) for values in cursor}
    fields = {row: values.keys() for row, values in (seed[table] or {}).items()}
    assert rows.keys() == fields.keys(), (seed["source"], table)
    return {row: {field: values[field] for field in fields[row]} for row, values in rows.items()}


def test_seeds_as_html_pages(tmp_path: Path) -> None:
    db = _crawled(seeds.site(ALL), tmp_path / "archive")
    _assert_as_the_seeds_say(db)
    db.close()


@pytest.mark.browser
@pytest.mark.slow
def test_seeds_as_attached_prints(tmp_path: Path) -> None:
    with chromium() as browser:
        prints = {seed["title"]: browser.pdf(seeds.report_html(seed)) for seed in ALL}
    db = _crawled(seeds.site(ALL, pdfs=prints), tmp_path / "archive")
    _assert_as_the_seeds_say(db)
    found = db.execute("SELECT DISTINCT media_type FROM reports JOIN originals USING (sha256)").fetchall()
    assert found == [("application/pdf",)]
    db.close()

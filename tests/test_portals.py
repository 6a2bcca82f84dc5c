"""Every replica portal crawled into an archive, and held against its truth; then once more, after some have changed."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from archive.store import Archive
from crawler.run import crawl
from tests.portals import trs
from tests.portals.all import build
from tests.portals.replica import Site

pytestmark = pytest.mark.slow

SETTINGS = {"NIANBAO_RETRIES": 0, "NIANBAO_PORTALS_AT_ONCE": 8}
RUN = {"delay": 0, "allow_private": True, "settings": SETTINGS}


class Crawled:
    """The replicas and the archive that they were crawled into."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sites = build()
        self.portals = [site.portal() for site in self.sites.values()]
        self.summaries = []

    def crawl(self) -> None:
        for site in self.sites.values():
            site.server.log.clear()
        self.summaries.append(crawl(self.path, self.portals, **RUN))

    def rows(self, sql: str, *values: object) -> list[tuple]:
        with contextlib.closing(sqlite3.connect(self.path / "nianbao.db")) as db:
            return db.execute(sql, values).fetchall()

    def captures(self, site: Site, run: int = 1) -> dict[str, tuple[str, str | None, str]]:
        """Path to (outcome, sha256, message) of the captures of one run of a site."""
        sql = (
            "SELECT captures.url, captures.outcome, captures.sha256, coalesce(captures.message, '') FROM captures JOIN crawls ON "
            "captures.crawl = crawls.id WHERE crawls.portal = ? AND crawls.id = (SELECT id FROM crawls WHERE portal = ? "
            "ORDER BY id LIMIT 1 OFFSET ?) ORDER BY captures.id"
        )
        found = self.rows(sql, site.id, site.id, run - 1)
        return {url.removeprefix(site.url): (outcome, sha, message) for url, outcome, sha, message in found}

    def summary(self, site: Site, run: int = 1):
        return next(portal for portal in self.summaries[run - 1].portals if portal.portal == site.id)


IDS = [
    *[
        "trs",
        "trs-gbk",
        "trs-stub",
        "trs-refresh",
        "trs-years",
        "ucap",
        "ucap-search",
        "ucap-code",
        "hanweb",
        "hanweb-post",
        "hanweb-gated",
    ],
    *[
        "jpaas",
        "jpaas-ignored",
        "jpaas-503",
        "vsb",
        "vsb-dynamic",
        "gkmlpt",
        "gkmlpt-named",
        "lonsun",
        "lonsun-label",
        "epoint",
        "hebei",
    ],
    *[
        "articlelist",
        "query-one",
        "query-zero",
        "xxgk-list",
        "postback",
        "front-api",
        "shells",
        "shells-articles",
        "waf-ruishu",
        "waf-jiasule",
        "waf-360",
    ],
    *[
        "waf-tencent",
        "waf-468",
        "captcha",
        "waf-aliyun",
        "soft",
        "robots-all",
        "robots-html",
        "robots-moved",
        "robots-delay",
        "identity",
    ],
    *[
        "hijacked",
        "mixed",
        "neighbours",
        "unsure",
        "bad-certificate",
        "echo-home",
        "echo-past",
        "echo-list",
        "gotopage",
        "channels-beside",
    ],
    *[
        "suzhou",
        "newest-shown",
        "named-files",
        "agencies-below",
        "agencies-table",
        "agencies-nested",
        "numbered-folders",
    ],
    *["hubs-alike", "sessions", "posted-search", "fragments", "attached", "first-channel"],
]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    world = Crawled(tmp_path_factory.mktemp("replicas"))
    world.crawl()
    return world


@pytest.mark.parametrize("name", IDS)
def test_replica_is_crawled_as_it_is(crawled, name):
    site = crawled.sites[name]
    captures = crawled.captures(site)
    found = {(agency, year) for agency, year in crawled.rows(
        "SELECT DISTINCT agency, year FROM reports WHERE url LIKE ?", f"{site.url}/%")}  # fmt: skip
    assert found == site.truth.reports
    with Archive.open(crawled.path) as archive:
        for path, body in site.truth.kept.items():
            assert path in captures, f"{path} was not asked for; seen: {list(captures)}"
            outcome, sha256, _ = captures[path]
            assert outcome == "new", (path, captures[path])
            assert archive.original(sha256) == body
    for path, outcome in site.truth.outcomes.items():
        assert captures.get(path, ("not asked",))[0] == outcome, (path, captures.get(path))
        assert site.truth.messages.get(path, "") in captures[path][2]
    expected = set(site.truth.kept) | set(site.truth.outcomes)
    strays = {
        path: row
        for path, row in captures.items()
        if path not in expected and not _is_list(crawled, site, path)
    }
    assert not strays
    assert crawled.summary(site).outcome == site.truth.crawl
    for note in site.truth.notes:
        assert note in crawled.summaries[0].text()


def test_no_replica_is_left_out(crawled):
    assert list(crawled.sites) == IDS


@pytest.mark.parametrize("name", IDS)
def test_replica_was_asked_politely(crawled, name):
    site = crawled.sites[name]
    asked = [item.path.partition("?")[0] for item in site.server.log]
    assert site.server.most_at_once <= 1
    assert not site.truth.never & set(asked)
    assert asked.count("/robots.txt") <= 1
    for server in _outside(site):
        assert server.log == []
    if site.truth.crawl == "blocked":
        assert len(asked) == 2


def test_a_report_of_unknown_agency_or_year_is_queued_not_guessed(crawled):
    site = crawled.sites["unsure"]
    queued = crawled.rows("SELECT agency, year, reason FROM unfiled WHERE url LIKE ?", f"{site.url}/%")
    assert queued == [(None, None, "agency and year unknown")]


@pytest.fixture(scope="module")
def recrawled(crawled):
    """The same archive after a second crawl; the sites that can have changed in between."""
    for site in crawled.sites.values():
        if site.evolve:
            site.evolve()
    crawled.crawl()
    return crawled


CHANGES = {
    "trs": {"found": 8, "new": 1, "changed": 1, "removed": 1},
    "vsb": {"found": 7, "new": 1, "changed": 0, "removed": 0},
    "jpaas-503": {"found": 18, "new": 3, "changed": 0, "removed": 0},
}


@pytest.mark.parametrize("name", IDS)
def test_second_crawl_reports_what_changed_and_nothing_else(recrawled, name):
    site, summary = recrawled.sites[name], recrawled.summary(recrawled.sites[name], 2)
    unchanged = {"found": len(site.truth.reports), "new": 0, "changed": 0, "removed": 0}
    assert dict(summary.reports) == CHANGES.get(name, unchanged)
    found = recrawled.rows("SELECT DISTINCT agency, year FROM reports WHERE url LIKE ?", f"{site.url}/%")
    assert set(found) == site.truth.reports
    if name not in CHANGES:
        outcomes = {outcome for outcome, _, _ in recrawled.captures(site, 2).values()}
        assert not outcomes & {"new", "changed"}


def test_changes_of_one_portal_are_told_apart(recrawled):
    site = recrawled.sites["trs"]
    captures = {path: outcome for path, (outcome, _, _) in recrawled.captures(site, 2).items()}
    assert captures[trs.COLUMN + trs.article(2026)] == "new"
    assert captures[trs.COLUMN + trs.article(2023)] == "changed"
    assert captures[trs.COLUMN + trs.article(2022)] == "unchanged", "only the visit counter moved"
    assert captures[trs.COLUMN + trs.article(2018)] == "not_found"
    sql = "SELECT year, removed_at IS NOT NULL FROM reports WHERE url LIKE ? ORDER BY year"
    removed = dict(recrawled.rows(sql, f"{site.url}/%"))
    assert removed == {year: year == 2018 for year in range(2018, 2027)}


def test_second_crawl_is_lighter(recrawled):
    still = [name for name in IDS if name not in CHANGES]
    first, second = (
        [recrawled.summary(recrawled.sites[name], run).bytes for name in still] for run in (1, 2)
    )
    assert sum(second) < sum(first) / 2


def _is_list(crawled: Crawled, site: Site, path: str) -> bool:
    kinds = crawled.rows(
        "SELECT kind FROM captures WHERE url = ?", path if "://" in path else site.url + path
    )
    return {kind for (kind,) in kinds} <= {"list", "robots"}


def _outside(site: Site) -> list:
    outside = getattr(site, "outside", [])
    return outside if isinstance(outside, list) else [outside]

"""A portal crawled again and again while it changes: exactly what changed is reported, and nothing is lost."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from archive.store import Archive
from crawler.run import crawl
from crawler.sample.portal import LoopbackSite, SamplePortals
from crawler.summary import Summary
from tests.tools import sample_pages as pages
from tests.tools.sample_pages import Data, Item

COLUMN = "county/c100202"


@pytest.fixture
def sample() -> Iterator[SamplePortals]:
    with SamplePortals() as portals:
        yield portals


class Portal:
    """The sample's data and its running sites, changed together."""

    def __init__(self, sample: SamplePortals, archive: Path) -> None:
        self.data: Data = copy.deepcopy(pages.load())
        self.sample = sample
        self.archive = archive

    def crawl(self) -> Summary:
        return crawl(self.archive, self.sample.portals, delay=0.01, allow_private=True)

    def publish(self) -> None:
        """Puts every page that differs from what is being served in its place; takes down what is gone."""
        tree = pages.html_tree(self.data)
        for name, site in self.sample.sites.items():
            wanted = {
                path.removeprefix(name): text.encode() for path, text in tree.items() if path.startswith(name)
            }
            _update(site, wanted)

    def item(self, agency: str, year: int) -> Item:
        found = (item for item in pages.items(self.data) if item.data.get("agency") == agency)
        return next(item for item in found if item.data["year"] == year)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with Archive.open(self.archive) as archive:
            return archive.db.execute(sql).fetchall()


def _update(site: LoopbackSite, wanted: dict[str, bytes]) -> None:
    served = {path for path in site.paths() if path.endswith((".html", ".shtml"))}
    for path in served - wanted.keys():
        site.withdraw(path)
    for path, body in wanted.items():
        if site.page(path) != body:
            site.publish(path, body)


def _new_and_changed(summary: Summary) -> tuple[int, int]:
    return summary.total("new"), summary.total("changed")


@pytest.mark.slow
def test_only_what_changed_is_reported(sample: SamplePortals, tmp_path: Path) -> None:
    portal = Portal(sample, tmp_path / "archive")
    count = len(portal.data["report"])
    first = portal.crawl()
    assert _new_and_changed(first) == (count, 0)
    originals = portal.rows("SELECT count(*) FROM originals")

    unchanged = portal.crawl()  # visit counters have moved in every page of the county
    assert _new_and_changed(unchanged) == (0, 0)
    assert portal.rows("SELECT count(*) FROM originals") == originals
    assert _bytes(unchanged) < _bytes(first) / 2

    latest = portal.item("样例县清溪镇人民政府", 2024)
    portal.data["report"].append(
        {**latest.data, "year": 2025, "published": date(2026, 1, 9), "number": 4801001}
    )
    portal.publish()
    assert _new_and_changed(portal.crawl()) == (1, 0)
    assert portal.rows("SELECT count(*) FROM reports WHERE year = 2025") == [(1,)]

    portal.item("示例市教育局", 2020).data["dead"] = True  # still listed, but the page is gone
    portal.publish()
    assert _new_and_changed(portal.crawl()) == (0, 0)
    assert portal.rows("SELECT agency, year FROM reports WHERE removed_at IS NOT NULL") == [
        ("示例市教育局", 2020)
    ]

    portal.data["report"].remove(portal.item("示例市人民政府", 2018).data)  # neither listed nor there
    portal.publish()
    assert _new_and_changed(portal.crawl()) == (0, 0)
    removed = "SELECT agency, year FROM reports WHERE removed_at IS NOT NULL ORDER BY year"
    assert portal.rows(removed) == [("示例市人民政府", 2018), ("示例市教育局", 2020)]
    assert portal.rows("SELECT count(*) FROM reports") == [(count + 1,)]

    portal.item("样例县人民政府", 2022).data["disclosure"]["licensing"]["decisions"] = 9826
    portal.publish()
    assert _new_and_changed(portal.crawl()) == (0, 1)
    versions = "SELECT agency, year, number FROM versions JOIN reports r ON r.id = report WHERE number > 1"
    assert portal.rows(versions) == [("样例县人民政府", 2022, 2)]

    assert _new_and_changed(portal.crawl()) == (0, 0)


def test_a_fault_in_one_portal_leaves_the_others_alone(sample: SamplePortals, tmp_path: Path) -> None:
    city, county = sample.portals
    summary = crawl(tmp_path, [replace(city, family="no-such-family"), county], delay=0, allow_private=True)
    assert [portal.outcome for portal in summary.portals] == ["failed", "complete"]
    assert not summary.ok
    assert "no-such-family" in summary.text()
    assert summary.total("new") == 8


def _bytes(summary: Summary) -> int:
    return sum(portal.bytes for portal in summary.portals)

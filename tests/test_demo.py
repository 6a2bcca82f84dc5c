"""The demo from end to end: its archive answers by SQL, and what it holds is what was served."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.model import PortalRow
from archive.store import Archive
from crawler import demo
from crawler.demo import Changed, Failing, FolderTaken, Outcome
from crawler.sample.portal import SamplePortals
from tests.tools import sample_pages as pages

REPORTS = [item for item in pages.items(pages.load()) if "agency" in item.data]


@pytest.fixture
def db(demo_outcome: Outcome) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{demo_outcome.archive / 'nianbao.db'}?mode=ro", uri=True)
    yield connection
    connection.close()


def test_reports_per_year(db: sqlite3.Connection) -> None:
    found = db.execute("SELECT agency, year FROM reports").fetchall()
    assert sorted(found) == sorted((item.data["agency"], item.data["year"]) for item in REPORTS)


def test_all_failing_checks(demo_outcome: Outcome, db: sqlite3.Connection) -> None:
    sql = "SELECT count(*) FROM current_checks WHERE status = 'fails'"
    assert db.execute(sql).fetchone()[0] == len(demo_outcome.failing)
    assert demo_outcome.failing == (
        Failing("样例县人民政府", 2024, "disclosure.in_force", "normative_documents", 61, 67),
        Failing("示例市教育局", 2024, "requests.balance", "natural_person", 43, 44, "publisher"),
        Failing("示例市教育局", 2024, "requests.balance", "total", 49, 50, "publisher"),
    )


def test_both_versions_of_the_replaced_report(demo_outcome: Outcome, db: sqlite3.Connection) -> None:
    (replaced,) = demo_outcome.replaced
    assert (replaced.agency, replaced.year) == ("示例市人民政府", 2023)
    assert replaced.cells == (
        Changed("disputes", "reconsideration", "upheld", 8, 10),
        Changed("disputes", "reconsideration", "corrected", 3, 1),
    )
    versions = db.execute("SELECT number, sha256 FROM versions WHERE url = ? ORDER BY number", [replaced.url])
    numbers, digests = zip(*versions.fetchall(), strict=True)
    assert numbers == (1, 2)
    for digest, folder in zip(digests, ("city", "republished/city"), strict=True):
        page = pages.TREE / folder / replaced.url.partition("//")[2].partition("/")[2]
        assert digest == hashlib.sha256(page.read_bytes()).hexdigest()


def test_every_original_is_what_was_served(
    demo_outcome: Outcome, db: sqlite3.Connection, demo_served: set[str]
) -> None:
    with Archive.open(demo_outcome.archive) as archive:
        kept = [sha256 for (sha256,) in db.execute("SELECT sha256 FROM originals")]
        assert kept
        assert all(hashlib.sha256(archive.original(sha256)).hexdigest() == sha256 for sha256 in kept)
    assert set(kept) <= demo_served


def test_pictures_of_tables_are_kept(db: sqlite3.Connection) -> None:
    sql = "SELECT url FROM captures JOIN originals USING (sha256) WHERE media_type = 'image/png' AND outcome = 'new'"
    assert [url.rpartition("_pic/")[2] for (url,) in db.execute(sql)] == ["2.png", "3.png", "4.png"]


def test_second_crawl_finds_one_change_and_nothing_new(demo_outcome: Outcome) -> None:
    assert demo_outcome.first.total("new") == len(REPORTS)
    assert (demo_outcome.second.total("new"), demo_outcome.second.total("changed")) == (0, 1)


def test_values_in_the_archive_are_the_figures(db: sqlite3.Connection) -> None:
    for item in REPORTS:
        if item.data["form"] == "2014" or item.kind == "pictures" or "republished" in item.data:
            continue
        for table, rows in pages.tables(item.data).items():
            for row, values in rows.items():
                columns = ", ".join(f'"{column}"' for column in values)
                sql = f'SELECT {columns} FROM current_{table} WHERE agency = ? AND year = ? AND "row" = ?'
                found = db.execute(sql, [item.data["agency"], item.data["year"], row]).fetchone()
                assert found == tuple(values.values()), (item.title, table, row)


def test_text_names_what_was_found(demo_outcome: Outcome) -> None:
    text = demo_outcome.text()
    assert f"{len(REPORTS)} reports" in text
    assert "示例市教育局 2024  total: 49, not 50" in text
    assert "6 blank cells" in text
    assert all(check.rule in text for check in demo_outcome.failing)
    assert "disputes.reconsideration.corrected" in text
    assert "3 → 1" in text


def test_the_archive_of_an_earlier_demo_makes_room(demo_outcome: Outcome, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(demo_outcome.archive, folder)
    (folder / "notes.txt").write_text("mine", "utf-8")
    with SamplePortals() as sample:
        demo._make_room(folder, {portal.id for portal in sample.portals})
    assert sorted(path.name for path in folder.iterdir()) == ["notes.txt", "writer.lock"]
    Archive.open(folder, write=True).close()


def test_an_archive_of_real_portals_is_left_alone(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.register([PortalRow("real", "某市", "640105", "http://www.example.gov.cn/")])
    with pytest.raises(FolderTaken, match="--archive"):
        demo.run(tmp_path)
    with Archive.open(tmp_path) as archive:
        assert [row["id"] for row in archive.db["portals"].rows] == ["real"]

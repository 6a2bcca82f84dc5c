"""Archives of earlier schemas are upgraded on a copy and lose nothing."""

from __future__ import annotations

import sqlite3
import tarfile
from pathlib import Path
from typing import Any

import pytest
from archive_kit import begin, document, made, page, rows
from sqlite_utils import Database

from archive import derive, fingerprints, log, migrations, opening, upgrade
from archive.errors import Outdated
from archive.reading import parse_new
from archive.store import Archive
from archive.verify import verify

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]

FIXTURES = sorted((Path(__file__).parent / "archives").glob("*.tar.xz"))
CHANGES = [change.name for change in migrations.migrations._migrations]
EVIDENCE = ("portals", "crawls", "captures", "originals")


def evidence(archive: Archive) -> list[list[tuple[Any, ...]]]:
    return [rows(archive, f"SELECT * FROM {table} ORDER BY 1") for table in EVIDENCE]


def make(folder: Path) -> None:
    with Archive.open(folder, write=True) as archive:
        for day in (1, 2):
            crawl = begin(archive)
            archive.keep(page(crawl, body=document(n=day), day=day))
            archive.finish_crawl(crawl, "complete", {})
        parse_new(archive, workers=0)


def put_back(folder: Path, change: str) -> None:
    """Give the archive the database that an earlier release would have written: without this change and later ones."""
    path = folder / opening.DATABASE
    old = path.rename(folder.parent / "new.db")
    db = Database(sqlite3.connect(path, isolation_level=None))
    derive.add_functions(db.conn)
    migrations.migrations.apply(db, stop_before=change)
    for name in log.names(folder):
        for entry in log.read(folder, name):
            known = db.table(entry.table).columns_dict
            log.apply(db.conn, log.Entry(entry.table, {k: v for k, v in entry.row.items() if k in known}))
    db.conn.execute("ATTACH ? AS new", [str(old)])
    tables = (
        "readings",
        "parses",
        "acceptances",
        "requests",
        "sections",
        "checks",
        "problems",
        "evidence",
        "reports",
    )
    for table in set(tables) & set(db.table_names()):
        columns = ", ".join(f'"{column}"' for column in db.table(table).columns_dict)
        db.conn.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
    if "fingerprints" in db.table_names():
        fingerprints.take_all(db.conn)
    db.close()


@pytest.mark.parametrize("change", CHANGES[1:])
def test_every_earlier_schema_is_upgraded_without_loss(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "archive"
    make(folder)
    with Archive.open(folder) as archive:
        before, seen = evidence(archive), rows(archive, "SELECT * FROM reports")
    put_back(folder, change)
    with Archive.open(folder, write=True) as archive:
        assert migrations.pending(archive.db) == []
        assert evidence(archive) == before
        parse_new(archive, workers=0)
        assert rows(archive, "SELECT * FROM reports") == seen
        assert verify(archive).findings == ()
    assert not list(folder.glob("*.upgrade*"))


def test_there_is_a_fixture_of_every_schema_that_ever_was() -> None:
    """The first three changes came at once."""
    there = [path.name.removesuffix(".tar.xz") for path in FIXTURES]
    assert there == CHANGES[2:], "run tests/archives/make.py"


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_archives_of_earlier_releases_open_and_are_whole(tmp_path: Path, fixture: Path) -> None:
    with tarfile.open(fixture) as packed:
        packed.extractall(tmp_path, filter="data")
    for write in (False, True):
        with Archive.open(tmp_path / "archive", write=write) as archive:
            assert verify(archive).findings == ()
            assert rows(archive, "SELECT year, renditions, removed_at FROM reports ORDER BY year") == [
                (2022, 2, None),
                (2023, 1, None),
            ]
            assert rows(archive, "SELECT count(*) FROM versions WHERE number = 2") == [(1,)]
            people = fixture.name >= "m006_people"  # the first schema that kept what people said
            assert rows(archive, "SELECT total, corrections FROM current_requests WHERE year = 2023") == [
                (2, '{"total":5}' if people else None)
            ]
            assert rows(archive, "SELECT judgement FROM current_checks WHERE status = 'fails'") == [
                ("confirmed" if people else None,)
            ]


def test_upgrade_that_would_lose_a_row_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "archive"
    make(folder)
    put_back(folder, CHANGES[-1])
    before = (folder / opening.DATABASE).read_bytes()

    def lossy(connection: sqlite3.Connection, path: Path) -> None:
        connection.execute("DELETE FROM parses WHERE id = (SELECT max(id) FROM parses)")

    monkeypatch.setattr(upgrade, "_upgrade", lossy)
    with pytest.raises(Outdated, match="would alter table parses"):
        Archive.open(folder, write=True)
    monkeypatch.undo()
    assert (folder / opening.DATABASE).read_bytes()[100:] == before[100:]
    Archive.open(folder, write=True).close()


def test_reader_of_an_earlier_schema_upgrades_it_or_says_why_not(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    make(folder)
    put_back(folder, CHANGES[-1])
    with opening.take_lock(folder), pytest.raises(Outdated, match="can't be upgraded now"):
        Archive.open(folder)
    with Archive.open(folder) as archive:
        assert migrations.pending(archive.db) == []


def test_archive_of_a_later_release_is_refused(tmp_path: Path) -> None:
    make(tmp_path)
    with Archive.open(tmp_path, write=True) as archive:
        archive.db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'nianbao', 'm999_later', 'x')")
        archive.db.execute("DROP VIEW cells")
    for write in (False, True):
        with pytest.raises(Outdated, match=r"later release of nianbao \(schema m999_later\)"):
            Archive.open(tmp_path, write=write)

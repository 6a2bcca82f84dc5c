"""Captures: what is kept, what is not, and that nothing is lost or rewritten."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from archive_kit import AGENCY, LIST, PORTAL, begin, document, files, made, page, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import log, originals
from archive.errors import Locked, NotAnArchive, ReadOnly, Unwritten
from archive.model import Capture, PortalRow
from archive.store import Archive

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]


def test_first_bytes_are_new_and_stored_bit_exact(tmp_path: Path) -> None:
    body = document()
    with Archive.open(tmp_path, write=True) as archive:
        kept = archive.keep(page(begin(archive), body=body))
        assert (kept.outcome, kept.sha256) == ("new", hashlib.sha256(body).hexdigest())
        assert archive.original(kept.sha256 or "") == body
        assert rows(archive, "SELECT sha256, size FROM originals") == [(kept.sha256, len(body))]
    path = originals.path_of(tmp_path, kept.sha256 or "")
    assert path.stat().st_mode & 0o777 == 0o444


def test_same_bytes_again_are_unchanged(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        first, again = (archive.keep(page(crawl, body=document(), day=day)) for day in (1, 2))
        assert (again.outcome, again.sha256) == ("unchanged", first.sha256)


def test_furniture_is_unchanged_with_its_own_digest_recorded(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        first = archive.keep(page(crawl, body=document(furniture="visits 1")))
        again = archive.keep(page(crawl, body=document(furniture="visits 2"), day=2))
        assert (again.outcome, again.sha256) == ("unchanged", first.sha256)
        ((digest,),) = rows(archive, "SELECT body_sha256 FROM captures WHERE id = ?", again.id)
        assert digest == hashlib.sha256(document(furniture="visits 2")).hexdigest()
    assert len(list(originals.names(tmp_path))) == 1


def test_changed_content_is_changed_and_both_are_stored(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        archive.keep(page(crawl, body=document()))
        other = archive.keep(page(crawl, body=document(cells={"requests.new.total": 4}), day=2))
        assert other.outcome == "changed"
    assert len(list(originals.names(tmp_path))) == 2


def test_list_pages_are_told_apart_by_the_digest_of_their_entries(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        given_ = [
            ("<a>1</a>", "one"),
            ("<a>1</a> 2", "one"),
            (None, None),
            ("<a>1</a> 3", "one"),
            ("x", "two"),
        ]
        outcomes = [
            archive.keep(
                page(
                    crawl,
                    kind="list",
                    day=day,
                    body=body and body.encode(),
                    content_digest=digest,
                    status=200 if body else 304,
                )
            ).outcome
            for day, (body, digest) in enumerate(given_, 1)
        ]
    assert outcomes == ["new", "unchanged", "unchanged", "unchanged", "changed"]


def test_not_modified_names_what_is_held(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        headers = {"ETag": '"a"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
        first = archive.keep(page(crawl, body=document(), headers=headers))
        again = archive.keep(page(crawl, status=304, day=2))
        assert (again.outcome, again.sha256) == ("unchanged", first.sha256)
        known = archive.known(f"{LIST}p1")
        assert known is not None
        assert (known.etag, known.status, known.fetched_at) == ('"a"', 304, "2026-01-02T00:00:00Z")


def test_not_modified_without_anything_held_is_an_error(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        kept = archive.keep(page(begin(archive), status=304))
        assert (kept.outcome, kept.sha256) == ("error", None)
        ((message,),) = rows(archive, "SELECT message FROM captures")
        assert "304" in message


def test_failed_requests_are_recorded_and_leave_what_is_known(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        assert archive.known(f"{LIST}p1") is None
        archive.keep(page(crawl, body=document()))
        lost = archive.keep(page(crawl, status=404, outcome="not_found", body=b"gone", day=2))
        assert (lost.outcome, lost.sha256) == ("not_found", None)
        known = archive.known(f"{LIST}p1")
        assert known is not None
        assert known.status == 200
        with pytest.raises(ValueError, match="none of"):
            archive.keep(page(crawl, outcome="lost"))


def test_evidence_is_append_only(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.keep(page(begin(archive), body=document()))
        for table in ("captures", "originals"):
            for statement in (f"UPDATE {table} SET sha256 = 'x'", f"DELETE FROM {table}"):
                with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                    archive.db.execute(statement)


def test_times_are_utc(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.keep(Capture(begin(archive), LIST, "2026-01-01T08:00:00+08:00", "list", 200, b"x"))
        assert rows(archive, "SELECT fetched_at FROM captures") == [("2026-01-01T00:00:00Z",)]


def test_portals_are_brought_up_to_date(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        archive.register([PORTAL])
        archive.register([PortalRow("xixia", "西夏区", "640105", PORTAL.home)])
        archive.register([PortalRow("xixia", "西夏区", "640105", PORTAL.home)])
        assert rows(archive, "SELECT name FROM portals") == [("西夏区",)]
    assert len(list(log.read(tmp_path, log.PORTALS))) == 2


def test_crawls_end_with_an_outcome_and_killed_ones_are_closed(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        begin(archive)
        second = begin(archive)
        archive.finish_crawl(second, "complete", {"reports": 3})
        assert rows(archive, "SELECT id, outcome FROM crawls") == [(1, "partial"), (2, "complete")]
        with pytest.raises(ValueError, match="none of"):
            archive.finish_crawl(second, "fine", {})


def test_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True):
        with pytest.raises(Locked, match=f"process {os.getpid()} is writing"):
            Archive.open(tmp_path, write=True)
        Archive.open(tmp_path).close()
    Archive.open(tmp_path, write=True).close()


def test_reader_finds_no_archive(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="nianbao crawl"):
        Archive.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_writer_refuses_a_folder_of_other_things(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(NotAnArchive, match="holds other files"):
        Archive.open(tmp_path, write=True)


def test_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "nianbao.db").write_bytes(b"not a database, but long enough to be looked at" * 50)
    for write in (False, True):
        with pytest.raises(NotAnArchive, match="nianbao rebuild"):
            Archive.open(tmp_path, write=write)


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReadOnly, match="--archive"):
        Archive.open(tmp_path / "file" / "archive", write=True)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.integers(0, 1)), max_size=8))
def test_keeping_twice_is_keeping_once(
    tmp_path_factory: pytest.TempPathFactory, visits: list[tuple[str, int, int]]
) -> None:
    """A second look at the same bytes adds a capture, never an original or another outcome."""
    once, twice = tmp_path_factory.mktemp("once"), tmp_path_factory.mktemp("twice")
    for folder, times in ((once, 1), (twice, 2)):
        with Archive.open(folder, write=True) as archive:
            crawl = begin(archive)
            for url, value, furniture in visits:
                body = document(cells={"requests.new.total": value}, furniture=furniture)
                kept = [archive.keep(page(crawl, url, body=body)) for _ in range(times)]
                assert {k.outcome for k in kept[1:]} <= {"unchanged"}
    assert list(originals.names(once)) == list(originals.names(twice))


_CRAWL_FOR_EVER = """
import sys
from archive_kit import begin, digest, document, page
from archive import content
from archive.store import Archive
content.digest = digest
content.media_type = lambda data, url: "text/html"
with Archive.open(sys.argv[1], write=True) as archive:
    crawl = begin(archive)
    for number in range(100000):
        kept = archive.keep(page(crawl, f"p{number}", body=document(year=number)))
        print(kept.id, kept.sha256, flush=True)
"""


@pytest.mark.parametrize("wait", [1, 4, 9, 20, 50, 90])
def test_killed_writer_loses_no_acknowledged_capture_and_leaves_no_half_file(
    tmp_path: Path, wait: int
) -> None:
    here = Path(__file__).parent
    environment = os.environ | {"PYTHONPATH": f"{here.parent}:{here}"}
    command = [sys.executable, "-c", _CRAWL_FOR_EVER, str(tmp_path / "archive")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        seen = [child.stdout.readline().split() for _ in range(wait)]
        child.send_signal(signal.SIGKILL)
        seen += [
            line.split() for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")
        ]
    with Archive.open(tmp_path / "archive", write=True) as archive:
        recorded = dict(rows(archive, "SELECT id, sha256 FROM captures"))
        assert all(recorded[int(number)] == sha256 for number, sha256 in seen)
        for sha256 in recorded.values():
            archive.original(sha256)
        assert archive.start_crawl(PORTAL.id) == 2
    assert not [
        name
        for name in files(tmp_path / "archive" / "originals")
        if len(Path(name).name) == 64
        and hashlib.sha256((tmp_path / "archive" / "originals" / name).read_bytes()).hexdigest()
        != Path(name).name
    ]


def test_capture_logged_but_not_committed_is_recovered(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        archive.keep(page(crawl, body=document()))
        ((row,),) = [list(archive.db.table("captures").rows)]
    log.append(tmp_path, log.crawl_name(crawl), [log.Entry("captures", row | {"id": 2, "url": "http://x"})])
    with log.path_of(tmp_path, log.crawl_name(crawl)).open("ab") as file:
        file.write(b'{"table": "captures", "ro')
    with Archive.open(tmp_path, write=True) as archive:
        assert rows(archive, "SELECT id, url FROM captures WHERE id = 2") == [(2, "http://x")]
        assert archive.keep(page(crawl, "p3", body=document())).id == 3
    assert len(list(log.read(tmp_path, log.crawl_name(crawl)))) == 5
    assert AGENCY


def test_disk_that_is_full_when_a_writer_comes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Archive.open(tmp_path, write=True).close()
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL

    def refuse(*_: object) -> None:
        raise full

    monkeypatch.setattr(log, "recover", refuse)
    with pytest.raises(Unwritten, match="free some space"):
        Archive.open(tmp_path, write=True)
    monkeypatch.undo()
    Archive.open(tmp_path, write=True).close()

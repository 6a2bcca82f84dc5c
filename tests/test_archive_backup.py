"""Backups and WARC: out of the archive and, for a backup, back again."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from archive_kit import LIST, begin, document, made, page
from warcio.archiveiterator import ArchiveIterator

from archive import manifest, opening, originals, warc
from archive.backup import backup
from archive.digests import content_digest
from archive.errors import Locked, NotAnArchive, Unwritten
from archive.reading import parse_new
from archive.store import Archive
from archive.verify import verify

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    visit(tmp_path / "archive", 1)
    return tmp_path / "archive"


def visit(folder: Path, day: int) -> None:
    with Archive.open(folder, write=True) as archive:
        crawl = begin(archive)
        headers = {"Content-Type": "text/html; charset=gbk", "Content-Encoding": "gzip", "X-标题": "年报"}
        archive.keep(
            page(
                crawl,
                body=document(cells={"requests.new.total": day}),
                day=day,
                headers=headers,
                request_headers={"User-Agent": "nianbao", "X Y": "z"},
            )
        )
        archive.keep(page(crawl, "q", body=document(year=2022), day=day, headers=headers))
        archive.keep(page(crawl, "f", body=document(year=2021, furniture=day), day=day))
        if day > 1:
            archive.keep(page(crawl, "q", status=304, day=day))
        archive.keep(page(crawl, "gone", outcome="not_found", status=404, day=day, message="HTTP\n404"))
        archive.finish_crawl(crawl, "complete", {})
        parse_new(archive, workers=0)


def digest(folder: Path) -> str:
    with Archive.open(folder) as archive:
        assert verify(archive).findings == ()
        return content_digest(archive.db.conn)


def test_backup_is_an_archive_and_the_next_one_takes_what_is_new(folder: Path, tmp_path: Path) -> None:
    first = backup(folder, tmp_path / "b")
    assert (first.copied, first.originals, first.head) == (3, 3, manifest.head(folder))
    assert digest(tmp_path / "b") == digest(folder)
    again = backup(folder, tmp_path / "b")
    assert (again.copied, again.originals) == (0, 3)
    visit(folder, 2)
    third = backup(folder, tmp_path / "b")
    assert (third.copied, third.originals) == (1, 4)
    assert digest(tmp_path / "b") == digest(folder)
    assert "1 originals" in third.text()


def test_restored_backup_goes_on_as_the_archive(folder: Path, tmp_path: Path) -> None:
    backup(folder, tmp_path / "b")
    visit(folder, 2)
    shutil.copytree(tmp_path / "b", tmp_path / "restored")
    visit(tmp_path / "restored", 2)
    with Archive.open(folder) as one, Archive.open(tmp_path / "restored") as other:
        counts = [a.db.execute("SELECT count(*), max(id) FROM captures").fetchone() for a in (one, other)]
    assert counts[0] == counts[1]


def test_backup_while_a_crawl_writes_is_whole(folder: Path, tmp_path: Path) -> None:
    done = threading.Event()

    def crawl() -> None:
        with Archive.open(folder, write=True) as archive:
            number = begin(archive)
            for n in range(10**6):
                archive.keep(page(number, f"w{n}", body=document(n=n)))
                if done.is_set():
                    break

    writer = threading.Thread(target=crawl)
    writer.start()
    try:
        for n in range(5):
            backup(folder, tmp_path / "b")
            with Archive.open(tmp_path / "b") as copy:
                assert verify(copy).findings == (), n
    finally:
        done.set()
        writer.join()


def test_damaged_original_is_named_and_not_copied(folder: Path, tmp_path: Path) -> None:
    path = originals.path_of(folder, next(originals.names(folder)))
    path.chmod(0o644)
    path.write_bytes(b"other")
    done = backup(folder, tmp_path / "b")
    assert (done.damaged, done.exit_status) == ((path.name,), 1)
    assert path.name in done.text()
    assert not originals.path_of(tmp_path / "b", path.name).exists()


def test_refusals(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="the archive itself"):
        backup(folder, folder)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter").write_text("x")
    with pytest.raises(NotAnArchive, match="other files"):
        backup(folder, tmp_path / "other")
    visit(tmp_path / "second", 3)
    with pytest.raises(NotAnArchive, match="another archive"):
        backup(tmp_path / "second", folder)
    with Archive.open(tmp_path / "b", write=True), pytest.raises(Locked):
        backup(folder, tmp_path / "b")


def state(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_nothing_is_overwritten_that_the_archive_has_not(folder: Path, tmp_path: Path) -> None:
    """A copy that went its own way, one that is ahead of its source, and an archive without any sealed crawl."""
    backup(folder, tmp_path / "copy")
    visit(tmp_path / "copy", 2)
    kept = state(tmp_path / "copy" / "log")
    with pytest.raises(NotAnArchive, match="no earlier state"):
        backup(folder, tmp_path / "copy")
    visit(folder, 3)
    with pytest.raises(NotAnArchive, match="no earlier state"):
        backup(folder, tmp_path / "copy")
    with Archive.open(tmp_path / "young", write=True) as young:
        young.keep(page(begin(young), body=document(year=2020)))
    with pytest.raises(NotAnArchive, match="another archive"):
        backup(tmp_path / "young", tmp_path / "copy")
    assert state(tmp_path / "copy" / "log") == kept
    digest(tmp_path / "copy")


def test_backup_that_breaks_off_leaves_the_earlier_one_whole(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(folder, tmp_path / "b")
    before = digest(tmp_path / "b")
    visit(folder, 2)
    for step in ("_copy_records", "copy_whole", "_copy_database", "rest.leave"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(f"archive.backup.{step}", _interrupted)
            backup(folder, tmp_path / "b")
        assert digest(tmp_path / "b") == before
    for leftover in ("nianbao.db.part", "log/crawl-000001.jsonl.part.7.part"):
        (tmp_path / "b" / leftover).write_bytes(b"half")
    backup(folder, tmp_path / "b")
    assert digest(tmp_path / "b") == digest(folder)
    assert not list((tmp_path / "b").rglob("*.part"))


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_backup_from_a_medium_that_cannot_be_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = opening._connect

    def read_only(place: Path, mode: str) -> sqlite3.Connection:
        if (place, mode) == (folder, "ro"):
            raise sqlite3.OperationalError("unable to open database file")
        return connect(place, mode)

    with monkeypatch.context() as patch:
        patch.setattr(opening, "_connect", read_only)
        patch.setattr("archive.opening.os.access", lambda *_: False)
        assert backup(folder, tmp_path / "b").copied == 3
    assert digest(tmp_path / "b") == digest(folder)


def test_altered_log_is_not_carried_into_the_backup(folder: Path, tmp_path: Path) -> None:
    backup(folder, tmp_path / "b")
    path = folder / "log" / "crawl-000001.jsonl"
    path.write_bytes(path.read_bytes().replace(b"page", b"pagf", 1))
    with pytest.raises(NotAnArchive, match="crawl-000001"):
        backup(folder, tmp_path / "b")
    digest(tmp_path / "b")


def test_original_cut_short_in_the_backup_is_copied_again(folder: Path, tmp_path: Path) -> None:
    backup(folder, tmp_path / "b")
    name = next(originals.names(folder))
    path = originals.path_of(tmp_path / "b", name)
    path.chmod(0o644)
    path.write_bytes(b"cut")
    assert backup(folder, tmp_path / "b").copied == 1
    digest(tmp_path / "b")


def test_warc_holds_every_capture(folder: Path, tmp_path: Path) -> None:
    visit(folder, 2)
    path = tmp_path / "a.warc.gz"
    with Archive.open(folder) as archive:
        done = warc.export(archive, path)
    assert (done.responses, done.requests, done.revisits, done.metadata, done.exit_status) == (4, 2, 2, 3, 0)
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers["WARC-Target-URI"], record.content_stream().read(), record)
            for record in ArchiveIterator(file)
        ]
    kinds = "warcinfo response request response response metadata response request revisit metadata revisit metadata"
    assert [kind for kind, *_ in records] == kinds.split()
    _, url, body, record = records[1]
    assert (url, body) == (f"{LIST}p1", document(cells={"requests.new.total": 1}))
    assert record.rec_headers.protocol == "WARC/1.1"
    assert record.http_headers["content-type"] == "text/html; charset=gbk"
    assert record.http_headers["x-archive-orig-content-encoding"] == "gzip"
    revisits = [record for kind, _, _, record in records if kind == "revisit"]
    assert [r.rec_headers["WARC-Profile"].rpartition("/")[2] for r in revisits] == [
        "identical-payload-digest",
        "server-not-modified",
    ]
    assert {r.rec_headers["WARC-Refers-To-Date"] for r in revisits} == {"2026-01-01T00:00:00Z"}
    assert b"same-content-as: sha256:" in records[9][2]
    assert b"message: HTTP 404" in records[5][2]
    _, url, _, request = records[2]
    assert (url, request.http_headers.protocol) == (f"{LIST}p1", "GET")
    assert dict(request.http_headers.headers) == {"host": "www.ycxixia.gov.cn", "user-agent": "nianbao"}
    assert request.rec_headers["WARC-Concurrent-To"] == record.rec_headers["WARC-Record-ID"]


def test_document_out_of_a_zip_is_a_conversion_of_it(tmp_path: Path) -> None:
    """It was never sent by itself: no response, no request, and no second answer under the address of the ZIP."""
    with Archive.open(tmp_path / "archive", write=True) as archive:
        crawl = begin(archive)
        for day in (1, 2):
            sent = {"day": day, "request_headers": {"User-Agent": "nianbao"}}
            archive.keep(page(crawl, "a.zip", body=b"PK", kind="file", **sent))
            archive.keep(page(crawl, "a.zip#zip-1", body=document(), kind="file", **sent))
        done = warc.export(archive, tmp_path / "a.warc")
    assert (done.responses, done.requests, done.revisits, done.metadata, done.conversions) == (1, 2, 1, 1, 1)
    with (tmp_path / "a.warc").open("rb") as file:
        records = [(r.rec_type, r.rec_headers, r.content_stream().read()) for r in ArchiveIterator(file)]
    kind, headers, body = records[3]
    assert (kind, body, headers["Content-Type"]) == ("conversion", document(), "text/html")
    assert headers["WARC-Refers-To"] == records[1][1]["WARC-Record-ID"]
    assert headers["WARC-Target-URI"] == f"urn:zip-1:{LIST}a.zip"


def test_record_stands_under_the_address_that_answered(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive", write=True) as archive:
        crawl = begin(archive)
        for day in (1, 2):
            archive.keep(page(crawl, "old", final_url=f"{LIST}new", body=document(), day=day))
        warc.export(archive, tmp_path / "a.warc")
    with (tmp_path / "a.warc").open("rb") as file:
        headers = [record.rec_headers for record in ArchiveIterator(file)]
    assert [h["WARC-Target-URI"] for h in headers[1:]] == [f"{LIST}new"] * 2
    assert headers[2]["WARC-Refers-To-Target-URI"] == f"{LIST}new"


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_warc_passes_the_checker_and_is_the_same_again(folder: Path, tmp_path: Path, name: str) -> None:
    visit(folder, 2)
    with Archive.open(folder) as archive:
        warc.export(archive, tmp_path / name)
        warc.export(archive, tmp_path / f"2-{name}")
    assert (tmp_path / name).read_bytes() == (tmp_path / f"2-{name}").read_bytes()
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(tmp_path / name)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") == 1 + 4 + 2 + 3


def test_warc_of_an_altered_database_names_what_it_leaves_out(folder: Path, tmp_path: Path) -> None:
    visit(folder, 2)
    with closing(sqlite3.connect(folder / "nianbao.db")) as db:
        for verb in ("update", "delete"):
            db.execute(f"DROP TRIGGER captures_keeps_{verb}")
        db.execute("DELETE FROM captures WHERE id = 2")  # what a revisit rests on
        db.execute("UPDATE captures SET sha256 = NULL WHERE id = 1")
        db.commit()
    with Archive.open(folder) as archive:
        done = warc.export(archive, tmp_path / "a.warc")
    assert (done.damaged, done.exit_status) == (("of capture 1",), 1)
    assert "original of capture 1: missing or altered" in done.text()


def test_warc_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    with Archive.open(folder) as archive, pytest.raises(Unwritten, match="--out"):
        warc.export(archive, tmp_path / "none" / "a.warc")
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]

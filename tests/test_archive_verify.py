"""The proof: whatever was altered, removed or swapped is found and named."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from archive_kit import begin, document, made, page
from click.testing import CliRunner

import parsers
from archive import evidence, log, manifest, originals
from archive.corrections import Correction
from archive.judgements import correct, judge
from archive.model import Kept
from archive.reading import parse_new, reparse, rollback
from archive.store import Archive
from archive.verify import Verification, verify, verify_folder
from nianbao import main
from tests.tools import flips

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive of two crawls, five originals, two of them versions of one report."""
    with Archive.open(tmp_path / "archive", write=True) as archive:
        for day in (1, 2):
            crawl = begin(archive)
            for number in range(3):
                _keep(archive, crawl, number, day)
            archive.keep(page(crawl, "gone", outcome="not_found", status=404, day=day))
            archive.finish_crawl(crawl, "complete", {"day": day})
        parse_new(archive)
    return tmp_path / "archive"


def _keep(archive: Archive, crawl: int, number: int, day: int) -> Kept:
    value = number if number else day
    body = document(year=2020 + number, cells={"requests.new.total": value, "disclosure.fees.amount": 2.5})
    return archive.keep(page(crawl, f"p{number}", body=body, day=day))


def look(folder: Path, *, quick: bool = False, since: str | None = None) -> Verification:
    with Archive.open(folder) as archive:
        return verify(archive, quick=quick, since=since)


def codes(folder: Path, *, quick: bool = False) -> set[str]:
    return {finding.code for finding in look(folder, quick=quick).findings}


def alter(folder: Path, *statements: str) -> None:
    """Change rows behind the archive's back, as somebody with a SQLite shell could."""
    db = sqlite3.connect(folder / "nianbao.db")
    for trigger in ("captures_keeps_update", "captures_keeps_delete", "originals_keeps_delete"):
        db.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        assert db.execute(statement).rowcount > 0
    db.commit()
    db.close()


def first_original(folder: Path) -> Path:
    return originals.path_of(folder, next(originals.names(folder)))


def test_whole_archive_is_whole(folder: Path) -> None:
    found = look(folder)
    assert (found.findings, found.originals, found.captures, found.exit_status) == ((), 4, 8, 0)
    assert "whole" in found.text()
    assert json.loads(json.dumps(found.as_json()))["head"] == manifest.head(folder)
    assert look(folder, quick=True).findings == ()


def test_flipped_byte_is_found_by_name(folder: Path) -> None:
    path = first_original(folder)
    path.chmod(0o644)
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    (finding,) = look(folder).findings
    assert (finding.code, finding.what) == ("original_altered", path.name)
    assert look(folder, quick=True).findings == ()
    assert look(folder, since="2027-01-01").findings == ()


def test_removed_original_is_found(folder: Path) -> None:
    first_original(folder).unlink()
    assert codes(folder) == codes(folder, quick=True) == {"original_missing"}


def test_swapped_originals_are_found(folder: Path) -> None:
    one, two, *_ = (originals.path_of(folder, name) for name in originals.names(folder))
    first, second = one.read_bytes(), two.read_bytes()
    for path, data in ((one, second), (two, first)):
        path.chmod(0o644)
        path.write_bytes(data)
    assert [finding.what for finding in look(folder).findings] == [one.name, two.name]


def test_file_that_nobody_stored_is_found(folder: Path) -> None:
    path = originals.path_of(folder, "ab" * 32)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    assert codes(folder) == {"stray_file"}


def test_folder_that_nobody_made_is_found(folder: Path) -> None:
    (folder / "originals" / "ab").mkdir()
    assert codes(folder) == {"stray_file"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE captures SET status = 500 WHERE id = 2", "row_altered"),
        ("UPDATE captures SET fetched_at = '2020-01-01T00:00:00Z' WHERE id = 2", "row_altered"),
        ("DELETE FROM captures WHERE id = 8", "row_missing"),
        ("DELETE FROM originals WHERE rowid = 1", "row_missing"),
        ("INSERT INTO captures SELECT 99, crawl, url, fetched_at, status, outcome, sha256, kind, message, final_url,"
         " found_on, column_url, link_text, agency, body_sha256, content_digest, size, headers, request_headers"
         " FROM captures WHERE id = 1", "row_added"),
        ("UPDATE portals SET name = 'x'", "row_altered"),
        ("UPDATE crawls SET outcome = 'failed' WHERE id = 1", "row_altered"),
        ("UPDATE requests SET total = total + 1 WHERE parse = 1", "parse_altered"),
        ("UPDATE disclosure SET amount = 2.4 WHERE parse = 1", "parse_altered"),
        ("UPDATE evidence SET cells = replace(cells, 'tr[2]', 'tr[3]') WHERE parse = 2", "parse_altered"),
        ("UPDATE sections SET text = 'x' WHERE parse = 1", "parse_altered"),
        ("UPDATE parses SET agency = 'x' WHERE id = 1", "parse_altered"),
        ("UPDATE parses SET prose_of = 1 WHERE id = 1", "parse_altered"),
        ("UPDATE parses SET prose_of = 1 WHERE id = 2", "parse_altered"),
        ("UPDATE parses SET prose_of = 99 WHERE id = 1", "parse_altered"),
        ("UPDATE reports SET year = 1999", "readers_altered"),
        ("UPDATE versions SET last_seen = 'x' WHERE number = 1", "readers_altered"),
    ],
)  # fmt: skip
def test_altered_row_is_found(folder: Path, statement: str, expected: str) -> None:
    alter(folder, statement)
    assert expected in codes(folder)


def test_removed_and_altered_captures_are_named_by_original_and_address(folder: Path) -> None:
    alter(folder, "DELETE FROM captures WHERE id = 2", "UPDATE captures SET status = 500 WHERE id = 3")
    found = {finding.what: finding.message for finding in look(folder).findings}
    for key in ("captures 2", "captures 3"):
        assert any(sha256 in found[key] for sha256 in originals.names(folder))
        assert "http://www.ycxixia.gov.cn/nb/p" in found[key]


@pytest.mark.parametrize("target", [log.crawl_name(1), log.PORTALS])
def test_altered_log_is_found(folder: Path, target: str) -> None:
    path = log.path_of(folder, target)
    path.write_bytes(path.read_bytes().replace(b"640105", b"640106").replace(b"404", b"200"))
    assert "log_altered" in codes(folder)


def test_removed_log_is_found(folder: Path) -> None:
    log.path_of(folder, log.crawl_name(2)).unlink()
    assert {"log_altered", "row_added"} <= codes(folder)


def _drop_first_line(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))


def _drop_last_line(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


@pytest.mark.parametrize("harm", [_drop_first_line, _drop_last_line])
def test_shortened_manifest_is_found(folder: Path, harm: Callable[[Path], None]) -> None:
    harm(manifest.path_of(folder))
    assert codes(folder) & {"manifest_broken", "seal_missing"}


def test_crawl_that_ended_unsealed_is_sealed_when_next_opened(folder: Path) -> None:
    _drop_last_line(manifest.path_of(folder))
    Archive.open(folder, write=True).close()
    assert codes(folder) == set()


def test_thousand_random_bit_flips_are_all_found(folder: Path, tmp_path: Path) -> None:
    """In originals, logs and manifest: whatever a row can be made from again."""
    chance = random.Random(5)
    targets = [*(folder / "originals").rglob("*"), *(folder / "log").rglob("*"), manifest.path_of(folder)]
    files = [path for path in targets if path.is_file()]
    with Archive.open(folder) as archive:
        for _ in range(1000):
            path = chance.choice(files)
            before = path.read_bytes()
            place = chance.randrange(len(before))
            path.chmod(0o644)
            path.write_bytes(
                before[:place] + bytes([before[place] ^ 1 << chance.randrange(8)]) + before[place + 1 :]
            )
            assert verify(archive).findings, f"{path} byte {place}"
            path.write_bytes(before)
        assert not verify(archive).findings


def test_view_that_was_altered_is_found_though_opening_makes_it_anew(folder: Path) -> None:
    path = folder / "nianbao.db"
    path.write_bytes(path.read_bytes().replace(b"'agency unknown'", b"'agency unknowo'", 1))
    found = verify_folder(folder)
    assert {finding.code for finding in found.findings} == {"database_altered"}
    assert found.exit_status == 1


def test_archive_that_was_just_made_is_whole(tmp_path: Path) -> None:
    Archive.open(tmp_path / "new", write=True).close()
    assert verify_folder(tmp_path / "new").findings == ()


def test_since_says_how_many_were_hashed(folder: Path) -> None:
    assert (look(folder).hashed, look(folder, quick=True).hashed) == (4, 0)
    late = look(folder, since="2026-01-02")
    assert (late.hashed, late.originals) == (1, 4)
    assert "1 originals re-hashed, 3 originals looked at, 8 captures" in late.text()
    assert look(folder, quick=True).text().startswith("4 originals looked at, 8 captures")


def test_rows_that_a_killed_writer_left_in_the_log_say_that_they_come(folder: Path) -> None:
    with Archive.open(folder, write=True) as archive:
        crawl = begin(archive)
    capture = {
        "table": "captures",
        "row": evidence.capture_row(page(crawl, "x", outcome="error"), 9, "error", None),
    }
    with (folder / "log" / "crawl-000003.jsonl").open("a") as file:
        file.write(json.dumps(capture) + "\n")
    (folder / "nianbao.db.sha256").unlink()
    (found,) = look(folder).findings
    assert (found.code, "the next command that writes brings it in" in found.message) == ("row_missing", True)
    Archive.open(folder, write=True).close()
    assert look(folder).findings == ()


def test_what_a_writer_is_about_to_write_is_no_fault(folder: Path) -> None:
    """Verify again and again while captures come in, each log line before its row."""
    done = threading.Event()

    def crawl() -> None:
        with Archive.open(folder, write=True) as archive:
            number = begin(archive)
            for n in range(10**6):
                archive.keep(page(number, f"w{n}", body=document(n=n)))
                archive.book(number, {("2026-01-01", "host"): (n, n)})
                if done.is_set():
                    break

    writer = threading.Thread(target=crawl)
    writer.start()
    try:
        for _ in range(5):
            assert look(folder).findings == ()
    finally:
        done.set()
        writer.join()


def test_row_that_comes_as_soon_as_the_log_was_read_is_no_fault(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, numbers = log.read, count()
    with Archive.open(folder, write=True) as writer:
        crawl = begin(writer)

        def read(path: Path, name: str) -> Iterator[log.Entry]:
            yield from whole(path, name)
            number = next(numbers)
            writer.keep(page(crawl, f"w{number}", body=document(n=number)))
            writer.book(crawl, {("2026-01-01", "host"): (number, number)})

        monkeypatch.setattr(log, "read", read)
        assert look(folder, quick=True).findings == ()


def test_copy_of_the_archive_elsewhere_is_whole(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    assert codes(tmp_path / "copy") == set()


@pytest.fixture
def lived(tmp_path: Path) -> Path:
    """An archive with something in every table."""
    folder = tmp_path / "lived"
    fees = ["fees_collected", 1934, "收取信息处理费1934元"]
    checks = [["requests.balance", "total", "fails", 3, 4]]
    with Archive.open(folder, write=True) as archive:
        for day in (1, 2):
            crawl = begin(archive)
            cells = {"requests.carried_in.total": day, "requests.carried_out.total": 1}
            for year in (2022, 2023):
                body = document(year=year, cells=cells, checks=checks, statements=[fees], region="640105")
                archive.keep(page(crawl, str(year), body=body, day=day))
            twin = document(cells={"requests.carried_in.total": 9}, problems=[["odd", "", "odd"]])
            archive.keep(page(crawl, "a.pdf", kind="file", body=twin, day=day))
            archive.book(crawl, {("2026-01-01", "www.ycxixia.gov.cn"): (4, 1000)})
            archive.finish_crawl(crawl, "complete", {})
            parse_new(archive, workers=0)
        ((report,),) = archive.db.execute("SELECT id FROM reports WHERE year = 2023").fetchall()
        judge(archive, f"{report}:requests.balance:total", "confirmed", why="printed so")
        correct(archive, [Correction(report, "requests.carried_in.total", 5, "slip", "letter")])
    return folder


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE readings SET summary = '{}' WHERE id = 2", "reading 2"),
        ("UPDATE parses SET parser = '0' WHERE id = 1", "reading 1"),
        ("UPDATE parses SET parsed_at = '2020-01-01T00:00:00Z' WHERE id = 1", "reading 1"),
        ("DELETE FROM acceptances WHERE parse = 1", "reading 1"),
        ("DELETE FROM readings WHERE id = 1", "reading 1"),
        ("UPDATE ledger SET bytes = 1 WHERE crawl = 2", "ledger 2"),
        ("UPDATE ledger SET crawl = 3 WHERE crawl = 2", "ledger 3"),
        ("UPDATE twins SET differences = '[]'", "twins"),
        ("UPDATE prose_data SET block = zeroblob(length(block)) WHERE id > 10", "prose"),
        ("UPDATE prose_docsize SET sz = x'7f'", "prose"),
        ("CREATE INDEX other ON sections (number)", "schema"),
        ("DROP TRIGGER captures_keeps_update", "schema"),
        ("UPDATE _sqlite_migrations SET applied_at = 'x' WHERE id = 1", "schema"),
        ("PRAGMA user_version = 2", "schema"),
        ("UPDATE fingerprints SET digest = 'x' WHERE what = 'schema'", "schema"),
        ("UPDATE fingerprints SET what = 'captures 5' WHERE what LIKE 'captures %'", "captures 5"),
        ("DELETE FROM fingerprints WHERE what LIKE 'captures %'", "captures 0"),
        ("INSERT INTO fingerprints VALUES ('reading 9', 'x')", "reading 9"),
        ("UPDATE fingerprints SET what = CAST(what AS BLOB) WHERE what = 'twins'", "twins"),
        ("UPDATE year_counts SET agencies = 9", "year_counts"),
        ("UPDATE agencies SET name = 'x'", "agencies"),
        ("UPDATE report_marks SET failing = 0", "report_marks"),
        ("UPDATE request_sums SET total = 0 WHERE region = ''", "request_sums"),
        ("DELETE FROM overlays", "overlays"),
        ("INSERT INTO cross_checks SELECT * FROM cross_checks WHERE rowid = 1", "cross_checks"),
    ],
)  # fmt: skip
def test_all_else_that_was_altered_is_found(lived: Path, statement: str, what: str) -> None:
    assert look(lived).findings == ()
    db = sqlite3.connect(lived / "nianbao.db")
    db.execute(statement)
    db.commit()
    db.close()
    found = look(lived)
    assert what in {finding.what for finding in found.findings}
    assert {"record_altered", "readers_altered"} & {finding.code for finding in found.findings}


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE twins SET differences = '[]'", "twins"),
        ("UPDATE prose_docsize SET sz = x'7f'", "prose"),
        ("DELETE FROM fingerprints WHERE what = 'prose'", "prose"),
        ("INSERT INTO ledger VALUES ('2026-01-03', 'y.gov.cn', 3, 1, 1)", "ledger 3"),
        ("UPDATE readings SET summary = '{}' WHERE id = 3", "reading 3"),
        ("CREATE INDEX other ON sections (number)", "schema"),
    ],
)
def test_what_was_altered_is_still_found_after_it_was_written_to(
    lived: Path, monkeypatch: pytest.MonkeyPatch, statement: str, what: str
) -> None:
    with Archive.open(lived, write=True) as archive:
        monkeypatch.setattr(parsers, "RELEASE", "9.1")
        reparse(archive, workers=0)
        crawl = begin(archive)
        archive.book(crawl, {("2026-01-03", "x.gov.cn"): (1, 1)})
    with closing(sqlite3.connect(lived / "nianbao.db")) as db, db:
        assert db.execute(statement).rowcount
    with Archive.open(lived, write=True) as archive:
        rollback(archive)
        archive.book(crawl, {("2026-01-04", "x.gov.cn"): (1, 1)})
        for url, kind, text in (("p", "page", "甲"), ("a2.pdf", "file", "乙")):
            body = document(year=2021, cells={"requests.new.total": 4}, prose=[text])
            archive.keep(page(crawl, url, kind=kind, body=body, day=3))
        archive.finish_crawl(crawl, "complete", {})
        parse_new(archive, workers=0)
        assert {finding.what for finding in verify(archive).findings} == {what}


def test_captures_that_no_run_has_read_yet_are_no_fault(lived: Path) -> None:
    with Archive.open(lived, write=True) as archive:
        crawl = begin(archive)
        archive.keep(page(crawl, "new", body=document(year=2021), day=3))
        assert verify(archive).findings == ()
        archive.finish_crawl(crawl, "complete", {})
        assert verify(archive).findings == ()
        parse_new(archive, workers=0)
        assert verify(archive).findings == ()


def test_archive_is_whole_after_every_kind_of_run(lived: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(lived, write=True) as archive:
        for release in ("9.1", "9.2", "9.3"):
            monkeypatch.setattr(parsers, "RELEASE", release)
            reparse(archive, workers=0)
            assert verify(archive).findings == ()
        rollback(archive)
        assert verify(archive).findings == ()


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Datasette asks for callbacks' tracebacks
def test_flipped_bits_of_the_database_are_found_or_change_nothing(lived: Path) -> None:
    """Where there is anything but zeros; a bit in bytes that nothing uses alters nothing that anyone can ask for."""
    chance, path = random.Random(7), lived / "nianbao.db"
    used = [place for place, byte in enumerate(path.read_bytes()) if byte]
    outcomes = Counter(
        outcome
        for _, outcome, _ in flips.flips(
            lived, lambda: ("database", path, 8 * chance.choice(used) + chance.randrange(8)), 250
        )
    )
    assert set(outcomes) <= {"found", "changes nothing"}
    assert outcomes["found"] > 150


@pytest.mark.parametrize(
    ("table", "column", "other"),
    [("crawls", "finished_at", "finishec_at"), ("captures", "sha256", "sha25v"), ("readings", "parser", "qarser"),
     ("ledger", "bytes", "cytes"), ("originals", "kept_at", "kept_au")],
)  # fmt: skip
def test_a_column_whose_name_a_flipped_bit_altered_is_found(
    lived: Path, table: str, column: str, other: str
) -> None:
    with closing(sqlite3.connect(lived / "nianbao.db")) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ?", (column, other, table))
        db.commit()
    for command in ("verify", "status", "check"):
        done = CliRunner().invoke(main, [command, "--archive", str(lived)])
        assert isinstance(done.exception, SystemExit | None), command
        assert command != "verify" or (done.exit_code == 1 and "nianbao rebuild" in done.output)


def test_damaged_database_is_told_in_one_line_by_every_reader(folder: Path) -> None:
    Archive.open(folder, write=True).close()
    path = folder / "nianbao.db"
    data = bytearray(path.read_bytes())
    data[8192:-8192] = bytes(len(data) - 16384)
    path.write_bytes(data)
    for command in ("status", "check", "verify"):
        done = CliRunner().invoke(main, [command, "--archive", str(folder)])
        assert done.exit_code == 1, command
        assert "nianbao rebuild" in done.output, command
        assert "Traceback" not in done.output


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:20_000])])
def test_originals_and_logs_are_verified_without_a_database(
    folder: Path, harm: Callable[[Path], object]
) -> None:
    with Archive.open(folder) as archive:
        ((name, *_), *_) = archive.db.execute("SELECT sha256 FROM reports").fetchall()
    harm(folder / "nianbao.db")
    arguments = ["verify", "--json", "--archive", str(folder)]
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, [one["code"] for one in json.loads(done.stdout)["findings"]]) == (
        1,
        ["database_damaged"],
    )
    originals.path_of(folder, name).unlink()
    (folder / "log" / "crawl-000002.jsonl").write_bytes(b"x\n")
    found = {
        (one["code"], one["what"])
        for one in json.loads(CliRunner().invoke(main, arguments).stdout)["findings"]
    }
    assert {("original_missing", name), ("log_altered", "crawl-000002.jsonl")} <= found

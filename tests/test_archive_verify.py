"""The proof: whatever was altered, removed or swapped is found and named."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_kit import begin, document, made, page
from click.testing import CliRunner

from archive import log, manifest, originals
from archive.errors import ArchiveError
from archive.model import Kept
from archive.reading import parse_new
from archive.store import Archive
from archive.verify import Verification, verify
from nianbao import main

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


def test_copy_of_the_archive_elsewhere_is_whole(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    assert codes(tmp_path / "copy") == set()


def test_flipped_bits_of_the_database_never_end_in_a_traceback(folder: Path) -> None:
    """Most are found; one in bytes that nothing uses, or in counts prepared for readers, alters nothing."""
    Archive.open(folder, write=True).close()
    path, chance, found = folder / "nianbao.db", random.Random(7), 0
    whole = path.read_bytes()
    for _ in range(60):
        place = chance.randrange(len(whole))
        path.write_bytes(
            whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :]
        )
        try:
            found += bool(look(folder).findings)
        except ArchiveError:
            found += 1
    assert found > 5


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

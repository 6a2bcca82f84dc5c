"""The digest of the database at rest: there when nobody writes, gone while somebody does, and right for every copy."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from archive_kit import begin, document, made, page

from archive import rest
from archive.backup import backup
from archive.reading import parse_new
from archive.rebuild import rebuild
from archive.store import Archive
from archive.verify import verify

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "archive", write=True) as archive:
        crawl = begin(archive)
        archive.keep(page(crawl, body=document()))
        archive.finish_crawl(crawl, "complete", {})
        parse_new(archive, workers=0)
    return tmp_path / "archive"


def codes(folder: Path) -> list[str]:
    with Archive.open(folder) as archive:
        return [finding.code for finding in verify(archive).findings]


def free_byte(folder: Path) -> int:
    """Where a byte stands that no page uses: the middle of a run of zeros."""
    return (folder / rest.DATABASE).read_bytes().index(bytes(512)) + 256


def flip(folder: Path) -> None:
    with (folder / rest.DATABASE).open("r+b") as file:
        file.seek(free_byte(folder))
        file.write(b"\1")


def test_bit_that_nothing_uses_is_found(folder: Path) -> None:
    assert codes(folder) == []
    flip(folder)
    assert codes(folder) == ["database_altered"]


def test_digest_has_the_form_of_sha256sum(folder: Path) -> None:
    assert subprocess.run(["sha256sum", "-c", rest.NAME], cwd=folder, check=False).returncode == 0


def test_digest_is_gone_while_somebody_writes(folder: Path) -> None:
    with Archive.open(folder, write=True) as archive:
        assert not (folder / rest.NAME).exists()
        assert verify(archive).findings == ()
    assert (folder / rest.NAME).exists()
    assert codes(folder) == []


def test_killed_writer_leaves_none_and_no_alarm(folder: Path) -> None:
    script = f"import os; from archive.store import Archive; Archive.open({str(folder)!r}, write=True); os._exit(9)"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=False)
    assert done.returncode == 9
    assert not (folder / rest.NAME).exists()
    assert codes(folder) == []


def test_reader_that_holds_on_is_no_alarm(folder: Path) -> None:
    with closing(sqlite3.connect(f"file:{folder / rest.DATABASE}?mode=ro", uri=True)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM reports").fetchone()
        with Archive.open(folder, write=True) as archive:
            begin(archive)
        assert codes(folder) == []
    assert codes(folder) == []


def test_copies_have_their_own(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    backup(folder, tmp_path / "backup")
    rebuild(folder, tmp_path / "rebuilt", workers=0)
    with Archive.open(folder, write=True) as archive:
        archive.finish_crawl(begin(archive), "complete", {})
    backup(folder, tmp_path / "backup")
    for name in ("copy", "backup", "rebuilt"):
        assert codes(tmp_path / name) == []
        flip(tmp_path / name)
        assert codes(tmp_path / name) == ["database_altered"]

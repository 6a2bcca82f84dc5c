"""Faults at every step of writing: a kill, a full disk, a power cut, a reader beside a writer."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_kit import begin, document, made, page, rows
from sqlite_utils import Database

import parsers
from archive import log, manifest, originals, spool
from archive.errors import Locked, Unwritten
from archive.judgements import judge
from archive.reading import parse_new, reparse
from archive.store import Archive
from archive.verify import verify
from tests.tools.until import until

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]

HERE = Path(__file__).parent
STEPS: tuple[tuple[Any, str], ...] = (
    (os, "fsync"),
    (os, "replace"),
    (originals, "sync_folder"),
    (log, "append_bytes"),
    (log, "apply"),
    (manifest, "seal_crawl"),
    (spool.Gathered, "discard"),
    (Database, "execute"),
    (Database, "rollback"),
)


def work(folder: Path, acknowledge: Callable[[str], None]) -> None:
    """Everything that writes: captures of each outcome, a parse, a re-parse, a verdict."""
    with Archive.open(folder, write=True) as archive:
        crawl = begin(archive)
        checks = [["requests.balance", "total", "fails", 3, 4]]
        for day, said in enumerate(({"n": 1}, {"n": 2}, {"n": 2}, {"n": 2, "furniture": 1}), 1):
            kept = archive.keep(page(crawl, body=document(checks=checks, **said), day=day))
            acknowledge(f"{kept.id} {kept.sha256}")
        archive.keep(page(crawl, "gone", outcome="not_found"))
        archive.finish_crawl(crawl, "complete", {})
        acknowledge("crawl")
        parse_new(archive, workers=0)
        acknowledge("parsed")
        parsers.RELEASE = "9.9.9"
        reparse(archive, workers=0)
        ((report,),) = rows(archive, "SELECT id FROM reports")
        judge(archive, f"{report}:requests.balance:total", "confirmed", why="x")
        acknowledge("judged")


def die_at(step: int) -> None:
    """From now on kill this very process before the step-th call of anything that writes."""
    left = step

    def deadly(whole: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return whole(*arguments, **options)

        return call

    for owner, name in STEPS:
        setattr(owner, name, deadly(getattr(owner, name)))


def killed_by(
    writes: Callable[[Path, Callable[[str], None]], None], folder: Path, step: int
) -> tuple[list[str], bool]:
    """What was acknowledged by a process that was killed at that step, and whether it came to its end."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        die_at(step)
        writes(folder, lambda said: os.write(theirs, f"{said}\n".encode()) and None)
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        said = pipe.read().splitlines()
    return said, os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("stride", [13, pytest.param(1, marks=pytest.mark.slow)])
def test_kill_at_every_step_of_writing(tmp_path: Path, stride: int) -> None:
    """Nothing acknowledged is lost, nothing is half, and the next run ends what this one began."""
    step, ended = 0, False
    while not ended:
        folder = tmp_path / str(step)
        said, ended = killed_by(work, folder, step)
        inspect(folder, said, step)
        shutil.rmtree(folder, ignore_errors=True)
        step += stride
    assert step > 100


def inspect(folder: Path, said: list[str], step: int) -> None:
    with Archive.open(folder, write=True) as archive:
        assert verify(archive).findings == (), step
        held = {f"{number} {sha256}" for number, sha256 in rows(archive, "SELECT id, sha256 FROM captures")}
        assert {line for line in said if line[0].isdigit()} <= held, step
        if "crawl" in said:
            assert rows(archive, "SELECT outcome FROM crawls") == [("complete",)], step
        counts = rows(archive, "SELECT (SELECT count(*) FROM parses), (SELECT count(*) FROM current_checks)")
        assert counts in ([(0, 0)], [(2, 1)], [(4, 1)]), step
        assert ("parsed" not in said) or counts != [(0, 0)], step
        judged = rows(archive, "SELECT count(*) FROM judgements")[0][0]
        assert judged or "judged" not in said, step
        parse_new(archive, workers=0)
        seen = rows(archive, "SELECT count(*) FROM captures WHERE sha256 IS NOT NULL")[0][0]
        assert bool(seen) == bool(rows(archive, "SELECT 1 FROM reports")), step


def refusing(whole: Callable[..., Any], step: int) -> Callable[..., Any]:
    """The same call, which finds the disk full at the step-th time."""
    left = step

    def call(*arguments: Any, **options: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return whole(*arguments, **options)

    return call


@pytest.mark.parametrize(("owner", "name"), [(os, "fsync"), (log, "append_bytes")])
def test_disk_that_refuses_at_any_step_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str
) -> None:
    for step in range(1, 40):
        folder, refused = tmp_path / str(step), False
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, refusing(getattr(owner, name), step))
            patch.setattr(parsers, "RELEASE", parsers.RELEASE)
            try:
                work(folder, lambda said: None)
            except Unwritten as error:
                refused = True
                assert "No space left" in str(error)
        inspect(folder, [], step)
        if not refused:
            break
    assert step > 5


def test_write_that_failed_in_the_database_alone_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        with monkeypatch.context() as patch:
            patch.setattr(log, "apply", lambda *_: (_ for _ in ()).throw(MemoryError))
            with pytest.raises(MemoryError):
                archive.keep(page(crawl, body=document()))
        with pytest.raises(Unwritten, match="an earlier write failed"):
            archive.keep(page(crawl, "p2", body=document()))
    with Archive.open(tmp_path, write=True) as archive:
        assert archive.keep(page(crawl, "p2", body=document())).id == 2
        assert verify(archive).findings == ()


_FILL = """
import sys, json
from pathlib import Path
import archive_kit
from archive_kit import begin, document, digest, page
from archive import content, workers
from archive.errors import Unwritten
from archive.reading import parse_new
from archive.store import Archive
content.digest, workers.read = digest, archive_kit.read
content.media_type = lambda data, url: "text/html"
folder, said = Path(sys.argv[1]), []
try:
    with Archive.open(folder, write=True) as archive:
        crawl = begin(archive)
        for number in range(20):
            archive.keep(page(crawl, f"p{number}", body=document(year=2000 + number)))
        parse_new(archive, workers=0)
        for number in range(20, 100000):
            kept = archive.keep(page(crawl, f"p{number}", body=document(n=number, prose=["年" * 5000])))
            said.append([kept.id, kept.sha256])
            if number % 20 == 0:
                parse_new(archive, workers=0)
except Unwritten as error:
    print(json.dumps([said, str(error)]))
"""


def test_full_disk_is_told_and_what_was_acknowledged_stays(tmp_path: Path) -> None:
    """On a real file system of three megabytes; the kernel must let us mount one in a namespace of our own."""
    small, copy = tmp_path / "small", tmp_path / "copy"
    small.mkdir()
    script = 'mount -t tmpfs -o size=3m tmpfs "$1" && "$2" -c "$3" "$1/archive" && cp -r "$1/archive" "$4"'
    command = ["unshare", "-rm", "sh", "-c", script, "sh", str(small), sys.executable, _FILL, str(copy)]
    environment = os.environ | {"PYTHONPATH": f"{HERE.parent}:{HERE}"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip(f"no file system of our own: {done.stderr.strip()}")
    said, message = json.loads(done.stdout)
    assert message.startswith(str(small))
    assert "free some space" in message
    assert len(said) > 20
    with Archive.open(copy, write=True) as archive:
        assert verify(archive).findings == ()
        held = rows(archive, "SELECT id, sha256 FROM captures")
        assert {tuple(one) for one in said} <= set(held)
        before = rows(archive, "SELECT count(*) FROM reports")[0][0]
        parse_new(archive, workers=0)
        assert before >= 20


_HANG = """
import sys
import archive_kit
from archive_kit import begin, document, page
from archive import content, workers
from archive.reading import parse_new
from archive.store import Archive
workers.read, content.media_type = archive_kit.read, lambda data, url: "text/html"
with Archive.open(sys.argv[1], write=True) as archive:
    archive.keep(page(begin(archive), body=document(hang=sys.argv[2])))
    parse_new(archive)
"""


def test_killed_run_gives_the_lock_back_though_its_reader_hangs(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": f"{HERE.parent}:{HERE}"}
    reading = tmp_path / "reading"
    with subprocess.Popen(
        [sys.executable, "-c", _HANG, tmp_path / "archive", reading], env=environment
    ) as child:
        assert until(reading.exists)
        child.kill()
    assert until(lambda: opens(tmp_path / "archive"))


def opens(folder: Path) -> bool:
    try:
        Archive.open(folder, write=True).close()
    except Locked:
        return False
    return True


def test_power_cut_that_takes_the_database_back_loses_no_capture(tmp_path: Path) -> None:
    """The log is forced to the disk before the database, which may fall back to what it was."""
    folder = tmp_path / "archive"
    with Archive.open(folder, write=True) as archive:
        archive.keep(page(begin(archive), body=document(year=2020)))
        parse_new(archive, workers=0)
    shutil.copy(folder / "nianbao.db", tmp_path / "old.db")
    with Archive.open(folder, write=True) as archive:
        for day in (2, 3):
            crawl = begin(archive)
            archive.keep(page(crawl, body=document(n=day), day=day))
            archive.finish_crawl(crawl, "complete", {})
        parse_new(archive, workers=0)
        evidence = [rows(archive, f"SELECT * FROM {t}") for t in ("crawls", "captures", "originals")]
    shutil.copy(tmp_path / "old.db", folder / "nianbao.db")
    with Archive.open(folder, write=True) as archive:
        assert [rows(archive, f"SELECT * FROM {t}") for t in ("crawls", "captures", "originals")] == evidence
        parse_new(archive, workers=0)
        assert verify(archive).findings == ()


def test_bytes_are_on_the_disk_before_the_log_and_the_log_before_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = []

    def note(owner: Any, name: str, word: str) -> None:
        whole = getattr(owner, name)

        def call(*arguments: Any, **options: Any) -> Any:
            order.append(word)
            return whole(*arguments, **options)

        monkeypatch.setattr(owner, name, call)

    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        archive.keep(page(crawl, "p0", body=b"{}"[:0]))
        for what in (
            (os, "fsync", "fsync"),
            (os, "replace", "rename"),
            (log, "append_bytes", "log"),
            (log, "apply", "row"),
        ):
            note(*what)
        archive.keep(page(crawl, body=document()))
        # the file, its name, the name's folder; the line of the log; the rows of original and capture
        assert order == ["fsync", "rename", "fsync", "log", "fsync", "row", "row"]
        order.clear()
        with archive.gathering():
            for number in range(3):
                archive.keep(page(crawl, f"p{number}", body=document(n=number)))
            assert order == []
        assert order == ["fsync"] * 3 + ["rename"] * 3 + ["fsync", "log", "fsync"] + ["row"] * 6


def test_reader_beside_a_writer_sees_neither_lock_nor_half_a_run(tmp_path: Path) -> None:
    """For NIANBAO_SOAK seconds (3 unless set), and longer on a machine that does little in that time."""
    folder = tmp_path / "archive"
    with Archive.open(folder, write=True) as archive:
        archive.keep(page(begin(archive), body=document()))
        parse_new(archive, workers=0)
    trouble: list[str] = []
    looks: list[int] = []
    ends, over = time.monotonic() + float(os.environ.get("NIANBAO_SOAK", "3")), threading.Event()

    def read() -> None:
        while not over.is_set():
            try:
                with Archive.open(folder) as reader:
                    ((filed, seen),) = rows(
                        reader,
                        "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM current_requests)",
                    )
                    looks.append(filed)
                    if filed != seen:
                        trouble.append(f"{filed} reports, {seen} read")
            except Exception as error:  # noqa: BLE001 whatever it is, the reader saw it
                trouble.append(repr(error))

    readers = [threading.Thread(target=read, daemon=True) for _ in range(2)]
    for reader in readers:
        reader.start()
    number = 0
    with Archive.open(folder, write=True) as archive:
        while time.monotonic() < ends or number < 60 or len(looks) < 60:
            if trouble:
                break
            crawl = begin(archive)
            for _ in range(20):
                number += 1
                body = document(agency=f"西夏区第{number}局")
                archive.keep(page(crawl, f"n{number}", body=body))
            archive.finish_crawl(crawl, "complete", {})
            parse_new(archive, workers=0)
    over.set()
    for reader in readers:
        reader.join()
    assert trouble == []
    assert looks[0] < looks[-1]

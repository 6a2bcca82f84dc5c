"""Captures written some at a time: equal to single ones, never half, and never counted before they are durable."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_kit import PORTAL, begin, document, files, made, page, rows
from test_archive_faults import killed_by

from archive import batch, log, originals
from archive.errors import Unwritten
from archive.model import Capture, PortalRow
from archive.store import Archive
from archive.verify import verify

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]

OTHER = PortalRow("baiyin", "白银市人民政府", "620400", "http://www.baiyin.gov.cn/")
EVIDENCE = ("captures", "originals", "ledger")


def two_crawls(archive: Archive) -> tuple[int, int]:
    """Crawls of two portals side by side: a batch then has lines for two logs."""
    return begin(archive), begin(archive, OTHER)


def sequence(one: int, two: int) -> list[Capture]:
    """Captures of every outcome, some of them of addresses and bytes that the batch itself holds."""
    return [
        page(one, "a", body=document(n=1), headers={"ETag": '"1"'}),
        page(two, "b", body=document(n=2)),
        page(one, "a", day=2, status=304, headers={"Date": "x"}),
        page(one, "a", day=3, body=document(n=1, furniture="visits")),
        page(one, "a", day=4, body=document(n=3)),
        page(two, "c", body=document(n=2)),
        page(two, "gone", outcome="not_found", status=404),
        page(two, "b", day=2, body=document(n=2)),
        page(two, "d", status=304),
    ]


def evidence(archive: Archive) -> list[list[tuple[Any, ...]]]:
    return [rows(archive, f"SELECT * FROM {table} ORDER BY 1") for table in EVIDENCE]


def test_gathered_captures_are_those_kept_one_by_one(tmp_path: Path) -> None:
    kept, held = [], []
    for gathered in (False, True):
        with Archive.open(tmp_path / str(gathered), write=True) as archive:
            captures = sequence(*two_crawls(archive))
            if gathered:
                with archive.gathering():
                    kept.append([(archive.keep(one), archive.known(one.url)) for one in captures])
                    archive.book(1, {("2026-01-01", "x"): (3, 4)})
                    assert evidence(archive) == [[], [], []]
            else:
                kept.append([(archive.keep(one), archive.known(one.url)) for one in captures])
                archive.book(1, {("2026-01-01", "x"): (3, 4)})
            held.append(evidence(archive))
            assert verify(archive).findings == ()
    assert kept[0] == kept[1]
    assert held[0] == held[1] and all(held[0])
    lines = [
        [*log.read(tmp_path / folder, log.crawl_name(crawl))][1:]  # the first tells when it began
        for folder in ("False", "True")
        for crawl in (1, 2)
    ]
    assert lines[:2] == lines[2:]
    assert lines[0][-1].table == "ledger"


def test_the_ledger_is_written_with_the_captures_and_once_a_batch(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        with archive.gathering():
            for requests in (1, 2, 3):
                archive.keep(page(crawl, f"p{requests}", body=document(n=requests)))
                archive.book(crawl, {("2026-01-01", "x"): (requests, 10 * requests)})
            archive.flush()
            assert rows(archive, "SELECT requests, bytes FROM ledger") == [(3, 30)]
            archive.book(crawl, {("2026-01-01", "x"): (4, 40)})  # nothing but a refusal since
            archive.flush()
        assert rows(archive, "SELECT requests, bytes FROM ledger") == [(4, 40)]
        lines = [entry.table for entry in log.read(tmp_path, log.crawl_name(crawl))]
        assert lines.count("ledger") == 2 and verify(archive).findings == ()


def test_gathered_bytes_can_be_read_before_they_are_written(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        with archive.gathering():
            kept = archive.keep(page(crawl, body=document()))
            assert archive.original(kept.sha256 or "") == document()
            assert not list(originals.names(tmp_path))
            archive.flush()
            assert list(originals.names(tmp_path)) == [kept.sha256]
            with Archive.open(tmp_path) as reader:
                assert rows(reader, "SELECT count(*) FROM captures") == [(1,)]
        assert archive.keep(page(crawl, "alone", body=document(n=1))).id == 2
        assert rows(archive, "SELECT count(*) FROM captures") == [(2,)]


def test_batch_is_written_when_there_are_enough_or_they_are_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BYTES", 2000)
    with Archive.open(tmp_path, write=True) as archive, archive.gathering():
        crawl = begin(archive)
        seen = []
        for number in range(batch.CAPTURES):
            archive.keep(page(crawl, f"gone{number}", outcome="not_found"))
            seen += rows(archive, "SELECT count(*) FROM captures")
        assert set(seen[:-1]) == {(0,)} and seen[-1] == (batch.CAPTURES,)
        archive.keep(page(crawl, body=document(prose=["x" * 3000])))
        assert rows(archive, "SELECT count(*) FROM captures") == [(batch.CAPTURES + 1,)]


def test_end_of_a_crawl_writes_what_was_gathered_before_it(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive, archive.gathering():
        one, two = two_crawls(archive)
        for capture in sequence(one, two):
            archive.keep(capture)
        archive.finish_crawl(one, "complete", {})
        assert [entry.table for entry in log.read(tmp_path, log.crawl_name(one))][-1] == "crawls"
        assert rows(archive, "SELECT count(*) FROM captures") == [(9,)]
        with pytest.raises(ValueError, match="has ended"):
            archive.keep(page(one, body=document()))
        archive.finish_crawl(two, "complete", {})
        assert verify(archive).findings == ()


def batches(folder: Path, acknowledge: Callable[[str], None]) -> None:
    """Two crawls whose captures are gathered; what a write has brought to the disk is acknowledged."""
    with Archive.open(folder, write=True) as archive:
        one, two = two_crawls(archive)
        captures = sequence(one, two)
        with archive.gathering():
            for some in (captures[:4], captures[4:]):
                kept = [archive.keep(capture) for capture in some]
                archive.book(two, {("2026-01-01", "x"): (len(kept), 1)})
                archive.flush()
                acknowledge("\n".join(f"{one.id} {one.sha256}" for one in kept))
            archive.keep(page(one, "last", body=document(n=9)))
        acknowledge(f"10 {archive.known(page(one, 'last').url).sha256}")  # type: ignore[union-attr]
        for crawl in (one, two):
            archive.finish_crawl(crawl, "complete", {})


def whole(folder: Path, said: list[str], step: object) -> None:
    """Nothing acknowledged is lost, nothing is half, no leftovers, and the crawl can go on."""
    with Archive.open(folder, write=True) as archive:
        assert verify(archive).findings == (), step
        held = {f"{number} {sha256}" for number, sha256 in rows(archive, "SELECT id, sha256 FROM captures")}
        assert set(said) <= held, step
        assert not [name for name in files(folder) if name.endswith(".part")], step
        archive.register([PORTAL])
        crawl = archive.start_crawl(PORTAL.id)
        assert archive.keep(page(crawl, "a", body=document(n=7))).outcome in ("new", "changed"), step
        assert verify(archive).findings == (), step


@pytest.mark.parametrize("stride", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_kill_at_every_step_of_a_batch(tmp_path: Path, stride: int) -> None:
    step, ended = 0, False
    while not ended:
        folder = tmp_path / str(step)
        said, ended = killed_by(batches, folder, step)
        whole(folder, said, step)
        shutil.rmtree(folder)
        step += stride
    assert step > 60


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("call", ["write", "fsync", "fchmod"])
def test_disk_that_refuses_at_any_step_of_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, call: str
) -> None:
    """What the crawler was told is kept or the archive takes nothing more: no hole in the middle of a crawl."""
    real, ended = getattr(os, call), False
    for step in range(1, 60):
        folder, said, left = tmp_path / str(step), [], step

        def refuse(*arguments: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise OSError(number, os.strerror(number))
            return real(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(os, call, refuse)
            try:
                batches(folder, said.append)
                ended = True
            except Unwritten as error:
                assert os.strerror(number) in str(error)
        whole(folder, "\n".join(said).splitlines(), step)
        if ended:
            break
    assert ended and step >= 5


def test_after_a_batch_was_refused_nothing_more_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        with pytest.raises(Unwritten, match="an earlier write failed"), archive.gathering():
            archive.keep(page(crawl, body=document()))
            with monkeypatch.context() as patch:
                patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
                with pytest.raises(Unwritten, match="broken"):
                    archive.flush()
            with pytest.raises(Unwritten, match="an earlier write failed"):
                archive.keep(page(crawl, "other", body=document()))
            archive.finish_crawl(crawl, "complete", {})
    whole(tmp_path, [], 0)


class Disk:
    """Knows what of a folder would outlive a power cut: contents that were forced, names whose folder was."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cut_at: int) -> None:
        self.left = cut_at
        self.contents: dict[int, bytes] = {}
        self.names: dict[str, dict[str, int]] = {}
        monkeypatch.setattr(os, "fsync", self.step(os.fsync, self.fsync))
        monkeypatch.setattr(os, "replace", self.step(os.replace))
        monkeypatch.setattr(log, "apply", self.step(log.apply))

    def step(self, real: Callable[..., Any], then: Callable[[int], None] | None = None) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
            result = real(*arguments)
            if then:
                then(arguments[0])
            return result

        return call

    def fsync(self, descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.is_dir():
            self.names[str(path)] = {entry.name: entry.inode() for entry in os.scandir(path)}
        else:
            self.contents[os.fstat(descriptor).st_ino] = path.read_bytes()

    def after(self, source: Path, target: Path, *, eager: bool) -> None:
        """The folder as the power cut left it; ``eager``: names and half of the rest came to the disk unforced."""
        for folder in ("originals", "log"):
            (target / folder).mkdir(parents=True, exist_ok=True)
            path = source / folder
            now = {entry.name: entry.inode() for entry in os.scandir(path)} if path.is_dir() else {}
            for name, inode in (now if eager else self.names.get(str(path), {})).items():
                forced = self.contents.get(inode, b"")
                written = (path / name).read_bytes() if (path / name).exists() else forced
                half = written[: (len(forced) + len(written)) // 2] if eager else forced
                (target / folder / name).write_bytes(half)


@pytest.mark.parametrize("eager", [False, True])
def test_power_cut_at_every_step_of_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eager: bool
) -> None:
    """The database falls back to its beginning, so that originals and logs alone must bring all back."""
    ended, step = False, 0
    while not ended:
        source, target, said = tmp_path / f"s{step}", tmp_path / f"t{step}", []
        with Archive.open(source, write=True) as archive:
            archive.register([PORTAL, OTHER])
        shutil.copytree(source, target)
        with monkeypatch.context() as patch:
            disk = Disk(patch, step)
            names = {entry.name: entry.inode() for entry in os.scandir(source / "log")}
            disk.names[str(source / "log")] = names
            disk.contents |= {inode: (source / "log" / name).read_bytes() for name, inode in names.items()}
            try:
                batches(source, said.append)
                ended = True
            except KeyboardInterrupt:
                pass
        disk.after(source, target, eager=eager)
        whole(target, "\n".join(said).splitlines(), step)
        step += 1
    assert step > 40

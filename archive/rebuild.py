"""A new archive from the originals and the logs of an old one; the old database is not looked at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive import log, manifest, originals, spool
from archive.digests import content_digest
from archive.errors import NotAnArchive, Unwritten
from archive.progress import Progress, silent
from archive.reading import Reading, parse_new
from archive.store import Archive


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A rebuilt archive: where it is, what it holds, the digest of its content, how the reading went."""

    path: str
    originals: int
    captures: int
    reports: int
    digest: str
    reading: Reading

    def text(self) -> str:
        """A few lines for people."""
        counts = f"{self.originals} originals, {self.captures} captures, {self.reports} reports"
        return f"{self.path}: {counts}\n{self.reading.text()}\ncontent {self.digest}"

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)

    @property
    def exit_status(self) -> int:
        """1 where an original could not be read."""
        return self.reading.exit_status


def rebuild(source: Path, into: Path, *, workers: int = 1, progress: Progress = silent) -> Rebuilt:
    """Make a new archive in an empty or new folder, or go on in one where a rebuild of the same archive broke off.

    Originals are linked where both are on one file system, else copied.

    :raises NotAnArchive: the source has no capture log, or the new folder is not empty.
    :raises Damaged: a line of the log is not what was written.
    """
    if not log.names(source):
        raise NotAnArchive(f"{source}: no capture log here; name the archive's folder with --archive")
    _refuse_other(source, into)
    names = list(originals.names(source))
    try:
        _mark(source, into)
        for name in progress(names, "linking", "original", len(names)):
            _link(originals.path_of(source, name), originals.path_of(into, name))
        for path in _records(source):
            copy_whole(path, into / path.relative_to(source))
    except OSError as error:
        message = f"{into}: {error.strerror} ({error.filename}); free some space or name another folder"
        raise Unwritten(message) from error
    with Archive.open(into, write=True) as archive:
        reading = parse_new(archive, workers=workers, progress=progress)
        _mark_of(into).unlink(missing_ok=True)
        held, captures, reports = (_count(archive, table) for table in ("originals", "captures", "reports"))
        return Rebuilt(str(into), held, captures, reports, content_digest(archive.db.conn), reading)


def _mark_of(into: Path) -> Path:
    """A file that is there until all is: what was begun can be gone on with, and nothing else is overwritten."""
    return into / spool.FOLDER / "rebuild-of"


def _mark(source: Path, into: Path) -> None:
    _mark_of(into).parent.mkdir(parents=True, exist_ok=True)
    _mark_of(into).write_text(f"{source.resolve()}\n", "utf-8")


def _refuse_other(source: Path, into: Path) -> None:
    try:
        begun = _mark_of(into).read_text("utf-8") == f"{source.resolve()}\n"
    except OSError:
        begun = False
    if not begun and into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise NotAnArchive(f"{into}: not empty, or no folder; name a new folder with --into")


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file all or nothing, with its mode and times.

    :raises OSError: it can't be read or written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        shutil.copy2(source, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    originals.sync_folder(target.parent)


def _records(source: Path) -> Iterator[Path]:
    yield from (log.path_of(source, name) for name in log.names(source))
    if manifest.path_of(source).exists():
        yield manifest.path_of(source)


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return
    try:
        os.link(source, target)
    except OSError:
        copy_whole(source, target)


def _count(archive: Archive, table: str) -> int:
    (number,) = archive.db.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(number)

"""A copy of the archive that is consistent while a crawl writes, and takes only what is new the next time.

The copy is an archive itself: to restore it, copy it back or name it with ``--archive``. What is copied when
matters: the manifest before the database, the database before the logs, the logs before the originals, so
that whatever one of them speaks of is in those that come after it. Originals that are there when it begins are copied
before all else: a backup that breaks off leaves the earlier one whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from archive import log, manifest, opening, originals, rest
from archive.errors import Damaged, NotAnArchive, Unwritten
from archive.progress import Progress, silent
from archive.rebuild import copy_whole
from archive.store import Archive


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup did: originals and bytes copied now, originals there in all, and what could not be copied."""

    path: str
    copied: int
    size: int
    originals: int
    head: str
    damaged: tuple[str, ...] = ()

    def text(self) -> str:
        """A few lines for people."""
        lines = [
            f"original {name}: missing or altered, not copied; see nianbao verify" for name in self.damaged
        ]
        counts = f"{self.copied} originals ({self.size / 1e6:.1f} MB) copied, {self.originals} in all"
        return "\n".join([*lines, f"{self.path}: {counts}", f"manifest {self.head}"])

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)

    @property
    def exit_status(self) -> int:
        """1 where an original could not be copied."""
        return 1 if self.damaged else 0


def backup(source: Path, target: Path, *, progress: Progress = silent) -> Backup:
    """Copy the archive into a folder that is new, empty or an earlier backup of it.

    :raises NotAnArchive: the source is none, or the target holds something that the source has not.
    :raises Locked: another backup into the target is under way.
    :raises Unwritten: the disk refused.
    """
    if target.resolve().is_relative_to(source.resolve()):
        raise NotAnArchive(f"{target}: this is the archive itself, or in it; name a folder elsewhere")
    Archive.open(source).close()
    with opening.take_lock(target):
        try:
            _refuse_other(source, target)
            _sweep(target)
            _, early = _copy_originals(source, target, named_in=source, progress=progress)
            _copy_records(source, target)
            damaged, late = _copy_originals(source, target, named_in=target, progress=progress)
        except OSError as error:
            message = f"{error.filename or target}: {error.strerror}; free some space or name another folder"
            raise Unwritten(message) from error
    with Archive.open(target, write=True) as copy:
        ((held,),) = copy.db.execute("SELECT count(*) FROM originals").fetchall()
        head = manifest.head(copy.path)
    sizes = early + late
    return Backup(str(target), len(sizes), sum(sizes), held, head, tuple(damaged))


def _refuse_other(source: Path, target: Path) -> None:
    """A folder with anything that the source has not must not be overwritten: each of its logs has to be a beginning
    of ours. It may be another archive, a copy of this one that went its own way, or one of both was altered."""
    for name in log.names(target):
        path = log.path_of(source, name)
        theirs = log.path_of(target, name).read_bytes()
        whole = theirs[: theirs.rfind(b"\n") + 1]
        if not path.is_file() or not path.read_bytes().startswith(whole):
            message = (
                f"{target}: holds another archive, or one that is no earlier state of this ({log.FOLDER}/{name}.jsonl differs);"
                " nothing was copied: run nianbao verify on both, or name a new folder"
            )
            raise NotAnArchive(message)


def _sweep(target: Path) -> None:
    """Remove what a killed backup left half copied."""
    for folder in (target, target / log.FOLDER):
        for path in folder.glob("*.part"):
            path.unlink()


def _copy_records(source: Path, target: Path) -> None:
    """Manifest, database and logs, in this order; they take the places of earlier ones when all are there."""
    staged: dict[Path, Path] = {}
    try:
        if manifest.path_of(source).exists():
            _stage(staged, manifest.path_of(source), manifest.path_of(target))
        database = target / opening.DATABASE
        staged[database] = _part_of(database)
        _copy_database(source, staged[database])
        for name in log.names(source):
            path = log.path_of(target, name)
            if not path.exists() or path.stat().st_size != log.path_of(source, name).stat().st_size:
                _stage(staged, log.path_of(source, name), path)
        rest.leave(target)
        for ending in ("-wal", "-shm"):
            database.with_name(database.name + ending).unlink(missing_ok=True)
        for path in reversed(staged):
            staged[path].replace(path)
            originals.sync_folder(path.parent)
    finally:
        for part in staged.values():
            part.unlink(missing_ok=True)
    for name in log.names(target):
        log.mend(target, name)


def _stage(staged: dict[Path, Path], source: Path, target: Path) -> None:
    staged[target] = _part_of(target)
    copy_whole(source, staged[target])


def _part_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _copy_database(source: Path, part: Path) -> None:
    """One consistent state of the database, also from a medium that can't be written."""
    part.unlink(missing_ok=True)
    with (
        closing(opening.for_reading(source)) as old,
        opening.explained(part.parent),
        closing(sqlite3.connect(part)) as new,
    ):
        old.conn.backup(new)


def _copy_originals(
    source: Path, target: Path, *, named_in: Path, progress: Progress
) -> tuple[list[str], list[int]]:
    """Copy what the logs there speak of; names of those that could not be copied, sizes of those that were."""
    damaged, sizes = [], []
    missing = [
        name for name, size in _named(named_in) if not _is_there(originals.path_of(target, name), size)
    ]
    for name in progress(missing, "copying", "original", len(missing)):
        try:
            data = originals.read(source, name)
        except Damaged:
            damaged.append(name)
            continue
        originals.write(target, data)
        sizes.append(len(data))
    return damaged, sizes


def _is_there(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _named(archive: Path) -> Iterator[tuple[str, int]]:
    """Every original that the logs speak of, with its size."""
    seen = set()
    for name in log.names(archive):
        for entry in log.read(archive, name):
            if entry.table == "originals" and entry.row["sha256"] not in seen:
                seen.add(entry.row["sha256"])
                yield entry.row["sha256"], entry.row["size"]

"""A copy of the archive that is consistent while a crawl writes, and takes only what is new the next time.

The copy is an archive itself: to restore it, copy it back or name it with ``--archive``. What is copied when
matters: the manifest before the database, the database before the logs, the logs before the originals, so
that whatever one of them speaks of is in those that come after it.
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

    :raises NotAnArchive: the source is none, or the target holds something else.
    :raises Locked: another backup into the target is under way.
    :raises Unwritten: the disk refused.
    """
    if target.resolve().is_relative_to(source.resolve()):
        raise NotAnArchive(f"{target}: this is the archive itself, or in it; name a folder elsewhere")
    Archive.open(source).close()
    with opening.take_lock(target):
        try:
            _refuse_other(source, target)
            _copy_records(source, target)
            damaged, sizes = _copy_originals(source, target, progress)
        except OSError as error:
            message = f"{error.filename or target}: {error.strerror}; free some space or name another folder"
            raise Unwritten(message) from error
    with Archive.open(target, write=True) as copy:
        ((held,),) = copy.db.execute("SELECT count(*) FROM originals").fetchall()
        head = manifest.head(copy.path)
    return Backup(str(target), len(sizes), sum(sizes), held, head, tuple(damaged))


def _refuse_other(source: Path, target: Path) -> None:
    """A folder that holds another archive must not be overwritten: its seals would not be a beginning of ours."""
    ours = [seal.digest for seal in manifest.seals(source) if isinstance(seal, manifest.Seal)]
    theirs = [seal.digest for seal in manifest.seals(target) if isinstance(seal, manifest.Seal)]
    if theirs and ours and theirs[0] != ours[0]:
        raise NotAnArchive(f"{target}: holds another archive; name an empty or a new folder")


def _copy_records(source: Path, target: Path) -> None:
    if manifest.path_of(source).exists():
        copy_whole(manifest.path_of(source), manifest.path_of(target))
    _copy_database(source / opening.DATABASE, target / opening.DATABASE)
    for name in log.names(source):
        path = log.path_of(target, name)
        if not path.exists() or path.stat().st_size != log.path_of(source, name).stat().st_size:
            copy_whole(log.path_of(source, name), path)
            log.mend(target, name)


def _copy_database(source: Path, target: Path) -> None:
    """One consistent state of the database, in a file that replaces the earlier one at once."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    with (
        opening.explained(target.parent),
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(part)) as new,
    ):
        old.backup(new)
    rest.leave(target.parent)
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    part.replace(target)


def _copy_originals(source: Path, target: Path, progress: Progress) -> tuple[list[str], list[int]]:
    """Names of those that could not be copied, sizes of those that were."""
    damaged, sizes = [], []
    missing = [name for name in _named(target) if not originals.path_of(target, name).exists()]
    for name in progress(missing, "copying", "original", len(missing)):
        try:
            data = originals.read(source, name)
        except Damaged:
            damaged.append(name)
            continue
        originals.write(target, data)
        sizes.append(len(data))
    return damaged, sizes


def _named(target: Path) -> Iterator[str]:
    """Every original that the copied logs speak of."""
    seen = set()
    for name in log.names(target):
        for entry in log.read(target, name):
            if entry.table == "originals" and entry.row["sha256"] not in seen:
                seen.add(entry.row["sha256"])
                yield entry.row["sha256"]

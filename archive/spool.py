"""The lines of a parse run while it lasts: files that survive a kill, so that the run can go on.

Each process that reads writes its own, and only says where each line stands, so that the lines themselves need not
pass from one process to another. Their names hold the parsers' release: lines of other parsers are never taken up.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import parsers
from archive import rows
from archive.errors import Unwritten
from archive.progress import Progress, silent
from archive.workers import Line, read_all

FOLDER = "work"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The lines of the originals in the order of ``names``, read as they are asked for and kept in the files.

    Iterate as often as need be: what is in the files already, from an earlier pass or from a killed run of the
    same parsers, is not read again. So the one who takes the lines works while the workers read on.
    """

    stem: Path
    names: Sequence[str]
    read: Callable[[list[str]], Iterator[Line]]
    progress: Progress

    def __iter__(self) -> Iterator[bytes]:
        """
        :raises Unwritten: the disk refused a line.
        """
        try:
            yield from self._lines()
        except OSError as error:
            message = f"{self.stem}: {error.strerror}; free some space or check the disk, then run again"
            raise Unwritten(message) from error

    def discard(self) -> None:
        """Remove the files: their lines are written, or nobody wants them."""
        for path in _files(self.stem):
            path.unlink(missing_ok=True)

    def _lines(self) -> Iterator[bytes]:
        kept = {name: line for path in _files(self.stem) for name, line in _resume(path)}
        missing = [name for name in self.names if name not in kept]
        fresh = (
            self.progress(self.read(missing), "reading", "original", len(missing)) if missing else iter(())
        )
        files: dict[str, BinaryIO] = {}
        with ExitStack() as opened:
            for name in self.names:
                path, offset = kept[name] if name in kept else next(fresh)
                if path not in files:
                    files[path] = opened.enter_context(Path(path).open("rb"))
                files[path].seek(offset)
                yield files[path].readline()


def gather(archive: Path, names: Sequence[str], *, workers: int = 1, progress: Progress = silent) -> Gathered:
    """The lines of these originals, going on where a killed run of the same parsers stopped.

    :raises Unwritten: the archive's folder can't be written.
    """
    stem = archive / FOLDER / f"reading-{rows.FORMAT}-{parsers.RELEASE}.lines"
    try:
        stem.parent.mkdir(exist_ok=True)
        for other in set(stem.parent.glob("reading-*")) - set(_files(stem)):
            other.unlink()
    except OSError as error:
        message = f"{stem.parent}: {error.strerror}; make the folder writable, then run again"
        raise Unwritten(message) from error
    return Gathered(stem, names, partial(read_all, archive, into=stem, workers=workers), progress)


def gather_apart(
    archive: Path, names: Sequence[str], *, workers: int = 1, progress: Progress = silent
) -> Gathered:
    """The same without touching the archive: the lines gather in the system's folder for temporary files."""
    descriptor, name = tempfile.mkstemp(prefix="nianbao-", suffix=".lines")
    os.close(descriptor)
    stem = Path(name)
    return Gathered(stem, names, partial(read_all, archive, into=stem, workers=workers), progress)


def _files(stem: Path) -> list[Path]:
    """Those of this run, and the stem itself where it is one."""
    return sorted(path for path in stem.parent.glob(f"{stem.name}*") if path.is_file())


def _resume(path: Path) -> Iterator[tuple[str, Line]]:
    """Each original in the file and where its line stands; a last line half written is cut off."""
    end = 0
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            yield rows.name_of(line), (str(path), end)
            end += len(line)
    os.truncate(path, end)

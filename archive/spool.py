"""The lines of a parse run while it lasts: a file that survives a kill, so that the run can go on.

It is named by the parsers' release, so that lines of other parsers are never taken up again.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import parsers
from archive import rows
from archive.errors import Unwritten
from archive.progress import Progress, silent
from archive.workers import read_all

FOLDER = "work"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The lines of the originals in the order of ``names``, read as they are asked for and kept in the file.

    Iterate as often as need be: what is in the file already, from an earlier pass or from a killed run of the
    same parsers, is not read again. So the one who takes the lines works while the workers read on.
    """

    path: Path
    names: Sequence[str]
    read: Callable[[list[str]], Iterator[bytes]]
    progress: Progress

    def __iter__(self) -> Iterator[bytes]:
        """
        :raises Unwritten: the disk refused a line.
        """
        try:
            yield from self._lines()
        except OSError as error:
            message = f"{self.path}: {error.strerror}; free some space or check the disk, then run again"
            raise Unwritten(message) from error

    def discard(self) -> None:
        """Remove the file: its lines are written, or nobody wants them."""
        self.path.unlink(missing_ok=True)

    def _lines(self) -> Iterator[bytes]:
        offsets = _resume(self.path)
        missing = [name for name in self.names if name not in offsets]
        fresh = (
            self.progress(self.read(missing), "reading", "original", len(missing)) if missing else iter(())
        )
        with self.path.open("ab") as file, self.path.open("rb") as kept:
            for name in self.names:
                if name in offsets:
                    kept.seek(offsets[name])
                    yield kept.readline()
                else:
                    line = next(fresh)
                    file.write(line)
                    yield line


def gather(archive: Path, names: Sequence[str], *, workers: int = 1, progress: Progress = silent) -> Gathered:
    """The lines of these originals, going on where a killed run of the same parsers stopped.

    :raises Unwritten: the archive's folder can't be written.
    """
    path = archive / FOLDER / f"reading-{rows.FORMAT}-{parsers.RELEASE}.lines"
    try:
        path.parent.mkdir(exist_ok=True)
        for other in path.parent.glob("reading-*"):
            if other != path:
                other.unlink()
    except OSError as error:
        message = f"{path.parent}: {error.strerror}; make the folder writable, then run again"
        raise Unwritten(message) from error
    return Gathered(path, names, partial(read_all, archive, workers=workers), progress)


def gather_apart(
    archive: Path, names: Sequence[str], *, workers: int = 1, progress: Progress = silent
) -> Gathered:
    """The same without touching the archive: the lines gather in the system's folder for temporary files."""
    descriptor, name = tempfile.mkstemp(prefix="nianbao-", suffix=".lines")
    os.close(descriptor)
    return Gathered(Path(name), names, partial(read_all, archive, workers=workers), progress)


def _resume(path: Path) -> dict[str, int]:
    """Original to the offset of its line; a last line half written is cut off."""
    offsets: dict[str, int] = {}
    end = 0
    with suppress(FileNotFoundError), path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            offsets[rows.name_of(line)] = end
            end += len(line)
        os.truncate(path, end)
    return offsets

"""The lines of a parse run while it lasts: a file that survives a kill, so that the run can go on.

It is named by the parsers' release and by a digest of their very code, so that lines of other parsers are
never taken up again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import parsers
from archive.errors import Unwritten
from archive.progress import Progress, silent
from archive.workers import read_all

FOLDER = "work"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The gathered lines in the order of ``names``; iterate as often as need be."""

    path: Path
    offsets: dict[str, int]
    names: Sequence[str]

    def __iter__(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            for name in self.names:
                file.seek(self.offsets[name])
                yield file.readline()

    def discard(self) -> None:
        """Remove the file: its lines are written, or nobody wants them."""
        self.path.unlink(missing_ok=True)


def gather(archive: Path, names: Sequence[str], *, workers: int = 1, progress: Progress = silent) -> Gathered:
    """Read the originals and gather their lines, going on where a killed run of the same parsers stopped.

    :raises Unwritten: the disk refused a line.
    """
    path = archive / FOLDER / f"reading-{parsers.RELEASE}-{parsers_digest()[:12]}.jsonl"
    try:
        path.parent.mkdir(exist_ok=True)
        for other in path.parent.glob("reading-*.jsonl"):
            if other != path:
                other.unlink()
        return _gather(path, names, partial(read_all, archive, workers=workers), progress)
    except OSError as error:
        message = f"{path}: {error.strerror}; free some space or check the disk, then run again"
        raise Unwritten(message) from error


def gather_apart(
    archive: Path, names: Sequence[str], *, workers: int = 1, progress: Progress = silent
) -> Gathered:
    """The same without touching the archive: the lines gather in the system's folder for temporary files."""
    descriptor, name = tempfile.mkstemp(prefix="nianbao-", suffix=".jsonl")
    os.close(descriptor)
    return _gather(Path(name), names, partial(read_all, archive, workers=workers), progress)


@cache
def parsers_digest() -> str:
    """SHA-256 (hex) of the parsers' code and forms."""
    folder = Path(parsers.__file__).parent
    found = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".toml", ".csv"))
    digest = hashlib.sha256()
    for path in found:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _gather(
    path: Path, names: Sequence[str], read: Callable[[list[str]], Iterator[bytes]], progress: Progress
) -> Gathered:
    offsets = _resume(path)
    missing = [name for name in names if name not in offsets]
    with path.open("ab") as file:
        lines = progress(read(missing), "reading", "original", len(missing)) if missing else ()
        for name, line in zip(missing, lines, strict=True):
            offsets[name] = file.tell()
            file.write(line)
    return Gathered(path, offsets, names)


def _resume(path: Path) -> dict[str, int]:
    """Original to the offset of its line; a last line half written is cut off."""
    offsets: dict[str, int] = {}
    end = 0
    with suppress(FileNotFoundError), path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            offsets[json.loads(line.partition(b"\t")[0])["sha256"]] = end
            end += len(line)
        os.truncate(path, end)
    return offsets

"""The manifest: one line for every crawl that ended, each bound to the one before it by its digest.

A line holds the size and SHA-256 of the crawl's log, and of the portals' and judgements' logs as far as they
went then. Whoever writes down the last digest elsewhere can later prove that nothing before it was altered.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive import log
from archive.errors import Unwritten

NAME = "manifest.jsonl"
_TAIL = 65536
START = "0" * 64
"""The digest before the first line."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One line: the crawl, when its log was sealed, name to [size, SHA-256] of logs, the digests before and after."""

    crawl: int
    sealed_at: str
    logs: dict[str, list[Any]]
    previous: str
    digest: str

    def is_sound(self) -> bool:
        """Whether the digest is that of the line's own content."""
        return self.digest == _digest(self.crawl, self.sealed_at, self.logs, self.previous)


def path_of(archive: Path) -> Path:
    """Where the manifest stands."""
    return archive / NAME


def seals(archive: Path) -> Iterator[Seal | int]:
    """The lines in order; for one that can't be read its number (from 1)."""
    path = path_of(archive)
    if path.exists():
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                yield _read(line) or number


def latest(archive: Path) -> list[Seal]:
    """The last seals, oldest first: as many as fit into 64 KB, which is some hundreds."""
    path = path_of(archive)
    if not path.exists():
        return []
    with path.open("rb") as file:
        start = max(0, file.seek(0, os.SEEK_END) - _TAIL)
        file.seek(start)
        lines = file.read().splitlines(keepends=True)
    found = [_read(line) for line in (lines[1:] if start else lines)]
    return [seal for seal in found if seal is not None]


def head(archive: Path) -> str:
    """The last digest: the one to write down elsewhere."""
    last = latest(archive)
    return last[-1].digest if last else START


def seal_crawl(archive: Path, crawl: int, moment: str) -> str:
    """Seal the log of a crawl that ended; returns the new last digest.

    :raises Unwritten: the disk refused the line.
    """
    names = (log.crawl_name(crawl), log.PORTALS, log.JUDGEMENTS)
    logs = {
        name: _measure(log.path_of(archive, name)) for name in names if log.path_of(archive, name).exists()
    }
    path = path_of(archive)
    try:
        _mend(path)
        previous = head(archive)
        digest = _digest(crawl, moment, logs, previous)
        line = {"crawl": crawl, "sealed_at": moment, "logs": logs, "previous": previous, "digest": digest}
        log.append_bytes(path, (json.dumps(line) + "\n").encode())
    except OSError as error:
        message = f"{path}: {error.strerror}; free some space or check the disk, then run again"
        raise Unwritten(message) from error
    return digest


def _read(line: bytes) -> Seal | None:
    try:
        return Seal(**json.loads(line)) if line.endswith(b"\n") else None
    except (ValueError, TypeError):
        return None


def _digest(crawl: int, moment: str, logs: dict[str, list[Any]], previous: str) -> str:
    said = json.dumps([crawl, moment, sorted(logs.items()), previous])
    return hashlib.sha256(said.encode()).hexdigest()


def _measure(path: Path) -> list[Any]:
    data = path.read_bytes()
    return [len(data), hashlib.sha256(data).hexdigest()]


def _mend(path: Path) -> None:
    """Cut off a last line that a kill left half written."""
    if path.exists():
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole != len(data):
            os.truncate(path, whole)

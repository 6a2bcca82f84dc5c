"""Reads stored originals with the parsers, each into one line; in child processes unless told otherwise."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from archive import originals, rows
from archive.errors import ArchiveError
from parsers.errors import ParserError, Unreadable
from parsers.read import read
from parsers.workers import Limits, run

MEMORY = 2 * 2**30
"""Bytes of address space that a reading process may take."""
SECONDS = 60.0
"""Time that one original may take to be read."""
CHUNK = 16
"""Originals handed to a process at once."""

_log = logging.getLogger(__name__)


def read_all(archive: Path, names: Iterable[str], *, workers: int = 1) -> Iterator[bytes]:
    """One line (see :mod:`archive.rows`) for each original named by SHA-256, in the order given.

    With ``workers=0`` they are read in this process, without limits: for small trusted sets and tests.
    """
    read_one, limits = partial(_read_one, archive), Limits(SECONDS, MEMORY)
    for sha256, line in run(read_one, names, workers=workers, limits=limits, chunk=CHUNK):
        yield line if isinstance(line, bytes) else rows.of_failure(sha256, line)


def _read_one(archive: Path, sha256: str) -> bytes:
    try:
        return rows.of_report(sha256, read(originals.read(archive, sha256)))
    except ArchiveError as error:
        raise Unreadable("damaged_original", str(error)) from error
    except (MemoryError, ParserError):
        raise
    except Exception as error:
        _log.exception("parsers failed on original %s", sha256)
        raise Unreadable("parser_failed", f"{type(error).__name__}: {error}") from error

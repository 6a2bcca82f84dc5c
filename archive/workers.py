"""Reads stored originals with the parsers, each into one line; in child processes unless told otherwise."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from archive import originals, rows
from archive.errors import ArchiveError
from parsers.errors import ParserError, Unreadable
from parsers.model import Report
from parsers.read import read
from parsers.workers import Limits, run

MEMORY = 2 * 2**30
"""Bytes of address space that a reading process may take."""
SECONDS = 60.0
"""Time that one original may take to be read."""
CHUNK = 16
"""Originals handed to a process at once."""

Line = tuple[str, int]
"""Where a line stands: its file and offset."""

_log = logging.getLogger(__name__)


def read_all(archive: Path, names: Iterable[str], *, into: Path, workers: int = 1) -> Iterator[Line]:
    """Read each original named by SHA-256 into one line (see :mod:`archive.rows`) of a file whose name begins with
    ``into``, and say where it stands, in the order given.

    With ``workers=0`` they are read in this process, without limits: for small trusted sets and tests.
    """
    read_one, limits = partial(_read_one, read, archive, into), Limits(SECONDS, MEMORY)
    for sha256, made in run(read_one, names, workers=workers, limits=limits, chunk=CHUNK):
        yield made if isinstance(made, tuple) else _append(into, rows.of_failure(sha256, made))


def _read_one(reader: Callable[[bytes], Report], archive: Path, into: Path, sha256: str) -> Line:
    try:
        line = rows.of_report(sha256, reader(originals.read(archive, sha256)))
    except ArchiveError as error:
        raise Unreadable("damaged_original", str(error)) from error  # rows.DAMAGED
    except (MemoryError, ParserError):
        raise
    except Exception as error:
        _log.exception("parsers failed on original %s", sha256)
        raise Unreadable("parser_failed", f"{type(error).__name__}: {error}") from error
    return _append(into, line)


def _append(into: Path, line: bytes) -> Line:
    """Add the line to the file of this process; by plain system calls, for it is done once a report."""
    path = f"{into}.{os.getpid()}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        start = os.fstat(descriptor).st_size
        if os.write(descriptor, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(descriptor)
    return path, start

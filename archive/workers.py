"""Reads originals with the parsers in child processes, so that a hostile file harms nothing but its own reading.

A child has limits of memory and time. One that dies or hangs takes only the original at hand with it: that
original gets a problem, the rest go on.
"""

from __future__ import annotations

import ctypes
import logging
import resource
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from archive import originals, rows
from archive.errors import ArchiveError
from parsers.errors import ParserError, Unreadable
from parsers.read import read

MEMORY = 2 * 2**30
"""Bytes of address space that a reading process may take."""
SECONDS = 60.0
"""Time that one original may take to be read."""
_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux's prctl."""
CHUNK = 8
"""Originals handed to a process at once; a chunk that fails is read again one by one."""

_log = logging.getLogger(__name__)


def read_all(archive: Path, names: Iterable[str], *, workers: int = 1) -> Iterator[bytes]:
    """One line (see :mod:`archive.rows`) for each original named by SHA-256, in the order given.

    With ``workers=0`` they are read in this process, without limits: for small trusted sets and tests.
    """
    if workers == 0:
        yield from (_read_one(archive, name) for name in names)
        return
    with ProcessPool(max_workers=workers, initializer=_limit) as pool:
        yield from _in_order(pool, archive, names, ahead=3 * workers)


def _in_order(pool: ProcessPool, archive: Path, names: Iterable[str], *, ahead: int) -> Iterator[bytes]:
    """Results in order with at most ``ahead`` chunks under way, so that memory stays flat."""
    waiting: deque[tuple[list[str], Future[list[bytes]]]] = deque()
    chunks = _chunks(names)
    for chunk in islice(chunks, ahead):
        waiting.append((chunk, _submit(pool, archive, chunk)))
    while waiting:
        chunk, future = waiting.popleft()
        yield from _outcome(pool, archive, chunk, future)
        for following in islice(chunks, 1):
            waiting.append((following, _submit(pool, archive, following)))


def _outcome(pool: ProcessPool, archive: Path, chunk: list[str], future: Future[list[bytes]]) -> list[bytes]:
    try:
        return future.result()
    except (ProcessExpired, TimeoutError, MemoryError) as error:
        if len(chunk) == 1:
            return [rows.of_failure(chunk[0], _death(chunk[0], error))]
    alone = [([name], _submit(pool, archive, [name])) for name in chunk]
    return [line for one, again in alone for line in _outcome(pool, archive, one, again)]


def _submit(pool: ProcessPool, archive: Path, chunk: list[str]) -> Future[list[bytes]]:
    future: Future[list[bytes]] = pool.schedule(
        _read_chunk, args=(archive, chunk), timeout=SECONDS * len(chunk)
    )
    return future


def _chunks(names: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))
    if (
        sys.platform == "linux"
    ):  # a reader that hangs must not outlive the run and go on holding the writer's lock
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _read_chunk(archive: Path, names: Sequence[str]) -> list[bytes]:
    return [_read_one(archive, name) for name in names]


def _read_one(archive: Path, sha256: str) -> bytes:
    try:
        return rows.of_report(sha256, read(originals.read(archive, sha256)))
    except Unreadable as error:
        return rows.of_failure(sha256, error)
    except ArchiveError as error:
        return rows.of_failure(sha256, Unreadable("damaged_original", str(error)))
    except (MemoryError, ParserError):
        raise
    except Exception as error:  # noqa: BLE001 a fault of the parsers in one original must not end the run
        _log.exception("parsers failed on original %s", sha256)
        return rows.of_failure(sha256, Unreadable("parser_failed", f"{type(error).__name__}: {error}"))


def _death(sha256: str, error: BaseException) -> Unreadable:
    if isinstance(error, TimeoutError):
        return Unreadable("too_slow", f"not read within {SECONDS:.0f} seconds")
    if isinstance(error, MemoryError):
        return Unreadable("too_large", f"not read within {MEMORY >> 20} MiB of memory")
    _log.error("the process reading original %s died: %s", sha256, error)
    return Unreadable("reader_died", "the process that read it died")

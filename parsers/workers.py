"""Runs readings in child processes with limits, so that a hostile file harms nothing but its own reading."""

from __future__ import annotations

import ctypes
import fcntl
import gc
import logging
import multiprocessing
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import connection
from typing import Generic, TypeVar

from pebble import CONSTS, ProcessExpired

from parsers.errors import NoProcesses, Unreadable
from parsers.pool import Pool
from parsers.processes import prepare

Item = TypeVar("Item")
Result = TypeVar("Result")

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of Linux's prctl."""
_GARBAGE = 10_000
"""New objects after which a process that reads looks for garbage; documents leave little, so Python's 700 is in vain."""
_PATIENCE = 1.0
"""Seconds after which one that waits for a reading looks whether there is still somebody who reads."""
_SHORT_LIVED = "they end as soon as they begin"

CONSTS.sleep_unit = 0.05
"""Seconds after which a pool looks whether a process died or has to be ended, and whether it may end itself."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reading may take: seconds of time, and bytes of address space of its process."""

    seconds: float = 20.0
    memory: int = 1 << 30


def run(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int = 1,
    limits: Limits | None = None,
    chunk: int = 1,
) -> Iterator[tuple[Item, Result | Unreadable]]:
    """Each item with what ``function`` makes of it in a child process, in the order given.

    ``function`` must be importable by name. Where it raises Unreadable, runs out of time or memory, or its process
    dies, the item comes with an Unreadable instead; the others are unharmed. Any other exception is ours, and raised.

    ``chunk`` items are handed to a process at once; a chunk that fails is read again one by one. With ``workers=0``
    they are read in this process, without limits: for small trusted sets and tests.

    :raises NoProcesses: child processes can't be started.
    """
    if workers == 0:
        rest = iter(items)
        while some := list(islice(rest, chunk)):
            yield from zip(some, _read_all(function, some), strict=True)
        return
    limits = limits or Limits()
    settings = (limits.memory, logging.getLogger().getEffectiveLevel())
    with Pool(workers, initializer=_set_up, initargs=settings) as pool:
        try:
            _start(pool, _module(function))
            yield from _Run(pool, function, limits).outcomes(items, chunk=chunk, ahead=3 * workers)
        except BrokenProcessPool as error:
            pool.stop()  # type: ignore[no-untyped-call]
            raise _no_processes(error.__cause__ or error) from error
        except BaseException:  # Ctrl-C, or the caller wants no more: what is under way need not end
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def _start(pool: Pool, module: str) -> None:
    """Start the pool's processes, and what keeps them; on its own, their faults differ from those of what is read."""
    try:
        prepare(module)
        _ = pool.active  # starts them
    except OSError as error:  # the one that keeps their locks can fail too
        raise BrokenProcessPool from error


def _no_processes(why: BaseException) -> NoProcesses:
    return NoProcesses(
        f"can't start the processes that read ({why}); free some memory or end others, then run again"
    )


@dataclass(frozen=True, slots=True)
class _Run(Generic[Item, Result]):
    """One run: its processes, what they do, and within which limits."""

    pool: Pool
    function: Callable[[Item], Result]
    limits: Limits

    def outcomes(
        self, items: Iterable[Item], *, chunk: int, ahead: int
    ) -> Iterator[tuple[Item, Result | Unreadable]]:
        """In order, with at most ``ahead`` chunks under way, so that memory stays flat."""
        rest = iter(items)
        chunks = iter(lambda: list(islice(rest, chunk)), [])
        waiting = deque((one, self._submit(one)) for one in islice(chunks, ahead))
        while waiting:
            done, future = waiting.popleft()
            yield from zip(done, self._outcome(done, future), strict=True)
            waiting.extend((one, self._submit(one)) for one in islice(chunks, 1))

    def _submit(self, chunk: list[Item]) -> Future[list[Result | Unreadable]]:
        seconds = self.limits.seconds * len(chunk)
        try:
            future: Future[list[Result | Unreadable]] = self.pool.schedule(
                _read_all, args=(self.function, chunk), timeout=seconds
            )
        except RuntimeError as error:
            raise BrokenProcessPool(_SHORT_LIVED) from error.__cause__
        return future

    def _check(self) -> None:
        """A pool that is broken may never say so of what it has taken."""
        if not self.pool.active:
            raise BrokenProcessPool(_SHORT_LIVED)

    def _outcome(
        self, chunk: list[Item], future: Future[list[Result | Unreadable]]
    ) -> list[Result | Unreadable]:
        while not wait([future], _PATIENCE).done:
            self._check()
        try:
            return future.result()
        except (ProcessExpired, TimeoutError, MemoryError) as error:
            if len(chunk) == 1:
                return [self._death(chunk[0], error)]
        alone = [([item], self._submit([item])) for item in chunk]
        return [outcome for one, again in alone for outcome in self._outcome(one, again)]

    def _death(self, item: Item, error: BaseException) -> Unreadable:
        if isinstance(error, TimeoutError):
            limit = f"{self.limits.seconds:.0f} seconds"
            return Unreadable("too_slow", f"not read within {limit}; the file may be damaged")
        if isinstance(error, MemoryError):
            limit = f"{self.limits.memory >> 20} MiB of memory"
            return Unreadable("too_large", f"not read within {limit}; the file may be damaged")
        _log.info("the process reading %s died: %s", item, error)
        return Unreadable("reader_died", "the process that read it died; the file may be damaged")


def _set_up(memory: int, level: int) -> None:
    """Make this process one that reads."""
    gc.set_threshold(_GARBAGE)
    logging.basicConfig(level=level)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # a reader that hangs must not outlive the run and go on holding its locks
        _die_with_caller()


def _die_with_caller() -> None:
    """Have the kernel end this process with the one that runs it, or with the server from which it was forked."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    caller = multiprocessing.parent_process()
    if caller is not None:
        signal.signal(signal.SIGIO, signal.SIG_DFL)  # ends the process
        fcntl.fcntl(caller.sentinel, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(caller.sentinel, fcntl.F_GETFL)
        fcntl.fcntl(caller.sentinel, fcntl.F_SETFL, flags | fcntl.FASYNC)
        if connection.wait([caller.sentinel], 0):
            os._exit(1)


def _module(function: Callable[[Item], Result]) -> str:
    """Where a function stands, or that of which it is a part."""
    whole = function.func if isinstance(function, partial) else function
    return str(whole.__module__)


def _read_all(function: Callable[[Item], Result], items: list[Item]) -> list[Result | Unreadable]:
    return [_read(function, item) for item in items]


def _read(function: Callable[[Item], Result], item: Item) -> Result | Unreadable:
    try:
        return function(item)
    except Unreadable as error:
        return error

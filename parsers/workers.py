"""Runs readings in child processes with limits, so that a hostile file harms nothing but its own reading."""

from __future__ import annotations

import logging
import resource
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from parsers.errors import Unreadable

Item = TypeVar("Item")
Result = TypeVar("Result")

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
) -> Iterator[tuple[Item, Result | Unreadable]]:
    """Each item with what ``function`` makes of it in a child process, in the order given.

    ``function`` must be importable by name. Where it raises Unreadable, runs out of time or memory, or its process
    dies, the item comes with an Unreadable instead; the others are unharmed. Any other exception is ours, and raised.
    """
    limits = limits or Limits()
    with ProcessPool(max_workers=workers, initializer=_limit, initargs=(limits.memory,)) as pool:
        waiting: deque[tuple[Item, Future[Result]]] = deque()
        rest = iter(items)
        for item in islice(rest, 2 * workers):
            waiting.append((item, pool.schedule(function, args=(item,), timeout=limits.seconds)))
        while waiting:
            item, future = waiting.popleft()
            made = _outcome(future, limits)
            yield item, made
            for following in islice(rest, 1):
                waiting.append(
                    (following, pool.schedule(function, args=(following,), timeout=limits.seconds))
                )


def _limit(memory: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _outcome(future: Future[Result], limits: Limits) -> Result | Unreadable:
    try:
        return future.result()
    except Unreadable as error:
        return error
    except TimeoutError:
        return Unreadable(
            "too_slow", f"not read within {limits.seconds:.0f} seconds; the file may be damaged"
        )
    except MemoryError:
        return Unreadable(
            "too_large", f"not read within {limits.memory >> 20} MiB of memory; the file may be damaged"
        )
    except ProcessExpired as error:
        _log.info("a reading process died: %s", error)
        return Unreadable("reader_died", "the process that read it died; the file may be damaged")

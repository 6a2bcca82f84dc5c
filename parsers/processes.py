"""How the processes that read come into being: forked from a server of their own, never from the caller.

The caller may have threads (a crawler's, a progress bar's, the pool's), and a process forked in the midst of them can
inherit a lock that nobody will ever open. The server has one thread; it loads the parsers once, and every process that
reads begins with them. What such a process runs must be importable by name; the main program is not run again in it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")

_lock = threading.RLock()


def prepare(*modules: str) -> None:
    """Start the server unless it is there, and come back at once: it gets ready while the caller goes on.

    It loads the named modules too, so that no process has to do it by itself.
    """
    # it looks for modules where we do; by itself it would begin with the folder in which it is started
    paths = os.pathsep.join(str(Path(path).absolute()) for path in sys.path)
    environment = _replaced(os.environ, {"PYTHONPATH": paths, "PYTHONSAFEPATH": "1"})
    with _lock, environment, left_to_the_caller():
        forkserver.set_forkserver_preload([*modules, "parsers.preload"])
        forkserver.ensure_running()


@contextmanager
def left_to_the_caller() -> Iterator[None]:
    """Processes that begin within this never hear of Ctrl-C: the caller ends them, without a word of theirs."""
    resource_tracker.ensure_running()  # unblocks what is blocked when it starts, so before
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield  # they inherit what is blocked
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Process(ForkServerProcess):
    """One that reads."""

    def start(self) -> None:
        """Fork it."""
        # multiprocessing would run the main program again in it, for what might be defined there
        hidden: dict[str, object] = {"__spec__": None, "__file__": None}
        with _lock, _replaced(vars(sys.modules["__main__"]), hidden):
            prepare()
            super().start()


class Context(ForkServerContext):
    """What ``multiprocessing`` offers, with processes of our server."""

    Process = _Process


@contextmanager
def _replaced(values: MutableMapping[str, Value], others: MutableMapping[str, Value]) -> Iterator[None]:
    """The mapping with these values, for a moment."""
    before = {name: values[name] for name in others if name in values}
    values.update(others)
    try:
        yield
    finally:
        for name in others:
            del values[name]
        values.update(before)

"""Ctrl-C in the midst of an import, where it can come out as any error, or be lost: it waits until the module is whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_IMPORTS = "<frozen importlib._bootstrap>"
_PAUSE = 0.05
"""Seconds after which we look whether the import is over."""


@contextmanager
def after_imports() -> Iterator[None]:
    """Within this, Ctrl-C raises KeyboardInterrupt as ever, only never while a module is being loaded."""
    in_charge = threading.current_thread() is threading.main_thread()
    if not in_charge or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if signal.getsignal(signal.SIGALRM) is _interrupt:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _interrupt(number: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTS:
            signal.signal(signal.SIGALRM, _interrupt)
            signal.setitimer(signal.ITIMER_REAL, _PAUSE)
            return
        frame = frame.f_back
    raise KeyboardInterrupt

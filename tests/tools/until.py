"""Waiting for a state instead of a time, so that a test is as right on a slow machine as on a quick one."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(holds: Callable[[], object], *, seconds: float = 100) -> bool:
    """Wait for it to hold; False if it does not within a time in which only a fault keeps it from holding."""
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True

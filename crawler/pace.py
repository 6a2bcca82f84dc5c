"""How fast a host may be asked when its robots.txt asks for more patience than the queue of its address has."""

from __future__ import annotations

import asyncio
import time


class Pace:
    """Crawl-delay for each host; one for all portals of a crawl, since some share a host."""

    def __init__(self) -> None:
        self._delays: dict[str, float] = {}
        self._next: dict[str, float] = {}

    def slow_down(self, host: str, delay: float) -> None:
        """Leave at least ``delay`` seconds between two requests to the host from now on."""
        self._delays[host] = max(delay, self._delays.get(host, 0.0))
        self._next[host] = time.monotonic() + self._delays[host]

    async def turn(self, host: str) -> None:
        """Return when the host may be asked again."""
        if host not in self._delays:
            return
        now = time.monotonic()
        moment = max(now, self._next[host])
        self._next[host] = moment + self._delays[host]
        await asyncio.sleep(moment - now)

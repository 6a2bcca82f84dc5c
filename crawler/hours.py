"""The hours in which a crawl may ask: portals are least busy at night, and their time is China's (UTC+8)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_NAP = 60.0


@dataclass(frozen=True, slots=True)
class Hours:
    """A daily window, China time; it may pass midnight (``20:00-07:00``)."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Hours:
        """The window that ``HH:MM-HH:MM`` means; raises ValueError with the cure."""
        found = _WINDOW.fullmatch(text.strip())
        if not found:
            raise ValueError(f"{text!r} is no window of hours; write it as in 20:00-07:00 (China time)")
        a, b, c, d = map(int, found.groups())
        return cls(time(a, b), time(c, d))

    def open_at(self, moment: datetime) -> bool:
        """Whether the moment (with its zone) lies in the window."""
        clock = moment.astimezone(CHINA).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    async def wait(self) -> None:
        """Return when the window is open."""
        while not self.open_at(datetime.now(UTC)):
            await asyncio.sleep(_NAP)

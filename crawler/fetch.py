"""One polite question to a portal and its answer: robots, redirects, retries, Retry-After.

Never raises for what a host does: an :class:`~crawler.answer.Answer` always comes back, with an outcome where nothing came.
"""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from scrapy.http import Request, Response

from crawler import faults, robots
from crawler.answer import Answer, answer_of, name_of, now, redirected, target_of
from crawler.guards import TERRITORY
from crawler.hosts import authority
from crawler.lists.model import Next, Page
from crawler.pace import Pace
from crawler.whole import cut_short

PASSING = (429, 500, 502, 503, 504)
"""Statuses that are worth another try."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How often and how long we try; seconds and counts."""

    delay: float = 4.0
    hops: int = 5
    retries: int = 2
    patience: float = 120.0
    failures_in_a_row: int = 3
    robots_seconds: float = 30.0
    """A host that can't send its robots.txt in this time can't be crawled either; pages and files have longer."""


async def no_wait() -> None:
    """Any hour will do."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a fetcher needs of its surroundings; Scrapy's engine gives it in a crawl."""

    download: Callable[[Request], Awaitable[Response]]
    """One request, one response; raises what :mod:`crawler.faults` knows."""
    robots_wall: Callable[[Page], tuple[str, str] | None] = lambda page: None
    """(outcome, message) where the answer to /robots.txt is a wall that closes the host, else None."""
    pace: Pace = field(default_factory=Pace)
    """Crawl-delay of each host; shared by the crawl's portals."""
    closed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Authority to (outcome, message): hosts that are asked no more in this crawl; shared by its portals."""
    recall: Callable[[str], Answer | None] = lambda name: None
    """The answer that an interrupted crawl has kept already, by :func:`name_of`."""
    on_robots: Callable[[Answer], None] = lambda answer: None
    """Called with each answer to /robots.txt."""
    spent: Callable[[str, int], None] = lambda host, size: None
    """Called with the host and the bytes of each response, for the ledger."""
    may_ask: Callable[[], Awaitable[None]] = no_wait
    """Returns when the hour permits a request."""


class Fetcher:
    """Asks the hosts of one portal; remembers their robots rules and which of them to leave alone."""

    def __init__(self, territory: frozenset[str], outside: Outside, *, limits: Limits) -> None:
        self.territory = territory
        self.outside = outside
        self.limits = limits
        self.closed = outside.closed
        self.requests = 0
        self.bytes = 0
        self._rules: dict[str, robots.Rules] = {}
        self._failures: Counter[str] = Counter()

    async def get(self, ask: Next, *, validators: Mapping[str, str] | None = None) -> Answer:
        """The answer to ``ask`` after its redirects; each hop is checked like a question of its own."""
        name = name_of(ask)
        kept = self.outside.recall(name)
        if kept:
            return kept
        hops: list[str] = []
        headers = {**ask.headers, **(validators or {})}
        while True:
            refusal = await self._refusal(ask.url)
            if refusal:
                return Answer(name, now(), outcome=refusal[0], message=_via(refusal[1], hops, ask.url))
            answer = await self._persist(ask, headers)
            self._watch(answer)
            target = target_of(answer)
            if target is None:
                return answer.named(name, hops)
            hops.append(ask.url)
            if target in hops or len(hops) > self.limits.hops:
                kind = "loop" if target in hops else f"chain of more than {self.limits.hops}"
                message = f"redirect {kind}: {' -> '.join([*hops, target])}"
                return Answer(name, now(), status=answer.status, outcome="error", message=message)
            ask = redirected(ask, target, answer.status or 0)

    def close(self, url: str, outcome: str, message: str) -> None:
        """Ask the URL's host no more in this crawl; further questions get this outcome."""
        self.closed.setdefault(
            authority(url), (outcome, f"not asked: {authority(url)} is closed to us ({message})")
        )

    async def rules(self, url: str) -> robots.Rules:
        """The robots rules of the URL's origin, asked for once."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = await self._ask_robots(f"{origin}/robots.txt")
        return self._rules[origin]

    async def _refusal(self, url: str) -> tuple[str, str] | None:
        host = authority(url)
        if host not in self.territory:
            return "off_site", f"{host} is not a host of this portal"
        if host in self.closed:
            return self.closed[host]
        return (await self.rules(url)).verdict(url)

    async def _ask_robots(self, url: str) -> robots.Rules:
        answer = self.outside.recall(url)
        if answer is None:
            answer = await self._robots_answer(url)
            wall = self.outside.robots_wall(answer.page(Next(url)))
            if wall:
                answer = replace(answer, outcome=wall[0], message=wall[1])
            self.outside.on_robots(answer)
        if answer.outcome in ("blocked", "off_site"):
            refusal = (answer.outcome, answer.message or "")
            self.closed[authority(url)] = refusal
            return robots.Rules(refusal=refusal)
        off = target_of(answer) is not None
        found = robots.rules(answer.status, answer.body, fault=answer.message, redirected_off=off)
        if found.delay:
            self.outside.pace.slow_down(authority(url), found.delay)
        return found

    async def _robots_answer(self, url: str) -> Answer:
        """What /robots.txt answers, its redirects followed as long as they stay on the portal's hosts."""
        ask = Next(url)
        hops: list[str] = []
        while True:
            answer = await self._persist(ask, {})
            target = target_of(answer)
            if target is None or len(hops) == self.limits.hops or authority(target) not in self.territory:
                return answer.named(url, hops)
            hops.append(ask.url)
            ask = redirected(ask, target, answer.status or 0)

    async def _persist(self, ask: Next, headers: Mapping[str, str]) -> Answer:
        """One question, asked again after failures that may pass."""
        attempt = 0
        while True:
            answer, passing = await self._once(ask, headers)
            if not passing or attempt == self.limits.retries:
                return answer
            if attempt and answer.message == faults.TIMEOUT:  # one more try of a silent host has cost enough
                self._failures[authority(ask.url)] += self.limits.retries - attempt
                return answer
            wait = retry_after(answer.headers.get("retry-after"))
            if wait is None:
                wait = self.limits.delay * 4**attempt
            if wait > self.limits.patience:
                message = f"asks to wait {wait:.0f} seconds: left alone in this crawl"
                self.closed[authority(ask.url)] = ("blocked", message)
                return replace(answer, outcome="blocked", message=f"rate_limited: {message}")
            await asyncio.sleep(wait)
            attempt += 1

    async def _once(self, ask: Next, headers: Mapping[str, str]) -> tuple[Answer, bool]:
        brief = urlsplit(ask.url).path == "/robots.txt"
        request = Request(
            ask.url,
            method=ask.method,
            body=ask.body,
            headers=dict(headers),
            meta={
                TERRITORY: self.territory,
                **({"download_timeout": self.limits.robots_seconds} if brief else {}),
            },
            dont_filter=True,
        )
        await self.outside.may_ask()
        await self.outside.pace.turn(authority(ask.url))
        self.requests += 1
        try:
            response = await self.outside.download(request)
        except faults.EXPECTED as error:
            fault = faults.fault_of(error)
            host = authority(ask.url)
            self._failures[host] += fault.unreachable
            self.outside.spent(host, 0)
            return Answer(ask.url, now(), outcome=fault.outcome, message=fault.message), fault.passing
        self._failures[authority(ask.url)] = 0
        self.bytes += len(response.body)
        self.outside.spent(authority(ask.url), len(response.body))
        answer = answer_of(ask, response)
        cut = cut_short(response.body) if response.status == 200 else None
        if cut:
            return replace(answer, body=b"", outcome="error", message=f"truncated: {cut}"), True
        return answer, response.status in PASSING

    def _watch(self, answer: Answer) -> None:
        """Leave a host alone that fails again and again."""
        host = authority(answer.url)
        limit = self.limits.failures_in_a_row * (self.limits.retries + 1)
        if answer.outcome and self._failures[host] >= limit and host not in self.closed:
            message = (
                f"not asked: {host} failed {self.limits.failures_in_a_row} times in a row ({answer.message})"
            )
            self.closed[host] = ("error", message)


def retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks for (a number or an HTTP date); None without a sound one."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())


def _via(message: str, hops: list[str], url: str) -> str:
    return f"{message}; redirected: {' -> '.join([*hops, url])}" if hops else message

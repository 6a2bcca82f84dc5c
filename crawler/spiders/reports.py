"""The spider that walks the annual-report columns of registered portals."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import scrapy
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings

from archive import history
from archive.errors import ArchiveError
from archive.model import PortalRow
from archive.reading import parse_new
from archive.store import Archive
from crawler.fetch import Fetcher, Limits, Outside, no_wait
from crawler.hosts import authority
from crawler.hours import Hours
from crawler.judge import robots_wall, shut_by
from crawler.pace import Pace
from crawler.pipelines import Keeper, days_ago
from crawler.portals import Portal, PortalError, load, select
from crawler.quiet import quiet_twisted
from crawler.summary import summarise
from crawler.tally import Progress, Tally
from crawler.tls import LEGACY
from crawler.walk import Plan, Walk

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine

DEFAULT_ARCHIVE = "nianbao-archive"


class ReportsSpider(scrapy.Spider):
    """Walks columns and keeps what it finds in the archive; yields one item for each portal.

    Started by Scrapy's command or by Scrapyd it also reads what is new and prints the summary at the end.
    ``scrapy crawl reports -a portal=yinchuan-xixia,baiyin-baiyin -a since=2021`` (all portals without
    ``portal``). Where the archive is and which registry is read are settings: ``-s NIANBAO_ARCHIVE=DIR``,
    ``-s NIANBAO_PORTALS=PATH``, ``-s NIANBAO_ALLOW_PRIVATE=1``.
    """

    name = "reports"

    def __init__(
        self,
        portal: str = "",
        since: str | int | None = None,
        portals: list[Portal] | None = None,
        report: Callable[[Progress | Tally | str], None] | None = None,
        **kwargs: str | None,
    ) -> None:
        super().__init__(**kwargs)
        self.wanted = [name.strip() for name in portal.split(",") if name.strip()]
        self.since = int(since) if since else None
        self.portals = portals
        self.pace = Pace()
        self.legacy_hosts: frozenset[str] = frozenset()
        """Hosts for which :mod:`crawler.tls` lowers TLS."""
        self.report = report or (lambda progress: None)
        self.alone = report is None

    async def start(self) -> AsyncIterator[dict[str, object]]:
        """Walk the portals side by side; yields each one's counts when it is done."""
        quiet_twisted()
        try:
            portals = self._portals()
            self.legacy_hosts = frozenset(
                host.partition(":")[0] for p in portals if p.tls == LEGACY for host in p.territory
            )
            with Archive.open(self._archive(), write=True) as archive:
                archive.register(PortalRow(p.id, p.name, p.region, p.home) for p in portals)
                tallies: dict[str, Tally] = {}
                async with self._gathering(archive), aclosing(self._walks(portals, archive)) as walked:
                    async for tally in walked:
                        tallies[tally.portal] = tally
                        yield as_item(tally)
                if self.alone:
                    self._conclude(archive, portals, tallies)
        except (ArchiveError, PortalError, ValueError) as error:
            self.logger.error("%s", error)
            self.report(str(error))
            if self.alone:
                sys.stderr.write(f"nianbao: {error}\n")
            raise CloseSpider("unusable") from error

    def _conclude(self, archive: Archive, portals: list[Portal], tallies: dict[str, Tally]) -> None:
        """Read what is new and print the summary, where Scrapy's own command started the crawl."""
        read = parse_new(archive)
        done = [portal for portal in portals if portal.id in tallies]
        summary = summarise(archive, done, [tallies[portal.id] for portal in done], read)
        sys.stdout.write(f"{summary.text()}\n")

    @asynccontextmanager
    async def _gathering(self, archive: Archive) -> AsyncIterator[None]:
        """Within this, captures are written some at a time, and none waits for long."""
        with archive.gathering():
            clock = asyncio.create_task(self._flush(archive))
            try:
                yield
            finally:
                clock.cancel()

    async def _flush(self, archive: Archive) -> None:
        pause = max(0.01, self.settings.getfloat("NIANBAO_FLUSH_SECONDS"))
        while True:
            await asyncio.sleep(pause)
            try:
                archive.flush()
            except ArchiveError:
                return  # the next capture that is kept is told

    def _archive(self) -> Path:
        return Path(
            self.settings.get("NIANBAO_ARCHIVE") or os.environ.get("NIANBAO_ARCHIVE") or DEFAULT_ARCHIVE
        )

    def _portals(self) -> list[Portal]:
        if self.portals is not None:
            return self.portals
        registry = self.settings.get("NIANBAO_PORTALS")
        chosen, unknown = select(load(Path(registry) if registry else None), self.wanted)
        if unknown:
            raise ValueError(f"no portal {', '.join(unknown)} in the registry; check the ids")
        return chosen

    async def _walks(self, portals: list[Portal], archive: Archive) -> AsyncGenerator[Tally, None]:
        """The tallies of the portals in the order in which they are done."""
        gate = asyncio.Semaphore(self.settings.getint("NIANBAO_PORTALS_AT_ONCE"))
        closed = resting(archive, self.settings.getfloat("NIANBAO_REST_HOURS"))
        walks = [asyncio.create_task(self._walk(portal, archive, gate, closed)) for portal in portals]
        try:
            for walk in asyncio.as_completed(walks):
                yield await walk
        finally:
            for task in walks:
                task.cancel()
            await asyncio.gather(*walks, return_exceptions=True)  # each needs the archive until it has ended

    async def _walk(
        self, portal: Portal, archive: Archive, gate: asyncio.Semaphore, closed: dict[str, tuple[str, str]]
    ) -> Tally:
        async with gate:
            keeper = Keeper(archive, portal, resume_days=self.settings.getfloat("NIANBAO_RESUME_DAYS"))
            fetcher = Fetcher(portal.territory, self._outside(keeper, closed), limits=limits(self.settings))
            walk = Walk(
                portal, fetcher, keeper, plan=plan(self.settings, self.since), progress=self._progress
            )
            try:
                await walk.run()
            except ArchiveError:
                raise  # the disk is full or broken: nothing that any portal answers can be kept
            except Exception as error:
                if self._engine.spider is None:  # Scrapy was asked to stop, and the walk goes on another time
                    raise asyncio.CancelledError from error
                self.logger.info("%s broke down", portal.id, exc_info=True)
                walk.tally.broke(f"{type(error).__name__}: {error}")
            keeper.finish(walk.tally)
            self.report(walk.tally)
            return walk.tally

    def _outside(self, keeper: Keeper, closed: dict[str, tuple[str, str]]) -> Outside:
        window = self.settings.get("NIANBAO_HOURS")
        return Outside(
            self._download,
            robots_wall=robots_wall,
            pace=self.pace,
            closed=closed,
            recall=keeper.recall,
            on_robots=keeper.robots,
            spent=keeper.spend,
            may_ask=Hours.parse(window).wait if window else no_wait,
        )

    def _progress(self, tally: Tally) -> None:
        self.report(tally.progress())

    async def _download(self, request: Request) -> Response:
        response: Response = await self._engine.download_async(request)
        return response

    @property
    def _engine(self) -> ExecutionEngine:
        engine: ExecutionEngine | None = self.crawler.engine
        assert engine is not None  # noqa: S101 (there is one while the spider runs)
        return engine


def resting(archive: Archive, hours: float) -> dict[str, tuple[str, str]]:
    """Hosts that shut us out within so many hours, with the outcome and the reason for not asking them."""
    return {
        authority(wall.url): (
            "blocked",
            f"not asked: rests {hours:g} hours since {wall.fetched_at} ({wall.message})",
        )
        for wall in history.walls(archive.db, since=days_ago(hours / 24))
        if shut_by(wall.message)
    }


def limits(settings: BaseSettings) -> Limits:
    """The limits that the settings ask for."""
    return Limits(
        delay=settings.getfloat("DOWNLOAD_DELAY"),
        hops=settings.getint("NIANBAO_HOPS"),
        retries=settings.getint("NIANBAO_RETRIES"),
        patience=settings.getfloat("NIANBAO_PATIENCE"),
        failures_in_a_row=settings.getint("NIANBAO_FAILURES_IN_A_ROW"),
        robots_seconds=min(Limits().robots_seconds, settings.getfloat("DOWNLOAD_TIMEOUT")),
    )


def plan(settings: BaseSettings, since: int | None) -> Plan:
    """The plan that the settings and ``--since`` ask for."""
    return Plan(
        since=since,
        list_pages=settings.getint("NIANBAO_LIST_PAGES"),
        recent_years=settings.getint("NIANBAO_RECENT_YEARS"),
        older_days=settings.getfloat("NIANBAO_OLDER_DAYS"),
    )


def as_item(tally: Tally) -> dict[str, object]:
    """A portal's counts as a Scrapy item."""
    return {"portal": tally.portal, "crawl": tally.crawl, "outcome": tally.outcome, **tally.counts()}

"""The spider that walks the annual-report columns of registered portals."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import scrapy
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings

from archive.errors import ArchiveError
from archive.model import PortalRow
from archive.store import Archive
from crawler.fetch import Fetcher, Limits, Outside
from crawler.judge import robots_wall
from crawler.pipelines import Keeper
from crawler.portals import Portal, load, select
from crawler.tally import Progress, Tally
from crawler.walk import Plan, Walk

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine

DEFAULT_ARCHIVE = "nianbao-archive"

Report = Callable[[Progress | Tally | str], None]
"""Told of each step, each portal done, and in a line of text why the whole crawl had to end."""


class ReportsSpider(scrapy.Spider):
    """Walks columns and keeps what it finds in the archive; yields one item for each portal.

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
        report: Report | None = None,
        **kwargs: str | None,
    ) -> None:
        super().__init__(**kwargs)
        self.wanted = [name.strip() for name in portal.split(",") if name.strip()]
        self.since = int(since) if since else None
        self.portals = portals
        self.report: Report = report or (lambda progress: None)

    async def start(self) -> AsyncIterator[dict[str, object]]:
        """Walk the portals side by side; yields each one's counts when it is done."""
        portals = self._portals()
        path = Path(
            self.settings.get("NIANBAO_ARCHIVE") or os.environ.get("NIANBAO_ARCHIVE") or DEFAULT_ARCHIVE
        )
        gate = asyncio.Semaphore(self.settings.getint("NIANBAO_PORTALS_AT_ONCE"))
        with Archive.open(path, write=True) as archive:
            archive.register(PortalRow(p.id, p.name, p.region, p.home) for p in portals)
            walks = [asyncio.create_task(self._walk(portal, archive, gate)) for portal in portals]
            try:
                for walk in asyncio.as_completed(walks):
                    yield as_item(await walk)
            except ArchiveError as error:
                self.logger.warning("%s", error)
                self.report(str(error))  # nothing more can be kept, of any portal
            finally:
                for task in walks:
                    task.cancel()

    def _portals(self) -> list[Portal]:
        if self.portals is not None:
            return self.portals
        registry = self.settings.get("NIANBAO_PORTALS")
        chosen, unknown = select(load(Path(registry) if registry else None), self.wanted)
        if unknown:
            raise ValueError(f"no portal {', '.join(unknown)} in the registry; check the ids")
        return chosen

    async def _walk(self, portal: Portal, archive: Archive, gate: asyncio.Semaphore) -> Tally:
        async with gate:
            keeper = Keeper(archive, portal.id)
            outside = Outside(self._download, robots_wall, self._slow_down, keeper.recall, keeper.robots)
            fetcher = Fetcher(portal.territory, outside, limits=limits(self.settings))
            plan = Plan(self.since, self.settings.getint("NIANBAO_LIST_PAGES"))
            walk = Walk(portal, fetcher, keeper, plan=plan, progress=self._progress)
            try:
                tally = await walk.run()
            except ArchiveError:
                raise
            except Exception as error:
                self.logger.info("%s", portal.id, exc_info=True)
                tally = walk.tally
                tally.broke(f"{type(error).__name__}: {error}")
            keeper.finish(tally)
            self.report(tally)
            return tally

    def _progress(self, tally: Tally) -> None:
        self.report(tally.progress())

    async def _download(self, request: Request) -> Response:
        response: Response = await self._engine.download_async(request)
        return response

    def _slow_down(self, slot: str, delay: float) -> None:
        """Give the queue of an address at least this delay."""
        downloader = self._engine.downloader
        settings = downloader.per_slot_settings.setdefault(slot, {})
        settings["delay"] = max(delay, settings.get("delay", 0.0))
        if slot in downloader.slots:
            downloader.slots[slot].delay = settings["delay"]

    @property
    def _engine(self) -> ExecutionEngine:
        engine: ExecutionEngine | None = self.crawler.engine
        assert engine is not None  # noqa: S101 (there is one while the spider runs)
        return engine


def limits(settings: BaseSettings) -> Limits:
    """The limits that the settings ask for."""
    return Limits(
        delay=settings.getfloat("DOWNLOAD_DELAY"),
        hops=settings.getint("NIANBAO_HOPS"),
        retries=settings.getint("NIANBAO_RETRIES"),
        patience=settings.getfloat("NIANBAO_PATIENCE"),
        failures_in_a_row=settings.getint("NIANBAO_FAILURES_IN_A_ROW"),
    )


def as_item(tally: Tally) -> dict[str, object]:
    """A portal's counts as a Scrapy item."""
    return {"portal": tally.portal, "crawl": tally.crawl, "outcome": tally.outcome, **tally.counts()}

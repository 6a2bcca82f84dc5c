"""The spider that looks for a portal's annual-report columns, and the function that runs it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from urllib.parse import urljoin

import scrapy
from scrapy.http import Request, Response

from crawler import proposal
from crawler.answer import Answer
from crawler.discover import Search
from crawler.fetch import Fetcher, Outside
from crawler.hosts import authority, refusal, twins
from crawler.judge import robots_wall
from crawler.lists.model import Next
from crawler.pace import Pace
from crawler.quiet import quiet_twisted
from crawler.recognise import Label, recognise
from crawler.run import CrawlFailed, end_with_parent, process_context, start
from crawler.spiders.reports import limits

MAPS = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a discovery came to: a registry entry as TOML, and why it is of no use, if it is."""

    toml: str
    columns: int
    requests: int
    trouble: str | None = None


class DiscoverySpider(scrapy.Spider):
    """Proposes a registry entry for one portal: ``scrapy crawl discovery -a home=http://www.example.gov.cn/``."""

    name = "discovery"

    def __init__(
        self, home: str = "", report: Callable[[Proposal], None] | None = None, **kwargs: str | None
    ) -> None:
        super().__init__(**kwargs)
        self.home = home
        self.report = report or (lambda found: None)

    async def start(self) -> AsyncIterator[dict[str, object]]:
        """Ask what the search wants to know, then yield the proposal."""
        quiet_twisted()
        outside = Outside(self._download, robots_wall=robots_wall, pace=Pace())
        territory = frozenset(twins(authority(self.home)))
        fetcher = Fetcher(territory, outside, limits=limits(self.settings))
        search = Search(self.home)
        await self._walk(search, fetcher)
        if not search.found and search.dead is None:
            await self._sitemaps(search, fetcher)
            await self._walk(search, fetcher)
        found = Proposal(proposal.toml(search), len(search.columns()), fetcher.requests, search.dead)
        self.report(found)
        yield {"home": self.home, "toml": found.toml}

    async def _walk(self, search: Search, fetcher: Fetcher) -> None:
        while lead := search.next():
            fetcher.territory |= search.hosts
            answer = await fetcher.get(lead.ask)
            search.take(lead, answer.page(lead.ask), _label(answer, lead.ask))

    async def _sitemaps(self, search: Search, fetcher: Fetcher) -> None:
        """The sitemaps that robots.txt names, else the usual one."""
        rules = await fetcher.rules(self.home)
        for url in (rules.sitemaps or (urljoin(self.home, "/sitemap.xml"),))[:MAPS]:
            answer = await fetcher.get(Next(url))
            if answer.outcome is None and answer.status == 200:
                search.sitemap(answer.page(Next(url)).text)

    async def _download(self, request: Request) -> Response:
        engine = self.crawler.engine
        assert engine is not None  # noqa: S101 (there is one while the spider runs)
        response: Response = await engine.download_async(request)
        return response


@dataclass(frozen=True, slots=True)
class _Job:
    home: str
    settings: Mapping[str, object] = field(default_factory=dict)


def discover(home: str, *, delay: float | None = None, allow_private: bool = False) -> Proposal:
    """Look for the annual-report columns of the portal at ``home`` and propose its registry entry.

    Raises :class:`crawler.run.CrawlFailed` where the address may not be asked or the process breaks down.
    """
    refused = refusal(home, allow_private=allow_private)
    if refused:
        raise CrawlFailed(f"{home}: {refused}; give a portal's home page")
    settings: dict[str, object] = {"NIANBAO_ALLOW_PRIVATE": allow_private, "LOG_LEVEL": "ERROR"}
    if delay is not None:
        settings["DOWNLOAD_DELAY"] = delay
    context = process_context()
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(_Job(home, settings), theirs), name="nianbao-discover")
    try:
        start(child)
        theirs.close()
        found: Proposal = ours.recv()
    except EOFError as error:
        raise CrawlFailed("the search's process ended early; run it again with -v to see why") from error
    finally:
        if child.is_alive():
            child.kill()  # all is said and nothing is open; a polite end takes Scrapy five seconds, and may hang
            child.join()
        ours.close()
    return found


def _child(job: _Job, pipe: Connection) -> None:
    from scrapy.crawler import AsyncCrawlerProcess  # noqa: PLC0415 (it brings the reactor)
    from scrapy.settings import Settings  # noqa: PLC0415

    threading.Thread(target=end_with_parent, daemon=True).start()
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.update(dict(job.settings), priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(DiscoverySpider, home=job.home, report=pipe.send)
    process.start()
    pipe.close()


def _label(answer: Answer, ask: Next) -> Label:
    if answer.outcome:
        return Label(answer.outcome, answer.outcome, answer.message or "")
    return recognise(answer.page(ask), expect="list")

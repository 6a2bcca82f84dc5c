"""A crawl that is asked to stop: its walks end before the archive is closed, and go on another time."""

import asyncio
from contextlib import suppress
from types import SimpleNamespace

import pytest
from scrapy.settings import Settings

from crawler.spiders.reports import ReportsSpider
from tests.loopback import Loopback
from tests.test_crawl import rows


async def no_answer(request):
    raise RuntimeError(f"No open spider to crawl: {request}")  # as Scrapy's engine does


def spider(archive):
    """One whose engine has closed."""
    made = ReportsSpider(portals=[Loopback().portal()], report=lambda _: None)
    made.settings = Settings()
    made.settings.setmodule("crawler.settings")
    made.settings.set("NIANBAO_ARCHIVE", str(archive))
    made.crawler = SimpleNamespace(engine=SimpleNamespace(spider=None, download_async=no_answer))
    return made


def test_a_walk_whose_engine_has_closed_is_no_failure_of_the_portal(tmp_path):
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(anext(spider(tmp_path).start()))
    assert rows(tmp_path, "SELECT outcome FROM crawls") == [(None,)]


def test_walks_end_before_the_archive_is_closed(tmp_path, monkeypatch):
    seen = []

    async def walk(_, portal, archive, *rest):
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            seen.append(archive.db.execute("SELECT id FROM portals").fetchone())

    async def stopped():
        task = asyncio.create_task(anext(spider(tmp_path).start()))
        await asyncio.sleep(0.1)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    monkeypatch.setattr(ReportsSpider, "_walk", walk)
    asyncio.run(stopped())
    assert seen == [("loopback",)]

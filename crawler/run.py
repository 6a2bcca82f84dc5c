"""Run a crawl from start to summary; callable as often as you like.

Twisted's reactor can't be started twice in a process, so Scrapy runs in a child process, which tells us of
its progress through a pipe. What it kept is parsed here, when it has ended and given the archive free.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from archive import reading
from archive.store import Archive
from crawler.portals import Portal
from crawler.summary import Summary, summarise
from crawler.tally import Progress, Tally
from parsers.processes import left_to_the_caller

_PATIENCE = 20
"""Seconds that the child process has to write what it gathered and to end when it is asked to."""


class CrawlFailed(Exception):
    """The crawl could not be run at all, or its process died; the message says why and what to do.

    Raised by :func:`crawl`; caught by the command line, which prints it and exits with status 1.
    """


@dataclass(frozen=True, slots=True)
class Job:
    """What the child process is asked to do; everything in it can be pickled."""

    archive: Path
    portals: tuple[Portal, ...]
    since: int | None = None
    settings: Mapping[str, object] = field(default_factory=dict)


def crawl(  # noqa: PLR0913 (each one is an option of the command line)
    archive: Path,
    portals: Sequence[Portal],
    *,
    since: int | None = None,
    delay: float | None = None,
    allow_private: bool = False,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
    verbose: bool = False,
    settings: Mapping[str, object] | None = None,
) -> Summary:
    """Crawl the portals into the archive, parse what is new, and say what came of it.

    ``since``: year of the oldest reports wanted. ``delay``: seconds between two requests to one address.
    ``settings``: further Scrapy settings. Raises :class:`archive.errors.ArchiveError` where the archive can't
    be written and :class:`CrawlFailed` where the crawl itself breaks down.
    """
    own: dict[str, object] = {
        "NIANBAO_ALLOW_PRIVATE": allow_private,
        "LOG_LEVEL": "INFO" if verbose else "ERROR",
    }
    if delay is not None:
        own["DOWNLOAD_DELAY"] = delay
    with Archive.open(archive, write=True):
        pass  # a locked or read-only archive is told here, before a process is started
    tallies = _run(Job(archive.absolute(), tuple(portals), since, {**own, **(settings or {})}), progress)
    with Archive.open(archive, write=True) as opened:
        read = reading.parse_new(opened, workers=workers)
        return summarise(opened, portals, tallies, read)


def _run(job: Job, progress: Callable[[Progress], None] | None) -> list[Tally]:
    """Run the child process and pass its news on."""
    context = process_context()
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(job, theirs), name="nianbao-crawl")
    tallies: dict[str, Tally] = {}
    trouble: str | None = None
    try:
        start(child)
        theirs.close()
        for event in _events(ours):
            if isinstance(event, Progress):
                if progress:
                    progress(event)
            elif isinstance(event, Tally):
                tallies[event.portal] = event
            else:
                trouble = str(event)
        child.join()
    finally:
        if child.is_alive():
            child.terminate()
            child.join(_PATIENCE)
            child.kill()
            child.join()
        ours.close()
    if trouble or child.exitcode:
        raise CrawlFailed(trouble or _death(child.exitcode))
    missing = [portal.id for portal in job.portals if portal.id not in tallies]
    if missing:
        raise CrawlFailed(
            f"the crawl ended before {', '.join(missing[:5])} was done; run it again with -v to see why"
        )
    return [tallies[portal.id] for portal in job.portals]


def start(child: BaseProcess) -> None:
    """Start a child process that leaves Ctrl-C to us, who end it: at any moment, and without a word of its own."""
    with _without_main(), left_to_the_caller():
        child.start()


@contextmanager
def _without_main() -> Iterator[None]:
    """A child process imports the program that started it, which would run one without a main guard again.

    Ours needs nothing of it.
    """
    main = sys.modules["__main__"]
    hidden: dict[str, object] = {
        name: main.__dict__.pop(name) for name in ("__file__", "__spec__") if name in main.__dict__
    }
    main.__spec__ = None
    try:
        yield
    finally:
        main.__dict__.update(hidden)


def process_context() -> SpawnContext | ForkServerContext:
    """How child processes begin: from a server that has loaded Scrapy but no reactor, so a second crawl starts at once."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["crawler.spiders.reports", "scrapy.crawler"])
    return context


def _death(exitcode: int | None) -> str:
    return (
        f"the crawl's process ended with status {exitcode}; what it kept is safe: run the same command again "
        "to go on, with -v to see why"
    )


def _events(pipe: Connection) -> Iterator[object]:
    while True:
        try:
            yield pipe.recv()
        except EOFError:
            return


def _child(job: Job, pipe: Connection) -> None:
    """The child process: Scrapy with our settings, ended when its parent is gone."""
    from scrapy.crawler import AsyncCrawlerProcess  # noqa: PLC0415 (only the child pays for Scrapy)
    from scrapy.settings import Settings  # noqa: PLC0415

    from crawler.spiders.reports import ReportsSpider  # noqa: PLC0415

    threading.Thread(target=end_with_parent, daemon=True).start()
    settings = Settings()
    settings.setmodule("crawler.settings")
    settings.update({**job.settings, "NIANBAO_ARCHIVE": str(job.archive)}, priority="cmdline")
    logging.captureWarnings(True)
    process = AsyncCrawlerProcess(settings)
    process.crawl(ReportsSpider, portals=list(job.portals), since=job.since, report=pipe.send)
    process.start()
    pipe.close()


def end_with_parent() -> None:
    """A crawl whose parent was killed would go on unseen and keep the archive locked."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)

"""Pages per CPU-second of crawl and archive together, against a bare Scrapy spider that downloads the same pages.

    python -m benchmarks.crawl [--pages 1000] [--size 131072 8192] [--rounds 3] [--flat 20000]

A server in a process of its own serves list pages of 100 links and report pages of ``--size`` bytes on loopback.
Each round runs the bare spider and nianbao's crawl (delay 0) in fresh processes, one after the other; CPU time is
that of the crawling process, without its imports. What Scrapy imports itself when a crawl starts counts for both, and
our settings leave out most of it, so few pages flatter us: ask for more to see the pages alone. Medians over the rounds
are printed. ``--flat`` crawls so many small pages once more and prints the memory (RSS) on the way.

The archives stand in the working folder, on a disk as a user's do, and are removed at the end, so that no round pays
for the files of the one before. Run it on a machine that does nothing else: load moves the ratio by ten points and
more. On a quiet one it was 85 and 90% at 131 KB (80% with 4000 pages) and 143 and 145% at 8 KB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from argparse import Namespace
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.portals import Column, Portal
from crawler.spiders.reports import ReportsSpider
from crawler.tally import Progress, Tally

HOUSE = Path(__file__).parents[1]
PER_LIST = 100
SAMPLED = (1_000, 5_000, 10_000, 20_000)
"""Pages after which the memory is noted."""
SECTIONS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)


class Bare(scrapy.Spider):
    """Downloads the pages and does nothing with them."""

    name = "bare"
    pages = 0

    def __init__(self, url: str, wanted: int) -> None:
        super().__init__()
        self.url = url
        self.wanted = wanted

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for number in range(self.wanted):
            yield scrapy.Request(f"{self.url}/nb/{number}.html", callback=self.parse)

    def parse(self, response: Response) -> None:
        Bare.pages += 1


def main() -> None:
    options = arguments()
    if options.role:
        ROLES[options.role](options)
        return
    with tempfile.TemporaryDirectory(prefix=".benchmark-", dir=Path.cwd()) as folder:
        options.folder = folder
        for size in options.size:
            with_server(options, size, compare)
        if options.flat:
            options.pages = options.flat
            with_server(options, 4096, memory)


def arguments() -> Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--size", type=int, nargs="+", default=[131_072, 8192])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--flat", type=int, default=0)
    parser.add_argument("--role", choices=sorted(ROLES))
    parser.add_argument("--url", default="")
    parser.add_argument("--folder", default="")
    return parser.parse_args()


def with_server(options: Namespace, size: int, then: Callable[[Namespace, int], None]) -> None:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs, options.pages, size), daemon=True)
    server.start()
    options.url = f"http://127.0.0.1:{ours.recv()}"
    try:
        then(options, size)
    finally:
        server.terminate()


def compare(options: Namespace, size: int) -> None:
    bare_runs: list[dict[str, Any]] = []
    whole: list[dict[str, Any]] = []
    for _ in range(options.rounds):
        bare_runs.append(measure(options, "bare"))
        whole.append(measure(options, "nianbao"))
    for name, runs in (("bare Scrapy", bare_runs), ("nianbao", whole)):
        cpu = statistics.median(run["cpu"] for run in runs)
        print(f"{name:12} {options.pages / cpu:7.0f} pages per CPU-second, {1000 * cpu / options.pages:.2f} ms a page, "
              f"peak {max(run['rss'] for run in runs):.0f} MB")  # fmt: skip
    ratio = statistics.median(b["cpu"] / w["cpu"] for b, w in zip(bare_runs, whole, strict=True))
    print(f"ratio        {ratio:.0%} ({options.pages} pages of {size} bytes, {options.rounds} rounds)")


def memory(options: Namespace, size: int) -> None:
    run = measure(options, "nianbao")
    samples = run["samples"]
    print(
        f"memory over {options.pages} pages of {size} bytes: "
        + ", ".join(f"{count}: {rss:.0f} MB" for count, rss in samples.items())
    )
    print(f"peak {run['rss']:.0f} MB")


def measure(options: Namespace, role: str) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "benchmarks.crawl",
        "--role",
        role,
        "--url",
        options.url,
        "--pages",
        str(options.pages),
        "--folder",
        options.folder,
    ]
    done = subprocess.run(
        command, cwd=HOUSE, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(HOUSE)}
    )
    run = json.loads(done.stdout.splitlines()[-1])
    assert run["pages"] >= options.pages, run
    return run


def bare(options: Namespace) -> None:
    process = AsyncCrawlerProcess(
        {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}
    )
    process.crawl(Bare, url=options.url, wanted=options.pages)
    report(process.start, lambda: Bare.pages)


def nianbao(options: Namespace) -> None:
    portal = Portal(
        "bench",
        "测试市人民政府",
        "640100",
        f"{options.url}/",
        (Column(f"{options.url}/nb/", "测试市人民政府"),),
    )
    settings = Settings()
    settings.setmodule("crawler.settings")
    seen = [0]
    samples: dict[str, float] = {}

    def follow(progress: Progress | Tally | str) -> None:
        seen[0] = max(seen[0], getattr(progress, "settled", 0))
        for count in SAMPLED:
            if count <= seen[0] and str(count) not in samples:
                samples[str(count)] = rss()

    own = {"NIANBAO_ARCHIVE": tempfile.mkdtemp(dir=options.folder), "NIANBAO_ALLOW_PRIVATE": True,
           "DOWNLOAD_DELAY": 0, "LOG_LEVEL": "ERROR", "NIANBAO_LIST_PAGES": 10_000}  # fmt: skip
    settings.update(own, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(ReportsSpider, portals=[portal], report=follow)
    report(process.start, lambda: seen[0], samples)


def report(
    run: Callable[[], None], pages: Callable[[], int], samples: dict[str, float] | None = None
) -> None:
    start = time.process_time()
    run()
    cpu = time.process_time() - start
    print(json.dumps({"cpu": cpu, "pages": pages(), "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                      "samples": samples or {}}))  # fmt: skip


def rss() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024**2


def serve(pipe: Connection, pages: int, size: int) -> None:
    """A server that does little: whole answers, made when asked for."""

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        while line := await reader.readline():
            while (await reader.readline()).strip():
                pass
            body = page(line.split()[1].decode(), pages, size)
            status = b"200 OK" if body else b"404 Not Found"
            writer.write(
                b"HTTP/1.1 %b\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
                + body
            )
            await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    threading.Thread(target=lambda: pipe.poll(None), daemon=True).start()
    asyncio.run(run())


def page(path: str, pages: int, size: int) -> bytes:
    name = path.removeprefix("/nb/")
    if name == "" or name.startswith("index_"):
        return list_page(0 if name == "" else int(name[6:-5]), pages)
    if not name.endswith(".html"):
        return b""
    return report_page(int(name[:-5]), size)


def report_page(number: int, size: int) -> bytes:
    """A page as a word processor makes it: navigation, logos, six sections, much markup around few figures."""
    title = f"{number}号机关2024年政府信息公开工作年度报告"
    links = "".join(f'<li><a href="/zwgk/{n}/">栏目{n}</a></li>' for n in range(40))
    head = (
        f"<html><head><meta charset=utf-8><meta name=ArticleTitle content='{title}'><title>{title}</title></head><body>"
        f"<img src='/images/logo.png'><img src='/images/banner.jpg'><ul>{links}</ul><h1>{title}</h1>"
    )
    prose = "".join(f"<p><b>{section}</b></p><p>{'依法公开政府信息，' * 40}</p>" for section in SECTIONS)
    cell = (
        "<td style='border:1px solid windowtext;padding:0cm 5.4pt'><p class=MsoNormal align=center><span lang=EN-US "
        "style='font-size:10.5pt;font-family:宋体'>0</span></p></td>"
    )
    row = f"<tr>{cell * 8}</tr>"
    labels = "".join(
        f"<td>{label}</td>" for label in ("自然人", "商业企业", "科研机构", "结果维持", "结果纠正", "总计")
    )
    start = f"{head}{prose}<table><tr>{labels}</tr>"
    room = size - len(start.encode()) - len("</table></body></html>")
    return f"{start}{row * max(0, room // len(row.encode()))}</table></body></html>".encode()


def list_page(number: int, pages: int) -> bytes:
    last = (pages - 1) // PER_LIST
    rows = "".join(f'<li><a href="/nb/{n}.html">{n}号机关2024年政府信息公开工作年度报告</a><span>2025-01-20</span></li>'
                   for n in range(number * PER_LIST, min(pages, (number + 1) * PER_LIST)))  # fmt: skip
    following = f'<a href="/nb/index_{number + 1}.html">下一页</a>' if number < last else ""
    return f"<html><head><title>政府信息公开年报</title></head><body><ul>{rows}</ul>{following}</body></html>".encode()


ROLES = {"bare": bare, "nianbao": nianbao}

if __name__ == "__main__":
    main()

"""A small archive for the site's tests, made through the whole line from captures on.

Three agencies in two provinces and several years in all three forms: a report replaced in silence, a page
with its PDF, blank cells, failing checks within and across years, a text file, a removed report, a portal
that could not be looked at, and a hostile original.
"""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from archive.model import Capture, PortalRow
from archive.reading import parse_new
from archive.site import application
from archive.store import Archive
from tests.tools import figures, layout

ROOT = Path(__file__).parents[1]
GOVERNMENT = "银川市西夏区人民政府"
BUREAU = "银川市西夏区科学技术局"
FAR = "白银市白银区人力资源和社会保障局"
HOME = "http://www.ycxixia.example"

PROSE = (
    (
        "一、总体情况",
        "本机关认真贯彻《中华人民共和国政府信息公开条例》。</p><p>通过微信公众号发布信息120条。",
    ),
    ("二、主动公开政府信息情况", ""),
    ("三、收到和处理政府信息公开申请情况", ""),
    ("四、政府信息公开行政复议、行政诉讼情况", ""),
    ("五、存在的主要问题及改进情况", "一是主动公开还不够；二是政策解读形式单一。"),
    (
        "六、其他需要报告的事项",
        "本年度未收取信息处理费。如有疑问请与王某联系，电话13912345678，邮箱wang@example.cn。",
    ),
)

SAID = (
    "（二）依申请公开。2023年，西夏区共收到政府信息公开申请35件，其中网络申请20件；上年结转2件，结转下年度继续办理5件。"
    "因政府信息公开被申请行政复议7件，结果维持3件。全年发生行政诉讼1件。我区共发生行政诉讼2件。"
)
"""A report's sentences: two agree with its tables, one does not, two contradict each other."""

HOSTILE = """<script>document.title = 'owned'; parent.document.title = 'owned'; top.location = '/owned'</script>
<img src="http://evil.example/pixel.png" onerror="document.title='owned'"><iframe src="http://evil.example/"></iframe>
<link rel="stylesheet" href="http://evil.example/a.css"><base href="http://evil.example/" target="_top">
<meta http-equiv="refresh" content="0; url=http://evil.example/"><form action="http://evil.example/"><input name="q"></form>
<svg onload="document.title='owned'"><script>document.title='owned'</script></svg><style>@import url(http://evil.example/b.css);
body { background: url(http://evil.example/c.png) }</style><a id="trap" href="javascript:document.title='owned'">x</a>"""


def page(agency: str, year: int, form: str, *, extra: str = "", **options: Any) -> bytes:
    """An HTML report; options: new (requests of natural persons), slip (added to that row's total), blank, note, said.

    ``said`` is a paragraph of section one, ``note`` closes every paragraph.
    """
    title = f"{agency}{year}年政府信息公开工作年度报告"
    tables = {} if form == "2014" else _tables(form, options)
    if form == "2014":
        body = f"<p>附件：{year}年度政府信息公开情况统计表</p>" + layout.statistics_table(
            {"1.1": 20, "3.1": 4, "7": 0.519}
        )
    else:
        body = "".join(
            f"<p>{heading}</p>"
            + (f"<p>{text}{options.get('note', '')}</p>" if text else "")
            + (f"<p>{options.get('said', '')}</p>" if heading.startswith("一") else "")
            + tables.get(heading[0], "")
            for heading, text in PROSE
        )
    return f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>{body}{extra}</body></html>".encode()


def hostile_page() -> bytes:
    """A report with two blank cells and everything that a page can do to its reader."""
    return page(BUREAU, 2024, "2021", blank=[("granted", "research"), ("granted", "total")], extra=HOSTILE)


def _tables(form: str, options: Mapping[str, Any]) -> dict[str, str]:
    carried = options.get("carried_in", 2)
    rows = figures.requests(
        form,
        {
            "new": (options.get("new", 30), 4, 0, 0, 1, 0),
            "carried_in": (carried, 0, 0, 0, 0, 0),
            "denied_third_party": (3, 1, 0, 0, 0, 0),
            "unable_not_held": (5, 0, 0, 0, 0, 0),
            "carried_out": (2, 0, 0, 0, 0, 0),
        },
        slip={},
    )
    rows["new"]["total"] += options.get("slip", 0)
    for row, column in options.get("blank", ()):
        rows[row][column] = None
    disputes = figures.disputes(
        {
            "reconsideration": (3, 2, 1, 1),
            "litigation_direct": (1, 0, 0, 0),
            "litigation_after_reconsideration": (0, 0, 0, 1),
        }
    )
    disclosure = {
        row: {column: "25.1" if column == "amount" else 3 for column in columns}
        for _, _, columns, items in layout.DISCLOSURE[form]
        for row, _ in items
    }
    return {
        "二": layout.disclosure_table(form, disclosure),
        "三": layout.requests_table(form, rows),
        "四": layout.disputes_table(disputes),
    }


class Writer:
    """Captures one after the other into an archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.count = 0

    def keep(self, crawl: int, path: str, body: bytes | None, **capture: Any) -> None:
        self.count += 1
        time = f"2026-0{crawl}-02T00:00:{self.count:02}Z"
        fixed = {"kind": "page", "status": 200, **capture}
        self.archive.keep(Capture(crawl=crawl, url=f"{HOME}{path}", fetched_at=time, body=body, **fixed))


def build(folder: Path) -> Path:
    """The archive described above."""
    with Archive.open(folder, write=True) as archive:
        archive.register(
            [
                PortalRow("yinchuan-xixia", GOVERNMENT, "640105", f"{HOME}/"),
                PortalRow("baiyin", "白银市白银区人民政府", "620402", "http://www.baiyinqu.example/"),
            ]
        )
        writer = Writer(archive)
        archive.start_crawl("yinchuan-xixia")
        _first(writer)
        archive.finish_crawl(1, "complete", {})
        archive.start_crawl("yinchuan-xixia")
        _second(writer)
        archive.finish_crawl(2, "complete", {})
        archive.start_crawl("baiyin")
        writer.keep(3, "/baiyin/t2022.html", page(FAR, 2022, "2021"))
        writer.keep(3, "/baiyin/list", None, status=403, outcome="blocked", message="403", kind="list")
        archive.finish_crawl(3, "blocked", {})
        parse_new(archive)
    return folder


def _first(writer: Writer) -> None:
    writer.keep(1, "/t2018.html", page(GOVERNMENT, 2018, "2014"))
    writer.keep(1, "/t2020.html", page(GOVERNMENT, 2020, "2019"))
    writer.keep(1, "/t2023.html", page(GOVERNMENT, 2023, "2021", said=SAID))
    writer.keep(1, "/t2024.html", page(GOVERNMENT, 2024, "2021", slip=19, carried_in=3))
    writer.keep(1, "/kjj/t2024.html", hostile_page())
    writer.keep(1, "/kjj/t2022.html", page(BUREAU, 2022, "2021"))
    pdf = next((ROOT / "crawler" / "sample").glob("**/*.pdf"))
    writer.keep(1, "/files/a.pdf", pdf.read_bytes(), kind="file")
    text = page(BUREAU, 2023, "2021").decode()
    for tag, mark in (("</p>", "\n"), ("</h1>", "\n"), ("</tr>", "\n"), ("</td>", "\t"), ("</th>", "\t")):
        text = text.replace(tag, mark)
    plain = "".join(part.partition(">")[2] for part in text.split("<")).strip()
    writer.keep(1, "/kjj/t2023.txt", plain.encode(), kind="file")


def _second(writer: Writer) -> None:
    changed = page(GOVERNMENT, 2024, "2021", slip=19, carried_in=3, new=35, note="另有补充。")
    writer.keep(2, "/t2024.html", changed)
    writer.keep(2, "/t2023.html", page(GOVERNMENT, 2023, "2021", said=SAID))
    writer.keep(2, "/kjj/t2022.html", None, status=404, outcome="not_found")


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("site") / "archive")


@contextmanager
def served(archive: Path) -> Iterator[str]:
    """The site, served by a process of its own on a port that it chose: its address, which ends without a slash."""
    command = [sys.executable, "-u", "-m", "nianbao", "serve", "--port", "0", "--archive", str(archive)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split(" at ")[1].split()[0].rstrip("/")
        finally:
            process.terminate()


Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def get(site_folder: Path) -> Iterator[Get]:
    """Ask the site in this process: path and headers to an httpx.Response."""
    with asking(site_folder) as ask:
        yield ask


@contextmanager
def asking(folder: Path) -> Iterator[Get]:
    """The same for any archive."""
    app = application(folder).app()
    loop = asyncio.new_event_loop()

    def ask(path: str, *, method: str = "GET", **headers: str) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://site.example") as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return await client.request(method, f"http://site.example{path}", headers=named)

        return loop.run_until_complete(go())

    yield ask
    loop.close()


def rows(archive: Path, sql: str, *values: object) -> list[tuple]:
    connection = sqlite3.connect(archive / "nianbao.db")
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def report_id(archive: Path, agency: str, year: int) -> str:
    return rows(archive, "select id from reports where agency = ? and year = ?", agency, year)[0][0]

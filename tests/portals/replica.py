"""What a replica is made of: a site with pages, reports and files, and the truth about it, told while it is built."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from itertools import product

from crawler.portals import Column, Portal
from tests.portals.server import Reply, Route, Server
from tests.tools import figures
from tests.tools.layout import disclosure_table, disputes_table, requests_table

STEM = "城关"
"""The place that replicas are written about; each site puts a name of its own, of as many characters, in its stead."""
AGENCY = f"测试市{STEM}区人民政府"
STEMS: Iterator[str] = map("".join, product("东南西北上下青白金银玉石云龙", "山河湖江海泉岭川原林门桥"))
REGION = "640105"
TITLE = "{agency}{year}年政府信息公开工作年度报告"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Truth:
    """What a crawl of the replica must find."""

    reports: set[tuple[str, int]] = field(default_factory=set)
    """(agency, year) of every report."""
    kept: dict[str, bytes] = field(default_factory=dict)
    """Path to the bytes that the archive must hold of it."""
    outcomes: dict[str, str] = field(default_factory=dict)
    """Path (or whole URL elsewhere) to the outcome of what must not be kept."""
    messages: dict[str, str] = field(default_factory=dict)
    """Path to a piece of the capture's message: the label."""
    crawl: str = "complete"
    notes: list[str] = field(default_factory=list)
    """Pieces of what the summary must say."""
    never: set[str] = field(default_factory=set)
    """Paths that must not be asked."""


class Site:
    """One portal replica on one server."""

    def __init__(
        self, id: str, *, server: Server | None = None, name: str = AGENCY, region: str = REGION
    ) -> None:
        self.server = server or Server()
        self.stem = next(STEMS)
        self.id, self.name, self.region = id, self.local(name), region
        self.truth = Truth()
        self.columns: list[Column] = []
        self.options: dict[str, object] = {}
        self.evolve: Callable[[], None] | None = None
        """Changes the site for a second crawl, and the truth with it."""

    @property
    def url(self) -> str:
        return self.server.url

    def entrance(self) -> None:
        """A home page, and the 政府信息公开 page that leads to the columns as the unified platform has it."""
        nav = "<li><a href='/zfxxgk/'>政府信息公开</a></li><li><a href='/zfxxgk/wzndbb/'>政府网站工作年度报表</a></li>"
        self.server.routes.setdefault(
            "/", self._html(document("首页", f"<ul>{nav}</ul><a href='/xwzx/'>新闻</a>"))
        )
        names = [
            ("zfxxgkzn", "政府信息公开指南"),
            ("zfxxgkzd", "政府信息公开制度"),
            ("fdzdgknr", "法定主动公开内容"),
        ]
        side = "".join(f"<h3><a href='/zfxxgk/{slug}/'>{name}</a></h3>" for slug, name in names)
        for column in self.columns:
            side += f"<h3><a href='{escape(column.url)}'>政府信息<br>公开年报<em></em></a></h3>"
        page = document("政府信息公开", f"<div class='dl_nav'>{side}</div>", column="政府信息公开")
        self.server.routes.setdefault("/zfxxgk/", self._html(page))

    def _html(self, html: str) -> Reply:
        return Reply(self.local(html).encode(), 200, HTML)

    def portal(self) -> Portal:
        home = f"{self.url}/"
        return Portal(self.id, self.name, self.region, home, tuple(self.columns), **self.options)

    def toml(self) -> str:
        """The portal's registry entry."""
        lines = [
            f'id = "{self.id}"',
            f'name = "{self.name}"',
            f'region = "{self.region}"',
            f'home = "{self.url}/"',
        ]
        hosts = self.options.get("hosts")
        lines += [f"hosts = {list(hosts)!r}".replace("'", '"')] if isinstance(hosts, tuple) and hosts else []
        for column in self.columns:
            lines += ["", "[[columns]]", f'url = "{column.url}"', f'agency = "{column.agency}"']
        return "\n".join(lines) + "\n"

    def column(self, path: str, agency: str = AGENCY, **more: str) -> None:
        self.columns.append(Column(f"{self.url}{path}", self.local(agency), **more))

    def route(self, path: str, route: Route) -> None:
        if isinstance(route, Reply):
            self.server.routes[path] = replace(route, body=self.own(route.body))
        else:
            self.server.routes[path] = lambda asked: replace(reply := route(asked), body=self.own(reply.body))

    def local(self, text: str) -> str:
        """The text with this site's own place."""
        return text.replace(STEM, self.stem)

    def own(self, body: bytes) -> bytes:
        """The bytes with this site's own place, in whatever encoding they are."""
        for encode in (
            lambda text: text.encode(),
            lambda text: text.encode("gbk"),
            lambda text: json.dumps(text)[1:-1].encode(),
        ):
            body = body.replace(encode(STEM), encode(self.stem))
        return body

    def page(
        self, path: str, html: str, *, charset: str = "utf-8", declared: bool = True, **headers: str
    ) -> bytes:
        """A web page; ``declared`` says whether the header names the charset."""
        body = self.local(html).encode(charset)
        content_type = f"text/html; charset={charset}" if declared else "text/html"
        self.route(path, Reply(body, 200, {"Content-Type": content_type, **headers}))
        return body

    def report(
        self,
        path: str,
        year: int,
        *,
        agency: str = AGENCY,
        extra: str = "",
        wrap: str = "{}",
        seed: int = 0,
        **how,
    ) -> str:
        """A report as an HTML page; returns its title."""
        title = TITLE.format(agency=agency, year=year)
        html = document(title, wrap.replace("{}", report_body(title, year, seed) + extra), title=title)
        self.truth.kept[path] = self.page(path, html, **how)
        self.truth.reports.add((self.local(agency), year))
        return title

    def cover(self, path: str, year: int, inside: str) -> None:
        """A report's page that says no more than its title: the report is the picture or file inside."""
        title = report_title(year)
        html = document(title, f"<h1>{title}</h1>{inside}", title=title)
        self.truth.kept[path] = self.page(path, html)
        self.truth.reports.add((self.name, year))

    def text(self, path: str, title: str, **how) -> str:
        """A page that is no report: a notice, an explanation."""
        prose = f"<h1>{title}</h1><div class='TRS_Editor'>{'<p>现将有关事项说明如下，请认真贯彻落实。</p>' * 20}</div>"
        self.truth.kept[path] = self.page(path, document(title, prose, title=title), **how)
        return title

    def file(
        self, path: str, body: bytes, content_type: str = "application/octet-stream", **headers: str
    ) -> None:
        """A file that must be kept, byte for byte."""
        self.route(path, Reply(body, 200, {"Content-Type": content_type, **headers}))
        self.truth.kept[path] = body

    def fails(self, path: str, outcome: str, reply: Route | None = None, *, label: str = "") -> None:
        """A path whose answer must not be kept."""
        if reply is not None:
            self.route(path, reply)
        self.truth.outcomes[path] = outcome
        if label:
            self.truth.messages[path] = label


def document(name: str, body: str, *, title: str = "", column: str = "", head: str = "") -> str:
    """A whole page with the national meta tags and the furniture that every page of a portal has."""
    metas = {
        "SiteName": AGENCY.removesuffix("人民政府"),
        "SiteDomain": "127.0.0.1",
        "SiteIDCode": f"{REGION}0001",
    }
    metas |= {"ColumnName": column} if column else {}
    metas |= {"ArticleTitle": title, "PubDate": "2025-01-20 10:00"} if title else {}
    tags = "".join(f'<meta name="{key}" content="{escape(value)}">' for key, value in metas.items())
    return f"<!DOCTYPE html><html><head><title>{name}-{AGENCY}</title>{tags}{head}</head><body>{HEADER}{body}{FOOTER}</body></html>"


HEADER = (
    '<div class="header"><ul class="nav"><li><a href="/">网站首页</a></li><li><a href="/zwgk/">政务公开</a></li>'
    '<li><a href="/zwgk/zfxxgkzn/">政府信息公开指南</a></li><li><a href="/bsfw/">办事服务</a></li></ul></div>'
    '<div class="news"><ul><li><a href="/xwzx/zwyw/202502/t20250201_99001.html">区长主持召开常务会议</a><span>2025-02-01'
    "</span></li></ul></div>"
)
FOOTER = f'<div class="footer"><p>主办：{AGENCY}办公室</p><a href="/wzdt/">网站地图</a><a href="http://www.gov.cn/">中国政府网</a></div>'


def rows(items: Sequence[tuple[str, str, str]], *, cut: int = 18, tag: str = "ul") -> str:
    """List rows of (href, title, date): the title cut off in the text and whole in the attribute."""
    found = "".join(
        f'<li><a href="{escape(href)}" title="{title}">{title if len(title) <= cut else title[:cut] + "…"}</a>'
        f'<span class="date">{date}</span></li>'
        for href, title, date in items
    )
    return f'<{tag} class="list">{found}</{tag}>'


def report_title(year: int, agency: str = AGENCY) -> str:
    return TITLE.format(agency=agency, year=year)


@cache
def report_body(title: str, year: int, seed: int = 0) -> str:
    """The six sections with the three tables of the year's form; ``seed`` moves one figure."""
    form = "2019" if year < 2021 else "2021"
    tables = {2: disclosure_table(form, _disclosure(form, year)), 4: disputes_table(_disputes())}
    given = {
        "new": (year % 100 + seed, 2, 0, 0, 1, 0),
        "carried_in": (1, 0, 0, 0, 0, 0),
        "denied_third_party": (2, 0, 0, 0, 0, 0),
    }
    tables[3] = requests_table(form, figures.requests(form, given, slip={}))
    names = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况",
             "政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项")  # fmt: skip
    prose = f"<p>{year}年，本机关认真贯彻落实《中华人民共和国政府信息公开条例》，做好各项公开工作。</p>"
    parts = "".join(
        f"<h2>{'一二三四五六'[number - 1]}、{name}</h2>{tables.get(number) or prose * 3}"
        for number, name in enumerate(names, 1)
    )
    return f"<h1>{title}</h1>{parts}"


def _disclosure(form: str, year: int) -> dict[str, dict[str, int]]:
    ids = ("made", "disclosed", "disclosed_total", "issued", "repealed", "in_force", "previous_items", "change",
           "decisions", "projects", "amount")  # fmt: skip
    names = (
        "regulations",
        "normative_documents",
        "licensing",
        "other_services",
        "penalties",
        "coercion",
        "fees",
        "procurement",
    )
    return {name: dict.fromkeys(ids, (year + 3 * n) % 17) for n, name in enumerate(names)}


def _disputes() -> figures.Rows:
    return figures.disputes(dict.fromkeys(figures.GROUPS, (1, 0, 0, 0)))


def pdf(text: str) -> bytes:
    """A small PDF of one page: enough to be one, too little to be a report."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    )


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP whose names are GBK without the flag that says otherwise, as Windows tools write it."""
    buffer = io.BytesIO()
    names = {f"{n:0{len(name.encode('gbk'))}d}": name.encode("gbk") for n, name in enumerate(files)}
    with zipfile.ZipFile(buffer, "w") as archive:
        for placeholder, content in zip(names, files.values(), strict=True):
            archive.writestr(zipfile.ZipInfo(placeholder, (2025, 1, 20, 0, 0, 0)), content)
    data = buffer.getvalue()
    for placeholder, name in names.items():
        data = data.replace(placeholder.encode(), name)
    return data


PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)

"""R3: Hanweb classic. Two units a page, groups by GET and by POST, and encrypted groups that come back empty."""

import gzip

from tests.portals.replica import Site, document, report_title
from tests.portals.server import Asked, Reply

ZOOM = "<div id='zoom'>{}</div>"
COLUMN = 33718
EMPTY = b"<?xml version='1.0'?><datastore></datastore>\r\n\r\n\r\n\r\n\r\n"


def article(year: int) -> str:
    return f"/art/{year + 1}/1/9/art_{COLUMN}_{year}00.html"


def record(year: int, quote: str = "'") -> str:
    q = quote
    row = (
        f"<li style=<br/><a href={q}{article(year)}{q} title={q}{report_title(year)}{q}>{report_title(year)[:12]}</a>"
        f"<b>{year + 1}-02-00018</b><span>{year + 1}-\n 01-\n 09</span></li>"
    )
    return f"<record><![CDATA[{row}]]></record>"


def unit(number: int, column: int, records: str, next_path: str = "") -> str:
    address = f"{next_path}?page=1&appid=1&webid=1&path=/&columnid={column}&unitid={number}&webname=测试区&permissiontype=0"
    group = f'<nextgroup><![CDATA[<a href="{address}"></a>]]></nextgroup>' if next_path else ""
    return (
        f'<div id="{number}"><ul></ul><script type="text/xml"><datastore>{group}<recordset>{records}</recordset>'
        "</datastore></script></div>"
    )


def page_of(site: Site, years: list[int], script: str, next_path: str = "") -> None:
    news = "".join(
        f"<record><![CDATA[<li><a href='/art/2025/2/1/art_99_{n}.html' title='区长调研{n}'>区长调研</a><span>2025-02-01</span></li>]]></record>"
        for n in range(9)
    )
    body = unit(11, 99, news) + unit(212860, COLUMN, "".join(map(record, years)), next_path) + script
    site.page(f"/col/col{COLUMN}/index.html", document("政府信息公开年报", body, column="政府信息公开年报"))
    site.column(f"/col/col{COLUMN}/index.html")


def store(years: list[int], total: int) -> bytes:
    records = "".join(record(year, '"') for year in years)
    return f"\n\n<?xml version='1.0' encoding='UTF-8'?><datastore><totalrecord>{total}</totalrecord><recordset>{records}</recordset></datastore>".encode()


def build() -> list[Site]:
    return [by_get("hanweb", "/module/web/jpage/dataproxy.jsp"), by_post(), encrypted()]


def by_get(id: str, path: str) -> Site:
    """The new path by GET; page 1 repeats what the page already holds; gzip whether asked for or not."""
    site = Site(id)
    years = list(range(2025, 2014, -1))
    page_of(
        site, years[:4], f"<script>$('#212860').jpage({{totalRecord:{len(years)},perPage:4}});</script>", path
    )

    def answer(asked: Asked) -> Reply:
        number = int(asked.query["page"])
        if asked.query.get("unitid") != "212860":
            return Reply(EMPTY)
        body = gzip.compress(store(years[(number - 1) * 4 : number * 4], len(years)))
        return Reply(body, 200, {"Content-Type": "text/html;charset=UTF-8", "Content-Encoding": "gzip"})

    site.route(path, answer)
    for year in years:
        site.report(article(year), year, wrap=ZOOM)
    return site


def by_post() -> Site:
    """The old path by POST: startrecord and endrecord in groups of three pages."""
    site = Site("hanweb-post")
    years = list(range(2025, 2010, -1))
    params = "col:1,appid:1,webid:3611,path:'/',columnid:33718,sourceContentType:1,unitid:'212860',webname:'测试区',permissiontype:0"
    script = (
        f"<script>$('#212860').jpage({{totalRecord:{len(years)},perPage:2,groupSize:3,"
        f"proxyUrl:'/module/jpage/dataproxy.jsp',ajaxParam:{{{params}}}}});</script>"
    )
    page_of(site, years[:6], script)

    def answer(asked: Asked) -> Reply:
        if (
            asked.method != "POST"
            or asked.form.get("columnid") != "33718"
            or asked.form.get("webname") != "测试区"
        ):
            return Reply(b"", 404)
        first, last = int(asked.query["startrecord"]), int(asked.query["endrecord"])
        return Reply(
            store(years[first - 1 : last], len(years)), 200, {"Content-Type": "text/html;charset=UTF-8"}
        )

    site.route("/module/jpage/dataproxy.jsp", answer)
    for year in years:
        site.report(article(year), year, wrap=ZOOM)
    return site


def encrypted() -> Site:
    """Further groups are gated: 54 bytes of an empty store. What the page holds is had, and the rest is said to be missing."""
    site = Site("hanweb-gated")
    path = "/module/web/jpage/dataproxy.jsp"
    page_of(site, [2024, 2023], "<script>$('#212860').jpage({totalRecord:7,perPage:2});</script>", path)
    assert len(EMPTY) == 54
    site.route(path, Reply(EMPTY, 200, {"Content-Type": "text/html"}))
    for year in (2024, 2023):
        site.report(article(year), year, wrap=ZOOM)
    site.truth.crawl = "partial"
    site.truth.notes = ["listing_truncated"]
    return site

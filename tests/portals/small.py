"""The small families: Hebei's blocks, the JSON inside pc/list.html, query pages from 0 and from 1."""

import json

from tests.portals.replica import Site, document, pdf, report_title, rows
from tests.portals.server import Asked, Reply

UUID = "88c61391-baf6-4231-9468-735e7f167554"
CONTENT = "<div class='article-content'>{}</div>"


def build() -> list[Site]:
    return [hebei(), article_list(), query("query-one", 1), query("query-zero", 0)]


def hebei() -> Site:
    site = Site("hebei")
    path = f"/columns/{UUID}/index.html"
    block = f"/columns/{UUID}/templates/{UUID}/blocks/{UUID}"
    site.column(path)
    years = list(range(2024, 2018, -1))

    def article(year: int) -> str:
        return f"/columns/{UUID}/{year + 1}01/24/{year:08d}{UUID[8:]}.html"

    def fragment(asked: Asked) -> Reply:
        number = int(asked.query["page"])
        items = [
            (article(y), report_title(y), f"{y + 1}-01-24") for y in years[(number - 1) * 2 : number * 2]
        ]
        return Reply(rows(items).encode() if items else b"", 200, {"Content-Type": "text/html"})

    first = fragment(Asked("GET", f"{block}?page=1", {})).body.decode()
    script = f"<script>var url='{block}';load(url+'?page='+n+'&fix=0')</script>"
    site.page(path, document("政府信息公开年报", first + script, column="政府信息公开年报"))
    site.route(block, fragment)
    for year in years:
        site.report(article(year), year, wrap=CONTENT)
    return site


def article_list() -> Site:
    site = Site("articlelist")
    site.column("/ycs/nb/pc/list.html")
    found = []
    for year in (2024, 2023, 2022):
        path = f"/ycs/nb/pc/content/content_{year}.html"
        files = (
            [{"fileName": f"{year}.pdf", "filePath": f"/files/{year}.pdf", "domainName": site.url}]
            if year == 2024
            else []
        )
        found.append({"id": year, "title": report_title(year), "pubDate": f"{year + 1}-01-20 09:00:00",
                      "urls": json.dumps({"pc": path}), "articleFiles": files})  # fmt: skip
        site.report(path, year, wrap=CONTENT)
    site.file("/files/2024.pdf", pdf("2024"))
    data = json.dumps({"articleList": found, "total": 3}, ensure_ascii=False)
    site.page(
        "/ycs/nb/pc/list.html",
        document("政府信息公开年报", f"<div id=app></div><script>var data={data}</script>"),
    )
    return site


def query(id: str, first: int) -> Site:
    """An old list whose page is a parameter; the server shows page 1 for anything past the end."""
    site = Site(id)
    site.column("/List.aspx?cid=1019")
    years = list(range(2024, 2019, -1))

    def answer(asked: Asked) -> Reply:
        index = int(asked.query.get("page", str(first))) - first
        index = index if 0 <= index < 3 else 0
        items = [
            (f"Show.aspx?id={y}", report_title(y), f"{y + 1}-01-20") for y in years[index * 2 : index * 2 + 2]
        ]
        links = "".join(f"<a href='?cid=1019&page={n + first}'>{n + 1}</a> " for n in range(3))
        html = document(
            "政府信息公开年报", rows(items) + f"<div class=pages>{links} 第{index + 1}页/共3页</div>"
        )
        return Reply(html.encode(), 200, {"Content-Type": "text/html; charset=utf-8"})

    site.route("/List.aspx", answer)
    for year in years:
        site.report(f"/Show.aspx?id={year}", year, wrap=CONTENT)
    return site

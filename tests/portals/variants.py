"""The families' less common dress: pagers drawn by ``gotopage()``, a channel a year beside, Suzhou's search, a column that
shows the newest report and leads to the others by a menu, and files under names that their address does not show."""

import json

from tests.portals.replica import HTML, Site, document, pdf, report_body, report_title, rows
from tests.portals.server import Asked, Reply

CHANNEL = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
UCAP = "<div id='UCAP-CONTENT'>{}</div>"


def build() -> list[Site]:
    return [
        gotopage(),
        channels_beside(),
        suzhou(),
        newest_shown(),
        named_files(),
        agencies_below(),
        agencies_in_one("agencies-table", "<table>{}</table>", "<tr><td>{}</td>{}</tr>", "<td>{}</td>"),
        agencies_in_one("agencies-nested", "<ul>{}</ul>", "<li><h3>{}</h3><ul>{}</ul></li>", "<li>{}</li>"),
        numbered_folders(),
    ]


def gotopage() -> Site:
    site = Site("gotopage")
    column = "/col/18073_668815/"
    site.column(f"{column}index.html")

    def article(year: int) -> str:
        return f"/col/4039_446643/art/17356608/1736473872{year}ffO7DUB.html"

    for number, name in ((1, "index.html"), (2, "index_2.html")):
        years = (2026 - 2 * number, 2025 - 2 * number)
        items = [(article(year), report_title(year), f"{year + 1}-01-20") for year in years]
        script = "<div id=pages></div><script>function gotopage(n){location.href=n==1?'index.html':'index_'+n+'.html'}</script>"
        site.page(
            column + name, document("政府信息公开年报", rows(items) + script, column="政府信息公开年报")
        )
    for year in range(2024, 2020, -1):
        site.report(article(year), year)
    return site


def channels_beside() -> Site:
    """Ucap, one channel a year: the older ones lie beside the column, as list pages and not as folders."""
    site = Site("channels-beside")
    newest = "/xinjiang/c116116/zfxxgk_gknbz.shtml"
    site.column(newest)
    lists = {2024: newest, 2023: "/xinjiang/2023/zfxxgk_gknb.shtml", 2022: "/xinjiang/2022/zfxxgk_gknb.shtml"}
    links = "".join(f"<li><a href='{path}'>{year}年</a></li>" for year, path in lists.items() if year < 2024)
    for year, path in lists.items():
        article = f"/xinjiang/c116116/{year + 1}01/{year:032x}.shtml"
        items = rows([(article, report_title(year), f"{year + 1}-01-20")])
        pager = "<script>createPageHTML('page_div',1,1,'zfxxgk_gknb','shtml',1)</script>"
        nav = f"<ul class=years>{links}</ul>"
        site.page(path, document("政府信息公开年报", nav + items + pager, column="政府信息公开年报"))
        site.report(article, year, wrap=UCAP)
    return site


def suzhou() -> Site:
    site = Site("suzhou")
    site.column("/szinf/zfxxgknb/list.shtml")
    script = (
        f"<ul></ul><script>var channel_id='{CHANNEL}';$.post('/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=15',"
        "{pageIndex:1,channel_id:channel_id})</script>"
    )
    site.page("/szinf/zfxxgknb/list.shtml", document("政府信息公开年报", script, column="政府信息公开年报"))
    years = list(range(2024, 2017, -1))

    def article(year: int) -> str:
        return f"/szinf/nb/{year + 1}01/{year:032x}.shtml"

    def answer(asked: Asked) -> Reply:
        if asked.form.get("channel_id") != CHANNEL:
            return Reply(b"", 400)
        number = int(asked.form["pageIndex"])
        found = [
            {
                "TITLE": report_title(y),
                "URL": article(y),
                "PUBLISHED_TIME_FORMAT": f"{y + 1}-01-20",
                "C_WJBH": "",
            }
            for y in years[(number - 1) * 3 : number * 3]
        ]
        body = {"data": {"allRow": len(years), "totalPage": 3, "list": found}}
        return Reply(json.dumps(body).encode(), 200, {"Content-Type": "application/json"})

    site.route("/szinf/xxgk/interfacesWebZcwj/loadData", answer)
    for year in years:
        site.report(article(year), year, wrap=UCAP)
    return site


def newest_shown() -> Site:
    """The column is the newest report; a menu of years leads to the others."""
    site = Site("newest-shown")
    site.column("/zfxxgk/nb/index.html")
    years = (2024, 2023, 2022)
    path = {year: f"/zfxxgk/nb/{year}.html" for year in years} | {2024: "/zfxxgk/nb/index.html"}
    options = "".join(f"<option value='{path[year]}'>{year}年</option>" for year in years)
    menu = f"<select onchange='location.href=this.value'>{options}</select>"
    for year in years:
        title = report_title(year)
        body = f"{menu}<div class=TRS_Editor>{report_body(title, year)}</div>"
        site.truth.kept[path[year]] = site.page(path[year], document(title, body, title=title))
        site.truth.reports.add((site.name, year))
    site.truth.never = {"/xwzx/zwyw/202502/t20250201_99001.html"}
    return site


def named_files() -> Site:
    """Files that only their link's words call so, and a name in Chinese, escaped or not, in a page of GBK."""
    site = Site("named-files")
    site.column("/zfxxgk/nb/")
    article = "/zfxxgk/nb/202501/t20250120_2024.html"
    site.page("/zfxxgk/nb/", document("年报", rows([(article, report_title(2024), "2025-01-20")])))
    links = (
        "<a href='/dl/get?id=77' download='年报.pdf'>下载</a><a href='/dl/get?id=78'>附件2.docx</a>"
        "<a href='/files/附件.pdf'>附件</a><a href='/files/%E9%99%84%E4%BB%B6.pdf'>附件</a>"
        "<a href='/down.jsp?filename=年报.doc'>附件三</a>"
    )
    site.report(article, 2024, extra=links, charset="gbk")
    site.file("/dl/get?id=77", pdf("77"))
    site.file("/dl/get?id=78", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512)
    site.route("/files/附件.pdf", Reply(pdf("name"), 200, HTML))
    site.truth.kept["/files/%E9%99%84%E4%BB%B6.pdf"] = pdf("name")
    site.file("/down.jsp?filename=%C4%EA%B1%A8.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 512)
    return site


AGENCIES = {
    "jyj": "测试市城关区教育局",
    "czj": "测试市城关区财政局",
    "dgjd": "测试市城关区东岗街道办事处",
}
HUB = "/xxgk/zfxxgknb/"


def agencies_below() -> Site:
    """A column for each agency; one of them is an office whose name holds a word of navigation (办事)."""
    site = Site("agencies-below")
    site.column(HUB)
    links = "".join(f"<li><a href='{slug}/'>{name}</a></li>" for slug, name in AGENCIES.items())
    site.page(HUB, document("政府信息公开年报", f"<ul>{links}</ul>", column="政府信息公开年报"))
    for slug, name in AGENCIES.items():
        paths = {year: f"{HUB}{slug}/{year + 1}01/t{year + 1}0120_1.html" for year in (2024, 2023)}
        items = [(path, report_title(year, name), f"{year + 1}-01-20") for year, path in paths.items()]
        site.page(f"{HUB}{slug}/", document(name, rows(items)))
        for year, path in paths.items():
            site.report(path, year, agency=name)
    return site


def agencies_in_one(id: str, whole: str, each: str, year_link: str) -> Site:
    """All agencies in one page, each with a link for every year to articles that lie elsewhere."""
    site = Site(id)
    site.column(HUB)
    years = (2024, 2023)
    parts = ""
    for slug, name in AGENCIES.items():
        path = {year: f"/xxgk/{slug}/nb/{year + 1}01/t{year + 1}0120_1.html" for year in years}
        links = "".join(year_link.format(f"<a href='{path[year]}'>{year}年</a>") for year in years)
        parts += each.format(name, links)
        for year in years:
            site.report(path[year], year, agency=name)
    site.page(HUB, document("政府信息公开年报", whole.format(parts), column="政府信息公开年报"))
    return site


def numbered_folders() -> Site:
    """Articles that look like columns: /…/2292024/index.html below the column."""
    site = Site("numbered-folders")
    column = "/bjsdxqrmzf/zwfw/zfxxgk/dxqzf69/2291822/"
    site.column(column)
    path = {year: f"{column}2291824/229{year}/index.html" for year in (2024, 2023)}
    items = [(path[year], report_title(year), f"{year + 1}-01-20") for year in path]
    site.page(column, document("政府信息公开年报", rows(items), column="政府信息公开年报"))
    for year, address in path.items():
        site.report(address, year)
    return site

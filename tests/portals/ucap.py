"""R2: Ucap. A six-argument pager, the JSON search, one channel a year behind a shell that leads to the first."""

import json

from tests.portals.replica import Site, document, report_title, rows
from tests.portals.server import Asked, Reply

CONTENT = "<div id='UCAP-CONTENT'><UCAPCONTENT>{}</UCAPCONTENT></div>"
CHANNEL = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


def article(folder: str, year: int) -> str:
    return f"{folder}{year + 1}01/{year:032x}.shtml"


def build() -> list[Site]:
    return [static(), searched(), by_code()]


def static() -> Site:
    """The static list; its address is a shell that leads to the first child channel."""
    site = Site("ucap")
    folder = "/hainan/zfxxgknb/"
    site.column("/hainan/redirect_firstChannel.shtml")
    shell = f"<script>window.location.href='{folder}newxxgk_list.shtml'</script>"
    site.page("/hainan/redirect_firstChannel.shtml", shell)
    for number, years in enumerate(((2025, 2024), (2023, 2022), (2021,)), 1):
        items = [(article(folder, year), report_title(year), f"{year + 1}-01-20") for year in years]
        pager = f"<script>createPageHTML('page_div',3,{number},'newxxgk_list','shtml',5);</script>"
        name = "newxxgk_list.shtml" if number == 1 else f"newxxgk_list_{number}.shtml"
        site.page(folder + name, document("政府信息公开年报", rows(items) + pager, column="政府信息公开年报"))
        for year in years:
            site.report(article(folder, year), year, wrap=CONTENT)
    return site


def result(site: Site, folder: str, year: int, *, relative: bool) -> dict[str, object]:
    """One row of the search: protocol-relative or not, with a domainMetaList that is a list or an object."""
    path = article(folder, year)
    host = site.url.partition(":")[2]
    meta = [{"resultList": []}] if relative else {"resultList": [{"key": "refno", "value": "null"}]}
    return {
        "title": report_title(year),
        "subTitle": "undefined",
        "url": path if relative else host + path,
        "publishedTime": 1737331200000,
        "publishedTimeStr": f"{year + 1}-01-20 08:00:00",
        "resList": [],
        "domainMetaList": meta,
    }


def search(site: Site, folder: str, years: list[int], size: int) -> None:
    def answer(asked: Asked) -> Reply:
        number = int(asked.query.get("page", "1"))
        shown = years[(number - 1) * size : number * size]
        found = [result(site, folder, year, relative=bool(year % 2)) for year in shown]
        body = {"data": {"page": number, "rows": size, "total": len(years), "results": found}}
        return Reply(json.dumps(body).encode(), 200, {"Content-Type": "application/json"})

    for path in (f"/common/search/{CHANNEL}", f"/searchList/{CHANNEL}"):
        site.route(path, answer)
    for year in years:
        site.report(article(folder, year), year, wrap=CONTENT)


def searched() -> Site:
    """A list that a script fills from /common/search; the channel's id is a variable."""
    site = Site("ucap-search")
    site.column("/hlj/c108463/zfxxgk.shtml")
    script = (
        f"<ul id=list></ul><script>var channelId='{CHANNEL}';$.ajax({{url:'/common/search/'+channelId,"
        "data:{page:1,_pageSize:15,_isAgg:true,_isJson:true,_template:'index'}});</script>"
    )
    site.page("/hlj/c108463/zfxxgk.shtml", document("政府信息公开年报", script, column="政府信息公开年报"))
    search(site, "/hlj/c108463/", list(range(2024, 2019, -1)), size=2)
    return site


def by_code() -> Site:
    """The page knows its channel's code alone: getChannelList tells the id."""
    site = Site("ucap-code")
    site.column("/csrc/c101935/common_list.shtml")
    script = "<ul></ul><script>$.get('/getChannelList?channelCode=c101935',function(d){load('/searchList/'+d.results.channelId+'?_isAgg=true')})</script>"
    site.page(
        "/csrc/c101935/common_list.shtml", document("政府信息公开年报", script, column="政府信息公开年报")
    )
    body = {"results": {"channelId": CHANNEL}}
    site.route(
        "/getChannelList?channelCode=c101935",
        Reply(json.dumps(body).encode(), 200, {"Content-Type": "text/html"}),
    )
    search(site, "/csrc/c101935/", [2024, 2023, 2022], size=15)
    return site

"""Habits of portals that lose or double reports: hubs of years that read alike, visits' numbers in links, searches that
refuse one method, lists whose end is an empty script, and files behind addresses that say nothing."""

import json
from itertools import count

from tests.portals.replica import HTML, Site, document, pdf, report_title, rows
from tests.portals.server import Asked, Reply

CHANNEL = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"


def build() -> list[Site]:
    return [hubs_alike(), sessions(), posted_search(), fragments(), attached(), first_channel()]


def hubs_alike() -> Site:
    """A hub for each year, and in it one for departments and one for towns: only the links tell them apart."""
    site = Site("hubs-alike")
    site.column("/ZFXXGKNB/")
    years, kinds = (2025, 2024), {"bmdw": ("部门单位", "教育局"), "xzjd": ("乡镇街道", "城北街道办事处")}
    site.page("/ZFXXGKNB/", document("年报", "".join(f"<p><a href='{y}n/'>{y}年</a></p>" for y in years)))
    for year in years:
        hub = "".join(f"<p><a href='{slug}/'>{name}</a></p>" for slug, (name, _) in kinds.items())
        site.page(f"/ZFXXGKNB/{year}n/", document("年报", hub))
        for slug, (name, office) in kinds.items():
            agency = f"{site.name.removesuffix('人民政府')}{office}"
            article = (
                f"/ZFXXGKNB/{year}n/{slug}/art/{year + 1}/art_{year * 100 + len(slug + office):032x}.html"
            )
            items = rows([(article, report_title(year, agency), f"{year + 1}-01-20")])
            site.page(f"/ZFXXGKNB/{year}n/{slug}/", document("年报", f"<h3>{name}</h3>{items}"))
            site.report(article, year, agency=agency)
    return site


def sessions() -> Site:
    """Every answer numbers the visit in its links; one of them goes up and down again."""
    site = Site("sessions")
    site.column("/nb/list.jsp")
    visits = count(1)

    def listed(asked: Asked) -> Reply:
        visit = f";jsessionid={next(visits):032X}"
        items = [
            (f"show.jsp{visit}?id={year}", report_title(year), f"{year + 1}-01-20") for year in (2024, 2023)
        ]
        items.append((f"{site.url}/nb/./x/../show.jsp?id=2023", report_title(2023), "2024-01-20"))
        return Reply(document("政府信息公开年报", rows(items), column="政府信息公开年报").encode(), 200, HTML)

    site.route("/nb/list.jsp", listed)
    for year in (2024, 2023):
        site.report(f"/nb/show.jsp?id={year}", year)
    return site


def posted_search() -> Site:
    """A Ucap search that answers no GET: the form of the province's search is tried then."""
    site = Site("posted-search")
    site.column("/qz/zfxxgknb/list.shtml")
    years = range(2024, 2018, -1)

    def answer(asked: Asked) -> Reply:
        if asked.method != "POST" or asked.form.get("datas[0][key]") != "status":
            return Reply(b"", 405)
        number = int(asked.form["page"])
        found = [
            {"title": report_title(year), "url": f"//{site.url[7:]}/qz/{year}01/{year:032x}.shtml"}
            for year in years[3 * number - 3 : 3 * number]
        ]
        body = {"data": {"page": number, "rows": 3, "total": len(years), "results": found}}
        return Reply(json.dumps(body).encode(), 200, {"Content-Type": "application/json"})

    script = (
        f"<ul></ul><script>var channelId='{CHANNEL}';load('/search/common/search/'+channelId,_isAgg)</script>"
    )
    site.page("/qz/zfxxgknb/list.shtml", document("年报", script, column="政府信息公开年报"))
    site.route(f"/search/common/search/{CHANNEL}", answer)
    site.fails(
        f"/search/common/search/{CHANNEL}?_isAgg=true&_isJson=true&_pageSize=15&_template=index&page=1",
        "error",
    )
    for year in years:
        site.report(f"/qz/{year}01/{year:032x}.shtml", year)
    return site


def fragments() -> Site:
    """Rows as fragments without a total; the one past the end holds a script and nothing else."""
    site = Site("fragments")
    site.column("/qx/nb/list.shtml")
    years = range(2024, 2020, -1)
    address = f"/es-search/search/{CHANNEL}?_template=ucap/list_ejs&_isAgg=1&_pageSize=2&page="
    site.page("/qx/nb/list.shtml", document("年报", f"<script>load('{address}1')</script>"))

    def answer(asked: Asked) -> Reply:
        start = 2 * int(asked.query["page"]) - 2
        items = [
            (f"/qx/{y}01/{y:032x}.shtml", report_title(y), f"{y}-01-20") for y in years[start : start + 2]
        ]
        return Reply(f"{rows(items)}<script>var shown={len(items)};</script>".encode(), 200, HTML)

    site.route(f"/es-search/search/{CHANNEL}", answer)
    site.fails(f"{address}3", "soft_404")
    for year in years:
        site.report(f"/qx/{year}01/{year:032x}.shtml", year)
    return site


def attached() -> Site:
    """Pages that say 详见附件 and no more; nothing in the address tells that a file is behind it."""
    site = Site("attached")
    site.column("/nb/")
    items = [(f"/nb/{year}1.html", report_title(year), f"{year + 1}-01-20") for year in (2024, 2023)]
    site.page("/nb/", document("年报", rows(items), column="政府信息公开年报"))
    for year in (2024, 2023):
        title = report_title(year)
        link = (
            f"<a href='getfile.jsp?id={year}'>附件：{title}</a>"
            if year == 2024
            else "（附件在区政府办公室查阅）"
        )
        html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>详见附件。{link}</p></body></html>"
        site.truth.kept[f"/nb/{year}1.html"] = site.page(f"/nb/{year}1.html", html)
        site.truth.reports.add((site.name, year))
    site.file("/nb/getfile.jsp?id=2024", pdf("report"))
    return site


def first_channel() -> Site:
    """Ucap's jump to the first channel of several: the channel that it leads to names itself among the others."""
    site = Site("first-channel")
    site.column("/qx/zfxxgknb/redirect_firstChannel.shtml")
    shell = "<script>window.location.href='/qx/2024nb/xxgknbs.shtml'</script>"
    site.page("/qx/zfxxgknb/redirect_firstChannel.shtml", shell)
    menu = "".join(f"<li><a href='/qx/{year}nb/xxgknbs.shtml'>{year}年度</a></li>" for year in (2024, 2023))
    for year in (2024, 2023):
        article = f"/qx/{year}nb/{year + 1}02/c01_{year}1.shtml"
        items = rows([(article, report_title(year), f"{year + 1}-02-20")])
        site.page(f"/qx/{year}nb/xxgknbs.shtml", document("年报", f"<ul>{menu}</ul>{items}"))
        site.report(article, year)
    return site

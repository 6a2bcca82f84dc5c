"""R4: Hanweb JPaaS. The unit API with its Referer, a page number that is ignored, and a 503 in the middle."""

import json

from tests.portals.replica import Site, document, report_title, rows
from tests.portals.server import Asked, Reply

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
COLUMN = "/col/col1487002/index.html"
QUERY = (
    "{'parseType':'bulidstatic','webId':'52','tplSetId':'Nx_7','pageType':'column','tagId':'信息列表','editType':'null',"
    "'pageId':'1487002'}"
)


def article(year: int) -> str:
    return f"/col/col1487002/art/{year + 1}/art_{year:032x}.html"


def build() -> list[Site]:
    return [healthy(), ignored(), broken()]


def site_with(id: str, years: list[int], answer) -> Site:
    site = Site(id)
    site.column(COLUMN)
    tag = f'<script src="/AuthorizedRead/unitbuild.js" url="{UNIT}" queryData="{QUERY}"></script>'
    site.page(COLUMN, document("政府信息公开年报", tag, column="政府信息公开年报"))

    def guarded(asked: Asked) -> Reply:
        if not asked.headers.get("referer", "").endswith(COLUMN) or asked.query.get("tagId") != "信息列表":
            return Reply(b"forbidden", 403)
        return answer(json.loads(asked.query["paramJson"]))

    site.route(UNIT, guarded)
    for year in years:
        site.report(article(year), year, wrap="<div id='zoom'>{}</div>")
    return site


def unit(years: list[int], count: int, size: int) -> Reply:
    items = [(article(year), report_title(year), f"{year + 1}-01-20") for year in years]
    html = f"{rows(items)}<div class='page' count='{count}' rows='{size}'><a href='javascript:void(0)'>下一页</a></div>"
    return Reply(
        json.dumps({"success": True, "data": {"html": html}}).encode(),
        200,
        {"Content-Type": "application/json"},
    )


def paged(years: list[int], size: int):
    def answer(params: dict[str, int]) -> Reply:
        number = params["pageNo"]
        return unit(years[(number - 1) * size : number * size], len(years), size)

    return answer


def healthy() -> Site:
    years = list(range(2025, 2007, -1))
    return site_with("jpaas", years, paged(years, 15))


def ignored() -> Site:
    """Whatever page is asked for, the first one comes."""
    years = list(range(2024, 2009, -1))
    site = site_with("jpaas-ignored", years, lambda params: unit(years, 40, 15))
    site.truth.crawl = "partial"
    site.truth.notes = ["listing_truncated", "ignores the page's number"]
    return site


def broken() -> Site:
    """Page 2 answers 503; the second crawl finds it well again."""
    years = list(range(2025, 2007, -1))
    whole = paged(years, 15)
    ill = {"now": True}
    busy = Reply(b"busy", 503)
    site = site_with(
        "jpaas-503", years, lambda params: busy if ill["now"] and params["pageNo"] == 2 else whole(params)
    )
    later = {path: site.truth.kept.pop(path) for path in map(article, years[15:])}
    missed = {report for report in site.truth.reports if report[1] in years[15:]}
    site.truth.reports -= missed
    site.truth.crawl = "partial"

    def evolve() -> None:
        ill["now"] = False
        site.truth.kept |= later
        site.truth.reports |= missed
        site.truth.crawl = "complete"

    site.evolve = evolve
    return site

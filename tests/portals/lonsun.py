"""R7: Lonsun. ``type=3`` is the annual-report column; rows come with the page, or by AJAX as a label."""

from tests.portals.replica import Site, document, report_title, rows
from tests.portals.server import Asked, Reply

CONTENT = "<div class='wzcon j-fontContent'>{}</div>"
COLUMN = "/public/column/6596221?type=3&action=list"


def article(year: int) -> str:
    return f"/public/6596221/56{year}321.html"


def items(years: list[int]) -> list[tuple[str, str, str]]:
    return [(article(year), report_title(year), f"{year + 1}-01-20") for year in years]


def build() -> list[Site]:
    return [static(), label()]


def static() -> Site:
    site = Site("lonsun")
    site.column(COLUMN)
    years = list(range(2024, 2019, -1))

    def answer(asked: Asked) -> Reply:
        number = int(asked.query.get("pageIndex", "1"))
        shown = rows(items(years[(number - 1) * 2 : number * 2])).replace('class="list"', 'class="doc_list"')
        script = (
            f"<script>Ls.pagination('#page',function(){{}},{{currentPage: {number},pageCount: 3,}});</script>"
        )
        return Reply(
            document("政府信息公开年报", shown + script, column="政府信息公开年报").encode(),
            200,
            {"Content-Type": "text/html"},
        )

    site.route("/public/column/6596221", answer)
    for year in years:
        site.report(article(year), year, wrap=CONTENT)
    return site


def label() -> Site:
    site = Site("lonsun-label")
    site.column(COLUMN)
    params = (
        "IsAjax:1,dataType:'html',labelName:'publicInfoList',siteId:'6786551',pageSize:2,pageIndex:1,action:'list',isDate:true,"
        "dateFormat:'yyyy-MM-dd',length:50,organId:6596221,type:3,catId:'',result:'暂无相关信息'"
    )
    script = f"<div class='xxgk_nav_list'></div><script>$.ajax({{url:'/site/label/8888',data:{{{params}}}}})</script>"
    site.page(COLUMN, document("政府信息公开年报", script, column="政府信息公开年报"))
    years = list(range(2024, 2019, -1))

    def answer(asked: Asked) -> Reply:
        ajax = asked.headers.get("x-requested-with") == "XMLHttpRequest"
        if not ajax or asked.query.get("organId") != "6596221" or asked.query.get("type") != "3":
            return Reply(b"bad request", 400)
        number = int(asked.query["pageIndex"])
        shown = items(years[(number - 1) * 2 : number * 2])
        body = rows(shown) + "<script>pageCount: 3,</script>" if shown else "<p>暂无相关信息</p>"
        return Reply(body.encode(), 200, {"Content-Type": "text/html;charset=UTF-8"})

    site.route("/site/label/8888", answer)
    for year in years:
        site.report(article(year), year, wrap=CONTENT)
    return site

"""The small families: Hebei's blocks, the JSON inside pc/list.html, query pages from 0 and from 1."""

import json
from urllib.parse import parse_qs

from tests.portals.replica import Site, document, pdf, report_title, rows
from tests.portals.server import Asked, Reply

UUID = "88c61391-baf6-4231-9468-735e7f167554"
CONTENT = "<div class='article-content'>{}</div>"


def build() -> list[Site]:
    return [
        hebei(),
        article_list(),
        query("query-one", 1),
        query("query-zero", 0),
        xxgk_list(),
        postback(),
        front_api(),
    ]


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


def xxgk_list() -> Site:
    """Ji'an's group: rows by POST, its form printed in the page; the reports are PDFs in a frame."""
    site = Site("xxgk-list")
    site.column("/xxgk-list-qzfxxgknb.html")
    years = list(range(2024, 2019, -1))
    script = (
        "<ul class='xxgk_list'></ul><script>var catid='4512';function ajax_list(page){$.ajax({type:'POST',"
        "url:'/api-ajax_list-'+page+'.html',data:{ajax_type:['21_xxgk','4512','21','xxgk','Y-m-d','50','2',"
        "['is_top DESC','displayorder DESC','inputtime DESC'],''],is_ds:1},dataType:'json'})}</script>"
    )
    site.page("/xxgk-list-qzfxxgknb.html", document("政府信息公开年报", script, column="政府信息公开年报"))

    def answer(asked: Asked) -> Reply:
        values = parse_qs(asked.body.decode(), keep_blank_values=True)
        told = values.get("ajax_type[]", [])[:7] == ["21_xxgk", "4512", "21", "xxgk", "Y-m-d", "50", "2"]
        order = values.get("ajax_type[7][]", [])[:1] == ["is_top DESC"]
        ajax = asked.headers.get("x-requested-with") == "XMLHttpRequest"
        if asked.method != "POST" or not (told and order and ajax and asked.headers.get("referer")):
            return Reply(b"{}", 403, {"Content-Type": "application/json"})
        number = int(asked.path.rsplit("-", 1)[1].removesuffix(".html"))
        shown = years[(number - 1) * 2 : number * 2]
        found = [
            {
                "title": report_title(y),
                "url": f"{site.url}/xxgk-show-{y}0012.html",
                "inputtime": f"{y + 1}-01-20",
            }
            for y in shown
        ]
        return Reply(json.dumps({"data": found}).encode(), 200, {"Content-Type": "text/html"})

    for number in (1, 2, 3, 4):
        site.route(f"/api-ajax_list-{number}.html", answer)
    for year in years[1:]:
        site.report(f"/xxgk-show-{year}0012.html", year, wrap="<div class='xxgk_content'>{}</div>")
    site.cover("/xxgk-show-20240012.html", 2024, "<iframe src='/uploadfile/2025/0120/20250120.pdf'></iframe>")
    site.file("/uploadfile/2025/0120/20250120.pdf", pdf("2024"), "application/pdf")
    return site


def postback() -> Site:
    """ASP.NET: the pager posts the page's own form; a search form and a login stand beside it."""
    site = Site("postback")
    site.column("/InfoPublic.aspx?cid=1019")
    years = list(range(2024, 2018, -1))

    def state(number: int) -> str:
        return f"/wEPDwUK{number}" + "MTIzNDU2Nzg5MA8WAh4HUGFnZUluZGV4" * 40

    def answer(asked: Asked) -> Reply:
        number = 1
        if asked.method == "POST":
            form = asked.form
            number = int(form.get("__EVENTARGUMENT") or 0)
            good = form.get("__EVENTTARGET") == "AspNetPager1" and form.get("__VIEWSTATE") == state(
                number - 1
            )
            if not good or "txtKey" not in form or "btnSearch" in form:
                return Reply(b"Invalid postback", 500)
        items = [
            (f"Show.aspx?id={y}", report_title(y), f"{y + 1}-01-20")
            for y in years[(number - 1) * 2 : number * 2]
        ]
        onward = (
            f"href=\"javascript:__doPostBack('AspNetPager1','{number + 1}')\"" if number < 3 else "disabled"
        )
        hidden = f'<input type="hidden" name="__VIEWSTATE" value="{state(number)}"><input type=hidden name="__EVENTVALIDATION" value="x">'
        search = '<input name="txtKey" type="text"><input type="submit" name="btnSearch" value="搜索">'
        form = f'<form method="post" action="./InfoPublic.aspx?cid=1019" id="form1">{hidden}{search}{rows(items)}<a {onward}>下一页</a></form>'
        login = "<form method=post action=/login.aspx><input type=password name=p><input type=submit value=登录></form>"
        return Reply(
            document("政府信息公开年报", login + form).encode(),
            200,
            {"Content-Type": "text/html; charset=utf-8"},
        )

    site.route("/InfoPublic.aspx", answer)
    for year in years:
        site.report(f"/Show.aspx?id={year}", year, wrap=CONTENT)
    site.truth.never = {"/login.aspx"}
    return site


def front_api() -> Site:
    """A Shanghai district: a template in the page, rows as JSON by POST for the channel that it names."""
    site = Site("front-api")
    site.column("/zwgk/zfxxgknb/index.html")
    years = list(range(2024, 2021, -1))
    script = (
        '<div id=\'app\'><ul><li v-for="item in list"><a :href="item.url">{{item.title}}</a></li></ul></div><script>'
        "new CMS({el:'#app',api:'/front/api/data/affair',columnlist:'5144',pageSize:2})</script>"
    )
    site.page("/zwgk/zfxxgknb/index.html", document("政府信息公开年报", script, column="政府信息公开年报"))

    def answer(asked: Asked) -> Reply:
        told = json.loads(asked.body or b"{}")
        if asked.method != "POST" or told.get("channelList") != ["5144"]:
            return Reply(b"{}", 400, {"Content-Type": "application/json"})
        number = int(told["pageNum"])
        shown = years[(number - 1) * 2 : number * 2]
        found = [
            {
                "title": report_title(y),
                "url": f"/zwgk/{y + 1}/0120/{y}001.html",
                "display_date": f"{y + 1}-01-20",
            }
            for y in shown
        ]
        body = {"success": True, "data": {"list": found, "totalPage": 2, "totalCount": 3}}
        return Reply(json.dumps(body).encode(), 200, {"Content-Type": "application/json"})

    site.route("/front/api/data/affair", answer)
    for year in years:
        site.report(f"/zwgk/{year + 1}/0120/{year}001.html", year, wrap="<div id='ivs_content'>{}</div>")
    return site

"""R6: Guangdong's gkmlpt. The tree in _CONFIG, a JSON list shorter than its column, a row that leads elsewhere."""

import json

from tests.portals.replica import Site, document, report_title, zipped
from tests.portals.server import Asked, Reply

TREE = (
    "[{id: 9500, name: '政策文件', parent: 0, jump_url: '', children: []}, {id: 9501, name: '政府信息公开年报', parent: 0, "
    'jump_url: \'\', children: [{"id": 9502, "name": "各镇街年报", "jump_url": "http://www.gd.gov.cn/zwgk/", "children": []}]}]'
)


def build() -> list[Site]:
    return [catalogue("gkmlpt", "/gkmlpt/index"), catalogue("gkmlpt-named", "/gkmlpt/index#9501")]


def catalogue(id: str, column: str) -> Site:
    """The catalogue, registered as a whole or by the number of its column."""
    site = Site(id)
    site.column(column)
    config = f"<script>window._CONFIG = {{ SID: '755041', LANG: 'zh-CN', TREE: {TREE}, SERVICE_AREA_ID: 3 }};</script>"
    site.page("/gkmlpt/index", document("政府信息公开目录", f'<div id="app"></div>{config}'))
    years = list(range(2024, 2019, -1))
    site.route("/gkmlpt/api/all/9501", lambda asked: listing(site, years, asked))
    for year in years:
        link = "<a href='/attachment/1/1658/1658591/12541123.docx'>报告.docx</a>" if year == 2024 else ""
        detail = '<script>window._CONFIG = {DETAIL: {"content":"\\u003Cp\\u003E"}}</script>'
        site.report(article(year), year, wrap="<div class='article-content'>{}</div>" + detail, extra=link)
    site.file(
        "/attachment/1/1658/1658591/12541123.docx",
        zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    )
    site.truth.outcomes["https://mp.weixin.qq.com/s/nianbao"] = "off_site"
    return site


def article(year: int) -> str:
    return f"/gkmlpt/content/9/{year}/post_9{year}.html"


def listing(site: Site, years: list[int], asked: Asked) -> Reply:
    if asked.query.get("sid") != "755041" or asked.query.get("page") not in ("0", "1"):
        return Reply(b"", 404)
    articles = [
        {"id": year, "title": report_title(year), "type": "normal", "url": site.url + article(year),
         "create_time": 1737331200, "first_publish_time": f"{year + 1}-01-20 08:00:00", "attachment": []}
        for year in years
    ]  # fmt: skip
    outside = {
        "id": 1,
        "title": "一图读懂2024年政府信息公开年报",
        "type": "url",
        "url": "https://mp.weixin.qq.com/s/nianbao",
    }
    body = {
        "classify": {"id": 9501, "post_count": 9},
        "total": 6,
        "offset": 0,
        "articles": [*articles, outside],
    }
    return Reply(json.dumps(body).encode(), 200, {"Content-Type": "application/json"})

"""R14 and R15: links to other hosts and messages, reports that are pictures or a bare table; and the column's neighbours."""

from crawler.portals import Column
from tests.portals.replica import PNG, Site, document, report_body, report_title, rows
from tests.portals.server import Reply, Server

HTML = {"Content-Type": "text/html; charset=utf-8"}


def build() -> list[Site]:
    return [hosts(), neighbours(), unsure()]


def hosts() -> Site:
    site = Site("mixed")
    site.column("/zfxxgk/nb/")
    friends = [Server(f"127.0.0.{n}") for n in (2, 3, 4)]
    links = [f"{friend.url}/zfxxgk/202501/t20250120_{n}.html" for n, friend in enumerate(friends)]
    outside = [*links, "https://mp.weixin.qq.com/s/abcdef"]
    items = [(link, f"2024年政府信息公开工作年度报告（{n}）", "2025-01-21") for n, link in enumerate(outside)]
    own = [(article(year), report_title(year), f"{year + 1}-01-20") for year in (2024, 2023, 2022)]
    site.page("/zfxxgk/nb/", document("政府信息公开年报", rows([*own, *items]), column="政府信息公开年报"))
    site.truth.outcomes |= dict.fromkeys(outside, "off_site")
    site.outside = friends  # type: ignore[attr-defined]

    site.report(article(2024), 2024)
    site.cover(article(2023), 2023, "<div id=zoom><img src='./W020240120.png' alt='第1页'></div>")
    site.file("/zfxxgk/nb/202401/W020240120.png", PNG, "image/png")
    site.report(article(2022), 2022, wrap="<div class='TRS_UEDITOR'>{}</div>")
    return site


def article(year: int) -> str:
    return f"/zfxxgk/nb/{year + 1}01/t{year + 1}0120_{year}.html"


def neighbours() -> Site:
    """Reports, an explanation, a notice and a website report in one list; a column on the rule of law beside it."""
    site = Site("neighbours")
    site.column("/zfxxgk/nb/")
    others = {
        "202501/t20250122_1.html": "一图读懂2024年政府信息公开工作年度报告",
        "202501/t20250123_2.html": "关于做好2024年政府信息公开工作年度报告编制工作的通知",
        "202501/t20250124_3.html": "城关区人民政府2024年政府网站工作年度报表",
    }
    items = [(f"./{name}", title, "2025-01-22") for name, title in others.items()]
    items.append((article(2024), report_title(2024), "2025-01-20"))
    nav = "<ul class=left><li><a href='/zfxxgk/fzzf/'>法治政府建设年度报告</a></li><li><a href='/zfxxgk/wzndbb/'>政府网站年度报表</a></li></ul>"
    site.page("/zfxxgk/nb/", document("政府信息公开年报", nav + rows(items), column="政府信息公开年报"))
    site.report(article(2024), 2024)
    for name, title in others.items():
        site.text(f"/zfxxgk/nb/{name}", title)
    site.truth.never = {"/zfxxgk/fzzf/", "/zfxxgk/wzndbb/", "/xwzx/zwyw/202502/t20250201_99001.html"}
    for path in site.truth.never:
        site.route(path, Reply(b"<html>no</html>", 200, HTML))
    return site


def unsure() -> Site:
    """A report that names neither agency nor year, in a column whose publisher is not registered."""
    site = Site("unsure")
    site.columns.append(Column(f"{site.url}/zfxxgk/nb/", None))
    site.page(
        "/zfxxgk/nb/", document("年报", rows([(article(2024), "政府信息公开工作年度报告", "2025-01-20")]))
    )
    body = report_body("政府信息公开工作年度报告", 2024).replace("2024年，", "")
    html = f"<!DOCTYPE html><html><head><title>年度报告</title></head><body><div id=zoom>{body}</div></body></html>"
    site.truth.kept[article(2024)] = site.page(article(2024), html)
    return site

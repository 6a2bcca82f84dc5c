"""R13: pages that are not the portal's: another government's, a machine-made mirror's, a parked domain's."""

from tests.portals.replica import AGENCY, REGION, Site, document, report_body, report_title, rows
from tests.portals.server import Reply, Server

HTML = {"Content-Type": "text/html; charset=utf-8"}


def build() -> list[Site]:
    return [mixed(), taken_over()]


def mixed() -> Site:
    """One good report beside one of another government and one that leads to a parked domain."""
    site = Site("identity")
    site.column("/zfxxgk/nb/")
    items = [(article(year), report_title(year), f"{year + 1}-01-20") for year in (2024, 2023, 2022, 2021)]
    site.page("/zfxxgk/nb/", document("政府信息公开年报", rows(items), column="政府信息公开年报"))
    site.report(article(2024), 2024)
    other = document("年报", report_body("溆浦县人民政府2023年政府信息公开工作年度报告", 2023), title="年报")
    other = (
        other.replace(f"{REGION}0001", "4312240001")
        .replace(AGENCY, "溆浦县人民政府")
        .replace("测试市城关区", "溆浦县")
    )
    site.fails(article(2023), "wrong_site", Reply(other.encode(), 200, HTML))
    parked = Server("127.0.0.2")
    parked.otherwise = Reply(b"<title>for sale</title>This domain is for sale", 200, HTML)
    site.route(article(2022), Reply(b"", 302, {"Location": f"{parked.url}/parked"}))
    site.truth.outcomes[article(2022)] = "off_site"
    site.outside = parked  # type: ignore[attr-defined]
    site.fails(
        article(2021),
        "wrong_site",
        Reply(b"<title>x</title><p>This domain is for sale. Buy this domain.</p>", 200, HTML),
    )
    return site


def article(year: int) -> str:
    return f"/zfxxgk/nb/{year + 1}01/t{year + 1}0120_{year}.html"


def taken_over() -> Site:
    """The whole host shows a mirror: traditional characters with pinyin in brackets."""
    site = Site("hijacked")
    site.column("/zfxxgk/nb/")
    row = "政(zhèng)府信(xìn)息公開(kāi)年報(bào)工(gōng)作年度(dù)報告"
    html = f"<html><title>免费菠萝视频app下载</title><ul>{f'<li><a href=/a/202401/t20240120_1.html>2023年{row}</a></li>' * 3}</ul></html>"
    site.fails("/zfxxgk/nb/", "wrong_site", Reply(html.encode(), 200, HTML))
    site.server.otherwise = Reply(html.encode(), 200, HTML)
    site.truth.crawl = "failed"
    return site

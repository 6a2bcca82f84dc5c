"""R12: what robots.txt says, and what is no robots.txt at all."""

from tests.portals.replica import Site, document, report_title, rows
from tests.portals.server import Reply

PLAIN = {"Content-Type": "text/plain"}


def build() -> list[Site]:
    page = Reply(
        "<!DOCTYPE html><html><body>页面不存在</body></html>".encode(), 200, {"Content-Type": "text/html"}
    )
    moved = Reply(b"", 302, {"Location": "/404.htm"})
    sites = [
        site_with("robots-all", Reply(b"User-agent: *\nDisallow: /\n", 200, PLAIN)),
        site_with("robots-html", page),
        site_with("robots-moved", moved),
        site_with(
            "robots-delay",
            Reply(b"User-agent: *\nCrawl-delay: 0.3\nDisallow: /zfxxgk/nb/202401/\n", 200, PLAIN),
        ),
    ]
    banned, _, gone, delayed = sites
    banned.truth.reports, banned.truth.kept, banned.truth.crawl = set(), {}, "robots_disallowed"
    banned.truth.never = {"/zfxxgk/nb/", *(article(year) for year in (2024, 2023))}
    banned.truth.outcomes["/zfxxgk/nb/"] = "robots_disallowed"
    gone.route("/404.htm", page)
    delayed.truth.reports.discard((delayed.name, 2023))
    delayed.truth.kept.pop(article(2023))
    delayed.truth.outcomes[article(2023)] = "robots_disallowed"
    delayed.truth.never = {article(2023)}
    return sites


def article(year: int) -> str:
    return f"/zfxxgk/nb/{year + 1}01/t{year + 1}0120_{year}.html"


def site_with(id: str, robots: Reply) -> Site:
    site = Site(id)
    site.column("/zfxxgk/nb/")
    site.route("/robots.txt", robots)
    items = [(article(year), report_title(year), f"{year + 1}-01-20") for year in (2024, 2023)]
    site.page("/zfxxgk/nb/", document("政府信息公开年报", rows(items), column="政府信息公开年报"))
    for year in (2024, 2023):
        site.report(article(year), year)
    return site

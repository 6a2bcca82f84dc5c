"""Portals that answer unknown addresses with pages that exist: the home page, the column's list, another report's notice."""

from tests.portals.replica import HTML, Site, document, report_title, rows
from tests.portals.server import Asked, Reply

COLUMN = "/zfxxgk/nb/"


def article(year: int) -> str:
    return f"{COLUMN}{year + 1}01/t{year + 1}0120_{year}.html"


def build() -> list[Site]:
    return [home_page(), past_the_end(), other_pages()]


def listing(site: Site, years: tuple[int, ...], pager: str = "") -> None:
    items = [(article(year), report_title(year), f"{year + 1}-01-20") for year in years]
    about = f"<p>{'本栏目公开本机关的政府信息公开工作年度报告。' * 20}</p>"
    site.page(COLUMN, document("政府信息公开年报", about + rows(items) + pager, column="政府信息公开年报"))


def home(site: Site) -> None:
    """A home page whose title does not name the site, with a counter; it answers every unknown address."""
    visits = iter(range(1000, 9999))
    menu = "".join(f"<div><a href='/lm{n}/'>栏目{n}</a></div>" for n in range(60))

    def answer(asked: Asked) -> Reply:
        page = f"<html><head><title>欢迎访问本站</title></head><body>{menu}<p>今天是1月20日，第{next(visits)}位访客</p></body></html>"
        return Reply(page.encode(), 200, HTML)

    site.server.otherwise = answer
    site.route("/", answer)
    site.route("/robots.txt", Reply(b"", 404))


def home_page() -> Site:
    site = Site("echo-home")
    site.column(COLUMN)
    home(site)
    listing(site, (2024, 2023, 2022))
    site.report(article(2024), 2024)
    for year in (2023, 2022):
        site.truth.outcomes[article(year)] = "soft_404"
        site.truth.messages[article(year)] = "same_page"
    site.truth.crawl = "partial"
    return site


def past_the_end() -> Site:
    """The pager promises a second page, and the home page comes."""
    site = Site("echo-past")
    site.column(COLUMN)
    home(site)
    listing(site, (2024, 2023), '<script>createPageHTML(2, 0, "index", "html");</script>')
    for year in (2024, 2023):
        site.report(article(year), year)
    site.truth.outcomes[f"{COLUMN}index_1.html"] = "soft_404"
    site.truth.crawl = "partial"
    site.truth.notes = ["listing_truncated"]
    return site


def other_pages() -> Site:
    """A dead report answers with the list; two others with one and the same notice, which no word marks."""
    site = Site("echo-list")
    site.column(COLUMN)
    listing(site, (2024, 2023, 2022, 2021))
    site.report(article(2024), 2024)
    site.fails(article(2023), "soft_404", site.server.routes[COLUMN], label="same_page")
    notice = Reply(document("提示", f"<p>{'请从首页进入本站，谢谢您的访问。' * 20}</p>").encode(), 200, HTML)
    site.route(article(2022), notice)
    site.truth.kept[article(2022)] = site.server.routes[article(2022)].body
    site.fails(article(2021), "soft_404", notice, label="same_page")
    site.truth.crawl = "partial"
    return site

"""R1: TRS static pages. Three pages counted from 0, rows with onclick, an appendix written by script, an OFD twin."""

from tests.portals.replica import Site, document, pdf, report_title, rows, zipped
from tests.portals.server import Reply

COLUMN = "/zwgk/zfxxgk/zfxxgknb/"
EDITOR = "<div class=TRS_Editor>{}</div>"


def article(year: int) -> str:
    return f"{year + 1}01/t{year + 1}0120_48{year}.html"


def build() -> list[Site]:
    return [static(), gbk(), stub_at_the_end(), refresh_at_the_end(), years_below()]


def listing(site: Site, name: str, years: range, pager: str, **how) -> None:
    items = [(f"./{article(year)}", report_title(year), f"{year + 1}-01-20") for year in years]
    html = document("政府信息公开年报", rows(items) + f"<script>{pager}</script>", column="政府信息公开年报")
    site.page(COLUMN + name, html, **how)


def static() -> Site:
    site = Site("trs")
    site.column(COLUMN)
    pages = {"": (0, 2025, 2022), "index_1.html": (1, 2022, 2019), "index_2.html": (2, 2019, 2017)}
    for name, (current, newest, oldest) in pages.items():
        listing(site, name, range(newest, oldest, -1), f'createPageHTML(3, {current}, "index", "html");')
    site.server.routes[COLUMN + "index.html"] = site.server.routes[COLUMN]
    for year in (2023, 2022, 2020, 2019, 2018):
        site.report(COLUMN + article(year), year, wrap=EDITOR)
    _onclick_row(site)
    _attachments(site)
    site.evolve = lambda: _evolve(site)
    return site


def _onclick_row(site: Site) -> None:
    """The row of 2021 opens its page by script; nothing links to it otherwise."""
    path = COLUMN + "index_1.html"
    body = site.server.routes[path].body.decode()
    plain = f'<a href="./{article(2021)}"'
    assert plain in body
    site.page(
        path,
        body.replace(plain, f'<a href="javascript:void(0)" onclick="jumpToDetail(\'./{article(2021)}\')"'),
    )
    site.report(COLUMN + article(2021), 2021, wrap=EDITOR)


def _attachments(site: Site) -> None:
    folder = COLUMN + "202601/"
    script = '<script>if("附件.pdf<BR/>"!=""){document.write(\'<a href="./P020260120000000000001.pdf">附件1.pdf</a><BR/>\');}</script>'
    twin = (
        '<p class="insertfileTag"><a appendix="true" href="./P020260120000000000002.pdf" title="年报.pdf" download="年报.pdf" '
        'OLDSRC="/protect/P0202601/P020260120000000000002.pdf">年报</a></p><a href="./P020260120000000000003.ofd">年报.ofd</a>'
    )
    site.report(COLUMN + article(2025), 2025, wrap=EDITOR, extra=script + twin)
    site.report(COLUMN + article(2024), 2024, wrap=EDITOR)
    site.file(folder + "P020260120000000000001.pdf", pdf("appendix"))
    site.file(folder + "P020260120000000000002.pdf", pdf("report"), "application/pdf")
    site.file(folder + "P020260120000000000003.ofd", zipped({"OFD.xml": b"<ofd/>"}))


def _evolve(site: Site) -> None:
    """A new year, a changed figure, a removed report, and a visit counter that moved."""
    site.report(COLUMN + article(2026), 2026, wrap=EDITOR)
    listing(site, "", range(2026, 2022, -1), 'createPageHTML(3, 0, "index", "html");')
    site.report(COLUMN + article(2023), 2023, wrap=EDITOR, seed=1)
    site.report(COLUMN + article(2022), 2022, wrap=EDITOR, extra="<p id=hits>浏览次数：8812</p>")
    site.route(COLUMN + article(2018), Reply(b"<html>404</html>", 404))
    site.truth.outcomes[COLUMN + article(2018)] = "not_found"


def gbk() -> Site:
    """A copy in GBK whose headers name no charset."""
    site = Site("trs-gbk")
    site.column(COLUMN)
    how = {"charset": "gbk", "declared": False}
    listing(site, "", range(2024, 2022, -1), 'createPage(1, 0, "index", "htm");', **how)
    for year in (2024, 2023):
        site.report(COLUMN + article(year), year, wrap=EDITOR, **how)
    return site


def _cut(id: str, past: Reply) -> Site:
    """A pager that promises one page more than the server has."""
    site = Site(id)
    site.column(COLUMN)
    listing(site, "", range(2024, 2022, -1), "var countPage = 2; var currentPage = 0;")
    for year in (2024, 2023):
        site.report(COLUMN + article(year), year, wrap=EDITOR)
    site.fails(COLUMN + "index_1.html", "soft_404", past)
    site.truth.crawl = "partial"
    site.truth.notes = ["listing_truncated"]
    return site


def stub_at_the_end() -> Site:
    stub = "<html><head><title></title></head><body>" + " " * 340 + "</body></html>"
    return _cut("trs-stub", Reply(stub.encode(), 200, {"Content-Type": "text/html"}))


def refresh_at_the_end() -> Site:
    return _cut(
        "trs-refresh",
        Reply(b'<meta http-equiv="refresh" content="0; url=./">', 200, {"Content-Type": "text/html"}),
    )


def years_below() -> Site:
    """A column with a child column for each year; each holds two agencies."""
    site = Site("trs-years")
    site.column(COLUMN)
    links = "".join(f'<li><a href="./{year}nb/">{year}年</a></li>' for year in (2024, 2023))
    site.page(COLUMN, document("政府信息公开年报", f"<ul>{links}</ul>", column="政府信息公开年报"))
    town = "测试市城关区东岗街道办事处"
    for year in (2024, 2023):
        mine, theirs = (
            f"./{year + 1}01/t{year + 1}0120_{number}.html" for number in (1000 + year, 2000 + year)
        )
        items = [
            (mine, report_title(year), f"{year + 1}-01-20"),
            (theirs, report_title(year, town), f"{year + 1}-01-21"),
        ]
        site.page(f"{COLUMN}{year}nb/", document("年报", rows(items), column="政府信息公开年报"))
        site.report(f"{COLUMN}{year}nb/{mine[2:]}", year, wrap=EDITOR)
        site.report(f"{COLUMN}{year}nb/{theirs[2:]}", year, agency=town, wrap=EDITOR)
    return site

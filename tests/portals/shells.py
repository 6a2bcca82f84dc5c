"""R9: pages that only lead on: a script of 160 bytes, a meta refresh, a frame with the list, a frame with the report."""

import base64
from pathlib import Path

from tests.portals.replica import Site, document, pdf, report_title, rows

SAMPLE = Path(__file__).parents[2] / "crawler" / "sample"
INSIDE = ("样例县财政局", 2024)
"""Agency and year of the sample's report that is shown inside a page."""


def article(year: int) -> str:
    return f"/zfxxgk/nb/nd/{year + 1}01/t{year + 1}0120_{year}.html"


def build() -> list[Site]:
    site = Site("shells")
    site.column("/zfxxgk/nb/")
    site.page("/zfxxgk/nb/", "<html><script>location.replace('./nd/')</script></html>")
    site.page(
        "/zfxxgk/nb/nd/", '<html><head><meta http-equiv="refresh" content="0;url=frames.html"></head></html>'
    )
    frames = "<html><frameset rows='80,*'><frame src='/top.html'><frame src='list.html'></frameset></html>"
    site.page("/zfxxgk/nb/nd/frames.html", frames)
    site.page("/top.html", "<html><body><a href='/'>首页</a></body></html>")
    items = [(article(year), report_title(year), f"{year + 1}-01-20") for year in range(2024, 2019, -1)]
    site.page("/zfxxgk/nb/nd/list.html", document("年报", rows(items)))
    for year in (2024, 2023):
        site.report(article(year), year)
    # the third report is a page with nothing but a frame that shows a PDF
    path = "/zfxxgk/nb/nd/202301/t20230120_2022.html"
    site.cover(path, 2022, "<iframe src='/pdf/web/viewer.html?file=%2Ffiles%2F2022.pdf'></iframe>")
    site.file("/files/2022.pdf", pdf("2022"), "application/pdf")
    _inside(site)
    return [site, articles()]


def articles() -> Site:
    """Articles that only lead on: to the report, home, and round in circles."""
    site = Site("shells-articles")
    site.column("/zfxxgk/nb/")
    years = (2024, 2023, 2022, 2021)
    path = {year: f"/zfxxgk/nb/{year + 1}01/t{year + 1}0120_{year}.html" for year in years}
    items = [(path[year], report_title(year), f"{year + 1}-01-20") for year in years]
    site.page("/zfxxgk/nb/", document("年报", rows(items)))
    home = "".join(f"<a href='/lm{n}/'>栏目{n}</a>" for n in range(80))
    site.page("/", document("首页", home))
    site.report(path[2024], 2024)
    site.report("/real/2023.html", 2023)
    site.truth.kept[path[2023]] = site.truth.kept.pop("/real/2023.html")
    to = {2023: "/real/2023.html", 2022: "/", 2021: "/round.html"}
    for year, target in to.items():
        site.page(path[year], f"<html><script>window.location.href='{target}'</script></html>")
    site.page("/round.html", f"<html><script>window.location.href='{path[2021]}'</script></html>")
    site.truth.outcomes |= {path[2022]: "soft_404", path[2021]: "js_only"}
    site.truth.crawl = "partial"
    return site


def _inside(site: Site) -> None:
    """A report in a frame of its page, and one as base64 in a script of its page."""
    site.cover(article(2021), 2021, "<iframe src='/frames/2021.html'></iframe>")
    site.report("/frames/2021.html", 2021)
    body = next((SAMPLE / "county/ylx/c100201/202501/files").glob("*.pdf")).read_bytes()
    script = (
        f'<div id=viewer></div><script>var pdfData="{base64.b64encode(body).decode()}";show(pdfData)</script>'
    )
    title = report_title(2020)
    site.truth.kept[article(2020)] = site.page(article(2020), document(title, script, title=title))
    site.truth.kept[f"{article(2020)}#pdf-1"] = body
    site.truth.reports.add(INSIDE)

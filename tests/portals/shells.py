"""R9: pages that only lead on: a script of 160 bytes, a meta refresh, a frame with the list, a frame with the report."""

from tests.portals.replica import Site, document, pdf, report_title, rows


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
    items = [
        (f"./{y + 1}01/t{y + 1}0120_{y}.html", report_title(y), f"{y + 1}-01-20") for y in (2024, 2023, 2022)
    ]
    site.page("/zfxxgk/nb/nd/list.html", document("年报", rows(items)))
    for year in (2024, 2023):
        site.report(f"/zfxxgk/nb/nd/{year + 1}01/t{year + 1}0120_{year}.html", year)
    # the third report is a page with nothing but a frame that shows a PDF
    path = "/zfxxgk/nb/nd/202301/t20230120_2022.html"
    site.cover(path, 2022, "<iframe src='/pdf/web/viewer.html?file=%2Ffiles%2F2022.pdf'></iframe>")
    site.file("/files/2022.pdf", pdf("2022"), "application/pdf")
    return [site]

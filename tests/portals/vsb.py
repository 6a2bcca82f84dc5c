"""R5: Boda VSB. Pages count down and grow, a download behind a captcha, a PDF shown by script, a dynamic list."""

from tests.portals.replica import Site, document, pdf, report_title, rows
from tests.portals.server import Reply

CONTENT = '<div id="vsb_content"><div class="v_news_content">{}</div></div>'
MARK = "<!--Announced by Visual SiteBuilder 9-->"
CAPTCHA = '<html><body>请输入验证码下载附件<input name=codeValue><img id="codeimg" src="/system/resource/js/filedownload/createimage.jsp?randnum=1"></body></html>'


def article(year: int) -> str:
    return f"/info/1039/{year}.htm"


def build() -> list[Site]:
    return [static(), dynamic()]


def pages(site: Site, years: list[int], size: int = 2) -> None:
    """Page 1 is xx.htm, page k of N is xx/{N-k+1}.htm; files are numbered from the oldest."""
    count = -(-len(years) // size)
    for number in range(1, count + 1):
        up = "../" if number == 1 else "../../"
        items = [
            (f"{up}{article(y)[1:]}", report_title(y), f"{y + 1}-01-20")
            for y in years[(number - 1) * size : number * size]
        ]
        following = f"{'zfxxgknb/' if number == 1 else ''}{count - number}.htm"
        after = f'<span class="p_next p_fun"><a href="{following}">下页</a></span>' if number < count else ""
        pager = (
            f'<span class="p_pages"><span class="p_t">共{len(years)}条</span><span class="p_no_d">{number}</span>{after}</span>'
            f'<span class="p_t">{number}/{count}</span>'
        )
        path = "/zfxxgk/zfxxgknb.htm" if number == 1 else f"/zfxxgk/zfxxgknb/{count - number + 1}.htm"
        site.page(
            path, document("政府信息公开年报", rows(items) + pager, column="政府信息公开年报", head=MARK)
        )


def static() -> Site:
    site = Site("vsb")
    site.column("/zfxxgk/zfxxgknb.htm")
    years = list(range(2024, 2018, -1))
    pages(site, years)
    for year in years[2:]:
        site.report(article(year), year, wrap=CONTENT)
    captcha = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1735896817&wbfileid=8C84"
    link = f'<ul><li>附件【<a href="{captcha.replace("&", "&amp;")}">年报.pdf</a>】已下载<span id=nattach1></span>次'
    site.report(article(2024), 2024, wrap=CONTENT, extra=link)
    site.fails(
        captcha,
        "blocked",
        Reply(CAPTCHA.encode(), 200, {"Content-Type": "text/html"}),
        label="attachment_captcha",
    )
    shown = '<script>showVsbpdfIframe("/__local/2/30/25/plan.pdf","100%","600","0");</script>'
    site.report(article(2023), 2023, wrap=CONTENT, extra=shown)
    site.file("/__local/2/30/25/plan.pdf", pdf("plan"), "application/pdf")
    site.truth.crawl = "partial"

    def evolve() -> None:
        site.report(article(2025), 2025, wrap=CONTENT)
        pages(site, [2025, *years])

    site.evolve = evolve
    return site


def dynamic() -> Site:
    """list.jsp with a page parameter that is named after the component; GBK."""
    site = Site("vsb-dynamic")
    base = "/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1154"
    site.column(base)
    how = {"charset": "gbk", "declared": False}
    for number, years in enumerate(((2024, 2023), (2022,)), 1):
        path = (
            base
            if number == 1
            else "/list.jsp?a243586p=2&a243586t=2&a243586c=2&urltype=tree.TreeTempUrl&wbtreeid=1154"
        )
        following = "<a href='/list.jsp?a243586p=2&amp;a243586t=2&amp;a243586c=2&amp;urltype=tree.TreeTempUrl&amp;wbtreeid=1154'>下页</a>"
        link = "/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1154&wbnewsid={}"
        items = [(link.format(year), report_title(year), f"{year + 1}-01-20") for year in years]
        html = document(
            "政府信息公开年报",
            rows(items) + (following if number == 1 else ""),
            column="政府信息公开年报",
            head=MARK,
        )
        site.page(path, html, **how)
        for year in years:
            site.report(link.format(year), year, wrap=CONTENT, **how)
    return site

"""R11: answers that say 200 and are not what was asked for, and files whose headers lie."""

import gzip

from tests.portals.replica import AGENCY, Site, document, pdf, report_title, rows, zipped
from tests.portals.server import Reply

HTML = {"Content-Type": "text/html; charset=utf-8"}
GONE = "<html><head><title>提示</title></head><body><p>您访问的页面不存在或已删除</p></body></html>".encode()


def build() -> list[Site]:
    site = Site("soft")
    site.column("/zfxxgk/nb/")
    home = document("首页", "".join(f"<a href='/lm{n}/'>栏目{n}</a>" for n in range(40)))
    home = home.replace(
        f"<title>首页-{AGENCY}</title>", f"<title>{AGENCY.removesuffix('人民政府')}人民政府门户网站</title>"
    ).encode()
    site.route("/", Reply(home, 200, HTML))
    years = range(2024, 2015, -1)
    items = [(f"./{y + 1}01/t{y + 1}0120_{y}.html", report_title(y), f"{y + 1}-01-20") for y in years]
    site.page("/zfxxgk/nb/", document("政府信息公开年报", rows(items), column="政府信息公开年报"))
    path = {y: f"/zfxxgk/nb/{y + 1}01/t{y + 1}0120_{y}.html" for y in years}

    site.fails(path[2023], "soft_404", Reply(GONE, 200, HTML))
    site.fails(path[2022], "soft_404", Reply(home, 200, HTML), label="redirected_to_home")
    site.fails(path[2021], "login", Reply(b"", 302, {"Location": "/cas/login?service=x"}))
    site.page(
        "/cas/login?service=x", "<html><title>统一身份认证</title><form><input type=password></form></html>"
    )
    site.fails(path[2020], "maintenance", Reply("<h1>网站升级改造中，暂停服务</h1>".encode(), 200, HTML))
    site.fails(path[2019], "soft_404", Reply(b"", 302, {"Location": "/"}), label="redirected_to_home")
    site.fails(path[2018], "not_found", Reply(b"<script>location.href='/'</script>", 404, HTML))
    site.fails(
        path[2017],
        "js_only",
        Reply(b"<html><div id=app></div><script src=/js/chunk-vendors.js></script></html>", 200, HTML),
    )
    truncated = gzip.compress(b"<html>" + b"x" * 5000)[:-30]
    site.fails(path[2016], "error", Reply(truncated, 200, {**HTML, "Content-Encoding": "gzip"}))

    links = "".join(
        f"<a href='{name}'>附件</a>" for name in ("dead.pdf", "report.pdf", "tables.zip", "old.doc")
    )
    down = "<a href='/module/download/downfile.jsp?classid=0&filename=0123456789abcdef0123456789abcdef.pdf'>附件5</a>"
    site.report(path[2024], 2024, wrap="<div id=zoom>{}</div>", extra=links + down)
    folder = "/zfxxgk/nb/202501/"
    site.fails(
        folder + "dead.pdf",
        "wrong_content_type",
        Reply(b"<html><body>error</body></html>", 200, {"Content-Type": "application/pdf"}),
    )
    site.file(folder + "report.pdf", pdf("octets"), "application/octet-stream")
    site.file(
        folder + "tables.zip",
        zipped({"年报附表.txt": "一、总体情况".encode("gbk")}),
        "application/octet-stream",
    )
    site.file(folder + "old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "text/html")
    name = 'attachment; filename="年报.pdf"'.encode("gbk").decode("latin-1")
    site.file(
        "/module/download/downfile.jsp?classid=0&filename=0123456789abcdef0123456789abcdef.pdf",
        pdf("down"),
        **{"Content-Disposition": name},
    )
    site.truth.crawl = "partial"
    return [site]

"""R10: portals behind walls. Each is blocked, asked once more by nobody, and never a portal without reports."""

from tests.portals.replica import Site
from tests.portals.server import Reply

HTML = {"Content-Type": "text/html; charset=utf-8"}
WALLS: dict[str, Reply] = {
    "waf_ruishu": Reply(
        b"<html><head><meta id='9DhefwqGPrzG' r='m'><script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=93445;"
        b"$_ts.cd=\"qAcrpAl\"</script><script src='/x7/y.js' r='m'></script></head><body></body></html>",
        412,
        {**HTML, "Set-Cookie": "FSSBBIl1UgzbN7NS=1"},
    ),
    "waf_jiasule": Reply(
        b"<script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_')+'clearance=1';location.href=location.pathname+location.search</script>",
        521,
        {**HTML, "Set-Cookie": "__jsluid_s=1"},
    ),
    "waf_360": Reply(
        "<html><title>访问异常页面</title><body>{}</body></html>".format(
            "<p>您的访问存在异常。</p>" * 300
        ).encode(),
        200,
        HTML,
    ),
    "waf_tencent": Reply("<html><h1>腾讯云Web应用防火墙</h1></html>".encode(), 403, HTML),
    "waf_468": Reply(b"<html></html>", 468, HTML),
    "captcha": Reply(
        f"<html><title>请稍候…</title><div class='puzzle-vcode'>验证</div>{' ' * 22_700}</html>".encode(),
        200,
        HTML,
    ),
    "waf_aliyun": Reply(
        b"<html><a href='https://errors.aliyun.com/'>405</a> Sorry, your request has been blocked as it may cause potential threats</html>",
        405,
        HTML,
    ),
}


def build() -> list[Site]:
    sites = []
    for label, reply in WALLS.items():
        site = Site(label.replace("_", "-"))
        site.column("/zfxxgk/nb/")
        site.route("/robots.txt", Reply(b"User-agent: *\nAllow: /\n", 200, {"Content-Type": "text/plain"}))
        site.fails("/zfxxgk/nb/", "blocked", reply, label=label)
        site.server.otherwise = reply
        site.truth.crawl = "blocked"
        sites.append(site)
    return sites

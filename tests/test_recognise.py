"""One label for each response: walls, soft failures, wrong sites, and healthy pages that look a bit like them."""

from dataclasses import dataclass

import pytest

from archive.model import NOT_KEPT
from crawler.lists.model import Page
from crawler.magic import sniff
from crawler.recognise import recognise, recognise_robots

URL = "http://www.ycxixia.gov.cn/zwgk/xxgknb/202501/t20250123_4800850.html"
LONG = "政府信息公开工作情况说明。" * 40
ARTICLE = (
    f"<html><head><title>通知</title></head><body><div class='TRS_Editor'><p>{LONG}</p></div></body></html>"
)
REPORT = "<html><body><h1>2024年报告</h1><p>一、总体情况</p><p>三、收到和处理政府信息公开申请情况</p></body></html>"


@dataclass(frozen=True)
class Xixia:
    name: str = "银川市西夏区人民政府"
    region: str = "640105"
    home: str = "http://www.ycxixia.gov.cn/"


def page(body, status=200, url=URL, **more):
    return Page(url, body if isinstance(body, bytes) else body.encode(), status, **more)


RUISHU = "<html><head><meta id='x' content='y' r='m'><script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;$_ts.cd=\"q\"</script></head></html>"
JIASULE = "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'x';location.href=location.pathname</script>"
WALLS = [
    ("waf_ruishu", page(RUISHU, 412)),
    ("waf_ruishu", page(RUISHU, 200)),
    ("waf_ruishu", page(RUISHU, 202)),
    (
        "waf_ruishu",
        page("<script type='text/javascript' charset='iso-8859-1' src='/x/y.js' r='m'></script>", 202),
    ),
    ("waf_ruishu", page("<meta content=x r=m><script src=/a/b.js r=m></script>", 400)),
    ("waf_wangsu", page("$_ss=window['$_ss'];$_ss.nsd=1", 412, headers={"server": "wswaf"})),
    ("waf_unknown", page("<html>no</html>", 412)),
    ("waf_jiasule", page(JIASULE, 521)),
    ("waf_468", page("<html></html>", 468)),
    ("waf_360", page("<html><title>访问异常页面</title>" + "<p>请求异常</p>" * 600 + "</html>")),
    ("waf_360", page("", 493)),
    ("waf_tencent", page("<h1>腾讯云Web应用防火墙</h1>", 403)),
    ("waf_aliyun", page("<a href='https://errors.aliyun.com/'>405</a>", 405)),
    ("waf_bt", page("<title>网站防火墙</title>您的请求带有不合法参数，已被网站管理员设置拦截！")),
    ("captcha", page("<title>请稍候…</title><div class='puzzle-vcode'>验证</div>" + " " * 22_000)),
    (
        "attachment_captcha",
        page("请输入验证码下载附件 <img src='/system/resource/js/filedownload/createimage.jsp?randnum=1'>"),
    ),
    ("rate_limited", page("", 429)),
    ("rate_limited", page("访问过于频繁，请稍后再试")),
    ("rate_limited", page("", 503, headers={"retry-after": "120"})),
    ("forbidden", page("<h1>Forbidden</h1>", 403)),
    ("geo_block", page("禁止境外访问", 403)),
]


@pytest.mark.parametrize(("name", "response"), WALLS)
@pytest.mark.parametrize("expect", ["list", "page", "file"])
def test_walls_are_blocked_whatever_was_expected(name, response, expect):
    label = recognise(response, expect=expect)
    assert (label.name, label.outcome) == (name, "blocked")


SOFT = [
    ("not_found", "not_found", page(ARTICLE, 404)),
    ("gone", "not_found", page("", 410)),
    ("soft_404", "soft_404", page("<title>提示</title>您访问的页面不存在或已删除")),
    ("soft_404", "soft_404", page("<title>404</title><body>" + "<a href='/x/'>栏目</a>" * 9)),
    (
        "soft_404",
        "soft_404",
        page("<title>提示</title><h2>您访问的页面不存在</h2>" + f"<div class=nav>{LONG * 3}</div>"),
    ),
    (
        "soft_404",
        "soft_404",
        page(f"<div class=nav>{LONG * 3}</div><p>抱歉，您访问的页面不存在</p>" + " " * 5000),
    ),
    ("maintenance", "maintenance", page("<h1>网站升级改造中，暂停服务</h1>")),
    ("maintenance", "maintenance", page("系统维护", 503)),
    ("unavailable", "error", page("", 502)),
    ("login", "login", page("<title>用户登录</title><input type=password>")),
    ("login", "login", page("<p>欢迎</p>", url="http://sso.x.gov.cn/login", requested=URL)),
    ("empty_shell", "soft_404", page("<html><head><title>x</title></head></html>")),
    ("empty_shell", "soft_404", page("")),
    ("js_only", "js_only", page("<div id=app></div><script src=chunk-vendors.js></script>")),
    ("not_registered", "wrong_site", page("该网站未备案，暂时无法访问")),
    ("parked", "wrong_site", page("<title>x.cn</title>This domain is for sale")),
    ("redirected_to_home", "soft_404", page(ARTICLE, url="http://www.ycxixia.gov.cn/", requested=URL)),
    ("redirect_shell", "js_only", page("<script>window.location.href='./xx/'</script>")),
]


@pytest.mark.parametrize(("name", "outcome", "response"), SOFT)
def test_soft_failures(name, outcome, response):
    label = recognise(response, expect="page")
    assert (label.name, label.outcome) == (name, outcome)
    assert label.outcome in NOT_KEPT


HEALTHY = [
    page(REPORT),
    page(ARTICLE),
    page(ARTICLE.replace("<p>", "<p>网站维护 请输入验证码 页面不存在 境外 暂停服务 ", 1)),
    page(REPORT.replace("<body>", "<body><!-- __jsluid_s HWWAFSESID --><input type=password>用户登录")),
    page("<script>function e(){alert('页面不存在')}</script>" + f"<p>{LONG}</p>" + " " * 5000),
    page("<title>2024年报</title><p>见附件</p><a href='./P020250101.pdf'>报告</a>"),
    page("<title>2024年报</title><div id=zoom><img src='./a.jpg'></div>"),
]


@pytest.mark.parametrize("response", HEALTHY)
def test_healthy_pages_stay_pages(response):
    label = recognise(response, expect="page", site=Xixia())
    assert (label.name, label.outcome) == ("page", None), label


def test_a_report_may_speak_of_walls_but_a_mirror_of_it_stays_a_mirror():
    for words in ("网站防火墙共拦截攻击一千次", "新增滑动验证功能", "一度访问频率过高", "换用SafeLine"):
        told = REPORT.replace("一、总体情况", f"一、总体情况。{words}")
        assert recognise(page(told), expect="page", site=Xixia()).name == "page", words
        assert recognise(page(f"<p>{words}</p>"), expect="page").outcome == "blocked", words
        assert recognise(page(told, 412), expect="page").outcome == "blocked"
        assert recognise(page(told, headers={"server": "wswaf"}), expect="page").outcome == "blocked"
    mirror = REPORT.replace("一、总体情况", "一、总体情况<!--主站蜘蛛池模板-->")
    assert recognise(page(mirror), expect="page").name == "hijacked"
    captcha = REPORT.replace("一、总体情况", "一、总体情况<img src='filedownload/createimage.jsp'>")
    assert recognise(page(captcha), expect="page").outcome == "blocked"


def test_files_by_their_magic_bytes():
    assert recognise(page(b"%PDF-1.4 x"), expect="file").outcome is None
    assert recognise(page(b"%PDF-1.4 x"), expect="page").name == "file"
    assert recognise(page(ARTICLE), expect="file").outcome == "wrong_content_type"
    gone = recognise(page("您请求的文件不存在"), expect="file")
    assert (gone.outcome, "文件不存在" in gone.evidence) == ("wrong_content_type", True)
    kinds = {
        b"PK\x03\x04": "zip",
        b"\xd0\xcf\x11\xe0": "ole",
        b"Rar!\x1a": "rar",
        b"\xff\xd8\xff\xe0": "jpeg",
    }
    assert {sniff(data): data for data in kinds} == {kind: data for data, kind in kinds.items()}
    assert sniff(b"\n\n <?xml version='1.0'?><datastore/>") == "xml"
    assert sniff(b'{"data": "<ul>"}') == "json"


def test_lists():
    row = "<ul><li><a href='./202501/t20250123_1.html'>2024年政府信息公开工作年度报告</a></li></ul>"
    assert recognise(page(row), expect="list").name == "list"
    assert recognise(page("<div>暂无相关信息</div>"), expect="list").name == "empty_list"
    assert (
        recognise(page("<ul id=list></ul><script>var t='{{title}}'</script>"), expect="list").outcome
        == "js_only"
    )
    assert (
        recognise(page("<p>页面不存在</p>" + row.replace("公开", "x")), expect="list").outcome == "soft_404"
    )


def test_identity_of_the_site():
    head = "<html><head><meta name='SiteName' content='{}'><meta name='SiteIDCode' content='{}'></head>"
    body = REPORT.removeprefix("<html>")
    own = head.format("西夏区人民政府", "6401050001") + body
    other = head.format("溆浦县人民政府", "4312240001") + body
    city = head.format("银川市人民政府", "6401000001") + body
    assert recognise(page(own), expect="page", site=Xixia()).outcome is None
    assert recognise(page(city), expect="page", site=Xixia()).outcome is None
    assert recognise(page(other), expect="page", site=Xixia()).outcome == "wrong_site"
    assert recognise(page(other + "西夏"), expect="page", site=Xixia()).outcome is None
    pinyin = "<title>網(wǎng)站</title>" + "信(xìn)息公開(kāi)年報(bào)度(dù)工(gōng)作" * 3
    assert recognise(page(pinyin), expect="page").outcome == "wrong_site"


def test_home_page_under_another_address():
    echo = "<html><head><title>西夏区人民政府门户网站</title><meta name='SiteName' content='西夏区人民政府'></head><body>"
    home = echo + "<a href='/zwgk/'>政务公开</a>" * 30
    assert recognise(page(home), expect="page", site=Xixia()).name == "redirected_to_home"
    assert recognise(page(home), expect="list", site=Xixia()).name == "redirected_to_home"


def test_robots():
    robots = "http://x.gov.cn/robots.txt"
    assert recognise_robots(page("User-agent: *\nDisallow: /", url=robots)).name == "robots"
    assert recognise_robots(page("", 404, url=robots)).name == "robots_missing"
    assert recognise_robots(page("<html><body>x</body></html>", url=robots)).name == "robots_missing"
    assert (
        recognise_robots(page("x", url="http://x.gov.cn/404.htm", requested=robots)).name == "robots_missing"
    )
    assert recognise_robots(page(RUISHU, 412, url=robots)).outcome == "blocked"


def test_a_site_that_is_not_registered_is_no_wall():
    label = recognise(page("该网站暂时无法访问，根据工信部要求须先备案", 403), expect="list")
    assert (label.name, label.outcome) == ("not_registered", "wrong_site")

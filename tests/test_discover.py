"""From a home page to a registry entry: what is followed, what is proposed, and what is said when it can't be decided."""

import tomllib

import pytest

from crawler import proposal
from crawler.discover import Search, government, leads, publisher, rate
from crawler.lists.model import Page
from crawler.portals import read
from crawler.recognise import Label, recognise
from crawler.spiders.discovery import discover
from tests.portals.all import build

HOME = "http://www.x.gov.cn/"


def page(html, url=HOME):
    return Page(url, html.encode())


RATED = [
    ("政府信息\n公开年报", "/zfxxgk/zfxxgknb/", False, 100),
    ("政府信息公开年度报告", "/col/col93261/index.html", False, 90),
    ("年报", "/zwgk/x/", True, 75),
    ("年报", "/tjj/x/", False, 0),
    ("", "/zwgk/zfxxgknb_40939/", False, 60),
    ("政府信息公开", "/zfxxgk/", False, 50),
    ("政府网站工作年度报表", "/zfxxgk/wzndbb/", True, 0),
    ("法治政府建设年度报告", "/zfxxgk/fzzf/", True, 0),
    ("依申请公开", "/zfxxgk/ysqgk/", True, 0),
    ("2024年政府信息公开年报", "/zfxxgk/nb/202501/t20250120_1.html", True, 0),
    ("政府信息公开年报", "/module/xxgk/xxgkAnnualReport.jsp?area=1&fbtime=2024", False, 100),
    ("政府信息公开年报", "/InfoPublic.aspx?cid=1019&page=1", False, 90),
    ("新闻", "/xwzx/", False, 0),
]


@pytest.mark.parametrize(("text", "path", "inside", "score"), RATED)
def test_rating_of_links(text, path, inside, score):
    assert rate(text, HOME.rstrip("/") + path, inside=inside) == score


def test_links_to_other_hosts_are_no_leads():
    assert leads(page("<a href='http://other.gov.cn/zfxxgknb/'>政府信息公开年报</a>"), 1) == []


def test_columns_of_the_portals_own_domain_are_leads_and_others_are_told():
    html = "<a href='http://xxgk.x.gov.cn/nb/'>政府信息公开年报</a><a href='http://y.gov.cn/nb/'>政府信息公开年报</a>"
    search = Search(HOME)
    search.take(search.next(), page(html), Label("list"))
    assert search.next().ask.url == "http://xxgk.x.gov.cn/nb/"
    assert "xxgk.x.gov.cn" in search.hosts
    assert search.notes == ["政府信息公开年报 stands on another host: http://y.gov.cn/nb/"]


def test_a_sitemap_names_columns():
    search = Search(HOME)
    search.take(search.next(), page("<p>nothing</p>"), Label("list"))
    urls = ("zwgk/zfxxgknb/", "zfxxgk/wzndbb/", "zwgk/xxgknb/202501/t20250120_1.html", "xwzx/")
    search.sitemap("".join(f"<url><loc>{HOME}{url}</loc></url>" for url in urls))
    assert search.next().ask.url == HOME + "zwgk/zfxxgknb/"


def test_a_report_on_the_home_page_stands_for_its_column():
    html = "<a href='/zwgk/xxgknb/202501/t20250120_1.html'>2024年政府信息公开工作年度报告</a>"
    assert [lead.ask.url for lead in leads(page(html), 1)] == ["http://www.x.gov.cn/zwgk/xxgknb/"]


def test_names():
    html = "<title>西夏区</title><p>主办：银川市西夏区人民政府办公室</p>"
    assert government(page(html), {}) == "银川市西夏区人民政府"
    assert publisher("西夏区科学技术局2024年政府信息公开工作年度报告") == "西夏区科学技术局"
    assert publisher("2024年政府信息公开工作年度报告") == ""
    assert proposal.agency("区教育局", "银川市西夏区人民政府") == "银川市西夏区教育局"
    assert proposal.agency("西夏区教育局", "银川市西夏区人民政府") == "银川市西夏区教育局"
    assert proposal.identifier("http://www.ycxixia.gov.cn/") == "ycxixia"


def test_a_region_by_its_name_where_only_one_is_called_so():
    named = Search(HOME, name="银川市西夏区人民政府")
    assert 'region = "640105"  # GB/T 2260, by its name' in proposal.toml(named)
    named.region, named.code = "640106", "6401060001"
    assert 'region = "640106"  # GB/T 2260, from the SiteIDCode' in proposal.toml(named)
    assert 'region = ""  # not decided' in proposal.toml(Search(HOME, name="朝阳区人民政府"))


def test_a_home_page_behind_a_wall_is_said_so():
    search = Search(HOME)
    lead = search.next()
    search.take(lead, page(""), Label("waf_ruishu", "blocked", "HTTP 412"))
    assert search.next() is None
    assert search.dead == "blocked: waf_ruishu: HTTP 412"
    text = proposal.toml(search)
    assert 'region = ""  # not decided' in text
    assert tomllib.loads(text)["home"] == HOME


@pytest.mark.parametrize(
    "home", ["<p>新闻</p>", "<div id='app'></div><script src='/js/chunk-vendors.js'></script>"]
)
def test_a_home_page_that_says_little_is_entered_elsewhere(home):
    search = Search(HOME)
    shown = page(f"<html><body>{home}</body></html>")
    search.take(search.next(), shown, recognise(shown, expect="list"))
    assert search.dead is None and search.next().ask.url == f"{HOME}zfxxgk/"
    assert "the home page leads nowhere" in search.notes[0]


def test_requests_are_bounded():
    search, asked = Search(HOME, requests=6), []
    while lead := search.next():
        asked.append(lead.ask.url)
        links = "".join(f"<a href='/zwgk/{len(asked)}{n}/'>政务公开</a>" for n in range(9))
        search.take(lead, page(links, lead.ask.url), Label("list"))
    assert len(asked) == len(set(asked)) == 6
    assert "stopped after its share" in search.notes[0]


def test_a_tree_of_agencies_is_proposed_without_asking_each():
    names = ("教育局", "民政局", "财政局", "司法局", "水务局")
    links = "".join(f"<a href='/bm/{n}/xxgknb/'>区{name}</a>" for n, name in enumerate(names))
    home = f"<meta name=SiteIDCode content=6401050001>主办：银川市西夏区人民政府 {links}"
    report = "<a href='./202501/t20250120_1.html'>2024年政府信息公开工作年度报告</a>"
    search, asked = Search(HOME), []
    while lead := search.next():
        asked.append(lead.ask.url)
        search.take(lead, page(home if lead.ask.url == HOME else report, lead.ask.url), Label("list"))
    assert len(asked) == 4
    entry = tomllib.loads(proposal.toml(search))
    assert {column["agency"] for column in entry["columns"]} == {f"银川市西夏区{name}" for name in names}
    assert sum(column.get("verified", True) for column in entry["columns"]) == 3


NEIGHBOURS = (
    "<a href='/zfxxgk/wzndbb/'>政府网站工作年度报表</a><a href='/zfxxgk/fzzfjs/'>法治政府建设年度报告</a>"
    "<a href='/tjnb/'>统计年报</a><a href='/qynb/'>企业年报</a><a href='/ysq/'>依申请公开</a>"
)
MENU = "".join(f"<li><a href='/m{n}/'>栏目{n}</a></li>" for n in range(250))
ENTRANCES = {
    "three levels under a menu of 250 links": (
        {"": f"{MENU}<a href='/zwgk/'>政务公开</a>", "zwgk/": f"{MENU}<a href='zfxxgk/'>政府信息公开</a>",
         "zwgk/zfxxgk/": f"{MENU}<h3><a href='xxgkzn/'>政府信息公开指南</a></h3><h3><a href='nb/'><em></em>年报</a></h3>"},
        "zwgk/zfxxgk/nb/",
    ),
    "pictures": (
        {"": "<a href='/gk/'><img alt='政府信息公开'></a><a href='/hd/'><img title='互动'></a>",
         "gk/": "<a href='/gk/c77/'><img title='政府信息公开年报'></a>"},
        "gk/c77/",
    ),
    "menus written by script": (
        {"": "<script>document.write('<a href=\"/gk/\">政府信息公开</a>');</script>",
         "gk/": "<script>document.writeln(\"<li><a href='/gk/zfxxgkndbg/'>政府信息公开年度报告<\\/a></li>\");</script>"},
        "gk/zfxxgkndbg/",
    ),
    "clicks": (
        {"": "<div onclick=\"location.href='/zfxxgk/'\">政府信息公开</div>",
         "zfxxgk/": "<a href='javascript:;' onclick=\"location.href='/zfxxgk/ndbg_1/'\">政府信息<br>公开年报</a>"},
        "zfxxgk/ndbg_1/",
    ),
    "a slug in pinyin": ({"": "<a href='/xxgknb/'>更多</a>"}, "xxgknb/"),
    "a guessed entrance with its menu in a frame": (
        {"": MENU, "zfxxgk/": "<iframe src='/zfxxgk/left.html'></iframe>",
         "zfxxgk/left.html": "<a href='/zfxxgk/zfxxgknb/'>政府信息公开年报</a>"},
        "zfxxgk/zfxxgknb/",
    ),
}  # fmt: skip


def test_a_column_that_is_its_newest_report():
    search, column = Search(HOME), f"{HOME}module/xxgk/xxgkAnnualReport.jsp?area=1&fbtime=2024"
    search.take(search.next(), page(f"<a href='{column}'>政府信息公开年报</a>"), Label("list"))
    report = "<h1>2024年政府信息公开工作年度报告</h1><h2>一、总体情况</h2><h2>三、收到和处理政府信息公开申请情况</h2>"
    shown = page(f"<div id=zoom>{report}{'本机关认真落实。' * 40}</div>", column)
    search.take(search.next(), shown, recognise(shown, expect="list"))
    assert [found.url for found in search.columns()] == [column] and search.next() is None


@pytest.mark.parametrize("name", ENTRANCES)
def test_entrances(name):
    pages, column = ENTRANCES[name]
    listed = "<ul><li><a href='./202501/t20250120_1.html'>2024年政府信息公开工作年度报告</a></li></ul>"
    site = {HOME + path: f"<html><body>{NEIGHBOURS}{html}</body></html>" for path, html in pages.items()}
    site[HOME + column] = f"<html><body>{listed}</body></html>"
    search, asked = Search(HOME), []
    while lead := search.next():
        asked.append(lead.ask.url)
        got = Page(lead.ask.url, site.get(lead.ask.url, "").encode(), 200 if lead.ask.url in site else 404)
        search.take(lead, got, recognise(got, expect="list"))
    entry = tomllib.loads(proposal.toml(search))
    assert [found["url"] for found in entry["columns"]] == [HOME + column]
    assert len(asked) <= 12
    assert not {HOME + path for path in ("zfxxgk/wzndbb/", "zfxxgk/fzzfjs/", "tjnb/", "ysq/")} & set(asked)


DISCOVERED = {
    "trs": "trs", "trs-years": "", "ucap-search": "ucap", "hanweb": "hanweb", "jpaas": "jpaas", "vsb": "vsb",
    "gkmlpt": "gkmlpt", "lonsun": "lonsun", "lonsun-label": "lonsun", "hebei": "hebei", "articlelist": "articlelist",
    "query-one": "legacy", "shells": "",
}  # fmt: skip


@pytest.mark.slow
def test_replicas_are_discovered(tmp_path):
    sites = build(
        ["trs", "ucap", "hanweb", "jpaas", "vsb", "gkmlpt", "lonsun", "small", "shells", "neighbours"]
    )
    for name, family in DISCOVERED.items():
        site = sites[name]
        found = discover(f"{site.url}/", delay=0, allow_private=True)
        file = tmp_path / f"{name}.toml"
        file.write_text(found.toml, encoding="utf-8")
        portal = read(file)
        assert [column.url for column in portal.columns] == [column.url for column in site.columns], name
        assert (portal.name, portal.region) == (site.name, site.region)
        assert f"# CMS family: {family}" in found.toml
        assert found.trouble is None
        assert len(site.server.log) <= 12
        assert not {"/zfxxgk/wzndbb/", "/xwzx/"} & {asked.path for asked in site.server.log}

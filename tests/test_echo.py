"""The same page under another address, and the pages that must not be taken for one."""

from crawler.echo import Echoes, doubtful
from crawler.lists.model import Page

SITE = "http://www.example.gov.cn"
MENU = "<a href='/a/'>要闻</a><a href='/b/'>政务公开</a>"


def page(path: str, html: str) -> Page:
    return Page(SITE + path, html.encode())


def test_a_page_that_repeats_a_list_but_for_its_counter():
    echoes = Echoes()
    echoes.note(page("/", f"{MENU}<p>第1001位访客</p>"))
    verdict = echoes.verdict(page("/nb/1.html", f"{MENU}<p>第1002位访客</p>"), "2023年年报")
    assert verdict is not None
    assert (verdict.outcome, verdict.message) == ("soft_404", f"same_page: what {SITE}/ shows")
    assert echoes.verdict(page("/nb/2.html", f"{MENU}<p>第7号公告</p>"), "公告") is None


def test_lists_that_read_alike_and_link_to_things_of_their_own():
    echoes = Echoes()
    hub = "<a href='{y}n/bm/'>部门单位</a><a href='{y}n/xz/'>乡镇街道</a>"
    echoes.note(page("/nb/2025/", hub.format(y=2025)))
    assert echoes.verdict(page("/nb/2024/", hub.format(y=2024)), None, expect="list") is None
    assert echoes.verdict(page("/nb/none/", hub.format(y="/nb/2025/2025")), None, expect="list") is not None
    echoes.note_home(page("/", "<a href='zwgk/'>政务公开</a>"))
    assert echoes.verdict(page("/gone/", "<a href='zwgk/'>政务公开</a>"), None, expect="list") is not None


def test_links_to_two_years_that_show_one_page():
    echoes = Echoes()
    first, second = page("/nb/1.html", "<p>请从首页进入</p>"), page("/nb/2.html", "<p>请从首页进入</p>")
    assert echoes.verdict(first, "2023年年报") is None
    assert echoes.verdict(second, "2023年年报") is None, "one report under two addresses"
    assert echoes.verdict(second, None) is None
    assert echoes.verdict(second, "2022年年报") is not None


def test_covers_that_differ_in_their_picture_or_year_alone():
    echoes = Echoes()
    assert echoes.verdict(page("/nb/1.html", "<p>年报</p><img src='1.png'>"), "2023年年报") is None
    assert echoes.verdict(page("/nb/2.html", "<p>年报</p><img src='2.png'>"), "2022年年报") is None
    assert echoes.verdict(page("/nb/3.html", "<p>2021年报</p>"), "2021年年报") is None
    assert echoes.verdict(page("/nb/4.html", "<p>2020年报</p>"), "2020年年报") is None


def test_what_proves_itself_is_not_doubtful():
    report = "<h2>一、总体情况</h2><h2>三、收到和处理政府信息公开申请情况</h2>"
    titled = "<title>某县2023年政府信息公开工作年度报告</title><img src=1.png>"
    row = "<ul><li><a href='./202401/t20240120_1.html'>2023年政府信息公开工作年度报告</a></li></ul>"
    assert not doubtful(page("/nb/1.html", report), "page")
    assert not doubtful(page("/nb/1.html", titled), "page")
    assert not doubtful(page("/nb/", row), "list")
    assert doubtful(page("/nb/1.html", f"<title>政府信息公开年报</title>{row}"), "page")

"""Lists whose further rows come by POST: ASP.NET's pagers, the xxgk-list group, Shanghai's district CMS."""

import json
from urllib.parse import parse_qsl

import pytest

from crawler.answer import name_of
from crawler.lists import adapters, pagers
from crawler.lists.model import Next, Page

SITE = "http://www.example.gov.cn"
VIEW = '<input type="hidden" name="__VIEWSTATE" value="dDw5">'
ORDER = "['is_top DESC','inputtime DESC']"


def page(html, url=f"{SITE}/InfoPublic.aspx?cid=1019", **more):
    return Page(url, html.encode(), **more)


@pytest.mark.parametrize(
    ("inside", "number", "posted"),
    [
        ("<a href=\"javascript:__doPostBack('P1','2')\">下一页</a>", 1, {"__EVENTTARGET": "P1", "__EVENTARGUMENT": "2"}),
        ("<a href=\"javascript:__doPostBack(&#39;gv&#39;,&#39;Page$3&#39;)\">3</a>", 2, {"__EVENTARGUMENT": "Page$3"}),
        ("<a href=\"javascript:__doPostBack('gv','Page$11')\">...</a>", 10, {"__EVENTARGUMENT": "Page$11"}),
        ("<a href='#' onclick=\"__doPostBack('rpt$ctl02$no','')\">2</a>", 1, {"__EVENTTARGET": "rpt$ctl02$no"}),
        ("<input type=submit name=btnNext value=下一页><input type=submit name=find value=搜索>", 1, {"btnNext": "下一页"}),
    ],
)  # fmt: skip
def test_a_pager_that_posts_its_page_back(inside, number, posted):
    fields = (
        "<input name=key value=''><input type=checkbox name=box value=1><select name=size><option>20</select>"
    )
    found = pagers.find(
        page(f"<form method=post action='?cid=1019'>{VIEW}{fields}{inside}</form>", number=number)
    )
    assert found.next is not None
    form = dict(parse_qsl(found.next.body.decode(), keep_blank_values=True))
    assert found.next.method == "POST"
    assert found.next.url == f"{SITE}/InfoPublic.aspx?cid=1019"
    assert form.items() >= {"__VIEWSTATE": "dDw5", "key": "", "size": "20", **posted}.items()
    assert not {"box", "find"} & form.keys()


@pytest.mark.parametrize(
    "html",
    [
        f"<form>{VIEW}<a href=\"javascript:__doPostBack('lnkDelete','2')\">删除</a></form>",
        f"<form>{VIEW}<input type=submit name=find value=搜索></form>",
        f"<form>{VIEW}<input type=password name=p><a href=\"javascript:__doPostBack('P1','2')\">下一页</a></form>",
        f"<form>{VIEW}<a disabled=disabled href=\"javascript:__doPostBack('P1','2')\">下一页</a></form>",
        "<form><a href=\"javascript:__doPostBack('P1','2')\">下一页</a></form>",
    ],
)
def test_nothing_but_paging_is_posted(html):
    assert pagers.find(page(html)).next is None


def test_what_a_page_hands_back_stands_in_the_name_by_its_digest():
    one, two = (
        name_of(Next(f"{SITE}/a.aspx", "POST", f"__VIEWSTATE={letter * 9000}&__EVENTTARGET=P1".encode()))
        for letter in "ab"
    )
    assert len(one) < 150
    assert one != two
    assert one.endswith("__EVENTTARGET=P1")


@pytest.mark.parametrize(
    "printed",
    [
        f"$.ajax({{data:{{ajax_type:['21_xxgk','45','21','xxgk','Y-m-d','50','2',{ORDER}],is_ds:1}}}})",
        f"$.ajax({{data:{{'ajax_type[]':[\"21_xxgk\",45,21,'xxgk','Y-m-d',50,2,{ORDER}]}}}})",
        f"ajax_list('21_xxgk','45','21','xxgk','Y-m-d','50','2',{ORDER});",
        "var d='ajax_type%5B%5D=21_xxgk&ajax_type[]=45&ajax_type[]=21&ajax_type[]=xxgk&ajax_type[]=Y-m-d&ajax_type[]=50"
        "&ajax_type[]=2&ajax_type[7][]=is_top DESC&ajax_type[7][]=inputtime DESC&is_ds=1'".replace(
            " DESC", "%20DESC"
        ),
    ],
)
def test_the_form_of_the_xxgk_list_group_is_sent_as_it_is_printed(printed):
    html = f"<ul></ul><script>var u='/api-ajax_list-'+p+'.html';{printed}</script>"
    (ask,) = adapters.read(page(html, f"{SITE}/xxgk-list-nb.html")).next
    assert (ask.url, ask.method) == (f"{SITE}/api-ajax_list-1.html", "POST")
    form = parse_qsl(ask.body.decode())
    assert [value for name, value in form if name == "ajax_type[]"] == [
        "21_xxgk",
        "45",
        "21",
        "xxgk",
        "Y-m-d",
        "50",
        "2",
    ]
    assert [value for name, value in form if name == "ajax_type[7][]"] == ["is_top DESC", "inputtime DESC"]
    assert form[-1] == ("is_ds", "1")
    items = [
        {"title": "2024年政府信息公开工作年度报告", "url": "/xxgk-show-1.html", "inputtime": "2025-01-20"}
    ] * 2
    body = json.dumps({"total": 3, "data": items})
    listing = adapters.read(page(body, ask.url, state=ask.state))
    assert [(entry.url, entry.date) for entry in listing.entries] == [
        (f"{SITE}/xxgk-show-1.html", "2025-01-20")
    ]
    assert [(item.url, item.body) for item in listing.next] == [(f"{SITE}/api-ajax_list-2.html", ask.body)]


@pytest.mark.parametrize("named", ["columnlist:'12,13'", "channelList: ['12', \"13\"]", 'columnlist="12,13"'])
def test_shanghai_channels(named):
    html = f"<ul><li v-for='item in list'></li></ul><script>new CMS({{api:'/front/api/data/affair',{named},size:2}})</script>"
    (ask,) = adapters.read(page(html, f"{SITE}/zwgk/nb/")).next
    assert json.loads(ask.body)["channelList"] == ["12", "13"]
    rows = [
        {
            "title": "2024年政府信息公开工作年度报告",
            "url": "//www.example.gov.cn/a/1.html",
            "display_date": "2025-01-20",
        }
    ]
    answer = json.dumps({"data": {"list": rows, "totalPage": 2}})
    listing = adapters.read(page(answer, ask.url, state=ask.state))
    assert [entry.url for entry in listing.entries] == [f"{SITE}/a/1.html"]
    assert json.loads(listing.next[0].body)["pageNum"] == 2


def test_a_template_without_a_channel_asks_nothing():
    html = "<script>new CMS({api:'/front/api/data/affair'})</script>{{ item.title }}"
    assert adapters.read(page(html, f"{SITE}/zwgk/nb/")).next == ()

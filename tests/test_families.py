"""Each CMS family's list pages, answers and arithmetic, on markup as the portals send it."""

import json
from urllib.parse import parse_qs, parse_qsl, urlsplit

from crawler.lists import adapters
from crawler.lists.course import Course
from crawler.lists.model import Page

SITE = "http://www.x.gov.cn"
TITLE = "{}年政府信息公开工作年度报告"


def page(html, url=f"{SITE}/zfxxgk/nb/", **more):
    return Page(url, html.encode() if isinstance(html, str) else html, **more)


def answer(request, body, status=200):
    """The page that answers a ``Next``."""
    data = body if isinstance(body, bytes) else body.encode()
    return Page(request.url, data, status, number=request.number, state=request.state)


def rows(*years, href="/a/{}/"):
    return "".join(
        f"<li><a href='{href.format(y)}' title='{TITLE.format(y)}'>{y}年…</a><span>{y + 1}-01-20</span></li>"
        for y in years
    )


def urls(listing):
    return [entry.url for entry in listing.entries]


def query(url):
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


# --- Ucap ---------------------------------------------------------------------------------------------------

UCAP = f"{SITE}/hainan/zfxxgknb/newxxgk_list.shtml"
ARTICLE = "/hainan/zfxxgknb/{}03/5f9715351dfd4d459ebb7db13686fa72.shtml"


def test_ucap_pager_counts_from_one():
    html = f"<ul>{rows(2024, 2023, href=ARTICLE)}</ul><script>createPageHTML('page_div',3,1,'newxxgk_list','shtml',5);</script>"
    first = adapters.read(page(html, UCAP))
    assert (first.family, first.total, first.pages, len(first.entries)) == ("ucap", 5, 3, 2)
    assert first.next[0].url == f"{SITE}/hainan/zfxxgknb/newxxgk_list_2.shtml"
    second = adapters.read(page(html.replace(",3,1,", ",3,2,"), first.next[0].url, number=2))
    assert second.next[0].url == f"{SITE}/hainan/zfxxgknb/newxxgk_list_3.shtml"
    assert adapters.read(page(html.replace(",3,1,", ",3,3,"), second.next[0].url, number=3)).next == ()


def test_ucap_json_search_with_protocol_relative_urls_and_files():
    channel = "a" * 32
    html = f"<div class=_isAgg></div><script>var channelId='{channel}';$.get('/common/search/'+channelId,{{_isJson:true}})</script>"
    asked = adapters.read(page(html, UCAP)).next[0]
    assert asked.url.startswith(f"{SITE}/common/search/{channel}?")
    assert query(asked.url) == {
        "_isAgg": "true",
        "_isJson": "true",
        "_pageSize": "15",
        "_template": "index",
        "page": "1",
    }
    result = {
        "title": TITLE.format(2024),
        "url": "//www.x.gov.cn/c/202503/" + "b" * 32 + ".shtml",
        "publishedTime": 1742300000000,
        "publishedTimeStr": "2025-03-18 20:13:20",
        "resList": [{"fileName": "报告.pdf", "filePath": "/c/a.pdf"}],
        "domainMetaList": {"resultList": []},
    }
    body = {"data": {"page": 1, "rows": 1, "total": 2, "results": [result]}}
    listing = adapters.read(answer(asked, json.dumps(body)))
    assert urls(listing) == [f"{SITE}/c/202503/{'b' * 32}.shtml"]
    assert (listing.entries[0].date, listing.total, listing.pages) == ("2025-03-18", 2, 2)
    assert [(file.url, file.name) for file in listing.entries[0].files] == [(f"{SITE}/c/a.pdf", "报告.pdf")]
    assert query(listing.next[0].url)["page"] == "2"
    body["data"]["results"][0]["url"] = "/c/202403/" + "c" * 32 + ".shtml"
    assert adapters.read(answer(listing.next[0], json.dumps(body))).next == ()


def test_ucap_channel_code_is_resolved_first():
    asked = adapters.read(page("<script>$.get('/getChannelList?channelCode=c101935')</script>", UCAP)).next[0]
    assert asked.url == f"{SITE}/getChannelList?channelCode=c101935"
    second = adapters.read(answer(asked, '{"results":{"channelId":"' + "d" * 32 + '"}}')).next[0]
    assert second.url.startswith(f"{SITE}/searchList/{'d' * 32}?")


def test_ucap_fragments_go_on_until_nothing_is_new():
    html = (
        "<script>load('/es-search/search/lm1?_template=ucap/list_ejs&_isAgg=1&_pageSize=20&page=1')</script>"
    )
    asked = adapters.read(page(html, UCAP)).next[0]
    listing = adapters.read(answer(asked, f"<ul>{rows(2024, href=ARTICLE)}</ul>"))
    assert len(listing.entries) == 1
    assert query(listing.next[0].url)["page"] == "2"
    assert not listing.next[0].sure
    assert adapters.read(answer(listing.next[0], "<ul></ul>")).next == ()


# --- Hanweb -------------------------------------------------------------------------------------------------

COL = f"{SITE}/col/col33718/index.html"


def hanweb_record(year, col=33718, number=0):
    return (
        f"<record><![CDATA[<li><a href='/art/{year + 1}/9/11/art_{col}_{number or year}.html' title='{TITLE.format(year)}'>"
        f"{TITLE.format(year)[:9]}...</a><b>{year + 1}-02-00018</b><span>{year + 1}-\n 09-\n 11</span></li>]]></record>"
    )


def hanweb_unit(unit, column, records, next_group=True, total=None):
    address = (
        f"/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=1&path=/&columnid={column}&unitid={unit}"
        "&webname=江苏省人民政府&permissiontype=0"
    )
    group = f'<nextgroup><![CDATA[<a href="{address}"></a>]]></nextgroup>' if next_group else ""
    count = f"<totalrecord>{total}</totalrecord>" if total else ""
    return (
        f'<div id="{unit}"><script type="text/xml"><datastore>{count}{group}<recordset>{"".join(records)}</recordset>'
        "</datastore></script></div>"
    )


def test_hanweb_takes_the_columns_own_unit_and_follows_the_groups():
    html = hanweb_unit(1, 999, [hanweb_record(2000 + n, 999) for n in range(9)], total=9)
    html += hanweb_unit(212860, 33718, [hanweb_record(2024), hanweb_record(2023)], total=5)
    first = adapters.read(page(html, COL))
    assert first.family == "hanweb"
    assert urls(first) == [f"{SITE}/art/{y}/9/11/art_33718_{y - 1}.html" for y in (2025, 2024)]
    assert first.entries[0].title == TITLE.format(2024)
    assert first.entries[0].date == "2025-09-11"
    ask = first.next[0]
    assert query(ask.url)["columnid"] == "33718"
    same = f"<datastore><totalrecord>5</totalrecord>{hanweb_record(2024)}{hanweb_record(2023)}</datastore>"
    again = adapters.read(answer(ask, "\n\n" + same))
    assert query(again.next[0].url)["page"] == "2"
    rest = f"<datastore><totalrecord>5</totalrecord>{hanweb_record(2022)}{hanweb_record(2021)}{hanweb_record(2020)}</datastore>"
    assert adapters.read(answer(again.next[0], rest)).next == ()


def test_hanweb_old_path_is_asked_by_post_in_groups_of_three_pages():
    options = (
        "totalRecord:70,perPage:10,proxyUrl:'/module/jpage/dataproxy.jsp',ajaxParam:{col:1,appid:1,webid:3611,path:'/',"
        "columnid:1229170812,sourceContentType:1,unitid:'6166867',webname:'磐安县人民政府',permissiontype:0}"
    )
    store = hanweb_unit(6166867, 0, [hanweb_record(1990 + n) for n in range(30)], next_group=False)
    html = f"{store}<script>$('#6166867').jpage({{{options}}});</script>"
    ask = adapters.read(page(html, f"{SITE}/col/col1229170812/index.html")).next[0]
    assert (ask.method, urlsplit(ask.url).path) == ("POST", "/module/jpage/dataproxy.jsp")
    assert query(ask.url) == {"startrecord": "31", "endrecord": "60", "perpage": "10"}
    form = parse_qs(ask.body.decode())
    assert (form["columnid"], form["unitid"], form["webname"]) == (
        ["1229170812"],
        ["6166867"],
        ["磐安县人民政府"],
    )
    group = "<datastore><totalrecord>70</totalrecord>" + "".join(
        hanweb_record(2000 + n, 1, 500 + n) for n in range(30)
    )
    last = adapters.read(answer(ask, group)).next[0]
    assert query(last.url) == {"startrecord": "61", "endrecord": "70", "perpage": "10"}
    group = "<datastore><totalrecord>70</totalrecord>" + "".join(
        hanweb_record(2010 + n, 2) for n in range(10)
    )
    assert adapters.read(answer(last, group)).next == ()


def test_hanweb_encrypted_groups_are_a_truncated_listing():
    html = hanweb_unit(212860, 33718, [hanweb_record(2024)], total=5)
    first = page(html, COL)
    course, asked = Course(), []
    asks = list(course.take(first, adapters.read(first))[1])
    while asks:
        ask = asks.pop()
        asked.append((ask.method, urlsplit(ask.url).path))
        empty = answer(ask, "<?xml version='1.0'?><datastore></datastore>")
        asks += course.take(empty, adapters.read(empty))[1]
    new, old = "/module/web/jpage/dataproxy.jsp", "/module/jpage/dataproxy.jsp"
    assert asked == [("GET", new), ("POST", new), ("POST", old)]
    assert course.finish() == ("the listing counts 5 entries and shows 1",)


def test_hanweb_tries_the_other_path_and_then_the_form():
    first = page(hanweb_unit(212860, 33718, [hanweb_record(2024)], total=2), COL)
    course, asked = Course(), []
    asks = list(course.take(first, adapters.read(first))[1])
    while len(asked) < 3:
        ask = asks.pop()
        assert not ask.sure
        asked.append((ask.method, urlsplit(ask.url).path))
        asks += course.fail(answer(ask, "", 404), sure=ask.sure)
    new, old = "/module/web/jpage/dataproxy.jsp", "/module/jpage/dataproxy.jsp"
    assert asked == [("GET", new), ("GET", old), ("POST", new)]
    (last,) = asks
    assert last.sure
    form = parse_qs(last.body.decode())
    assert (form["columnid"], form["unitid"], form["webname"]) == (["33718"], ["212860"], ["江苏省人民政府"])
    listing = adapters.read(
        answer(last, f"<datastore><totalrecord>2</totalrecord>{hanweb_record(2023)}</datastore>")
    )
    assert (len(listing.entries), listing.next) == (1, ())


def test_hanweb_page_whose_rows_are_plain_anchors():
    html = f"<datastore></datastore><ul>{rows(2024, href='/art/{}/1/2/art_33718_7.html')}</ul>"
    assert urls(adapters.read(page(html, COL))) == [f"{SITE}/art/2024/1/2/art_33718_7.html"]


# --- JPaaS --------------------------------------------------------------------------------------------------

QUERY = (
    "{'parseType':'bulidstatic','webId':'52','tplSetId':'x_1','pageType':'column','tagId':'信息列表',"
    "'editType':'null','pageId':'1487002'}"
)
JPAAS = (
    '<script src="/AuthorizedRead/unitbuild.js" url="/api-gateway/jpaas-publish-server/front/page/build/unit" '
    f'queryData="{QUERY}"></script>'
)


def unit_answer(years, count):
    markup = f"<ul>{rows(*years, href='/col/col1/art/{}/art_' + 'a' * 32 + '.html')}</ul><div count='{count}' rows='15'></div>"
    return json.dumps({"success": True, "data": {"html": markup}})


def test_jpaas_unit_is_asked_with_referer_until_the_count_is_reached():
    ask = adapters.read(page(JPAAS, COL)).next[0]
    assert ask.headers["Referer"] == COL
    values = query(ask.url)
    assert (values["tagId"], values["pageId"]) == ("信息列表", "1487002")
    assert json.loads(values["paramJson"]) == {"pageNo": 1, "pageSize": 15}
    first = adapters.read(answer(ask, unit_answer(range(2000, 2015), 20)))
    assert (len(first.entries), first.total, first.pages) == (15, 20, 2)
    assert json.loads(query(first.next[0].url)["paramJson"])["pageNo"] == 2
    assert adapters.read(answer(first.next[0], unit_answer(range(2015, 2020), 20))).next == ()


def test_jpaas_that_ignores_the_page_number_is_truncated():
    course, ask = Course(), adapters.read(page(JPAAS, COL)).next[0]
    first = answer(ask, unit_answer(range(2000, 2015), 20))
    (following,) = course.take(first, adapters.read(first))[1]
    second = answer(following, unit_answer(range(2000, 2015), 20))
    assert course.take(second, adapters.read(second)) == ((), ())
    assert "ignores the page" in course.finish()[0]


# --- VSB ----------------------------------------------------------------------------------------------------


def vsb(current, pages, following, depth):
    return (
        "<!--Announced by Visual SiteBuilder 9-->"
        f"<ul>{rows(2024 - current, href=depth + 'info/1039/{}.htm')}</ul><span class='p_pages'><span class='p_t'>共3条</span>"
        f"<span class='p_no_d'>{current}</span>"
        + (f"<span class='p_next p_fun'><a href='{following}'>下页</a></span>" if following else "")
        + f"</span><span class='p_t'>{current}/{pages}</span>"
    )


def test_vsb_pages_count_down():
    first = adapters.read(page(vsb(1, 3, "zfxxgknb/2.htm", "../"), f"{SITE}/zfxxgk/zfxxgknb.htm"))
    assert (first.family, first.pages, first.total) == ("vsb", 3, 3)
    assert urls(first) == [f"{SITE}/info/1039/2023.htm"]
    second = adapters.read(page(vsb(2, 3, "1.htm", "../../"), first.next[0].url, number=2))
    assert first.next[0].url == f"{SITE}/zfxxgk/zfxxgknb/2.htm"
    assert urls(second) == [f"{SITE}/info/1039/2022.htm"]
    assert second.next[0].url == f"{SITE}/zfxxgk/zfxxgknb/1.htm"
    assert adapters.read(page(vsb(3, 3, None, "../../"), second.next[0].url, number=3)).next == ()


# --- Lonsun -------------------------------------------------------------------------------------------------

LONSUN = f"{SITE}/public/column/6596221?type=3&action=list"


def test_lonsun_page_index_counts_from_one():
    html = f"<ul class='doc_list'>{rows(2024, 2023, href='/public/6596221/{}1.html')}</ul><script>Ls.pagination({{pageCount:2,}})</script>"
    first = adapters.read(page(html, LONSUN))
    assert (first.family, len(first.entries), first.pages) == ("lonsun", 2, 2)
    assert query(first.next[0].url) == {"type": "3", "action": "list", "pageIndex": "2"}
    assert adapters.read(page(html, first.next[0].url, number=2)).next == ()


def test_lonsun_label_by_ajax():
    html = (
        "<div class='xxgk_nav_list'></div><script>$.ajax({url:'/site/label/8888',data:{IsAjax:1,dataType:'html',"
        "labelName:'publicInfoList',siteId:'6786551',pageSize:15,pageIndex:1,action:'list',organId:6596221,type:3}})</script>"
    )
    ask = adapters.read(page(html, LONSUN)).next[0]
    assert query(ask.url)["organId"] == "6596221"
    assert ask.headers["X-Requested-With"] == "XMLHttpRequest"
    body = f"<ul>{rows(2024, href='/public/6596221/{}1.html')}</ul><script>pageCount:2,</script>"
    first = adapters.read(answer(ask, body))
    assert (len(first.entries), query(first.next[0].url)["pageIndex"]) == (1, "2")
    assert adapters.read(answer(first.next[0], "暂无相关信息")).next == ()


# --- gkmlpt -------------------------------------------------------------------------------------------------

CONFIG = (
    "<script>window._CONFIG = { SID: '755041', LANG: 'zh', TREE: [{id: 1, name: '政策', jump_url: '', children: []},"
    '{id: 2, name: \'信息公开\', children: [{"id": 9542, "name": "政府信息公开年报", "children": ['
    '{"id": 7, "name": "各区年报", "jump_url": "http://www.gz.gov.cn/"}]}]}], AREA: {a: 1} }</script>'
)


def test_gkmlpt_finds_the_column_and_reads_its_articles():
    ask = adapters.read(page(CONFIG, f"{SITE}/gkmlpt/index")).next[0]
    assert ask.url == f"{SITE}/gkmlpt/api/all/9542?page=1&sid=755041"
    article = {
        "id": 1,
        "title": TITLE.format(2024),
        "type": "normal",
        "url": f"{SITE}/gkmlpt/content/9/9103/post_9103540.html",
        "create_time": 1737400000,
        "attachment": [{"name": "报告.docx", "url": "/attachment/1/1658/1658591/12541123.docx"}],
    }
    outside = {"id": 2, "title": TITLE.format(2023), "type": "url", "url": "https://mp.weixin.qq.com/s/x"}
    body = {"classify": {"id": 9542, "post_count": 9}, "total": 2, "articles": [article, outside]}
    listing = adapters.read(answer(ask, json.dumps(body)))
    assert urls(listing) == [article["url"], outside["url"]]
    assert (listing.entries[0].date, listing.total, listing.next) == ("2025-01-21", 2, ())
    assert listing.entries[0].files[0].url == f"{SITE}/attachment/1/1658/1658591/12541123.docx"
    assert listing.problems == ("the column counts 9 entries and lists 2",)
    body["total"] = 150
    following = adapters.read(answer(ask, json.dumps(body))).next[0]
    assert query(following.url) == {"page": "2", "sid": "755041"}


def test_gkmlpt_column_named_in_the_address():
    asked = adapters.read(
        page(CONFIG, f"{SITE}/dept/gkmlpt/index", requested=f"{SITE}/dept/gkmlpt/index#77")
    ).next
    assert [item.url for item in asked] == [f"{SITE}/dept/gkmlpt/api/all/77?page=1&sid=755041"]


# --- small groups -------------------------------------------------------------------------------------------


def test_hebei_blocks():
    uuid = "88c61391-baf6-4231-9468-735e7f167554"
    block = f"/columns/{uuid}/templates/{uuid}/blocks/{uuid}"
    href = f"/columns/{uuid}/{{}}01/24/{uuid}.html"
    html = f"<ul>{rows(2024, href=href)}</ul><script>var block='{block}'</script>"
    first = adapters.read(page(html, f"{SITE}/columns/{uuid}/index.html"))
    assert first.family == "hebei"
    assert len(first.entries) == 1
    assert (urlsplit(first.next[0].url).path, query(first.next[0].url)) == (block, {"page": "2", "fix": "0"})
    second = adapters.read(answer(first.next[0], rows(2023, href=href)))
    assert (len(second.entries), query(second.next[0].url)["page"]) == (1, "3")
    assert adapters.read(answer(second.next[0], "")).next == ()


def test_article_list_inside_the_page():
    item = {
        "id": 5,
        "title": TITLE.format(2024),
        "pubDate": "2025-01-20 10:00:00",
        "urls": '{"pc":"/jxyc/nb/pc/content/content_5.html"}',
        "articleFiles": [{"fileName": "a.pdf", "filePath": "/f/a.pdf", "domainName": SITE}],
    }
    other = {"id": 6, "title": TITLE.format(2023), "pubDate": "2024-01-20"}
    html = f"<div id=app></div><script>var d={{articleList: {json.dumps([item, other])}, total: 3}}</script>"
    listing = adapters.read(page(html, f"{SITE}/jxyc/nb/pc/list.html"))
    assert urls(listing) == [f"{SITE}/jxyc/nb/pc/content/content_{n}.html" for n in (5, 6)]
    assert (listing.family, listing.total, listing.entries[0].files[0].name) == ("articlelist", 3, "a.pdf")
    course = Course()
    course.take(page(html), listing)
    assert course.finish() == ("the listing counts 3 entries and shows 2",)


def legacy(number, first, pages):
    links = "".join(f"<a href='?cid=9&page={n + first}'>{n + 1}</a>" for n in range(pages))
    return f"<ul>{rows(2025 - number, href='show.asp?id={}')}</ul><div>{links} 共{pages}页</div>"


def test_legacy_pages_from_zero_and_from_one():
    for first in (0, 1):
        url, seen = f"{SITE}/List.aspx?cid=9", []
        for number in (1, 2, 3):
            listing = adapters.read(page(legacy(number, first, 3), url, number=number))
            seen.append(query(url).get("page"))
            url = listing.next[0].url if listing.next else None
        assert seen == [None, str(first + 1), str(first + 2)]
        assert url is None


def test_legacy_without_anchors_counts_its_own_parameter():
    html = f"<ul>{rows(2024, href='show.asp?id={}')}</ul>共2页"
    listing = adapters.read(page(html, f"{SITE}/list.do?pageNo=0"))
    assert query(listing.next[0].url) == {"pageNo": "1"}


def test_pages_that_need_a_script_are_reported():
    html = f"<ul>{rows(2024, href='show.asp?id={}')}</ul><a href='javascript:go(2)'>下一页</a>共2页"
    first = page(html, f"{SITE}/list.html")
    course = Course()
    assert course.take(first, adapters.read(first))[1] == ()
    assert "without a script" in course.finish()[0]


def test_shells_and_frames_lead_on_but_not_for_ever():
    shell = adapters.read(page('<script>window.location.href="./jbxxjgm/"</script>'))
    assert [(item.url, item.number) for item in shell.next] == [(f"{SITE}/zfxxgk/nb/jbxxjgm/", 1)]
    frame = adapters.read(
        page("<frameset><frame src='list.asp'><frame src='http://other.gov.cn/x'></frameset>")
    )
    assert [item.url for item in frame.next] == [f"{SITE}/zfxxgk/nb/list.asp"]
    tired = adapters.read(page("<script>location.replace('/x/')</script>", state={"hops": "3"}))
    assert tired.next == ()


def test_child_columns_of_years_and_agencies():
    html = "<ul><li><a href='./2024nb/'>2024年</a></li><li><a href='./bmdw/'>市政府部门</a></li></ul><a href='/zwgk/'>政务</a>"
    listing = adapters.read(page(html))
    assert [child.url for child in listing.children] == [
        f"{SITE}/zfxxgk/nb/2024nb/",
        f"{SITE}/zfxxgk/nb/bmdw/",
    ]


def test_navigation_is_no_child_column():
    links = "<a href='./zfxxgkzn/'>政府信息公开指南</a><a href='./fdzdgknr/'>法定主动公开内容</a><a href='./fzzf/'>法治政府建设</a>"
    assert adapters.read(page(links)).children == ()
    assert (
        adapters.read(page("<a href='/zfxxgk/nb/bm/'>部门</a>", f"{SITE}/zfxxgk/nb/List.aspx?cid=1")).children
        == ()
    )


def test_pages_past_the_end():
    first = page(
        f"<ul>{rows(2024, href='./202501/t20250120_{}.html')}</ul><script>createPageHTML(3, 0, 'index', 'html')</script>"
    )
    course = Course()
    (ask,) = course.take(first, adapters.read(first))[1]
    assert course.fail(answer(ask, "", 404), sure=ask.sure) == ()
    assert course.finish() == ("page 2 of the listing could not be read",)


def test_endless_pagination_stops():
    course = Course(max_pages=5)
    number, asks = 1, [None]
    while asks:
        html = f"<ul>{rows(2000 + number, href='./202501/t20250120_{}.html')}</ul><a href='?p={number + 1}'>下一页</a>"
        current = page(html, f"{SITE}/nb/?p={number}", number=number)
        asks = course.take(current, adapters.read(current))[1]
        number += 1
    assert course.finish() == ("stopped after 5 pages",)

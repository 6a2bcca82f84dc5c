"""List adapters on the markup that portals really send."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.details import attachments
from crawler.lists import adapters, rows
from crawler.lists.model import Page
from crawler.recognise import recognise

COLUMN = "http://www.ycxixia.gov.cn/zwgk/bmxxgkmn/xxqzfbgs/xxgknb/"


def page(html, url=COLUMN, **more):
    return Page(url, html.encode() if isinstance(html, str) else html, **more)


TRS = """<html><head><meta name="ColumnName" content="政府信息公开年报"></head><body>
<header><a href="/zwgk/202401/t20240101_1.html">头条新闻</a></header>
<div class="nav"><a href="/">首页</a><a href="/zwgk/">政务公开</a><a href="/zwgk/zfxxgkzn/">政府信息公开指南</a></div>
<div class="CurrChnlCls"><a href="../">区政府办</a> &gt; <a href="./">年报</a></div>
<ul class="list">
<li><a href="./202501/t20250123_4800850.html" title="西夏区人民政府办公室2024年政府信息公开工作年度报告">西夏区人民政府办公室2024年政府…</a><span class="date">2025-01-23</span></li>
<li><a href="javascript:void(0)" onclick="jumpToDetail('./202401/t20240122_4700001.html')">2023年政府信息公开工作年度报告</a><span>[2024-01-22]</span></li>
<li><a href="https://mp.weixin.qq.com/s/abcdefg1" title="一图读懂2024年政府信息公开年报">一图读懂</a><span>2025-01-24</span></li>
</ul><div class="page"><script>createPageHTML(3, 0, "index", "html");</script></div>
<div class="news"><ul><li><a href="/zwgk/xwzx/202501/t20250101_99.html">区长调研</a><span>2025-01-01</span></li></ul></div>
</body></html>"""


def test_trs_list_keeps_the_columns_own_rows_and_counts_from_zero():
    listing = adapters.read(page(TRS))
    assert listing.family == "trs"
    assert [entry.url for entry in listing.entries] == [
        COLUMN + "202501/t20250123_4800850.html",
        COLUMN + "202401/t20240122_4700001.html",
        "https://mp.weixin.qq.com/s/abcdefg1",
    ]
    assert listing.entries[0].title == "西夏区人民政府办公室2024年政府信息公开工作年度报告"
    assert [entry.date for entry in listing.entries] == ["2025-01-23", "2024-01-22", "2025-01-24"]
    assert [item.url for item in listing.next] == [COLUMN + "index_1.html"]
    assert listing.pages == 3


def test_trs_second_and_last_page():
    second = adapters.read(page(TRS.replace("(3, 0,", "(3, 1,"), COLUMN + "index_1.html", number=2))
    assert [(item.url, item.number) for item in second.next] == [(COLUMN + "index_2.html", 3)]
    assert adapters.read(page(TRS.replace("(3, 0,", "(3, 2,"), COLUMN + "index_2.html", number=3)).next == ()


ARTICLE = "./202301/t20230119_21366{}.shtml"


def test_rows_written_by_script():
    rows = "".join(
        f'document.writeln(\'<li><a href="{ARTICLE.format(n)}" title="{2022 - n}年政府信息公开工作年度报告">年报</a>'
        "<span>2023-01-19</span></li>');"
        for n in range(3)
    )
    found = adapters.read(page(f"<ul><script>{rows}</script></ul>")).entries
    assert [(entry.title, entry.date) for entry in found] == [
        (f"{2022 - n}年政府信息公开工作年度报告", "2023-01-19") for n in range(3)
    ]


def test_rows_of_a_table():
    rows = "".join(
        f"<tr class='zcwjk-list-c'><td>{n}</td><td class=title><a href='{ARTICLE.format(n)}'><p class=tit>城口县{n}年年报</p>"
        "<p class=info><span class=time>成文日期 ：2024-01-22</span></p></a></td></tr>"
        for n in range(2)
    )
    found = adapters.read(page(f"<table>{rows}</table>")).entries
    assert [entry.date for entry in found] == ["2024-01-22"] * 2


DATES = [
    ("<span>2021-01-20</span>", "2021-01-20"),
    ("[2021-01-20]", "2021-01-20"),
    ("<em>2021/1/5</em>", "2021-01-05"),
    ("<i>2021年1月20日</i>", "2021-01-20"),
    ("<b>01-20</b><i>2021</i>", "2021-01-20"),
    ("<span>2021-\n 01-\n 23</span>", "2021-01-23"),
    ("<b>索引号 2026-02-00018</b><span>2021-01-20</span>", "2021-01-20"),
    ("<span>2021-13-45</span>", "2023-01-19"),
    ("", "2023-01-19"),
]


@pytest.mark.parametrize(("markup", "date"), DATES)
def test_dates_of_rows(markup, date):
    html = f"<ul><li><a href='{ARTICLE.format(1)}'>2022年政府信息公开工作年度报告</a>{markup}</li></ul>"
    (entry,) = adapters.read(page(html)).entries
    assert entry.date == date


def test_rows_that_lead_elsewhere_are_guessed_by_their_words():
    news = "".join(
        f"<li><a href='/xw/202502/t20250201_{n}.html'>区长调研第{n}次</a><span>2025-02-01</span></li>"
        for n in range(8)
    )
    rows = "".join(f"<li><a href='../info/1039/{n}.htm'>{2024 - n}年度</a></li>" for n in range(3))
    found = adapters.read(
        page(f"<div><ul>{news}</ul></div><div><ul>{rows}</ul></div>", "http://a.gov.cn/xxgk/nb.htm")
    ).entries
    assert [entry.title for entry in found] == ["2024年度", "2023年度", "2022年度"]


def test_a_number_in_the_columns_address_tells_its_articles():
    news = "".join(
        f"<li><a href='/art/2025/2/1/art_99_{n}.html'>动态</a><span>2025-02-01</span></li>" for n in range(8)
    )
    rows = (
        "<li><a href='/art/2025/1/20/art_315154_7.html'>省政府办公厅2024年度</a><span>2025-01-20</span></li>"
    )
    html = f"<ul>{news}</ul><div><ul>{rows}</ul></div>"
    found = adapters.read(page(html, "http://a.gov.cn/col/col315154/index.html")).entries
    assert [entry.title for entry in found] == ["省政府办公厅2024年度"]


NEXT = [
    ("<a href='index_2.html'>下一页</a>", "index_2.html"),
    ("<a href='index_2.html'>下页</a>", "index_2.html"),
    ("<a href='index_2.html'>&gt;</a>", "index_2.html"),
    ("<a href='index_2.html'>[下一页]</a>", "index_2.html"),
    ("<span>1</span><a href='index_2.html'>2</a><a href='index_3.html'>3</a>", "index_2.html"),
    ("<a href='index_2.html'><img src='n.gif' alt='下一页'></a>", "index_2.html"),
    ("<a href='index_2.html' title='下一页'><i class='arrow'></i></a>", "index_2.html"),
    (
        "<select><option value='index_1.html'>第1页</option><option value='index_2.html'>第2页</option></select>",
        "index_2.html",
    ),
    ("<select><option value='1'>1</option><option value='2'>2</option></select>", None),
    ("<script>createPage(5, 0, 'list', 'shtml')</script>", "list_1.shtml"),
    ("<script>createPageHTML(5,0,'home','htm',99)</script>", "home_1.htm"),
    ("<script>var currentPage = 0; var countPage = 3;</script>", "index_1.html"),
    ("<script>new Pager({size:3, current:0, prefix:'index', suffix:'html'})</script>", "index_1.html"),
    ("<script>var pagination_script_config = {total: 4, cur: 0}</script>", "index_1.html"),
    ("<script>function createPageHTML(_nPageCount, _nCurrIndex, a, b){}</script>", None),
    ("<a href='javascript:void(0)'>下一页</a>", None),
    (
        "<a href='javascript:go(2)'>下一页</a><script>function go(n){location.href='list_'+n+'.html'}</script>",
        "list_2.html",
    ),
    (
        "<a href='#' onclick='go(1)'>下一页</a><script>function go(n){location='index_'+n+'.html'}</script>",
        "index_1.html",
    ),
    ("<a href='#'>下一页</a>", None),
]


@pytest.mark.parametrize(("pager", "following"), NEXT)
def test_next_pages(pager, following):
    html = f"<ul><li><a href='{ARTICLE.format(1)}'>2022年政府信息公开工作年度报告</a></li></ul>{pager}"
    found = [item.url.removeprefix(COLUMN) for item in adapters.read(page(html)).next]
    assert found == ([following] if following else [])


def test_a_column_without_a_slash_is_a_folder():
    found = adapters.read(page(TRS, COLUMN.rstrip("/"))).next
    assert [item.url for item in found] == [COLUMN + "index_1.html"]


def test_base_and_encodings():
    html = f"<base href='http://b.gov.cn/x/'><ul><li><a href='{ARTICLE.format(1)}'>2022年政府信息公开工作年度报告</a></li></ul>"
    for encoding in ("utf-8", "gbk", "gb18030", "utf-8-sig", "utf-16"):
        (entry,) = adapters.read(page(html.encode(encoding))).entries
        assert (entry.url, entry.title) == (
            "http://b.gov.cn/x/202301/t20230119_213661.shtml",
            "2022年政府信息公开工作年度报告",
        )


def test_a_named_family_is_obeyed_unless_the_page_is_surely_anothers():
    assert adapters.choose(page(TRS), "anchors").FAMILY == "anchors"
    assert adapters.choose(page(TRS), "legacy").FAMILY == "trs"
    assert adapters.choose(page(TRS, state={"family": "legacy"})).FAMILY == "legacy"
    with pytest.raises(adapters.UnknownFamily, match="trs"):
        adapters.choose(page(TRS), "wordpress")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_trouble(data):
    for prefix in (b"", b"<html><ul><li><a href=", b'{"data":', b"<datastore><record><![CDATA["):
        current = page(prefix + data)
        for adapter in adapters.ADAPTERS:
            assert 0.0 <= adapter.match(current) <= 1.0
        adapters.read(current)
        recognise(current, expect="page")
        attachments(current)


def test_the_unit_of_a_column_whose_requests_are_encrypted():
    def unit(name, column, rows):
        group = f"<nextgroup><![CDATA[<a href='/module/web/jpage/dataproxy.jsp?columnid={column}&unitid={name}'></a>]]></nextgroup>"
        records = "".join(
            f"<record><![CDATA[<li><a href='{row}'>{row[-9:]}</a></li>]]></record>" for row in rows
        )
        store = f"<datastore>{group}<recordset>{records}</recordset></datastore>"
        return f"<div id='{name}'><script type='text/xml'>{store}</script></div><script>$('#{name}').jpage({{totalRecord:{90 * len(rows)}}})</script>"

    news = unit("1", "aXZl", ["/art/2026/9/1/art_99_7.html", "/art/2026/9/2/art_99_8.html"])
    html = news + unit("2", "bmN5", ["/art/2025/1/9/art_4711_5.html"])
    listing = adapters.read(page(html, "http://www.x.gov.cn/col/col4711/index.html"))
    assert [entry.url for entry in listing.entries] == ["http://www.x.gov.cn/art/2025/1/9/art_4711_5.html"]


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("http://www.x.gov.cn/zfxxgk/nb.html?id=1", "<a href='nb.html?id=12'>区教育局</a>"),
        (
            "http://www.x.gov.cn/nb/index.html",
            "<select><option value='dept.html?id=12'>区教育局</option></select>",
        ),
        ("http://www.x.gov.cn/nb/", "<a href='bg_2023.html'>2023年度</a>"),
    ],
)
def test_agencies_behind_a_query_and_years_of_any_shape_are_columns(url, link):
    (child,) = adapters.read(page(link, url)).children
    assert child.title in ("区教育局", "2023年度")


@pytest.mark.parametrize(
    "link", ["<a href='bs.html?id=9'>区教育局</a>", "<a href='nb.html?id=3'>预算公开</a>"]
)
def test_links_to_other_pages_and_subjects_are_no_columns(link):
    assert adapters.read(page(link, "http://www.x.gov.cn/zfxxgk/nb.html?id=1")).children == ()


def test_rows_titled_by_their_year_alone():
    row = "<ul><li><a href='t20250120_2024.html'>2024年度</a></li></ul>"
    (entry,) = adapters.read(page(row)).entries
    assert (entry.url, entry.date) == (f"{COLUMN}t20250120_2024.html", "2025-01-20")


CLICKED = [
    "<li onclick=\"location.href='t1.html'\">{}<span>2025-01-20</span></li>",
    "<li><div onclick=\"window.open('t1.html')\">{}</div></li>",
]


@pytest.mark.parametrize("markup", CLICKED)
def test_rows_without_an_anchor(markup):
    title = "某区人民政府2024年政府信息公开工作年度报告"
    (entry,) = adapters.read(page(f"<ul>{markup.format(title)}</ul>")).entries
    assert (entry.url, entry.title) == (f"{COLUMN}t1.html", title)


def test_more_leads_to_the_whole_list_and_years_to_their_queries():
    assert [
        child.title for child in adapters.read(page("<a href='list.html'>更多&gt;&gt;</a>")).children
    ] == ["更多>>"]
    assert adapters.read(page("<a href='/xwzx/list.html'>更多&gt;&gt;</a>")).children == ()
    year = page("<a href='nb.aspx?cid=3&amp;year=2023'>2023年</a>", "http://www.x.gov.cn/nb.aspx?cid=3")
    assert [child.url for child in adapters.read(year).children] == [
        "http://www.x.gov.cn/nb.aspx?cid=3&year=2023"
    ]


def test_rows_as_data_of_a_script():
    reports = "[{'title':'2024年政府信息公开工作年度报告','url':'t1.html','pubDate':'2025-01-20 10:00'}]"
    slides = "[{title:'专题专栏',url:'/ztzl/'}]"
    (entry,) = adapters.read(page(f"<script>var slides={slides};show({reports});</script>")).entries
    assert (entry.url, entry.date) == (f"{COLUMN}t1.html", "2025-01-20")
    assert adapters.read(page(f"<script>var slides={slides}</script>")).entries == ()


def test_a_next_page_that_only_a_script_finds_is_said():
    row = f"<ul><li><a href='{ARTICLE.format(1)}'>2022年政府信息公开工作年度报告</a></li></ul>"
    assert adapters.read(page(f"{row}<a href='javascript:load(2)'>下一页</a>")).truncated
    assert not adapters.read(page(f"{row}<a href='javascript:void(0)'>下一页</a>")).truncated
    assert not adapters.read(page(f"{row}<a href='javascript:load(2)'>下一页</a>", number=2)).truncated


@pytest.mark.parametrize("script", ["location.href='list_'+n+'.html'", "location.href='/so/'"])
def test_a_short_list_with_a_script_is_no_shell(script):
    row = f"<ul><li><a href='{ARTICLE.format(1)}'>2022年政府信息公开工作年度报告</a></li></ul>"
    short = page(f"<body>{row}<script>function go(n){{{script}}}</script></body>")
    assert recognise(short, expect="list").name == "list"
    assert len(adapters.read(short).entries) == 1


def test_a_refresh_whose_attributes_are_turned_around():
    shell = page("<html><head><meta content=\"0; URL='./list.html'\" http-equiv='Refresh'></head></html>")
    assert recognise(shell, expect="list").target == f"{COLUMN}list.html"


@pytest.mark.parametrize("row", ["<div>{}</div>", "<p>{}</p>", "{}<br>", "{}", "<tr><td>{}</td></tr>"])
def test_a_list_of_thousands_of_links_takes_time_and_memory_in_proportion(row):
    links = (f'<a href="/nb/{n}.html">{n}局2024年政府信息公开工作年度报告</a>' for n in range(4000))
    body = "".join(row.format(link) for link in links)
    start = time.process_time()
    entries = rows.entries(Page("http://www.x.gov.cn/nb/", f"<html><div>{body}</div></html>".encode()))
    assert time.process_time() - start < 6  # for each link a look at all others took 16 seconds
    assert len(entries) == 4000 and sum(len(entry.text) for entry in entries) < 4000 * 100

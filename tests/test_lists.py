"""List adapters on the markup that portals really send."""

from crawler.lists import adapters
from crawler.lists.model import Page

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

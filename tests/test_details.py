"""Every hiding place of an attachment, with its name."""

import base64

import pytest

from crawler.details import attachments, disposition_name, embedded, frames
from crawler.lists.model import Page
from crawler.titles import looks_like_column, looks_like_report, score, year

URL = "http://www.x.gov.cn/zfxxgk/nb/202501/t20250123_1.html"
HERE = "http://www.x.gov.cn/zfxxgk/nb/202501/"
SITE = "http://www.x.gov.cn"


def found(body):
    return [(file.url, file.name, file.how) for file in attachments(Page(URL, body.encode()))]


CASES = [
    ("<a href='./P020250123375309063825.pdf'>年报.pdf</a>", HERE + "P020250123375309063825.pdf", "年报.pdf", "anchor"),
    (
        '<p class="insertfileTag"><a appendix="true" href="./P01.docx" title="2024年报.docx" download="2024年报.docx"'
        ' OLDSRC="/protect/P0/P01.docx">附件</a></p>',
        HERE + "P01.docx",
        "2024年报.docx",
        "anchor",
    ),
    (
        """<script>if("附件1.pdf<BR/>"!=""){document.write('<a href="./P01.pdf">附件1</a><BR/>');}</script>""",
        HERE + "P01.pdf",
        "附件1",
        "script",
    ),
    (
        "<a href='/module/download/downfile.jsp?classid=0&showname=%E5%B9%B4%E6%8A%A5.pdf&filename=0123456789abcdef0123456789abcdef.pdf'>下载</a>",
        SITE
        + "/module/download/downfile.jsp?classid=0&showname=%E5%B9%B4%E6%8A%A5.pdf&filename=0123456789abcdef0123456789abcdef.pdf",
        "年报.pdf",
        "download",
    ),
    (
        "<li>附件【<a href='/system/_content/download.jsp?urltype=news.DownloadAttachUrl&amp;owner=1&amp;wbfileid=8C84'>年报.xls</a>】已下载",
        SITE + "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=8C84",
        "年报.xls",
        "download",
    ),
    (
        "<a href='/api-gateway/jpaas-web-server/front/document/file-download?fileUrl=/cms_files/a.pdf&fileName=a.pdf'>x</a>",
        SITE + "/api-gateway/jpaas-web-server/front/document/file-download?fileUrl=/cms_files/a.pdf&fileName=a.pdf",
        "a.pdf",
        "download",
    ),
    ("<p><a href='getfile.jsp?id=5'>附件：2024年年度报告</a></p>", HERE + "getfile.jsp?id=5", "附件：2024年年度报告", "download"),
    ("<iframe src='/pdfjs/web/viewer.html?file=%2Ffiles%2Fa.pdf'></iframe>", SITE + "/files/a.pdf", "a.pdf", "viewer"),
    ("<iframe src='files/0a.pdf'></iframe>", HERE + "files/0a.pdf", "0a.pdf", "frame"),
    ("<embed src='/u/b.pdf'>", SITE + "/u/b.pdf", "b.pdf", "frame"),
    ("<object data='/u/c.pdf'></object>", SITE + "/u/c.pdf", "c.pdf", "frame"),
    (
        """<script>showVsbpdfIframe("/__local/2/30/25/plan.pdf","100%","600");</script>""",
        SITE + "/__local/2/30/25/plan.pdf",
        "plan.pdf",
        "viewer",
    ),
    (
        "<iframe src='/virtual_attach_file.vsb?afc=x&e=.pdf'></iframe>",
        SITE + "/virtual_attach_file.vsb?afc=x&e=.pdf",
        "virtual_attach_file.vsb",
        "frame",
    ),
    (
        r"""<script>var d={"attachment":[{"url":"\/attachment\/1\/16\/12541123.docx","name":"a"}]}</script>""",
        SITE + "/attachment/1/16/12541123.docx",
        "12541123.docx",
        "script",
    ),
    ("<a href='javascript:void(0)' onclick=\"window.open('/u/d.pdf')\">年报</a>", SITE + "/u/d.pdf", "年报", "anchor"),
    ("<div id=zoom><img src='./W01.jpg' alt='第1页'></div>", HERE + "W01.jpg", "第1页", "image"),
    ("<div id=zoom><a href='https://mp.weixin.qq.com/s/1'>2024年政府信息公开年度报告</a></div>", "https://mp.weixin.qq.com/s/1", "2024年政府信息公开年度报告", "external"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "url", "name", "how"), CASES)
def test_hiding_places(body, url, name, how):
    assert found(f"<html><body>{body}</body></html>") == [(url, name, how)]


def test_unclosed_anchors_keep_their_own_text():
    body = "<a href='a.pdf'>甲<p><a href='b.pdf'>乙</p>"
    assert [(url.rsplit("/", 1)[-1], name) for url, name, _ in found(body)] == [
        ("a.pdf", "甲"),
        ("b.pdf", "乙"),
    ]


def test_twins_are_both_there_and_duplicates_once():
    body = "<a href='a.pdf'>甲</a><a href='a.ofd'>甲</a><a href='./a.pdf'>甲</a>"
    assert [url.rsplit("/", 1)[-1] for url, _, _ in found(body)] == ["a.pdf", "a.ofd"]


def test_pictures_in_the_place_of_tables_are_kept():
    prose = "<p>" + "本机关依法公开政府信息。" * 40 + "</p>"
    body = f"<div id=zoom>{prose}<h2>三、收到和处理政府信息公开申请情况</h2><img src='./3.png'><h2>五、存在的主要问题</h2></div>"
    assert [(url.rsplit("/", 1)[-1], how) for url, _, how in found(body)] == [("3.png", "image")]
    table = body.replace("<img", "<table><tr><td>科研机构</td><td>0</td></tr></table><img")
    assert found(table) == []


def test_pictures_of_a_page_with_text_are_no_report():
    assert found("<div id=zoom>" + "文" * 300 + "<img src='a.jpg'></div>") == []
    assert found("<header><img src='/logo.png'></header><p>" + "文" * 300 + "</p>") == []


def test_pdf_inside_the_page():
    data = b"%PDF-1.4 " + b"x" * 60
    body = f'<script>var pdfData="{base64.b64encode(data).decode()}";</script>'
    assert embedded(Page(URL, body.encode())) == [data]
    assert embedded(Page(URL, b"<script>var pdfData='notbase64'</script>")) == []


def test_frames_that_hold_the_article():
    assert frames(Page(URL, b"<iframe src='/in.html'></iframe>")) == (SITE + "/in.html",)
    assert frames(Page(URL, b"<iframe src='http://other.gov.cn/in.html'></iframe>")) == ()


def test_names_in_content_disposition():
    assert disposition_name("attachment; filename*=UTF-8''%E5%B9%B4%E6%8A%A5.pdf") == "年报.pdf"
    assert disposition_name('attachment; filename="年报.pdf"'.encode("gbk")) == "年报.pdf"
    assert disposition_name("attachment; filename=年报.pdf".encode()) == "年报.pdf"
    assert disposition_name("attachment; filename=%E5%B9%B4.pdf") == "年.pdf"
    assert disposition_name("attachment; filename=..\\..\\a.pdf") == "a.pdf"
    assert disposition_name("inline") == ""


REPORTS = [
    ("银川市西夏区人民政府办公室2024年政府信息公开工作年度报告", 2024),
    ("西夏区２０２３年度政府信息公开工作年度报告", 2023),
    ("二〇二四年政府信息公开年报", 2024),
    ("政府信息公开2022年年度报告", 2022),
    ("关于2021年政府信息公开工作情况的报告", 2021),
    ("2019年政务公开工作报告", 2019),
    ("政府信息公开年报", None),
]
OTHERS = [
    "2024年政府网站工作年度报表",
    "2023年法治政府建设年度报告",
    "一图读懂2024年政府信息公开年报",
    "2024年政府信息公开年度报告解读",
    "关于做好2024年政府信息公开工作年度报告编制工作的通知",
    "政府信息公开指南",
    "2024年政府工作报告",
    "2024年部门决算公开",
]


@pytest.mark.parametrize(("title", "named"), REPORTS)
def test_titles_of_reports(title, named):
    assert looks_like_report(title)
    assert year(title) == named
    assert score(title) == (2 if named else 1)


@pytest.mark.parametrize("title", OTHERS)
def test_titles_of_the_neighbours(title):
    assert not looks_like_report(title)
    assert not looks_like_column(title)


def test_column_titles_split_by_markup():
    assert looks_like_column("政府信息\n 公开年报")
    assert looks_like_column("政府信息公开年度报告")
    assert not looks_like_column("政府信息公开制度")


def test_files_of_a_page_in_utf_16_are_found():
    markup = (
        "<html><body><p>年报</p><a href='/a/2023.pdf'>附件</a><iframe src='/b.html'></iframe></body></html>"
    )
    page = Page("http://x.gov.cn/nb/1.html", markup.encode("utf-16"))
    assert [file.url for file in attachments(page)] == ["http://x.gov.cn/a/2023.pdf"]
    assert frames(page) == ("http://x.gov.cn/b.html",)

"""Articles that a page fetches by script: the request behind the shell, and the JSON that comes back."""

import json
from urllib.parse import parse_qs

import pytest

from crawler.articles import behind, holds_article
from crawler.details import attachments
from crawler.lists.model import Page
from crawler.recognise import recognise
from parsers.errors import Unreadable
from parsers.read import read
from tests.portals.replica import AGENCY, report_body, report_title

SHELL = (
    "<html><title>信息公开</title><script>var siteInfo={siteGuid:'7eb5',projectName:'/shhk-zwgk'};"
    "post('rest/govinfo/getGovInfoDetail')</script></html>"
)
URL = "http://www.x.gov.cn/zwgk/showinfo.html?infoGuid=5f3c-8a1b"


def test_the_request_behind_an_epoint_shell():
    label = recognise(Page(URL, SHELL.encode()), expect="page")
    assert (label.name, label.outcome) == ("script_shell", "js_only")
    ask = label.ask
    assert (ask.method, ask.url) == ("POST", "http://www.x.gov.cn/shhk-zwgk/rest/govinfo/getGovInfoDetail")
    assert json.loads(parse_qs(ask.body.decode())["params"][0]) == {"infoid": "5f3c-8a1b", "siteGuid": "7eb5"}
    assert behind(Page(URL.partition("?")[0], SHELL.encode())) is None


def test_the_request_behind_a_numbered_shell():
    shell = b"<div id='app'></div><script src='/js/chunk-vendors.js'></script>"
    for number in ("9012", "i20250120-abc"):
        ask = behind(Page(f"http://www.x.gov.cn/art/info/5678/{number}", shell))
        assert (ask.url, ask.body) == ("http://www.x.gov.cn/html/info/detail", f"id={number}".encode())
    assert behind(Page("http://www.x.gov.cn/art/info/5678/", shell)) is None


def article(content, **more):
    data = {"title": report_title(2024), "infocontent": content, **more}
    return json.dumps({"custom": {"data": data}}).encode()


def test_an_article_as_json_is_read_like_its_page():
    data = article(report_body(report_title(2024), 2024))
    page = Page(URL, data)
    assert holds_article(page)
    assert recognise(page, expect="page").outcome is None
    report = read(data)
    assert (report.media_type, report.form, report.agency, report.year) == (
        "application/json",
        "2021",
        AGENCY,
        2024,
    )
    assert report.is_report and len(report.tables) == 3


def test_an_article_as_json_that_names_its_file():
    files = [{"attachname": "年报.pdf", "attachurl": "/files/2024.pdf"}]
    data = article("", infotype="pdf", attachlist=files)
    found = attachments(Page(URL, data))
    assert [(file.url, file.name) for file in found] == [("http://www.x.gov.cn/files/2024.pdf", "年报.pdf")]
    assert recognise(Page(URL, data), expect="page").outcome is None
    assert (read(data).agency, read(data).form) == (AGENCY, None)


@pytest.mark.parametrize("data", [b'{"code": 500}', b'{"a": "<p'])
def test_json_without_an_article(data):
    assert recognise(Page(URL, data), expect="page").outcome == "wrong_content_type"
    with pytest.raises(Unreadable):
        read(data)

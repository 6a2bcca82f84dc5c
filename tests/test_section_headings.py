"""Headings of sections as reports print them, with the numbering of their own."""

from __future__ import annotations

import pytest

from parsers.model import Document, Text
from parsers.read import read
from parsers.sections import sections

OFFICIAL = (
    *("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况"),
    *("政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项"),
)
NUMERALS = "一二三四五六"
TITLE = "<h1>大冶市财政局2023年政府信息公开工作年度报告</h1>"


def numbered(*lines: str) -> list[int]:
    return [section.number for section in sections(Document("text/html", tuple(map(Text, lines))))]


@pytest.mark.parametrize(
    "form",
    [
        "{n}、{t}",
        "{n} 、{t}",
        "{n}{t}",
        "{n} {t}",
        "（{n}）{t}",
        "第{n}部分 {t}",
        "、{t}",
        "{t}",
        "{n}、{t}：",
    ],
)
def test_numbering(form: str) -> None:
    lines = [form.format(n=n, t=t) for n, t in zip(NUMERALS, OFFICIAL, strict=True)]
    assert numbered(*lines) == [1, 2, 3, 4, 5, 6]


def test_arabic_numbering() -> None:
    assert numbered(*(f"{n}.{title}" for n, title in enumerate(OFFICIAL, 1))) == [1, 2, 3, 4, 5, 6]


def test_a_numeral_printed_twice() -> None:
    lines = [f"{n}、{t}" for n, t in zip("一二二四五六", OFFICIAL, strict=True)]
    assert numbered(*lines) == [1, 2, 3, 4, 5, 6]


def test_sub_headings_do_not_replace_sections() -> None:
    lines = (
        "一、总体情况",
        "（一）主动公开政府信息情况",
        "好。",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
    )
    found = sections(Document("text/html", tuple(map(Text, lines))))
    assert [section.number for section in found] == [1, 2, 3]
    assert found[0].text == "（一）主动公开政府信息情况\n好。"


def test_parts_hold_headings_numbered_like_sections() -> None:
    lines = [f"第{n}部分 {t}" for n, t in zip(NUMERALS, OFFICIAL, strict=True)]
    lines[1:1] = ["一、主动公开情况", "12条。", "二、依申请公开情况", "0件。", "五、监督保障情况"]
    lines[-1:-1] = ["一、存在的主要问题", "不足。", "二、改进措施"]
    found = sections(Document("text/html", tuple(map(Text, lines))))
    assert [section.title for section in found] == list(OFFICIAL)


def test_older_reports_keep_their_own_numbers() -> None:
    lines = ("一、概述", "四、收费及减免情况", "五、行政复议、行政诉讼情况", "六、存在的主要问题及改进情况")
    assert numbered(*lines) == [1, 4, 5, 6]


@pytest.mark.parametrize(
    "tail",
    [
        "<p>大冶市财政局</p><p>2024-01-08</p>",
        "<p>大冶市财政局　2024年1月8日</p>",
        "<p>大冶市财政局（盖章）</p><p>2024年1月8日</p>",
        "<p>教育部</p><p>2024.1.8</p>",
        "<p>大冶市实验小学</p><p>2024年1月8日</p>",
        "<p>西安海关</p><p>2024年1月8日</p>",
        "<p>【打印本页】【关闭窗口】</p>",
        "<p>点击数：123</p><p>（信息来源：市财政局）</p>",
    ],
)
def test_what_closes_a_report_or_its_page_is_no_prose(tail: str) -> None:
    page = f"{TITLE}<p>五、存在的主要问题及改进情况</p><p>公开不及时。</p><p>六、其他需要报告的事项</p><p>无。</p>{tail}"
    assert [section.text for section in read(page.encode()).sections] == ["公开不及时。", "无。"]


@pytest.mark.parametrize(
    ("line", "prose"),
    [
        ("六、其他需要报告的事项：无。", "无。"),
        ("六、其他需要报告的事项无其他事项。", "无其他事项。"),
        ("六、其他需要报告的事项：", ""),
    ],
)
def test_prose_on_the_line_of_an_official_title(line: str, prose: str) -> None:
    page = f"{TITLE}<p>五、存在的主要问题及改进情况</p><p>公开不及时。</p><p>{line}</p>"
    last = read(page.encode()).sections[-1]
    assert (last.title, last.text) == ("其他需要报告的事项", prose)


def test_headings_in_boxes_and_in_rows_of_a_table() -> None:
    boxed = "<table><tr><td>一、总体情况</td></tr><tr><td>公开12条。<br>共3类。</td></tr></table>"
    rows = "<tr><td colspan='2'>二、主动公开政府信息情况</td></tr><tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政许可</td><td>7</td></tr>"
    page = f"{TITLE}{boxed}<table>{rows}</table><p>五、存在的主要问题及改进情况</p><p>公开不及时。</p>"
    assert [(section.number, section.text) for section in read(page.encode()).sections] == [
        (1, "公开12条。\n共3类。"),
        (2, ""),
        (5, "公开不及时。"),
    ]

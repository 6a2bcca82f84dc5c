"""Headings of sections as reports print them, with the numbering of their own."""

from __future__ import annotations

import pytest

from parsers.model import Document, Text
from parsers.sections import sections

OFFICIAL = (
    *("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况"),
    *("政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项"),
)
NUMERALS = "一二三四五六"


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


def test_older_reports_keep_their_own_numbers() -> None:
    lines = ("一、概述", "四、收费及减免情况", "五、行政复议、行政诉讼情况", "六、存在的主要问题及改进情况")
    assert numbered(*lines) == [1, 4, 5, 6]

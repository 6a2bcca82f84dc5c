from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.numbers import money_unit, read_figure

WIDE = str.maketrans("0123456789+-.,", "０１２３４５６７８９＋－．，")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0), ("０", 0), ("0件", 0), ("零", 0), (" 12 ", 12), ("\u30006", 6), ("1,234", 1234), ("１，２３４", 1234),
        ("12条", 12), ("3 件", 3), ("+118", 118), ("－39", -39), ("−200", -200), ("0.00", 0), ("1.50", Decimal("1.5")),
        ("007", 7),
    ],
)  # fmt: skip
def test_numbers(text: str, value: object) -> None:
    assert read_figure(text).value == value
    assert isinstance(read_figure(text).value, int | Decimal)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\xa0", "/", "／", "-", "—", "——", "无", "－", " — "])
def test_blanks(text: str) -> None:
    assert read_figure(text).state == "blank"


@pytest.mark.parametrize(
    "text",
    [
        "12,34",
        "1 234",
        "5¹",
        "①",
        "约5",
        "5余",
        "1e5",
        "٣",
        "一",
        "1.",
        ".5",
        "5\n6",
        "零报告",
        "5 6",
        "1/2",
        "5%",
        "x",
    ],
)
def test_no_guess(text: str) -> None:
    assert read_figure(text) == read_figure("?")


@pytest.mark.parametrize(
    ("text", "header", "value"),
    [
        ("251000元", None, "25.1"), ("10518.1531 万元", None, "10518.1531"), ("1.2亿元", None, "12000"), ("1.2亿", None, "12000"),
        ("251000", "元", "25.1"), ("3万元", "元", "3"), ("282.1", None, "282.1"), ("0", "元", "0"), ("1元", None, "0.0001"),
        ("3", "千元", "0.3"), ("3", "百万元", "300"), ("3百元", "万元", "0.03"),
    ],
)  # fmt: skip
def test_amounts_are_in_ten_thousand_yuan(text: str, header: str | None, value: str) -> None:
    assert read_figure(text, unit="万元", header_unit=header).value == Decimal(value)


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("本年收费金额(单位:元)", "元"),
        ("本年收费金额(单位:千元)", "千元"),
        ("收费(百万元)", "百万元"),
        ("采购总金额万元", "万元"),
        ("采购总金额(美元)", "美元"),
        ("(单位:件,亿元)", "亿元"),
        ("收费|万\ufffd元", None),
        ("公元2020年收费", None),
        ("采购总金额", None),
    ],
)
def test_the_unit_of_money_that_a_header_names(header: str, unit: str | None) -> None:
    assert money_unit(header) == unit
    if unit == "美元":
        assert read_figure("3", unit="万元", header_unit=unit).state == "unread"


def test_a_unit_of_another_kind_is_not_read() -> None:
    assert read_figure("5元").state == "unread"
    assert read_figure("5件", unit="万元").state == "unread"
    assert read_figure("0件", unit="万元").value == 0
    assert read_figure("0元").value == 0


def test_signs_in_words_only_where_a_sign_belongs() -> None:
    assert [read_figure(text, signed=True).value for text in ("增8", "减8", "—8", "增加3", "减少3")] == [
        8,
        -8,
        -8,
        3,
        -3,
    ]
    assert read_figure("减8").state == "unread"


@given(
    st.decimals(min_value=0, max_value=10**12, places=4), st.booleans(), st.sampled_from(["", " ", "\u3000"])
)
def test_what_is_printed_is_what_is_read(number: Decimal, wide: bool, space: str) -> None:
    text = f"{number:f}"
    assert read_figure(space + (text.translate(WIDE) if wide else text) + space).value == number


@given(st.integers(0, 10**15))
def test_thousands_separators(number: int) -> None:
    assert read_figure(f"{number:,}").value == number


@given(st.text(max_size=60))
def test_never_raises_and_a_value_has_digits(text: str) -> None:
    figure = read_figure(text)
    if figure.state == "value":
        assert any(character in "0123456789０１２３４５６７８９零〇" for character in text)

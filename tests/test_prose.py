from __future__ import annotations

import pytest

from parsers.model import Cell, Section
from parsers.prose import statements


def said(
    text: str, *, section: int = 1, cells: tuple[Cell, ...] = (), year: int | None = 2022
) -> dict[str, object]:
    found = statements([Section(section, "总体情况", text)], cells, year)
    return {statement.id: statement.value for statement in found}


@pytest.mark.parametrize(
    ("text", "id", "value"),
    [
        ("2022年共收到政府信息公开申请7819件，均已答复。", "requests_received", 7819),
        ("全年受理政府信息公开申请1,013件。", "requests_received", 1013),
        ("本年度我局未收到政府信息公开申请。", "requests_received", 0),
        ("上年结转申请2件，结转下年度继续办理3件。", "requests_carried_in", 2),
        ("上年结转申请2件，结转下年度继续办理3件。", "requests_carried_out", 3),
        ("未发生行政复议、行政诉讼案件。", "lawsuits", 0),
        ("2022年收取政府信息公开信息处理费1934元。", "fees_collected", 1934),
        ("实际收取信息处理费总金额0.2万元。", "fees_collected", 2000),
        ("发出收费通知3件，通知收费总金额1200元。", "fee_notices", 3),
        ("发出收费通知3件，通知收费总金额1200元。", "fees_notified", 1200),
        ("2022年，区政府国资局未收取信息处理费。", "fees_collected", 0),
    ],
)
def test_plain_statements(text: str, id: str, value: int) -> None:
    assert said(text)[id] == value


@pytest.mark.parametrize(
    "text",
    [
        "2021年收到政府信息公开申请5件。",
        "收到政府信息公开申请5件，其中收到信息公开申请3件。",
        "收到政府信息公开申请5件。另外收到政府信息公开申请6件。",
        "较上年收到政府信息公开申请5件。",
    ],
)
def test_what_is_not_certain_has_no_value(text: str) -> None:
    assert said(text) == {"requests_received": None}


def test_statements_are_compared_with_the_tables() -> None:
    cells = (
        Cell("requests", "new", "total", 13, "value", "13"),
        Cell("disputes", "litigation_direct", "total", 1, "value", "1"),
        Cell("disputes", "litigation_after_reconsideration", "total", None, "blank", ""),
    )
    text = "收到政府信息公开申请12件。行政诉讼1件。"
    found = statements([Section(1, "总体情况", text)], cells, 2022)
    checks = {statement.id: statement.check for statement in found}
    assert checks["requests_received"] is not None
    assert (checks["requests_received"].status, checks["requests_received"].left) == ("fails", 12)
    assert checks["lawsuits"] is not None
    assert checks["lawsuits"].status == "unknown"


def test_each_figure_has_its_sentence_and_section() -> None:
    (statement,) = statements([Section(6, "其他", "无其他事项。2022年收取信息处理费380元。")], (), 2022)
    assert (statement.sentence, statement.section) == ("2022年收取信息处理费380元", 6)

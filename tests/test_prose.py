from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from parsers.model import Cell, Section
from parsers.phrases import phrases
from parsers.prose import statements
from parsers.subjects import is_own

CORPUS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("prose.toml").read_text("utf-8"))
TITLES = {1: "总体情况", 4: "政府信息公开行政复议、行政诉讼情况", 6: "其他需要报告的事项"}


def said(text: str, *, section: int = 1, **about: Any) -> dict[str, object]:
    about = CORPUS["default"] | about
    found = statements([Section(section, TITLES[section], text)], (), about["year"], about["agency"])
    return {statement.id: statement.value for statement in found}


@pytest.mark.parametrize("entry", CORPUS["plain"], ids=lambda entry: entry["text"])
def test_sentences(entry: dict[str, Any]) -> None:
    about = {name: entry[name] for name in ("section", "agency") if name in entry}
    expected = {id: None if value == "?" else value for id, value in entry["says"].items()}
    assert said(entry["text"], **about) == expected


def test_the_corpus_is_large_and_has_traps() -> None:
    texts = [entry["text"] for entry in CORPUS["plain"]]
    assert len(set(texts)) == len(texts) > 120
    assert sum(not entry["says"] or "?" in entry["says"].values() for entry in CORPUS["plain"]) > 40
    stated = {id for entry in CORPUS["plain"] for id, value in entry["says"].items() if value != "?"}
    assert {phrase.id for phrase in phrases().phrases} - stated <= {
        "reconsiderations_pending",
        "lawsuits_corrected",
        "lawsuits_other",
    }


@pytest.mark.parametrize(
    ("name", "agency", "own"),
    [
        ("我局", None, True),
        ("科技局", None, False),
        ("全区", "银川市西夏区人民政府", True),
        ("全区", "银川市西夏区科学技术局", False),
        ("全市", "武汉市黄陂区人民政府", False),
        ("全局", "银川市西夏区科学技术局", True),
        ("全委", "银川市西夏区卫生健康委员会", True),
        ("西夏区", "银川市西夏区人民政府", True),
        ("银川市", "银川市西夏区人民政府", False),
        ("区政府", "银川市西夏区人民政府", True),
        ("市政府", "银川市西夏区人民政府", False),
        ("区政府办公室", "银川市西夏区人民政府办公室", True),
        ("区科技局", "银川市西夏区科学技术局", True),
        ("市科技局", "银川市西夏区科学技术局", False),
        ("银川市市场监管局", "银川市西夏区市场监督管理局", False),
        ("西夏区市场监管局", "银川市西夏区市场监督管理局", True),
        ("区教育局", "银川市西夏区科学技术局", False),
        ("局", "银川市西夏区科学技术局", False),
        ("各级行政机关", "银川市西夏区科学技术局", False),
        ("各级行政机关", "银川市西夏区人民政府", True),
        ("西夏区各级各部门", "银川市西夏区人民政府", True),
        ("区属国有企业", "银川市西夏区人民政府", False),
        ("良渚镇", "杭州市余杭区良渚镇人民政府", True),
        ("瓶窑镇", "杭州市余杭区良渚镇人民政府", False),
        ("局机关", "银川市西夏区科学技术局", True),
    ],
)
def test_whose_figure_it_is(name: str, agency: str | None, own: bool) -> None:
    assert is_own(name, agency) is own


def test_of_two_sentences_that_differ_both_are_shown() -> None:
    sections = [
        Section(1, "总体情况", "2022年收到政府信息公开申请5件。"),
        Section(3, "收到和处理政府信息公开申请情况", "全年收到申请6件。均已办结。"),
    ]
    (statement,) = statements(sections, (), 2022)
    assert statement.value is None
    assert statement.sentence == "2022年收到政府信息公开申请5件\n全年收到申请6件"


def test_plans_are_no_figures() -> None:
    section = Section(5, "存在的主要问题及改进情况", "2022年收到政府信息公开申请5件，人手不足。")
    assert statements([section], (), 2022) == ()


def test_statements_are_compared_with_the_tables() -> None:
    cells = (
        Cell("requests", "new", "total", 13, "value", "13"),
        Cell("requests", "denied_state_secret", "total", 1, "value", "1"),
        Cell("requests", "denied_process", "total", 2, "value", "2"),
        Cell("disputes", "litigation_direct", "total", 1, "value", "1"),
        Cell("disputes", "litigation_after_reconsideration", "total", None, "blank", ""),
    )
    text = "收到政府信息公开申请12件，不予公开3件。发生政府信息公开行政诉讼1件。"
    found = statements([Section(1, "总体情况", text)], cells, 2022)
    checks = {statement.id: statement.check for statement in found}
    assert checks["requests_received"] is not None
    assert (checks["requests_received"].status, checks["requests_received"].left) == ("fails", 12)
    assert checks["requests_denied"] is not None
    assert (checks["requests_denied"].status, checks["requests_denied"].where) == (
        "holds",
        "requests.denied_*",
    )
    assert checks["lawsuits"] is not None
    assert checks["lawsuits"].status == "unknown"


def test_sentences_of_the_older_form_are_compared_with_its_indicators() -> None:
    cells = (
        Cell("statistics", "3.1", "value", 3, "value", "3"),
        Cell("statistics", "4", "value", 0, "value", "0"),
    )
    text = "收到政府信息公开申请3件，未发生行政复议、行政诉讼。"
    found = statements([Section(4, "依申请公开政府信息情况", text)], cells, 2016)
    assert [(said.id, said.check.status) for said in found if said.check] == [
        ("requests_received", "holds"),
        ("reconsiderations", "holds"),
    ]


def test_each_figure_has_its_sentence_and_section() -> None:
    (statement,) = statements([Section(6, "其他", "无其他事项。2022年收取信息处理费380元。")], (), 2022)
    assert (statement.sentence, statement.section) == ("2022年收取信息处理费380元", 6)


@pytest.mark.parametrize(
    "part", ["的", "未", "申请", "因政府信息公开", "行政复议、", "收到1件", "一", "共", "被申请行政复议"]
)
def test_no_sentence_takes_long(part: str) -> None:
    start = time.process_time()
    text = "未" + part * (1400 // len(part)) + "申请行政复议、收费通知。"
    statements([Section(1, "政府信息公开申请", text * 3)], (), 2022, "银川市西夏区科学技术局")
    assert time.process_time() - start < 20

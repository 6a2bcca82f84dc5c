"""Reports that share a document, and titles of others that begin no report."""

from __future__ import annotations

import pytest

from parsers.model import Block, Document, GridCell, Table, Text
from parsers.neighbours import without_neighbours

NAME = "海林市司法局"
TITLE = f"{NAME}2023年政府信息公开工作年度报告"
LAST = f"{NAME}2022年政府信息公开工作年度报告"
OTHER = "海林市民政局2023年政府信息公开工作年度报告"
OWN = [Text("一、总体情况"), Text("我局认真工作。"), Text("二、主动公开政府信息情况")]
THEIRS = [Text("一、总体情况"), Text("去年的情况。"), Text("三、收到和处理政府信息公开申请情况")]


def kept(*blocks: Block) -> tuple[list[Block], list[str]]:
    found, problems = without_neighbours(Document("text/html", blocks), TITLE, NAME, 2023)
    return list(found.blocks), [problem.code for problem in problems]


@pytest.mark.parametrize("title", [LAST, OTHER])
@pytest.mark.parametrize("first", [True, False])
def test_another_report_is_left_out(title: str, *, first: bool) -> None:
    own, theirs = [Text(TITLE), *OWN], [Text(title), *THEIRS]
    assert kept(*((*theirs, *own) if first else (*own, *theirs))) == (own, ["several_reports"])


def test_a_title_in_two_lines() -> None:
    own = [Text(TITLE), *OWN]
    assert kept(*own, Text("海林市民政局"), Text("2023年政府信息公开工作年度报告"), *THEIRS)[0] == own


@pytest.mark.parametrize(
    "blocks",
    [
        [Text(LAST), Text(OTHER), Text(TITLE), *OWN],
        [Text(TITLE), *OWN, Text(LAST), Text(OTHER)],
        [Text(TITLE), Text(LAST), *OWN],
        [Text(TITLE), *OWN[:2], Text(LAST), *OWN[2:]],
        [Text(TITLE), *OWN, Text("司法局2023年政府信息公开工作年度报告"), *THEIRS],
        [Text(TITLE), *OWN, Text(TITLE), *THEIRS],
    ],
)
def test_titles_in_lists_and_of_the_same_report_cut_nothing(blocks: list[Block]) -> None:
    assert kept(*blocks) == (blocks, [])


def test_a_table_of_the_forms_is_content_where_no_section_is_headed() -> None:
    labels = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    table = Table(tuple(GridCell(label, 0, column) for column, label in enumerate(labels)))
    assert kept(Text(TITLE), table, Text(LAST), table) == ([Text(TITLE), table], ["several_reports"])

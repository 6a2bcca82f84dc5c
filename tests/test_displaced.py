"""Rows that lost a cell and gained another: null where the sums tell of it, and an agency's own slip stays."""

from __future__ import annotations

import pytest

from parsers.forms import load_forms
from parsers.model import Report
from parsers.read import read

FORM = load_forms()["2021"]
ROWS = {
    "new": ["5", "6", "7", "0", "1", "0", "19"],
    "carried_in": ["0", "2", "0", "0", "0", "0", "2"],
    "granted": ["3", "4", "0", "0", "1", "0", "8"],
    "denied_process": ["0", "2", "7", "0", "0", "0", "9"],
    "total": ["3", "6", "7", "0", "1", "0", "17"],
    "carried_out": ["2", "2", "0", "0", "0", "0", "4"],
}
DISPUTES = ["1", "0", "2", "0", "3", "4", "0", "0", "1", "5", "0", "6", "0", "0", "6"]


def page(disputes: list[str] = DISPUTES, **changed: list[str]) -> Report:
    columns = [column.zh for column in FORM.table("requests").columns()]
    rows = [["", *columns]]
    for row in FORM.table("requests").rows():
        rows.append([row.zh, *changed.get(row.id, ROWS.get(row.id, ["0"] * 7))])
    leaves = [column.zh for column in FORM.table("disputes").columns()]
    groups = "".join(f'<td colspan="5">{row.zh}</td>' for row in FORM.table("disputes").rows())
    return read(
        f"<h1>海林市司法局2021年政府信息公开工作年度报告</h1><table>{_rows(rows)}</table>"
        f"<table><tr>{groups}</tr>{_rows([leaves * 3, disputes])}</table>".encode(),
        second="never",
    )


def _rows(rows: list[list[str]]) -> str:
    return "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows)


def values(report: Report, table: str, row: str) -> list[object]:
    return [cell.value for cell in report.cells if (cell.table, cell.row) == (table, row)]


def doubted(report: Report) -> set[str]:
    return {problem.where for problem in report.problems if problem.code == "unread_row"}


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        ("new", ["5", "7", "0", "1", "0", "19", ""]),
        ("new", ["", "5", "6", "7", "0", "1", "0"]),
        ("new", ["", "5", "6", "7", "0", "1", "19"]),
        ("granted", ["3", "0", "0", "1", "0", "8", ""]),
        ("denied_process", ["0", "7", "0", "0", "0", "", "9"]),
        ("total", ["3", "", "6", "7", "0", "1", "0"]),
        ("carried_out", ["2", "0", "0", "0", "0", "4", ""]),
    ],
)
def test_a_displaced_row_is_null_and_named(row: str, printed: list[str]) -> None:
    report = page(**{row: printed})
    assert values(report, "requests", row) == [None] * 7
    assert doubted(report) == {f"requests.{row}"}
    assert values(report, "requests", "carried_in") == [0, 2, 0, 0, 0, 0, 2]


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        ("new", ["5", "6", "8", "0", "1", "0", "19"]),
        ("granted", ["3", "4", "0", "0", "1", "0", "9"]),
        ("granted", ["3", "", "0", "0", "1", "0", "8"]),
        ("denied_process", ["0", "", "", "0", "0", "0", "9"]),
        ("total", ["3", "6", "7", "0", "2", "0", "17"]),
        ("carried_out", ["2", "2", "0", "0", "0", "0", ""]),
    ],
)
def test_a_slip_or_a_blank_stays_as_printed(row: str, printed: list[str]) -> None:
    report = page(**{row: printed})
    assert values(report, "requests", row) == [int(text) if text else None for text in printed]
    assert not doubted(report)


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        ("granted", ["3", "0", "0", "1", "0", "8", "0"]),
        ("total", ["3", "3", "6", "7", "0", "1", "0"]),
        ("carried_out", ["2", "0", "0", "0", "0", "4", "0"]),
        ("carried_out", ["/", "2", "2", "0", "0", "0", "4"]),
        ("new", ["0", "5", "6", "7", "0", "1", "19"]),
    ],
)
def test_a_row_with_something_in_each_cell_is_kept_as_the_agency_typed_it(
    row: str, printed: list[str]
) -> None:
    report = page(**{row: printed})
    assert values(report, "requests", row) == [int(text) if text.isdigit() else None for text in printed]
    assert not doubted(report)
    assert any(check.status == "fails" for check in report.checks)


def test_a_mark_for_nothing_is_no_cell_gained() -> None:
    printed = ["7", "/", "0", "1", "0", "0", "19"]
    assert values(page(new=printed), "requests", "new") == [7, None, 0, 1, 0, 0, 19]


def test_a_displaced_row_of_section_four() -> None:
    moved = [*DISPUTES[:3], *DISPUTES[4:], ""]
    report = page(disputes=moved)
    assert values(report, "disputes", "litigation_direct") == [None] * 5
    assert len(doubted(report)) == 3
    kept = [*DISPUTES[:4], "4", *DISPUTES[5:]]
    assert values(page(disputes=kept), "disputes", "reconsideration") == [1, 0, 2, 0, 4]


def test_a_figure_that_a_text_wrapped_where_a_blank_went_unseen() -> None:
    text = "\n".join(
        [
            "海林市司法局2021年政府信息公开工作年度报告",
            "三、收到和处理政府信息公开申请情况",
            "申请人情况",
            "自然人 法人或其他组织 总计",
            "商业企业 科研机构 社会公益组织 法律服务机构 其他",
            "一、本年新收政府信息公开申请数量 2 4 0 0 1 0 25",
            "二、上年结转政府信息公开申请数量 0 2 4 0 1 0 8",
            "",
        ]
    )
    report = read(text.encode(), second="never")
    assert values(report, "requests", "new") == [None] * 7
    assert doubted(report) == {"requests.new"}
    assert values(report, "requests", "carried_in") == [0, 2, 4, 0, 1, 0, 8]


def test_two_slips_of_section_four_stay_as_printed() -> None:
    """A whole row under its own labels is what the agency printed, though its figures moved by one would add up."""
    printed = ["1", "0", "2", "0", "3", "4", "5", "2", "12", "3", "6", "0", "0", "9", "0"]
    report = page(disputes=printed)
    assert [v for row in FORM.table("disputes").rows() for v in values(report, "disputes", row.id)] == [
        int(text) for text in printed
    ]
    assert not doubted(report)


@pytest.mark.parametrize("printed", [["3", "0", "0", "1", "0", "4", ""], ["0", "5", "0", "0", "0", "5", ""]])
def test_a_sum_before_an_empty_total_is_the_total(printed: list[str]) -> None:
    """Also where the columns' sums tell nothing, for other rows have blanks."""
    blanks = ["", "", "", "", "", "", "9"]
    report = page(granted=printed, denied_process=blanks)
    assert values(report, "requests", "granted") == [None] * 7
    assert doubted(report) == {"requests.granted"}
    marked = [*printed[:-1], "/"]
    assert values(page(granted=marked, denied_process=blanks), "requests", "granted")[0] == int(printed[0])


def test_groups_of_section_four_that_add_up_one_cell_further() -> None:
    printed = ["/", "75", "44", "342", "44", "45", "9", "2", "100", "5", "1", "3", "17", "26", ""]
    report = page(disputes=printed)
    for group in ("reconsideration", "litigation_direct", "litigation_after_reconsideration"):
        assert values(report, "disputes", group) == [None] * 5

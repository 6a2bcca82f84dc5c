"""Files that were cut off in the middle of a figure: its first digits are never taken for the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from parsers.documents import cut
from parsers.errors import Unreadable
from parsers.model import Number, Report
from parsers.read import read

CASES = Path(__file__).parent / "cases"
WHOLE = [
    path
    for path in sorted(CASES.glob("*/original.*"))
    if path.suffix in (".html", ".txt")
    and re.match("html_all_in|html_amount|html_word|text_", path.parent.name)
]
"""Pages and texts of every form, Word's markup and all ways in which a text is drawn."""
CUTS = 12
ROW = "一、本年新收政府信息公开申请数量"
HEAD = "\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\n"


def values(report: Report) -> dict[tuple[str, str, str], Number | None]:
    return {(cell.table, cell.row, cell.column): cell.value for cell in report.cells}


def cuts(path: Path, data: bytes) -> Iterator[int]:
    """Some of the places inside the file's figures."""
    inside = [match.start() + n for match in re.finditer(rb"\d{2,}", data) for n in range(1, len(match[0]))]
    random = Random(path.parent.name)
    yield from random.sample(inside, min(CUTS, len(inside)))


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.parent.name)
def test_first_digits_are_not_taken_for_a_figure(path: Path) -> None:
    data = path.read_bytes()
    whole = values(read(data, second="never"))
    for at in cuts(path, data):
        with suppress(Unreadable):
            for address, value in values(read(data[:at], second="never")).items():
                assert value in (None, whole[address]), (at, address)


@pytest.mark.parametrize("second", ["never", "always"])
def test_a_page_that_ends_in_a_cell_says_so(second: str) -> None:
    data = (CASES / "html_all_in_one_2021" / "original.html").read_bytes()
    at = data.index("二、上年结转".encode())
    at = data.index(b"</td>", data.index(b"</td>", at) + 5)
    report = read(data[:at], second=second)  # type: ignore[arg-type]
    assert "cut_off" in {problem.code for problem in report.problems}
    carried_in = {cell.column: cell.state for cell in report.cells if cell.row == "carried_in"}
    assert set(carried_in.values()) <= {"unread", "absent"}


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("<table><tr><td>12", "<table><tr><td>12�"),
        ("<table><tr><td>12</", "<table><tr><td>12�"),
        ("<table><tr><TD><p><span>1</span><spa", "<table><tr><TD><p><span>1</span>�"),
        ("<table><tr><td>1</td><td", "<table><tr><td>1</td><td"),
        ("<table><tr><td>1<td>2</table>", "<table><tr><td>1<td>2</table>"),
        ("<table><tr><td>1</td></tr></table><p>12", "<table><tr><td>1</td></tr></table><p>12"),
        ("<table><tr><td>1</td>" + " " * 1000, "<table><tr><td>1</td>" + " " * 1000),
        ("<table><tr><td>1" + "<b></b>" * 100, "<table><tr><td>1" + "<b></b>" * 100 + "�"),
        ("<thead>12", "<thead>12"),
        ("12", "12"),
        ("", ""),
    ],
)
def test_pages_that_end_in_a_cell(page: str, marked: str) -> None:
    assert cut.marked(page) == marked


@pytest.mark.parametrize(
    ("end", "total"),
    [("1\t2\t3\t0\t0\t0\t6", 6), ("1\t2\t3\t0\t0\t0\t6\n", 6), ("1\t2\t3\t0\t0\t10\t1", None),
     ("1\t2\t3\t0\t0\t10\t1\n", 1), ("1\t2\t3\t0\t0\t10\t1件", 1)],
)  # fmt: skip
def test_a_text_may_end_in_a_figure_that_adds_up(end: str, total: int | None) -> None:
    report = read(f"银川市财政局2023年政府信息公开工作年度报告\n{HEAD}{ROW}\t{end}".encode(), second="never")
    assert values(report)["requests", "new", "total"] == total
    assert ("cut_off" in {problem.code for problem in report.problems}) == (total is None)

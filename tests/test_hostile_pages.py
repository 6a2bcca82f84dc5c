"""Pages made to break a reader: an error or honest nulls within the limits, and the others unharmed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import product

import pytest

from parsers.documents import html
from parsers.errors import Unreadable
from parsers.model import Report
from parsers.read import read
from parsers.workers import Limits, run

ROW = "<tr><td>规章</td><td>1</td><td>2</td><td>3</td></tr>"
DEEP = "深处的文字"
SPANS = "<tr><td rowspan=65535 colspan=65535>规章</td><td rowspan=65535>1</td></tr>"
PAGES: dict[str, Callable[[int], str]] = {
    "rowspan": lambda n: "<table>" + SPANS * (90 * n) + "</table>",
    "wide": lambda n: "<table><tr>" + "<td colspan=1000>规章</td>" * (900 * n) + "</tr></table>",
    "rows": lambda n: "<table>" + ROW * (10_000 * n) + "</table>",
    "cell": lambda n: "<table><tr><td>规章</td><td>" + "9" * (1_000_000 * n) + "</td></tr></table>",
    "tables": lambda n: "<table><tr><td>自然人</td><td>1</td></tr></table>" * (10_000 * n),
    "attributes": lambda n: "<p " + " ".join(f"a{n}=1" for n in range(10_000 * n)) + ">x</p>",
    "unclosed": lambda n: "<table>" + "<tr><td>规章<td>1<td>2" * (2000 * n),
    "headings": lambda n: "<p>一、总体情况</p>" * (2000 * n),
    "text": lambda n: "2021年政府信息公开年度报告\n" + ("年度报告" * 8 + "\n") * (10_000 * n),
    "labels": lambda n: (
        "三、收到和处理政府信息公开申请情况\n" + ("（2021年3月" * 3 + " 0 1 2 3\n") * (5000 * n)
    ),
    "brackets": lambda n: "<table><tr><td>" + "(" * (100_000 * n) + "</td><td>1</td></tr></table>",
}
"""Pages of so many tenths of the size that is meant to break a reader."""
GOOD = "<p>2021年某市人民政府信息公开工作年度报告</p>" + "<table>" + ROW + "</table>"


def timed(page: tuple[str, int]) -> tuple[Report, float]:
    """What a page says, and the seconds of work that it took, which other work on the machine makes no longer."""
    name, tenths = page
    start = time.process_time()
    report = read(PAGES[name](tenths).encode(), second="never")
    return report, time.process_time() - start


def read_page(name: str) -> Report:
    if name == "sleep":
        time.sleep(600)
    if name == "greedy":
        return [bytearray(1 << 28) for _ in range(64)]  # type: ignore[return-value]
    if name == "dies":
        import os  # noqa: PLC0415

        os._exit(9)
    return read(GOOD.encode(), second="never")


@pytest.mark.slow
def test_each_hostile_page_is_an_error_or_all_null() -> None:
    took: dict[tuple[str, int], float] = {}
    for page, made in run(timed, product(PAGES, (1, 10)), limits=Limits(seconds=300, memory=1 << 30)):
        if isinstance(made, Unreadable):
            assert made.code == "too_large", (page, made.code)
        else:
            report, took[page] = made
            assert all(cell.value is None for cell in report.cells), page
    # ten times as much takes some ten times as long, on whatever machine
    assert [page for page, seconds in took.items() if seconds > 30 * max(took[page[0], 1], 0.1)] == []


def test_a_child_that_hangs_dies_or_starves_harms_no_other() -> None:
    names = ["sleep", "good", "dies", "greedy", "good"]
    made = [outcome for _, outcome in run(read_page, names, workers=2, limits=Limits(seconds=8))]
    codes = [outcome.code if isinstance(outcome, Unreadable) else outcome.media_type for outcome in made]
    assert codes == ["too_slow", "text/html", "reader_died", "too_large", "text/html"]


@pytest.mark.parametrize(
    "page",
    ["<div>" * 100_000 + DEEP + "</div>" * 100_000, "<p>" + "<span>" * 100_000 + DEEP, "<b><font>" * 30_000 + DEEP,
     "<table><tr><td>" * 20_000 + DEEP + "</table>", "<ul><li>" * 50_000 + DEEP + "<p>后文</p>"],
    ids=["div", "span", "font", "table", "list"],
)  # fmt: skip
def test_no_text_is_lost_however_deep(page: str) -> None:
    document = html.read(page.encode())
    assert DEEP in "".join(text.text for text in document.texts())
    assert page.startswith("<b>") or [problem.code for problem in document.problems] == ["deep_nesting"]


def test_a_table_in_a_page_that_is_too_deep_is_still_a_table() -> None:
    document = html.read(("<div>" * 5000 + "<table>" + ROW + ROW + "</table>").encode())
    assert [len(table.cells) for table in document.tables()] == [8]


@pytest.mark.parametrize("odd", ["\x0c", "&#12;", "&#1;", "&#xFFFE;", "&#xD800;", "\x7f", "\ue002"])
def test_characters_that_no_tree_may_hold(odd: str) -> None:
    page = f"<h1>x{odd}y</h1><pre>a{odd}\n</pre><p>b<br>{odd}<sup>{odd}1</sup>{odd}</p><table>{ROW}{odd}</table>{odd}z"
    document = html.read(page.encode("utf-8", "surrogatepass"))
    assert "z" in [text.text[-1] for text in document.texts()]
    assert len(list(document.tables())) == 1


@pytest.mark.parametrize(
    "written", ["&#57346;9&#57347;", "&#xE000;7&#xe001", "&#573&#57346;46;", "&#057348;"]
)
def test_own_marks_as_references(written: str) -> None:
    page = f"<p>一</p><br>{written}<table><tr><td>{written}</td><td>5</td></tr></table>"
    document = html.read(page.encode())
    assert len(list(document.tables())) == 1
    assert not re.search("[\ue000-\ue03f]", repr(document))

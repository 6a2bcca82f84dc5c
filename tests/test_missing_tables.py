"""Reports whose tables are not there say why, and never show zeros."""

from __future__ import annotations

from random import Random

import pytest

from parsers.documents.pdf_assembly import assemble
from parsers.documents.pdf_sheet import Sheet
from parsers.forms import load_forms
from parsers.read import read, read_document
from tests.generate.drawn import Cell, draw
from tests.generate.known import Habits, random_known
from tests.generate.unruled import Pages, Setting

TITLE = "海林市司法局2021年政府信息公开工作年度报告"
HEADINGS = (
    *("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况"),
    "政府信息公开行政复议、行政诉讼情况",
)
EMPTY = "".join(f"<h2>{number}、{title}</h2>" for number, title in zip("一二三四", HEADINGS, strict=True))
PICTURE = '<p><img src="/upload/W020220118.png" width="800"></p>'
DISPUTES = "".join(
    (
        "<table><tr><td colspan=5>行政复议</td></tr><tr><td>结果维持</td><td>结果纠正</td><td>其他结果</td>",
        "<td>尚未审结</td><td>总计</td></tr><tr><td>1</td><td>0</td><td>0</td><td>0</td><td>1</td></tr></table>",
    )
)


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        (EMPTY + PICTURE * 3, {("tables_as_image", "tables")}),
        (PICTURE * 4, {("tables_as_image", "tables")}),
        (EMPTY + '<a href="/a/W020220118.pdf">附件</a>', {("see_attachment", "tables")}),
        ('<a href="/a/W020220118.pdf">附件</a>', {("see_attachment", "tables")}),
        ('<a href="javascript:down(7)">2021年年报.pdf</a>', {("see_attachment", "tables")}),
        ('<img src="/dot.gif" data-src="/upload/W020220118.png">', {("tables_as_image", "tables")}),
        (EMPTY, {("missing_table", table) for table in ("disclosure", "requests", "disputes")}),
        (
            EMPTY + DISPUTES + PICTURE,
            {(code, t) for code in ("missing_table", "tables_as_image") for t in ("disclosure", "requests")},
        ),
    ],
)
def test_why_tables_are_not_there(body: str, problems: set[tuple[str, str]]) -> None:
    report = read(f"<html><body><h1>{TITLE}</h1>{body}</body></html>".encode())
    codes = ("missing_table", "tables_as_image", "see_attachment")
    assert {(p.code, p.where) for p in report.problems if p.code in codes} == problems
    assert report.is_report
    assert all(cell.table == "disputes" for cell in report.cells if cell.value is not None)


def test_one_row_under_one_label_is_no_standard_table() -> None:
    rows = "<tr><td>事项</td><td>处理决定数量</td></tr><tr><td>行政许可</td><td>35</td></tr>"
    report = read(f"<h1>海林市司法局2021年行政许可情况年度报告</h1><table>{rows}</table>".encode())
    assert (report.form, report.is_report) == (None, False)
    assert not report.cells


def test_a_cover_page_that_links_nothing_is_the_cover_of_a_report():
    page = "<h1>示例市甲区教育局2023年政府信息公开工作年度报告</h1><p>报告全文详见附件。</p>"
    report = read(page.encode())
    assert report.is_report
    assert [problem.code for problem in report.problems] == ["see_attachment"]


@pytest.mark.parametrize("title", ["西夏区审计局2016年政府信息公开工作年度报告", "政府信息公开情况统计表"])
def test_an_annex_that_is_printed_and_cannot_be_read_is_named(title: str) -> None:
    """No rule shows its columns, and no label of the forms stands over its figures."""
    known = random_known(Random("unread"), form="2014", habits=Habits(zero=0.3, largest=999))
    made = Pages(Setting(), Random(0))
    made.line(title)
    (annex,) = draw(known)
    annex.rows[0][-1] = Cell("本级", kind="head")
    made.table(annex, [270.0, 40.0, 80.0])
    sheets = [Sheet(page, 800.0, 842.0, glyphs, []) for page, glyphs in enumerate(made.glyphs, 1)]
    report = read_document(assemble(sheets, {}))
    assert report.is_report
    assert report.form is None
    assert not report.cells
    told = {(problem.code, problem.where) for problem in report.problems}
    assert ("missing_table", "statistics") in told
    assert "not_a_report" not in {code for code, _ in told}


def test_prose_with_some_labels_of_the_annex_is_no_annex() -> None:
    rows = [row.zh for row in load_forms()["2014"].table("statistics").rows()][30:38]
    said = "，".join(f"{label}3件" for label in rows)
    report = read(f"<h1>某局2016年政府信息公开工作年度报告</h1><p>{said}。</p>".encode())
    assert "missing_table" not in {problem.code for problem in report.problems}

import gc
from pathlib import Path

import pytest

from parsers.documents import pdf, pdf_plumber
from parsers.documents.pdf_assembly import assemble
from parsers.documents.pdf_furniture import Furniture
from parsers.documents.pdf_layout import Glyph
from parsers.documents.pdf_sheet import Sheet
from parsers.errors import Unreadable
from parsers.model import DOUBT, Document, Table
from tests.generate.drawn import Cell
from tests.generate.minipdf import Page, build, table

SAMPLE = Path(__file__).parents[1].parent / "shared" / "samples" / "pdf_chromium_01.pdf"


def sample() -> bytes:
    if not SAMPLE.exists():
        pytest.skip("the sample documents are not beside this checkout")
    return SAMPLE.read_bytes()


def labels_and_figures(document: Document) -> list[list[list[str]]]:
    return [_rows(table) for table in document.tables()]


def _rows(table: Table) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        rows.setdefault(cell.row, []).append(cell.text)
    return list(rows.values())


def test_both_readings_find_the_same_cells() -> None:
    data = sample()
    first, second = pdf.read(data), pdf_plumber.read(data)
    assert labels_and_figures(first) == labels_and_figures(second)
    assert [len(rows) for rows in labels_and_figures(first)] == [14, 28, 4]


def test_page_numbers_are_left_out_and_lines_joined() -> None:
    texts = [text.text for text in pdf.read(sample()).texts()]
    assert "- 2 -" not in texts
    assert any("六个部分组成。本报告所列数据的统计期限自2022年1月1日起" in text for text in texts)


def test_every_cell_has_its_place() -> None:
    for found in pdf.read(sample()).tables():
        for cell in found.cells:
            assert cell.place.page
            assert cell.place.box
            x0, top, x1, bottom = cell.place.box
            assert x0 < x1
            assert top < bottom


@pytest.mark.parametrize("read", [pdf.read, pdf_plumber.read])
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<html>404</html>", "not_pdf"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "truncated"),
        (b"%PDF-1.7\nnothing\n%%EOF\n", "damaged"),
    ],
)
def test_unreadable_files_are_named_with_a_cure(read, data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(data)
    assert caught.value.code == code
    assert "\n" not in caught.value.message


def test_a_reading_leaves_no_glyphs_in_cycles_behind() -> None:
    """Else a process that reads thousands of files grows until the collector comes to its oldest objects."""
    data = (Path(__file__).parent / "cases" / "pdf_break_between_rows" / "original.pdf").read_bytes()
    pdf.read(data)
    gc.collect()
    gc.disable()
    try:
        pdf.read(data)
        left = gc.collect()
    finally:
        gc.enable()
    assert left < 100, "pypdfium2 leaves some types behind, our reader nothing"


def test_figures_at_the_same_place_of_many_pages_are_no_furniture() -> None:
    furniture = Furniture()
    pages = [
        [
            Glyph("某某局", 60, 40, 90, 50),
            Glyph("（七）总计", 60, 60, 110, 70),
            Glyph(str(20 + page), 300, 60, 311, 70),
        ]
        for page in range(4)
    ]
    runs = [furniture.see(glyphs, [], page=page, height=800) for page, glyphs in enumerate(pages, 7)]
    kept = [
        furniture.strip(glyphs, run, page=page)
        for page, (glyphs, run) in enumerate(zip(pages, runs, strict=True), 7)
    ]
    assert kept == [glyphs[1:] for glyphs in pages]


@pytest.mark.parametrize("start", [-7.0, 93.0])
def test_a_figure_over_the_page_s_edge_is_never_half_a_figure(start: float) -> None:
    digits = [Glyph(digit, start + 5 * at, 50, start + 5 * at + 5, 60) for at, digit in enumerate("1381")]
    beyond = [Glyph("9", 130, 80, 135, 90)]
    document = assemble([Sheet(1, 100.0, 200.0, [*digits, *beyond], [])], {})
    assert [text.text for text in document.texts()] == ["1381"]


def test_a_footer_in_the_deep_margin_of_a_landscape_page_is_left_out() -> None:
    pages = [Page(842, 595), Page(842, 595)]
    for number, page in enumerate(pages, 1):
        rows = [[Cell(f"第{number}行"), Cell(str(number))], [Cell(f"再第{number}行"), Cell(str(10 * number))]]
        table(page, rows, left=70, top=440 if number == 1 else 94, widths=[300, 300])
        page.text(390, 505, f"第{number}页共2页", 10)
    document = pdf.read(build(pages))
    assert len(list(document.tables())) == 1
    assert not list(document.texts())


def _by_columns(figures: list[str], *, width: float) -> list[str]:
    """What is read in the second column of a table that is drawn column by column."""
    page = Page()
    rows = [[Cell(label), Cell(text)] for label, text in zip("甲乙丙丁", figures, strict=True)]
    table(page, rows, left=60, top=60, widths=[60.0, width])
    drawn = [op for op in page.ops if op.startswith("BT")]
    rules = [op for op in page.ops if not op.startswith("BT")]
    page.ops = [*rules, *drawn[::2], *drawn[1::2]]
    (found,) = pdf.read(build([page])).tables()
    return [cell.text for cell in found.cells if cell.column == 1]


def test_figures_drawn_column_by_column_are_read() -> None:
    assert _by_columns(["12", "0", "345", "7"], width=60) == ["12", "0", "345", "7"]


def test_figures_that_fill_their_cells_may_run_down_into_the_next_row() -> None:
    assert _by_columns(["1234", "56", "7890", "12"], width=24)[0] == "1234" + DOUBT


def test_a_title_on_a_cover_goes_on_in_no_other_page() -> None:
    """The cover's title, with a date below it, and the same title over the report."""
    cover, report = Page(), Page()
    for page in (cover, report):
        page.text(218, 300, "海林市司法局", 20)
        page.text(128, 340, "2021年政府信息公开工作年度报告", 20)
    cover.text(240, 700, "2022年1月14日")
    for top in range(400, 700, 15):
        report.text(
            60, top, "坚持以公开为常态、不公开为例外，健全工作机制，明确专人负责，按时办理申请答复群众。"
        )
    titles = [text.text for text in pdf.read(build([cover, report])).texts() if text.level == 1]
    assert titles == ["海林市司法局", "2021年政府信息公开工作年度报告"] * 2


@pytest.mark.parametrize("place", ["1e30 1e30", "-1e38 3e38", "100 100"])
@pytest.mark.parametrize("side", [0.5, 595.0, 14_000.0])
def test_no_page_is_too_odd_to_be_looked_at(place: str, side: float) -> None:
    """White figures, and figures under paint, at any place of a page of any size."""
    page = Page(width=side, height=side)
    for colour, patch in (("1 g", "0.5 g"), ("0 g", "1 g")):
        page.ops.append(
            f"0.5 g 0 0 {side} {side} re f {colour} BT /F 10 Tf 1 0 0 1 {place} Tm <00310032> Tj ET"
        )
        page.ops.append(f"{patch} 0 0 {side} {side} re f 0 0 1e30 1e30 re f")
    assert not [text for text in pdf.read(build([page])).texts() if text.text == "12"]

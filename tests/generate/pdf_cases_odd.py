"""The odder originals of the PDF cases: turned, halved, half ruled, covered, coded or empty pages."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random

from tests.generate import fodt, html, printers
from tests.generate.drawn import Rows, draw
from tests.generate.known import Habits, Known, Printed, random_known, with_cells
from tests.generate.minipdf import Page, Ruling, build, table
from tests.generate.pdf_cases import HEIGHTS, PLAIN, WIDTHS, Writer, broken, known, part

Original = tuple[bytes, Known | None, str]


def originals() -> dict[str, Original]:
    """Name to the file, what is known of it, and why the case exists."""
    return {
        "pdf_break_open": _break_open(),
        "pdf_break_half_figures": _half_figures(),
        "pdf_heading_repeated": _heading_repeated(),
        "pdf_mirrored_margins": _mirrored(),
        "pdf_turned_header": _turned_header(),
        "pdf_stacked_header": _stacked_header(),
        "pdf_page_number_in_table": _page_number_in_table(),
        "pdf_running_header": _running_header(),
        "pdf_narrow_figures": _narrow_figures(),
        "pdf_figure_over_rule": _figure_over_rule(),
        "pdf_rotated_page": _rotated_page(),
        "pdf_landscape": _landscape(),
        "pdf_two_up": _two_up(),
        "pdf_radicals": _radicals(),
        "pdf_unmapped_glyphs": _unmapped(),
        "pdf_unmapped_figures": _unmapped_figures(),
        "pdf_scanned": (
            build([Page(), Page()], picture=True),
            None,
            "Pictures of pages without a text layer.",
        ),
        "pdf_encrypted": (build([Page()], encrypted=True), None, "The file asks for a password."),
        "pdf_truncated": (build(Writer(known(seed=30)).whole().pages)[:4000], None, "The file was cut off."),
        "pdf_fonts_missing": (
            build(Writer(known(seed=34)).whole().pages, embedded=False),
            known(seed=34),
            "Fonts are named but not embedded, and not on this machine; PDFium drops single characters set in them.",
        ),
        "pdf_invisible_text": _invisible_text(),
        "pdf_water_mark": _water_mark(),
        "pdf_rules_across_only": _across_only(),
        "pdf_shaded_rows": _shaded(),
        "pdf_unruled": _unruled(),
        "pdf_annex": _annex(),
        "pdf_hidden_beyond_page": _beyond_page(),
        **_printed(),
    }


def _invisible_text() -> Original:
    report = known(seed=35)
    pages = Writer(report).whole().pages
    for page in pages:
        page.ops.insert(0, "3 Tr")
    return (
        build(pages, picture=True),
        report,
        "The text is invisible, as the layer is that character recognition lays under a scan's picture.",
    )


def _break_open() -> Original:
    report = known(seed=10)
    writer = broken(report, at=14)
    _erase_last_rule(writer.pages[1])
    return (
        build(writer.pages),
        report,
        "No rule ends the table at the bottom of the page: it goes on on the next.",
    )


def _erase_last_rule(page: Page) -> None:
    """Leaves out the boxes at the lowest height that are as thin as a rule and lie across."""
    across = [op for op in page.ops if " re f" in op and float(op.split()[5]) <= 0.5]
    lowest = min(float(op.split()[3]) for op in across)
    page.ops = [op for op in page.ops if op not in across or float(op.split()[3]) > lowest + 1]


def _half_figures() -> Original:
    report = known(seed=11)
    cells = {a: Printed("123456", 123456) for a in report.cells if a[:2] == ("requests", "granted")}
    report = with_cells(report, cells)

    def cut(upper: Rows, lower: Rows) -> tuple[Rows, Rows]:
        row = lower[0]
        first = [
            replace(cell, text=cell.text[:4] if cell.kind == "figure" else cell.text, rowspan=1)
            for cell in row
        ]
        second = [replace(cell, text=cell.text[4:] if cell.kind == "figure" else "") for cell in row]
        return [*upper, first], [second, *lower[1:]]

    widths = [50.0, 50.0, 120.0, *[21.0] * 7]
    writer = Writer(report)
    _disclosure, requests, disputes = draw(report)
    writer.opening()
    upper, lower = cut(*part(requests.rows, 5))
    writer.rows("requests", upper, size=8, widths=widths)
    writer.turn()
    writer.rows("requests", lower, size=8, widths=widths)
    writer.last(disputes)
    why = (
        "Figures are cut in two by the page break; the halves above, 1234, must not be taken for the figures."
    )
    return build(writer.pages), None, why


def _heading_repeated() -> Original:
    report = known(seed=12)

    def repeat(upper: Rows, lower: Rows) -> tuple[Rows, Rows]:
        return upper, [*draw(report)[1].rows[:3], *lower]

    return (
        build(broken(report, cut=repeat).pages),
        report,
        "The head of section three is printed again on the next page.",
    )


def _mirrored() -> Original:
    report = known(seed=13)
    moved = Writer(report)
    disclosure, requests, disputes = draw(report)
    moved.opening()
    moved.section(2, "主动公开政府信息情况")
    moved.rows("disclosure", disclosure.rows)
    moved.turn()
    moved.section(3, "收到和处理政府信息公开申请情况")
    upper, lower = part(requests.rows, 12)
    moved.rows("requests", upper, size=8)
    moved.turn()
    moved.left = 30.0
    moved.rows("requests", lower, size=8)
    moved.last(disputes)
    return build(moved.pages), report, "Mirrored margins: the table goes on further to the left."


def _turned_header() -> Original:
    report = known(seed=14)
    writer = Writer(report)
    disclosure, requests, disputes = draw(report)
    writer.opening()
    writer.section(2, "主动公开政府信息情况")
    writer.rows("disclosure", disclosure.rows)
    writer.turn()
    writer.section(3, "收到和处理政府信息公开申请情况")
    bare = [[replace(cell, text="" if _leaf(cell) else cell.text) for cell in row] for row in requests.rows]
    top = writer.y
    heights = [20.0, 20.0, 60.0, *[24.0] * (len(bare) - 3)]
    writer.rows("requests", bare, size=8, heights=heights)
    names = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    for at, name in enumerate(names):
        writer.page.text(60 + 220 + 36 * at + 22, top + 88, name, 8, angle=1)
    writer.turn()
    writer.last(disputes)
    return build(writer.pages), report, "The names of the columns are turned by a quarter."


def _leaf(cell) -> bool:
    return cell.kind == "head" and cell.colspan == 1


def _stacked_header() -> Original:
    report = known(seed=15)
    writer = Writer(report)
    writer.stacked = True
    disclosure, requests, disputes = draw(report)
    writer.opening()
    writer.rows(
        "disclosure",
        disclosure.rows,
        heights=[80.0 if row[-1].kind == "head" else 20.0 for row in disclosure.rows],
    )
    writer.turn()
    writer.section(3, "收到和处理政府信息公开申请情况")
    writer.rows(
        "requests", requests.rows, size=8, heights=[20.0, 20.0, 70.0, *[24.0] * (len(requests.rows) - 3)]
    )
    writer.turn()
    writer.section(4, "政府信息公开行政复议、行政诉讼情况")
    writer.rows("disputes", disputes.rows, size=8, heights=[20.0, 20.0, 60.0, 24.0])
    writer.closing()
    return build(writer.pages), report, "Headers are set one character below the other."


def _page_number_in_table() -> Original:
    report = known(seed=16)
    writer = broken(report, at=26)
    for number, page in enumerate(writer.pages, 1):
        page.text(320, 790, f"- {number} -", 9)
    return build(writer.pages), report, "A page number stands within the height of the table's last row."


def _running_header() -> Original:
    report = known(seed=17)
    writer = broken(report, at=16)
    for number, page in enumerate(writer.pages, 1):
        page.text(60, 20, f"{report.agency}　政府信息公开", 9)
        page.text(500, 20, f"第 {number} 页", 9)
        page.text(60, 815, "http://www.example.gov.cn/xxgk/nb.html", 9)
    return build(writer.pages), report, "A running header and footer come between the halves of a table."


def _narrow_figures() -> Original:
    report = known(seed=18, habits=Habits(zero=0.1, largest=9_999_999))
    writer = Writer(report)
    disclosure, requests, disputes = draw(report)
    writer.opening()
    writer.section(2, "主动公开政府信息情况")
    writer.rows("disclosure", disclosure.rows)
    writer.turn()
    writer.section(3, "收到和处理政府信息公开申请情况")
    writer.rows("requests", requests.rows, size=8, widths=[50.0, 50.0, 120.0, *[25.0] * 7])
    writer.turn()
    writer.section(4, "政府信息公开行政复议、行政诉讼情况")
    writer.rows("disputes", disputes.rows, size=8, widths=[24.0] * 15, heights=50.0)
    writer.closing()
    return build(writer.pages), report, "Figures run over two lines of narrow cells."


def _figure_over_rule() -> Original:
    report = known(seed=19)
    writer = Writer(report).whole()
    page = writer.pages[1]
    page.text(290, 300, "123456789", 9)
    return (
        build(writer.pages),
        None,
        "A long figure is printed over the rule between two cells: neither may be read.",
    )


def _rotated_page() -> Original:
    report = known(seed=20)
    writer = Writer(report).whole()
    for page in writer.pages:
        page.ops.insert(0, f"0 1 -1 0 {page.height} 0 cm")
        page.width, page.height, page.turn = page.height, page.width, 90
    return build(writer.pages), report, "The pages are stored on their side and shown upright (/Rotate 90)."


def _landscape() -> Original:
    report = known(seed=21)
    writer = Writer(report, page=lambda: Page(842.0, 595.0))
    disclosure, requests, disputes = draw(report)
    writer.opening()
    writer.section(2, "主动公开政府信息情况")
    writer.rows("disclosure", disclosure.rows, widths=[180.0] * 4)
    writer.turn()
    writer.section(3, "收到和处理政府信息公开申请情况")
    upper, lower = part(requests.rows, 14)
    wide = [80.0, 80.0, 200.0, *[50.0] * 7]
    writer.rows("requests", upper, size=9, widths=wide)
    writer.turn()
    writer.rows("requests", lower, size=9, widths=wide)
    writer.turn()
    writer.last(disputes)
    return build(writer.pages), report, "Pages lie across, and section three goes over a page break."


def _two_up() -> Original:
    report = known(seed=22)
    pages = broken(report).pages
    sheets = []
    for at in range(0, len(pages), 2):
        sheet = Page(1190.0, 842.0)
        for place, page in enumerate(pages[at : at + 2]):
            sheet.ops += [f"q 1 0 0 1 {595 * place} 0 cm", *page.ops, "Q"]
        sheets.append(sheet)
    return build(sheets), report, "Two pages on one sheet; section three goes from one sheet to the next."


def _radicals() -> Original:
    report = known(seed=23)
    writer = Writer(report).whole()
    swaps = {
        ord("行"): "⾏",
        ord("一"): "⼀",
        ord("二"): "⼆",
        ord("人"): "⼈",
        ord("文"): "⽂",
        ord("自"): "⾃",
        ord("长"): "⻓",
        ord("民"): "⺠",
    }
    codes = {f"{code:04X}": f"{ord(new):04X}" for code, new in swaps.items()}
    for page in writer.pages:
        page.ops = [_recoded(op, codes) for op in page.ops]
    return build(writer.pages), report, "The font's map gives radicals (⾏, ⼈, ⺠) in place of characters."


def _recoded(op: str, codes: dict[str, str]) -> str:
    if not op.startswith("BT"):
        return op
    head, _, rest = op.partition("<")
    text, _, tail = rest.partition(">")
    parts = (text[at : at + 4] for at in range(0, len(text), 4))
    return head + "<" + "".join(codes.get(part, part) for part in parts) + ">" + tail


def _unmapped() -> Original:
    writer = Writer(known(seed=24)).whole()
    for page in writer.pages:
        page.ops = [op.replace("BT /F ", "BT /U ") for op in page.ops]
    return (
        build(writer.pages),
        None,
        "No glyph has a meaning; what a reader makes of the bare codes must not be believed.",
    )


def _unmapped_figures() -> Original:
    writer = Writer(known(seed=25)).whole()
    page = writer.pages[1]
    page.ops = [op.replace("BT /F ", "BT /U ") if _is_figure(op) else op for op in page.ops]
    return (
        build(writer.pages),
        None,
        "The figures of section three have no meaning in their font, the labels have.",
    )


def _is_figure(op: str) -> bool:
    text = op.partition("<")[2].partition(">")[0]
    return (
        op.startswith("BT")
        and bool(text)
        and all(text[at : at + 3] == "003" for at in range(0, len(text), 4))
    )


def _water_mark() -> Original:
    report = known(seed=26)
    writer = Writer(report).whole()
    for page in writer.pages:
        codes = "".join(f"{ord(character):04X}" for character in "内部资料2021")
        page.ops.append(f"BT /F 40 Tf 0.77 0.64 -0.64 0.77 150 250 Tm <{codes}> Tj ET")
    return build(writer.pages), report, "A slanted water mark with figures in it lies over the tables."


def _across_only() -> Original:
    report = known(seed=27)
    writer = Writer(report).whole()
    for page in writer.pages:
        page.ops = [op for op in page.ops if " re f" not in op or float(op.split()[4]) > 1]
    return build(writer.pages), report, "Rules lie between the rows, none between the columns."


def _shaded() -> Original:
    report = known("2019", 28)
    writer = Writer(report)
    disclosure, *_ = draw(report)
    writer.opening()
    writer.section(2, "主动公开政府信息情况")
    top = writer.y
    for at in range(len(disclosure.rows)):
        for column in range(4):
            left = 60 + sum(WIDTHS["disclosure"][:column])
            width = WIDTHS["disclosure"][column]
            gray = 0.85 if at % 2 else 0.95
            row = top + at * HEIGHTS["disclosure"]
            writer.page.box(left, row, left + width, row + HEIGHTS["disclosure"], gray=gray)
    table(
        writer.page,
        disclosure.rows,
        left=60,
        top=top,
        widths=WIDTHS["disclosure"],
        heights=HEIGHTS["disclosure"],
        ruling=Ruling("none", 0.0),
    )
    return build(writer.pages), None, "Nothing is ruled; shades tell the cells apart."


def _unruled() -> Original:
    report = known("2019", 29)
    writer = Writer(report).whole()
    for page in writer.pages:
        page.ops = [op for op in page.ops if " re f" not in op]
    return build(writer.pages), None, "Nothing is ruled at all: labels and places tell which figure is whose."


def _annex() -> Original:
    report = known("2014", 31)
    writer = Writer(report)
    (annex,) = draw(report)
    writer.title()
    writer.line("政府信息公开情况统计表", 14)
    upper, lower = part(annex.rows, 38)
    writer.rows("statistics", upper)
    writer.turn()
    writer.rows("statistics", lower)
    return build(writer.pages), report, "The annex of form 2014 over two pages."


def _beyond_page() -> Original:
    report = known(seed=32)
    writer = Writer(report).whole()
    page = writer.pages[1]
    page.text(700, 300, "999", 9)
    page.text(300, 900, "888", 9)
    return build(writer.pages), report, "Text beyond the page's edge, which nobody sees, is not read."


def _printed() -> dict[str, Original]:
    random = Random(33)
    reports = [replace(random_known(random, form="2021", habits=PLAIN), prose={}) for _ in range(4)]
    pages = {
        "pdf_chromium_separate": html.render(reports[0], replace(html.LAYOUTS["separate"], filler=20)),
        "pdf_chromium_cut_rows": html.render(reports[1], replace(html.LAYOUTS["tall"], filler=3)),
    }
    texts = {
        "pdf_libreoffice_narrow": fodt.render(reports[2], replace(fodt.STYLES["office_narrow"], filler=5)),
        "pdf_libreoffice_repeat": fodt.render(reports[3], replace(fodt.STYLES["office_repeat"], filler=12)),
    }
    whys = {
        "pdf_chromium_separate": "Printed by Chromium: every cell has its own frame.",
        "pdf_chromium_cut_rows": "Printed by Chromium: page breaks cut rows, header and outer rules.",
        "pdf_libreoffice_narrow": "Printed by LibreOffice: rows and long labels are cut by page breaks.",
        "pdf_libreoffice_repeat": "Printed by LibreOffice: headers and footers on every page, and heads that repeat.",
    }
    with tempfile.TemporaryDirectory() as folder:
        files = printers.chromium(pages) | printers.libreoffice(texts, Path(folder), kind="fodt")
    known_of = dict(zip([*pages, *texts], reports, strict=True))
    return {name: (data, known_of[name], whys[name]) for name, data in files.items()}

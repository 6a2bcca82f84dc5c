"""Tables without rules: whatever the printer did, no figure is read that is not printed there."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.cells import Laid, lay
from parsers.documents import pdf_assembly
from parsers.documents.pdf_assembly import assemble
from parsers.documents.pdf_sheet import Sheet
from parsers.documents.pdf_spelled import side_by_side
from parsers.documents.pdf_unruled import unruled_tables
from parsers.model import Document
from tests.generate.drawn import Cell, Drawn, blocks, draw
from tests.generate.known import Habits, Known, random_known
from tests.generate.unruled import TOP, Pages, Setting

WIDTHS = {"disclosure": 4, "requests": 10, "disputes": 15, "statistics": 3}

SETTINGS = st.builds(
    Setting,
    align=st.sampled_from(["center", "center", "left", "right", "mixed"]),
    valign=st.sampled_from(["middle", "middle", "top", "bottom", "mixed"]),
    padding=st.sampled_from([0.0, 0.5, 2.0, 4.0]),
    overflow=st.booleans(),
    page=st.integers(250, 780).map(float),
    shift=st.sampled_from([0.0, 0.0, 0.0, 12.0, 28.0, 45.0]),
    repeat=st.booleans(),
    keep=st.booleans(),
    leading=st.sampled_from([12.0, 14.0, 20.0]),
)


def pages(known: Known, setting: Setting, random: Random, *, narrow: bool) -> Pages:
    """The report's tables, set one after the other; ``narrow``: in columns that may be too narrow."""
    made = Pages(setting, random)
    for drawn in draw(known):
        made.line(f"{drawn.id}：以下为表格。")
        for part in blocks(known) if drawn.id == "disclosure" else [drawn]:
            labels = {"requests": 3, "disclosure": 1}.get(part.id, 0)
            widths = [random.uniform(45, 90) if narrow else 100.0] * labels
            widths += [random.uniform(24, 60) if narrow else 50.0 for _ in range(WIDTHS[part.id] - labels)]
            made.table(part, [270.0, 40.0, 80.0] if part.id == "statistics" else widths)
    made.line("五、存在的主要问题及改进情况")
    return made


def readings(
    known: Known, setting: Setting, random: Random, *, narrow: bool
) -> list[tuple[str, object, object]]:
    """Each cell's address, what is printed in it, and what is read."""
    return compared(known, laid(pages(known, setting, random, narrow=narrow), known.year))


def laid(made: Pages, year: int) -> Laid:
    """What is read on the pages."""
    found = unruled_tables(list(enumerate(made.glyphs, 1)))
    return lay(Document("application/pdf", tuple(unruled.table for unruled in found)), year=year)


def compared(known: Known, found: Laid) -> list[tuple[str, object, object]]:
    read = {(cell.table, cell.row, cell.column): cell.value for cell in found.cells}
    return [(".".join(at), printed.value, read.get(at)) for at, printed in known.cells.items()]


@settings(max_examples=250)
@given(st.integers(0, 2**32), SETTINGS)
def test_no_figure_is_misplaced(seed: int, setting: Setting) -> None:
    random = Random(seed)
    known = random_known(random)
    for address, printed, value in readings(known, setting, random, narrow=True):
        assert value in (printed, None), (address, printed, value)


@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize("valign", ["top", "middle", "bottom"])
@pytest.mark.parametrize("keep", [True, False])
def test_a_plain_table_is_read_whole(align: str, valign: str, *, keep: bool) -> None:
    """Blank cells, too, where figures stand below their headers' labels; else they may leave too few to tell."""
    setting = Setting(align=align, valign=valign, keep=keep, page=500.0)
    for form in ("2019", "2021", "2014"):
        random = Random(f"{form} {align} {valign}")
        known = random_known(
            random, form=form, habits=Habits(blank=0.1 * (align == "center"), zero=0.3, largest=999)
        )
        missed = [told for told in readings(known, setting, random, narrow=False) if told[1] != told[2]]
        assert not missed, (form, missed)


@pytest.mark.parametrize("room", [*range(60, 340, 20), *range(67, 340, 14)])
def test_a_block_below_a_cut_one_keeps_its_header(room: int) -> None:
    """The same names of columns stand over the last row of one block and over the rows of the next."""
    known = random_known(Random("blocks"), form="2021", habits=Habits(zero=0.3, largest=999))
    found = readings(known, Setting(page=TOP + room), Random(0), narrow=False)
    missed = [told for told in found if told[0].startswith("disclosure") and told[1] != told[2]]
    assert not missed


def test_a_header_on_every_page_of_an_annex_is_one_header() -> None:
    known = random_known(Random("annex"), form="2014", habits=Habits(zero=0.3, largest=999))
    found = readings(known, Setting(page=400.0, repeat=True), Random(0), narrow=False)
    assert [told for told in found if told[1] != told[2]] == []


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_columns_and_rows_that_no_form_knows_keep_their_figures(align: str) -> None:
    known = random_known(Random("strangers"), form="2021", habits=Habits(zero=0.3, largest=999))
    requests = draw(known)[1]
    requests.rows[0].append(Cell("上年总计", 3, 1, "head"))
    for number, row in enumerate(requests.rows[3:]):
        row.append(Cell(str(7000 + number)))
    made = Pages(Setting(align=align), Random(0))
    block = blocks(known)[0]
    extra = [Cell("其他主动公开文件", kind="label"), Cell("71"), Cell("0"), Cell("8")]
    made.table(Drawn("disclosure", [*block.rows, extra], 2), [100.0] * 4)
    made.line("三、收到和处理政府信息公开申请情况")
    made.table(requests, [100.0] * 3 + [50.0] * 8)
    found = laid(made, known.year)
    told = [
        cell for cell in compared(known, found) if cell[0].startswith(("requests", "disclosure.regulations"))
    ]
    assert [cell for cell in told if cell[1] != cell[2]] == []
    said = [problem.message for problem in found.problems if problem.code.startswith("unknown_")]
    assert "column 上年总计: 7024" in said
    assert any("其他主动公开文件" in message and "71" in message for message in said)


def test_a_note_below_a_table_is_no_row() -> None:
    known = random_known(Random("note"), form="2021", habits=Habits(zero=0.3, largest=999))
    made = Pages(Setting(), Random(0))
    for drawn in draw(known):
        made.table(drawn, {"requests": [100.0] * 3 + [50.0] * 7}.get(drawn.id, [60.0] * WIDTHS[drawn.id]))
        made.y -= 18
        made.line("注： 1. 规章 2 件 为上年数，行政许可 3 项 另计， 4 件 除外。")
    told = [cell for cell in compared(known, laid(made, known.year)) if cell[1] != cell[2]]
    assert told == []


def test_labels_and_figures_that_touch_are_told_apart() -> None:
    """Columns as wide as their headers and figures, and not a point wider."""
    known = random_known(Random("touching"), form="2021", habits=Habits(zero=0.2, largest=999))
    _, requests, disputes = draw(known)
    made = Pages(Setting(padding=0.0), Random(0))
    made.table(requests, [11.0, 50.0, 90.0, 30.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.0])
    made.table(disputes, [20.0] * 15)
    told = [cell for cell in compared(known, laid(made, known.year)) if not cell[0].startswith("disclosure")]
    assert [cell for cell in told if cell[2] not in (cell[1], None)] == []
    assert sum(cell[2] is None for cell in told) < 0.1 * len(told)


def test_a_figure_over_two_columns_is_in_neither() -> None:
    known = random_known(Random("wide"), form="2021", habits=Habits(zero=0.3, largest=99))
    requests = draw(known)[1]
    requests.rows[5][-6] = Cell("12345678")
    made = Pages(Setting(overflow=True, align="left"), Random(0))
    made.table(requests, [100.0] * 3 + [34.0] * 7)
    told = [cell for cell in compared(known, laid(made, known.year)) if cell[0].startswith("requests")]
    missed = [cell[0] for cell in told if cell[1] != cell[2]]
    assert missed == ["requests.granted.commercial", "requests.granted.research"]


@pytest.mark.parametrize(
    "text", ["商业企业科研机构", "结果维持结果纠正其他结果", "构益组织机构", "上一年项目数量本年增/减"]
)
def test_a_line_of_labels_is_parted(text: str) -> None:
    parts = side_by_side(text)
    assert len(parts) > 1
    assert "".join(parts) == text


@pytest.mark.parametrize("text", ["社会公益组织", "上年总计", "坚持以公开为常态", "政府信息公开"])
def test_what_is_no_line_of_labels_stays_whole(text: str) -> None:
    assert side_by_side(text) == (text,)


def test_what_is_no_unruled_table_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of figures are not read by the order of the words: a label's lines may stand beside another's figures."""
    known = random_known(Random("lines"), form="2021", habits=Habits(zero=0.3, largest=99))
    made = Pages(Setting(), Random(0))
    made.line("三、收到和处理政府信息公开申请情况")
    made.table(draw(known)[1], [100.0] * 3 + [50.0] * 7)
    sheets = [Sheet(page, 800.0, 842.0, glyphs, []) for page, glyphs in enumerate(made.glyphs, 1)]
    assert any(cell.value for cell in lay(assemble(sheets, {}), year=known.year).cells)
    monkeypatch.setattr(pdf_assembly, "unruled_tables", lambda parts: [])
    assert list(assemble(sheets, {}).tables()) == []

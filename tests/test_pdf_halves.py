"""Pages with two columns of text: where another page shows the gutter, and what keeps a page whole."""

import pytest

from parsers.documents.pdf_halves import halves
from parsers.documents.pdf_layout import Glyph
from parsers.documents.pdf_rules import Rule, frames
from parsers.documents.pdf_sheet import Sheet

SIZE = 10.0
WIDTH = 842.0
PROSE = "全年通过门户网站主动公开政府信息若干条其中工作动态若干条通知公告"


def line(text: str, x: float, y: float) -> list[Glyph]:
    return [Glyph(sign, x + SIZE * at, y, x + SIZE * at + SIZE, y + SIZE) for at, sign in enumerate(text)]


def sheet(*lines: list[Glyph], page: int = 2, frames=()) -> Sheet:
    return Sheet(page, WIDTH, 595.0, [glyph for line in lines for glyph in line], frames)


def plain() -> Sheet:
    """A page that shows its two columns: from 42 to 412, and from 432 on."""
    rows = range(60, 200, 20)
    return sheet(*(line(PROSE, x, y) for x in (92, 432) for y in rows), page=1)


def box(x0: float, x1: float, ys: list[float]) -> tuple[list[Rule], list[Rule]]:
    xs = [x0, (x0 + x1) / 2, x1]
    return [Rule(y, x0, x1) for y in ys], [Rule(x, ys[0], ys[-1]) for x in xs]


def test_a_mark_that_hangs_into_the_gutter_parts_no_page_less() -> None:
    first, second = halves([sheet(line(PROSE + "，", 97, 60), line("第一条", 432, 60))])[:1], plain()
    assert len(first) == 1, "alone it shows no gutter"
    parts = halves([second, sheet(line(PROSE + "，", 97, 60), line("第一条", 432, 60))])
    assert ["".join(glyph.text for glyph in part.glyphs) for part in parts[2:]] == [PROSE + "，", "第一条"]


@pytest.mark.parametrize("over", ["二〇二三年政府信息公开", "12345678901"])
def test_a_page_with_something_over_the_gutter_stays_whole(over: str) -> None:
    page = sheet(line(over, 370, 60), line("第一条", 60, 80), line("第二条", 500, 80))
    assert halves([plain(), page])[2:] == [page]


def test_a_table_over_the_gutter_keeps_its_page_whole() -> None:
    page = sheet(line("第一条", 60, 80), line("第二条", 500, 80), frames=frames(*box(60, 800, [50, 70, 90])))
    assert halves([plain(), page])[2:] == [page]


def test_pages_of_another_width_are_not_parted() -> None:
    page = Sheet(2, 595.0, 842.0, [*line("第一条", 60, 80), *line("第二条", 450, 80)], ())
    assert halves([plain(), page])[2:] == [page]


def test_tables_that_nearly_touch_are_two() -> None:
    one, other = box(60, 421, [50, 80, 110, 140, 170]), box(424, 800, [50, 95, 125, 155])
    found = frames([*one[0], *other[0]], [*one[1], *other[1]])
    assert [(frame.xs, frame.ys) for frame in found] == [
        ((60, 240.5, 421), (50, 80, 110, 140, 170)),
        ((424, 612, 800), (50, 95, 125, 155)),
    ]


def test_a_table_ruled_cell_by_cell_is_one() -> None:
    """Between its columns no rule goes on either, but what is ruled on one side is ruled on the other."""
    left = [*box(60, 421, [50, 140])[0], *box(60, 421, [143, 170])[0]]
    right = [rule for ys in ([50, 80], [83, 140], [143, 170]) for rule in box(424, 800, ys)[0]]
    down = [Rule(x, 50, 170) for x in (60, 421, 424, 800)]
    (found,) = frames([*left, *right], down)
    assert len(found.slots) == 5

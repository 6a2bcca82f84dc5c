"""Laws of the grid finder, and what it must survive."""

from contextlib import closing
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.documents import pdf, pdf_file
from parsers.documents.pdf_drawing import read_drawing
from parsers.documents.pdf_pdfium import View
from parsers.documents.pdf_rules import Rule, Slot, frames
from tests.generate.minipdf import Page, build


@st.composite
def grids(draw) -> tuple[list[float], list[float], list[Slot]]:
    """Lines of a grid and a division of it into cells, some of them merged."""
    xs = _lines(draw(st.lists(st.integers(12, 90), min_size=2, max_size=7)))
    ys = _lines(draw(st.lists(st.integers(10, 60), min_size=2, max_size=9)))
    free = {(row, column) for row in range(len(ys) - 1) for column in range(len(xs) - 1)}
    slots = []
    for row, column in sorted(free):
        if (row, column) not in free:
            continue
        right, below = column + 1, row + 1
        while draw(st.booleans()) and (row, right) in free:
            right += 1
        while draw(st.booleans()) and all((below, at) in free for at in range(column, right)):
            below += 1
        free -= {(y, x) for y in range(row, below) for x in range(column, right)}
        slots.append(Slot(row, column, below - row, right - column))
    return xs, ys, slots


def _lines(steps: list[int]) -> list[float]:
    lines = [50.0]
    for step in steps:
        lines.append(lines[-1] + step)
    return lines


@settings(max_examples=150)
@given(grids(), st.floats(0, 1.5), st.integers(0, 2**16))
def test_ruled_cells_are_found_as_drawn(grid, gap: float, seed: int) -> None:
    """Each cell draws its own four rules, a little off and with a gap to its neighbours'."""
    xs, ys, slots = grid
    random = Random(seed)
    across, down = [], []
    for slot in slots:
        x0, x1 = xs[slot.column] + gap, xs[slot.column + slot.colspan] - gap
        y0, y1 = ys[slot.row] + gap, ys[slot.row + slot.rowspan] - gap
        across += [Rule(y + random.uniform(-0.2, 0.2), x0, x1) for y in (y0, y1)]
        down += [Rule(x + random.uniform(-0.2, 0.2), y0, y1) for x in (x0, x1)]
    found = frames(across, down)
    assert sum(len(frame.slots) for frame in found) == len(slots)
    if len(found) == 1 and len(found[0].xs) == len(xs) and len(found[0].ys) == len(ys):
        assert sorted(found[0].slots) == sorted(slots)


def test_a_page_that_holds_too_much_is_left_out_and_named() -> None:
    page = Page()
    page.ops = ["0 0 m 1 1 l S\n" * 100] * 700
    document = pdf.read(build([page, Page()]))
    assert [problem.code for problem in document.problems] == ["too_dense", "no_text"]


def test_only_so_many_pages_are_read() -> None:
    document = pdf.read(build([Page() for _ in range(pdf_file.MOST_PAGES + 5)]))
    assert [problem.code for problem in document.problems] == ["too_long", "no_text"]
    assert "300 of 305" in document.problems[0].message


def test_lines_of_dots_are_rules_wherever_they_turn_or_cross() -> None:
    page = Page()
    for row in (100, 130, 160):
        for step in range(0, 300, 3):
            page.box(60 + step, row, 61.5 + step, row + 1.5)
    for column in (60, 159, 258, 357):
        for step in range(0, 63, 3):
            page.box(column, 100 + step, column + 1.5, 101.5 + step)
    for row, label in enumerate(("规章", "规范性文件")):
        for column, text in enumerate((label, "12", "345")):
            page.text(80 + 99 * column, 110 + 30 * row, text)
    (table,) = pdf.read(build([page])).tables()
    assert [(cell.row, cell.column, cell.text) for cell in table.cells] == [
        (0, 0, "规章"),
        (0, 1, "12"),
        (0, 2, "345"),
        (1, 0, "规范性文件"),
        (1, 1, "12"),
        (1, 2, "345"),
    ]


def test_a_line_of_dots_is_one_rule_and_dots_that_turn_are_two() -> None:
    page = Page()
    for step in range(0, 90, 3):
        page.box(60 + step, 100, 61.5 + step, 101.5)
    for step in range(3, 60, 3):
        page.box(147, 100 + step, 148.5, 101.5 + step)
    with closing(pdf_file.open_pdf(build([page]))) as opened:
        drawing = read_drawing(opened[0], View(opened[0]))
    assert Rule(100.75, 60.0, 148.5) in rounded(drawing.across)
    assert Rule(147.75, 103.0, 158.5) in rounded(drawing.down)
    assert len(drawing.across) < 8


def rounded(rules: list[Rule]) -> list[Rule]:
    return [Rule(*(round(number, 2) for number in rule)) for rule in rules]

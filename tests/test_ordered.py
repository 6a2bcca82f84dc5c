"""Section three of flowed texts whose labels are broken among each other: by all rows together, or not at all."""

from __future__ import annotations

from parsers.forms import load_forms
from parsers.model import Report
from parsers.read import read

ROWS = list(load_forms()["2021"].table("requests").rows())
HEADER = "申请人情况\n自然人 法人或其他组织 总计\n商业企业 科研机构 社会公益组织 法律服务机构 其他"
FIRST, OTHER_LAW, UNCLEAR = 0, 5, 14


def broken(figures: list[str]) -> list[str]:
    """Each label in two halves: figures stand behind the first, and the second begins the next row's line."""
    halves = [(row.zh[: len(row.zh) // 2 + 1], row.zh[len(row.zh) // 2 + 1 :]) for row in ROWS]
    ends = ["", *(end for _, end in halves)]
    lines = [f"{end} {half} {row}" for end, (half, _), row in zip(ends, halves, figures, strict=False)]
    return [*lines, ends[-1]]


def parse(lines: list[str]) -> Report:
    title = "海林市司法局2021年政府信息公开工作年度报告"
    text = "\n".join(
        (title, "三、收到和处理政府信息公开申请情况", HEADER, *lines, "五、存在的主要问题及改进情况")
    )
    return read(text.encode(), name="a.txt", second="never")


def values(report: Report, number: int) -> list[object]:
    return [cell.value for cell in report.cells if (cell.table, cell.row) == ("requests", ROWS[number].id)]


def figures(number: int) -> str:
    return f"{number} 0 0 1 0 0 {number + 1}"


def test_rows_are_told_by_their_number_and_their_letters() -> None:
    report = parse(broken([figures(number) for number in range(25)]))
    for number in range(25):
        assert values(report, number) == [number, 0, 0, 1, 0, 0, number + 1]


def test_a_row_too_few_and_nobody_knows_which_is_which() -> None:
    lines = broken([figures(number) for number in range(25)])
    del lines[OTHER_LAW]
    report = parse(lines)
    for number in range(OTHER_LAW, 25):
        assert set(values(report, number)) == {None} or values(report, number)[0] == number


def test_a_row_of_six_figures_is_left_out_alone() -> None:
    report = parse(broken([figures(n) if n != UNCLEAR else "7 0 0 0 0 7" for n in range(25)]))
    assert values(report, UNCLEAR) == [None] * 7
    assert values(report, UNCLEAR + 1) == [15, 0, 0, 1, 0, 0, 16]


def test_a_blank_is_told_by_the_columns_of_a_text_drawn_with_spaces() -> None:
    drawn = ["".join(f"{n:>6}" for n in (number, 0, 0, 1, 0, 0, number + 1)) for number in range(25)]
    drawn[UNCLEAR] = "     7" + " " * 12 + "".join(f"{n:>6}" for n in (0, 0, 3, 10))
    lines = broken(["" for _ in range(25)])
    wide = max(map(len, lines)) + 2
    report = parse([line.ljust(wide) + row for line, row in zip(lines, [*drawn, ""], strict=True)])
    assert values(report, UNCLEAR) == [7, None, None, 0, 0, 3, 10]
    assert values(report, FIRST) == [0, 0, 0, 1, 0, 0, 1]


def test_one_row_on_two_lines_only_if_it_adds_up() -> None:
    rows = [figures(n) for n in range(25)]
    rows[OTHER_LAW] = "5 0 0 1\n0 0 6"
    assert values(parse(broken(rows)), OTHER_LAW) == [5, 0, 0, 1, 0, 0, 6]
    rows[OTHER_LAW] = "5 0 0 1\n0 0 7"
    assert values(parse(broken(rows)), OTHER_LAW) == [None] * 7


def test_each_figure_on_a_line_of_its_own() -> None:
    report = parse(
        [
            f"{row.zh}\n" + "\n".join((figures(n) if n % 2 else "0 0 0 0 0 0 0").split())
            for n, row in enumerate(ROWS)
        ]
    )
    assert values(report, 0) == [0] * 7
    assert values(report, 3) == [3, 0, 0, 1, 0, 0, 4]
    assert values(report, 24) == [0] * 7


def test_figures_out_of_line_show_no_columns() -> None:
    """Parted by as many spaces everywhere, blanks by their spaces alone: a figure then stands below another's column."""
    odd, even = ["0", "23", "3", "0", "14", "0", "8"], ["6", "0", "6", "0", "6", "9", "0"]
    rows = ["    ".join(odd if number % 2 else even) for number in range(25)]
    rows[UNCLEAR] = "    ".join(["0", "0", "6", "6", "", "", "0"])
    drawn = [f"{row.zh.ljust(44)}    {figures}" for row, figures in zip(ROWS, rows, strict=True)]
    report = parse(drawn)
    assert values(report, UNCLEAR) == [None] * 7
    assert values(report, FIRST) == [int(figure) for figure in even]


def test_rows_out_of_order_are_known_by_their_labels() -> None:
    lines = [f"{row.zh} {figures(number)}" for number, row in enumerate(ROWS)]
    lines[9], lines[10] = lines[10], lines[9]
    report = parse(lines)
    for number in (9, 10):
        assert values(report, number) in ([number, 0, 0, 1, 0, 0, number + 1], [None] * 7)

"""Writes the originals of the PDF cases into tests/cases.

    python -m tests.generate.pdf_cases

Run it again only to add cases: an original, once committed with its reviewed expected.json, stays as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

from tests.generate.drawn import Cell, Drawn, Rows, draw
from tests.generate.html import NUMERALS
from tests.generate.known import Habits, Known, Printed, random_known, with_cells
from tests.generate.minipdf import Page, Ruling, build, table

CASES = Path(__file__).parents[1] / "cases"
PLAIN = Habits(zero=0.3, largest=900)
WIDTHS = {
    "disclosure": [120.0, 110.0, 110.0, 110.0],
    "requests": [50.0, 50.0, 120.0, *[36.0] * 7],
    "disputes": [31.0] * 15,
    "statistics": [300.0, 60.0, 100.0],
}
HEIGHTS = {"disclosure": 20.0, "requests": 27.0, "disputes": 36.0, "statistics": 16.0}


BOXES = Ruling()


class Writer:
    """Sets a report page by page, with what the case asks for."""

    def __init__(
        self, known: Known, *, ruling: Ruling = BOXES, page: Callable[[], Page] = Page, left: float = 60.0
    ) -> None:
        self.known, self.ruling, self.left, self._page = known, ruling, left, page
        self.pages = [page()]
        self.y = 60.0
        self.stacked = False

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def turn(self) -> None:
        self.pages.append(self._page())
        self.y = 60.0

    def line(self, text: str, size: float = 10.5) -> None:
        self.page.text(self.left, self.y, text, size)
        self.y += 1.8 * size

    def title(self) -> None:
        self.line(self.known.agency, 16)
        self.line(self.known.title.removeprefix(self.known.agency), 16)
        self.line(f"本报告所列数据的统计期限自{self.known.year}年1月1日起至{self.known.year}年12月31日止。")

    def section(self, number: int, title: str, *lines: str) -> None:
        self.line(f"{NUMERALS[number - 1]}、{title}", 12)
        for text in lines:
            self.line(text)

    def rows(self, id_: str, rows: Rows, **options) -> None:
        heights = options.pop("heights", HEIGHTS[id_])
        widths = options.pop("widths", WIDTHS[id_])
        self.y = 10 + table(
            self.page,
            rows,
            left=options.pop("left", self.left),
            top=self.y,
            widths=widths,
            heights=heights,
            ruling=self.ruling,
            stacked=self.stacked,
            **options,
        )

    def opening(self) -> None:
        self.title()
        self.section(1, "总体情况", f"{self.known.year}年，主动公开政府信息31条，办理答复及时。")

    def closing(self) -> None:
        self.section(5, "存在的主要问题及改进情况", "存在的问题：公开内容有待充实。改进措施：加强培训。")
        self.section(6, "其他需要报告的事项", "无。")

    def whole(self) -> Writer:
        """Title, six sections, three tables, a page break before section three and four."""
        disclosure, requests, disputes = draw(self.known)
        self.opening()
        self.section(2, "主动公开政府信息情况")
        self.rows("disclosure", disclosure.rows)
        self.turn()
        self.section(3, "收到和处理政府信息公开申请情况")
        self.rows("requests", requests.rows, size=8)
        self.turn()
        self.last(disputes)
        return self

    def last(self, disputes: Drawn) -> None:
        self.section(4, "政府信息公开行政复议、行政诉讼情况")
        self.rows("disputes", disputes.rows, size=8)
        self.closing()


def part(rows: Rows, at: int) -> tuple[Rows, Rows]:
    """Rows before and after a break; a merged cell that goes on is empty below."""
    upper = [
        [replace(cell, rowspan=min(cell.rowspan, at - y)) for cell in row] for y, row in enumerate(rows[:at])
    ]
    lower = [list(row) for row in rows[at:]]
    going_on = [
        (column, replace(cell, text="", rowspan=cell.rowspan - (at - y)))
        for y, row in enumerate(rows[:at])
        for column, cell in _columns(rows, y, row)
        if y + cell.rowspan > at
    ]
    lower[0] = [
        cell for _, cell in sorted([*going_on, *_columns(rows, at, rows[at])], key=lambda pair: pair[0])
    ]
    return upper, lower


def _columns(rows: Rows, y: int, row: list[Cell]) -> list[tuple[int, Cell]]:
    """The cells of a row with the columns in which they begin."""
    taken: set[tuple[int, int]] = set()
    for at in range(y + 1):
        x, found = 0, []
        for cell in rows[at]:
            while (at, x) in taken:
                x += 1
            found.append((x, cell))
            taken.update(
                (at + down, x + right) for down in range(cell.rowspan) for right in range(cell.colspan)
            )
    return found


def known(form: str = "2021", seed: int = 1, habits: Habits = PLAIN) -> Known:
    """A report with small figures."""
    return replace(random_known(Random(seed), form=form, habits=habits), prose={})


def broken(
    report: Known, *, cut: Callable[[Rows, Rows], tuple[Rows, Rows]] | None = None, at: int = 12, **options
) -> Writer:
    """A report whose section three goes over a page break."""
    writer = Writer(report, **options)
    disclosure, requests, disputes = draw(report)
    writer.opening()
    writer.section(2, "主动公开政府信息情况")
    writer.rows("disclosure", disclosure.rows)
    writer.turn()
    writer.section(3, "收到和处理政府信息公开申请情况")
    upper, lower = part(requests.rows, at)
    if cut:
        upper, lower = cut(upper, lower)
    writer.rows("requests", upper, size=8)
    writer.turn()
    writer.rows("requests", lower, size=8)
    writer.last(disputes)
    return writer


def cut_label(upper: Rows, lower: Rows) -> tuple[Rows, Rows]:
    """The first label below the break begins above it; its figures stand below."""
    return _cut(upper, lower, lambda figure: ("", figure))


def cut_label_figures_above(upper: Rows, lower: Rows) -> tuple[Rows, Rows]:
    return _cut(upper, lower, lambda figure: (figure, ""))


def cut_figures(upper: Rows, lower: Rows) -> tuple[Rows, Rows]:
    """Label and long figures are cut in two."""
    return _cut(upper, lower, lambda figure: (figure[:7], figure[7:]))


def _cut(upper: Rows, lower: Rows, halve: Callable[[str], tuple[str, str]]) -> tuple[Rows, Rows]:
    first, second = [], []
    for cell in lower[0]:
        label = cell.kind == "label" and cell.text
        above, below = (
            (cell.text[:15], cell.text[15:])
            if label
            else halve(cell.text)
            if cell.kind == "figure"
            else ("", "")
        )
        first.append(replace(cell, text=above, rowspan=1))
        second.append(replace(cell, text=below))
    return [*upper, first], [second, *lower[1:]]


def _file(writer: Writer, **options) -> bytes:
    return build(writer.pages, **options)


def _every(known_: Known, address_start: tuple[str, str], text: str, value: int | None) -> Known:
    cells = {a: Printed(text, value) for a in known_.cells if a[:2] == address_start}
    return with_cells(known_, cells)


def originals() -> dict[str, tuple[bytes, Known | None, str]]:
    """Name to the file, what is known of it, and why the case exists."""
    from tests.generate import pdf_cases_odd, pdf_cases_unruled, pdf_cases_unseen  # noqa: PLC0415 (they import this)

    report = known()
    long = with_cells(
        report,
        {
            a: Printed(str(3456781 + i), 3456781 + i)
            for i, a in enumerate(report.cells)
            if a[:2] == ("requests", "denied_internal_affairs")
        },
    )
    found: dict[str, tuple[bytes, Known | None, str]] = {
        "pdf_word_boxes": (
            _file(Writer(report).whole()),
            report,
            "Word draws rules as thin painted boxes, each cell its own.",
        ),
        "pdf_wps_lines": (
            _file(Writer(known(seed=2), ruling=Ruling("lines", 0.75)).whole()),
            known(seed=2),
            "WPS strokes its rules.",
        ),
        "pdf_dashes": (
            _file(Writer(known(seed=3), ruling=Ruling("dashes")).whole()),
            known(seed=3),
            "Dashed rules.",
        ),
        "pdf_dots": (
            _file(Writer(known(seed=4), ruling=Ruling("dots", 1.0)).whole()),
            known(seed=4),
            "Dotted rules.",
        ),
        "pdf_2019": (
            _file(Writer(known("2019", 5)).whole()),
            known("2019", 5),
            "Form 2019 in one ruled table of five blocks.",
        ),
        "pdf_blanks": (
            _file(
                Writer(known(seed=6, habits=replace(PLAIN, blank=0.3, blanks=("", "/", "—", "无")))).whole()
            ),
            known(seed=6, habits=replace(PLAIN, blank=0.3, blanks=("", "/", "—", "无"))),
            "Blank cells in four ways, none of them 0.",
        ),
        "pdf_break_between_rows": (
            _file(broken(known(seed=7))),
            known(seed=7),
            "Section three goes on on the next page; the merged label on its left does too.",
        ),
        "pdf_break_cuts_label": (
            _file(broken(known(seed=8), cut=cut_label, at=22)),
            known(seed=8),
            "A page break in a row: half of its label above, the rest and the figures below; both halves are ruled off.",
        ),
        "pdf_break_cuts_label_figures_above": (
            _file(broken(known(seed=9), cut=cut_label_figures_above, at=22)),
            known(seed=9),
            "A page break in a row: half of its label and the figures above, the rest of the label below.",
        ),
        "pdf_break_cuts_figures": (
            _file(broken(long, cut=cut_figures, at=11)),
            None,
            "A page break in a row: whole seven-digit figures above, nothing of them below.",
        ),
    }
    return found | pdf_cases_odd.originals() | pdf_cases_unruled.originals() | pdf_cases_unseen.originals()


def main() -> None:
    for name, (data, _, why) in originals().items():
        folder = CASES / name
        if not (folder / "original.pdf").exists():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "original.pdf").write_bytes(data)
            (folder / "why.md").write_text(why + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())

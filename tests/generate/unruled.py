"""Tables without any rule, set glyph by glyph: what stands where, with the habits of printers and worse ones."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from random import Random

from parsers.documents.pdf_layout import Glyph, wide
from tests.generate.drawn import Cell, Drawn, Rows

SIZE = 10.0
TOP = 50.0
MERGED = 0.1 * SIZE
"""Between words that PDFium takes for one; if it ends with a figure, each of its characters is measured."""
APART = 0.2 * SIZE
"""Between a word and quotation marks."""
_PARTS = re.compile(r"[“”]|[^“” ]+")


@dataclass(frozen=True)
class Setting:
    """How tables are set; lengths in points. ``mixed`` alignments are drawn anew for each cell."""

    align: str = "center"
    valign: str = "middle"
    padding: float = 3.0
    overflow: bool = False
    """Figures wider than their cell run on over its edge; else they break."""
    page: float = 700.0
    shift: float = 0.0
    """How much further to the right every second page is set."""
    repeat: bool = False
    keep: bool = True
    """Rows are not broken over pages."""
    leading: float = 14.0


@dataclass
class Pages:
    """Pages with their glyphs in the order of drawing; ``y`` is where the next thing begins on the last one."""

    setting: Setting
    random: Random
    glyphs: list[list[Glyph]] = field(default_factory=lambda: [[]])
    y: float = TOP

    def line(self, text: str) -> None:
        """A line of text outside of any table."""
        self._put(len(self.glyphs) - 1, text, 40.0, self.y)
        self.y += 2 * SIZE

    def table(self, drawn: Drawn, widths: Sequence[float]) -> None:
        """Sets a table, in one piece first and then cut into pages."""
        xs = list(accumulate(widths, initial=40.0))
        spots = list(_spots(drawn.rows))
        broken = [self._broken(cell, xs[column + cell.colspan] - xs[column]) for _, column, cell in spots]
        heights = [self.setting.leading] * len(drawn.rows)
        for (row, _, cell), lines in zip(spots, broken, strict=True):
            if cell.rowspan == 1:
                heights[row] = max(heights[row], len(lines) * self.setting.leading)
        ys = list(accumulate(heights, initial=0.0))
        fall = _Fall(self, ys, ys[drawn.heads] if self.setting.repeat else 0.0)
        for (row, column, cell), lines in zip(spots, broken, strict=True):
            box = xs[column], ys[row], xs[column + cell.colspan], ys[row + cell.rowspan]
            for text, x, y in self._placed(cell, lines, box):
                for page, level in fall.places(y, again=row < drawn.heads):
                    self._put(page, text, x, level)
        page, end = fall.end
        self._upto(page)
        self.y = end + 20

    def _placed(
        self, cell: Cell, lines: Sequence[str], box: tuple[float, float, float, float]
    ) -> Iterator[tuple[str, float, float]]:
        """The lines of a cell, each with where it begins."""
        x0, top, x1, bottom = box
        figure = cell.kind == "figure"
        align = self.setting.align if figure else "center"
        align = self.random.choice(["left", "center", "right"]) if align == "mixed" else align
        valign = self.setting.valign
        valign = self.random.choice(["top", "middle", "bottom"]) if valign == "mixed" else valign
        free = bottom - top - len(lines) * self.setting.leading
        y = top + {"top": 0.0, "middle": free / 2, "bottom": free}[valign]
        for number, text in enumerate(lines):
            room = x1 - x0 - 2 * self.setting.padding - measure(text)
            x = x0 + self.setting.padding + max(0.0, {"left": 0.0, "center": room / 2, "right": room}[align])
            yield text, x, y + number * self.setting.leading

    def _broken(self, cell: Cell, width: float) -> list[str]:
        room = width - 2 * self.setting.padding
        if cell.kind == "figure" and self.setting.overflow:
            return [cell.text]
        lines = [""]
        for character in cell.text:
            if lines[-1] and measure(lines[-1] + character) > room:
                lines.append("")
            lines[-1] += character
        return lines

    def _put(self, page: int, text: str, x: float, y: float) -> None:
        """Draws a line of text in one glyph, or digit by digit, as it is measured; quotation marks, which are often of
        another font, stand apart, and so do words that a space parts."""
        self._upto(page)
        x += self.setting.shift if page % 2 else 0.0
        drawn, figure = self.glyphs[page], text[:1].isdigit()
        for part in text if figure else _PARTS.findall(text):
            glyph = Glyph(part, x, y, x + measure(part), y + SIZE)
            x = glyph.x1 + APART * (not figure)
            if not drawn or drawn[-1].top != y or abs(glyph.x0 - drawn[-1].x1) > MERGED:
                drawn.append(glyph)
            elif figure or drawn[-1].text.isdigit():
                drawn[-1:] = [*_characters(drawn[-1]), glyph]
            else:
                drawn[-1] = glyph._replace(text=drawn[-1].text + part, x0=drawn[-1].x0)

    def _upto(self, page: int) -> None:
        """Adds empty pages up to this one."""
        self.glyphs += [[] for _ in range(page + 1 - len(self.glyphs))]


def _characters(glyph: Glyph) -> Iterator[Glyph]:
    x = glyph.x0
    for character in glyph.text:
        yield glyph._replace(text=character, x0=x, x1=x + measure(character))
        x += measure(character)


class _Fall:
    """Where the rows of a table fall on pages, given their heights in one piece."""

    def __init__(self, pages: Pages, ys: Sequence[float], head: float) -> None:
        """``head``: the height of the header that stands on every page, or 0."""
        self._ys, self._head, self._keep = ys, head, pages.setting.keep
        self._page, self._start = len(pages.glyphs) - 1, pages.y
        room = pages.setting.page - pages.y
        self._cuts = [0.0]
        """Where each page begins, in the height of the one piece."""
        marks = (
            ys
            if self._keep
            else [n * pages.setting.leading / 2 for n in range(int(2 * ys[-1] / pages.setting.leading) + 2)]
        )
        for before, mark in pairwise(marks):
            if mark - self._cuts[-1] > room:
                self._cuts.append(before)
                room = pages.setting.page - TOP - head
        self.end = self.places(ys[-1], again=False)[0]
        """The page on which the table ends, and where there."""

    def places(self, y: float, *, again: bool) -> list[tuple[int, float]]:
        """Page and height of what stands at ``y``; on every page if it is printed ``again``."""
        number = bisect_right(self._cuts, y + 0.01) - 1
        start = self._start if number == 0 else TOP + self._head
        found = [(self._page + number, start + y - self._cuts[number])]
        if again and self._head:
            found += [(self._page + later, TOP + y) for later in range(1, len(self._cuts))]
        return found


def _spots(rows: Rows) -> Iterator[tuple[int, int, Cell]]:
    """Each cell with its row and column."""
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            taken.update(
                (y + down, x + right) for down in range(cell.rowspan) for right in range(cell.colspan)
            )
            yield y, x, cell
            x += cell.colspan


def measure(text: str) -> float:
    """How wide a text is, in a font whose digits are not all of one width."""
    return sum(SIZE if wide(character) else SIZE * (0.46 if character == "1" else 0.55) for character in text)

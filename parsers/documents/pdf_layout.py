"""What a PDF page shows before it is given a meaning: glyphs, lines of text and drawn grids.

Both readings of a PDF (:mod:`parsers.documents.pdf` and :mod:`parsers.documents.pdf_plumber`) end in these
nouns; :mod:`parsers.documents.pdf_assembly` makes a document of them. Coordinates are points from the
page's top left corner, as the page is shown.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from parsers.model import DOUBT, Place, make, on_page

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom."""


class Glyph(NamedTuple):
    """A character, or several of one line without a gap, and the box around them; kept in the order of drawing."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


class Line(NamedTuple):
    """A run of glyphs on one line outside any grid.

    ``size`` is the height of its tallest glyph; ``row`` the same for all lines at one level.
    """

    text: str
    box: Box
    size: float
    row: float

    @property
    def head(self) -> float:
        """Width of what can't be broken at its start: the room that the line before would have needed for it."""
        return head(self.text, self.box[2] - self.box[0])


class DrawnCell(NamedTuple):
    """A cell of a grid on one page: where it is among the grid's lines, and what is printed inside."""

    text: str
    row: int
    column: int
    rowspan: int
    colspan: int
    page: int
    box: Box
    room: float = 0.0
    """Points left free in its last line."""
    lead: tuple[str, float] = ("", 0.0)
    """Text and width of its first line."""

    @property
    def place(self) -> Place:
        """Its page and box."""
        return on_page(self.page, self.box)

    def at(self, row: int, column: int, rowspan: int, colspan: int) -> DrawnCell:
        """The same cell elsewhere among a table's lines."""
        text, _, _, _, _, page, box, room, lead = self
        return make(DrawnCell, (text, row, column, rowspan, colspan, page, box, room, lead))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as drawn on one page. ``open_top``/``open_bottom``: the page's edge cuts it, no rule ends it there."""

    page: int
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[DrawnCell, ...]
    open_top: bool = False
    open_bottom: bool = False

    @property
    def box(self) -> Box:
        """The outer rectangle."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]


# Radicals without a compatibility mapping; pairs from Unicode's EquivalentUnifiedIdeograph.txt.
_RADICALS = dict(
    zip(
        "⺎⺏⺐⺒⺓⺕⺗⺙⺛⺝⺞⺠⺢⺣⺥⺩⺫⺬⺮⺰⺴⺵⺸⺼⺽⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻞⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲",
        "兀尣尢巳幺彐小攵旡月歺民氵灬爫王目示竹纟网罒羊肉臼虎衤覀西见角讠贝足车辶辶阝钅長镸长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀",
        strict=True,
    )
)
_RADICALS["⼾"] = "户"  # maps to 戶, which simplified fonts draw with the same glyph
_RADICAL = re.compile("[\u2e80-\u2fdf]")
_FOLDED = {
    code: _RADICALS.get(chr(code)) or unicodedata.normalize("NFKC", chr(code))
    for code in range(0x2E80, 0x2FE0)
}


def fold(text: str) -> str:
    """Replaces radicals (U+2E80 to U+2FDF), which some producers print for the characters that they look like."""
    return text.translate(_FOLDED) if _RADICAL.search(text) else text


def wide(character: str) -> bool:
    """Whether a character takes a full square and stands alone, as Chinese characters and punctuation do.

    A full-width figure is not ``wide``: like a narrow one it belongs to those beside it.
    """
    return (character >= "\u2e80" or character in "“”‘’…—·") and not figure(character)


def figure(character: str) -> bool:
    """Whether a character is part of a number: a digit, a point or a comma, in either width."""
    return character.isdigit() or character in ".,．，"


def joined(glyphs: Sequence[Glyph]) -> str:
    """The text of glyphs of one line, with a space where a gap shows one between narrow characters."""
    if len(glyphs) == 1:
        return glyphs[0].text
    parts: list[str] = []
    end = math.inf
    high = low = 0.0
    for text, x0, top, x1, bottom in glyphs:
        if x0 > end and _gap(parts[-1][-1], text[0], x0 - end, bottom - top):
            parts.append(" ")
        elif text[0].isdigit() and parts and parts[-1][-1].isdigit():
            if (high != top or low != bottom) and uneven(high, low, top, bottom):
                if low - high < bottom - top:
                    parts[-1] = parts[-1].translate(_RAISED)
                else:
                    text = text.translate(_RAISED)  # noqa: PLW2901 (as it is printed)
            elif end - x0 > OVERLAP * (x1 - x0) / len(text):
                parts.append(DOUBT)
        parts.append(text)
        end, high, low = x1, top, bottom
    return "".join(parts)


OVERLAP = 0.3
"""Widths of a digit by which two of them may overlap: more, and one is drawn over the other."""
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
NOTE_MARKS = "⁰¹²³⁴⁵⁶⁷⁸⁹①②③④⑤⑥⑦⑧⑨⑩*＊※"
"""What may stand beside a figure to name a note: it says nothing of the figure, but only a person can be sure of that."""


def uneven(high: float, low: float, top: float, bottom: float) -> bool:
    """Whether two digits, each from its top to its bottom, differ so much in height, or stand so much higher, that one
    is a note's mark and no digit of the other's figure."""
    one, other = low - high, bottom - top
    tall = max(one, other)
    return min(one, other) < 0.8 * tall or abs(bottom - low) > 0.15 * tall


def _gap(last: str, first: str, distance: float, height: float) -> bool:
    if wide(last) or wide(first):
        return False
    return distance > (0.2 if last < "\u2e80" else 0.5) * height


_CHUNK = re.compile(r"\D*\d?(?:\D+\d?)?")


def chunk(text: str, width: float) -> float:
    """About how wide the first part is of a figure of this width, if figures may be broken: a digit and its comma."""
    found = _CHUNK.match(text)
    return width * _weight(found[0] if found else text) / (_weight(text) or 1)


_HEAD = re.compile(r"[“‘（《〈【「『(]*(?:[^\W\u2e80-\uffef]+|.)[，。、；：！？）》〉】」』”’)%]*", re.DOTALL)


def head(text: str, width: float) -> float:
    """About how wide the first run of characters is that can't be broken, of a text that has this width."""
    found = _HEAD.match(text)
    return width * _weight(found[0] if found else text) / (_weight(text) or 1)


def _weight(text: str) -> int:
    """About how wide a text is, counting 2 for full-width characters and 1 for others."""
    return len(text) + sum(character >= "\u2e80" for character in text)

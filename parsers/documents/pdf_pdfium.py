"""PDFium's view of a page's text: its glyphs, measured word by word."""

from __future__ import annotations

import ctypes
import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import accumulate, islice, repeat
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.documents.pdf_calls import (
    Colour,
    angle_of,
    argument,
    lacks_meaning,
    loose_boxes,
    render_mode,
    text_object,
)
from parsers.documents.pdf_layout import Box, Glyph, fold, uneven
from parsers.documents.pdf_rules import Frame
from parsers.model import DOUBT, make

MOST_GLYPHS = 30_000
"""What one page may hold; a report's page has some thousand. More is not read at all, and said."""
QUARTER = 1.5707963
_STRAIGHT = 0.05
"""Radians: text that is turned by less is not."""
SMALLEST = 1.0
"""Points: text that is no higher is not seen."""


Matrix = tuple[float, float, float, float, float, float]
"""As PDF writes it: (a, b, c, d, e, f) moves x, y to ax + cy + e, bx + dy + f."""


class View:
    """Turns PDF coordinates into points from the top left corner of the page as it is shown."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        left, bottom, right, top = page.get_bbox()
        self.turn = page.get_rotation()
        self.corner = left, top
        width, height = right - left, top - bottom
        self.width, self.height = (height, width) if self.turn in (90, 270) else (width, height)
        self.matrix: Matrix = {
            90: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
            180: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
            270: (0.0, -1.0, -1.0, 0.0, top, right),
        }.get(self.turn, (1.0, 0.0, 0.0, -1.0, -left, top))

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """(left, bottom, right, top) of PDF to (x0, top, x1, bottom)."""
        if not self.turn:
            x, y = self.corner
            return left - x, y - top, right - x, y - bottom
        (x0, y0), (x1, y1) = moved(self.matrix, left, bottom), moved(self.matrix, right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where a matrix moves a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def read_glyphs(
    textpage: pypdfium2.PdfTextPage,
    text: str,
    view: View,
    frames: Sequence[Frame],
    unseen: Callable[[pypdfium2.PdfTextPage, Sequence[tuple[int, int]]], Set[int]],
) -> tuple[list[Glyph], Tally]:
    """The printed text of a page in the order of drawing, and what was counted; ``text`` is its ``page_text``.

    What PDFium takes for a word is measured at its ends only, unless it reaches over a line of one of the
    ``frames`` or is far from straight. Text beyond the page's edge or at a slant (water marks) is left out. Figures
    that are ``unseen`` get ``DOUBT``; they are asked for by their first and last characters, and told by the first.
    """
    page = argument(textpage.raw)
    found, begins = _words(text)
    invisible = [mode in UNSEEN for mode in map(render_mode, map(text_object, repeat(page), begins))]
    turns = list(map(angle_of, repeat(page), begins))
    words = found if max(turns, default=0.0) < _STRAIGHT else list(_straight(found, begins, turns))
    figures = {
        start: start + len(word) - 1 for word, start, _ in words if word[-1] in _LAST and _is_count(word)
    }
    hidden = unseen(textpage, list(figures.items()))
    glyphs = _Reader(textpage, view, frames).measured(words, figures.keys(), hidden)
    characters = sum([len(word) for word, _, _ in found])
    return glyphs, Tally(characters, len(_UNMAPPED.findall(text)), sum(invisible) + len(hidden))


def _words(text: str) -> tuple[list[_Word], list[int]]:
    """What stands between spaces, as if nothing were turned, and where lines begin with their first word."""
    for mark in _UNSEEN_MARKS:
        text = text.replace(mark, " ")
    words: list[_Word] = []
    begins: list[int] = []
    end = 0
    for line in text.split("\n"):
        parts = line.split()
        if parts:
            begins.append(text.index(parts[0], end))
        for word in parts:
            start = text.index(word, end)
            words.append((word, start, False))
            end = start + len(word)
    return words, begins


def _straight(words: Iterable[_Word], begins: Sequence[int], turns: Sequence[float]) -> Iterator[_Word]:
    """Those of the words that are turned by whole quarters; lines begin at ``begins`` and are turned by ``turns``."""
    for word, start, _ in words:
        turn = max(0.0, turns[bisect(begins, start) - 1])
        if turn < _STRAIGHT or not _STRAIGHT < turn % QUARTER < QUARTER - _STRAIGHT:
            yield word, start, turn >= _STRAIGHT


_Word = tuple[str, int, bool]
"""Its text, the index of its first character, and whether it is turned by a quarter or more."""
UNSEEN = frozenset((pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP))
"""How text is set that is there to be found and copied only, as that under the picture of a scan is."""


def is_white(colour: Colour) -> bool:
    """Whether a colour is not seen on white."""
    red, green, blue, opacity = colour
    return min(red, green, blue) >= _NEARLY_WHITE or opacity < 255 - _NEARLY_WHITE


_NEARLY_WHITE = 250


def lacks_glyphs(textpage: pypdfium2.PdfTextPage, text: str, tried: int = 3) -> bool:
    """Whether Chinese characters are set in a font that is neither in the file nor on this machine.

    PDFium leaves out text objects that it can't draw: those of a single character without a glyph. Only words of
    several characters show that, by glyphs without any height.
    """
    edges = [ctypes.c_double() for _ in range(4)]
    for word in islice(_CHINESE.finditer(text), tried):
        pdfium.FPDFText_GetCharBox(textpage.raw, word.start(), *edges)
        if abs(edges[3].value - edges[2].value) < 0.05:
            return True
    return False


_CHINESE = re.compile("[\u4e00-\u9fff]{2}")


class Tally(NamedTuple):
    """Characters on a page, those of them that the page's fonts give no meaning, and lines that begin invisibly."""

    characters: int
    unmapped: int
    invisible: int


class _Reader:
    """Measures words, and where it must each of their characters."""

    def __init__(self, textpage: pypdfium2.PdfTextPage, view: View, frames: Sequence[Frame]) -> None:
        self._page = argument(textpage.raw)
        self._textpage, self._view = textpage.raw, view
        self._frames = [(frame.ys[0], frame.ys[-1], frame.xs) for frame in frames]
        self._limits = 2 * view.width, 2 * view.height

    def measured(self, words: Sequence[_Word], figures: Set[int], hidden: Set[int]) -> list[Glyph]:
        """The words that are on the page, in the same order.

        ``figures`` are told by their starts, and so are ``hidden`` ones, which get ``DOUBT``.
        """
        firsts = self._boxes([start for _, start, _ in words])
        lasts = self._boxes([start + len(text) - 1 for text, start, _ in words if len(text) > 1])
        right, low = self._limits
        glyphs: list[Glyph] = []
        apart: list[tuple[int, _Word]] = []
        for word, first in zip(words, firsts, strict=True):
            text, start, turned = word
            x0, top, x1, bottom = first
            if len(text) > 1:
                last_x0, last_top, last_x1, last_bottom = next(lasts)
                odd = text[-1].isdigit() and (
                    last_x1 - x0 < _CROWDED * len(text) * min(x1 - x0, last_x1 - last_x0)
                    or (
                        (top, bottom) != (last_top, last_bottom)
                        and uneven(top, bottom, last_top, last_bottom)
                    )
                )
                x1 = last_x1
                top = last_top if last_top < top else top
                bottom = last_bottom if last_bottom > bottom else bottom
                if turned or odd or not self._is_whole(text, (x0, top, x1, bottom), figure=start in figures):
                    apart.append((len(glyphs), word))
                    continue
            elif turned:
                apart.append((len(glyphs), word))
                continue
            if 0 <= x0 + x1 <= right and 0 <= top + bottom <= low:
                if bottom - top < SMALLEST or start in hidden:
                    text = _doubted(text)
                glyphs.append(make(Glyph, (text, x0, top, x1, bottom)))
        return self._with(glyphs, apart, hidden) if apart else glyphs

    def _with(self, glyphs: list[Glyph], words: Sequence[tuple[int, _Word]], hidden: Set[int]) -> list[Glyph]:
        """The glyphs, and among them at these positions words of which each character is measured.

        All of them stay if any is on the page: half a figure is another one.
        """
        upright = [(text, start) for _, (text, start, turned) in words if not turned]
        boxes = self._boxes([start + at for text, start in upright for at in range(len(text))])
        together: list[Glyph] = []
        done = 0
        for position, (text, start, turned) in words:
            together += glyphs[done:position]
            done = position
            found = self._turned(text, start) if turned else list(islice(boxes, len(text)))
            if not any(map(self._is_on_page, found)):
                continue
            seen = start not in hidden and any(bottom - top >= SMALLEST for _, top, _, bottom in found)
            said = text if seen else [*text[:-1], _doubted(text)[len(text) - 1 :]]
            together += [
                make(Glyph, (character, x0, top, x1, bottom))
                for character, (x0, top, x1, bottom) in zip(said, found, strict=True)
            ]
        return together + glyphs[done:]

    def _turned(self, text: str, start: int) -> list[Box]:
        """Where the characters of a word are that is turned by a quarter or more."""
        loose = loose_boxes(self._page, range(start, start + len(text)))
        turned = (
            _turned_box(self._textpage, index, (left, bottom, right, top))
            for index, (left, top, right, bottom) in enumerate(loose, start)
        )
        return [self._view.box(*box) for box in turned]

    def _boxes(self, indexes: Sequence[int]) -> Iterator[Box]:
        """Where characters are on the page as it is shown."""
        found = loose_boxes(self._page, indexes)
        if self._view.turn:
            return (self._view.box(left, bottom, right, top) for left, top, right, bottom in found)
        x, y = self._view.corner  # as View.box, which would be called for each
        return ((left - x, y - top, right - x, y - bottom) for left, top, right, bottom in found)

    def _is_on_page(self, box: Box) -> bool:
        x0, top, x1, bottom = box
        right, low = self._limits
        return bool(0 <= x0 + x1 <= right and 0 <= top + bottom <= low)

    def _is_whole(self, text: str, box: Box, *, figure: bool) -> bool:
        """Whether a word runs straight from its first to its last character, within one column of a frame.

        A figure outside of frames is measured digit by digit: it may be two that nearly meet.
        """
        x0, top, x1, bottom = box
        width, height, count = x1 - x0, bottom - top, len(text)
        if not 0.46 * height * count < width < height * (0.8 * count + 1):
            wide = 0.0 if text.isascii() else (len(text.encode("utf-8", "replace")) - count) / 2
            if not 0 < width < height * (0.8 * count + 0.4 * wide + 1) or height > 2.2 * width / (wide or 1):
                return False
        middle, framed = (top + bottom) / 2, False
        for high, low, xs in self._frames:
            if high < middle < low:
                column = bisect(xs, x0 + 0.3)
                if column != bisect(xs, x1 - 0.3):
                    return False
                framed |= 0 < column < len(xs)
        return framed or not figure


_CROWDED = 0.92
"""Of the widths of its first and its last digit: a word that is narrower may be two that are drawn over each other."""


def _is_count(word: str) -> bool:
    return word[-1] in _LAST and (word.isdecimal() or _COUNT.fullmatch(word) is not None)


def _doubted(word: str) -> str:
    """A word that is not seen: a figure in it gets ``DOUBT``."""
    return word + DOUBT if _is_count(word) else word


_UNSEEN_MARKS = "\u200b\ufeff\xad"
"""What may stand between characters and takes no room: it parts words as a space does."""
_COUNT = re.compile(r"(?:.*[^\W\d])?[+＋\-－−—–]?[\d０-９][\d０-９.,，．]*[%％件条项次篇个人万亿元]*")
"""A figure, which may stand right behind a label."""
_LAST = frozenset("0123456789０１２３４５６７８９.,，．%％件条项次篇个人万亿元")
"""Characters with which one may end, for few words do."""
_UNMAPPED = re.compile(r"[\0\ufffd\ue000-\uf8ff]")


def _turned_box(textpage: object, index: int, loose: Box) -> Box:
    """The box of a glyph that is turned by a quarter or more.

    PDFium gives that of a normalised character (a radical read as a character) as if it weren't turned, and its
    loose and tight boxes are the same then: it is put where its text object begins.
    """
    edges = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(textpage, index, *edges)
    left, right, bottom, top = (edge.value for edge in edges)
    if max(abs(left - loose[0]), abs(right - loose[2]), abs(bottom - loose[1]), abs(top - loose[3])) > 0.01:
        return loose
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(textpage, index, matrix)
    size = pdfium.FPDFText_GetFontSize(textpage, index)
    x = matrix.e + size * (0.5 * matrix.a + 0.35 * matrix.c)
    y = matrix.f + size * (0.5 * matrix.b + 0.35 * matrix.d)
    half = size * max(abs(matrix.a), abs(matrix.b)) / 2
    return x - half, y - half, x + half, y + half


def page_text(textpage: pypdfium2.PdfTextPage) -> str:
    """A page's text: one character for each index that PDFium counts."""
    count = min(textpage.count_chars(), MOST_GLYPHS)
    got = pdfium.FPDFText_GetText(textpage.raw, 0, count, _CODES)
    if got == count + 1:
        text = ctypes.string_at(_CODES, 2 * count).decode("utf-16-le", "surrogatepass")
        if len(text) == count:
            return _meant(textpage, _plain(text))
    code = pdfium.FPDFText_GetUnicode
    codes = (code(textpage.raw, index) for index in range(count))
    return _meant(textpage, _plain("".join(map(chr, codes))))


_CODES = (ctypes.c_ushort * (MOST_GLYPHS + 1))()


def _meant(textpage: pypdfium2.PdfTextPage, text: str) -> str:
    """The text with U+FFFD for glyphs that the font gives no meaning, where PDFium puts their bare codes.

    Asked for the first of each run of digits, of other ASCII, and of anything else: all of it is set in one font.
    """
    page = argument(textpage.raw)
    runs = _RUN.findall(text)
    starts = accumulate(map(len, runs), initial=len(text) - len(text.lstrip()))
    if 1 not in map(lacks_meaning, repeat(page), islice(starts, len(runs))):
        return text
    return "".join("\ufffd" if lacks_meaning(page, index) == 1 else text[index] for index in range(len(text)))


_RUN = re.compile(r"[^\s\d!-~]+\s*|\d+\s*|[!-/:-~]+\s*")
"""A run of digits, other ASCII or anything else, with the space behind it: the next one begins where it ends."""


def _plain(text: str) -> str:
    return fold(text).translate(_MARKS) if _MARKED.search(text) else fold(text)


_MARKED = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARKS = {code: "\ufffd" for code in (*range(32), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)} | {2: "-"}
"""Codes that are no characters; 2 is PDFium's mark for a hyphen at the end of a line."""

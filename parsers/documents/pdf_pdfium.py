"""PDFium's view of a page's text: its glyphs, measured word by word."""

from __future__ import annotations

import ctypes
import itertools
import re
from bisect import bisect
from collections.abc import Sequence
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.documents.pdf_calls import (
    ALL,
    BUFFER,
    angle_of,
    argument,
    four,
    get_loose_box,
    lacks_meaning,
    render_mode,
    text_object,
)
from parsers.documents.pdf_layout import Box, Glyph, fold
from parsers.documents.pdf_rules import Frame

MOST_GLYPHS = 30_000
"""What one page may hold; a report's page has some thousand. More is not read at all, and said."""
QUARTER = 1.5707963


class View:
    """Turns PDF coordinates into points from the top left corner of the page as it is shown."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self.turn = page.get_rotation()
        self.corner = self._left, self._top
        width, height = self._right - self._left, self._top - self._bottom
        self.width, self.height = (height, width) if self.turn in (90, 270) else (width, height)

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """(left, bottom, right, top) of PDF to (x0, top, x1, bottom)."""
        if self.turn == 90:
            return bottom - self._bottom, left - self._left, top - self._bottom, right - self._left
        if self.turn == 180:
            return self._right - right, bottom - self._bottom, self._right - left, top - self._bottom
        if self.turn == 270:
            return self._top - top, self._right - right, self._top - bottom, self._right - left
        return left - self._left, self._top - top, right - self._left, self._top - bottom


def read_glyphs(
    textpage: pypdfium2.PdfTextPage, text: str, view: View, frames: Sequence[Frame]
) -> tuple[list[Glyph], Tally]:
    """The printed text of a page in the order of drawing, and what was counted; ``text`` is its ``page_text``.

    What PDFium takes for a word is measured at its ends only, unless it reaches over a line of one of the
    ``frames`` or is far from straight. Text beyond the page's edge or at a slant (water marks) is left out.
    """
    reader = _Reader(textpage, view, frames)
    end, turn, characters, invisible = 0, 0.0, 0, 0
    for word in _WORD.finditer(text):
        start = word.start()
        if not end or "\n" in text[end:start]:
            turn = max(0.0, angle_of(reader.page, start))
            invisible += _is_invisible(reader.page, start)
        end = word.end()
        characters += end - start
        if turn < 0.05:
            reader.add_word(word[0], start, end)
        elif not 0.05 < turn % QUARTER < QUARTER - 0.05:
            reader.add_turned(word[0], start)
    return reader.glyphs, Tally(characters, len(_UNMAPPED.findall(text)), invisible)


def _is_invisible(page: object, index: int) -> bool:
    """Whether a character is there to be found and copied only, as the text under the picture of a scan is."""
    return render_mode(text_object(page, index)) in _UNSEEN


_UNSEEN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)


def lacks_glyphs(textpage: pypdfium2.PdfTextPage, text: str, tried: int = 3) -> bool:
    """Whether Chinese characters are set in a font that is neither in the file nor on this machine.

    PDFium leaves out text objects that it can't draw: those of a single character without a glyph. Only words of
    several characters show that, by glyphs without any height.
    """
    edges = [ctypes.c_double() for _ in range(4)]
    for word in itertools.islice(_CHINESE.finditer(text), tried):
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
        self.glyphs: list[Glyph] = []
        self.page = argument(textpage.raw)
        self._textpage, self._view = textpage.raw, view
        self._frames = [(frame.ys[0], frame.ys[-1], frame.xs) for frame in frames]
        self._limits = 2 * view.width, 2 * view.height
        self._left, self._top = view.corner

    def add_word(self, text: str, start: int, end: int) -> None:
        """Adds a word that stands upright."""
        box = x0, top, x1, bottom = self._box(start)
        if end - start > 1:
            _, last_top, x1, last_bottom = self._box(end - 1)
            top = last_top if last_top < top else top
            bottom = last_bottom if last_bottom > bottom else bottom
            box = x0, top, x1, bottom
            if not self._whole(text, box):
                self._add_characters(text, start)
                return
        if self._is_on_page(box):
            self.glyphs.append(Glyph(text, x0, top, x1, bottom))

    def _add_characters(self, text: str, start: int) -> None:
        """Adds a word character by character, all of them if any is on the page: half a figure is another one."""
        boxes = [self._box(index) for index in range(start, start + len(text))]
        if any(self._is_on_page(box) for box in boxes):
            self.glyphs.extend(Glyph(character, *box) for character, box in zip(text, boxes, strict=True))

    def add_turned(self, text: str, start: int) -> None:
        """Adds the characters of a word that is turned by a quarter or more."""
        for index, character in enumerate(text, start):
            if get_loose_box(self.page, index, ALL):
                left, top, right, bottom = four(BUFFER)
                turned = _turned_box(self._textpage, index, (left, bottom, right, top))
                box = self._view.box(*turned)
                if self._is_on_page(box):
                    self.glyphs.append(Glyph(character, *box))

    def _box(self, index: int) -> Box:
        if not get_loose_box(self.page, index, ALL):
            return _NOWHERE
        left, top, right, bottom = four(BUFFER)
        if self._view.turn:
            return self._view.box(left, bottom, right, top)
        return left - self._left, self._top - top, right - self._left, self._top - bottom

    def _is_on_page(self, box: Box) -> bool:
        x0, top, x1, bottom = box
        right, low = self._limits
        return bool(0 <= x0 + x1 <= right and 0 <= top + bottom <= low)

    def _whole(self, text: str, box: Box) -> bool:
        """Whether a word runs straight from its first to its last character, within one column of a frame.

        A figure outside of frames is measured digit by digit: it may be two that nearly meet.
        """
        x0, top, x1, bottom = box
        width, height = x1 - x0, bottom - top
        wide = 0.0 if text.isascii() else (len(text.encode("utf-8", "replace")) - len(text)) / 2
        if not 0 < width < height * (0.8 * len(text) + 0.4 * wide + 1) or height > 2.2 * width / (wide or 1):
            return False
        middle, framed = (top + bottom) / 2, False
        for high, low, xs in self._frames:
            if high < middle < low:
                column = bisect(xs, x0 + 0.3)
                if column != bisect(xs, x1 - 0.3):
                    return False
                framed |= 0 < column < len(xs)
        return framed or _COUNT.fullmatch(text) is None


_NOWHERE: Box = (-1.0, -1.0, -1.0, -1.0)
_WORD = re.compile(r"[^\s\u200b\ufeff\xad]+")
_COUNT = re.compile(r"[+＋\-－−—–]?[\d０-９][\d０-９.,，．]*[%％件条项次篇个人万亿元]*")
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

    Asked for the first character of each word and for its first figure: both are set in one font each.
    """
    page = argument(textpage.raw)
    if all(lacks_meaning(page, match.start()) != 1 for match in _STARTS.finditer(text)):
        return text
    return "".join("\ufffd" if lacks_meaning(page, index) == 1 else text[index] for index in range(len(text)))


_STARTS = re.compile(r"(?<!\S)\S|(?<!\d)\d|(?<=[!-~])[^\s!-~]")


def _plain(text: str) -> str:
    return fold(text).translate(_MARKS) if _MARKED.search(text) else fold(text)


_MARKED = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARKS = {code: "\ufffd" for code in (*range(32), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)} | {2: "-"}
"""Codes that are no characters; 2 is PDFium's mark for a hyphen at the end of a line."""

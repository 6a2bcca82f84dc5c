"""PDFium's view of a page: its glyphs, and its rules whether stroked, dashed or painted as thin boxes."""

from __future__ import annotations

import ctypes
import itertools
import re
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.documents.pdf_layout import Box, Glyph, fold
from parsers.documents.pdf_rules import Frame, Rule

THIN = 6.0
"""Points: a painted box that is no thicker is a rule; a thicker one is shading."""
MOST_GLYPHS = 30_000
MOST_OBJECTS = 60_000
"""What one page may hold; a report's page has some thousand of each. More is not read at all, and said."""
QUARTER = 1.5707963
DEEPEST = 4
"""Forms (groups of drawings) within forms."""

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Objects = tuple[Callable[[object, int], object], object, int]
"""How to get an object of a page or form by its number, that page or form, and how many it has."""


@dataclass(slots=True)
class Drawing:
    """What a page draws beside text: rules by direction, shades and pictures by their boxes."""

    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    objects: int = 0


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
    textpage: pypdfium2.PdfTextPage, view: View, frames: Sequence[Frame]
) -> tuple[list[Glyph], Tally]:
    """The printed text of a page in the order of drawing, and what was counted.

    What PDFium takes for a word is measured at its ends only, unless it reaches over a line of one of the
    ``frames`` or is far from straight. Text beyond the page's edge or at a slant (water marks) is left out.
    """
    text = _characters(textpage)
    reader = _Reader(textpage.raw, view, frames)
    end, turn = 0, 0.0
    for word in _WORD.finditer(text):
        start = word.start()
        if not end or "\n" in text[end:start]:
            turn = max(0.0, pdfium.FPDFText_GetCharAngle(textpage.raw, start))
        end = word.end()
        if turn < 0.05:
            reader.add_word(word[0], start, end)
        elif not 0.05 < turn % QUARTER < QUARTER - 0.05:
            reader.add_turned(word[0], start)
    return reader.glyphs, Tally(sum(map(len, _WORD.findall(text))), len(_UNMAPPED.findall(text)))


def lacks_glyphs(textpage: pypdfium2.PdfTextPage, tried: int = 3) -> bool:
    """Whether Chinese characters are set in a font that is neither in the file nor on this machine.

    PDFium leaves out text objects that it can't draw: those of a single character without a glyph. Only words of
    several characters show that, by glyphs without any height.
    """
    edges = [ctypes.c_double() for _ in range(4)]
    for word in itertools.islice(_CHINESE.finditer(_characters(textpage)), tried):
        pdfium.FPDFText_GetCharBox(textpage.raw, word.start(), *edges)
        if abs(edges[3].value - edges[2].value) < 0.05:
            return True
    return False


_CHINESE = re.compile("[\u4e00-\u9fff]{2}")


class Tally(NamedTuple):
    """Characters on a page, and those of them that the page's fonts give no meaning."""

    characters: int
    unmapped: int


class _Reader:
    """Measures words, and where it must each of their characters."""

    def __init__(self, textpage: object, view: View, frames: Sequence[Frame]) -> None:
        self.glyphs: list[Glyph] = []
        self._textpage, self._view, self._frames = textpage, view, frames
        self._rect = pdfium.FS_RECTF()
        self._target = ctypes.byref(self._rect)
        self._measure = pdfium.FPDFText_GetLooseCharBox
        self._limits = 2 * view.width, 2 * view.height
        self._upright = None if view.turn else view.corner

    def add_word(self, text: str, start: int, end: int) -> None:
        """Adds a word that stands upright."""
        first = self._box(start)
        if end - start == 1:
            self._add(text, first)
            return
        last = self._box(end - 1)
        x0, top, x1, bottom = first[0], min(first[1], last[1]), last[2], max(first[3], last[3])
        if self._whole(text, x0, top, x1, bottom):
            self._add(text, (x0, top, x1, bottom))
        else:
            self._add_characters(text, start)

    def _add_characters(self, text: str, start: int) -> None:
        """Adds a word character by character, all of them if any is on the page: half a figure is another one."""
        boxes = [self._box(index) for index in range(start, start + len(text))]
        if any(self._is_on_page(box) for box in boxes):
            self.glyphs.extend(Glyph(character, *box) for character, box in zip(text, boxes, strict=True))

    def add_turned(self, text: str, start: int) -> None:
        """Adds the characters of a word that is turned by a quarter or more."""
        for index, character in enumerate(text, start):
            if pdfium.FPDFText_GetLooseCharBox(self._textpage, index, self._target):
                rect = self._rect
                loose = (rect.left, rect.bottom, rect.right, rect.top)
                self._add(character, self._view.box(*_turned_box(self._textpage, index, loose)))

    def _box(self, index: int) -> Box:
        if not self._measure(self._textpage, index, self._target):
            return _NOWHERE
        rect = self._rect
        if self._upright:
            left, top = self._upright
            return rect.left - left, top - rect.top, rect.right - left, top - rect.bottom
        return self._view.box(rect.left, rect.bottom, rect.right, rect.top)

    def _add(self, text: str, box: Box) -> None:
        if self._is_on_page(box):
            self.glyphs.append(Glyph(text, *box))

    def _is_on_page(self, box: Box) -> bool:
        x0, top, x1, bottom = box
        right, low = self._limits
        return bool(0 <= x0 + x1 <= right and 0 <= top + bottom <= low)

    def _whole(self, text: str, x0: float, top: float, x1: float, bottom: float) -> bool:
        """Whether a word runs straight from its first to its last character, within one column of a frame."""
        height = bottom - top
        wide = (len(text.encode("utf-8", "replace")) - len(text)) / 2
        if not 0 < x1 - x0 < height * (0.8 * len(text) + 0.4 * wide + 1) or height > 2.2 * (x1 - x0) / (
            wide or 1
        ):
            return False
        middle = (top + bottom) / 2
        for frame in self._frames:
            if frame.ys[0] < middle < frame.ys[-1] and bisect(frame.xs, x0 + 0.3) != bisect(
                frame.xs, x1 - 0.3
            ):
                return False
        return True


_NOWHERE: Box = (-1.0, -1.0, -1.0, -1.0)
_WORD = re.compile(r"[^\s\u200b\ufeff\xad]+")
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


def _characters(textpage: pypdfium2.PdfTextPage) -> str:
    """One character for each index that PDFium counts."""
    count = min(textpage.count_chars(), MOST_GLYPHS)
    buffer = (ctypes.c_ushort * (count + 1))()
    got = pdfium.FPDFText_GetText(textpage.raw, 0, count, buffer)
    if got == count + 1:
        text = bytes(buffer)[: 2 * count].decode("utf-16-le", "surrogatepass")
        if len(text) == count:
            return _meant(textpage.raw, _plain(text))
    code = pdfium.FPDFText_GetUnicode
    codes = (code(textpage.raw, index) for index in range(count))
    return _meant(textpage.raw, _plain("".join(map(chr, codes))))


def _meant(textpage: object, text: str) -> str:
    """The text with U+FFFD for glyphs that the font gives no meaning, where PDFium puts their bare codes.

    Asked for the first character of each word and for its first figure: both are set in one font each.
    """
    fails = pdfium.FPDFText_HasUnicodeMapError
    if not any(fails(textpage, match.start()) == 1 for match in _STARTS.finditer(text)):
        return text
    return "".join("\ufffd" if fails(textpage, index) == 1 else text[index] for index in range(len(text)))


_STARTS = re.compile(r"(?<!\S)\S|(?<!\d)\d|(?<=[!-~])[^\s!-~]")


def _plain(text: str) -> str:
    return fold(text).translate(_MARKS) if _MARKED.search(text) else fold(text)


_MARKED = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARKS = {code: "\ufffd" for code in (*range(32), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)} | {2: "-"}
"""Codes that are no characters; 2 is PDFium's mark for a hyphen at the end of a line."""


def read_drawing(page: pypdfium2.PdfPage, view: View) -> Drawing:
    """The rules and pictures of a page, forms within it included."""
    drawing = Drawing()
    objects = pdfium.FPDFPage_GetObject, page.raw, pdfium.FPDFPage_CountObjects(page.raw)
    _collect(drawing, view, objects, None)
    return drawing


def _collect(drawing: Drawing, view: View, objects: Objects, matrix: Matrix | None, depth: int = 0) -> None:
    get, holder, count = objects
    kind_of, path = pdfium.FPDFPageObj_GetType, pdfium.FPDF_PAGEOBJ_PATH
    count = min(count, MOST_OBJECTS - drawing.objects)
    drawing.objects += count
    for index in range(count):
        thing = get(holder, index)
        kind = kind_of(thing)
        if kind == path:
            _add_path(drawing, view, thing, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            drawing.pictures.append(_bounds(view, thing, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            inner = pdfium.FPDFFormObj_GetObject, thing, pdfium.FPDFFormObj_CountObjects(thing)
            _collect(drawing, view, inner, _product(_matrix(thing), matrix), depth + 1)


_EDGES = (ctypes.c_float * 4)()
_EDGE_TARGETS = tuple(ctypes.byref(ctypes.c_float.from_buffer(_EDGES, 4 * index)) for index in range(4))


def _bounds(view: View, thing: object, matrix: Matrix | None) -> Box:
    if not pdfium.FPDFPageObj_GetBounds(thing, *_EDGE_TARGETS):
        return 0.0, 0.0, 0.0, 0.0
    left, bottom, right, top = _EDGES
    if matrix is None and not view.turn:
        x, y = view.corner
        return left - x, y - top, right - x, y - bottom
    if matrix is not None:
        corners = [_moved(matrix, x, y) for x in (left, right) for y in (bottom, top)]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom, top = min(y for _, y in corners), max(y for _, y in corners)
    return view.box(left, bottom, right, top)


def _add_path(drawing: Drawing, view: View, path: object, matrix: Matrix | None) -> None:
    box = _bounds(view, path, matrix)
    if _add_thin(drawing, box):
        return
    segments = pdfium.FPDFPath_CountSegments(path)
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, filled, stroked)
    if segments <= 5 and not stroked.value:
        drawing.shades.append(box)
        return
    if segments > 4_000:
        return
    own = _product(_matrix(path), matrix)
    for points in _subpaths(path, segments, own):
        corners = [view.box(x, y, x, y)[:2] for x, y in points]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        if _add_thin(drawing, (min(xs), min(ys), max(xs), max(ys))) or not stroked.value:
            continue
        for (x0, y0), (x1, y1) in itertools.pairwise(corners):
            _add_thin(drawing, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), 0.5)


def _add_thin(drawing: Drawing, box: Box, thickness: float = THIN) -> bool:
    x0, top, x1, bottom = box
    width, height = x1 - x0, bottom - top
    if height <= thickness and width >= height:
        drawing.across.append(Rule((top + bottom) / 2, x0, x1))
    if width <= thickness and height >= width:
        drawing.down.append(Rule((x0 + x1) / 2, top, bottom))
    return height <= thickness or width <= thickness


def _subpaths(path: object, segments: int, matrix: Matrix) -> Iterator[list[Point]]:
    """The corners of each part of a path, closed parts ending where they began."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    for index in range(segments):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        points.append(_moved(matrix, x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points


def _matrix(thing: object) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, found):
        return 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
    return found.a, found.b, found.c, found.d, found.e, found.f


def _product(inner: Matrix, outer: Matrix | None) -> Matrix:
    """The matrix that moves a point by ``inner`` and then by ``outer``."""
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    x, y = _moved(outer, e, f)
    ax, ay = _turned(outer, a, b)
    cx, cy = _turned(outer, c, d)
    return ax, ay, cx, cy, x, y


def _turned(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, _, _ = matrix
    return a * x + c * y, b * x + d * y


def _moved(matrix: Matrix, x: float, y: float) -> Point:
    across, up = _turned(matrix, x, y)
    return across + matrix[4], up + matrix[5]

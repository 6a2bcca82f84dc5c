"""PDFium's view of a page: its glyphs, and its rules whether stroked, dashed or painted as thin boxes."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.documents.pdf_layout import Box, Glyph, fold
from parsers.documents.pdf_rules import Rule

THIN = 3.0
"""Points: a painted box that is no thicker is a rule; a thicker one is shading."""
MOST_GLYPHS = 60_000
MOST_OBJECTS = 60_000
"""What one page may hold; a report's page has some thousand of each."""
SPACES = " \t\xa0\u3000\u2002\u2003\u2009\u200b\ufeff\xad"
QUARTER = 1.5707963
DEEPEST = 4
"""Forms (groups of drawings) within forms."""

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]


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


def read_glyphs(textpage: pypdfium2.PdfTextPage, view: View) -> tuple[list[Glyph], int]:
    """The printed glyphs of a page in the order of drawing, and how many of them map to no character.

    Spaces are left out: gaps tell where they are. Glyphs beyond the page's edge or at a slant (water marks)
    are left out too.
    """
    text = _characters(textpage)
    loose_box, raw = pdfium.FPDFText_GetLooseCharBox, textpage.raw
    rect = pdfium.FS_RECTF()
    target = ctypes.byref(rect)
    box, width, height = view.box, view.width, view.height
    glyphs: list[Glyph] = []
    unmapped, turn, fresh = 0, 0.0, True
    for index, character in enumerate(text):
        if character in "\r\n":
            fresh = True
            continue
        if character in SPACES:
            continue
        if fresh:
            turn, fresh = max(0.0, pdfium.FPDFText_GetCharAngle(raw, index)), False
        if 0.05 < turn % QUARTER < QUARTER - 0.05 or not loose_box(raw, index, target):
            continue
        corners = (rect.left, rect.bottom, rect.right, rect.top)
        x0, top, x1, bottom = box(*(_turned_box(raw, index, corners) if turn > 0.05 else corners))
        if 0 <= x0 + x1 <= 2 * width and 0 <= top + bottom <= 2 * height:
            glyphs.append(Glyph(character, x0, top, x1, bottom))
            unmapped += character in "\0\ufffd" or "\ue000" <= character <= "\uf8ff"
    return glyphs, unmapped


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
            return fold(text).translate(_MARKS)
    code = pdfium.FPDFText_GetUnicode
    codes = (code(textpage.raw, index) for index in range(count))
    return fold("".join(map(chr, codes))).translate(_MARKS)


_MARKS = {code: "\ufffd" for code in (*range(32), 0xFFFE, 0xFFFF) if code not in (10, 13)} | {2: "-"}
"""Codes that are no characters; 2 is PDFium's mark for a hyphen at the end of a line."""


def read_drawing(page: pypdfium2.PdfPage, view: View) -> Drawing:
    """The rules and pictures of a page, forms within it included."""
    drawing = Drawing()
    count, get = pdfium.FPDFPage_CountObjects(page.raw), pdfium.FPDFPage_GetObject
    _collect(drawing, view, ((lambda index: get(page.raw, index)), count), None)
    return drawing


def _collect(
    drawing: Drawing,
    view: View,
    objects: tuple[Callable[[int], object], int],
    matrix: Matrix | None,
    depth: int = 0,
) -> None:
    get, count = objects
    kind_of = pdfium.FPDFPageObj_GetType
    for index in range(min(count, MOST_OBJECTS - drawing.objects)):
        thing = get(index)
        kind = kind_of(thing)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            _add_path(drawing, view, thing, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            drawing.pictures.append(_bounds(view, thing, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            _collect(drawing, view, _children(thing), _product(_matrix(thing), matrix), depth + 1)
        drawing.objects += 1


def _children(form: object) -> tuple[Callable[[int], object], int]:
    return (lambda index: pdfium.FPDFFormObj_GetObject(form, index)), pdfium.FPDFFormObj_CountObjects(form)


_EDGES = tuple(ctypes.c_float() for _ in range(4))
_EDGE_TARGETS = tuple(ctypes.byref(edge) for edge in _EDGES)


def _bounds(view: View, thing: object, matrix: Matrix | None) -> Box:
    if not pdfium.FPDFPageObj_GetBounds(thing, *_EDGE_TARGETS):
        return 0.0, 0.0, 0.0, 0.0
    left, bottom, right, top = (edge.value for edge in _EDGES)
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
            _add_thin(drawing, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), THIN / 6)


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

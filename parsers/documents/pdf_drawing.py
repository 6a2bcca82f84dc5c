"""PDFium's view of a page's drawing: its rules whether stroked, dashed or painted as thin boxes, shades and pictures."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.documents.pdf_calls import (
    BUFFER,
    EACH,
    Four,
    argument,
    form_object,
    four,
    get_bounds,
    kind_of,
    page_object,
)
from parsers.documents.pdf_layout import Box
from parsers.documents.pdf_pdfium import View
from parsers.documents.pdf_rules import JOIN, Rule

THIN = 6.0
"""Points: a painted box that is no thicker is a rule; a thicker one is shading."""
MOST_OBJECTS = 60_000
"""What one page may hold; a report's page has some thousand. More is not read at all, and said."""
DEEPEST = 4
"""Forms (groups of drawings) within forms."""

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Objects = tuple[Callable[[object, int], int], object, int]
"""How to get an object of a page or form by its number, that page or form, and how many it has."""


@dataclass(slots=True)
class Drawing:
    """What a page draws beside text: rules by direction, shades and pictures by their boxes."""

    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    objects: int = 0

    def add_thin(self, box: Box, thickness: float) -> bool:
        """Adds a box as a rule, if it is as thin as one; and whether it is. A square dot is one in both directions."""
        x0, top, x1, bottom = box
        width, height = x1 - x0, bottom - top
        if height <= thickness:
            if width >= height:
                self.across.append(Rule((top + bottom) / 2, x0, x1))
            if width > thickness:
                return True
        elif width > thickness:
            return False
        if height >= width:
            self.down.append(Rule((x0 + x1) / 2, top, bottom))
        return True


def read_drawing(page: pypdfium2.PdfPage, view: View) -> Drawing:
    """The rules and pictures of a page, forms within it included."""
    drawing = Drawing()
    objects = page_object, argument(page.raw), pdfium.FPDFPage_CountObjects(page.raw)
    _collect(drawing, view, objects, None)
    return drawing


def _collect(drawing: Drawing, view: View, objects: Objects, matrix: Matrix | None, depth: int = 0) -> None:
    get, holder, count = objects
    count = min(count, MOST_OBJECTS - drawing.objects)
    drawing.objects += count
    things = list(map(get, itertools.repeat(holder), range(count)))
    left, bottom, right, top = EACH
    first = last = _NOTHING
    dotted = False
    for thing, kind in zip(things, map(kind_of, things), strict=True):
        if kind == _PATH:
            edges = four(BUFFER) if get_bounds(thing, left, bottom, right, top) else _NOTHING
            if dotted and _in_line(first, last, edges):
                last = edges
                continue
            if last is not first:
                _add_dotted(drawing, view, (first, last), matrix)
            first = last = edges
            dotted = _is_dot(edges)
            box = _placed(view, edges, matrix)
            if not drawing.add_thin(box, THIN):
                _add_path(drawing, view, thing, matrix, box)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            edges = four(BUFFER) if get_bounds(thing, *EACH) else _NOTHING
            drawing.pictures.append(_placed(view, edges, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            inner = form_object, thing, pdfium.FPDFFormObj_CountObjects(_pointer(thing))
            _collect(drawing, view, inner, _product(_matrix(thing), matrix), depth + 1)
    if last is not first:
        _add_dotted(drawing, view, (first, last), matrix)


_PATH = pdfium.FPDF_PAGEOBJ_PATH
_NOTHING: Four = (0.0, 0.0, 0.0, 0.0)


def _is_dot(edges: Four) -> bool:
    left, bottom, right, top = edges
    return 0 < right - left <= THIN and abs(right - left - top + bottom) < 0.01


def _in_line(first: Four, last: Four, edges: Four) -> bool:
    """Whether a box goes on with a line of dots to the right or downwards. ``first`` may be its only one so far."""
    if edges[3] == first[3] == last[3] and edges[1] == first[1]:
        return 0 <= edges[0] - last[2] <= JOIN
    if edges[0] == first[0] == last[0] and edges[2] == first[2]:
        return 0 <= last[1] - edges[3] <= JOIN
    return False


def _add_dotted(drawing: Drawing, view: View, ends: tuple[Four, Four], matrix: Matrix | None) -> None:
    """Adds a line of dots as one rule, and its last dot, as its first was, for a line that it may meet there."""
    first, last = ends
    drawing.add_thin(_placed(view, last, matrix), THIN)
    whole = first[0], last[1], last[2], first[3]
    drawing.add_thin(_placed(view, whole, matrix), THIN)


def _pointer(thing: int) -> object:
    """An object's address as pypdfium2 wants it."""
    return ctypes.cast(thing, pdfium.FPDF_PAGEOBJECT)


def _placed(view: View, edges: Four, matrix: Matrix | None) -> Box:
    """The box on the page of an object with these edges in its form."""
    left, bottom, right, top = edges
    if matrix is None and not view.turn:
        x, y = view.corner
        return left - x, y - top, right - x, y - bottom
    if matrix is not None:
        corners = [_moved(matrix, x, y) for x in (left, right) for y in (bottom, top)]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom, top = min(y for _, y in corners), max(y for _, y in corners)
    return view.box(left, bottom, right, top)


def _add_path(drawing: Drawing, view: View, address: int, matrix: Matrix | None, box: Box) -> None:
    """Adds a path that is not thin as a whole: a shade, or the thin ones of its parts."""
    path = _pointer(address)
    segments = pdfium.FPDFPath_CountSegments(path)
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, filled, stroked)
    if segments <= 5 and not stroked.value:
        drawing.shades.append(box)
        return
    if segments > 4_000:
        return
    own = _product(_matrix(address), matrix)
    for points in _subpaths(path, segments, own):
        corners = [view.box(x, y, x, y)[:2] for x, y in points]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        if drawing.add_thin((min(xs), min(ys), max(xs), max(ys)), THIN) or not stroked.value:
            continue
        for (x0, y0), (x1, y1) in itertools.pairwise(corners):
            drawing.add_thin((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), 0.5)


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


def _matrix(thing: int) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(_pointer(thing), found):
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

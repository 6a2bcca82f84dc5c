"""PDFium's view of a page's drawing: its rules whether stroked, dashed or painted as thin boxes, shades and pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, pairwise, repeat

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.documents.pdf_calls import (
    Four,
    argument,
    bounds_of,
    colour_of,
    corners_of,
    count_in_form,
    count_segments,
    form_object,
    is_stroked,
    kind_of,
    matrix_of,
    page_object,
)
from parsers.documents.pdf_layout import Box
from parsers.documents.pdf_pdfium import Matrix, View, is_white, moved
from parsers.documents.pdf_rules import JOIN, Rule
from parsers.model import make

THIN = 6.0
"""Points: a painted box that is no thicker is a rule; a thicker one is shading."""
MOST_OBJECTS = 60_000
"""What one page may hold; a report's page has some thousand. More is not read at all, and said."""
DEEPEST = 4
"""Forms (groups of drawings) within forms."""

Point = tuple[float, float]
Objects = tuple[Callable[[object, int], int], object, int, int]
"""How to get an object of a page or form by its number, that page or form, how many it has, and the form's address."""


@dataclass(slots=True)
class Drawing:
    """What a page draws beside text: rules by direction, shades and pictures by their boxes."""

    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    shades: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    gradients: list[Box] = field(default_factory=list)
    areas: list[tuple[Box, int]] = field(default_factory=list)
    """Paths that are not thin, each with its address while the page is open."""
    objects: int = 0
    contents: dict[int, list[int]] = field(default_factory=dict)
    """The objects of the page (0) and of each form, in the order of drawing, while the page is open."""

    def painted(self) -> list[Box]:
        """All that is painted in another colour than white, and may lie behind text; asked while the page is open."""
        areas = (box for box, path in self.areas if not is_white(colour_of(path)))
        return [*self.pictures, *self.gradients, *areas]

    def positions(self) -> dict[int, int]:
        """The place in the order of drawing of each object, given by its address."""
        return {thing: number for number, thing in enumerate(self._in_order(0))}

    def _in_order(self, address: int) -> Iterator[int]:
        for thing in self.contents.get(address, ()):
            yield thing
            if thing in self.contents:
                yield from self._in_order(thing)

    def add_thin(self, box: Box, thickness: float) -> bool:
        """Adds a box as a rule, if it is as thin as one; and whether it is. A square dot is one in both directions."""
        x0, top, x1, bottom = box
        width, height = x1 - x0, bottom - top
        if height <= thickness:
            if width >= height:
                self.across.append(make(Rule, ((top + bottom) / 2, x0, x1)))
            if width > thickness:
                return True
        elif width > thickness:
            return False
        if height >= width:
            self.down.append(make(Rule, ((x0 + x1) / 2, top, bottom)))
        return True


def read_drawing(page: pypdfium2.PdfPage, view: View) -> Drawing:
    """The rules and pictures of a page, forms within it included."""
    drawing = Drawing()
    objects = page_object, argument(page.raw), pdfium.FPDFPage_CountObjects(page.raw), 0
    _collect(drawing, view, objects, None)
    return drawing


def _collect(drawing: Drawing, view: View, objects: Objects, matrix: Matrix | None, depth: int = 0) -> None:
    get, holder, count, address = objects
    count = min(count, MOST_OBJECTS - drawing.objects)
    drawing.objects += count
    things = drawing.contents[address] = list(map(get, repeat(holder), range(count)))
    kinds = bytes(map(kind_of, things))
    paths = list(compress(things, kinds.translate(_ONLY_PATHS)))
    _add_paths(drawing, view, paths, matrix)
    if len(paths) + kinds.count(pdfium.FPDF_PAGEOBJ_TEXT) == count:
        return
    for thing, kind in zip(things, kinds, strict=True):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            drawing.pictures.append(_placed(view, next(bounds_of([thing])), matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            drawing.gradients.append(_placed(view, next(bounds_of([thing])), matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            inner = form_object, thing, count_in_form(thing), thing
            _collect(drawing, view, inner, _product(matrix_of(thing), matrix), depth + 1)


_ONLY_PATHS = bytes(kind == pdfium.FPDF_PAGEOBJ_PATH for kind in range(256))


def _add_paths(drawing: Drawing, view: View, paths: Sequence[int], matrix: Matrix | None) -> None:
    """Adds paths as rules and shades; of a line of dots the whole, and its first and last for lines they may meet."""
    drawn = zip(paths, bounds_of(paths), strict=True)
    plain = matrix is None and not view.turn
    x, y = view.corner
    across, down = drawing.across, drawing.down
    after = next(drawn, None)
    while after:
        path, edges = after
        after = None
        left, bottom, right, top = edges
        if plain and top - bottom <= THIN < right - left:  # the most part, and so without any call
            across.append(make(Rule, (y - (top + bottom) / 2, left - x, right - x)))
        elif plain and right - left <= THIN < top - bottom:
            down.append(make(Rule, ((left + right) / 2 - x, y - top, y - bottom)))
        elif not drawing.add_thin(box := _placed(view, edges, matrix), THIN):
            _add_path(drawing, view, path, matrix, box)
        elif (
            right - left <= THIN >= top - bottom and right > left and abs(right - left - top + bottom) < 0.01
        ):
            last, after = _last_dot(edges, drawn)
            if last is not edges:
                drawing.add_thin(_placed(view, last, matrix), THIN)
                drawing.add_thin(_placed(view, (left, last[1], last[2], top), matrix), THIN)
        after = after or next(drawn, None)


_Drawn = tuple[int, Four]
"""A path's address and its edges."""


def _last_dot(first: Four, drawn: Iterator[_Drawn]) -> tuple[Four, _Drawn | None]:
    """The last dot of the line of dots that begins with ``first`` and goes to the right or downwards.

    Takes its dots from what is drawn next, and gives what comes after them as well.
    """
    left, bottom, right, top = last = first
    for after in drawn:
        x0, y0, x1, y1 = box = after[1]
        if y1 != top or y0 != bottom or not 0 <= x0 - right <= JOIN:
            break
        last, right = box, x1
    else:
        return last, None
    if last is not first:
        return last, after
    for after in chain([after], drawn):  # noqa: B020 (the one at which the loop above ended)
        x0, y0, x1, y1 = box = after[1]
        if x0 != left or x1 != right or not 0 <= bottom - y1 <= JOIN:
            return last, after
        last, bottom = box, y0
    return last, None


def _placed(view: View, edges: Four, matrix: Matrix | None) -> Box:
    """The box on the page of an object with these edges in its form."""
    left, bottom, right, top = edges
    if matrix is not None:
        corners = [moved(matrix, x, y) for x in (left, right) for y in (bottom, top)]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom, top = min(y for _, y in corners), max(y for _, y in corners)
    return view.box(left, bottom, right, top)


def _add_path(drawing: Drawing, view: View, path: int, matrix: Matrix | None, box: Box) -> None:
    """Adds a path that is not thin as a whole: a shade, or the thin ones of its parts."""
    drawing.areas.append((box, path))
    segments, stroked = count_segments(path), is_stroked(path)
    if segments <= 5 and not stroked:
        drawing.shades.append(box)
        return
    if segments > 4_000:
        return
    to_page = _product(_product(matrix_of(path), matrix), view.matrix)
    for corners in _subpaths(path, to_page):
        xs, ys = zip(*corners, strict=True)
        if drawing.add_thin((min(xs), min(ys), max(xs), max(ys)), THIN) or not stroked:
            continue
        for (x0, y0), (x1, y1) in pairwise(corners):
            if x0 == x1:
                drawing.down.append(Rule(x0, min(y0, y1), max(y0, y1)))
            elif y0 == y1:
                drawing.across.append(Rule(y0, min(x0, x1), max(x0, x1)))
            else:
                drawing.add_thin((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), 0.5)


def _subpaths(path: int, matrix: Matrix) -> Iterator[list[Point]]:
    """The corners of each part of a path, moved by the matrix, closed parts ending where they began."""
    corners: list[Point] = []
    for x, y, begins, closed in corners_of(path):
        if begins and corners:
            yield corners
            corners = []
        corners.append(moved(matrix, x, y))
        if closed:
            corners.append(corners[0])
    if corners:
        yield corners


def _product(inner: Matrix, outer: Matrix | None) -> Matrix:
    """The matrix that moves a point by ``inner`` and then by ``outer``."""
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    turning: Matrix = (*outer[:4], 0.0, 0.0)
    return *moved(turning, a, b), *moved(turning, c, d), *moved(outer, e, f)

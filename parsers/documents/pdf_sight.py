"""Which figures of a page a person sees: none set invisibly, painted over, in the colour behind it, in a layer put out;
and which of them are struck out.

What may hide a figure is told by its drawing; whether it does, where that is not certain, by an image of the page.
"""

from __future__ import annotations

import ctypes
import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.documents.pdf_calls import (
    Colour,
    argument,
    colour_of,
    is_filled,
    is_layered,
    loose_boxes,
    render_mode,
    text_colours,
    text_object,
)
from parsers.documents.pdf_drawing import Drawing
from parsers.documents.pdf_layout import Box, Glyph
from parsers.documents.pdf_pdfium import UNSEEN, View, is_white, moved
from parsers.documents.pdf_rules import JOIN, Frame, Rule
from parsers.model import DOUBT

ALIKE = 32
"""Of 255: colours that differ by less may not be told apart."""
INK = 16
"""Of 255: the brightness of what shows in an image varies at least by so much."""
AROUND = 0.75
"""Points around a digit that are looked at: a bar such as 1 may fill its own box."""
SCALE = 2.0
"""Dots of the image a point."""
MOST_DOTS = 3000
"""Of the image's longer side."""
TILES = 40
"""On each side of the page: areas are looked up by the tiles on which they stand."""
MOST_AREAS = 4_000
"""Of a page; more is a drawing, and none of them is looked up."""


@dataclass(frozen=True, slots=True)
class _Area:
    """Something painted: its box, its place in the order of drawing, its colour."""

    box: Box
    position: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class _Digit:
    """One end of a figure: the index of the figure's first character, its own, its text object, its colour, its middle."""

    figure: int
    index: int
    thing: int
    colour: Colour
    x: float
    y: float


class Sight:
    """Sees which figures of an open page show."""

    def __init__(self, page: pypdfium2.PdfPage, view: View, drawing: Drawing, *, layers: bool) -> None:
        """``layers``: whether the file may have layers."""
        self._page, self._view, self._drawing, self._layers = page, view, drawing, layers

    def unseen(self, textpage: pypdfium2.PdfTextPage, figures: Sequence[tuple[int, int]]) -> set[int]:
        """Those of the figures that don't show, given by their first and last characters, told by the first."""
        page = argument(textpage.raw)
        if not (self._drawing.areas or self._layers or _are_odd(page, figures)):
            return set()
        ends = list(_ends(page, figures))
        indexes = [index for _, index, _ in ends]
        colours = text_colours(page, indexes)
        gone = {figure for figure, _, thing in ends if render_mode(thing) in UNSEEN}
        layered = self._layers and any(is_layered(thing) for _, _, thing in ends)
        if not (self._drawing.areas or layered or any(map(is_white, set(colours)))):
            return gone
        tiles, width, height = self._areas, self._view.width, self._view.height
        for (figure, index, thing), colour, box in zip(
            ends, colours, loose_boxes(page, indexes), strict=True
        ):
            left, top, right, bottom = box
            x, y = moved(self._view.matrix, (left + right) / 2, (top + bottom) / 2)
            here = tiles.get((_tile(x, width), _tile(y, height)), ())
            if not (here or layered or is_white(colour)):
                continue
            digit = _Digit(figure, index, thing, colour, x, y)
            if self._may_be_hidden(digit, here) and not self._shows(textpage, digit):
                gone.add(figure)
        return gone

    def _may_be_hidden(self, digit: _Digit, areas: Sequence[_Area]) -> bool:
        if is_white(digit.colour) or (self._layers and is_layered(digit.thing)):
            return True
        return any(_is_on(digit, area.box) and self._hides(area, digit) for area in areas)

    def _hides(self, area: _Area, digit: _Digit) -> bool:
        """Whether an area where a digit stands is painted over it, or in its colour behind it."""
        alike = all(abs(one - other) < ALIKE for one, other in zip(area.colour, digit.colour, strict=True))
        return alike or area.position > self._positions.get(digit.thing, -1)

    def _shows(self, textpage: pypdfium2.PdfTextPage, digit: _Digit) -> bool:
        """Whether there is ink where a digit stands. White on bare paper needs no image."""
        if is_white(digit.colour) and not any(_is_on(digit, box) for box in self._drawing.painted()):
            return False
        edges = [ctypes.c_double() for _ in range(4)]
        pdfium.FPDFText_GetCharBox(textpage.raw, digit.index, *edges)
        left, right, bottom, top = (edge.value for edge in edges)
        return self._image.is_inked(self._view.box(left, bottom, right, top))

    @cached_property
    def _positions(self) -> dict[int, int]:
        return self._drawing.positions()

    @cached_property
    def _areas(self) -> dict[tuple[int, int], list[_Area]]:
        """What is painted on the page, by the tiles on which it stands."""
        tiles: dict[tuple[int, int], list[_Area]] = {}
        width, height = self._view.width, self._view.height
        areas = self._drawing.areas if len(self._drawing.areas) <= MOST_AREAS else ()
        for box, path in areas:
            if not is_filled(path):
                continue
            left, top, right, bottom = box
            area = _Area(box, self._positions.get(path, -1), colour_of(path))
            for x in range(_tile(left, width), _tile(right, width) + 1):
                for y in range(_tile(top, height), _tile(bottom, height) + 1):
                    tiles.setdefault((x, y), []).append(area)
        return tiles

    @cached_property
    def _image(self) -> _Image:
        return _Image(self._page, self._view)


def without_struck(glyphs: list[Glyph], across: Sequence[Rule], frames: Sequence[Frame]) -> list[Glyph]:
    """The glyphs, with ``DOUBT`` behind figures that a rule strikes out, which is no line of a frame."""
    lines = sorted(y for frame in frames for y in _lines(frame))
    levels = {rule.at for rule in across}.difference(lines)
    if lines:
        levels = {y for y in levels if lines[0] < y < lines[-1] and not _is_near(y, lines)}
    if not levels:
        return glyphs
    loose = sorted(rule for rule in across if rule.at in levels)
    return [
        glyph._replace(text=glyph.text + DOUBT)
        if glyph.text[-1].isdigit() and _is_struck(glyph, loose)
        else glyph
        for glyph in glyphs
    ]


def _lines(frame: Frame) -> set[float]:
    """The heights at which cells begin or end."""
    return {frame.ys[row] for slot in frame.slots for row in (slot.row, slot.row + slot.rowspan)}


def _is_near(y: float, lines: Sequence[float]) -> bool:
    at = bisect_left(lines, y)
    return any(abs(lines[n] - y) < JOIN for n in (at - 1, at) if 0 <= n < len(lines))


def _is_struck(glyph: Glyph, rules: Sequence[Rule]) -> bool:
    """Whether one of the rules, sorted, goes through the middle of a digit's height; one below it underlines."""
    height = glyph.bottom - glyph.top
    for number in range(bisect_left(rules, (glyph.top + 0.35 * height,)), len(rules)):
        rule = rules[number]
        if rule.at > glyph.top + 0.75 * height:
            return False
        if rule.start < glyph.x1 and glyph.x0 < rule.end and rule.end - rule.start > height / 4:
            return True
    return False


def _are_odd(page: object, figures: Sequence[tuple[int, int]]) -> bool:
    """Whether any of the figures is set invisibly or in white: of most pages none is."""
    firsts = [first for first, _ in figures]
    things = list(map(text_object, repeat(page), firsts))
    wide = [(thing, last) for (first, last), thing in zip(figures, things, strict=True) if last > first]
    others = list(map(text_object, repeat(page), [last for _, last in wide]))
    apart = [last for (thing, last), other in zip(wide, others, strict=True) if thing != other]
    if not UNSEEN.isdisjoint(map(render_mode, {*things, *others})):
        return True
    return any(map(is_white, set(text_colours(page, firsts + apart))))


def _ends(page: object, figures: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Each figure's first character, and its last if it is of another text object: the figure's, its own, the object."""
    firsts = map(text_object, repeat(page), [first for first, _ in figures])
    for (first, last), thing in zip(figures, firsts, strict=True):
        yield first, first, thing
        if last > first and (other := text_object(page, last)) != thing:
            yield first, last, other


def _is_on(digit: _Digit, box: Box) -> bool:
    left, top, right, bottom = box
    return left < digit.x < right and top < digit.y < bottom


def _tile(at: float, size: float) -> int:
    """The number of the tile at a place on a side of this size; of what is beyond the page the first or the last."""
    share = at / size if size > 0 else 0.0
    return int(TILES * share) if 0 <= share < 1 else (TILES if share >= 1 else 0)


class _Image:
    """The page as it is shown, in shades of gray; of one too large to be drawn nothing is known to show."""

    def __init__(self, page: pypdfium2.PdfPage, view: View) -> None:
        self._scale = min(SCALE, MOST_DOTS / max(view.width, view.height, 1.0))
        self._dots = b""
        self._width = self._height = self._stride = 0
        if self._scale >= 1.0 and min(view.width, view.height) >= 1.0:
            image = page.render(scale=self._scale, grayscale=True, draw_annots=False, may_draw_forms=False)
            self._dots, self._stride = bytes(image.buffer), image.stride
            self._width, self._height = image.width, image.height
            image.close()

    def is_inked(self, box: Box) -> bool:
        """Whether not all of a box, and of what is right around it, is of one colour."""
        x0, y0, x1, y1 = box
        edges = x0 - AROUND, y0 - AROUND, x1 + AROUND, y1 + AROUND
        if not all(map(math.isfinite, edges)):
            return False
        left, top, right, bottom = (round(self._scale * edge) for edge in edges)
        bottom = min(bottom, self._height)
        dots = (
            b"".join(
                self._dots[y * self._stride + max(0, left) : y * self._stride + min(right + 1, self._width)]
                for y in range(max(0, top), bottom + 1)
            )
            if self._dots
            else b""
        )
        return bool(dots) and max(dots) - min(dots) >= INK

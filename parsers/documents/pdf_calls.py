"""PDFium's functions that are asked some thousand times a page, with as little in between as Python allows.

pypdfium2 declares the type of every argument, and ctypes then makes an object of each argument and each answer, which
takes most of a call's time. Here PDFium's objects are plain numbers, an argument that stays the same from call to call
is made once (``argument``), and boxes are asked for by the hundred: PDFium puts them side by side into one buffer.
"""

from __future__ import annotations

import ctypes
import math
import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Any, cast

import pypdfium2.raw as pdfium

Four = tuple[float, float, float, float]


def argument(pointer: ctypes._Pointer[ctypes.Structure]) -> object:
    """What a pointer of pypdfium2's points to, as an argument that needs no conversion."""
    return ctypes.byref(pointer.contents)


def _bound(
    function: Callable[..., object], answer: type[ctypes._SimpleCData[Any]], *leading: type[ctypes.c_void_p]
) -> Callable[..., Any]:
    """A function of PDFium's that gives ``answer``, without a type but for its leading arguments."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0  # type: ignore[arg-type]
    return ctypes.PYFUNCTYPE(answer, *leading)(address)


page_object = _bound(pdfium.FPDFPage_GetObject, ctypes.c_void_p)
"""(page as ``argument``, number) to an object's address."""
form_object = _bound(pdfium.FPDFFormObj_GetObject, ctypes.c_void_p, ctypes.c_void_p)
"""(form's address, number) to an object's address."""
count_in_form = _bound(pdfium.FPDFFormObj_CountObjects, ctypes.c_int, ctypes.c_void_p)
"""(form's address) to how many objects it has."""
kind_of = _bound(pdfium.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)
"""(object's address) to its kind."""
angle_of = _bound(pdfium.FPDFText_GetCharAngle, ctypes.c_float)
"""(text page as ``argument``, index) to the angle at which a character stands."""
text_object = _bound(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
"""(text page as ``argument``, index) to the address of the object that draws a character."""
render_mode = _bound(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ctypes.c_void_p)
"""(object's address) to how a text is drawn."""
lacks_meaning = _bound(pdfium.FPDFText_HasUnicodeMapError, ctypes.c_int)
"""(text page as ``argument``, index) to 1 where a font gives the character no meaning."""

count_segments = _bound(pdfium.FPDFPath_CountSegments, ctypes.c_int, ctypes.c_void_p)
"""(path's address) to how many segments it has."""

_get_draw_mode = _bound(pdfium.FPDFPath_GetDrawMode, ctypes.c_int, ctypes.c_void_p)
_get_matrix = _bound(pdfium.FPDFPageObj_GetMatrix, ctypes.c_int, ctypes.c_void_p)
_get_segment = _bound(pdfium.FPDFPath_GetPathSegment, ctypes.c_void_p, ctypes.c_void_p)
_get_point = _bound(pdfium.FPDFPathSegment_GetPoint, ctypes.c_int, ctypes.c_void_p)
_type_of_segment = _bound(pdfium.FPDFPathSegment_GetType, ctypes.c_int, ctypes.c_void_p)
_is_closed = _bound(pdfium.FPDFPathSegment_GetClose, ctypes.c_int, ctypes.c_void_p)
_get_bounds = _bound(pdfium.FPDFPageObj_GetBounds, ctypes.c_int, ctypes.c_void_p)
_get_colour = _bound(pdfium.FPDFPageObj_GetFillColor, ctypes.c_int, ctypes.c_void_p)
_get_text_colour = _bound(pdfium.FPDFText_GetFillColor, ctypes.c_int)
_count_marks = _bound(pdfium.FPDFPageObj_CountMarks, ctypes.c_int, ctypes.c_void_p)
_get_mark = _bound(pdfium.FPDFPageObj_GetMark, ctypes.c_void_p, ctypes.c_void_p)
_get_mark_name = _bound(pdfium.FPDFPageObjMark_GetName, ctypes.c_int, ctypes.c_void_p)
_get_loose_box = _bound(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int)

_MANY = 512
_BUFFER = (ctypes.c_float * (4 * _MANY))()
_BYTES = memoryview(_BUFFER).cast("B")
_FOUR, _COLOUR = struct.Struct("4f"), struct.Struct("4I")
_FIRST, _SECOND, _THIRD, _FOURTH = (
    [ctypes.byref(_BUFFER, 4 * (4 * index + part)) for index in range(_MANY)] for part in range(4)
)
NO_BOUNDS: Four = (0.0, 0.0, 0.0, 0.0)
BLACK = (0, 0, 0, 255)
NO_BOX: Four = (math.nan, math.nan, math.nan, math.nan)


def bounds_of(things: Sequence[int]) -> Iterator[Four]:
    """Left, bottom, right and top of objects, given by their addresses; ``NO_BOUNDS`` of one that has none."""
    boxes = bytearray()
    for start in range(0, len(things), _MANY):
        asked = things[start : start + _MANY]
        boxes += _filled(list(map(_get_bounds, asked, _FIRST, _SECOND, _THIRD, _FOURTH)), NO_BOUNDS)
    return _boxes(boxes)


def loose_boxes(page: object, indexes: Sequence[int]) -> Iterator[Four]:
    """Left, top, right and bottom of characters of a text page (as ``argument``); ``NO_BOX`` of one that is not there."""
    boxes = bytearray()
    for start in range(0, len(indexes), _MANY):
        asked = indexes[start : start + _MANY]
        boxes += _filled(list(map(_get_loose_box, repeat(page), asked, _FIRST)), NO_BOX)
    return _boxes(boxes)


def corners_of(path: int) -> Iterator[tuple[float, float, bool, bool]]:
    """x and y of the end of each segment, whether a part of the path begins there, and whether one is closed there."""
    segments = list(map(_get_segment, repeat(path), range(count_segments(path))))
    for start in range(0, len(segments), _MANY):
        asked = segments[start : start + _MANY]
        points = _boxes(_filled(list(map(_get_point, asked, _FIRST, _SECOND)), NO_BOX))
        kinds, closed = map(_type_of_segment, asked), map(_is_closed, asked)
        for (x, y, _, _), kind, close in zip(points, kinds, closed, strict=True):
            yield x, y, kind == pdfium.FPDF_SEGMENT_MOVETO, bool(close)


def is_stroked(path: int) -> bool:
    """Whether a path, given by its address, is drawn as lines."""
    _get_draw_mode(path, ctypes.byref(_FILLED), ctypes.byref(_STROKED))
    return bool(_STROKED.value)


def is_filled(path: int) -> bool:
    """Whether a path, given by its address, is painted inside."""
    _get_draw_mode(path, ctypes.byref(_FILLED), ctypes.byref(_STROKED))
    return bool(_FILLED.value)


def is_layered(thing: int) -> bool:
    """Whether an object, given by its address, is marked as part of a layer, which may be switched off."""
    return any(_mark_of(thing, number) == _LAYER for number in range(_count_marks(thing)))


def _mark_of(thing: int, number: int) -> bytes:
    size = ctypes.c_ulong()
    mark = _get_mark(thing, number)
    if not mark or not _get_mark_name(mark, _MARK, len(_MARK), ctypes.byref(size)):
        return b""
    return _MARK.raw[: size.value]


_MARK = ctypes.create_string_buffer(16)
_LAYER = "OC\0".encode("utf-16-le")


_FILLED, _STROKED = ctypes.c_int(), ctypes.c_int()


def matrix_of(thing: int) -> tuple[float, float, float, float, float, float]:
    """The matrix that moves an object, given by its address, to its place."""
    if not _get_matrix(thing, ctypes.byref(_MATRIX)):
        return 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
    return _MATRIX.a, _MATRIX.b, _MATRIX.c, _MATRIX.d, _MATRIX.e, _MATRIX.f


_MATRIX = pdfium.FS_MATRIX()


Colour = tuple[int, int, int, int]
"""Red, green, blue and opacity, each of 255."""


def text_colours(page: object, indexes: Sequence[int]) -> list[Colour]:
    """The colours in which characters of a text page (as ``argument``) are filled."""
    colours: list[Colour] = []
    for start in range(0, len(indexes), _MANY):
        asked = indexes[start : start + _MANY]
        got = list(map(_get_text_colour, repeat(page), asked, _FIRST, _SECOND, _THIRD, _FOURTH))
        found = _COLOUR.iter_unpack(_BYTES[: _COLOUR.size * len(asked)])
        colours += [colour if answer else BLACK for colour, answer in zip(found, got, strict=True)]
    return colours


def colour_of(thing: int) -> Colour:
    """The colour with which an object, given by its address, is filled."""
    if not _get_colour(thing, _FIRST[0], _SECOND[0], _THIRD[0], _FOURTH[0]):
        return BLACK
    red, green, blue, opacity = _COLOUR.unpack_from(_BYTES)
    return red, green, blue, opacity


def _filled(answers: Sequence[int], nothing: Four) -> bytes:
    """The boxes that the buffer holds after so many calls, with ``nothing`` where PDFium gave none."""
    if not all(answers):
        for number, answer in enumerate(answers):
            if not answer:
                _FOUR.pack_into(_BYTES, _FOUR.size * number, *nothing)
    return bytes(_BYTES[: _FOUR.size * len(answers)])


_boxes = cast("Callable[[bytes | bytearray], Iterator[Four]]", _FOUR.iter_unpack)

"""PDFium's functions that are asked some thousand times a page, with as little in between as Python allows.

pypdfium2 declares the type of every argument, and ctypes then makes an object of each argument and each answer, which
takes most of a call's time. Here PDFium's objects are plain numbers, and an argument that stays the same from call to
call is made once (``argument``).
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from typing import Any

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
kind_of = _bound(pdfium.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)
"""(object's address) to its kind."""
get_bounds = _bound(pdfium.FPDFPageObj_GetBounds, ctypes.c_int, ctypes.c_void_p)
"""(object's address, \\*EACH) to whether it has bounds; left, bottom, right and top are in ``four`` then."""
get_loose_box = _bound(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int)
"""(text page as ``argument``, index, ALL) likewise, in the order left, top, right, bottom."""
angle_of = _bound(pdfium.FPDFText_GetCharAngle, ctypes.c_float)
"""(text page as ``argument``, index) to the angle at which a character stands."""
text_object = _bound(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
"""(text page as ``argument``, index) to the address of the object that draws a character."""
render_mode = _bound(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ctypes.c_void_p)
"""(object's address) to how a text is drawn."""
lacks_meaning = _bound(pdfium.FPDFText_HasUnicodeMapError, ctypes.c_int)
"""(text page as ``argument``, index) to 1 where a font gives the character no meaning."""

BUFFER = (ctypes.c_float * 4)()
ALL = ctypes.byref(BUFFER)
EACH = tuple(ctypes.byref(BUFFER, 4 * index) for index in range(4))
four: Callable[[Any], Four] = struct.Struct("4f").unpack_from
"""The four numbers in ``BUFFER``, where the two functions above put them."""

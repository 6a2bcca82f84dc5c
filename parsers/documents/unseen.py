"""Figures that a page holds but does not show: without visibility or size, or white beside dark ones in a table's
cell, and hidden copies of tables that are shown.

Of what ``display:none`` hides only copies are looked at here. Of the other styles only cells are: elsewhere they also
belong to what a script lets appear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from parsers.documents.tree import attribute, finder, string

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAY_CONCEAL = (re.compile(rb"visibility\s*:\s*hidden"), re.compile(rb"font-size\s*:\s*0(?![.\d])"))
"""One by one: ``re`` finds words that begin a pattern ten times as fast as any of several."""
_MAY_BE_WHITE = re.compile(rb"color\s*[:=][\s\"']*(?:#fff|white|rgb\(255)")
_CONCEALED = re.compile(
    r"visibility\s*:\s*hidden|font-size\s*:\s*0\s*(?:px|pt|em|rem|%)?\s*(?:;|!|$)", re.IGNORECASE
)
_WHITE = re.compile(
    r"(?:^|[;\s])color\s*:\s*(?:#fff(?:fff)?|white|rgb\(255,\s*255,\s*255\))\s*(?:;|!|$)", re.IGNORECASE
)
_WHITE_FONT = ("white", "#fff", "#ffffff")
_LABELS = ("第二十条第", "结转下", "尚未审结", "主动公开政府信息数")
"""One of each standard table's."""
_MOST_HIDDEN = 50
"""Hidden elements with tables beyond which none is looked at: no page has that many."""
_IN_CELLS = finder("//td//*[@style or @color]|//th//*[@style or @color]")
_INLINE = ("span", "font", "b", "strong", "i", "em", "u")
_APART = "sub"
"""An element whose text is no part of the figure beside it."""


def mark(root: _Element, lowered: bytes) -> bool:
    """Makes what cells don't show ``hidden``, and white words beside others :data:`_APART`; whether any is hidden.

    ``lowered`` are the page's bytes in small letters: a page with no such style is left alone at once.
    """
    found = False
    if any(style.search(lowered) for style in _MAY_CONCEAL):
        for element in _IN_CELLS(root):
            if _CONCEALED.search(attribute(element, "style")):
                element.set("hidden", "")
                found = True
    if _MAY_BE_WHITE.search(lowered):
        _set_apart([element for element in _IN_CELLS(root) if _is_white(element)])
    return found


def copies(root: _Element, hidden: Sequence[_Element]) -> set[_Element]:
    """Those of the hidden elements whose standard tables are all shown elsewhere: a phone's copy, a draft, last year's.

    A table that is nowhere to be seen is kept: a script lets it appear.
    """
    if not 0 < len(hidden) <= _MOST_HIDDEN:
        return set()
    labels = {element: _labels(element) for element in hidden}
    inside = {cell for element in hidden for cell in element.iter("td", "th")}
    shown: set[str] = set()
    for cell in root.iter("td", "th"):
        if cell not in inside and next(cell.iter("table"), None) is None:
            shown |= _labels(cell)
    return {element for element, held in labels.items() if held and held <= shown}


def _labels(element: _Element) -> set[str]:
    text = string(element)
    return {label for label in _LABELS if label in text}


def _is_white(element: _Element) -> bool:
    return element.tag in _INLINE and bool(
        _WHITE.search(attribute(element, "style")) or attribute(element, "color").lower() in _WHITE_FONT
    )


def _set_apart(white: list[_Element]) -> None:
    """White words alone in their cell stand on a dark ground; beside others they are meant not to be seen."""
    cells: dict[_Element, list[_Element]] = {}
    for element in white:
        cell = next(element.iterancestors("td", "th"))
        if not any(outer in cells.get(cell, ()) for outer in element.iterancestors(*_INLINE)):
            cells.setdefault(cell, []).append(element)
    for cell, elements in cells.items():
        shown = "".join(string(cell).split())
        if sum(len("".join(string(element).split())) for element in elements) < len(shown):
            for element in elements:
                element.tag = _APART

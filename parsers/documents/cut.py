"""Files that end in the middle of a figure: what is there of it may be no more than its first digits."""

from __future__ import annotations

import re
from collections import deque

from parsers.model import DOUBT, Problem

_EDGE = re.compile(r"<(/?)(t[dh]|tr|tbody|table|body|html)\b", re.IGNORECASE)
_TAILS = (400, 1 << 16)
"""Characters from a page's end in which the last edge of a cell is looked for; a longer cell holds no figure."""

CUT_OFF = Problem(
    "cut_off", "", "the page ends inside a cell of a table; what is there of its figure is not taken"
)


def marked(source: str) -> str:
    """The page; one that ends inside a cell as far as its last whole tag, and with U+FFFD for what is not there."""
    for length in _TAILS:
        start = max(0, len(source) - length)
        edge = next(iter(deque(_EDGE.finditer(source, start), maxlen=1)), None)
        if edge is None:
            continue
        if edge[1] or edge[2].lower() not in ("td", "th"):
            return source
        tag = source.rfind("<")
        if source.find(">", tag) >= 0:
            return f"{source}{DOUBT}"
        return source if tag == edge.start() else f"{source[:tag]}{DOUBT}"
    return source

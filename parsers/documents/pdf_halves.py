"""Parts pages on which two are printed side by side, or text runs in two columns, into their halves.

Where a page shows plainly that it has two, other pages of its width are parted at the same place if nothing stands
over it, though they hold less text or a mark hangs into the gutter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parsers.documents.pdf_layout import Glyph, wide
from parsers.documents.pdf_rules import JOIN
from parsers.documents.pdf_sheet import Sheet
from parsers.documents.pdf_sheets import columns, split_lines

GUTTER = 4.0
"""Points that are free from top to bottom between two halves, unless both end there in a table's rule."""
NEAR = 0.03
"""Share of the page's width to either side of its middle within which the gutter lies."""
MOST_NEAR = 400
"""Glyphs so near to the middle; more is a page of text."""
LEAST_LINES = 4
"""Lines that must nearly fill a half, unless it holds a table: a list of short entries beside others is no page."""
TOUCH = 0.5
"""Points by which text may reach over the middle of a gutter that another page shows."""
_HANGING = frozenset("，。、；：！？）》”’")
"""Marks with an empty right half, which may hang over a column's edge."""


def halves(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The pages in order; of each that shows two, its left and its right half."""
    folds = [_fold(sheet) for sheet in sheets]
    known = {(sheet.width, fold) for sheet, fold in zip(sheets, folds, strict=True) if fold is not None}
    parts: list[Sheet] = []
    for sheet, own in zip(sheets, folds, strict=True):
        others = (at for width, at in sorted(known) if width == sheet.width and _is_free(sheet, at))
        at = next(others, None) if own is None else own
        parts += [sheet] if at is None else [_half(sheet, 0, at), _half(sheet, at, sheet.width)]
    return parts


def _fold(sheet: Sheet) -> float | None:
    """Where the page alone shows that it has two halves."""
    middle = _gutter(sheet)
    if middle is None:
        return None
    left, right = _half(sheet, 0, middle), _half(sheet, middle, sheet.width)
    return middle if _is_page(left, middle) and _is_page(right, middle) else None


def _gutter(sheet: Sheet) -> float | None:
    """The middle of a strip near the page's middle that nothing touches."""
    low, high = (0.5 - NEAR) * sheet.width, (0.5 + NEAR) * sheet.width
    tables = [frame for frame in sheet.frames if len(frame.slots) > 1]
    if any(frame.xs[0] < low and high < frame.xs[-1] for frame in tables):
        return None
    spans = [(glyph.x0, _end(glyph)) for glyph in sheet.glyphs if glyph.x0 < high and glyph.x1 > low]
    if len(spans) > MOST_NEAR:
        return None
    edges = {frame.xs[0] for frame in tables}, {frame.xs[-1] for frame in tables}
    spans += [(frame.xs[0], frame.xs[-1]) for frame in tables]
    reach = low
    for start, end in sorted(spans):
        if start - reach > (TOUCH if start in edges[0] and reach in edges[1] else GUTTER):
            return (reach + start) / 2
        reach = max(reach, end)
    return (reach + high) / 2 if high - reach > GUTTER else None


def _is_free(sheet: Sheet, at: float) -> bool:
    """Whether nothing stands over the place of another page's gutter, and something to both sides of it."""
    if any(glyph.x0 < at - TOUCH and _end(glyph) > at + TOUCH for glyph in sheet.glyphs):
        return False
    if any(frame.xs[0] < at - JOIN and at + JOIN < frame.xs[-1] for frame in sheet.frames):
        return False
    return len({_end(glyph) <= at + TOUCH for glyph in sheet.glyphs}) == 2


def _end(glyph: Glyph) -> float:
    """Where the ink of a glyph ends."""
    return glyph.x1 - 0.6 * (glyph.bottom - glyph.top) if glyph.text[-1] in _HANGING else glyph.x1


def _half(sheet: Sheet, start: float, end: float) -> Sheet:
    glyphs = [glyph for glyph in sheet.glyphs if start < (glyph.x0 + _end(glyph)) / 2 <= end]
    frames = [frame for frame in sheet.frames if start < (frame.xs[0] + frame.xs[-1]) / 2 <= end]
    return replace(sheet, glyphs=glyphs, frames=frames)


def _is_page(half: Sheet, width: float) -> bool:
    if any(len(frame.slots) > 3 for frame in half.frames):
        return True
    lines = [part for line in split_lines(half.glyphs) for part in columns(line)]
    return sum(_length(line) > 0.55 * width and _is_prose(line) for line in lines) >= LEAST_LINES


def _is_prose(line: Sequence[Glyph]) -> bool:
    """Whether most of a line is no figures: a table's columns of figures are no page of their own."""
    text = "".join(glyph.text for glyph in line)
    return 2 * sum(map(wide, text)) > len(text)


def _length(line: Sequence[Glyph]) -> float:
    return line[-1].x1 - line[0].x0

"""Parts a page on which two are printed side by side, or text runs in two columns, into its halves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parsers.documents.pdf_layout import Glyph, wide
from parsers.documents.pdf_sheet import Sheet
from parsers.documents.pdf_sheets import columns, split_lines

GUTTER = 4.0
"""Points that are free from top to bottom between two halves."""
NEAR = 0.03
"""Share of the page's width to either side of its middle within which the gutter lies."""
MOST_NEAR = 400
"""Glyphs so near to the middle; more is a page of text."""
LEAST_LINES = 4
"""Lines that must nearly fill a half, unless it holds a table: a list of short entries beside others is no page."""


def halves(sheet: Sheet) -> list[Sheet]:
    """The page, or its left and right half in this order."""
    middle = _gutter(sheet)
    if middle is None:
        return [sheet]
    left, right = _half(sheet, 0, middle), _half(sheet, middle, sheet.width)
    return [left, right] if _is_page(left, middle) and _is_page(right, middle) else [sheet]


def _gutter(sheet: Sheet) -> float | None:
    """The middle of a strip near the page's middle that nothing touches."""
    low, high = (0.5 - NEAR) * sheet.width, (0.5 + NEAR) * sheet.width
    tables = [frame for frame in sheet.frames if len(frame.slots) > 1]
    if any(frame.xs[0] < low and high < frame.xs[-1] for frame in tables):
        return None
    spans = [(glyph.x0, glyph.x1) for glyph in sheet.glyphs if glyph.x0 < high and glyph.x1 > low]
    if len(spans) > MOST_NEAR:
        return None
    spans += [(frame.xs[0], frame.xs[-1]) for frame in tables]
    reach = low
    for start, end in sorted(spans):
        if start - reach > GUTTER:
            return (reach + start) / 2
        reach = max(reach, end)
    return (reach + high) / 2 if high - reach > GUTTER else None


def _half(sheet: Sheet, start: float, end: float) -> Sheet:
    return replace(
        sheet,
        glyphs=[glyph for glyph in sheet.glyphs if start < (glyph.x0 + glyph.x1) / 2 <= end],
        frames=[frame for frame in sheet.frames if start < (frame.xs[0] + frame.xs[-1]) / 2 <= end],
    )


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

"""Page furniture: numbers, running headers and footers, told by standing at the same place page after page."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from parsers.documents.pdf_layout import Glyph, joined
from parsers.documents.pdf_rules import Frame
from parsers.documents.pdf_sheets import columns, split_lines
from parsers.documents.pdf_spelled import in_label

ZONE = 0.12
"""Share of the page's height, at its top and at its bottom, in which furniture stands."""
DEEP, DEEPEST = 100.0, 0.2
"""Points that this is at least, and the share that it is at most: margins are as deep on pages that lie across."""

_PAGE_NUMBER = re.compile(
    r"^[-—–－·.\s]*(?:第|[Pp]age)?\s*(\d{1,4})\s*页?(?:\s*[,，/|]?\s*(?:共|of|/)?\s*\d{1,4}\s*页?)?[-—–－·.\s]*$"
)
_DIGITS = re.compile(r"\d+")
_FIGURES = re.compile(r"[\s\d０-９.,，．+＋\-－−—–/／%％件条项次元万无]+")
"""No furniture where other text stands beside them: rows of a table may begin two pages at the same place."""

Key = tuple[str, int, int]
"""What a run of text says (figures masked; a page number as its distance to the page), and its place."""


class _Run(NamedTuple):
    glyphs: list[Glyph]
    text: str
    alone: bool
    outside: bool
    key: Key


Runs = list[_Run]


class Furniture:
    """Learns from all pages (``see``) which runs of text are furniture, then leaves them out (``strip``)."""

    def __init__(self) -> None:
        self._seen: Counter[Key] = Counter()
        self._outside: set[Key] = set()
        self._pages = 0

    def see(self, glyphs: Sequence[Glyph], frames: Iterable[Frame], *, page: int, height: float) -> Runs:
        """Notes the runs of text near a page's top and bottom edge, and gives them back for ``strip``."""
        self._pages += 1
        runs = _runs(glyphs, frames, height, page)
        self._seen.update({run.key for run in runs})
        self._outside.update(run.key for run in runs if run.outside)
        return runs

    def strip(self, glyphs: Sequence[Glyph], runs: Runs, *, page: int) -> Sequence[Glyph]:
        """The page's glyphs without furniture."""
        taken = {glyph for run in runs if self._is_furniture(run, page) for glyph in run.glyphs}
        return [glyph for glyph in glyphs if glyph not in taken] if taken else glyphs

    def _is_furniture(self, run: _Run, page: int) -> bool:
        number = _PAGE_NUMBER.match(run.text)
        if number and run.outside and run.alone and int(number[1]) == page:
            return True
        again = run.key in self._outside and self._seen[run.key] >= max(2, 0.5 * self._pages)
        figures = not run.alone and _FIGURES.fullmatch(run.text) is not None
        return again and not figures and not in_label(run.text)


def _runs(glyphs: Sequence[Glyph], frames: Iterable[Frame], height: float, page: int) -> list[_Run]:
    high = max(ZONE * height, min(DEEP, DEEPEST * height))
    low = height - high
    near = [glyph for glyph in glyphs if glyph[4] < high or glyph[2] > low]
    if not near:
        return []
    spans = [(frame.ys[0], frame.ys[-1]) for frame in frames if len(frame.slots) > 1]
    parts = [part for line in split_lines(near) for part in columns(line)]
    middles = [(top + bottom) / 2 for (_, _, top, _, bottom), *_ in parts]
    levels = sorted(middles)
    return [
        _Run(
            part,
            text,
            alone=bisect_right(levels, middle + 4) - bisect_left(levels, middle - 4) == 1,
            outside=not any(top < middle < bottom for top, bottom in spans),
            key=_key(part, text, middle, page),
        )
        for part, text, middle in zip(parts, map(joined, parts), middles, strict=True)
    ]


def _key(run: Sequence[Glyph], text: str, middle: float, page: int) -> Key:
    masked, place = _DIGITS.sub("#", text), round(middle / 4)
    number = _PAGE_NUMBER.match(text)
    if number is None:
        return masked, place, 0
    centre = (run[0].x0 + run[-1].x1) / 2
    return masked + str(int(number[1]) - page), place, round(centre / 12)

"""Decides what a page break did to a table: cut a row in two, cut a merged cell, or fell between two rows.

A wrong join would move a figure into another row, and a missed one would leave half a figure standing, which is
a plausible number too. So halves are joined only where the drawing and the text show it, and where figures may be
halves but nothing proves it, both are kept in one cell on two lines, which no reader takes for a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from parsers.documents.pdf_layout import NOTE_MARKS, DrawnCell, chunk, figure, head
from parsers.lexicon import telling_kinds

_NUMBERED = re.compile(
    r"^[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．，,]|^第[一二三四五六七八九十百]+[条章]|^其中"
)
_FIGURE = re.compile(
    rf"^(?=.*[\d—–－−\-/／无])[\s\d.,，．+＋\-－−—–/／%％件条项次篇人个万亿元无{NOTE_MARKS}\ufffd]+$"
)

_UNITS = frozenset(["件", "条", "项", "次", "篇", "人", "个", "元", "万元", "亿元", "件次", "人次"])

Kind = Literal["empty", "moved", "wrapped", "unsure", "new"]
"""How the text below relates to that above: there is none; it is all below; it is the rest; it may be; it is not."""


class Seam(NamedTuple):
    """The cells above and below a page break in the same columns."""

    first: DrawnCell
    second: DrawnCell

    @property
    def full(self) -> bool:
        """Whether the text below would not have begun in the last line above, so that it may be its rest."""
        lead = self.second.lead
        if self.first.text and lead[0] and figure(self.first.text[-1]) and figure(lead[0][0]):
            return self.first.room < chunk(*lead)
        return self.first.room < 1.5 * head(*lead)


Sewn = tuple[Seam, str]
"""A seam, and what to put between its texts."""


def is_label(text: str) -> bool:
    """Whether a cell says something that is no figure."""
    return bool(text) and not _FIGURE.match(text)


def is_figure(text: str) -> bool:
    """Whether a cell says a figure, or one of the signs that stand for none."""
    return bool(text) and bool(_FIGURE.match(text))


def cut_row(seams: Sequence[Seam], *, both_open: bool) -> list[Sewn] | None:
    """The halves of one row that the break cut, each with what goes between; None where it cut no row.

    ``both_open``: neither page draws a rule at the break, as browsers do for a row that goes on.
    """
    kinds = [_kind(seam, both_open=both_open) for seam in seams]
    if not any(seam.second.text for seam in seams):
        return [(seam, "") for seam in seams]
    if _orphan(seams):
        sure = ("empty", "moved", "wrapped")
        return [(seam, "" if kind in sure else "\n") for seam, kind in zip(seams, kinds, strict=True)]
    if "new" in kinds:
        return None
    proven = both_open or _proven(seams, kinds)
    if not proven and not any(_half_figure(seam) for seam in seams):
        return None
    return [
        (seam, "" if proven and kind != "unsure" else "\n") for seam, kind in zip(seams, kinds, strict=True)
    ]


def merged_cells(seams: Sequence[Seam], *, same_rows: bool) -> list[Sewn]:
    """Merged cells that go on below the break."""
    return [(seam, "") for seam in seams if _goes_on(seam, same_rows=same_rows)]


def _kind(seam: Seam, *, both_open: bool) -> Kind:
    above, below = seam.first.text, seam.second.text
    if not below:
        return "empty"
    if _two_labels(above, below):
        return "new"
    if _NUMBERED.match(below) and is_label(below) and (above or not both_open):
        return "new"
    if not above:
        return "moved"
    if is_figure(above) != is_figure(below) and not (is_figure(above) and below in _UNITS):
        return "new"
    if is_figure(above):
        return "wrapped" if seam.full else "unsure" if both_open else "new"
    return "wrapped" if seam.full or both_open or _unclosed(above) else "unsure"


def _two_labels(above: str, below: str) -> bool:
    """Whether both are whole labels of one of the forms' tables, and not the halves of one."""
    return bool(telling_kinds(above) & telling_kinds(below)) and not telling_kinds(above + below)


def _orphan(seams: Sequence[Seam]) -> bool:
    """Whether what stands below the break has no label, while the row above has: it is the rest of that row."""
    above, below = [seam.first.text for seam in seams], [seam.second.text for seam in seams]
    figures_under_labels = any(is_label(a) and is_figure(b) for a, b in zip(above, below, strict=True))
    labelled = any(is_label(text) and text not in _UNITS for text in below)
    return any(map(is_label, above)) and not labelled and not figures_under_labels


def _proven(seams: Sequence[Seam], kinds: Sequence[Kind]) -> bool:
    """Whether the texts alone show that a row was cut where both pages draw a rule at the break."""
    if "unsure" in kinds:
        return False
    labels = [
        kind for seam, kind in zip(seams, kinds, strict=True) if is_label(seam.first.text or seam.second.text)
    ]
    if "moved" in labels:
        return False
    figures = [
        kind
        for seam, kind in zip(seams, kinds, strict=True)
        if is_figure(seam.first.text or seam.second.text)
    ]
    return "wrapped" in labels or (
        bool(figures) and ("empty" in figures or (bool(labels) and "wrapped" not in figures))
    )


def _half_figure(seam: Seam) -> bool:
    return seam.full and is_figure(seam.first.text) and is_figure(seam.second.text)


def _unclosed(text: str) -> bool:
    return sum(map(text.count, "（(")) > sum(map(text.count, "）)"))


def _goes_on(seam: Seam, *, same_rows: bool) -> bool:
    """Whether a merged cell goes on below the break."""
    first, second = seam.first, seam.second
    if same_rows and first.rowspan == 1 and second.rowspan == 1:
        return False
    if is_figure(first.text) or is_figure(second.text):
        return False
    if first.text and second.text:
        return (seam.full or _unclosed(first.text)) and not _NUMBERED.match(second.text)
    return bool(first.text or second.text)

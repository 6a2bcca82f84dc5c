"""Lines of a PDF to headings and paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from parsers.documents.pdf_layout import Line, wide
from parsers.model import Text, make, on_page

_HEADING = re.compile(
    r"^[一二三四五六七八九十]{1,3}\s*、|^第[一二三四五六七八九十]+(部分|章)|^（[一二三四五六七八九十]+）"
)
_ENDS = tuple("。！？；：!?;:…")


BESIDE = 4
"""How many paragraphs may stand side by side, short entries of a menu among them."""
CENTRED = 2.6
"""Heights of a line that the next one of a title may stand below, if both are set around the same middle."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Where the body's lines begin and end, how high they are, and how far below a line the next one may be.

    ``reach`` is measured in heights of the line.
    """

    left: float
    right: float
    size: float
    reach: float


def margins(lines: Iterable[Line]) -> Margins:
    """Margins of a document's body, from its lines; a few lines that stand out beyond the others don't count."""
    known = list(lines)
    long = [line for line in known if len(line.text) > 8] or known
    if not long:
        return Margins(0.0, 0.0, 12.0, 1.25 * 1.5)
    size = median(line.size for line in long)
    body = [line for line in long if line.size < 1.3 * size]
    left, right = -_edge([-line.box[0] for line in body]), _edge([line.box[2] for line in body])
    steps = (
        below.box[1] - above.box[1]
        for above, below in pairwise(body)
        if above.box[2] > right - 2 * above.size
    )
    pitch = median([step for step in steps if 0 < step < 4 * size] or [1.6 * size])
    return Margins(left, right, size, 1.25 * max(pitch / size, 1.2) if size else 1.5)


def _edge(ends: list[float]) -> float:
    """The furthest end that at least a tenth of the longest lines share within a few points."""
    ordered = sorted(ends)
    enough = max(2, len(ordered) // 10)
    for end in reversed(ordered):
        if bisect_right(ordered, end + 4) - bisect_left(ordered, end - 4) >= enough:
            return end
    return ordered[-1]


def paragraphs(lines: Iterable[tuple[int, Line]], bounds: Margins) -> Iterator[Text]:
    """Texts of consecutive lines, each with its page's number, in order.

    Where columns stand side by side, a line goes on with the one of the last paragraphs that it stands under.
    """
    held: list[list[tuple[int, Line]]] = []
    for line in lines:
        near = held[-BESIDE:]
        for part in reversed(near):
            if _follows(part[-1], line, bounds) and not _is_left_behind(part[-1], line, near, bounds):
                part.append(line)
                break
        else:
            held.append([line])
    for part in held:
        yield _text(part, bounds)


def _is_left_behind(
    title: tuple[int, Line], line: tuple[int, Line], near: list[list[tuple[int, Line]]], bounds: Margins
) -> bool:
    """Whether one line is of a title on a page before the other's, where paragraphs near it end below it."""
    page, (_, _, size, row) = title
    if page == line[0] or size < 1.15 * bounds.size:
        return False
    return any(part[-1][0] == page and part[-1][1].row > row for part in near)


def _follows(before: tuple[int, Line], after: tuple[int, Line], bounds: Margins) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    page, (text, (_, top, right, _), size, row) = before
    next_page, (next_text, (left, next_top, end, _), next_size, next_row) = after
    step = next_top - top if page == next_page else 0.0
    if step > max(CENTRED, bounds.reach) * size:
        return False
    if page == next_page and (next_row <= row or left >= right):
        return False
    if abs(size - next_size) > 0.2 * max(size, next_size):
        return False
    centred = _centred(before[1], after[1], bounds)
    if step > (CENTRED if centred else bounds.reach) * size:
        return False
    if _HEADING.match(next_text) and text.endswith(_ENDS):
        return False
    if left >= bounds.left + 0.8 * next_size and not centred:
        return False
    room = bounds.right - right - 0.3 * size
    return room < 0 or (room < end - left and room < after[1].head)


def _centred(above: Line, below: Line, bounds: Margins) -> bool:
    """Whether both are lines of one title set around the same middle."""
    middle = above.box[0] + above.box[2] - below.box[0] - below.box[2]
    return above.size > 1.15 * bounds.size and abs(middle) < above.size


def _text(lines: list[tuple[int, Line]], bounds: Margins) -> Text:
    page, first = lines[0]
    text = first.text
    for (_, above), (_, below) in pairwise(lines):
        text += _glue(above, below) + below.text
    left, top, right, bottom = first.box
    if len(lines) > 1:
        lefts, tops, rights, bottoms = zip(*(line.box for at, line in lines if at == page), strict=True)
        left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
    box = (round(left, 1), round(top, 1), round(right, 1), round(bottom, 1))
    return make(Text, (text, on_page(page, box), _level(lines, text, bounds)))


def _glue(above: Line, below: Line) -> str:
    if wide(above.text[-1]) or wide(below.text[0]):
        return ""
    wrapped_figure = above.text[-1].isdigit() and below.text[0].isdigit()
    return "" if wrapped_figure else " "


def _level(lines: list[tuple[int, Line]], text: str, bounds: Margins) -> int:
    if max([line.size for _, line in lines]) > 1.3 * bounds.size and len(text) < 80:
        return 1
    return 2 if _HEADING.match(text) and len(text) < 40 and not text.endswith("。") else 0

"""Glyphs and frames of a page to a sheet: each glyph goes into its cell, or else into a line of text."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from itertools import accumulate, pairwise
from statistics import median

from parsers.documents.pdf_layout import (
    Box,
    DrawnCell,
    Glyph,
    Grid,
    Line,
    chunk,
    figure,
    head,
    joined,
    uneven,
    wide,
)
from parsers.documents.pdf_rules import Frame, Slot
from parsers.model import DOUBT, make

COLUMN_GAP = 3.0
"""Heights of a line: a wider gap parts two columns or two entries, not two words."""
TOUCH = 0.5
"""Points: text that comes so near to a rule leaves no padding and may run on beyond it."""
PADDING = 12.0
"""Points that a cell leaves free to both sides of its text, at most."""
ROUNDED = 0.15
"""Points by which a cell's width, measured to a tenth, may be more than it is, in which a figure wraps that nearly fits."""


def fill(frames: Sequence[Frame], glyphs: Iterable[Glyph], page: int) -> tuple[list[Grid], list[Glyph]]:
    """The frames with their text, and the glyphs that stand in none of them.

    A figure that runs over its cell's edge could be read as two, or as a part of itself; the cells concerned get
    ``DOUBT`` behind their text, so that no reader takes it for a number.
    """
    if not frames:
        return [], list(glyphs)
    spots = _Spots(sorted(frames, key=lambda frame: _area(frame.xs, frame.ys)))
    places, held = spots.places, spots.held
    outside: list[Glyph] = []
    before, before_at = None, None
    for glyph in glyphs:
        text, x0, top, x1, bottom = glyph
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        at = None
        for high, low, ys, xs, numbers in places:
            if high <= y < low:
                at = numbers[bisect_right(ys, y)][bisect_right(xs, x)]
                if at is not None:
                    held[at].append(glyph)
                    break
        else:
            outside.append(glyph)
        if at != before_at and before and figure(text[0]) and figure(before.text[-1]):
            spots.doubt_overrun(before, before_at, glyph, at)
        before, before_at = glyph, at
    return sorted(spots.grids(page), key=lambda grid: (grid.ys[0], grid.xs[0])), outside


def _area(xs: Sequence[float], ys: Sequence[float]) -> float:
    return (xs[-1] - xs[0]) * (ys[-1] - ys[0])


class _Spots:
    """The cells of frames, numbered through all of them, and the glyphs that stand in each."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = frames
        self._slots = [slot for frame in frames for slot in frame.slots]
        self._firsts = [0, *accumulate(len(frame.slots) for frame in frames)]
        self._doubtful: set[int] = set()
        self._dropped: list[tuple[int, int]] = []
        self.held: list[list[Glyph]] = [[] for _ in self._slots]
        self.places = [
            (frame.ys[0], frame.ys[-1], frame.ys, frame.xs, _numbers(frame, first))
            for frame, first in zip(frames, self._firsts, strict=False)
        ]
        """Of each frame top, bottom, lines, and the number of the cell behind so many lines down and across."""

    def doubt_overrun(self, before: Glyph, before_at: int | None, glyph: Glyph, at: int | None) -> None:
        """Marks the cells of two figures drawn one after the other if they belong to one number."""
        _, left, high, end, low = before
        _, x0, top, _, bottom = glyph
        on_line = abs(x0 - end) < 0.04 * (bottom - top) and left <= x0 and _level(high, low, top, bottom)
        if on_line:
            self._doubtful.update(number for number in (before_at, at) if number is not None)
        elif before_at is not None and at is not None and self._drops(before_at, at):
            self._dropped.append((before_at, at))

    def _drops(self, before: int, at: int) -> bool:
        """Whether drawing went straight down into the next row, as text does that runs out of the bottom of its cell."""
        row, column, rowspan, _ = self._slots[before]
        next_row, next_column, _, _ = self._slots[at]
        if row + rowspan != next_row or not column == next_column > 0:
            return False
        return bisect_right(self._firsts, before) == bisect_right(self._firsts, at)

    def _overrun(self, frame: Frame, first: int, end: int) -> Iterator[int]:
        """The cells of a frame, from the ``first`` to before the ``end``, between which text may have run down.

        In a table that is drawn column by column those are none in which one short line each stands.
        """
        drops = [pair for pair in self._dropped if first <= pair[0] < end]
        figures = [n for n in range(first, end) if self._slots[n].column and _is_figure(self.held[n])]
        by_columns = 2 * len(drops) > len(figures)
        for pair in drops:
            if not by_columns or not all(_has_room(frame, self._slots[n], self.held[n]) for n in pair):
                yield from pair

    def grids(self, page: int) -> Iterator[Grid]:
        """The frames with the text of their cells."""
        for frame, (first, end) in zip(self._frames, pairwise(self._firsts), strict=True):
            overrun = self._overrun(frame, first, end) if self._dropped else ()
            doubtful = {number - first for number in (*self._doubtful, *overrun)}
            yield _grid(frame, self.held[first:end], doubtful, page)


def _is_figure(glyphs: Sequence[Glyph]) -> bool:
    return bool(glyphs) and all(figure(character) for glyph in glyphs for character in glyph.text)


def _has_room(frame: Frame, slot: Slot, glyphs: Sequence[Glyph]) -> bool:
    """Whether a cell holds one line, and room beside it for one more digit: no line that was broken ends so."""
    width = frame.xs[slot.column + slot.colspan] - frame.xs[slot.column]
    left, top, right, bottom = box_of(glyphs)
    return len(split_lines(glyphs)) == 1 and width - (right - left) > PADDING + (bottom - top) / 2


def _numbers(frame: Frame, first: int) -> list[list[int | None]]:
    """The numbers of a frame's cells, counted from ``first``, by the lines above and then those to the left of each."""
    numbers: list[list[int | None]] = [[None] * (len(frame.xs) + 1) for _ in frame.ys]
    for number, (top, left, rowspan, colspan) in enumerate(frame.slots, first):
        if rowspan == colspan == 1:
            numbers[top + 1][left + 1] = number
            continue
        for row in numbers[top + 1 : top + rowspan + 1]:
            row[left + 1 : left + colspan + 1] = [number] * colspan
    return numbers


def _grid(frame: Frame, held: Sequence[list[Glyph]], doubtful: Set[int], page: int) -> Grid:
    """A frame with the text of its cells, measured to a tenth of a point."""
    xs, ys = [round(x, 1) for x in frame.xs], [round(y, 1) for y in frame.ys]
    found: list[tuple[Slot, Box, list[list[Glyph]], bool]] = []
    padding = math.inf
    for slot, glyphs in zip(frame.slots, held, strict=True):
        row, column, rowspan, colspan = slot
        box = left, _, right, _ = xs[column], ys[row], xs[column + colspan], ys[row + rowspan]
        lines = split_lines(glyphs) if len(glyphs) > 1 else _only(glyphs)
        tight = False
        for line in lines:
            reach = end = line[-1][3]
            if len(line) > 1:
                reach = max([glyph[3] for glyph in line])
            room = right - left - reach + line[0][1]
            padding = room if room < padding else padding
            tight = tight or right - end <= TOUCH
        found.append((slot, box, lines, tight))
    padding = padding if 0 < padding < math.inf else 0.0
    cells: list[DrawnCell] = []
    for number, (slot, box, lines, tight) in enumerate(found):
        cell = _cell(page, slot, box, lines, padding)
        if number in doubtful or (tight and any(_fills(line, box, xs[-1]) for line in lines)):
            cell = _doubted(cell)
        cells.append(cell)
    return Grid(page, frame.xs, frame.ys, tuple(cells), frame.open_top, frame.open_bottom)


def doubt_beside(grids: Sequence[Grid], outside: Sequence[Glyph]) -> list[Grid]:
    """The grids; where a figure stands right beside a row, as in a column whose outer rule is missing, that row's
    figures are marked as doubtful: they may be shifted by a cell."""
    stray = [glyph for glyph in outside if all(map(figure, glyph.text))] if grids else []
    if not stray:
        return list(grids)
    return [_with_doubts(grid, stray) for grid in grids]


def _with_doubts(grid: Grid, stray: Iterable[Glyph]) -> Grid:
    left, high, right, low = grid.box
    near = 1.5 * median(after - before for before, after in pairwise(grid.xs))
    middles = (
        (glyph.top + glyph.bottom) / 2
        for glyph in stray
        if left - near < glyph.x1 and glyph.x0 < right + near
    )
    rows = {bisect_right(grid.ys, middle) - 1 for middle in middles if high < middle < low}
    if not rows:
        return grid
    cells = (
        _doubted(cell)
        if cell.text
        and all(map(figure, cell.text))
        and not rows.isdisjoint(range(cell.row, cell.row + cell.rowspan))
        else cell
        for cell in grid.cells
    )
    return replace(grid, cells=tuple(cells))


def _fills(line: list[Glyph], box: Box, edge: float) -> bool:
    """Whether a figure fills its cell from wall to wall: its rest may have been cut off with whatever overhangs.

    Printers cut at the page's margin, where ``edge`` is the table's, so there a touch less is enough.
    """
    last = line[-1]
    if box[2] - last.x1 > (TOUCH if box[2] == edge else 0.7 * TOUCH):
        return False
    if line[0].x0 - box[0] >= 0.6 * (last.bottom - last.top):
        return False
    return all(figure(character) for glyph in line for character in glyph.text)


def _doubted(cell: DrawnCell) -> DrawnCell:
    return cell._replace(text=cell.text + DOUBT)


def _only(glyphs: list[Glyph]) -> list[list[Glyph]]:
    return [glyphs] if glyphs else []


def _cell(page: int, slot: Slot, box: Box, lines: list[list[Glyph]], padding: float) -> DrawnCell:
    row, column, rowspan, colspan = slot
    if not lines:
        return make(DrawnCell, ("", row, column, rowspan, colspan, page, box, 0.0, ("", 0.0)))
    width = box[2] - box[0] - padding
    if len(lines) == 1 and len(lines[0]) == 1:
        text, x0, _, x1, _ = lines[0][0]
        taken = x1 - x0
        lead = text, taken
        return make(DrawnCell, (text, row, column, rowspan, colspan, page, box, width - taken, lead))
    parts = [joined(lines[0])]
    for above, below in pairwise(lines):
        parts.append(_join(above, below, width))
        parts.append(joined(below))
    text, room, lead = "".join(parts), width - _width(lines[-1]), (parts[0], _width(lines[0]))
    return make(DrawnCell, (text, row, column, rowspan, colspan, page, box, room, lead))


def _join(above: list[Glyph], below: list[Glyph], room: float) -> str:
    """What stands between two lines of a cell: nothing where the text simply wrapped, else a line break."""
    last, first = above[-1].text[-1], below[0].text[0]
    if wide(last) or wide(first) or _upended(above, below):
        return ""
    if last.isdigit() and first.isdigit() and _are_apart(above[-1], below[0]):
        return "\n"
    text = joined(below)
    needed = (chunk if figure(last) and figure(first) else head)(text, _width(below))
    return "" if _width(above) + needed > room - ROUNDED else "\n"


def _are_apart(above: Glyph, below: Glyph) -> bool:
    """Whether two digits of two lines are not of one figure: one is a note's mark, or they stand on one level."""
    return uneven(0.0, above.bottom - above.top, 0.0, below.bottom - below.top) or _level(
        above.top, above.bottom, below.top, below.bottom
    )


def _upended(above: list[Glyph], below: list[Glyph]) -> bool:
    """Whether both are single characters of one line that is turned by a quarter."""
    if len(above) > 1 or len(below) > 1:
        return False
    first, second = above[0], below[0]
    return all(glyph.x1 - glyph.x0 > 1.2 * (glyph.bottom - glyph.top) for glyph in (first, second)) and (
        max(first.top, second.top) - min(first.bottom, second.bottom) < 0.3 * (first.bottom - first.top)
    )


def _width(line: list[Glyph]) -> float:
    return line[-1].x1 - line[0].x0


def shown(glyphs: Sequence[Glyph], width: float) -> Sequence[Glyph]:
    """The glyphs between the page's left and right edge, and the rest of each figure that reaches over one."""
    if all(0 <= glyph.x0 + glyph.x1 <= 2 * width for glyph in glyphs):
        return glyphs
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        if runs and _goes_on(runs[-1][-1], glyph):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return [glyph for run in runs if any(0 <= g.x0 + g.x1 <= 2 * width for g in run) for glyph in run]


def _goes_on(before: Glyph, glyph: Glyph) -> bool:
    """Whether both may be of one figure."""
    near = abs(glyph.x0 - before.x1) < 0.2 * (glyph.bottom - glyph.top)
    level = _level(before.top, before.bottom, glyph.top, glyph.bottom)
    return figure(before.text[-1]) and figure(glyph.text[0]) and near and level


def text_lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """Lines of text, top to bottom and left to right; a line is parted at gaps as wide as a column's."""
    parts = [part for line in split_lines(glyphs) for part in columns(line)]
    boxes = [(box_of(part), part) for part in parts]
    boxes.sort(key=lambda pair: pair[0][1] + pair[0][3])
    lines: list[Line] = []
    row, middle = 0.0, -math.inf
    for box, part in boxes:
        _, top, _, bottom = box
        if not middle > top + 0.2 * (bottom - top):
            row = top
        middle = (top + bottom) / 2
        size = max([bottom - top for _, _, top, _, bottom in part])
        lines.append(make(Line, (joined(part), box, size, row)))
    return sorted(lines, key=lambda line: (line.row, line.box[0]))


def columns(line: list[Glyph]) -> list[list[Glyph]]:
    """A line parted at its wide gaps."""
    if len(line) == 1:
        return [line]
    parts: list[list[Glyph]] = [[]]
    end = math.inf
    for glyph in line:
        _, x0, top, x1, bottom = glyph
        if x0 - end > COLUMN_GAP * (bottom - top):
            parts.append([])
        parts[-1].append(glyph)
        end = x1
    return parts


def split_lines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs in the order of drawing, parted where the pen moves back, or up or down."""
    lines: list[list[Glyph]] = []
    left = high = low = math.inf
    for glyph in glyphs:
        _, x0, top, _, bottom = glyph
        if x0 >= left and (high == top < bottom == low or _level(high, low, top, bottom)):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
        left, high, low = x0, top, bottom
    return lines


def _level(high: float, low: float, top: float, bottom: float) -> bool:
    """Whether two glyphs, each from its top to its bottom, stand on one line."""
    overlap = (low if low < bottom else bottom) - (high if high > top else top)
    return overlap > 0.5 * min(low - high, bottom - top)


def box_of(glyphs: Sequence[Glyph]) -> Box:
    """The smallest box around glyphs."""
    if len(glyphs) == 1:
        return glyphs[0][1:]
    _, left, top, right, bottom = zip(*glyphs, strict=True)
    return min(left), min(top), max(right), max(bottom)

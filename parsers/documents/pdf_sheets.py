"""Glyphs and frames of a page to a sheet: each glyph goes into its cell, or else into a line of text."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from parsers.documents.pdf_layout import (
    DOUBT,
    Box,
    DrawnCell,
    Glyph,
    Grid,
    Line,
    chunk,
    figure,
    head,
    joined,
    wide,
)
from parsers.documents.pdf_rules import Frame, Slot

COLUMN_GAP = 3.0
"""Heights of a line: a wider gap parts two columns or two entries, not two words."""
TOUCH = 0.5
"""Points: text that comes so near to a rule leaves no padding and may run on beyond it."""
ROUNDED = 0.15
"""Points by which a cell's width, measured to a tenth, may be more than it is, in which a figure wraps that nearly fits."""


def fill(frames: Sequence[Frame], glyphs: Iterable[Glyph], page: int) -> tuple[list[Grid], list[Glyph]]:
    """The frames with their text, and the glyphs that stand in none of them.

    A figure that runs over its cell's edge could be read as two, or as a part of itself; the cells concerned get
    ``DOUBT`` behind their text, so that no reader takes it for a number.
    """
    if not frames:
        return [], list(glyphs)
    inner_first = sorted(frames, key=lambda frame: _area(frame.xs, frame.ys))
    places = [_Places(frame) for frame in inner_first]
    outside: list[Glyph] = []
    before, before_at = None, None
    for glyph in glyphs:
        _, x0, top, x1, bottom = glyph
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        for place in places:
            if at := place.find(x, y):
                at.glyphs.append(glyph)
                break
        else:
            at = None
            outside.append(glyph)
        if at is not before_at and before and figure(glyph.text[0]) and figure(before.text[-1]):
            _doubt_overrun(before, before_at, glyph, at)
        before, before_at = glyph, at
    grids = [place.grid(page) for place in places]
    return sorted(grids, key=lambda grid: (grid.ys[0], grid.xs[0])), outside


def _area(xs: Sequence[float], ys: Sequence[float]) -> float:
    return (xs[-1] - xs[0]) * (ys[-1] - ys[0])


@dataclass(slots=True)
class _Spot:
    """A cell of a frame, and the glyphs that stand in it."""

    frame: Frame
    slot: Slot
    glyphs: list[Glyph]
    doubtful: bool = False


def _doubt_overrun(before: Glyph, before_at: _Spot | None, glyph: Glyph, at: _Spot | None) -> None:
    """Marks the cells of two figures drawn one after the other if they belong to one number."""
    level = before.x0 <= glyph.x0 and _level(before.top, before.bottom, glyph.top, glyph.bottom)
    on_line = level and abs(glyph.x0 - before.x1) < 0.04 * (glyph.bottom - glyph.top)
    if on_line or _drops(before_at, at):
        for spot in (before_at, at):
            if spot:
                spot.doubtful = True


def _drops(before: _Spot | None, at: _Spot | None) -> bool:
    """Whether drawing went straight down into the next row: text that ran out of the bottom of its cell."""
    if not before or not at or before.frame is not at.frame:
        return False
    above, below = before.slot, at.slot
    return above.column == below.column > 0 and above.row + above.rowspan == below.row


class _Places:
    """A frame that collects the glyphs of each of its cells."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._xs, self._ys = frame.xs, frame.ys
        self._spots = [_Spot(frame, slot, []) for slot in frame.slots]
        self._at: dict[tuple[int, int], _Spot] = {}
        for spot in self._spots:
            top, left, rowspan, colspan = spot.slot
            if rowspan == colspan == 1:
                self._at[top, left] = spot
                continue
            for row in range(top, top + rowspan):
                for column in range(left, left + colspan):
                    self._at[row, column] = spot

    def find(self, x: float, y: float) -> _Spot | None:
        """The cell in which the point lies that is the middle of a glyph."""
        ys = self._ys
        if not ys[0] <= y < ys[-1]:
            return None
        return self._at.get((bisect_right(ys, y) - 1, bisect_right(self._xs, x) - 1))

    def grid(self, page: int) -> Grid:
        """The frame with the text of its cells, measured to a tenth of a point."""
        frame = self._frame
        xs, ys = [round(x, 1) for x in frame.xs], [round(y, 1) for y in frame.ys]
        found = []
        padding = math.inf
        for spot in self._spots:
            row, column, rowspan, colspan = spot.slot
            box = left, _, right, _ = xs[column], ys[row], xs[column + colspan], ys[row + rowspan]
            lines = split_lines(spot.glyphs) if len(spot.glyphs) > 1 else _only(spot.glyphs)
            tight = False
            for line in lines:
                room = right - left - _reach(line) + line[0].x0
                padding = room if room < padding else padding
                tight = tight or right - line[-1].x1 <= TOUCH
            found.append((spot, box, lines, tight))
        padding = padding if 0 < padding < math.inf else 0.0
        cells = []
        for spot, box, lines, tight in found:
            cell = _cell(page, spot.slot, box, lines, padding)
            if spot.doubtful or (tight and any(_fills(line, box, xs[-1]) for line in lines)):
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


def _reach(line: list[Glyph]) -> float:
    return line[0].x1 if len(line) == 1 else max(glyph.x1 for glyph in line)


def _cell(page: int, slot: Slot, box: Box, lines: list[list[Glyph]], padding: float) -> DrawnCell:
    if not lines:
        return DrawnCell("", *slot, page, box)
    width = box[2] - box[0] - padding
    if len(lines) == 1 and len(lines[0]) == 1:
        (glyph,) = lines[0]
        taken = glyph.x1 - glyph.x0
        return DrawnCell(glyph.text, *slot, page, box, width - taken, (glyph.text, taken))
    parts = [joined(lines[0])]
    for above, below in pairwise(lines):
        parts.append(_join(above, below, width))
        parts.append(joined(below))
    return DrawnCell(
        "".join(parts), *slot, page, box, room=width - _width(lines[-1]), lead=(parts[0], _width(lines[0]))
    )


def _join(above: list[Glyph], below: list[Glyph], room: float) -> str:
    """What stands between two lines of a cell: nothing where the text simply wrapped, else a line break."""
    last, first = above[-1].text[-1], below[0].text[0]
    if wide(last) or wide(first) or _upended(above, below):
        return ""
    text = joined(below)
    needed = (chunk if figure(last) and figure(first) else head)(text, _width(below))
    return "" if _width(above) + needed > room - ROUNDED else "\n"


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
    boxes = sorted(((box_of(part), part) for part in parts), key=lambda pair: pair[0][1] + pair[0][3])
    lines: list[Line] = []
    for box, part in boxes:
        row = lines[-1].row if lines and _level_with(lines[-1], box) else box[1]
        size = max(glyph.bottom - glyph.top for glyph in part)
        lines.append(Line(joined(part), box, size, row))
    return sorted(lines, key=lambda line: (line.row, line.box[0]))


def _level_with(line: Line, box: Box) -> bool:
    return (line.box[1] + line.box[3]) / 2 > box[1] + 0.2 * (box[3] - box[1])


def columns(line: list[Glyph]) -> list[list[Glyph]]:
    """A line parted at its wide gaps."""
    parts = [[line[0]]]
    for before, glyph in pairwise(line):
        if glyph.x0 - before.x1 > COLUMN_GAP * (glyph.bottom - glyph.top):
            parts.append([])
        parts[-1].append(glyph)
    return parts


def split_lines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs in the order of drawing, parted where the pen moves back, or up or down."""
    lines: list[list[Glyph]] = []
    left = high = low = math.inf
    for glyph in glyphs:
        _, x0, top, _, bottom = glyph
        if x0 >= left and _level(high, low, top, bottom):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
        left, high, low = x0, top, bottom
    return lines


def _level(high: float, low: float, top: float, bottom: float) -> bool:
    """Whether two glyphs, each from its top to its bottom, stand on one line."""
    if high == top and low == bottom:
        return high < low
    overlap = (low if low < bottom else bottom) - (high if high > top else top)
    return overlap > 0.5 * min(low - high, bottom - top)


def box_of(glyphs: Iterable[Glyph]) -> Box:
    """The smallest box around glyphs."""
    left, top, right, bottom = zip(*(glyph[1:] for glyph in glyphs), strict=True)
    return min(left), min(top), max(right), max(bottom)

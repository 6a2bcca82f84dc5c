"""Ruled lines to grids: which rules belong together, where their cells are, and which cells are merged.

Knows neither PDF libraries nor text. Rules need not touch: dashes are joined, double lines and the frames of
cells with space between them count as one line, and a table that a page's edge cuts is closed there.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import and_, itemgetter
from typing import NamedTuple

from parsers.model import make

JOIN = 4.5
"""Points: rules nearer than this meet, and parallel ones are the same line; no printed row is so low."""
OVERHANG = 6.0
"""Points that a rule must reach beyond the last crossing one to show that the table goes on there."""
OWN_LINES = 2
"""Lines that each of two tables has and the other hasn't, where they nearly touch side by side."""
MOST_RULES = 3_000
"""Rules of one direction on a page; more is a drawing, and no table is looked for."""


Stretches = list[tuple[float, float]]
"""Parts of a line, each from its start to its end."""


class Rule(NamedTuple):
    """A straight rule: ``at`` is its y (or x, if vertical), ``start`` and ``end`` bound it along its direction."""

    at: float
    start: float
    end: float


class Slot(NamedTuple):
    """A cell's rectangle, counted in a grid's lines."""

    row: int
    column: int
    rowspan: int
    colspan: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A ruled grid without its text. An ``open`` side has no rule of its own: the page ended first."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    slots: tuple[Slot, ...]
    open_top: bool
    open_bottom: bool
    ragged: tuple[tuple[float, float], ...] = ()
    """Stretches from left to right along the bottom that no rule closes: text may run out of the cells there."""
    partly: bool = False
    """Whether some of its walls were not drawn but told by shades, or by the text between its rules."""

    @property
    def undivided(self) -> bool:
        """Whether it has one row or one column only, as the border around a table that has no rules inside."""
        return min(len(self.xs), len(self.ys)) == 2


def frames(horizontal: Sequence[Rule], vertical: Iterable[Rule]) -> list[Frame]:
    """Every ruled grid of a page, top to bottom; pages with more than ``MOST_RULES`` rules have none."""
    across, down = _joined(horizontal), _joined(vertical)
    if max(len(across), len(down)) > MOST_RULES:
        return []
    seam = _seam(horizontal, down)
    sides = [(across, down)] if seam is None else _parted(horizontal, down, seam)
    found = (_frame(*part) for side in sides for part in _connected(*side))
    return sorted((frame for frame in found if frame), key=lambda frame: (frame.ys[0], frame.xs[0]))


def _seam(across: Sequence[Rule], down: Sequence[Rule]) -> float | None:
    """Where two tables stand side by side so near that their rules seem to meet: no rule goes from one to the other, and
    they differ in height or in their lines. Those of double rules don't."""
    walls = sorted({rule.at for rule in down})
    for left, right in itertools.pairwise(walls):
        middle = (left + right) / 2
        if right - left > JOIN or any(rule.start < middle < rule.end for rule in across):
            continue
        ends = [rule.at for rule in across if left - JOIN < rule.end < middle]
        starts = [rule.at for rule in across if middle < rule.start < right + JOIN]
        if min(len(ends), len(starts)) < 2:
            continue
        if _heights_differ(down, left, right) or min(_alone(ends, starts), _alone(starts, ends)) >= OWN_LINES:
            return middle
    return None


def _heights_differ(down: Sequence[Rule], left: float, right: float) -> bool:
    one, other = ([rule for rule in down if rule.at == wall] for wall in (left, right))
    tops = min(rule.start for rule in one) - min(rule.start for rule in other)
    ends = max(rule.end for rule in one) - max(rule.end for rule in other)
    return max(abs(tops), abs(ends)) > OVERHANG


def _alone(lines: Sequence[float], others: Sequence[float]) -> int:
    """How many lines have none of the others at their height."""
    return sum(all(abs(line - other) > JOIN for other in others) for line in lines)


def _parted(across: Sequence[Rule], down: Sequence[Rule], seam: float) -> list[tuple[list[Rule], list[Rule]]]:
    """The rules to the left of a seam and those to its right."""
    return [
        (
            _joined(rule for rule in across if (rule.start < seam) == left),
            [rule for rule in down if (rule.at < seam) == left],
        )
        for left in (True, False)
    ]


def widened(frame: Frame, above: Frame) -> Frame:
    """A frame with the columns on its left that only the part of its table on the page before shows.

    Browsers leave out the outer rule beside a merged cell that fills the page from top to bottom.
    """
    missing = [x for x in above.xs if x < frame.xs[0] - JOIN]
    known = [any(abs(x - other) <= JOIN for other in above.xs) for x in frame.xs]
    if not missing or not (known[0] and known[-1]) or len(known) < 3 or 4 * sum(known) < 3 * len(known):
        return frame
    shift, rows = len(missing), len(frame.ys) - 1
    added = [Slot(0, column, rows, 1) for column in range(shift)]
    moved = [slot._replace(column=slot.column + shift) for slot in frame.slots]
    return replace(frame, xs=(*missing, *frame.xs), slots=(*added, *moved))


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Dashes and pieces on one line made one rule each."""
    joined: list[Rule] = []
    for group in _clusters(sorted(rules), 1.0):
        if len(group) == 1:
            joined.append(group[0])
            continue
        group.sort(key=itemgetter(1))
        at, start, end = group[0]
        for rule in group:
            _, begin, until = rule
            if begin - end > JOIN:
                joined.append(make(Rule, (at, start, end)))
                at, start, end = rule
            elif until > end:
                end = until
        joined.append(make(Rule, (at, start, end)))
    return [rule for rule in joined if rule[2] - rule[1] > JOIN]


def _clusters(rules: Sequence[Rule], width: float) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    group: list[Rule] = []
    limit = -math.inf
    for rule in rules:
        at = rule[0]
        if at <= limit:
            group.append(rule)
        else:
            group = [rule]
            groups.append(group)
            limit = at + width
    return groups


def _connected(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules parted into sets of which each hangs together by crossings."""
    owner = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while owner[index] != index:
            owner[index] = owner[owner[index]]
            index = owner[index]
        return index

    ats = [rule.at for rule in down]
    spans = [(start - JOIN, end + JOIN) for _, start, end in down]
    for number, (at, start, end) in enumerate(across):
        low, high = bisect_right(ats, start - JOIN), bisect_right(ats, end + JOIN)
        mine = root(number)
        for other, (top, bottom) in enumerate(spans[low:high], len(across) + low):
            if top <= at <= bottom and owner[other] != mine:
                owner[root(other)] = mine
    parts: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, rule in enumerate([*across, *down]):
        parts.setdefault(root(number), ([], []))[number >= len(across)].append(rule)
    return list(parts.values())


def _frame(across: list[Rule], down: list[Rule]) -> Frame | None:
    if not across or not down:
        return None
    top, bottom = _overhang(across, down)
    across = [*across, *top, *bottom]
    left, right = _overhang(down, across)
    down = [*down, *left, *right]
    return ruled_frame(_lines(across), _lines(down), open_top=bool(top), open_bottom=bool(bottom))


def ruled_frame(
    rows: dict[float, Stretches],
    columns: dict[float, Stretches],
    *,
    open_top: bool = False,
    open_bottom: bool = False,
) -> Frame | None:
    """The frame of horizontal and vertical lines, each with the stretches of it that are ruled; top left first."""
    if len(rows) < 2 or len(columns) < 2:
        return None
    xs, ys = tuple(columns), tuple(rows)
    closed = _ruled(rows[ys[-1]], list(xs))
    spans = zip(itertools.pairwise(xs), closed, strict=True)
    ragged = tuple(span for span, rule in spans if open_bottom or not rule)
    return Frame(xs, ys, _slots(rows, columns), open_top, open_bottom, ragged)


def lengthened(frame: Frame, low: float) -> Frame:
    """A frame whose last row reaches down to ``low``: what stands there has run out of its open cells."""
    return replace(frame, ys=(*frame.ys[:-1], max(low, frame.ys[-1])))


def _overhang(across: list[Rule], down: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Rules to close a grid whose crossing rules reach beyond its first or last line; as long as that line at least."""
    _, starts, ends = zip(*down, strict=True)
    low, high = min(starts), max(ends)
    first, last = min(across)[0], max(across)[0]
    before = [at for at, start, _ in down if start < first - OVERHANG and start < low + JOIN]
    after = [at for at, _, end in down if end > last + OVERHANG and end > high - JOIN]
    opening = _closing(low, before, [rule for rule in across if rule[0] < first + JOIN])
    return opening, _closing(high, after, [rule for rule in across if rule[0] > last - JOIN])


def _closing(at: float, crossed: Sequence[float], beside: Sequence[Rule]) -> list[Rule]:
    if len(crossed) < 2:
        return []
    start = min(*crossed, *(rule.start for rule in beside))
    return [Rule(at, start, max(*crossed, *(rule.end for rule in beside)))]


def _lines(rules: list[Rule]) -> dict[float, Stretches]:
    """Position of each line to the stretches of it that are ruled; near parallels are one line."""
    lines: dict[float, Stretches] = {}
    for group in _clusters(sorted(rules), JOIN):
        position = (group[0].at + group[-1].at) / 2
        lines[position] = sorted([(start, end) for _, start, end in group])
    return lines


def _slots(rows: dict[float, Stretches], columns: dict[float, Stretches]) -> tuple[Slot, ...]:
    ys, xs = list(rows), list(columns)
    walls_right = [_ruled(columns[x], ys) for x in xs]
    walls_below = [_ruled(rows[y], xs) for y in ys]
    free = [[True] * (len(xs) - 1) + [False] for _ in ys[1:]] + [[False] * len(xs)]
    slots: list[Slot] = []
    for row, beside in enumerate(zip(*walls_right[1:], strict=True)):
        gaps, below = free[row], walls_below[row + 1]
        for column, walled in enumerate(map(and_, below, beside)):
            if not gaps[column]:
                continue
            if walled:
                slots.append(make(Slot, (row, column, 1, 1)))
            else:
                slots.append(_grown(row, column, free, walls_right, walls_below))
    return tuple(slots)


def _grown(
    row: int,
    column: int,
    free: list[list[bool]],
    walls_right: list[list[bool]],
    walls_below: list[list[bool]],
) -> Slot:
    """The cell that begins here: to the right and then down as far as no rule stands between; taken from ``free``."""
    right, below = column + 1, row + 1
    while free[row][right] and not walls_right[right][row]:
        right += 1
    while free[below][column] and not walls_below[below][column]:
        if any(
            walls_below[below][at] or walls_right[at][below] or not free[below][at]
            for at in range(column + 1, right)
        ):
            break
        below += 1
    for y in range(row, below):
        free[y][column:right] = [False] * (right - column)
    return make(Slot, (row, column, below - row, right - column))


def _ruled(stretches: Stretches, marks: list[float]) -> list[bool]:
    """For each gap between neighbouring marks: is at least 60% of it ruled?"""
    if len(stretches) == 1 and stretches[0][0] <= marks[0] and stretches[0][1] >= marks[-1]:
        return [True] * (len(marks) - 1)
    ruled = []
    for low, high in itertools.pairwise(marks):
        reach, covered = low, 0.0
        for start, end in stretches:
            if start >= high:
                break
            until = end if end < high else high
            if until > reach:
                covered += until - (start if start > reach else reach)
                reach = until
        ruled.append(covered >= 0.6 * (high - low))
    return ruled

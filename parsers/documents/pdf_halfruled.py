"""Tables ruled in one direction only, or by shading: rows lie between rules, columns must show themselves.

Producers draw a table's rules and shades cell by cell, so the ends of the pieces tell where columns part; where a
rule is one long line, columns part where white space runs through all rows that hold figures. No text is ever
parted: a wall is taken away from every row in which a run of text crosses it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from parsers.documents.pdf_layout import NOTE_MARKS, Box, Glyph
from parsers.documents.pdf_rules import JOIN, Frame, Rule, Stretches, ruled_frame
from parsers.documents.pdf_sheets import box_of, split_lines

TALLEST = 160.0
NARROWEST = 100.0
"""Points: the highest row, the narrowest table."""

_FIGURE = re.compile(rf"[\d.,，．%％+＋\-－−—/件条项次篇个人万亿元{NOTE_MARKS}]+")


class _Level(NamedTuple):
    """All pieces of rules, and all upper and lower edges of shades, at one height."""

    y: float
    ends: tuple[float, ...]
    pieces: tuple[tuple[float, float], ...]


class _Run(NamedTuple):
    """A run of text without a gap, and whether it is a figure."""

    box: Box
    figure: bool

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.box[1] + self.box[3]) / 2


def with_half_ruled(
    frames: Sequence[Frame], across: Sequence[Rule], shades: Sequence[Box], glyphs: Sequence[Glyph]
) -> list[Frame]:
    """The frames found, and those of tables that only horizontal rules or only shades divide."""
    ruled = [frame for frame in frames if len(frame.xs) > 2]
    every, shades = shades, [box for box in shades if box[3] - box[1] < TALLEST]
    for table in ruled:
        left, right, top, bottom = table.xs[0], table.xs[-1], table.ys[0] - JOIN, table.ys[-1] + JOIN
        across = [
            rule for rule in across if not (top < rule[0] < bottom and rule[1] < right and rule[2] > left)
        ]
        shades = [box for box in shades if not _covers(table, box)]
    if len(across) + len(shades) < 3:
        return list(frames)
    edges = [Rule(y, box[0], box[2]) for box in shades for y in (box[1], box[3])]
    runs = _runs(glyphs)
    chains = [
        part for chain in _chains(_levels([*across, *edges])) for part in _without_headings(chain, runs)
    ]
    found = [frame for chain in chains if len(chain) > 2 and (frame := _frame(chain, shades, runs))]
    found = [replace(frame, partly=not _is_tiled(frame, every)) for frame in found]
    boxes = [
        frame for frame in frames if len(frame.xs) == 2 and not any(_overlap(frame, other) for other in found)
    ]
    return sorted([*ruled, *boxes, *found], key=lambda frame: (frame.ys[0], frame.xs[0]))


def _overlap(first: Frame, second: Frame) -> bool:
    return first.ys[0] < second.ys[-1] and second.ys[0] < first.ys[-1]


def _covers(frame: Frame, box: Box) -> bool:
    across = frame.xs[0] < (box[0] + box[2]) / 2 < frame.xs[-1]
    return across and frame.ys[0] < (box[1] + box[3]) / 2 < frame.ys[-1]


def _levels(pieces: Iterable[Rule]) -> list[_Level]:
    groups: list[list[Rule]] = []
    for piece in sorted(pieces):
        if groups and piece.at - groups[-1][0].at <= JOIN:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_level(group) for group in groups]


def _level(pieces: Sequence[Rule]) -> _Level:
    ends = _positions(end for piece in pieces for end in (piece.start, piece.end))
    middle = (pieces[0].at + pieces[-1].at) / 2
    return _Level(middle, tuple(ends), tuple(sorted((piece.start, piece.end) for piece in pieces)))


def _positions(ends: Iterable[float]) -> list[float]:
    """Positions, those of one edge taken together."""
    groups: list[list[float]] = []
    for end in sorted(ends):
        if groups and end - groups[-1][0] <= JOIN:
            groups[-1].append(end)
        else:
            groups.append([end])
    return [(group[0] + group[-1]) / 2 for group in groups]


def _chains(levels: Iterable[_Level]) -> list[list[_Level]]:
    """Levels parted into tables: one ends where the next rule is far away or ends elsewhere."""
    chains: list[list[_Level]] = []
    for level in levels:
        if level.ends[-1] - level.ends[0] < NARROWEST:
            continue
        if chains and _same_table(chains[-1], level):
            chains[-1].append(level)
        else:
            chains.append([level])
    return chains


def _same_table(chain: Sequence[_Level], below: _Level) -> bool:
    right = max(level.ends[-1] for level in chain)
    inside = (
        min(level.ends[0] for level in chain) - JOIN < below.ends[0] and below.ends[-1] < right + 2 * JOIN
    )
    return below.y - chain[-1].y < TALLEST and (inside or abs(right - below.ends[-1]) < 2 * JOIN)


def _without_headings(chain: Sequence[_Level], runs: Sequence[_Run]) -> list[list[_Level]]:
    """A chain parted where a line in larger type stands between two rules: a heading between two tables."""
    inside = [run for run in runs if chain[0].y < run.middle < chain[-1].y]
    size = median([run.box[3] - run.box[1] for run in inside] or [0.0])
    parts = [[chain[0]]]
    for above, below in pairwise(chain):
        between = [run for run in inside if above.y < run.middle < below.y]
        if between and all(run.box[3] - run.box[1] > 1.12 * size for run in between):
            parts.append([])
        parts[-1].append(below)
    return parts


def _runs(glyphs: Iterable[Glyph]) -> list[_Run]:
    runs: list[list[Glyph]] = []
    for line in split_lines(glyphs):
        runs.append([line[0]])
        for before, glyph in pairwise(line):
            if glyph.x0 - before.x1 > 0.25 * (glyph.bottom - glyph.top):
                runs.append([])
            runs[-1].append(glyph)
    return [_Run(box_of(run), bool(_FIGURE.fullmatch("".join(g.text for g in run)))) for run in runs]


def _frame(chain: Sequence[_Level], shades: Sequence[Box], runs: Sequence[_Run]) -> Frame | None:
    ys = [level.y for level in chain]
    inside = [run for run in runs if ys[0] < run.middle < ys[-1]]
    boxes = [box for box in shades if ys[0] - JOIN < box[1] and box[3] < ys[-1] + JOIN]
    xs = _positions(edge for box in boxes for edge in (box[0], box[2])) if boxes else _edges(chain)
    if len(xs) < 4 and not boxes:
        rivers = _rivers(ys, inside)
        xs = xs if len(xs) - 2 >= len(rivers) else [xs[0], *rivers, xs[-1]]
    if len(xs) < 3 or sum(_standing_apart(low, high, inside) for low, high in pairwise(ys)) < 2:
        return None
    rows = {level.y: list(level.pieces) for level in chain}
    return ruled_frame(rows, {x: _walls(x, chain, boxes, inside) for x in xs})


def _is_tiled(frame: Frame, shades: Sequence[Box]) -> bool:
    """Whether each cell has a shade of its own, so that these show the cells as rules would; between rows is no cell."""
    xs, ys = frame.xs, frame.ys
    own: dict[tuple[int, int], list[Box]] = {}
    for box in shades:
        middle = (max(box[1], ys[0]) + min(box[3], ys[-1])) / 2  # of what the page's edge leaves of it
        at = bisect_right(ys, middle) - 1, bisect_right(xs, (box[0] + box[2]) / 2) - 1
        own.setdefault(at, []).append(box)
    for row, column, rowspan, colspan in frame.slots:
        left, top, right, bottom = xs[column], ys[row], xs[column + colspan], ys[row + rowspan]
        places = ((y, x) for y in range(row, row + rowspan) for x in range(column, column + colspan))
        found = [box for place in places for box in own.get(place, ())]
        if not found and bottom - top < 2 * JOIN:
            continue
        if len(found) != 1 or not _covers_all(found[0], (left, top, right, bottom)):
            return False
    return True


def _covers_all(shade: Box, cell: Box) -> bool:
    left, top, right, bottom = cell
    across = shade[0] < left + JOIN and right - JOIN < shade[2]
    return across and shade[1] < top + JOIN and bottom - JOIN < shade[3]


def _standing_apart(low: float, high: float, runs: Sequence[_Run]) -> int:
    """How many figures of a row stand well apart from what is left of them."""
    row = sorted((run for run in runs if low < run.middle < high), key=lambda run: run.box[0])
    return sum(
        run.figure and run.box[0] - max(other.box[2] for other in row[:index]) > run.box[3] - run.box[1]
        for index, run in enumerate(row)
        if index
    )


def _edges(chain: Sequence[_Level]) -> list[float]:
    """Where pieces of rules end on more than one level, and at both sides."""
    ends = [end for level in chain for end in level.ends]
    positions = _positions(ends)
    counted = Counter(min(positions, key=lambda at: abs(at - end)) for end in ends)
    return [at for at in positions if counted[at] > 1 or at in (positions[0], positions[-1])]


def _rivers(ys: Sequence[float], runs: Sequence[_Run]) -> list[float]:
    """The middle of each strip, wide enough to be seen, that no text of a row with figures touches."""
    rows = [[run for run in runs if low < run.middle < high] for low, high in pairwise(ys)]
    spans = sorted((run.box[0], run.box[2]) for row in rows if any(run.figure for run in row) for run in row)
    rivers: list[float] = []
    reach = spans[0][1] if spans else 0.0
    for start, end in spans:
        if start - reach > 4:
            rivers.append((start + reach) / 2)
        reach = max(reach, end)
    return rivers


def _walls(x: float, levels: Sequence[_Level], boxes: Sequence[Box], runs: Sequence[_Run]) -> Stretches:
    """The rows in which a wall stands at ``x``: a shade's edge, or no shade there and no text that crosses it."""
    rows = list(pairwise(level.y for level in levels))
    over = [box for box in boxes if box[0] < x - JOIN and box[2] > x + JOIN]
    crossing = [run.middle for run in runs if run.box[0] < x - 1 and run.box[2] > x + 1]
    crossing += [(box[1] + box[3]) / 2 for box in over]
    crossed = {row for row, (low, high) in enumerate(rows) if any(low < at < high for at in crossing)}
    ruled = [any(start < x - 2 and x + 2 < end for start, end in _joined(level.pieces)) for level in levels]
    for row in range(1, len(rows)):
        if row - 1 in crossed and not ruled[row]:
            crossed.add(row)
    for row in range(len(rows) - 2, -1, -1):
        if row + 1 in crossed and not ruled[row + 1]:
            crossed.add(row)
    sides = [(box[1], box[3]) for box in boxes if min(abs(box[0] - x), abs(box[2] - x)) <= JOIN]
    return sorted([*(span for row, span in enumerate(rows) if row not in crossed), *sides])


def _joined(pieces: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Pieces that follow upon each other made one."""
    joined: list[tuple[float, float]] = []
    for start, end in pieces:
        if joined and start - joined[-1][1] <= JOIN:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined

"""Figures that no rules part: put together from their pieces, and told to which column and row they belong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from itertools import pairwise
from statistics import median

from parsers.documents.pdf_layout import NOTE_MARKS
from parsers.documents.pdf_spelled import BELOW, LEVEL, Piece, Spelled
from parsers.model import DOUBT, Place

_FIGURE = re.compile(rf"[\d０-９.,，．+＋\-－−—–/／%％无零件条项次篇个人万亿元{NOTE_MARKS}\ufffd]+")
_UNITS = frozenset(["件", "条", "项", "次", "篇", "个", "人", "元", "万元", "亿元", "人次", "件次"])
_SIGNS = frozenset("+＋-－−—–")
UNIT_GAP = 0.5
"""Heights of a line between a figure and its unit, or its sign."""
SPACED = 0.1
"""Widths of a digit that may be between two of them, or that these may overlap: more, and they may be two figures'."""
ALIGNED = 0.45
"""Heights of a line by which edges, or middles, of one column's figures may differ."""
NEAR = 0.5
"""Points by which a figure may reach beyond what bounds its column, or into the next column."""

Standing = list[list[tuple[str, Place]]]
"""What stands in each row under each header, and where."""


def is_figure_like(text: str) -> bool:
    """Whether a text may be a figure or a part of one: digits, signs that stand for none, units."""
    return bool(_FIGURE.fullmatch(text))


def stand(
    heads: Sequence[Spelled],
    rows: Sequence[Spelled],
    pieces: Sequence[Piece],
    *,
    left: float,
    apart: bool = False,
) -> Standing | None:
    """What stands under each of the heads (left to right) in each of the rows; None where that is not certain.

    ``left`` is where the rows' labels end. ``apart``: the pieces may all be shifted against the heads.
    """
    found = figures(pieces)
    over = {id(figure) for figure in found if len(_met(figure.left, figure.right, heads)) > 1}
    clusters = _clusters([figure for figure in found if id(figure) not in over])
    if not clusters or not all(map(aligned, clusters)):
        return None
    row_of = {id(figure): _row(figure, rows) for figure in found}
    whole = len(clusters) == len(heads) and _has_full_row(clusters, row_of)
    columns = _columns(clusters, heads, left, whole=whole)
    if columns is None or (apart and not whole):
        return None
    held: list[list[list[Spelled]]] = [[[] for _ in heads] for _ in rows]
    places = [(figure, {at}) for cluster, at in zip(clusters, columns, strict=True) for figure in cluster]
    places += [(figure, _met(figure.left, figure.right, heads)) for figure in found if id(figure) in over]
    for figure, ats in places:
        own = row_of[id(figure)]
        for row in [own] if own is not None else _beside(figure, rows):
            for at in ats:
                held[row][at].append(figure)
    strays = {figure for figure, row in row_of.items() if row is None}
    doubts = over | strays | _widened(found) | _overrunning(held, heads, over)
    return [
        [_cell(inside, head, row, doubts) for inside, head in zip(cells, heads, strict=True)]
        for cells, row in zip(held, rows, strict=True)
    ]


def _cell(inside: Sequence[Spelled], head: Spelled, row: Spelled, doubts: Set[int]) -> tuple[str, Place]:
    """A cell's text, and its place; that of an empty one is beside its row's label and under its header."""
    if inside:
        ordered = sorted(inside, key=lambda figure: figure.top)
        text = "\n".join(figure.text + DOUBT * (id(figure) in doubts) for figure in ordered)
        return text, Place(page=ordered[0].page, box=ordered[0].box)
    _, top, _, bottom = row.box
    return "", Place(page=row.page, box=(round(head.left, 1), top, round(head.right, 1), bottom))


def _overrunning(
    held: Sequence[Sequence[Sequence[Spelled]]], heads: Sequence[Spelled], over: Set[int]
) -> set[int]:
    """Figures that may be two that meet where one column ends: they have no neighbour on a side on which they reach
    further than their header, and than all that have one. Those ``over`` two columns bound none."""
    doubts: set[int] = set()
    for column, head in enumerate(heads):
        for side, edge, sign in ((column - 1, _left, -1.0), (column + 1, _right, 1.0)):
            if not 0 <= side < len(heads):
                continue
            bounded = [
                figure for cells in held if cells[side] for figure in cells[column] if id(figure) not in over
            ]
            reach = max(sign * edge(figure) for figure in [head, *bounded])
            doubts |= {
                id(figure)
                for cells in held
                if not cells[side]
                for figure in cells[column]
                if len(figure.text) > 1 and sign * edge(figure) > reach + NEAR
            }
    return doubts


def _left(figure: Spelled) -> float:
    return figure.left


def _right(figure: Spelled) -> float:
    return figure.right


def figures(pieces: Sequence[Piece]) -> list[Spelled]:
    """The figures that pieces make: a sign and a unit belong to the digits beside them, a unit also to those above."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.part, piece.box[0])):
        before = next((line for line in lines if _joins(line, piece)), None)
        if before is None:
            lines.append([piece])
        else:
            before.append(piece)
    lines.sort(key=lambda line: line[0].level)
    blocks: list[list[Piece]] = []
    for line in lines:
        above = _above(blocks, line) if _text(line) in _UNITS else None
        if above is None:
            blocks.append(line)
        else:
            above.extend(line)
    return [Spelled(_text(block), tuple(block)) for block in blocks]


def _text(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _joins(line: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece goes on with those to its left: a unit behind digits, digits behind a sign."""
    last = line[-1]
    near = -NEAR <= piece.box[0] - last.box[2] <= UNIT_GAP * last.size
    if not near or abs(piece.level - last.level) > LEVEL * last.size:
        return False
    return (piece.text in _UNITS and last.text[-1].isdigit()) or (
        _text(line) in _SIGNS and piece.text[0].isdigit()
    )


def _above(blocks: Sequence[list[Piece]], line: Sequence[Piece]) -> list[Piece] | None:
    """The digits right above a unit that stands alone on its line."""
    unit = line[0]
    for block in reversed(blocks):
        last = block[-1]
        down = unit.level - last.level
        if last.box[0] < unit.box[2] and unit.box[0] < last.box[2] and down > LEVEL * last.size:
            return block if last.text[-1].isdigit() and down <= BELOW * last.size else None
    return None


def _clusters(found: Sequence[Spelled]) -> list[list[Spelled]]:
    """Figures that stand in one column: those that meet in x, directly or through others."""
    clusters: list[list[Spelled]] = []
    reach = 0.0
    for figure in sorted(found, key=lambda figure: figure.left):
        if clusters and figure.left < reach - NEAR:
            clusters[-1].append(figure)
            reach = max(reach, figure.right)
        else:
            clusters.append([figure])
            reach = figure.right
    return clusters


def aligned(column: Sequence[Spelled]) -> bool:
    """Whether texts are set to the left of one column, or to its right, or around its middle."""
    edges: list[Callable[[Spelled], float]] = [_left, _right, lambda text: (text.left + text.right) / 2]
    tolerance = ALIGNED * median(text.pieces[0].size for text in column)
    return any(_spread([edge(text) for text in column]) <= tolerance for edge in edges)


def _spread(edges: Sequence[float]) -> float:
    return max(edges) - min(edges)


def _widened(found: Sequence[Spelled]) -> set[int]:
    """Figures whose digits don't follow upon each other: they may be two that nearly meet, or overlap."""
    return {id(figure) for figure in found if not all(map(_is_close, figure.pieces))}


def _is_close(piece: Piece) -> bool:
    digits = [glyph for glyph in piece.glyphs if glyph.text[0].isdigit()]
    width = max((glyph.x1 - glyph.x0 for glyph in digits), default=0.0)
    return all(len(glyph.text) == 1 for glyph in digits) and all(
        abs(after.x0 - before.x1) <= SPACED * width for before, after in pairwise(piece.glyphs)
    )


def _row(figure: Spelled, rows: Sequence[Spelled]) -> int | None:
    """The row at whose height the figure stands; None if at that of none, or of several."""
    beside = [
        number for number, row in enumerate(rows) if row.top < figure.bottom and figure.top < row.bottom
    ]
    return beside[0] if len(beside) == 1 else None


def _beside(figure: Spelled, rows: Sequence[Spelled]) -> Iterator[int]:
    """The rows right above and below a figure that may be any one's."""
    yield from {
        max((n for n, row in enumerate(rows) if row.top < figure.bottom), default=0),
        min((n for n, row in enumerate(rows) if row.bottom > figure.top), default=len(rows) - 1),
    }


def _columns(
    clusters: Sequence[Sequence[Spelled]], heads: Sequence[Spelled], left: float, *, whole: bool
) -> list[int] | None:
    """The head over each cluster; None unless that is certain for all of them.

    ``whole``: there are as many clusters as heads, and no two of them are parts of one column.
    """
    bounds = [left, *(head.right for head in heads)], [*(head.left for head in heads), float("inf")]
    spans = [(cluster[0].left, max(figure.right for figure in cluster)) for cluster in clusters]
    if any(before.right > after.left for before, after in pairwise(heads)) or len(clusters) > len(heads):
        return None
    open_to = [
        {
            column
            for column in range(len(heads))
            if start >= bounds[0][column] - NEAR and end <= bounds[1][column + 1] + NEAR
        }
        for start, end in spans
    ]
    under = [_met(start, end, heads) for start, end in spans]
    if any(len(met) > 1 or not met <= possible for met, possible in zip(under, open_to, strict=True)):
        return None
    if whole:
        fits = all(
            at in possible and met <= {at}
            for at, (met, possible) in enumerate(zip(under, open_to, strict=True))
        )
        return list(range(len(heads))) if fits else None
    certain = [met or possible for met, possible in zip(under, open_to, strict=True)]
    return [columns.copy().pop() for columns in certain] if all(len(c) == 1 for c in certain) else None


def _met(start: float, end: float, heads: Sequence[Spelled]) -> set[int]:
    """The heads below which something stands."""
    return {
        column for column, head in enumerate(heads) if head.left < end - NEAR and start + NEAR < head.right
    }


def _has_full_row(clusters: Sequence[Sequence[Spelled]], row_of: dict[int, int | None]) -> bool:
    """Whether one row has a figure in each cluster, so that no two of them are parts of one column."""
    rows = [{row_of[id(figure)] for figure in cluster} - {None} for cluster in clusters]
    return bool(set.intersection(*rows))

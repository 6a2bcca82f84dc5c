"""What stands in an unruled table and is none of the forms' labels: other columns and rows, and punctuation.

A column or row that no form knows keeps its figures, so that they are reported and nobody else's figures are taken
for them. Where words stand so that they might change what an official label means, there is no telling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parsers.documents.pdf_spelled import GAP, LEVEL, Piece, Spelled
from parsers.documents.pdf_standing import is_figure_like
from parsers.lexicon import lexicon

PITCH = 1.8
"""Heights of a line from one line of a label to the next, at most."""
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Strangers:
    """Names of columns and of rows that no form knows."""

    heads: tuple[Spelled, ...] = ()
    rows: tuple[Spelled, ...] = ()


def is_word(piece: Piece) -> bool:
    """Whether a piece says something that is no figure: neither is a lone bracket or quotation mark."""
    return not is_figure_like(piece.text) and _WORD.search(piece.text) is not None


def strangers(
    table: str,
    heads: Sequence[Spelled],
    rows: Sequence[Spelled],
    above: Sequence[Piece],
    body: Sequence[Piece],
) -> Strangers | None:
    """The unknown columns that words ``above`` the figures name, and the unknown rows that words in the ``body`` do.

    None where a word may be anything else: part of an official label, over several columns, among the figures.
    """
    words = [piece for piece in body if is_word(piece)]
    names = tuple(_together(piece for piece in above if is_word(piece)))
    left = min(head.left for head in heads)
    if any(piece.box[2] > left for piece in words) or any(is_figure_like(piece.text) for piece in above):
        return None
    if any(_meet(name, head) for name in names for head in heads):
        return None
    if any(_on_line(piece, row) and piece.box[0] > row.left for piece in words for row in rows):
        return None
    labels = tuple(_together(piece for piece in words if not any(_on_line(piece, row) for row in rows)))
    if any(_is_official(table, label.text) for label in (*names, *labels)):
        return None
    figures = [piece for piece in body if is_figure_like(piece.text)]
    return Strangers(names, tuple(label for label in labels if _is_row(label, rows, figures)))


def _is_row(label: Spelled, rows: Sequence[Spelled], figures: Sequence[Piece]) -> bool:
    """Whether figures stand beside it, and beside each row of which it may else be the rest of the label."""
    beside = [
        row
        for row in rows
        if any(_near(*_in_order(one, other)) for one in row.pieces for other in label.pieces)
    ]
    return all(any(_on_line(figure, row) for figure in figures) for row in (label, *beside))


def _in_order(one: Piece, other: Piece) -> tuple[Piece, Piece]:
    return (one, other) if one.level <= other.level else (other, one)


def part_of_more(head: Spelled, pieces: Sequence[Piece]) -> bool:
    """Whether a word right above, below or beside a label shows that it is but a part of another one (上年总计)."""
    return any(is_word(piece) and any(_touch(own, piece) for own in head.pieces) for piece in pieces)


def _touch(own: Piece, word: Piece) -> bool:
    apart = max(own.box[0], word.box[0]) - min(own.box[2], word.box[2])
    if on_line(own, word):
        return apart < GAP * own.size
    narrower = min(own.box[2] - own.box[0], word.box[2] - word.box[0])
    return abs(word.level - own.level) < PITCH * own.size and 2 * apart < -narrower


def _meet(name: Spelled, head: Spelled) -> bool:
    return name.left < head.right and head.left < name.right


def _on_line(piece: Piece, row: Spelled) -> bool:
    return any(on_line(piece, own) for own in row.pieces)


def on_line(one: Piece, other: Piece) -> bool:
    """Whether two pieces stand side by side."""
    return abs(one.level - other.level) < LEVEL * (one.size + other.size)


def _together(pieces: Iterable[Piece]) -> Iterator[Spelled]:
    """Words put together that stand one below the other or side by side."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.level, piece.box[0])):
        near = next((group for group in groups if any(_near(other, piece) for other in group)), None)
        if near is None:
            groups.append([piece])
        else:
            near.append(piece)
    for group in groups:
        yield Spelled("".join(piece.text for piece in group), tuple(group))


def _near(above: Piece, below: Piece) -> bool:
    down = below.level - above.level
    if down < LEVEL * above.size:
        return -above.size < below.box[0] - above.box[2] < above.size
    return down < PITCH * above.size and above.box[0] < below.box[2] and below.box[0] < above.box[2]


def _is_official(table: str, text: str) -> bool:
    words = lexicon(table)
    return bool(words.is_label(text) or words.rows.candidates(text))

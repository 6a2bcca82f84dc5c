"""What stands outside of all rules on the pages: labels of the forms, and all the rest, told by where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.documents.pdf_spelled import LEVEL, Piece, Role, Spelled
from parsers.documents.pdf_standing import is_figure_like
from parsers.documents.pdf_strangers import PITCH, is_word, on_line, part_of_more

HEADER = 14.0
"""Heights of a line between the first and the last line of a header."""
BELOW_ROW = 3.2
"""Heights of a line that a row's figures may reach below its label."""


@dataclass(frozen=True, slots=True)
class Page:
    """All that stands outside of rules: labels, and other pieces."""

    labels: Sequence[Spelled]
    others: Sequence[Piece]
    alike: Sequence[frozenset[int]] = ()
    """Parts of pages that are not shifted against each other: their margins, or a header's places, are the same."""

    def named(self, table: str, role: Role, *, low: float = 0.0, high: float = float("inf")) -> list[Spelled]:
        """Labels with a name in this role that begin between two levels."""
        return [label for label in self.labels if low <= label.top < high and label.named(table, role)]

    def around(self, first: Spelled, table: str, role: Role, most: int) -> list[Spelled]:
        """Labels that may be of one header with this one, from left to right; on its own page if there are too many."""
        reach = HEADER * first.pieces[0].size
        near = self.named(table, role, low=first.top - reach, high=first.bottom + reach)
        if len(near) > most:
            near = [label for label in near if label.part == first.part]
        return sorted(near, key=lambda label: label.left)

    def once(self, table: str, role: Role, *names: str) -> bool:
        """Whether no label of these names stands there twice: else a page may have cut a table in two."""
        counted = Counter(label.named(table, role) for label in self.labels)
        return all(counted[name] <= 1 for name in names)

    def like(self, part: int) -> set[int]:
        """The parts that are not shifted against this one."""
        return {part}.union(*(parts for parts in self.alike if part in parts))

    def between(self, low: float, high: float) -> list[Piece]:
        """Pieces that are no labels and stand between two levels."""
        return [piece for piece in self.others if low <= piece.level < high]

    def over(self, table: str, heads: Sequence[Spelled], high: float, low: float) -> list[Piece]:
        """What stands between the labels of a header and is none of these: it may be the names of other columns."""
        others = (label for label in self.named(table, "column", low=high, high=low) if label not in heads)
        own = [piece for label in others for piece in label.pieces]
        reach = max((PITCH * piece.size for piece in own), default=0.0)
        near = self.between(high - reach, high)
        return [
            *own,
            *(piece for piece in near if any(part_of_more(label, [piece]) for label in others)),
            *self.between(high, low),
        ]

    def body(self, low: float, last: Spelled, left: float) -> list[Piece]:
        """What stands below a header, as far as figures of the ``last`` row may reach, or those of one more row.

        Words that begin another thing end it: they reach further than to the ``left`` of the figures, or none stand
        beside them, or some stand among them.
        """
        end = last.bottom + BELOW_ROW * last.pieces[-1].size
        below = self.between(last.bottom, end)
        figures = [piece for piece in below if is_figure_like(piece.text)]
        ends = [label.top for label in self.labels if last.bottom < label.top < end]
        ends += [
            word.level - LEVEL * word.size
            for word in below
            if is_word(word)
            and (word.box[2] > left or not _leads(word, [f for f in figures if on_line(word, f)]))
        ]
        return self.between(low, min(ends, default=end))


def _leads(word: Piece, figures: Sequence[Piece]) -> bool:
    """Whether all of the figures on a line stand to the right of a word."""
    return bool(figures) and all(figure.box[0] > word.box[2] for figure in figures)

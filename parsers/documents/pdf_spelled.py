"""Official labels put together from pieces of text, where no rules show which pieces are one cell.

A label's lines stand one below the other and meet in x. Only a chain of pieces that spells a label of the forms
from its first character to its last is one; nothing is completed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from parsers.documents.pdf_layout import Box, Glyph, joined, wide
from parsers.documents.pdf_sheets import box_of, split_lines
from parsers.forms import Block, FormTable, Row, load_forms
from parsers.labels import squeeze
from parsers.lexicon import ROW_HEADERS
from parsers.tables.wording import GRID_NOTE

GAP = 0.15
"""Share of a line's height; a wider gap parts two pieces, which may be words of one label or two cells."""
BESIDE = 1.0
BELOW = 3.2
"""Heights of a line within which a label may go on to the right, and below."""
LEVEL = 0.35
"""Share of a line's height within which two pieces stand on one line."""
SHIFT = 3.0
"""Points by which a header may be shifted where it is printed again."""
FURNITURE = 4
"""Pieces of text that may stand above it."""
LONGEST = 40
"""Characters of a line of headers, at most."""
MOST_STEPS = 20
"""Pieces of one label: its characters one below the other, at most."""
_BARE = re.compile(r"[^\u4e00-\u9fff\d]")
_VAGUE = frozenset(["其他", "总计", "合计"])
"""Rows whose labels say nothing without their numbering."""

Role = Literal["title", "heading", "column", "row", "note"]


class Meaning(NamedTuple):
    """What a label names: a row, column or block title of a table, or a heading or note there."""

    table: str
    role: Role
    name: str


class Piece(NamedTuple):
    """A run of text without a gap. ``level`` is its height when all pages are put one below the other."""

    text: str
    part: int
    page: int
    box: Box
    level: float
    glyphs: tuple[Glyph, ...]

    @property
    def size(self) -> float:
        """The height of its line."""
        return self.box[3] - self.box[1]


@dataclass(frozen=True, slots=True)
class Spelled:
    """Pieces that belong together: a label, with all that it may name, or a figure, which names nothing."""

    text: str
    pieces: tuple[Piece, ...]
    meanings: tuple[Meaning, ...] = ()

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(piece.box[0] for piece in self.pieces)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(piece.box[2] for piece in self.pieces)

    @property
    def top(self) -> float:
        """The level just above the middle of its first line."""
        return min(piece.level - LEVEL * piece.size for piece in self.pieces)

    @property
    def bottom(self) -> float:
        """The level just below the middle of its last line."""
        return max(piece.level + LEVEL * piece.size for piece in self.pieces)

    @property
    def part(self) -> int:
        """The part of the pages on which it begins."""
        return self.pieces[0].part

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.pieces[0].page

    @property
    def box(self) -> Box:
        """The box around it on the page on which it begins."""
        left, top, right, bottom = box_of(
            [Glyph("", *piece.box) for piece in self.pieces if piece.part == self.part]
        )
        return round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)

    def named(self, table: str, role: Role) -> str:
        """The name that it has in this role, or nothing."""
        return next((m.name for m in self.meanings if m.table == table and m.role == role), "")


def pieces_of(parts: Sequence[tuple[int, Sequence[Glyph]]]) -> list[Piece]:
    """The pieces of all parts of pages, each given with its page's number, top to bottom."""
    found: list[Piece] = []
    base = 0.0
    for part, (page, glyphs) in enumerate(parts):
        runs = [run for line in split_lines(glyphs) for run in _parted(line)]
        boxes = [box_of(run) for run in runs]
        top = min((box[1] for box in boxes), default=0.0)
        for run, box in zip(runs, boxes, strict=True):
            level = base - top + (box[1] + box[3]) / 2
            found.extend(_words(Piece(joined(run), part, page, box, level, tuple(run))))
        base += max((box[3] for box in boxes), default=top) - top
    return sorted(found, key=lambda piece: (piece.level, piece.box[0]))


def _parted(line: Sequence[Glyph]) -> list[list[Glyph]]:
    parts = [[line[0]]]
    for before, glyph in pairwise(line):
        if glyph.x0 - before.x1 > GAP * (glyph.bottom - glyph.top):
            parts.append([])
        parts[-1].append(glyph)
    return parts


def _words(piece: Piece) -> Iterator[Piece]:
    """What one line is made of that stands side by side without a gap: parts of headers' labels, a label and a figure;
    else the piece."""
    words = _figures_apart(piece) or (
        side_by_side(piece.text) if wide(piece.text[0]) and len(piece.text) <= LONGEST else ()
    )
    ends = [end for glyph in piece.glyphs for end in _ends(glyph)]
    if len(words) < 2 or len(ends) != len(piece.text):
        yield piece
        return
    at = 0
    left, top, _, bottom = piece.box
    for word in words:
        at += len(word)
        yield piece._replace(text=word, box=(left, top, ends[at - 1], bottom))
        left = ends[at - 1]


def _figures_apart(piece: Piece) -> tuple[str, ...]:
    """A piece parted before figures that stand right behind a label or another figure's unit; nothing if none do."""
    starts = {0}
    starts.update(accumulate(len(glyph.text) for glyph in piece.glyphs))
    cuts = [
        found.start()
        for found in _FIGURE_BEHIND.finditer(piece.text)
        if _FIGURES.fullmatch(piece.text, found.start())
    ]
    if not cuts or not starts.issuperset(cuts):
        return ()
    return tuple(piece.text[start:end] for start, end in pairwise([0, *cuts, len(piece.text)]))


_FIGURE_BEHIND = re.compile(r"(?<=[^\W\d])\d")
_FIGURES = re.compile(r"[\d０-９.,，．%％件条项次篇个人万亿元]+")


def _ends(glyph: Glyph) -> Iterator[float]:
    """Where each character of a glyph ends; Chinese characters are all of one width."""
    sizes = [2 if wide(character) else 1 for character in glyph.text]
    for end in accumulate(sizes):
        yield glyph.x0 + (glyph.x1 - glyph.x0) * end / sum(sizes)


@cache
def side_by_side(text: str) -> tuple[str, ...]:
    """The fewest parts of headers' labels of which a text is made; the text alone if it is one, or in doubt."""
    if in_label(text):
        return (text,)
    best: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(text) + 1):
        ways = [
            (*way, text[start:end])
            for start in range(end)
            if _in_header(text[start:end])
            for way in best[start]
        ]
        fewest = min(map(len, ways), default=0)
        best.append([way for way in ways if len(way) == fewest][:2])
    return best[-1][0] if len(best[-1]) == 1 else (text,)


@cache
def _in_header(text: str) -> bool:
    """Whether a text is part of a header's label; a single character must be the rest of one."""
    part = bare(text)
    return bool(part) and any(
        part in label if len(part) > 1 else label.endswith(part) for label in _headers()
    )


@cache
def _headers() -> frozenset[str]:
    """The labels that stand above figures, bare, as the forms themselves word them."""
    blocks = [block for form in load_forms().values() for table in form.tables for block in table.blocks]
    columns = [column for block in blocks for column in block.columns]
    words = [column.zh for column in columns] + [parent for column in columns for parent in column.parents]
    groups = [
        label for label, meaning in _official() if meaning.table == "disputes" and meaning.role != "column"
    ]
    return frozenset(map(bare, (*words, *groups, *ROW_HEADERS)))


def labels(pieces: Sequence[Piece]) -> list[Spelled]:
    """The labels that the pieces spell, each piece in one of them: the longest first."""
    starts = [at for at, piece in enumerate(pieces) if _may_begin(piece.text)]
    chains = [chain for at in starts for chain in _chains(pieces, at)]
    chains.sort(key=lambda chain: -len(chain[1]))
    used: set[int] = set()
    found: list[Spelled] = []
    for steps, text in chains:
        if used.isdisjoint(steps):
            used.update(steps)
            chosen = tuple(pieces[step] for step in steps)
            found.append(Spelled("".join(piece.text for piece in chosen), chosen, _vocabulary()[text]))
    return sorted(found, key=lambda label: (label.top, label.left))


def _may_begin(text: str) -> bool:
    return bare(text) in _beginnings() and not text.isdigit()


def _chains(pieces: Sequence[Piece], start: int) -> Iterator[tuple[tuple[int, ...], str]]:
    """Every whole label that begins with this piece: the numbers of its pieces, and its text."""
    waiting: list[tuple[tuple[int, ...], str]] = [((start,), bare(pieces[start].text))]
    while waiting:
        steps, text = waiting.pop()
        if text in _vocabulary():
            yield steps, text
        if len(steps) == MOST_STEPS:
            continue
        for following in _following(pieces, steps):
            longer = text + bare(pieces[following].text)
            if longer in _beginnings():
                waiting.append(((*steps, following), longer))


def _following(pieces: Sequence[Piece], steps: tuple[int, ...]) -> list[int]:
    """The pieces with which a label may go on: the next on its line, and the nearest line below it.

    On the next page that may be further down: other cells of its row may go on below it on the page before.
    """
    last = pieces[steps[-1]]
    left, right = min(pieces[step].box[0] for step in steps), max(pieces[step].box[2] for step in steps)
    near, size = LEVEL * last.size, last.size
    found: list[int] = []
    below: list[int] = []
    start = steps[-1]
    while start and pieces[start - 1].level >= last.level - near:
        start -= 1
    for at in range(start, len(pieces)):
        piece = pieces[at]
        down = piece.level - last.level
        if (down > BELOW * size and piece.part == last.part) or piece.part > last.part + 1:
            continue
        if below and piece.level - pieces[below[0]].level > near:
            break
        if down <= near:
            if at not in steps and 0 <= piece.box[0] - last.box[2] <= BESIDE * size:
                found.append(at)
        elif piece.box[0] < right and piece.box[2] > left:
            below.append(at)
    return [*found, *below]


def printed_again(pieces: Sequence[Piece], header: Sequence[Spelled], *, whole: bool = False) -> set[Piece]:
    """Everything among a header's labels where it stands once more at the top of a later page, ``whole`` or nearly so."""
    part = header[0].part
    high, low = min(label.top for label in header), max(label.bottom for label in header)
    model = [piece for piece in pieces if piece.part == part and high <= piece.level <= low]
    found: set[Piece] = set()
    for later in {piece.part for piece in pieces if piece.part > part}:
        here = [piece for piece in pieces if piece.part == later][: len(model) + FURNITURE]
        above = next((at for at, piece in enumerate(here[:FURNITURE]) if in_label(piece.text)), FURNITURE - 1)
        copies = (_copied(model, here[start:]) for start in range(above + 1))
        found.update(
            next(
                (
                    copy
                    for copy in copies
                    if (len(copy) == len(model) if whole else 2 * len(copy) > len(model))
                ),
                (),
            )
        )
    return found


def _copied(model: Sequence[Piece], pieces: Sequence[Piece]) -> list[Piece]:
    """The first of the pieces, as far as they are those of a model; its first lines may be gone as a page's furniture."""
    left = list(model)
    for number, piece in enumerate(pieces):
        same = next(
            (one for one in left if one.text == piece.text and abs(one.box[0] - piece.box[0]) < SHIFT), None
        )
        if same is None:
            return list(pieces[:number])
        left.remove(same)
    return list(pieces)


@cache
def in_label(text: str) -> bool:
    """Whether a text has characters of an official label in it, and nothing else: it may be a header's."""
    part = bare(text)
    return bool(part) and not part.isdigit() and any(part in label for label in _vocabulary())


@cache
def bare(text: str) -> str:
    """The Chinese characters and digits of a text."""
    return _BARE.sub("", squeeze(text))


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(label[:end] for label in _vocabulary() for end in range(1, len(label) + 1))


@cache
def _vocabulary() -> Mapping[str, tuple[Meaning, ...]]:
    """Every official label, bare, with and without numbering and notes, to what it may name."""
    found: dict[str, dict[Meaning, None]] = {}
    for text, meaning in _official():
        for label in _printings(text, meaning.role):
            found.setdefault(label, {})[meaning] = None
    return {label: tuple(meanings) for label, meanings in found.items()}


def _official() -> Iterator[tuple[str, Meaning]]:
    for form in load_forms().values():
        for table in form.tables:
            yield from _labels_of(table)
    yield GRID_NOTE, Meaning("requests", "note", "勾稽关系")
    yield "行政诉讼", Meaning("disputes", "heading", "行政诉讼")


def _labels_of(table: FormTable) -> Iterator[tuple[str, Meaning]]:
    for label in ROW_HEADERS if table.id in ("disclosure", "statistics") else ():
        yield label, Meaning(table.id, "heading", label)
    if table.id == "statistics":
        yield "单位", Meaning(table.id, "column", "unit")
    for block in table.blocks:
        if block.title:
            yield block.title, Meaning(table.id, "title", block.title)
        for column in block.columns:
            for label in (column.zh, *column.variants):
                yield label, Meaning(table.id, "column", column.id)
        for row in block.rows:
            for label in (row.zh, *row.variants):
                yield label, Meaning(table.id, "row", row.id)
        for parent in _parents(block, table):
            yield parent, Meaning(table.id, "heading", parent)


def _parents(block: Block, table: FormTable) -> set[str]:
    rows: tuple[Row, ...] = block.rows if table.id != "statistics" else ()
    return {parent for row in rows for parent in row.parents} | {
        parent for column in block.columns for parent in column.parents
    }


_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]、|\([一二三四五六七八九十]\)|\d\.|其中:)")
_NOTE = re.compile(r"\([^()]*\)$")


def _printings(text: str, role: Role) -> Iterator[str]:
    plain = squeeze(text)
    yield bare(plain)
    if role in ("title", "note"):
        return
    without_note = _NOTE.sub("", plain)
    yield bare(without_note)
    for label in (plain, without_note):
        short = _NUMBERING.sub("", label)
        if role != "row" or short not in _VAGUE:
            yield bare(short)

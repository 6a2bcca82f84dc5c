"""The official labels as plain letters, and how near to them the words of a flowed table come."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

from parsers.forms import Block, load_forms
from parsers.labels import drop_notes, squeeze

_DROPPED = re.compile(r"[\W\d_]+")
NOTE = re.compile(r"\([^()]*\)")
OPEN_NOTE = re.compile(r"\([^()]*$")
_RUN_TOGETHER = re.compile(r"0\d")
_KNOWN_ALONE = 4
_LOST = 3
"""Characters that a header may have lost and still be known."""
GRID_NOTE = "本列数据的勾稽关系为第一项加第二项之和等于第三项加第四项之和"
_LEFT_OVER = "第二十条第项" + GRID_NOTE
"""What a block's title or the grid's note may leave above a header when their lines were cut."""


_ABOVE_APPLICANTS = ("申请人情况法人或其他组织", "法人或其他组织", "申请人情况", "项目", "")


@cache
def blocks() -> tuple[tuple[str, str, Block], ...]:
    """(form, table, block) of sections two and three, newest form first."""
    return tuple(
        (form.id, table.id, block)
        for form in reversed(list(load_forms().values()))
        for table in form.tables
        if table.id in ("disclosure", "requests")
        for block in table.blocks
    )


def headers(form: str, table: str, block: Block) -> Iterator[str]:
    """What may be printed above a block's first row, in any order of its parts."""
    labels = [
        [letters_of(without_notes(label)) for label in (column.zh, *column.variants)]
        for column in block.columns
    ]
    for chosen in product(*labels):
        if table == "disclosure":
            yield "信息内容" + "".join(chosen)
        elif table == "requests":
            for above in _ABOVE_APPLICANTS:
                yield above + "".join(chosen)
            yield "申请人情况法人或其他组织" + "".join(chosen) + GRID_NOTE


@cache
def dispute_header() -> str:
    """All labels above the fifteen figures of section four."""
    table = load_forms()["2021"].table("disputes")
    leaves = "".join(column.zh for column in table.columns())
    return "行政诉讼" + "".join(row.zh for row in table.rows()) + leaves * len(table.rows())


def near(letters: str, wanted: str) -> bool:
    """Whether the letters are those of ``wanted`` in whatever order, but for a few lost; parts of a title or note may be left."""
    have, want = Counter(letters), Counter(wanted)
    lost = sum((want - have).values())
    return not have - want - Counter(_LEFT_OVER) and lost <= min(_LOST, len(wanted) // 6)


def without_notes(text: str) -> str:
    """A label without its notes in brackets, also one that breaks off."""
    bare = drop_notes(squeeze(text), broken_off=False)
    return OPEN_NOTE.sub("", bare)


@cache
def letters_of(text: str) -> str:
    """The Chinese characters of a text, and nothing else."""
    return _DROPPED.sub("", squeeze(text)).replace("其它", "其他")


def swallows_label(text: str) -> bool:
    """Whether a note that breaks off seems to hold a row's label: its own row then lost its figures, and the note its end."""
    bare = drop_notes(squeeze(text), broken_off=False)
    note = OPEN_NOTE.search(bare)
    letters = letters_of(note[0]) if note else ""
    return any(label in letters for label in _labels()) if letters else False


@cache
def _labels() -> frozenset[str]:
    """The labels of rows that are long enough to be known by themselves."""
    rows = [row for _, _, block in blocks() for row in block.rows]
    rows += load_forms()["2014"].tables[0].rows()
    found = (letters_of(without_notes(row.zh)) for row in rows)
    return frozenset(label for label in found if len(label) >= _KNOWN_ALONE)


def run_together(figures: Sequence[str]) -> bool:
    """Whether one of the figures begins with a needless 0: figures of two rows, drawn one over the other, as one."""
    return any(_RUN_TOGETHER.match(squeeze(figure)) for figure in figures)


def common_prefix(label: str, letters: str) -> tuple[int, int]:
    """The longest beginning of ``label`` that stands in ``letters``, and where it stands last."""
    for size in range(len(label), 1, -1):
        if (at := letters.rfind(label[:size])) >= 0:
            return size, at
    return 0, 0

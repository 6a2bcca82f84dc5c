"""The labels of all forms by what they name, and how much a label says about the table it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from parsers.forms import Column, Form, FormTable, Row, load_forms
from parsers.labels import Vocabulary, key, squeeze

BLOCK_TITLE = re.compile(r"第二十条第?\(?[一二三四五六七八九十]+\)?项")
ROW_HEADERS = ("信息内容", "统计指标", "指标名称", "统计项目")
_VAGUE = frozenset(("其他", "总计", "合计", "企业", "数量", "数据", "数值", "维持", "纠正"))
"""Labels too common to tell by themselves which table a row belongs to."""
KINDS = ("disclosure", "requests", "disputes", "statistics")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the labels of one table name, over all forms that have the table.

    ``rows`` names row ids. ``columns`` names columns as ``form:column``, so that a header tells its form.
    ``headings`` are labels above or beside the official ones, which name nothing themselves.
    """

    table: str
    rows: Vocabulary
    columns: Vocabulary
    headings: Vocabulary

    def column_ids(self, text: str) -> tuple[str, ...]:
        """Column ids that a header cell names, whichever form it is of."""
        return tuple(dict.fromkeys(name.split(":")[1] for name in self.columns.find(text)))

    def is_label(self, text: str) -> bool:
        """Whether the text is any label of this table, whole or cut."""
        return bool(self.rows.find(text) or self.columns.find(text) or self.headings.find(text))


@cache
def lexicon(table: str) -> Lexicon:
    """The lexicon of the table of that id."""
    parts = [(form, part) for form in load_forms().values() for part in form.tables if part.id == table]
    rows = [(label, row.id) for _, part in parts for row in _rows(part) for label in _labels(row)]
    columns = [
        (label, f"{form.id}:{column.id}")
        for form, part in parts
        for block in part.blocks
        for column in block.columns
        for label in _labels(column)
    ]
    return Lexicon(
        table, Vocabulary(rows), Vocabulary(columns), Vocabulary(_headings(part for _, part in parts))
    )


def official_columns(table: str, row: str, form: str) -> tuple[Column, ...]:
    """The columns of the block that the row stands in under that form; none if the form lacks the row."""
    for part in load_forms()[form].tables:
        for block in part.blocks if part.id == table else ():
            if any(known.id == row and not known.heading for known in block.rows):
                return block.columns
    return ()


def forms_with(table: str) -> list[Form]:
    """The forms that have the table, oldest first."""
    return [form for form in load_forms().values() if any(part.id == table for part in form.tables)]


def kind_scores(texts: Iterable[str]) -> dict[str, int]:
    """How many of the texts are, whole, telling labels of each table."""
    scores = dict.fromkeys(KINDS, 0)
    for text in texts:
        for kind in telling_kinds(text):
            scores[kind] += 1
    return scores


@cache
def _telling() -> dict[str, frozenset[str]]:
    told: dict[str, set[str]] = {}
    for kind in KINDS:
        entry = lexicon(kind)
        for vocabulary in (entry.rows, entry.columns, entry.headings):
            for label in vocabulary.names:
                if label not in _VAGUE:
                    told.setdefault(label, set()).add(kind)
    return {label: frozenset(kinds) for label, kinds in told.items()}


def telling_kinds(text: str) -> frozenset[str]:
    """The tables of which the text is a whole label, if it is one that tells."""
    return frozenset() if len(text) > 200 else _telling_kinds(text)


@lru_cache(maxsize=8192)
def _telling_kinds(text: str) -> frozenset[str]:
    if BLOCK_TITLE.search(squeeze(text)):
        return frozenset(("disclosure",))
    return _telling().get(key(text), frozenset())


def _rows(table: FormTable) -> Iterator[Row]:
    return (row for block in table.blocks for row in block.rows)


def _labels(part: Row | Column) -> tuple[str, ...]:
    return (part.zh, *part.variants)


def _headings(tables: Iterable[FormTable]) -> Iterator[tuple[str, str]]:
    for table in tables:
        for label in ROW_HEADERS if table.id in ("disclosure", "statistics") else ():
            yield label, label
        for block in table.blocks:
            parents = [part.parents for part in block.rows] + [part.parents for part in block.columns]
            yield from ((parent, parent) for above in parents for parent in above)

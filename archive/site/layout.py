"""The official tables as grids of cells: headings and labels with their spans, and places for the figures.

Rows, columns and labels come from :mod:`parsers.forms`; what is added here is only how the notices
国办公开办函〔2019〕60号 and 〔2021〕30号 print them: which labels span, and which table lies on its side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from archive.site.metadata import read
from parsers.forms import Block, Column, FormTable, Row, load_forms

INFORMATION = "信息内容"
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
STATISTICS = ("统计指标", "单位", "统计数")
DEPTH = 3
"""Columns that the labels of section three take up."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell of a printed table: a label (``zh``, ``en``) or the place of a figure (``row``, ``column``)."""

    zh: str = ""
    en: str = ""
    rowspan: int = 1
    colspan: int = 1
    scope: str = ""
    """``col``, ``row``, ``colgroup`` or ``rowgroup`` for a heading; empty for a note or a figure."""
    row: str = ""
    column: str = ""
    depth: int = 0
    """How far an indicator of form 2014 is indented."""


Grid = list[list[Slot]]


def grid(form: str, table: str) -> Grid:
    """The cells of a standard table in the order they are printed, row by row; KeyError for an unknown one."""
    makers = {
        "disclosure": _disclosure,
        "requests": _requests,
        "disputes": _disputes,
        "statistics": _statistics,
    }
    return makers[table](load_forms()[form].table(table))


@cache
def _english() -> dict[str, str]:
    return dict(read("layout.toml")["headings"])


def _heading(zh: str, scope: str = "colgroup", *, rowspan: int = 1, colspan: int = 1) -> Slot:
    return Slot(zh, _english()[zh], rowspan, colspan, scope)


def _label(item: Row | Column, scope: str, *, rowspan: int = 1, colspan: int = 1) -> Slot:
    return Slot(item.zh, item.en, rowspan, colspan, scope)


def _disclosure(table: FormTable) -> Grid:
    width = max(len(block.columns) for block in table.blocks)
    return [row for block in table.blocks for row in _block(block, width)]


def _block(block: Block, width: int) -> Grid:
    """A title over the whole width, a header row, and rows whose last cell fills what is left."""
    spans = [1] * (len(block.columns) - 1) + [width - len(block.columns) + 1]
    columns = list(zip(block.columns, spans, strict=True))
    head = [_label(column, "col", colspan=span) for column, span in columns]
    return [
        [_heading(block.title, colspan=width + 1)],
        [_heading(INFORMATION, "col"), *head],
        *(
            [
                _label(row, "row"),
                *(Slot(row=row.id, column=column.id, colspan=span) for column, span in columns),
            ]
            for row in block.rows
        ),
    ]


def _requests(table: FormTable) -> Grid:
    (block,) = table.blocks
    person, *organisations, total = block.columns
    head: Grid = [
        [
            Slot(NOTE, _english()[NOTE], rowspan=3, colspan=DEPTH),
            _heading(person.parents[0], colspan=len(block.columns)),
        ],
        [
            _label(person, "col", rowspan=2),
            _heading(organisations[0].parents[-1], colspan=len(organisations)),
            _label(total, "col", rowspan=2),
        ],
        [_label(column, "col") for column in organisations],
    ]
    body = [
        [*labels, *(Slot(row=row.id, column=column.id) for column in block.columns)]
        for row, labels in zip(block.rows, _row_labels(block.rows), strict=True)
    ]
    return head + body


def _row_labels(rows: tuple[Row, ...]) -> Grid:
    """For each row the labels that begin there: shared headings span down, a row's own label fills the depth."""
    labels: Grid = []
    above: tuple[str, ...] = ()
    for index, row in enumerate(rows):
        fresh = [level for level in range(len(row.parents)) if row.parents[: level + 1] != above[: level + 1]]
        headings = [
            _heading(row.parents[level], "rowgroup", rowspan=_run(rows[index:], row.parents[: level + 1]))
            for level in fresh
        ]
        labels.append([*headings, _label(row, "row", colspan=DEPTH - len(row.parents))])
        above = row.parents
    return labels


def _run(rows: tuple[Row, ...], path: tuple[str, ...]) -> int:
    """How many rows, from the first on, stand under the heading that ``path`` leads to."""
    ends = (index for index, row in enumerate(rows) if row.parents[: len(path)] != path)
    return next(ends, len(rows))


def _disputes(table: FormTable) -> Grid:
    """Printed on its side: the groups are headings, and all figures stand in one row."""
    (block,) = table.blocks
    first, *lawsuits = block.rows
    width = len(block.columns)
    leaves = [_label(column, "col") for column in block.columns]
    return [
        [_label(first, "colgroup", colspan=width), _heading("行政诉讼", colspan=width * len(lawsuits))],
        [
            *(_label(column, "col", rowspan=2) for column in block.columns),
            *(_label(row, "colgroup", colspan=width) for row in lawsuits),
        ],
        leaves * len(lawsuits),
        [Slot(row=row.id, column=column.id) for row in block.rows for column in block.columns],
    ]


def _statistics(table: FormTable) -> Grid:
    """The annex of form 2014: one long list of indicator, unit and figure; headings have no figure."""
    rows = [row for block in table.blocks for row in block.rows]
    return [[_heading(zh, "col") for zh in STATISTICS], *(_indicator(row) for row in rows)]


def _indicator(row: Row) -> list[Slot]:
    label = Slot(row.zh, row.en, scope="row", depth=row.id.count("."), colspan=3 if row.heading else 1)
    return (
        [label]
        if row.heading
        else [label, Slot(row.unit or "", row.unit or ""), Slot(row=row.id, column="value")]
    )

"""Known values laid out as the official tables: rows of cells with spans."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.forms import Block, FormTable
from tests.generate.known import Known

NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


@dataclass(frozen=True)
class Cell:
    text: str
    rowspan: int = 1
    colspan: int = 1
    kind: str = "figure"
    """``title``, ``head``, ``label`` or ``figure``."""


Rows = list[list[Cell]]


@dataclass(frozen=True)
class Drawn:
    """A table ready to be written; ``heads`` rows at its top are its heading."""

    id: str
    rows: Rows
    heads: int


def draw(known: Known) -> list[Drawn]:
    """The tables of a report in order."""
    drawers = {
        "disclosure": _disclosure,
        "requests": _requests,
        "disputes": _disputes,
        "statistics": _statistics,
    }
    return [drawers[table.id](known, table) for table in known.tables()]


def blocks(known: Known) -> list[Drawn]:
    """The disclosure table as one table a block."""
    table = next(table for table in known.tables() if table.id == "disclosure")
    width = max(len(block.columns) for block in table.blocks) + 1
    return [Drawn("disclosure", _block(known, block, width), 2) for block in table.blocks]


def _disclosure(known: Known, table: FormTable) -> Drawn:
    width = max(len(block.columns) for block in table.blocks) + 1
    rows = [row for block in table.blocks for row in _block(known, block, width)]
    return Drawn(table.id, rows, 0)


def _block(known: Known, block: Block, width: int) -> Rows:
    last = width - len(block.columns)
    spans = [1] * (len(block.columns) - 1) + [last]
    rows = [[Cell(block.title, colspan=width, kind="title")]]
    heads = [Cell(c.zh, colspan=span, kind="head") for c, span in zip(block.columns, spans, strict=True)]
    rows.append([Cell("信息内容", kind="head"), *heads])
    for row in block.rows:
        figures = [
            Cell(known.cells["disclosure", row.id, c.id].text, colspan=span)
            for c, span in zip(block.columns, spans, strict=True)
        ]
        rows.append([Cell(row.zh, kind="label"), *figures])
    return rows


def _requests(known: Known, table: FormTable) -> Drawn:
    (block,) = table.blocks
    rows: Rows = [
        [Cell(NOTE, 3, 3, "label"), Cell("申请人情况", colspan=7, kind="head")],
        [Cell("自然人", 2, 1, "head"), Cell("法人或其他组织", 1, 5, "head"), Cell("总计", 2, 1, "head")],
        [Cell(column.zh, kind="head") for column in block.columns[1:-1]],
    ]
    begun: set[str] = set()
    for row in block.rows:
        cells = []
        for parent in row.parents:
            if parent not in begun:
                begun.add(parent)
                cells.append(Cell(parent, sum(parent in other.parents for other in block.rows), 1, "label"))
        cells.append(Cell(row.zh, colspan=3 - len(row.parents), kind="label"))
        cells.extend(Cell(known.cells["requests", row.id, column.id].text) for column in block.columns)
        rows.append(cells)
    return Drawn(table.id, rows, 3)


def _disputes(known: Known, table: FormTable) -> Drawn:
    (block,) = table.blocks
    first, *others = block.rows
    outcomes = [column.zh for column in block.columns]
    rows: Rows = [
        [Cell(first.zh, 1, 5, "head"), Cell("行政诉讼", 1, 10, "head")],
        [*(Cell(name, 2, 1, "head") for name in outcomes), *(Cell(row.zh, 1, 5, "head") for row in others)],
        [Cell(name, kind="head") for _ in others for name in outcomes],
        [
            Cell(known.cells["disputes", row.id, column.id].text)
            for row in block.rows
            for column in block.columns
        ],
    ]
    return Drawn(table.id, rows, 3)


def _statistics(known: Known, table: FormTable) -> Drawn:
    rows: Rows = [[Cell("统计指标", kind="head"), Cell("单位", kind="head"), Cell("统计数", kind="head")]]
    for block in table.blocks:
        for row in block.rows:
            figure = "——" if row.heading else known.cells["statistics", row.id, block.columns[0].id].text
            rows.append([Cell(row.zh, kind="label"), Cell(row.unit or "——", kind="label"), Cell(figure)])
    return Drawn(table.id, rows, 1)

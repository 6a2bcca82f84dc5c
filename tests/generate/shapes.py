"""More shapes of the official tables: labels as paths, columns in another order, columns and rows too many."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.generate.damage import LOSSY, damage
from tests.generate.drawn import Cell, Drawn, Rows

LOSSY.add("column_dropped")


def _has_figures(row: list[Cell]) -> bool:
    return any(cell.kind == "figure" for cell in row)


@damage
def labels_as_paths(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """Each row of section three with its whole path in one cell: （三）不予公开-1.属于国家秘密."""
    return [_pathed(random, table) if table.id == "requests" else table for table in tables]


def _pathed(random: Random, table: Drawn) -> Drawn:
    rows: Rows = [[replace(c, colspan=1) if c.kind == "label" else c for c in row] for row in table.rows[:3]]
    live: list[tuple[str, int]] = []
    for row in table.rows[3:]:
        labels = [cell for cell in row if cell.kind == "label"]
        live = [(text, left - 1) for text, left in live if left > 1]
        live += [(cell.text, cell.rowspan) for cell in labels[:-1]]
        path = random.choice(["", "-", " "]).join([text for text, _ in live] + [labels[-1].text])
        rows.append([Cell(path, kind="label"), *(cell for cell in row if cell.kind == "figure")])
    return replace(table, rows=rows)


@damage
def index_column(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """A first column 序号 with numbers of its own."""
    return [_indexed(table) for table in tables]


def _indexed(table: Drawn) -> Drawn:
    rows: Rows = []
    number = 0
    for at, row in enumerate(table.rows):
        number += _has_figures(row)
        if _has_figures(row):
            rows.append([Cell(str(number), kind="label"), *row])
        elif at == 0:
            tall = 1 if table.id == "disclosure" else max(1, table.heads)
            rows.append([Cell("序号", rowspan=tall, kind="head"), *row])
        else:
            rows.append([Cell("", kind="head"), *row] if table.id == "disclosure" else row)
    return replace(table, rows=rows)


@damage
def block_titles_at_the_left(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """第二十条第（一）项 in a column at the left of its block instead of a row above it."""
    return [_left_titles(table) if table.id == "disclosure" else table for table in tables]


def _left_titles(table: Drawn) -> Drawn:
    starts = [at for at, row in enumerate(table.rows) if row[0].kind == "title"]
    rows: Rows = []
    for start, end in zip(starts, [*starts[1:], len(table.rows)], strict=True):
        title = replace(table.rows[start][0], colspan=1, rowspan=end - start - 1)
        first, *others = table.rows[start + 1 : end]
        rows += [[title, *first], *others]
    return replace(table, rows=rows)


@damage
def row_name_in_section_four(random: Random, tables: list[Drawn]) -> list[Drawn]:
    return [_named(table) if table.id == "disputes" else table for table in tables]


def _named(table: Drawn) -> Drawn:
    first, second, third, figures = table.rows
    corner = Cell("", rowspan=3, kind="head")
    return replace(table, rows=[[corner, *first], second, third, [Cell("件数", kind="label"), *figures]])


@damage
def total_first(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """The columns of section three in another order, under their own labels."""
    return [_total_first(table) if table.id == "requests" else table for table in tables]


def _total_first(table: Drawn) -> Drawn:
    top, middle, bottom = table.rows[:3]
    rows = [[*row[:-7], row[-1], *row[-7:-1]] for row in table.rows[3:]]
    return replace(table, rows=[top, [middle[2], middle[0], middle[1]], bottom, *rows])


@damage
def subtotal(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """A column 小计 that the form does not have."""
    return [_wider(table) if table.id == "requests" else table for table in tables]


def _wider(table: Drawn) -> Drawn:
    (note, top), (person, group, total), bottom = table.rows[:3]
    rows = [[*row[:-1], Cell("55"), row[-1]] for row in table.rows[3:]]
    head = [[note, replace(top, colspan=8)], [person, replace(group, colspan=6), total]]
    return replace(table, rows=[*head, [*bottom, Cell("小计", kind="head")], *rows])


@damage
def column_dropped(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """One applicant column left out, header and figures."""
    return [_narrower(random, table) if table.id == "requests" else table for table in tables]


def _narrower(random: Random, table: Drawn) -> Drawn:
    gone = random.randrange(1, 6)
    (note, top), (person, group, total), bottom = table.rows[:3]
    rows = [[*row[:-7], *row[-7:][:gone], *row[-7:][gone + 1 :]] for row in table.rows[3:]]
    head = [[note, replace(top, colspan=6)], [person, replace(group, colspan=4), total]]
    return replace(table, rows=[*head, bottom[: gone - 1] + bottom[gone:], *rows])


@damage
def header_repeated(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """The header again in the middle of a table, as after a page break."""
    return [_repeated(random, t) if t.heads and len(t.rows) > t.heads + 4 else t for t in tables]


def _repeated(random: Random, table: Drawn) -> Drawn:
    at = random.randrange(table.heads + 1, len(table.rows))
    return replace(table, rows=[*table.rows[:at], *table.rows[: table.heads], *table.rows[at:]])


@damage
def unit_row(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """A first row that only tells the unit."""

    def above(table: Drawn) -> list[Cell]:
        return [Cell("单位：件", colspan=sum(cell.colspan for cell in table.rows[0]), kind="head")]

    return [replace(table, rows=[above(table), *table.rows], heads=table.heads) for table in tables]

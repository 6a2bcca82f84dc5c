"""Known reports with the faults that real pages have: wrong spans, lost cells, split, merged and foreign tables.

A damage changes how a table is written, never what its figures mean to a person; a reader may then miss a
figure, but every figure that it gives must be the printed one at its own address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.generate import html
from tests.generate.drawn import Cell, Drawn, Rows, draw
from tests.generate.known import Known

Damage = Callable[[Random, list[Drawn]], list[Drawn]]
DAMAGES: dict[str, Damage] = {}
LOSSY = {
    "row_short_of_a_cell",
    "header_lost",
    "header_short_of_a_cell",
    "header_short_of_two",
    "label_lost",
    "conflicting_copy",
    "two_years",
    "label_of_another_kind",
    "gap_in_row",
    "figure_with_note",
    "foreign_row",
    "foreign_column",
    "row_cut_in_two",
}
"""Damages after which some figures can't be known; after all others every figure can."""
_MARKUP = ("figure_with_note", "hidden_figure", "spaced_labels")
"""Damages that write markup into cells; Word's spans would cut through it."""


def damage(function: Damage) -> Damage:
    DAMAGES[function.__name__] = function
    return function


def page(known: Known, tables: list[Drawn], layout: html.Layout | None = None) -> str:
    """A whole report around the given tables."""
    layout = layout or html.Layout()
    by_id: dict[str, list[Drawn]] = {}
    for table in tables:
        by_id.setdefault(table.id, []).append(table)
    parts = [f"<h1>{known.title}</h1>"]
    titles = [
        "总体情况",
        *(table.zh for table in known.tables()),
        "存在的主要问题及改进情况",
        "其他需要报告的事项",
    ]
    ids = ["", *(table.id for table in known.tables()), "", ""]
    for number, (title, table) in enumerate(zip(titles, ids, strict=True), 1):
        parts.append(f"<h2>{html.NUMERALS[number - 1]}、{title}</h2>")
        parts += [f"<p>{text}</p>" for text in known.prose.get(number, [])]
        parts += [html._table(drawn, layout) for drawn in by_id.get(table, [])]
    body = "".join(parts).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;nbsp;", "&nbsp;")
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{known.title}</title></head><body>{body}</body></html>"


def _pick(random: Random, tables: list[Drawn], *ids: str) -> int:
    at = [number for number, table in enumerate(tables) if not ids or table.id in ids]
    return random.choice(at)


def _change(tables: list[Drawn], at: int, rows: Rows) -> list[Drawn]:
    return [replace(table, rows=rows) if number == at else table for number, table in enumerate(tables)]


def _copy(rows: Rows) -> Rows:
    return [list(row) for row in rows]


def _figure_rows(rows: Rows) -> list[int]:
    return [number for number, row in enumerate(rows) if any(cell.kind == "figure" for cell in row)]


@damage
def nothing(random: Random, tables: list[Drawn]) -> list[Drawn]:
    return tables


@damage
def rowspans_lost(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables, "requests")
    rows = [
        [replace(cell, rowspan=1) if cell.kind == "label" else cell for cell in row]
        for row in tables[at].rows
    ]
    return _change(tables, at, rows)


@damage
def one_rowspan_wrong(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables, "requests", "disputes")
    rows = _copy(tables[at].rows)
    spots = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell.rowspan > 1]
    r, c = random.choice(spots)
    rows[r][c] = replace(
        rows[r][c], rowspan=max(1, rows[r][c].rowspan + random.choice([-2, -1, 1, 2, 60000]))
    )
    return _change(tables, at, rows)


@damage
def one_colspan_wrong(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables)
    rows = _copy(tables[at].rows)
    spots = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell.kind != "figure"]
    r, c = random.choice(spots)
    rows[r][c] = replace(rows[r][c], colspan=max(1, rows[r][c].colspan + random.choice([-2, -1, 1, 2, 9])))
    return _change(tables, at, rows)


@damage
def figure_colspan_wrong(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables)
    rows = _copy(tables[at].rows)
    r = random.choice(_figure_rows(rows))
    c = random.choice([c for c, cell in enumerate(rows[r]) if cell.kind == "figure"])
    rows[r][c] = replace(rows[r][c], colspan=rows[r][c].colspan % 3 + 1)
    return _change(tables, at, rows)


@damage
def all_spans_lost(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables)
    return _change(
        tables, at, [[replace(cell, rowspan=1, colspan=1) for cell in row] for row in tables[at].rows]
    )


@damage
def header_short_of_a_cell(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables, "requests", "disclosure", "disputes")
    rows = _copy(tables[at].rows)
    spots = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell.kind == "head" and c]
    r, c = random.choice(spots)
    if random.random() < 0.5:
        rows[r][c] = replace(rows[r][c], text="")
    else:
        del rows[r][c]
    return _change(tables, at, rows)


@damage
def header_short_of_two(random: Random, tables: list[Drawn]) -> list[Drawn]:
    return header_short_of_a_cell(random, header_short_of_a_cell(random, tables))


@damage
def header_lost(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables, "requests", "disputes")
    rows = tables[at].rows[random.randint(1, 3) :]
    return _change(tables, at, rows)


@damage
def row_short_of_a_cell(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables)
    rows = _copy(tables[at].rows)
    r = random.choice(_figure_rows(rows))
    c = random.choice([c for c, cell in enumerate(rows[r]) if cell.kind == "figure"])
    del rows[r][c]
    return _change(tables, at, rows)


@damage
def gap_in_row(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """An empty cell too many before or among the figures of a row."""
    at = _pick(random, tables)
    rows = _copy(tables[at].rows)
    r = random.choice(_figure_rows(rows))
    rows[r].insert(random.randint(0, len(rows[r])), Cell(""))
    return _change(tables, at, rows)


@damage
def label_lost(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables, "requests", "disclosure", "statistics")
    rows = _copy(tables[at].rows)
    r = random.choice(_figure_rows(rows))
    c = max(c for c, cell in enumerate(rows[r]) if cell.kind in ("label", "head"))
    rows[r][c] = replace(rows[r][c], text=random.choice(["", "？", "第二行"]))
    return _change(tables, at, rows)


@damage
def split_in_two(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables, "requests", "disclosure", "statistics")
    table = tables[at]
    cut = random.randint(max(1, table.heads), len(table.rows) - 1)
    return [
        *tables[:at],
        replace(table, rows=table.rows[:cut]),
        replace(table, rows=table.rows[cut:]),
        *tables[at + 1 :],
    ]


@damage
def all_in_one(random: Random, tables: list[Drawn]) -> list[Drawn]:
    rows = [row for table in tables for row in table.rows]
    return [replace(tables[0], rows=rows)]


@damage
def foreign_row(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables)
    rows = _copy(tables[at].rows)
    r = random.choice(_figure_rows(rows))
    like = rows[r]
    label = random.choice(["其他主动公开文件", "网上咨询", "备案数", "其中：重大行政处罚决定书", "受理投诉"])
    new = [replace(cell, text=label if cell.kind == "label" else "77" if cell.kind == "figure" else cell.text, rowspan=1)
           for cell in like]  # fmt: skip
    rows.insert(r + 1, new)
    return _change(tables, at, rows)


@damage
def foreign_column(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables)
    rows = _copy(tables[at].rows)
    for number, row in enumerate(rows):
        figures = any(cell.kind == "figure" for cell in row)
        if number < max(1, tables[at].heads) and number == 0:
            row.append(Cell("备注", rowspan=max(1, tables[at].heads), kind="head"))
        elif figures:
            row.append(Cell(random.choice(["", "88", "见说明"])))
    return _change(tables, at, rows)


@damage
def two_years(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """Each figure beside last year's."""
    at = _pick(random, tables, "requests", "disclosure")
    rows = []
    for row in tables[at].rows:
        new = []
        for cell in row:
            new.append(replace(cell, colspan=cell.colspan * 2) if cell.kind == "head" else cell)
            if cell.kind == "figure":
                new.append(Cell("66"))
        rows.append(new)
    return _change(tables, at, rows)


@damage
def numbering_apart(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """The number of a label in a cell of its own."""
    at = _pick(random, tables, "requests")
    rows = []
    for row in tables[at].rows:
        new = []
        for cell in row:
            if cell.kind == "label" and cell.text[:2] in [f"{n}." for n in range(1, 9)]:
                new += [replace(cell, text=cell.text[:1]), replace(cell, text=cell.text[2:])]
            elif cell.kind == "label" and cell.colspan > 1:
                new.append(replace(cell, colspan=cell.colspan + 1))
            else:
                new.append(cell)
        rows.append(new)
    return _change(tables, at, rows)


@damage
def cut_labels(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables, "requests", "disclosure")
    rows = []
    for row in tables[at].rows:
        rows.append([
            replace(cell, text=cell.text[:-2]) if cell.kind in ("label", "head") and len(cell.text) > 9 and "（" not in cell.text
            and random.random() < 0.3 else cell
            for cell in row
        ])  # fmt: skip
    return _change(tables, at, rows)


@damage
def spaced_labels(random: Random, tables: list[Drawn]) -> list[Drawn]:
    def space(text: str) -> str:
        return "".join(c + random.choice(["", "", " ", "\u3000", "\n", "&nbsp;", "<br>"]) for c in text)

    at = _pick(random, tables)
    rows = [[replace(cell, text=space(cell.text)) if cell.kind != "figure" else cell for cell in row]
            for row in tables[at].rows]  # fmt: skip
    return _change(tables, at, rows)


@damage
def conflicting_copy(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables)
    rows = [
        [replace(cell, text="5") if cell.kind == "figure" else cell for cell in row]
        for row in tables[at].rows
    ]
    return [*tables, replace(tables[at], rows=rows)]


@damage
def same_copy(random: Random, tables: list[Drawn]) -> list[Drawn]:
    return [*tables, tables[_pick(random, tables)]]


@damage
def figure_with_note(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables)
    rows = _copy(tables[at].rows)
    r = random.choice(_figure_rows(rows))
    c = random.choice([c for c, cell in enumerate(rows[r]) if cell.kind == "figure"])
    note = random.choice(
        ["{}<sup>1</sup>", "<s>5</s>{}", "{}<p>3</p>", "{}<br>2", "约{}", "{}（注1）", "{}①"]
    )
    rows[r][c] = replace(rows[r][c], text=note.format(rows[r][c].text))
    return _change(tables, at, rows)


@damage
def hidden_figure(random: Random, tables: list[Drawn]) -> list[Drawn]:
    at = _pick(random, tables)
    rows = _copy(tables[at].rows)
    r = random.choice(_figure_rows(rows))
    c = random.choice([c for c, cell in enumerate(rows[r]) if cell.kind == "figure"])
    hidden = random.choice(['{}<span style="display: none">9</span>', "{}<!-- 9 -->", "{}<script>9</script>"])
    rows[r][c] = replace(rows[r][c], text=hidden.format(rows[r][c].text))
    return _change(tables, at, rows)


@damage
def disputes_by_group(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """Section four as one table a group, or one row a group, or turned round."""
    at = _pick(random, tables, "disputes")
    figures = tables[at].rows[3]
    names = ["行政复议", "未经复议直接起诉", "复议后起诉"]
    outcomes = [cell.text for cell in tables[at].rows[2][:5]]
    parts = [figures[:5], figures[5:10], figures[10:]]
    head = [Cell(name, kind="head") for name in outcomes]
    shape = random.choice(["tables", "rows", "turned", "turned_flat", "stacked"])
    if shape == "tables":
        new = [
            replace(tables[at], rows=[[Cell(name, colspan=5, kind="head")], list(head), part])
            for name, part in zip(names, parts, strict=True)
        ]
        return [*tables[:at], *new, *tables[at + 1 :]]
    if shape == "stacked":
        rows: Rows = []
        for name, part in zip(names, parts, strict=True):
            rows += [[Cell(name, colspan=5, kind="head")], list(head), part]
        return _change(tables, at, rows)
    if shape == "rows":
        rows = [[Cell("", kind="head"), *head]]
        rows += [[Cell(name, kind="label"), *part] for name, part in zip(names, parts, strict=True)]
        return _change(tables, at, rows)
    if shape == "turned_flat":
        rows = [[Cell("", kind="head"), *(Cell(name, kind="head") for name in names)]]
        rows += [
            [Cell(outcome, kind="label"), *(part[n] for part in parts)] for n, outcome in enumerate(outcomes)
        ]
        return _change(tables, at, rows)
    rows = []
    for name, part in zip(names, parts, strict=True):
        for n, outcome in enumerate(outcomes):
            first = [Cell(name, rowspan=5, kind="label")] if n == 0 else []
            rows.append([*first, Cell(outcome, kind="label"), part[n]])
    return _change(tables, at, rows)


@damage
def row_cut_in_two(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """A row whose label goes on in a second row without figures, as after a page break."""
    at = _pick(random, tables, "requests")
    rows = _copy(tables[at].rows)
    r = random.choice([r for r in _figure_rows(rows) if len(rows[r][-8].text) > 10])
    cell = rows[r][-8]
    half = random.randint(5, len(cell.text) - 2)
    first = [*rows[r][:-8], replace(cell, text=cell.text[:half]), *rows[r][-7:]]
    second = [replace(cell, text=cell.text[half:]), *[Cell("")] * 7]
    rows[r : r + 1] = [first, second]
    return _change(tables, at, rows)


@damage
def label_of_another_kind(random: Random, tables: list[Drawn]) -> list[Drawn]:
    """A figure row whose label was overwritten with a neighbour's."""
    at = _pick(random, tables, "requests")
    rows = _copy(tables[at].rows)
    a, b = random.sample(_figure_rows(rows), 2)
    rows[a][-8] = replace(rows[a][-8], text=rows[b][-8].text)
    return _change(tables, at, rows)


def build(random: Random, known: Known, name: str) -> str:
    """A page of the report with one named damage."""
    plain = [html.Layout(), html.Layout(thead=True), html.Layout(spaced=True)]
    layout = random.choice(plain if name in _MARKUP else [*plain, html.Layout(word=True)])
    return page(known, DAMAGES[name](random, draw(known)), layout)

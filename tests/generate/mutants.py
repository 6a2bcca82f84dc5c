"""Known faults: a document read wrong on purpose, and a report whose publisher added up wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

from parsers import readings
from parsers.forms import load_forms
from parsers.model import Document, GridCell, Report, Table
from parsers.numbers import is_figure
from parsers.read import read_document
from tests.generate.known import Address, Habits, Known, Printed, random_known, with_cells

Texts = list[str]
Misreading = Callable[[Random, Texts], Texts]
"""Makes of the figures of a row, as printed, others."""


def balanced(random: Random, *, form: str | None = None) -> Known:
    """A report with figures of up to three digits, every sum of which holds."""
    form = form or random.choice(["2019", "2021"])
    habits = Habits(zero=random.choice([0.2, 0.5, 0.8]), largest=999)
    known = random_known(random, form=form, habits=habits)
    again: dict[Address, Printed] = {}
    for column in load_forms()[form].table("requests").columns():
        again["requests", "new", column.id] = known.cells["requests", "total", column.id]
        for row in ("carried_in", "carried_out"):
            again["requests", row, column.id] = Printed("0", 0)
    return with_cells(known, again)


def added_up_wrong(random: Random, known: Known) -> tuple[Known, Address]:
    """The report with one figure of a sum printed otherwise, and the figure's address."""
    addresses = [address for address in known.cells if address[0] in ("requests", "disputes")]
    address = random.choice(addresses)
    value = known.cells[address].value
    assert isinstance(value, int)
    other = random.choice([value + 1, value + 10, value * 10 + 1, max(0, value - 1) if value else 7])
    return with_cells(known, {address: Printed(str(other), other)}), address


def digit(random: Random, texts: Texts) -> Texts:
    """One digit read as another."""
    at = random.choice([n for n, text in enumerate(texts) if any(char.isdigit() for char in text)])
    place = random.choice([n for n, char in enumerate(texts[at]) if char.isdigit()])
    other = random.choice([char for char in "0123456789" if char != texts[at][place]])
    return [*texts[:at], texts[at][:place] + other + texts[at][place + 1 :], *texts[at + 1 :]]


def swap(random: Random, texts: Texts) -> Texts:
    """Two neighbours exchanged."""
    at = random.choice([n for n in range(len(texts) - 1) if texts[n] != texts[n + 1]])
    return [*texts[:at], texts[at + 1], texts[at], *texts[at + 2 :]]


def shift(random: Random, texts: Texts) -> Texts:
    """Every figure one column further; the last is lost."""
    return ["", *texts[:-1]]


def drop(random: Random, texts: Texts) -> Texts:
    """One figure not seen."""
    at = random.randrange(len(texts))
    return [*texts[:at], "", *texts[at + 1 :]]


def close_up(random: Random, texts: Texts) -> Texts:
    """One figure not seen, and those behind it moved up."""
    at = random.randrange(len(texts) - 1)
    return [*texts[:at], *texts[at + 1 :], ""]


def glue(random: Random, texts: Texts) -> Texts:
    """Two neighbours read as one figure."""
    at = random.randrange(len(texts) - 1)
    return [*texts[:at], texts[at] + texts[at + 1], "", *texts[at + 2 :]]


def half(random: Random, texts: Texts) -> Texts:
    """Half of a figure lost, as at the break of a page."""
    at = random.choice([n for n, text in enumerate(texts) if len(text) > 1])
    return [*texts[:at], texts[at][: len(texts[at]) // 2], *texts[at + 1 :]]


MISREADINGS: dict[str, Misreading] = {
    function.__name__: function for function in (digit, swap, shift, drop, close_up, glue, half)
}


def misread(random: Random, document: Document, fault: str) -> Document | None:
    """The document with one row's figures read wrong; None where no row can be read wrong in that way."""
    rows = [
        (at, row, cells)
        for at, block in enumerate(document.blocks)
        if isinstance(block, Table)
        for row, cells in _rows(block).items()
        if len(cells) > 2
    ]
    random.shuffle(rows)
    for at, _, cells in rows:
        texts = [cell.text for cell in cells]
        try:
            wrong = MISREADINGS[fault](random, texts)
        except IndexError:
            continue
        if wrong != texts:
            return _with(document, at, dict(zip(cells, wrong, strict=True)))
    return None


def judge(known: Known, data: bytes, document: Document) -> tuple[Counter[str], Counter[str]]:
    """How a misread document fares where the second reading always runs, and where it runs on doubt alone."""
    first = read_document(document)
    wrong = [
        address
        for address, value in _values(first).items()
        if value not in (None, known.cells[address].value)
    ]
    lost = [
        address
        for address, value in _values(first).items()
        if value is None and known.cells[address].value is not None
    ]
    always = readings.settle(first, data)
    doubted = always if readings.is_doubtful(first) else first
    return _count(known, always, wrong, lost), _count(known, doubted, wrong, lost)


def _count(known: Known, settled: Report, wrong: list[Address], lost: list[Address]) -> Counter[str]:
    values = _values(settled)
    named = {problem.where for problem in settled.problems if problem.code == "readings_differ"}
    counts = Counter(documents=1, wrong=len(wrong))
    counts["withheld"] = sum(values[address] is None for address in wrong)
    counts["named"] = sum(f"{table}.{row}" in named for table, row, _ in (*wrong, *lost))
    counts["passed"] = sum(values[address] not in (None, known.cells[address].value) for address in values)
    verdicts = Counter(check.verdict for check in settled.checks)
    counts["blamed"] = verdicts["publisher"]
    counts["parser"], counts["undecided"] = verdicts["parser"], verdicts["undecided"]
    return counts


def _values(report: Report) -> dict[Address, object]:
    return {(cell.table, cell.row, cell.column): cell.value for cell in report.cells}


def _rows(table: Table) -> dict[int, list[GridCell]]:
    """The cells with figures of each row, from left to right."""
    rows: dict[int, list[GridCell]] = {}
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        if is_figure(cell.text):
            rows.setdefault(cell.row, []).append(cell)
    return rows


def _with(document: Document, at: int, texts: dict[GridCell, str]) -> Document:
    table = document.blocks[at]
    assert isinstance(table, Table)
    cells = tuple(cell._replace(text=texts.get(cell, cell.text)) for cell in table.cells)
    return replace(
        document, blocks=(*document.blocks[:at], replace(table, cells=cells), *document.blocks[at + 1 :])
    )

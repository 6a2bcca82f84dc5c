"""Two readings: what they agree on is certain, a failing sum they agree on is the publisher's."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from parsers import readings
from parsers.documents import html, html_soup
from parsers.model import Document, Report, Statement, Table, Text
from parsers.read import read, read_document
from tests.generate.damage import page
from tests.generate.drawn import draw
from tests.generate.known import Habits, Known, Printed, random_known, with_cells


def report(seed: int, *, consistent: bool) -> Known:
    """A report whose sums hold because all is zero, or one with figures drawn at random."""
    return random_known(Random(seed), form="2021", habits=Habits(zero=1 if consistent else 0.2))


def source(known: Known) -> bytes:
    return page(known, draw(known)).encode()


def misread(document: Document, old: str, new: str) -> Document:
    """The document with one cell's text read as another."""
    blocks = list(document.blocks)
    for number, block in enumerate(blocks):
        if isinstance(block, Table):
            for at, cell in enumerate(block.cells):
                if cell.text == old:
                    cells = (*block.cells[:at], cell._replace(text=new), *block.cells[at + 1 :])
                    blocks[number] = replace(block, cells=cells)
                    return replace(document, blocks=tuple(blocks))
    raise AssertionError(old)


def misread_text(document: Document, old: str, new: str) -> Document:
    """The document with the words of a paragraph read as others."""
    blocks = [
        block._replace(text=block.text.replace(old, new)) if isinstance(block, Text) else block
        for block in document.blocks
    ]
    assert blocks != list(document.blocks)
    return replace(document, blocks=tuple(blocks))


def saying(seed: int, sentence: str) -> bytes:
    """A report whose figures are all zero, with one sentence in its first section."""
    return source(replace(report(seed, consistent=True), prose={1: [sentence]}))


def values(found: Report) -> dict[tuple[str, str, str], object]:
    return {(cell.table, cell.row, cell.column): cell.value for cell in found.cells}


@pytest.mark.parametrize("seed", range(12))
def test_both_readings_agree(seed: int) -> None:
    data = source(random_known(Random(seed)))
    first, second = read_document(html.read(data)), read_document(html_soup.read(data))
    assert values(first) == values(second)
    assert first.form == second.form


def test_a_sum_that_fails_in_both_readings_is_the_publishers() -> None:
    found = read(source(report(1, consistent=False)))
    failing = [made for made in found.checks if made.status == "fails"]
    assert failing
    assert {made.verdict for made in failing} == {"publisher"}
    assert {made.verdict for made in found.checks if made.status == "holds"} == {None}


def test_no_second_reading_without_doubt() -> None:
    found = read(source(report(2, consistent=True)), second="never")
    assert not readings.is_doubtful(found)
    assert {made.verdict for made in found.checks} == {None}


@pytest.mark.parametrize("seed", range(20))
def test_a_known_misreading_is_named_and_not_passed_off(seed: int) -> None:
    known = report(seed, consistent=True)
    address = Random(seed).choice(
        [a for a, p in known.cells.items() if a[0] == "requests" and a[2] != "total"]
    )
    known = with_cells(known, {address: Printed("7777777", 7777777)})
    known = with_cells(known, {address: Printed("8888888", 8888888)})
    data = source(known)
    first = read_document(misread(html.read(data), "8888888", "7777777"))
    assert values(first)[address] == 7777777
    settled = readings.settle(first, data)
    assert values(settled)[address] is None
    told = [problem for problem in settled.problems if problem.code == "readings_differ"]
    assert [problem.where for problem in told] == [f"requests.{address[1]}"]
    assert "7777777 or 8888888" in told[0].message
    touched = [made for made in settled.checks if made.status == "unknown"]
    assert touched
    assert {made.verdict for made in touched} <= {"parser", "undecided"}


def test_the_parser_is_at_fault_where_the_other_reading_makes_the_sum_hold() -> None:
    known = report(3, consistent=True)
    address = ("requests", "granted", "natural_person")
    printed = known.cells[address]
    data = source(known)
    first = read_document(html.read(data))
    cells = tuple(
        replace(cell, value=cell.value + 1) if (cell.table, cell.row, cell.column) == address else cell  # type: ignore[operator]
        for cell in first.cells
    )
    from parsers.checks import check  # noqa: PLC0415
    from parsers.forms import load_forms  # noqa: PLC0415

    wrong = replace(first, cells=cells, checks=check(load_forms()["2021"], first.tables, cells))
    settled = readings.settle(wrong, data)
    verdicts = {(made.rule, made.where): made.verdict for made in settled.checks}
    assert printed.value is not None
    assert verdicts["requests.row_total", "granted"] == "parser"
    assert verdicts["requests.outcome_total", "natural_person"] == "parser"


def test_a_row_with_gaps_is_read_twice() -> None:
    known = report(1, consistent=True)
    address = ("disclosure", "regulations", "issued")
    whole = read(source(known), second="never")
    gap = read(source(with_cells(known, {address: Printed("", None)})), second="never")
    assert (readings.is_doubtful(whole), readings.is_doubtful(gap)) == (False, True)


def the_statement(found: Report) -> Statement:
    (said,) = found.prose
    return said


def test_a_sentence_against_the_table_in_both_readings_is_the_publishers() -> None:
    data = saying(6, "收到政府信息公开申请5件。")
    assert readings.is_doubtful(read(data, second="never"))
    said = the_statement(read(data))
    assert said.value == 5
    assert said.check is not None
    assert (said.check.status, said.check.left, said.check.right) == ("fails", 5, 0)
    assert said.check.verdict == "publisher"


def test_a_sentence_that_agrees_has_no_verdict() -> None:
    said = the_statement(read(saying(6, "未收到政府信息公开申请。"), second="always"))
    assert said.check is not None
    assert (said.check.status, said.check.verdict) == ("holds", None)


def test_a_misread_sentence_is_the_parsers_and_has_no_value() -> None:
    data = saying(6, "收到政府信息公开申请0件。")
    first = read_document(misread_text(html.read(data), "申请0件", "申请8件"))
    said = the_statement(readings.settle(first, data))
    assert said.value is None
    assert said.check is not None
    assert (said.check.status, said.check.left, said.check.verdict) == ("unknown", None, "parser")


def test_a_sentence_that_one_reading_lacks_is_undecided() -> None:
    data = saying(6, "主动公开政府信息8件。")
    first = read_document(misread_text(html.read(data), "主动公开政府信息", "收到政府信息公开申请"))
    said = the_statement(readings.settle(first, data))
    assert said.check is not None
    assert (said.check.status, said.check.verdict) == ("fails", "undecided")


def test_a_sentence_against_a_misread_cell_is_the_parsers() -> None:
    known = replace(report(6, consistent=True), prose={1: ["收到政府信息公开申请8888件。"]})
    data = source(with_cells(known, {("requests", "new", "total"): Printed("8888", 8888)}))
    first = read_document(misread(html.read(data), "8888", "7777"))
    said = the_statement(readings.settle(first, data))
    assert said.value == 8888
    assert said.check is not None
    assert (said.check.status, said.check.right, said.check.verdict) == ("unknown", None, "parser")


def test_one_percent_is_audited_by_hash() -> None:
    known = report(4, consistent=True)
    found = read(source(known), second="never")
    picked = [n for n in range(4000) if readings.wanted(found, str(n).encode(), "doubt")]
    assert 20 <= len(picked) <= 80
    assert all(hashlib.sha256(str(n).encode()).digest()[0] < 3 for n in picked)
    assert not any(readings.wanted(found, str(n).encode(), "never") for n in picked)


def test_the_second_reading_may_fail() -> None:
    data = source(report(5, consistent=True))
    found = read_document(html.read(data))
    settled = readings.settle(found, b"")
    assert [problem.code for problem in settled.problems] == ["second_reading"]
    assert settled.cells == found.cells


def test_a_reading_that_nothing_confirms_has_no_verdict_on_the_publisher(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where fonts are missing the first reading is pdfplumber's: a second one would only repeat it."""
    case = Path(__file__).parent / "cases" / "pdf_fonts_missing" / "original.pdf"
    monkeypatch.setattr(readings, "_read_again", lambda *_: pytest.fail("read the same way again"))
    found = read(case.read_bytes(), second="always")
    failing = [made for made in found.checks if made.status == "fails"]
    assert "one_reading" in [problem.code for problem in found.problems]
    assert failing
    assert {made.verdict for made in failing} == {"undecided"}

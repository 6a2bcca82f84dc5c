"""Faults put in on purpose: a first reading that misreads, a publisher who adds up wrong."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from parsers.documents import html, pdf
from parsers.read import read
from tests.generate import printers
from tests.generate.damage import page
from tests.generate.drawn import draw
from tests.generate.known import Known
from tests.generate.mutants import MISREADINGS, added_up_wrong, balanced, judge, misread


def source(known: Known) -> bytes:
    return page(known, draw(known)).encode()


@pytest.mark.parametrize("fault", MISREADINGS)
@pytest.mark.parametrize("seed", range(8))
def test_no_misread_row_passes_the_second_reading(seed: int, fault: str) -> None:
    known = balanced(Random(seed))
    data = source(known)
    document = misread(Random(f"{seed} {fault}"), html.read(data), fault)
    if document is None:
        pytest.skip("no row of this report can be misread so")
    assert_found_out(*judge(known, data, document))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("fault", MISREADINGS)
def test_no_misread_row_of_a_pdf_passes_the_second_reading(one_pdf: tuple[Known, bytes], fault: str) -> None:
    known, data = one_pdf
    document = misread(Random(fault), pdf.read(data), fault)
    assert document is not None
    assert_found_out(*judge(known, data, document))


@pytest.fixture(scope="module")
def one_pdf() -> tuple[Known, bytes]:
    known = balanced(Random(11))
    return known, printers.chromium({"one": page(known, draw(known))})["one"]


def assert_found_out(always: Counter[str], doubted: Counter[str]) -> None:
    """Every wrong figure is withheld and named, and no check calls it the publisher's."""
    assert always["passed"] == always["blamed"] == doubted["blamed"] == 0
    assert always["withheld"] == always["wrong"]
    assert always["named"] >= max(1, always["wrong"])


@pytest.mark.parametrize("seed", range(20))
def test_a_sum_printed_wrong_is_never_called_our_misreading(seed: int) -> None:
    known, _ = added_up_wrong(Random(seed), balanced(Random(seed)))
    verdicts = {made.verdict for made in read(source(known)).checks if made.status == "fails"}
    assert verdicts == {"publisher"}

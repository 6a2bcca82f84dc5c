"""Known reports in pages of portals: every cell, whose report it is and its sections, and nothing to complain of."""

from __future__ import annotations

from random import Random

import pytest

from parsers.read import read
from tests.generate.known import random_known
from tests.generate.pages import dress
from tests.generate.score import score


@pytest.mark.parametrize("seed", range(40))
def test_a_report_in_a_page_of_a_portal(seed: int) -> None:
    random = Random(f"pages-{seed}")
    known = random_known(random)
    report = read(dress(random, known).encode(), second="never")
    assert score(known, report).perfect(), score(known, report).faults[:5]
    assert [section.number for section in report.sections] == (
        [1] if known.form == "2014" else list(range(1, 7))
    )
    assert {problem.code for problem in report.problems} <= {"blank_cell"}
    assert "20日" not in report.sections[-1].text
    assert "窗口" not in report.sections[-1].text

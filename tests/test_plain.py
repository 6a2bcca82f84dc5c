"""Text renditions of known reports: tabs keep every figure, flowed lines never give a wrong one."""

from __future__ import annotations

from random import Random

import pytest

from tests.generate.known import random_known
from tests.generate.plain import boxed, flowed, tabbed
from tests.test_damaged import missed


@pytest.mark.parametrize("seed", range(12))
def test_tabs(seed: int) -> None:
    random = Random(f"tabs-{seed}")
    known = random_known(random)
    assert missed(known, tabbed(random, known)) == 0


@pytest.mark.parametrize("seed", range(12))
def test_boxes(seed: int) -> None:
    random = Random(f"boxes-{seed}")
    known = random_known(random)
    assert missed(known, boxed(random, known)) == 0


@pytest.mark.parametrize("seed", range(24))
def test_flow(seed: int) -> None:
    random = Random(f"flow-{seed}")
    known = random_known(random)
    lost = missed(known, flowed(random, known))
    complete = all(printed.value is not None for printed in known.cells.values())
    assert lost == 0 or not complete or known.form == "2014"

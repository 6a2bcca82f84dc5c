"""Pages with wrong spans, lost cells, split and foreign tables: never a wrong figure, seldom a missing one."""

from __future__ import annotations

from random import Random

import pytest

from parsers.read import read
from tests.generate import shapes  # noqa: F401 (its shapes join the damages)
from tests.generate.damage import DAMAGES, LOSSY, build
from tests.generate.known import Known, random_known

PAGES = 6
"""Pages a damage; tools may draw thousands with other seeds."""


def missed(known: Known, page: str) -> int:
    """Figures not read; fails if any is read wrongly or invented."""
    report = read(page.encode())
    read_as = {(cell.table, cell.row, cell.column): cell.value for cell in report.cells}
    gone = 0
    for address, printed in known.cells.items():
        value = read_as.get(address)
        gone += value is None and printed.value is not None
        assert value is None or value == printed.value, (address, printed, value)
    return gone


@pytest.mark.parametrize("name", DAMAGES)
def test_damage(name: str) -> None:
    lost = 0
    for number in range(PAGES):
        random = Random(f"{name}-{number}")
        known = random_known(random)
        try:
            page = build(random, known, name)
        except IndexError:  # the form has no table of the kind that this damage is done to
            continue
        lost += missed(known, page)
    assert lost == 0 or name in LOSSY

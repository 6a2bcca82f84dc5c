"""Pages in which one cell was lost or gained: what may have moved because of it is null, whatever the tables' shape."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from parsers.model import Number
from parsers.read import read

CASES = Path(__file__).parent / "cases"
SHAPES = [
    "html_all_in_one_2021", "html_annex_codes", "html_annex_numbered_rows", "html_annex_remarks",
    "html_annex_split_in_two", "html_disputes_rows", "html_disputes_tables", "html_disputes_turned",
    "html_disputes_turned_flat", "html_layout_tables", "html_requests_turned", "html_rowspans_lost_2021",
    "html_tables_first",
]  # fmt: skip
DRAWN = 10
"""Cells a page that are lost, and before which one is gained."""
_CELL = re.compile(rb"<(t[dh])\b[^>]*>(?:(?!<t[dh]\b|</?tr\b|</?table\b).)*?</\1>", re.DOTALL)


def values(data: bytes) -> dict[tuple[str, str, str], Number | None]:
    return {(cell.table, cell.row, cell.column): cell.value for cell in read(data, second="never").cells}


@pytest.mark.parametrize("case", SHAPES)
def test_one_cell_more_or_less_moves_no_figure(case: str) -> None:
    data = (CASES / case / "original.html").read_bytes()
    whole = values(data)
    for cell in Random(case).sample(list(_CELL.finditer(data)), DRAWN):
        start, end = cell.span()
        for other in (data[:start] + data[end:], data[:start] + b"<td></td>" + data[start:]):
            for address, value in values(other).items():
                assert value in (None, whole[address]), (address, cell[0].decode())


def test_a_turned_table_whose_rows_end_apart_is_doubted_row_by_row() -> None:
    data = (CASES / "html_requests_turned" / "original.html").read_bytes()
    whole = values(data)
    label = data.index("社会公益组织".encode())
    figures = [match for match in _CELL.finditer(data, label) if match[0].split(b">")[1][:1].isdigit()]
    start, end = figures[2].span()
    for address, value in values(data[:start] + data[end:]).items():
        if address[0] == "requests" and address[2] == "public_interest":
            assert value is None
        else:  # the last outcome has a cell for all but one of the applicants
            assert value == whole[address] or (value is None and address[1] == "carried_out")

"""Mutants of the cases: whatever happens to a file, a report or a clean error comes back, and nothing is invented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from parsers.contract import as_json, dumps
from parsers.errors import Unreadable
from parsers.model import Cell
from parsers.numbers import read_figure
from parsers.read import read

ORIGINALS = sorted((Path(__file__).parent / "cases").glob("*/original.*"))
TEXTS = [path for path in ORIGINALS if path.suffix != ".pdf"]
ROUNDS = 21
"""Mutants a case: some two thousand in all."""

pytestmark = pytest.mark.slow

Mutation = Callable[[Random, bytes], bytes]


def cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def lose(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randrange(1, 400) :]


def repeat(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at : at + random.randrange(1, 2000)] + data[at:]


def flip(random: Random, data: bytes) -> bytes:
    flipped = bytearray(data)
    for _ in range(random.randrange(1, 9)):
        flipped[random.randrange(len(data))] = random.randrange(256)
    return bytes(flipped)


def swap_tags(random: Random, data: bytes) -> bytes:
    pair = random.choice([(b"</td>", b""), (b"<tr>", b""), (b"</tr>", b"</td>"), (b"td", b"th"), (b"<p", b"<table"),
                          (b'colspan="', b'colspan="9'), (b'rowspan="', b'rowspan="-'), (b"<", b"&lt;")])  # fmt: skip
    return data.replace(*pair, random.randrange(1, 40))


def splice(random: Random, data: bytes) -> bytes:
    other = random.choice(TEXTS).read_bytes()
    return data[: random.randrange(len(data))] + other[random.randrange(len(other)) :]


MUTATIONS: list[Mutation] = [cut, lose, repeat, flip, swap_tags, splice]


def is_printed(cell: Cell) -> bool:
    """Whether a cell's value is what its own printed text says."""
    said = [read_figure(cell.raw or "", unit=unit, signed=True, header_unit=head).value
            for unit, head in ((None, None), *(("万元", head) for head in (None, "元", "千元", "亿元")))]  # fmt: skip
    return cell.value in said


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.parent.name)
def test_mutants(path: Path) -> None:
    data = path.read_bytes()
    for number in range(ROUNDS):
        random = Random(f"{path.parent.name}-{number}")
        mutant = random.choice(MUTATIONS)(random, data)
        try:
            report = read(mutant, second="never")
        except Unreadable as error:
            assert error.code
            continue
        assert dumps(as_json(report, source="", sha256="", evidence=True))
        assert all(is_printed(cell) for cell in report.cells if cell.value is not None)

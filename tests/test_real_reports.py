"""Five real reports and three made ones, each with its right answer, kept beside the checkout."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pytest

from parsers.contract import as_json, dumps
from parsers.read import read

SHARED = Path(__file__).parents[1].parent / "shared"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))
SAMPLES = sorted(path for path in (SHARED / "samples").glob("*") if path.suffix in (".html", ".pdf"))
WHY = "needs the folder shared/ beside the checkout"


def parse(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    report = read(data, name=path.name)
    line = dumps(as_json(report, source=path.name, sha256=hashlib.sha256(data).hexdigest()))
    return json.loads(line, parse_float=Decimal)


def answer(path: Path) -> dict[str, object]:
    return json.loads(path.with_suffix(".json").read_text("utf-8"), parse_float=Decimal)


@pytest.mark.skipif(not SEEDS, reason=WHY)
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_seed(path: Path) -> None:
    got, want = parse(path), answer(path)
    numbers = want.pop("section_numbers")
    assert [section["number"] for section in got.pop("sections")] == numbers
    named = {f"{problem['code']}:{problem['where']}".rstrip(":") for problem in got.pop("problems")}
    assert set(want.pop("problems")) <= named
    for check in got["checks"]:
        del check["left"], check["right"]
    assert got == want


@pytest.mark.skipif(not SAMPLES, reason=WHY)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample(path: Path) -> None:
    if path.suffix == ".pdf":
        pytest.importorskip("parsers.documents.pdf")
    assert parse(path) == answer(path)

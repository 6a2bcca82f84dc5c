"""One folder, one case: an original, why it exists, and what is read in it.

``expected.json`` is written on the first run; whoever adds a case compares it with the original by eye before
committing it, for an expected file is a claim.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parsers.contract import as_json, dumps
from parsers.errors import Unreadable
from parsers.read import read

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def parse(case: Path) -> dict[str, Any]:
    """What the case's original says, its checks by how they came out, its problems by code and place."""
    (original,) = case.glob("original.*")
    try:
        report = read(original.read_bytes(), name=original.name, second="never")
    except Unreadable as error:
        return {"error": error.code}
    said = json.loads(dumps(as_json(report, source="", sha256="")), parse_float=Decimal)
    for key in ("source", "sha256"):
        del said[key]
    said["is_report"] = report.is_report
    said["sections"] = {str(section["number"]): section["title"] for section in said["sections"]}
    said["checks"] = {
        status: [f"{made['rule']} {made['where']}" for made in said["checks"] if made["status"] == status]
        for status in ("fails", "unknown")
    }
    said["problems"] = [f"{problem['code']}:{problem['where']}".rstrip(":") for problem in said["problems"]]
    return said


def write(path: Path, said: dict[str, Any]) -> None:
    """One row of a table a line, so that a person can read it beside the original."""
    lines = []
    for key, value in said.items():
        if isinstance(value, dict) and key in ("disclosure", "requests", "disputes"):
            rows = ",\n  ".join(f"{dumps(row)}: {dumps(cells)}" for row, cells in value.items())
            lines.append(f"{dumps(key)}: {{\n  {rows}}}")
        else:
            lines.append(f"{dumps(key)}: {dumps(value)}")
    path.write_text("{" + ",\n ".join(lines) + "}\n", "utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    assert (case / "why.md").read_text("utf-8").strip()
    expected = case / "expected.json"
    said = parse(case)
    if not expected.exists():
        write(expected, said)
        pytest.fail(f"{expected} was written; compare it with the original by eye, then commit it")
    assert said == json.loads(expected.read_text("utf-8"), parse_float=Decimal)

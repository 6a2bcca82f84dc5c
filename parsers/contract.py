"""A report as the public JSON, its keys in the published order, its figures exact."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from parsers.errors import Unreadable
from parsers.model import Cell, Check, Report, Statement

TABLES = ("disclosure", "requests", "disputes")
_EXACT = re.compile('"\ue000([^"]*)\ue000"')


def as_json(report: Report, *, source: str, sha256: str, evidence: bool = False) -> dict[str, Any]:
    """The published form of a report. Figures are ``int`` or ``Decimal``: write it with :func:`dumps`.

    ``evidence`` adds each cell's raw text, state and place, the verdicts on checks, the publisher's region, and the
    figures that the prose states with their sentences.
    """
    values = _nested(report)
    found: dict[str, Any] = {
        "source": source,
        "sha256": sha256,
        "media_type": report.media_type,
        "form": report.form,
        "title": report.title,
        "agency": report.agency,
        "year": report.year,
        **{table: values.get(table) for table in TABLES},
        "statistics": _statistics(values),
        "sections": [{"number": s.number, "title": s.title, "text": s.text} for s in report.sections],
        "checks": [_check(check) for check in report.checks],
        "problems": [{"code": p.code, "where": p.where, "message": p.message} for p in report.problems],
    }
    if evidence:
        found["evidence"] = [_evidence(cell) for cell in report.cells]
        found["region"] = report.region
        found["prose"] = [_statement(said) for said in report.prose]
        for made, check in zip(found["checks"], report.checks, strict=True):
            made["verdict"] = check.verdict
    return found


def error_as_json(error: Unreadable, *, source: str) -> dict[str, Any]:
    """The published form of a file that can't be read."""
    return {"source": source, "error": {"code": error.code, "message": error.message}}


def dumps(value: object) -> str:
    """One line of JSON in which every Decimal stands digit for digit; Chinese is not escaped."""
    text = json.dumps(value, ensure_ascii=False, default=_mark)
    return _EXACT.sub(r"\1", text)


def _mark(value: object) -> str:
    if isinstance(value, Decimal):
        return f"\ue000{value:f}\ue000"
    raise TypeError(f"not JSON: {value!r}")


def _nested(report: Report) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {table: {} for table in report.tables}
    for cell in report.cells:
        found[cell.table].setdefault(cell.row, {})[cell.column] = cell.value
    return found


def _statistics(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any] | None:
    rows = values.get("statistics")
    return None if rows is None else {row: columns["value"] for row, columns in rows.items()}


def _check(check: Check) -> dict[str, Any]:
    return {
        "rule": check.rule,
        "where": check.where,
        "status": check.status,
        "left": check.left,
        "right": check.right,
    }


def _statement(said: Statement) -> dict[str, Any]:
    return {
        "id": said.id,
        "value": said.value,
        "sentence": said.sentence,
        "section": said.section,
        "check": _check(said.check) | {"verdict": said.check.verdict} if said.check else None,
    }


def _evidence(cell: Cell) -> dict[str, Any]:
    return {
        "table": cell.table,
        "row": cell.row,
        "column": cell.column,
        "value": cell.value,
        "state": cell.state,
        "raw": cell.raw,
        "place": cell.place.as_json() if cell.place else None,
    }

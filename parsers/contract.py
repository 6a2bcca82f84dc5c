"""A report as the public JSON, its keys in the published order, its figures exact."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from parsers.errors import Unreadable
from parsers.model import Cell, Report

TABLES = ("disclosure", "requests", "disputes")
_EXACT = re.compile('"\ue000([^"]*)\ue000"')


def as_json(report: Report, *, source: str, sha256: str, evidence: bool = False) -> dict[str, Any]:
    """The published form of a report. Figures are ``int`` or ``Decimal``: write it with :func:`dumps`.

    ``evidence`` adds, under ``evidence``, each cell's raw text, state and place.
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
        "checks": [
            {"rule": c.rule, "where": c.where, "status": c.status, "left": c.left, "right": c.right}
            for c in report.checks
        ],
        "problems": [{"code": p.code, "where": p.where, "message": p.message} for p in report.problems],
    }
    if evidence:
        found["evidence"] = [_evidence(cell) for cell in report.cells]
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

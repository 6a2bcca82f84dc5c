"""A parse as rows: made in the worker that read the original, carried as one line, written by the one writer.

A line is two JSON values parted by a tab: the parse with its tables, and the evidence of its cells. The second
goes into the database as it stands, so that the writer never unpacks it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from archive.migrations import FIGURES
from parsers.errors import Unreadable
from parsers.model import Cell, Number, Place, Problem, Report

LARGEST = 2**63 - 1
"""The largest whole number that SQLite keeps exact; beyond it no count of anything is to be believed."""

_HEAD = ("form", "title", "agency", "year", "media_type", "is_report", "tables", "content_digest", "error")
_BEGIN = b'{"sha256":"'
_PARSE = ("sha256", "digest", *_HEAD, "region")
_LISTS = ("sections", "checks", "problems")
_LATER = ("region", "statements")
"""Said by parses since they are kept; left out of the digest where there is none, as in parses of before."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """One original as the parsers read it, ready to be written."""

    sha256: str
    body: Mapping[str, Any]
    evidence: str

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of everything that the parsers said."""
        return str(self.body["digest"])


def of_report(sha256: str, report: Report) -> bytes:
    """The line of a report that was read."""
    problems = [*report.problems, *_too_large(report.cells)]
    checks = [*report.checks, *(said.check for said in report.prose if said.check)]
    body = {
        "form": report.form,
        "title": report.title,
        "agency": report.agency,
        "year": report.year,
        "media_type": report.media_type,
        "is_report": int(report.is_report),
        "tables": json.dumps(report.tables),
        "content_digest": report.content_digest,
        "error": None,
        "figures": _figures(report.cells),
        "sections": [[s.number, s.title, s.text] for s in report.sections],
        "checks": [[c.rule, c.where, c.status, _number(c.left), _number(c.right), c.verdict] for c in checks],
        "problems": [[p.code, p.where, p.message] for p in problems],
        "region": report.region,
        "statements": [[s.id, s.section, _number(s.value), s.sentence] for s in report.prose],
    }
    return _line(sha256, body, [_proof(cell) for cell in report.cells])


def of_failure(sha256: str, error: Unreadable, *, media_type: str | None = None) -> bytes:
    """The line of an original that could not be read: one problem, no tables."""
    body = dict.fromkeys(("form", "title", "agency", "year"))
    body |= {"media_type": media_type, "is_report": 0, "tables": "[]", "content_digest": sha256}
    body |= {"error": error.code, "figures": {}, "sections": [], "checks": []}
    body["problems"] = [[error.code, "", error.message]]
    return _line(sha256, body, [])


def unpack(line: bytes) -> Parsed:
    """The parse in a line."""
    head, _, evidence = line.rstrip(b"\n").partition(b"\t")
    body = json.loads(head)
    return Parsed(body["sha256"], body, evidence.decode())


def name_of(line: bytes) -> str:
    """The SHA-256 of a line's original, without unpacking it: a line begins with it."""
    return line[len(_BEGIN) : len(_BEGIN) + 64].decode()


def write(connection: sqlite3.Connection, parse: int, parsed: Parsed, fixed: Mapping[str, object]) -> None:
    """Insert the parse under its number; ``fixed`` gives ``parser``, ``parsed_at`` and ``reading``."""
    body = parsed.body
    row = {**{name: body.get(name) for name in _PARSE}, **fixed, "id": parse}
    connection.execute(_insert("parses", row), tuple(row.values()))
    for table, rows in body["figures"].items():
        connection.executemany(_FIGURES[table], [(parse, *figures) for figures in rows])
    for table, width in (("sections", 4), ("checks", 7), ("problems", 4), ("statements", 5)):
        if body.get(table):
            connection.executemany(_values(table, width), [(parse, *row) for row in body[table]])
    connection.execute(_values("evidence", 2), (parse, parsed.evidence))


def read_back(connection: sqlite3.Connection, parse: int) -> str:
    """The digest of a parse as its rows in the database say it; equals ``parses.digest`` unless one was altered."""
    (said,) = connection.execute(f"SELECT {', '.join(_HEAD)} FROM parses WHERE id = ?", [parse]).fetchall()
    body: dict[str, Any] = dict(zip(_HEAD, said, strict=True))
    body["figures"] = {
        table: found for table in sorted(FIGURES) if (found := _rows_of(connection, table, parse, '"row"'))
    }
    for table in (*_LISTS, "statements"):
        body[table] = _rows_of(connection, table, parse, "rowid")
    (body["region"],) = connection.execute("SELECT region FROM parses WHERE id = ?", [parse]).fetchone()
    proof = connection.execute("SELECT cells FROM evidence WHERE parse = ?", [parse]).fetchone()
    return _digest(_dump(_ordered(body)), "" if proof is None else proof[0])


def _rows_of(connection: sqlite3.Connection, table: str, parse: int, order: str) -> list[list[Any]]:
    found = connection.execute(f"SELECT * FROM {table} WHERE parse = ? ORDER BY {order}", [parse])
    return [list(row[1:]) for row in found]


def _line(sha256: str, body: dict[str, Any], proofs: list[list[Any]]) -> bytes:
    evidence = _dump(proofs)
    ordered = _ordered(body)
    digest = _digest(_dump(ordered), evidence)
    head = _dump({"sha256": sha256, "digest": digest} | ordered)
    return f"{head}\t{evidence}\n".encode(errors="replace")


def _ordered(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a digest is taken of."""
    later = {name: body[name] for name in _LATER if body.get(name)}
    return {name: body[name] for name in (*_HEAD, "figures", *_LISTS)} | later


def _digest(said: str, evidence: str) -> str:
    return hashlib.sha256(f"{said}\t{evidence}".encode(errors="replace")).hexdigest()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _figures(cells: Iterable[Cell]) -> dict[str, list[list[Any]]]:
    """Table to its rows: row id, one value per column of the table, state."""
    rows: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        rows.setdefault((cell.table, cell.row), []).append(cell)
    figures: dict[str, list[list[Any]]] = {}
    for (table, row), found in sorted(rows.items()):
        values = {cell.column: _number(cell.value) for cell in found}
        wide = [values.get(column) for column in FIGURES[table]]
        figures.setdefault(table, []).append([row, *wide, _state(found)])
    return figures


def _state(cells: list[Cell]) -> str:
    """What a NULL in this row means: one word, or where its NULLs differ a JSON object of column to word."""
    nulls = {cell.column: cell.state for cell in cells if cell.value is None}
    nulls |= {cell.column: "unread" for cell in cells if cell.value is not None and _is_too_large(cell.value)}
    words = set(nulls.values())
    if not words:
        return "value"
    return words.pop() if len(words) == 1 else json.dumps(nulls)


def _proof(cell: Cell) -> list[Any]:
    place = None if cell.place is None else _place(cell.place)
    value = str(cell.value) if isinstance(cell.value, Decimal) else cell.value
    return [cell.table, cell.row, cell.column, value, cell.state, cell.raw, place]


_PLACE = ("page", "box", "table", "row", "column", "path", "line", "span")
_of_place = attrgetter(*_PLACE)


def _place(place: Place) -> dict[str, Any]:
    """The same as ``place.as_json()``; written out because it is done for each of some 200 cells a report."""
    return {name: value for name, value in zip(_PLACE, _of_place(place), strict=True) if value is not None}


def _number(value: Number | None) -> int | float | None:
    if value is None or _is_too_large(value):
        return None
    return int(value) if value == int(value) else float(value)


def _too_large(cells: Iterable[Cell]) -> list[Problem]:
    return [
        Problem("number_too_large", f"{c.table}.{c.row}.{c.column}", f"no count is this large: {c.raw}")
        for c in cells
        if c.value is not None and _is_too_large(c.value)
    ]


def _is_too_large(value: Number) -> bool:
    return not -LARGEST <= value <= LARGEST


def _insert(table: str, row: Mapping[str, object]) -> str:
    names = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})"


def _values(table: str, width: int) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"


_FIGURES = {table: _values(table, len(columns) + 3) for table, columns in FIGURES.items()}

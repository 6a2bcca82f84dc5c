"""A parse as rows: made in the worker that read the original, carried as one line, written by the one writer.

A line is parted by tabs: the original's SHA-256, the digest of what follows, the parse with its tables, the
evidence of its cells, both JSON. The last goes into the database as it stands; the writer never unpacks it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from archive.figures import FIGURES
from parsers.errors import Unreadable
from parsers.model import Cell, Number, Place, Problem, Report

FORMAT = 2
"""Of the lines; raised when they change, so that those of a killed run are never taken up by other code."""
DAMAGED = "damaged_original"
"""Code of a failure that says nothing of the document: its file is missing or altered."""
LARGEST = 2**53
"""The largest whole number that every reader of JSON, Excel and Parquet keeps exact; beyond it no count of anything is
to be believed, and sums of such counts would stop SQLite."""

_HEAD = ("form", "title", "agency", "year", "media_type", "is_report", "tables", "content_digest", "error")
_PARSE = (*_HEAD, "region")
_LISTS = ("sections", "checks", "problems")
_LATER = ("region", "statements")
"""Said by parses since they are kept; left out of the digest where there is none, as in parses of before."""
_NOWHERE_ELSE = (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Parsed:
    """One original as the parsers read it, ready to be written."""

    sha256: str
    digest: str
    """SHA-256 (hex) of everything that the parsers said."""
    body: Mapping[str, Any]
    evidence: str


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
    return _line(sha256, body, f"[{','.join(map(_proof, report.cells))}]")


def of_failure(sha256: str, error: Unreadable, *, media_type: str | None = None) -> bytes:
    """The line of an original that could not be read: one problem, no tables."""
    body = dict.fromkeys(("form", "title", "agency", "year"))
    body |= {"media_type": media_type, "is_report": 0, "tables": "[]", "content_digest": sha256}
    body |= {"error": error.code, "figures": {}, "sections": [], "checks": []}
    body["problems"] = [[error.code, "", error.message]]
    return _line(sha256, body, "[]")


def unpack(line: bytes) -> Parsed:
    """The parse in a line."""
    sha256, digest, said, evidence = line.rstrip(b"\n").split(b"\t")
    return Parsed(sha256.decode(), digest.decode(), json.loads(said.decode()), evidence.decode())


def digest_of(line: bytes) -> str:
    """The digest of what a line says, without unpacking it."""
    return line[65:129].decode()


def name_of(line: bytes) -> str:
    """The SHA-256 of a line's original, without unpacking it: a line begins with it."""
    return line[:64].decode()


def write(
    connection: sqlite3.Connection,
    parse: int,
    parsed: Parsed,
    fixed: Mapping[str, object],
    *,
    after: int | None = None,
) -> None:
    """Insert the parse under its number; ``fixed`` gives ``parser``, ``parsed_at`` and ``reading``.

    ``after`` is the parse of the same original that was accepted so far: where both print the same prose, it is looked
    up under that one.
    """
    body = parsed.body
    row = {name: body.get(name) for name in _PARSE}
    row |= {"sha256": parsed.sha256, "digest": parsed.digest, **fixed, "id": parse}
    if after is not None and _rows_of(connection, "sections", after, "rowid") == body["sections"]:
        sql = "SELECT coalesce(prose_of, id) FROM parses WHERE id = ?"
        ((row["prose_of"],),) = connection.execute(sql, [after]).fetchall()
    connection.execute(_insert("parses", row), tuple(row.values()))
    for table, rows in body["figures"].items():
        connection.executemany(_FIGURES[table], [(parse, *figures) for figures in rows])
    for table, width in (("sections", 4), ("checks", 7), ("problems", 4), ("statements", 5)):
        if body.get(table):
            connection.executemany(_values(table, width), [(parse, *row) for row in body[table]])
    connection.execute(_values("evidence", 2), (parse, parsed.evidence))


def write_same(connection: sqlite3.Connection, parse: int, same_as: int, fixed: Mapping[str, object]) -> None:
    """Insert a parse that says what an earlier one of the same original said: its head alone."""
    copied = ", ".join(_PARSE)
    sql = (
        f"INSERT INTO parses (id, same_as, parser, parsed_at, reading, sha256, digest, {copied}) "
        f"SELECT ?, id, ?, ?, ?, sha256, digest, {copied} FROM parses WHERE id = ?"
    )
    connection.execute(sql, (parse, fixed["parser"], fixed["parsed_at"], fixed["reading"], same_as))


def is_looked_up_rightly(connection: sqlite3.Connection, parse: int) -> bool:
    """Whether a parse whose prose is looked up under an earlier one has that one's original and prints its prose."""
    ((other,),) = connection.execute("SELECT prose_of FROM parses WHERE id = ?", [parse]).fetchall()
    if other is None:
        return True
    sql = "SELECT 1 FROM parses p JOIN parses o ON o.sha256 = p.sha256 AND o.id < p.id WHERE p.id = ? AND o.id = ?"
    is_earlier = connection.execute(sql, [parse, other]).fetchone() is not None
    one, same = (_rows_of(connection, "sections", number, "rowid") for number in (parse, other))
    return is_earlier and one == same


def read_back(connection: sqlite3.Connection, parse: int) -> str:
    """The digest of a parse as its rows in the database say it; equals ``parses.digest`` unless one was altered."""
    sql = f"SELECT coalesce(same_as, id), {', '.join(_PARSE)} FROM parses WHERE id = ?"
    ((root, *said),) = connection.execute(sql, [parse]).fetchall()
    body: dict[str, Any] = dict(zip(_PARSE, said, strict=True))
    body["figures"] = {
        table: found for table in sorted(FIGURES) if (found := _rows_of(connection, table, root, '"row"'))
    }
    for table in (*_LISTS, "statements"):
        body[table] = _rows_of(connection, table, root, "rowid")
    proof = connection.execute("SELECT cells FROM evidence WHERE parse = ?", [root]).fetchone()
    return _digest(_encoded(_dump_any(_ordered(body))), _encoded("" if proof is None else str(proof[0])))


def _rows_of(connection: sqlite3.Connection, table: str, parse: int, order: str) -> list[list[Any]]:
    found = connection.execute(f"SELECT * FROM {table} WHERE parse = ? ORDER BY {order}", [parse])
    return [list(row[1:]) for row in found]


def _line(sha256: str, body: dict[str, Any], evidence: str) -> bytes:
    said, proof = _encoded(_dump(_ordered(body))), _encoded(evidence)
    return b"\t".join((sha256.encode(), _digest(said, proof).encode(), said, proof)) + b"\n"


def _ordered(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a digest is taken of."""
    later = {name: body[name] for name in _LATER if body.get(name)}
    return {name: body[name] for name in (*_HEAD, "figures", *_LISTS)} | later


def _digest(said: bytes, evidence: bytes) -> str:
    digest = hashlib.sha256(said)
    digest.update(b"\t")
    digest.update(evidence)
    return digest.hexdigest()


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")


_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_dump_any = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=repr).encode


def _figures(cells: Iterable[Cell]) -> dict[str, list[list[Any]]]:
    """Table to its rows: row id, one value per column of the table, state."""
    rows: dict[tuple[str, str], dict[str, Cell]] = {}
    for cell in cells:
        rows.setdefault((cell.table, cell.row), {})[cell.column] = cell
    figures: dict[str, list[list[Any]]] = {}
    for (table, row), found in sorted(rows.items()):
        values = {column: _number(cell.value) for column, cell in found.items()}
        state = "value" if None not in values.values() else _state(found, values)
        figures.setdefault(table, []).append([row, *map(values.get, FIGURES[table]), state])
    return figures


def _state(found: Mapping[str, Cell], values: Mapping[str, int | float | None]) -> str:
    """What a NULL in this row means: one word, or where its NULLs differ a JSON object of column to word."""
    words = {
        column: cell.state if cell.value is None else "unread"
        for column, cell in found.items()
        if values[column] is None
    }
    return next(iter(words.values())) if len(set(words.values())) == 1 else json.dumps(words)


def _proof(cell: Cell) -> str:
    """The cell as a JSON list; put together by hand, for there are some 200 of them in a report."""
    value, raw = cell.value, cell.raw
    said = "null" if value is None else f'"{value}"' if isinstance(value, Decimal) else value
    printed = "null" if raw is None else encode_basestring(raw)
    place = "null" if cell.place is None else _place(cell.place)
    return f'["{cell.table}","{cell.row}","{cell.column}",{said},"{cell.state}",{printed},{place}]'


def _place(place: Place) -> str:
    """What ``place.as_json()`` says; a cell of an HTML table is the common case."""
    page, box, table, row, column, path, line, span = place
    elsewhere = (page, box, line, span) != _NOWHERE_ELSE
    if path and not elsewhere and table is not None and row is not None and column is not None:
        return f'{{"table":{table},"row":{row},"column":{column},"path":{encode_basestring(path)}}}'
    return _dump(place.as_json())


def _number(value: Number | None) -> int | float | None:
    if isinstance(value, int):
        return value if -LARGEST <= value <= LARGEST else None
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

"""The tables that leave the archive: their columns with types and labels in both languages, and their rows."""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from archive.figures import FIGURES
from archive.masking import mask
from parsers.forms import Column, Row, load_forms

Type = Literal["string", "integer", "number"]
Values = tuple[Any, ...]

INTEGERS = {
    "year",
    "number",
    "section",
    "renditions",
    *FIGURES["requests"],
    *FIGURES["disputes"],
    *FIGURES["disclosure"],
} - {"amount"}
NUMBERS = {"amount", "value", "parsed", "left", "right"}
ABOUT = ("report", "agency", "region", "year")
REPORT = (
    *ABOUT,
    "form",
    "title",
    "url",
    "first_seen",
    "last_seen",
    "removed_at",
    "renditions",
    "sha256",
    "parser",
)

_REPORTS = """
    SELECT r.id, r.agency, r.region, r.year, r.form, r.title, r.url, r.first_seen, r.last_seen, r.removed_at,
           r.renditions, r.sha256, p.parser
    FROM reports r LEFT JOIN accepted a USING (sha256) LEFT JOIN parses p ON p.id = a.latest WHERE {where} ORDER BY r.id
"""
_OF_PARSE = (
    "SELECT r.id, r.agency, r.region, r.year, {columns} FROM reports r JOIN {table} d ON d.parse = r.parse"
)
_OF_REPORT = (
    "SELECT r.id, r.agency, r.region, r.year, {columns} FROM reports r JOIN {table} d ON d.report = r.id"
)


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, type, and what it means in Chinese and English."""

    name: str
    type: Type
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which reports: a year, the beginning of a region code, a form; None or empty takes all."""

    year: int | None = None
    region: str = ""
    form: str | None = None

    def where(self) -> tuple[str, dict[str, object]]:
        """A condition over ``reports r`` and its values."""
        terms = ["1"]
        values: dict[str, object] = {"year": self.year, "region": self.region, "form": self.form}
        if self.year is not None:
            terms.append("r.year = :year")
        if self.region:
            terms.append("substr(r.region, 1, length(:region)) = :region")
        if self.form is not None:
            terms.append("r.form = :form")
        return " AND ".join(terms), values


@dataclass(frozen=True, slots=True)
class Resource:
    """A table to be written: its name, fields, key, and a function that yields its rows one at a time."""

    name: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    rows: Callable[[], Iterator[Values]]


def tables(
    connection: sqlite3.Connection, selection: Selection, *, masked: bool = False
) -> Iterator[Resource]:
    """Every table of the selected reports, as the archive holds them: a row of a form is a row."""
    yield _reports(connection, selection)
    for table in FIGURES:
        yield _figures(connection, selection, table)
    checks = ("rule", "where", "status", "left", "right", "verdict", "judgement")
    corrections = ("table", "row", "column", "value", "parsed", "status", "reason", "source", "at", "sha256")
    versions = ("url", "number", "first_seen", "last_seen", "removed_at", "sha256")
    hide = _masking if masked else _as_it_is
    yield hide(_plain(connection, selection, "sections", ("number", "title", "text")))
    yield _plain(connection, selection, "checks", checks, source="current_checks")
    yield hide(_plain(connection, selection, "statements", ("figure", "section", "value", "sentence")))
    problems = ("code", "where", "message")
    yield hide(_plain(connection, selection, "problems", problems, source="current_problems"))
    yield hide(_plain(connection, selection, "corrections", corrections, source="current_corrections"))
    yield _plain(connection, selection, "versions", versions, source="versions")


def wide(connection: sqlite3.Connection, selection: Selection) -> Resource:
    """One row per agency and year, with a column for every cell of every form (or of the selected one)."""
    cells = _cells(selection.form)
    fields = tuple(_field(name) for name in REPORT) + tuple(field for _, field in cells)
    where, values = selection.where()

    def rows() -> Iterator[Values]:
        parses = f"SELECT r.id, r.parse FROM reports r WHERE {where} ORDER BY r.id"
        reports = connection.execute(_REPORTS.format(where=where), values)
        for report, (_, parse) in zip(reports, connection.execute(parses, values), strict=True):
            said = dict(_said(connection, parse))
            yield (*report, *(said.get(address) for address, _ in cells))

    return Resource(
        "reports_wide", "年报（每机关每年一行）", "Reports, one row each", fields, ("report",), rows
    )


def _reports(connection: sqlite3.Connection, selection: Selection) -> Resource:
    where, values = selection.where()
    fields = tuple(_field(name) for name in REPORT)
    return Resource(
        "reports", "年报", "Reports", fields, ("report",),
        lambda: connection.execute(_REPORTS.format(where=where), values),
    )  # fmt: skip


def _figures(connection: sqlite3.Connection, selection: Selection, table: str) -> Resource:
    """A form's table; rows of one report in the order in which the form prints them, each with its label."""
    where, values = selection.where()
    columns = FIGURES[table]
    names = ", ".join(f'd."{name}"' for name in ("row", *columns, "state"))
    sql = f"{_OF_PARSE.format(columns=f'r.form, {names}', table=table)} WHERE {where} ORDER BY r.id"
    order = _order(table)

    def rows() -> Iterator[Values]:
        for _, lines in groupby(connection.execute(sql, values), key=lambda line: line[0]):
            for line in sorted(lines, key=lambda line: order.get((line[4], line[5]), (0, ""))):
                yield (*line[:4], line[5], order.get((line[4], line[5]), (0, ""))[1], *line[6:])

    form = next(
        form for form in reversed(list(load_forms().values())) if any(t.id == table for t in form.tables)
    )
    head = form.table(table)
    fields = (
        *(_field(name) for name in (*ABOUT, "row")),
        _LABEL,
        *(_field(name) for name in (*columns, "state")),
    )
    return Resource(table, head.zh, head.en, fields, ("report", "row"), rows)


def _plain(
    connection: sqlite3.Connection,
    selection: Selection,
    table: str,
    columns: tuple[str, ...],
    *,
    source: str = "",
) -> Resource:
    """A table of findings or texts: those of the parses in force, or of ``source``, whose rows name their report."""
    where, values = selection.where()
    names = ", ".join(f'd."{name}"' for name in columns)
    sql = (
        _OF_REPORT.format(columns=names, table=source)
        if source
        else _OF_PARSE.format(columns=names, table=table)
    )
    sql = f"{sql} WHERE {where} ORDER BY r.id, {names}"

    words = _words()["tables"][table]
    en, _, zh = words["title"].partition(" · ")
    own = words.get("columns", {}) | _words()["tables"].get(source, {}).get("columns", {})
    fields = tuple(_field(name, own.get(name)) for name in (*ABOUT, *columns))
    return Resource(table, zh, en, fields, (), lambda: connection.execute(sql, values))


def _as_it_is(resource: Resource) -> Resource:
    return resource


def _masking(resource: Resource) -> Resource:
    """The same table with contacts taken out of its texts."""
    return replace(resource, rows=lambda: map(_masked, resource.rows()))


def _masked(row: Values) -> Values:
    return (*row[:4], *(mask(value) if isinstance(value, str) else value for value in row[4:]))


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "site" / "metadata.toml").read_text("utf-8"))


_LABEL = Field("label", "string", "官方表格中的名称", "Label in the official form")


def _field(name: str, meaning: str | None = None) -> Field:
    """A column of the archive; its meaning is written once, in the site's metadata."""
    type_: Type = "integer" if name in INTEGERS else "number" if name in NUMBERS else "string"
    meaning = meaning or _words()["columns"][name]
    zh = "".join(part for part in meaning.split(" ") if any("\u4e00" <= c <= "\u9fff" for c in part))
    en = " ".join(part for part in meaning.split(" ") if not any("\u4e00" <= c <= "\u9fff" for c in part))
    return Field(name, type_, zh, en)


@cache
def _order(table: str) -> dict[tuple[str, str], tuple[int, str]]:
    """Form and row id to the row's place in the form and its label with the headings above it."""
    return {
        (form.id, row.id): (place, _path(row))
        for form in load_forms().values()
        for found in form.tables
        if found.id == table
        for place, row in enumerate(found.rows())
    }


def _path(item: Row | Column) -> str:
    return "/".join((*item.parents, item.zh))


@cache
def _cells(form: str | None) -> tuple[tuple[tuple[str, str, str], Field], ...]:
    """Address and field of every cell of the form, or of all forms: those of the newest first."""
    found: dict[tuple[str, str, str], Field] = {}
    forms = [load_forms()[form]] if form else list(load_forms().values())[::-1]
    for table in FIGURES:
        for one in forms:
            for part in one.tables:
                for row, column in part.cells() if part.id == table else ():
                    type_: Type = "number" if column.id in NUMBERS else "integer"
                    name = f"{table}.{row.id}" if column.id == "value" else f"{table}.{row.id}.{column.id}"
                    label = Field(name, type_, f"{_path(row)}·{column.zh}", f"{row.en} · {column.en}")
                    found.setdefault((table, row.id, column.id), label)
    return tuple(found.items())


def _said(connection: sqlite3.Connection, parse: int) -> Iterator[tuple[tuple[str, str, str], Any]]:
    for table, columns in FIGURES.items():
        names = ", ".join(f'"{name}"' for name in columns)
        for row, *values in connection.execute(
            f'SELECT "row", {names} FROM {table} WHERE parse = ?', [parse]
        ):
            yield from (((table, row, column), value) for column, value in zip(columns, values, strict=True))

"""The official forms as data: tables, blocks, rows, columns, labels in Chinese and English, and sums.

Each form is one TOML file in ``forms/``, so that a person who knows the forms can review it without Python.
Sources: 国办发〔2014〕32号 (form 2014), 国办公开办函〔2019〕60号 (2019), 国办公开办函〔2021〕30号 (2021).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from parsers.errors import BadForm


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a table: its id in the contract, labels, unit of its figures and group headings above it."""

    id: str
    zh: str
    en: str
    unit: str | None = None
    signed: bool = False
    """Whether the form expects a sign (本年增/减)."""
    parents: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its id, labels, and the headings it stands under; ``heading`` rows hold no figures."""

    id: str
    zh: str
    en: str
    unit: str | None = None
    heading: bool = False
    parents: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a table with its own header row, such as 第二十条第（一）项; ``title`` is empty for a whole table."""

    title: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class FormTable:
    """One standard table: its id in the contract, the section it belongs to, and its blocks from top to bottom."""

    id: str
    zh: str
    en: str
    section: int | None
    blocks: tuple[Block, ...]

    def rows(self) -> tuple[Row, ...]:
        """The rows that hold figures, in the form's order."""
        return tuple(row for block in self.blocks for row in block.rows if not row.heading)

    def columns(self) -> tuple[Column, ...]:
        """The columns of all blocks, each id once, in the form's order."""
        return tuple({column.id: column for block in self.blocks for column in block.columns}.values())

    def cells(self) -> Iterator[tuple[Row, Column]]:
        """Every cell of the table, row by row: only the columns that a row's own block has."""
        for block in self.blocks:
            for row in block.rows:
                if not row.heading:
                    yield from ((row, column) for column in block.columns)


@dataclass(frozen=True, slots=True)
class Sum:
    """A rule of the form: in each row (or column) of ``table``, ``left`` adds up to the sum of ``right``.

    The two sides name columns where ``each`` is ``row``, and rows where it is ``column``.
    """

    rule: str
    table: str
    each: Literal["row", "column"]
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """An official form: its id, titles, the notice that issued it, the report years it was meant for."""

    id: str
    zh: str
    en: str
    basis: str
    first_year: int
    last_year: int | None
    tables: tuple[FormTable, ...]
    sums: tuple[Sum, ...]

    def table(self, table: str) -> FormTable:
        """The table of that id; KeyError if the form has none."""
        for candidate in self.tables:
            if candidate.id == table:
                return candidate
        raise KeyError(table)


@cache
def load_forms() -> Mapping[str, Form]:
    """Every official form by its id, oldest first. Raises BadForm if a file contradicts itself."""
    folder = resources.files("parsers").joinpath("forms")
    files = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda f: f.name)
    forms = [read_form(tomllib.loads(file.read_text("utf-8")), file.name) for file in files]
    return {form.id: form for form in forms}


def read_form(data: Mapping[str, Any], name: str) -> Form:
    """A form from its parsed TOML; raises BadForm naming the file (``name``) and what is wrong in it."""
    try:
        form = Form(
            id=data["id"],
            zh=data["zh"],
            en=data["en"],
            basis=data["basis"],
            first_year=data["first_year"],
            last_year=data.get("last_year"),
            tables=tuple(_table(table) for table in data["tables"]),
            sums=tuple(_sum(item) for item in data.get("sums", ())),
        )
    except (KeyError, TypeError) as error:
        raise BadForm(f"{name}: a key is missing or unknown: {error}") from error
    _refuse_repeated_ids(form, name)
    for item in form.sums:
        _refuse_unknown_operands(form, item, name)
    return form


def _table(data: Mapping[str, Any]) -> FormTable:
    blocks = tuple(_block(block) for block in data["blocks"])
    return FormTable(data["id"], data["zh"], data["en"], data.get("section"), blocks)


def _block(data: Mapping[str, Any]) -> Block:
    labels = {row["id"]: row["zh"] for row in data["rows"]}
    rows = tuple(Row(**_tuples({"parents": _ancestors(row["id"], labels), **row})) for row in data["rows"])
    columns = tuple(Column(**_tuples(column)) for column in data["columns"])
    return Block(data.get("title", ""), rows, columns)


def _ancestors(row: str, labels: Mapping[str, str]) -> list[str]:
    """Headings above a row whose id is a dotted path: 3.1 and 3 for 3.1.4."""
    steps = row.split(".")
    return [labels[parent] for n in range(1, len(steps)) if (parent := ".".join(steps[:n])) in labels]


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _sum(data: Mapping[str, Any]) -> Sum:
    if data["each"] not in ("row", "column"):
        raise TypeError(f"each = {data['each']!r}")
    return Sum(data["rule"], data["table"], data["each"], tuple(data["left"]), tuple(data["right"]))


def _refuse_repeated_ids(form: Form, name: str) -> None:
    for table in form.tables:
        rows = [row.id for block in table.blocks for row in block.rows]
        for block in table.blocks:
            columns = [column.id for column in block.columns]
            if len(set(columns)) < len(columns) or len(set(rows)) < len(rows):
                raise BadForm(f"{name}: table {table.id} names a row or column twice")


def _refuse_unknown_operands(form: Form, item: Sum, name: str) -> None:
    if item.table not in [table.id for table in form.tables]:
        raise BadForm(f"{name}: sum {item.rule} is over the unknown table {item.table}")
    table = form.table(item.table)
    known = {part.id for part in (table.columns() if item.each == "row" else table.rows())}
    unknown = [operand for operand in (*item.left, *item.right) if operand not in known]
    if unknown:
        raise BadForm(f"{name}: sum {item.rule} names unknown {', '.join(unknown)}")

"""Files of tables: CSV, JSON Lines, Excel and Parquet, each written row by row so that memory stays flat."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.resources import Resource, Values

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""How a text begins that a spreadsheet would take for a formula; half and full width, and what it skips."""

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
_CUT = "…［超出单元格长度，全文见 CSV 或 JSON · cut: too long for a cell, whole in CSV and JSON］"
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Written:
    """A table in a file: the resource, the file's name, and what a reader has to know of its layout."""

    resource: Resource
    path: str
    format: str
    mediatype: str
    rows: int
    dialect: dict[str, Any] | None = None


class MissingExtra(ArchiveError):
    """A format needs a library that is not installed. Raised before anything is written."""


def write_csv(resources: Iterable[Resource], folder: Path) -> Iterator[Written]:
    """One UTF-8 file a table; text that a spreadsheet would run as a formula gets an apostrophe in front."""
    for resource in resources:
        name = f"{resource.name}.csv"
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([field.name for field in resource.fields])
            count = 0
            for count, row in enumerate(resource.rows(), 1):  # noqa: B007  the last number is the count
                writer.writerow([harmless(value) for value in row])
        yield Written(resource, name, "csv", "text/csv", count)


def write_jsonl(resources: Iterable[Resource], folder: Path) -> Iterator[Written]:
    """One file a table, one JSON object a line, null for an empty cell."""
    for resource in resources:
        name = f"{resource.name}.jsonl"
        names = [field.name for field in resource.fields]
        with (folder / name).open("w", encoding="utf-8") as file:
            count = 0
            for count, row in enumerate(resource.rows(), 1):  # noqa: B007  the last number is the count
                line = dict(zip(names, row, strict=True))
                file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        yield Written(resource, name, "jsonl", "application/x-ndjson", count)


def write_xlsx(
    resources: Iterable[Resource], folder: Path, *, name: str = "nianbao.xlsx"
) -> Iterator[Written]:
    """One workbook, one sheet a table (more where a sheet is full), a second row of headers in both languages."""
    import xlsxwriter  # noqa: PLC0415  only where a workbook is written

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(folder / name, options) as book:
        styles = (
            book.add_format({"bold": True}),
            book.add_format({"text_wrap": True, "italic": True, "valign": "top"}),
        )
        for resource in resources:
            rows = resource.rows()
            for number in range(1, 1_000):
                part = f"{resource.name}_{number}" if number > 1 else resource.name
                count = _fill(book.add_worksheet(part), resource, islice(rows, SHEET_ROWS - 2), styles)
                dialect = {"headerRows": [1], "commentRows": [2], "excel": {"sheet": part}}
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                yield Written(replace(resource, name=part), name, "xlsx", kind, count, dialect)
                if count < SHEET_ROWS - 2:
                    break


def write_parquet(resources: Iterable[Resource], folder: Path) -> Iterator[Written]:
    """One file a table, types as in the schema, in batches."""
    try:
        import pyarrow  # noqa: PLC0415  an extra, and only where Parquet is written
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("Parquet needs pyarrow: install it with `pip install nianbao[parquet]`") from error
    types = {"string": pyarrow.string(), "integer": pyarrow.int64(), "number": pyarrow.float64()}
    for resource in resources:
        name = f"{resource.name}.parquet"
        schema = pyarrow.schema([(field.name, types[field.type]) for field in resource.fields])
        rows, count = resource.rows(), 0
        with pyarrow.parquet.ParquetWriter(folder / name, schema) as writer:
            while batch := list(islice(rows, BATCH)):
                columns = [
                    pyarrow.array(values, type=field.type)
                    for values, field in zip(zip(*batch, strict=True), schema, strict=True)
                ]
                writer.write_batch(pyarrow.record_batch(columns, schema=schema))
                count += len(batch)
        yield Written(resource, name, "parquet", "application/vnd.apache.parquet", count)


WRITERS: dict[str, Callable[[Iterable[Resource], Path], Iterator[Written]]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}


def harmless(value: Any) -> Any:  # noqa: ANN401  any cell
    """A cell for CSV: text that begins like a formula gets an apostrophe, numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _fill(sheet: Any, resource: Resource, rows: Iterator[Values], styles: tuple[Any, Any]) -> int:  # noqa: ANN401
    """Headers and rows; texts are written as texts, whatever they look like."""
    bold, small = styles
    for column, field in enumerate(resource.fields):
        sheet.set_column(column, column, 12 if field.type != "string" else 20)
    for column, field in enumerate(resource.fields):
        sheet.write_string(0, column, field.name, bold)
    for column, field in enumerate(resource.fields):
        sheet.write_string(1, column, f"{field.zh} {field.en}", small)
    sheet.freeze_panes(2, 0)
    count = 0
    for count, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(count + 1, column, _fitting(value))
            elif value is not None:
                sheet.write_number(count + 1, column, value)
    return count


def _fitting(text: str) -> str:
    """A text as long as Excel takes; one that had to be cut says so."""
    return text if len(text) <= CELL_CHARACTERS else text[: CELL_CHARACTERS - len(_CUT)] + _CUT

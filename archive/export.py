"""Data out of the archive, as files with a Data Package that says what they hold (``datapackage.json``)."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive import clock
from archive.errors import Unwritten
from archive.resources import Resource, Selection, tables, wide
from archive.store import Archive
from archive.writers import WRITERS, Written

FORMATS = tuple(WRITERS)
PACKAGE = "datapackage.json"

LICENCE = {
    "name": "other-open",
    "title": "Official documents of the agencies named (官方文件); figures are facts. Cite agency, year, URL and SHA-256.",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the folder and each table with its rows."""

    folder: Path
    tables: tuple[Written, ...]

    def text(self) -> str:
        """A few lines for people."""
        lines = [f"  {one.path}  {one.resource.name}: {one.rows:,} rows" for one in self.tables]
        return "\n".join([f"wrote {self.folder / PACKAGE} and", *lines])

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        rows = {one.resource.name: one.rows for one in self.tables}
        return {"folder": str(self.folder), "package": PACKAGE, "rows": rows}


def export(
    archive: Archive,
    out: Path,
    *,
    format: str,
    selection: Selection,
    as_of: str | None = None,
    **options: bool,
) -> Exported:
    """Write the selected reports into the folder ``out``, made if need be.

    :param format: one of :data:`FORMATS`.
    :param as_of: a day or moment; the files then say what the archive said at that time.
    :param options: ``wide`` (one row per agency and year), ``masked`` (contacts taken out of prose).
    :raises Unwritten: the folder can't be written.
    :raises archive.writers.MissingExtra: the format needs a library that is not installed.
    """
    at = clock.as_of(archive, as_of) if as_of else _latest(archive)
    resources = _resources(archive, selection, **options)
    try:
        with _staged(out) as folder:
            written = tuple(WRITERS[format](resources, folder))
            package = json.dumps(_package(written, folder, at, selection), ensure_ascii=False, indent=1)
            (folder / PACKAGE).write_text(f"{package}\n", "utf-8")
    except OSError as error:
        raise Unwritten(f"{out}: {error.strerror or error}; name another folder with --out") from error
    return Exported(out, written)


@contextmanager
def _staged(out: Path) -> Iterator[Path]:
    """A folder in ``out`` for what is being written; when all is there, its files take their places, the one that
    describes them last. Otherwise what was there before stays as it was."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".nianbao-", suffix=".part", dir=out) as folder:
        yield Path(folder)
        for path in sorted(Path(folder).iterdir(), key=lambda path: path.name == PACKAGE):
            path.replace(out / path.name)


def _resources(
    archive: Archive, selection: Selection, *, wide: bool = False, masked: bool = False
) -> Iterator[Resource]:
    connection = archive.db.conn
    if wide:
        yield _wide(connection, selection)
    else:
        yield from tables(connection, selection, masked=masked)


_wide = wide


def _latest(archive: Archive) -> str:
    """The time of the last capture: what the data are as of, and the same at every export of them."""
    (at,) = archive.db.execute("SELECT max(fetched_at) FROM captures").fetchone()
    return at or "1970-01-01T00:00:00Z"


def _package(written: tuple[Written, ...], folder: Path, at: str, selection: Selection) -> dict[str, Any]:
    names = {one.resource.name for one in written}
    # validators of Data Packages take an empty JSON Lines file for a broken one
    filled = [one for one in written if one.rows or one.format != "jsonl"]
    chosen = {"year": selection.year, "region": selection.region or None, "form": selection.form}
    return {
        "profile": "data-package",
        "name": "nianbao",
        "title": "政府信息公开工作年度报告 · Annual open-government-information reports of Chinese government agencies",
        "description": "A null is a cell that is blank, absent or unread (see state), never 0. 空值不等于零。",
        "created": at,
        "licenses": [LICENCE],
        "sources": [
            {
                "title": "Portals of the agencies named; the address and hash of every original are in `reports`"
            }
        ],
        "citation": f"nianbao 年报档案, as of {at}; cite a report by agency, year, url and sha256",
        "selection": {name: value for name, value in chosen.items() if value is not None},
        "resources": [_described(one, folder, names) for one in filled],
    }


def _described(one: Written, folder: Path, names: set[str]) -> dict[str, Any]:
    data = folder / one.path
    described: dict[str, Any] = {
        "name": one.resource.name,
        "path": one.path,
        "profile": "tabular-data-resource",
        "title": f"{one.resource.zh} {one.resource.en}",
        "format": one.format,
        "mediatype": one.mediatype,
        "encoding": "utf-8",
        "bytes": data.stat().st_size,
        "hash": f"sha256:{_digest(data)}",
        "schema": _schema(one.resource, "reports" in names),
    }
    if one.dialect:
        described["dialect"] = one.dialect
    return described


def _schema(resource: Resource, with_reports: bool) -> dict[str, Any]:
    """Written by hand rather than inferred: a region code is text, whatever its digits look like."""
    fields = [
        {
            "name": field.name,
            "type": field.type,
            "title": field.zh,
            "description": f"{field.zh} {field.en}".strip(),
        }
        for field in resource.fields
    ]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if resource.key:
        schema["primaryKey"] = list(resource.key)
    if with_reports and resource.name != "reports":
        target = {"resource": "reports", "fields": ["report"]}
        schema["foreignKeys"] = [{"fields": ["report"], "reference": target}]
    return schema


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""A file of corrections: TOML with ``[[corrections]]``, or CSV with a header line."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from archive.errors import Unknown
from archive.rows import LARGEST

NAMES = ("report", "cell", "value", "reason", "source")
_WRITE = "write [[corrections]] in TOML, or CSV with a header line"
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,20})?")
_ENCODINGS = ("utf-8-sig", "gb18030")
"""What spreadsheets write: strict UTF-8, else what Chinese ones call CSV."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A value to be laid over a parsed cell (``table.row.column``), with its reason and source."""

    report: str
    cell: str
    value: int | float | None
    reason: str
    source: str


def read_corrections(path: Path) -> list[Correction]:
    """The corrections in a file: TOML where its name ends in ``.toml``, else CSV.

    Each has ``report``, ``cell`` (``requests.new.total``), ``value`` (empty: null), ``reason`` and ``source``, and
    nothing else: a misspelt name or a comma too many must not pass for an empty value.

    :raises Unknown: the file can't be read, has no corrections, or one is not whole; the message names it.
    """
    try:
        data = path.read_bytes()
        entries = _toml(path, data) if path.suffix.lower() == ".toml" else _csv(path, data)
    except OSError as error:
        raise Unknown(f"{path}: {error.strerror}; check the path") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, csv.Error) as error:
        raise Unknown(f"{path}: {error}; mend the file") from error
    if not entries:
        raise Unknown(f"{path}: no corrections in it; {_WRITE}")
    return [_read(path, number, entry) for number, entry in enumerate(entries, 1)]


def _toml(path: Path, data: bytes) -> list[dict[str, Any]]:
    found = tomllib.loads(data.decode())
    entries = found.pop("corrections", None)
    if found:
        raise Unknown(f"{path}: {next(iter(found))!r} is none of ours; {_WRITE}")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return []
    return entries


def _csv(path: Path, data: bytes) -> list[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(_text(data), newline=""), strict=True)
    names = reader.fieldnames or ()
    if names and sorted(names) != sorted(NAMES):
        raise Unknown(
            f"{path}: the first line must name the columns {','.join(NAMES)}; it says {','.join(names)}"
        )
    entries = []
    for number, entry in enumerate(reader, 1):
        if not any(entry.values()):  # a line of commas alone, as spreadsheets leave them
            continue
        if None in entry:
            message = "has more fields than the header; put quotation marks around a text with commas"
            raise Unknown(f"{path}: correction {number} {message}")
        if None in entry.values():
            raise Unknown(f"{path}: correction {number} has no {_lacking(entry)}; add it")
        entries.append(dict(entry))
    return entries


def _text(data: bytes) -> str:
    """The bytes as text.

    :raises UnicodeDecodeError: they are in no encoding that spreadsheets write.
    """
    for encoding in _ENCODINGS[:-1]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode(_ENCODINGS[-1])


def _lacking(entry: Mapping[str, Any]) -> str:
    return ", ".join(name for name, value in entry.items() if value is None)


def _read(path: Path, number: int, entry: Mapping[str, Any]) -> Correction:
    if unknown := sorted(set(entry) - set(NAMES)):
        raise Unknown(f"{path}: correction {number}: {', '.join(unknown)} is none of {', '.join(NAMES)}")
    missing = [name for name in NAMES if not (str(entry.get(name, "")).strip() or name == "value")]
    missing += [] if "value" in entry else ["value (empty for null)"]
    if missing:
        raise Unknown(f"{path}: correction {number} has no {', '.join(missing)}; add it")
    texts = {name: str(entry[name]).strip() for name in NAMES}
    if any("\x00" in text for text in texts.values()):
        raise Unknown(f"{path}: correction {number} holds a NUL character; take it out")
    value = texts.pop("value")
    if value and (not _NUMBER.fullmatch(value) or abs(Decimal(value)) > LARGEST):
        raise Unknown(
            f"{path}: correction {number}: {value[:40]!r} is no number; write digits or leave it empty"
        )
    return Correction(value=_figure(Decimal(value)) if value else None, **texts)


def _figure(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)

"""The capture log: everything that can't be made again, in JSON Lines beside the database.

``log/portals.jsonl`` holds the registered portals, ``log/crawl-<id>.jsonl`` one crawl each. A line is
``{"table": …, "row": {…}}``, the row as the database holds it; it is on the disk before the database has it.
From these files and the originals alone a whole archive can be rebuilt.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import fingerprints
from archive.errors import Damaged, Unwritten
from archive.originals import sync_folder

FOLDER = "log"
PORTALS = "portals"
JUDGEMENTS = "judgements"
ENCODER = json.JSONEncoder(ensure_ascii=False)
"""For what is written for each capture: ``json.dumps`` would make one each time."""

_INTEGERS = (-(2**63), 2**63 - 1)
"""What SQLite takes for an integer."""
_EVIDENCE = ("captures", "originals", "judgements", "corrections")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: a row and the table that it belongs to."""

    table: str
    row: Mapping[str, Any]


def crawl_name(crawl: int) -> str:
    """The name of a crawl's log, without its ending."""
    return f"crawl-{crawl:06d}"


def path_of(archive: Path, name: str) -> Path:
    """Where the log of that name stands."""
    return archive / FOLDER / f"{name}.jsonl"


def names(archive: Path) -> list[str]:
    """The names of the logs that are there: portals, then crawls by number, then judgements."""
    found = sorted(path.stem for path in (archive / FOLDER).glob("*.jsonl"))
    return sorted(found, key=lambda name: (name != PORTALS, name == JUDGEMENTS, name))


def append(archive: Path, name: str, entries: list[Entry]) -> None:
    """Add the lines in one write and force them to the disk.

    :raises Unwritten: the disk is full or failed (a line half written is cut off again), or a row is none that
        a database can hold: nothing is written then, for the log would stop every later writer.
    """
    path = path_of(archive, name)
    try:
        data = "".join(_line(entry) for entry in entries).encode()
    except UnicodeEncodeError as error:
        raise Unwritten(f"{path}: a text that is not Unicode can't be stored; leave it out") from error
    try:
        append_bytes(path, data)
    except OSError as error:
        message = f"{path}: {error.strerror}; free some space or check the disk, then run again"
        raise Unwritten(message) from error


def read(archive: Path, name: str) -> Iterator[Entry]:
    """The entries in the order written; a last line without its end was never acknowledged and is passed over.

    :raises Damaged: a line is not what was written.
    """
    path = path_of(archive, name)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.endswith(b"\n"):
                yield _entry(path, number, line)


def mend(archive: Path, name: str) -> None:
    """Cut off a last line that a kill left half written; only the writer may call this."""
    path = path_of(archive, name)
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole != len(data):
        os.truncate(path, whole)


def append_bytes(path: Path, data: bytes) -> None:
    """Add the bytes to a file in one write and force them to the disk; on an error they are cut off again.

    :raises OSError: the disk refused.
    """
    fresh = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as file:
        end = file.tell()
        try:
            if file.write(data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise
    if fresh:
        sync_folder(path.parent)


def apply_all(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Put the rows where they belong, and take the fingerprints of the ledgers that they change."""
    crawls = set()
    with ExitStack() as ledgers:
        for entry in entries:
            if entry.table == "ledger" and entry.row["crawl"] not in crawls:
                crawls.add(entry.row["crawl"])
                ledgers.enter_context(fingerprints.changing(connection, "ledger", entry.row["crawl"]))
            apply(connection, entry)


def apply(connection: sqlite3.Connection, entry: Entry) -> None:
    """Put a row where it belongs; one that is there already stays, or is brought up to date if it may change."""
    connection.execute(_insert(entry.table, tuple(entry.row)), tuple(entry.row.values()))


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    verb = "INSERT OR IGNORE" if table in _EVIDENCE else "INSERT OR REPLACE"
    return f"{verb} INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"


def recover(archive: Path, db: Database) -> None:
    """Bring into the database what a killed writer had logged but not committed."""
    rows = db.execute("SELECT id FROM crawls WHERE finished_at IS NOT NULL")
    finished = {crawl_name(crawl) for (crawl,) in rows}
    for name in names(archive):
        if name not in finished:
            mend(archive, name)
            with db.atomic():
                apply_all(db.conn, read(archive, name))


def _line(entry: Entry) -> str:
    for column, value in entry.row.items():
        if isinstance(value, int) and not _INTEGERS[0] <= value <= _INTEGERS[1]:
            raise Unwritten(f"{entry.table}.{column}: a number of {len(str(value))} digits can't be stored")
    return ENCODER.encode({"table": entry.table, "row": entry.row}) + "\n"


def _entry(path: Path, number: int, line: bytes) -> Entry:
    try:
        found = json.loads(line)
        return Entry(found["table"], found["row"])
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path}:{number}: not a line of the capture log; restore the file from a backup"
        raise Damaged(message) from error

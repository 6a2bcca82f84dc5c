"""An archive of an earlier release brought to this one: on a copy, compared, then put in its place at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from archive import derive, migrations, originals
from archive.errors import Outdated
from archive.originals import sync_folder

_KEPT = ("portals", "crawls", "originals", "captures", "judgements", "corrections", "parses", "acceptances")
"""Tables of which an upgrade must not lose or alter a row."""


def upgrade_in_place(connection: sqlite3.Connection, path: Path) -> bool:
    """Upgrade a new database, or one that lacks nothing but views; False if a copy must be upgraded instead.

    :raises Outdated: a later release wrote the database.
    """
    db = Database(connection)
    migrations.refuse_later(db, path)
    if migrations.applied(db) and migrations.pending(db):
        return False
    migrations.upgrade(db, path)
    return True


def upgrade_copy(path: Path) -> None:
    """Upgrade a copy of the database and put it in its place; the caller holds the writer's lock.

    :raises Outdated: the upgrade would lose something; the database stays as it was.
    """
    copy = path.with_name(f"{path.name}.upgrade")
    for leftover in _files(copy):
        leftover.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with closing(sqlite3.connect(copy, isolation_level=None)) as new:
            old.backup(new)
            _upgrade(new, path)
            _compare(old, new, path)
            new.execute("PRAGMA journal_mode = DELETE")
    for side in list(_files(path))[1:]:
        side.unlink(missing_ok=True)
    originals.flatten(path.parent)
    copy.replace(path)
    sync_folder(path.parent)


def _upgrade(connection: sqlite3.Connection, path: Path) -> None:
    derive.add_functions(connection)
    db = Database(connection)
    migrations.upgrade(db, path)
    with db.atomic():
        derive.derive(connection)


def _compare(old: sqlite3.Connection, new: sqlite3.Connection, path: Path) -> None:
    for table in _KEPT:
        columns = ", ".join(f'"{column}"' for column in _columns(old, table))
        if columns:
            sql = f"SELECT {columns} FROM {table} ORDER BY {columns}"
            for before, after in zip(old.execute(sql), _padded(new.execute(sql)), strict=False):
                if before != after:
                    message = f"{path}: the upgrade would alter table {table}; nothing was changed, keep the old release"
                    raise Outdated(message)


def _padded(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[object, ...] | None]:
    """The rows, then None for ever: a table that lost its last rows differs too."""
    yield from rows
    while True:
        yield None


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _files(path: Path) -> Iterator[Path]:
    yield from (path.with_name(path.name + ending) for ending in ("", "-wal", "-shm"))

"""Opens the database of an archive for reading or writing, and puts SQLite's faults into plain words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import TextIOWrapper
from pathlib import Path

from sqlite_utils import Database

from archive import derive, lock, log, migrations, rest, upgrade
from archive.errors import ArchiveError, NotAnArchive, Outdated, Unwritten

DATABASE = rest.DATABASE
_APPLIED = migrations.migrations.migrations_table
_REFUSALS = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_CACHE = 16_384
"""KiB of pages that a writer keeps in memory: a run is one transaction, and what doesn't fit is written and read again."""
_WAIT = 30_000
"""Milliseconds for which a reader waits out the moment in which a writer resets the write-ahead log."""


def take_lock(folder: Path) -> TextIOWrapper:
    """Make the folder if need be and take the writer's lock.

    :raises NotAnArchive: the folder holds other things.
    :raises Locked: another process is writing.
    :raises ReadOnly: the folder can't be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        inside = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise lock.read_only(folder, error) from error
    if inside and not inside & {DATABASE, log.FOLDER, lock.NAME}:
        raise NotAnArchive(f"{folder}: holds other files but no archive; name an empty or a new folder")
    if DATABASE in inside:
        with explained(folder), closing(_readable(folder).conn) as connection:
            _refuse_other(connection, folder)
    return lock.take(folder)


def is_written(folder: Path) -> bool:
    """Whether a process writes to the archive now, as far as can be told."""
    return not rest.is_there(folder) and lock.is_alive(folder)


def for_writing(folder: Path) -> Database:
    """The database, made or upgraded if need be; the caller holds the lock."""
    path = folder / DATABASE
    try:
        rest.leave(folder)
    except OSError as error:
        raise lock.read_only(folder, error) from error
    with explained(folder):
        connection = _connect_to_write(folder)
        try:
            if not migrations.is_current(Database(connection)) and not upgrade.upgrade_in_place(
                connection, path
            ):
                connection.close()
                upgrade.upgrade_copy(path)
                connection = _connect_to_write(folder)
        except BaseException:
            connection.close()
            raise
        return Database(connection)


def sqlite_release() -> tuple[str, str]:
    """The version of SQLite in use, and what of ours it can't do (empty if it can do all)."""
    with closing(sqlite3.connect(":memory:")) as connection:
        options = {name for (name,) in connection.execute("PRAGMA compile_options")}
    lacking = [] if "ENABLE_FTS5" in options else ["full-text search (FTS5)"]
    if sqlite3.sqlite_version_info < (3, 38):
        lacking.append("JSON operators (3.38)")
    return sqlite3.sqlite_version, " and ".join(lacking)


def for_reading(folder: Path) -> Database:
    """The database, read-only; on media that can't be written too.

    :raises NotAnArchive: there is none.
    :raises Outdated: it has another release's schema and can't be upgraded now.
    """
    path = folder / DATABASE
    if not path.is_file():
        raise _absent(folder)
    with explained(folder):
        db = _readable(folder)
        try:
            if _refuse_other(db.conn, folder) is None:
                raise _absent(folder)
            if migrations.is_current(db):
                return db
        except BaseException:
            db.close()
            raise
        db.close()
        _upgrade(folder)
        return _readable(folder)


def _absent(folder: Path) -> NotAnArchive:
    """The error for a folder without a database, or with an empty one."""
    if log.names(folder):
        cure = "run nianbao rebuild to make it anew from the originals and the log"
        return NotAnArchive(f"{folder / DATABASE}: missing or empty; {cure}")
    return NotAnArchive(
        f"{folder}: no archive here; run nianbao crawl first or name its folder with --archive"
    )


def _refuse_other(connection: sqlite3.Connection, folder: Path) -> bool | None:
    """True if the database is an archive's, None if it is empty.

    :raises NotAnArchive: it is another program's.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    made = connection.execute(f"SELECT migration_set FROM {_APPLIED}") if _APPLIED in tables else ()
    sets = {name for (name,) in made}
    if migrations.migrations.name in sets:
        return True
    if sets or (
        tables and _APPLIED not in tables
    ):  # without a set it was being made when its writer was killed
        message = f"{folder / DATABASE}: the database of another program; name another folder with --archive"
        raise NotAnArchive(message)
    return None


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn SQLite's own errors into the archive's."""
    path = folder / DATABASE
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if _is_refusal(error):
            message = f"{path}: {error}; free some space, or make the folder writable, then run again"
            raise Unwritten(message) from error
        said = "a text is not UTF-8" if isinstance(error, UnicodeDecodeError) else error
        message = f"{path}: {said}; run nianbao rebuild to make it anew from the originals and the log"
        raise NotAnArchive(message) from error


def _is_refusal(error: Exception) -> bool:
    """Whether the disk or another process is at fault, not what is in the database."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _REFUSALS


def _readable(folder: Path) -> Database:
    """A read-only database; where the folder is read-only too, SQLite is told that nobody writes."""
    try:
        return _looked_at(_connect(folder, "ro"))
    except sqlite3.OperationalError:
        if os.access(folder, os.W_OK):
            raise
        return _looked_at(_connect(folder, "ro&immutable=1"))


def _looked_at(connection: sqlite3.Connection) -> Database:
    """The database, once it is known to answer and to tell what changes of the schema it has seen."""
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        if (_APPLIED,) in tables:
            connection.execute(f"SELECT migration_set, name, applied_at FROM {_APPLIED}").fetchall()
    except BaseException:
        connection.close()
        raise
    return Database(connection)


def _upgrade(folder: Path) -> None:
    try:
        held = take_lock(folder)
    except ArchiveError as error:
        message = f"{folder}: written by an earlier release and can't be upgraded now ({error})"
        raise Outdated(message) from error
    with held:
        db = for_writing(folder)
        rest.come(folder, db.conn)
        db.close()


def _connect_to_write(folder: Path) -> sqlite3.Connection:
    connection = _connect(folder, "rwc")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # the capture log is forced to the disk first, so the database may lag behind a power cut
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(folder: Path, mode: str) -> sqlite3.Connection:
    uri = f"{(folder / DATABASE).absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    connection.execute(f"PRAGMA busy_timeout = {_WAIT}")
    derive.add_functions(connection)
    return connection

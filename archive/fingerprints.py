"""Fingerprints of what no log holds and what can't be made again from other rows, so that ``verify`` proves it too.

Each is taken in the transaction that writes what it is of: a parse run, a crawl's ledger, the comparison of
renditions, the index of the prose, the schema, and how far the readers' tables go.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

SCHEMA = "CREATE TABLE fingerprints (what TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID"

_OF = {
    "reading": (
        "SELECT * FROM readings WHERE id = :number",
        "SELECT a.*, p.sha256, p.parser, p.parsed_at, p.digest, p.reading FROM acceptances a "
        "JOIN parses p ON p.id = a.parse WHERE a.reading = :number ORDER BY a.sha256",
    ),
    "ledger": ("SELECT * FROM ledger WHERE crawl = :number ORDER BY day, host",),
    "twins": ("SELECT * FROM main.twins ORDER BY parse, other",),
    "prose": (
        "SELECT * FROM prose_data ORDER BY id",
        "SELECT * FROM prose_idx ORDER BY segid, term",
        "SELECT * FROM prose_docsize ORDER BY id",
        "SELECT * FROM prose_config ORDER BY k",
    ),
    "schema": (
        "SELECT type, name, tbl_name, sql FROM main.sqlite_master ORDER BY type, name",
        "SELECT * FROM _sqlite_migrations ORDER BY id",
        "PRAGMA main.user_version",
    ),
    "captures": ("SELECT :number",),
}
"""Kind to the rows that it is of; ``number`` is that of the reading, crawl or capture."""
_ONCE = ("schema", "twins", "prose")
_NOTHING = hashlib.sha256().hexdigest()
"""The fingerprint of no rows."""


def take(connection: sqlite3.Connection, kind: str, number: int | None = None) -> None:
    """Take the fingerprint anew; belongs into the transaction that writes what it is of."""
    what = _named(kind, number)
    connection.execute("INSERT OR REPLACE INTO fingerprints VALUES (?, ?)", (what, of(connection, what)))


@contextmanager
def changing(connection: sqlite3.Connection, kind: str, number: int | None = None) -> Iterator[None]:
    """Take the fingerprint anew after what is done within; not where the one before doesn't hold, so that ``verify``
    goes on naming what was altered. Belongs into one transaction."""
    held = _holds(connection, _named(kind, number))
    yield
    if held:
        take(connection, kind, number)


def take_all(connection: sqlite3.Connection) -> None:
    """Take every fingerprint: when an archive gets its first ones."""
    for what in _expected(connection):
        take(connection, *_parted(what))


def mark_readers(connection: sqlite3.Connection) -> None:
    """Note up to which capture the readers' tables go."""
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM main.captures").fetchone()
    connection.execute("DELETE FROM fingerprints WHERE what LIKE 'captures %'")
    take(connection, "captures", last)


def readers_go_to(connection: sqlite3.Connection) -> int:
    """The last capture that the readers' tables know."""
    marks = connection.execute("SELECT what FROM fingerprints WHERE what LIKE 'captures %'").fetchall()
    return max((_parted(what)[1] or 0 for (what,) in marks), default=0)


def differing(connection: sqlite3.Connection) -> Iterator[str]:
    """What is not as it was when its fingerprint was taken, has none though it should, or should have none."""
    found = connection.execute("SELECT what, digest FROM fingerprints").fetchall()
    kept = {str(what): digest for what, digest in found}  # a flipped bit makes bytes of a text
    marks = [what for what in kept if what.startswith("captures ")]
    (release,) = connection.execute("PRAGMA main.user_version").fetchone()
    needed = marks[:1] or (
        ["captures 0"] if release else []
    )  # an archive that was just made has no readers' tables
    for what in (*_expected(connection), *needed):
        if kept.pop(what, None) != of(connection, what):
            yield what
    yield from kept


def of(connection: sqlite3.Connection, what: str) -> str:
    """SHA-256 (hex) of the rows as they are now."""
    kind, number = _parted(what)
    digest = hashlib.sha256()
    for sql in _OF[kind]:
        for row in connection.execute(sql, {"number": number}):
            digest.update(b"%b\n" % b"".join(map(_bytes, row)))
    return digest.hexdigest()


def _expected(connection: sqlite3.Connection) -> Iterator[str]:
    yield from _ONCE
    for kind, sql in (
        ("reading", "SELECT id FROM readings ORDER BY id"),
        ("ledger", "SELECT DISTINCT crawl FROM ledger ORDER BY crawl"),
    ):
        yield from [f"{kind} {number}" for (number,) in connection.execute(sql).fetchall()]


def _bytes(value: object) -> bytes:
    data = value if isinstance(value, bytes) else repr(value).encode(errors="replace")
    return b"%d %b" % (len(data), data)


def _holds(connection: sqlite3.Connection, what: str) -> bool:
    """Whether all is as it was; also where there is nothing yet, and before archives had fingerprints."""
    if not connection.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'fingerprints'").fetchone():
        return True
    kept = connection.execute("SELECT digest FROM fingerprints WHERE what = ?", (what,)).fetchone()
    return of(connection, what) == (kept[0] if kept else _NOTHING)


def _named(kind: str, number: int | None) -> str:
    return kind if number is None else f"{kind} {number}"


def _parted(what: str) -> tuple[str, int | None]:
    kind, _, number = what.partition(" ")
    return kind, int(number) if number.isdigit() else None

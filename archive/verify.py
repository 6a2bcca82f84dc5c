"""Proves the archive whole: every original, every row of evidence, the chain of the manifest, every parse.

What is compared with what: originals with their names; the logs with the manifest's seals; the database's
evidence with the logs; each parse's rows with the digest taken when they were written; the readers' tables
with what captures and parses say; all else in the database with fingerprints. A bit that changed any of this
is found and named, also in bytes of the database that nothing uses unless its last writer was killed.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from archive import fingerprints, log, manifest, opening, originals, rest, rows
from archive.derive import ALSO, TABLES, derive_apart, forget_as_of, is_current
from archive.errors import Damaged, NotAnArchive
from archive.progress import Progress, silent
from archive.store import Archive

_KEYS = dict.fromkeys(("portals", "crawls", "captures", "judgements", "corrections"), ("id",)) | {
    "originals": ("sha256",),
    "ledger": ("day", "host", "crawl"),
}
_EARLIER = ("ledger",)
"""Tables with rows of earlier releases that no log has."""
_WAITS = (0.2, 0.5, 1.0)
"""Seconds after which what a writer was about to write is looked at again."""

_ORIGINALS = """
    SELECT CAST(coalesce(sha256, '') AS TEXT), CAST(size AS INTEGER), CAST(coalesce(kept_at, '') AS TEXT)
    FROM originals ORDER BY 1
"""
"""As text and numbers, also where a bit that changed has made something else of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written: a code, the thing (a SHA-256, a file, a row) and a sentence."""

    code: str
    what: str
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How a verification came out; ``head`` is the manifest's last digest."""

    originals: int
    captures: int
    head: str
    findings: tuple[Finding, ...]
    quick: bool = False
    hashed: int = 0
    """How many of the originals were hashed again."""

    def text(self) -> str:
        """A few lines for people, what is wrong first."""
        lines = [f"{finding.code} {finding.what}: {finding.message}" for finding in self.findings]
        verdict = f"{len(self.findings)} findings" if self.findings else "whole"
        seen = self.originals - self.hashed
        parts = [f"{self.hashed} originals re-hashed"] if self.hashed or not seen else []
        parts += [f"{seen} originals looked at"] if seen else []
        counts = ", ".join([*parts, f"{self.captures} captures compared with their log"])
        return "\n".join([*lines, f"{counts}: {verdict}", f"manifest {self.head}"])

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)

    @property
    def exit_status(self) -> int:
        """1 where anything is wrong."""
        return 1 if self.findings else 0


def verify_folder(
    folder: Path, *, quick: bool = False, since: str | None = None, progress: Progress = silent
) -> Verification:
    """Verify the archive in a folder, also one whose database can't be opened.

    :raises NotAnArchive: there is none.
    """
    disturbed = rest.is_disturbed(
        folder
    )  # asked before the file is opened: views that were altered are made anew then
    try:
        with Archive.open(folder) as archive:
            return verify(archive, quick=quick, since=since, disturbed=disturbed, progress=progress)
    except NotAnArchive as error:
        if not log.names(folder):
            raise
        return without_database(folder, str(error), quick=quick, since=since, progress=progress)


def verify(
    archive: Archive,
    *,
    quick: bool = False,
    since: str | None = None,
    disturbed: bool | None = None,
    progress: Progress = silent,
) -> Verification:
    """Look for anything that is not as it was written.

    :param quick: look at the presence and size of originals instead of re-hashing them, and leave out the parses.
    :param since: re-hash only originals kept on this day (ISO 8601) or later.
    :param disturbed: whether the database's file was found altered before it was opened; None: look now.
    """
    with opening.explained(archive.path):
        names = archive.db.execute(_ORIGINALS).fetchall()
        ((captures,),) = archive.db.execute("SELECT count(*) FROM captures").fetchall()
        ended = _ended(archive)
    begin = None if quick else since or ""
    checks = [
        _database(archive, disturbed),
        _seals(archive.path, ended),
        _evidence(archive),
        _originals(archive.path, names, since=begin, progress=progress),
    ]
    if not quick:
        checks += [_parses(archive, progress), _fingerprints(archive), _readers(archive)]
    findings = tuple(chain.from_iterable(map(_readable, checks)))
    head = manifest.head(archive.path)
    return Verification(len(names), captures, head, findings, quick, _hashed(names, begin))


def without_database(
    folder: Path, why: str, *, quick: bool = False, since: str | None = None, progress: Progress = silent
) -> Verification:
    """What can be proved where the database can't be opened (``why``): originals, logs and manifest."""
    findings = [Finding("database_damaged", opening.DATABASE, why)]
    held: dict[str, tuple[str, int, str]] = {}
    captures, ended = 0, set()
    for name in log.names(folder):
        try:
            for entry in log.read(folder, name):
                captures += entry.table == "captures"
                if entry.table == "originals":
                    held[entry.row["sha256"]] = (entry.row["sha256"], entry.row["size"], entry.row["kept_at"])
                elif entry.table == "crawls" and entry.row["finished_at"]:
                    ended.add(entry.row["id"])
        except (Damaged, OSError, KeyError) as error:
            findings.append(Finding("log_altered", name, str(error)))
    begin, names = None if quick else since or "", sorted(held.values())
    checks = (
        _seals(folder, sorted(ended)),
        _originals(folder, names, since=begin, progress=progress),
    )
    findings += chain.from_iterable(map(_readable, checks))
    head = manifest.head(folder)
    return Verification(len(held), captures, head, tuple(findings), quick, _hashed(names, begin))


def _hashed(known: list[tuple[str, int, str]], since: str | None) -> int:
    return sum(since is not None and kept >= since for _, _, kept in known)


def _ended(archive: Archive) -> list[int]:
    found = archive.db.execute("SELECT id FROM crawls WHERE finished_at IS NOT NULL ORDER BY id")
    return [crawl for (crawl,) in found.fetchall()]


def _originals(
    folder: Path, known: list[tuple[str, int, str]], *, since: str | None, progress: Progress
) -> Iterator[Finding]:
    """Every original (name, size, when kept), hashed where kept at or after ``since`` (None: none is), and strays."""
    yield from _strays(folder, {name for name, _, _ in known})
    for name, size, kept in progress(known, "verifying", "original", len(known)):
        yield from _original(folder, name, size, hashed=since is not None and kept >= since)


def _readable(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings; where the database or a file can't be read on, that is one of them."""
    try:
        yield from findings
    except OSError as error:
        message = f"{error.strerror}; check its permissions and the disk, or restore it from a backup"
        yield Finding("file_unreadable", str(error.filename), message)
    except (sqlite3.Error, ValueError) as error:
        message = f"{error}; run nianbao rebuild to make it anew from the originals and the log"
        yield Finding("database_damaged", "nianbao.db", message)


def _database(archive: Archive, disturbed: bool | None) -> Iterator[Finding]:
    for (line,) in archive.db.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield Finding("database_damaged", opening.DATABASE, line)
    if rest.is_disturbed(archive.path) if disturbed is None else disturbed:
        message = (
            f"not the file that the last writer left (see {rest.NAME}); run nianbao rebuild to make it anew"
        )
        yield Finding("database_altered", opening.DATABASE, message)


def _original(folder: Path, sha256: str, size: int, *, hashed: bool) -> Iterator[Finding]:
    path = originals.path_of(folder, sha256)
    try:
        if not path.is_file():
            yield Finding("original_missing", sha256, f"{path} is not there; restore it from a backup")
        elif path.stat().st_size != size:
            message = f"{path} has {path.stat().st_size} bytes instead of {size}; restore it from a backup"
            yield Finding("original_altered", sha256, message)
        elif hashed and _sha256(path.read_bytes()) != sha256:
            yield Finding("original_altered", sha256, f"{path} has other bytes; restore it from a backup")
    except OSError as error:
        message = f"{path}: {error.strerror}; check its permissions and the disk, or restore it from a backup"
        yield Finding("original_unreadable", sha256, message)


def _strays(folder: Path, known: set[str]) -> Iterator[Finding]:
    """Files that no row speaks of; one left by a kill between file and log is whole and does no harm."""
    for name in originals.names(folder):
        path = originals.path_of(folder, name)
        if name not in known and (path.is_dir() or _sha256(path.read_bytes()) != name):
            yield Finding("stray_file", name, "no capture speaks of it and its name is not its hash")


def _seals(folder: Path, ended: Iterable[int]) -> Iterator[Finding]:
    """The manifest's chain, and every log against its seals."""
    previous = manifest.START
    sealed = set()
    for number, seal in enumerate(manifest.seals(folder), 1):
        if isinstance(seal, int) or not seal.is_sound() or seal.previous != previous:
            yield Finding("manifest_broken", f"{manifest.NAME}:{number}", "not the line that was written")
            previous = previous if isinstance(seal, int) else seal.digest
            continue
        previous = seal.digest
        sealed.add(seal.crawl)
        yield from _logs(folder, seal)
    for crawl in ended:
        if crawl not in sealed:
            yield Finding(
                "seal_missing", f"crawl {crawl}", "the crawl ended but the manifest has no line for it"
            )


def _logs(folder: Path, seal: manifest.Seal) -> Iterator[Finding]:
    for name, (size, sha256) in seal.logs.items():
        path = log.path_of(folder, name)
        data = path.read_bytes() if path.is_file() else b""
        whole = name == log.crawl_name(seal.crawl)
        if _sha256(data[:size]) != sha256 or (whole and len(data) != size):
            yield Finding("log_altered", path.name, f"not as it was sealed when crawl {seal.crawl} ended")


def _evidence(archive: Archive) -> Iterator[Finding]:
    """Every row of the evidence tables against the log, one log at a time."""
    logged = dict.fromkeys(_KEYS, 0)
    readable = True
    for name in log.names(archive.path):
        try:
            expected = _logged(archive.path, name)
            yield from _unlike(archive, name, expected)
        except (Damaged, KeyError) as error:
            readable = False
            yield Finding("log_altered", name, str(error))
            continue
        for table, rows_of in expected.items():
            logged[table] += len(rows_of)
    for table, count in logged.items() if readable else ():
        if table not in _EARLIER:
            yield from _added(archive, table, count)


def _logged(folder: Path, name: str) -> dict[str, dict[Any, dict[str, Any]]]:
    """Table to key to row, as the log has it last."""
    expected: dict[str, dict[Any, dict[str, Any]]] = {}
    for entry in log.read(folder, name):
        key = tuple(entry.row[name] for name in _KEYS[entry.table])
        expected.setdefault(entry.table, {}).setdefault(key, {}).update(entry.row)
    return expected


def _unlike(archive: Archive, name: str, expected: dict[str, dict[Any, dict[str, Any]]]) -> list[Finding]:
    """Rows that are not what the log says; one that a writer is about to write, or changes meanwhile, is none."""
    differing = dict(_compared(archive, expected))
    for wait in _WAITS:
        if not differing or not opening.is_written(archive.path):
            break
        time.sleep(wait)
        again = dict(_compared(archive, _logged(archive.path, name)))
        differing = {one: row for one, row in again.items() if one in differing and differing[one] == row}
    return list(differing)


def _compared(archive: Archive, expected: dict[str, dict[Any, Any]]) -> Iterator[tuple[Finding, Any]]:
    return chain.from_iterable(_compare(archive, table, rows_of) for table, rows_of in expected.items())


def _compare(archive: Archive, table: str, expected: dict[Any, Any]) -> Iterator[tuple[Finding, Any]]:
    """Rows that one log speaks of."""
    where = " AND ".join(f"{name} = ?" for name in _KEYS[table])
    sql = f"SELECT * FROM {table} WHERE {where}"
    cure = "" if rest.is_there(archive.path) else "; the next command that writes brings it in"
    for key, row in expected.items():
        cursor = archive.db.execute(sql, key)
        found, columns = cursor.fetchone(), [name for name, *_ in cursor.description]
        if found is None:
            message = f"the log has this row, the database has not{cure}{_about(row)}"
            yield Finding("row_missing", _named(table, key), message), None
        elif list(found) != [row.get(column) for column in columns]:
            differ = (c for c, value in zip(columns, found, strict=True) if value != row.get(c))
            message = f"{', '.join(differ)}: not what the log says{_about(row)}"
            yield Finding("row_altered", _named(table, key), message), found


def _named(table: str, key: tuple[Any, ...]) -> str:
    return " ".join(map(str, (table, *key)))


def _about(row: dict[str, Any]) -> str:
    """The original and URL that a row speaks of."""
    parts = [f"original {row['sha256']}" if row.get("sha256") else "", row.get("url") or ""]
    return f" ({', '.join(filter(None, parts))})" if any(parts) else ""


def _added(archive: Archive, table: str, logged: int) -> Iterator[Finding]:
    """Rows that no log speaks of, looked for only where the numbers say so; a writer writes to the log first."""
    if archive.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] <= logged:
        return
    names = _KEYS[table]
    held = archive.db.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()
    entries = (entry for name in log.names(archive.path) for entry in log.read(archive.path, name))
    known = {tuple(entry.row[name] for name in names) for entry in entries if entry.table == table}
    for key in held:
        if key not in known:
            yield Finding("row_added", _named(table, key), "the database has this row, the log has not")


def _parses(archive: Archive, progress: Progress) -> Iterator[Finding]:
    found = archive.db.execute("SELECT id, sha256, digest FROM parses ORDER BY id").fetchall()
    for parse, sha256, digest in progress(found, "verifying", "parse", len(found)):
        try:
            sound = rows.read_back(archive.db.conn, parse) == digest
            sound = sound and rows.is_looked_up_rightly(archive.db.conn, parse)
        except (sqlite3.DatabaseError, ValueError):
            sound = False
        if not sound:
            message = f"rows of parse {parse} are not those written; run nianbao reparse --all"
            yield Finding("parse_altered", sha256, message)


@contextmanager
def _one_state(connection: sqlite3.Connection) -> Iterator[None]:
    """Within this, a writer that publishes meanwhile is not seen."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _fingerprints(archive: Archive) -> Iterator[Finding]:
    with _one_state(archive.db.conn):
        altered = list(fingerprints.differing(archive.db.conn))
    for what in altered:
        message = "not as it was written; run nianbao rebuild to make the database anew"
        yield Finding("record_altered", what, message)


def _readers(archive: Archive) -> Iterator[Finding]:
    with _one_state(archive.db.conn):
        altered = list(_altered_readers(archive.db.conn))
    yield from altered


def _altered_readers(connection: sqlite3.Connection) -> Iterator[Finding]:
    """The readers' tables against what captures and parses say. Made by an earlier release, or before the captures
    of a crawl that is under way or whose run broke off, they may differ: the next run makes them anew."""
    under_way = connection.execute("SELECT 1 FROM crawls WHERE finished_at IS NULL").fetchone()
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()
    if under_way or not is_current(connection) or fingerprints.readers_go_to(connection) < last:
        return
    derive_apart(connection)
    altered = [table for table in (*TABLES, *ALSO) if _differ(connection, f"main.{table}", f"temp.{table}")]
    forget_as_of(connection)
    for table in altered:
        message = "not what captures and parses say; run nianbao reparse to make it anew"
        yield Finding("readers_altered", table, message)


def _differ(connection: sqlite3.Connection, one: str, other: str) -> bool:
    """Whether two tables of one form hold other rows."""
    counts = f"SELECT (SELECT count(*) FROM {one}) <> (SELECT count(*) FROM {other})"
    sides = (f"SELECT * FROM {a} EXCEPT SELECT * FROM {b} LIMIT 1" for a, b in ((one, other), (other, one)))
    return connection.execute(counts).fetchone() == (1,) or any(
        connection.execute(side).fetchone() for side in sides
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

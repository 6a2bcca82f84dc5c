"""Originals through the parsers and back into rows: what is new, and again what was read by older parsers.

Both go one way. Worker processes read the originals and hand over lines; the lines gather in a file under
``work/`` and are written in one transaction that ends when all are there and the readers' tables are made anew.
Until then no reader sees anything of the run, and a run that was killed goes on where it stopped.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

import parsers
from archive import fingerprints, opening, rows, selection, spool
from archive.derive import derive
from archive.errors import Unknown
from archive.preview import changed
from archive.progress import Progress, silent
from archive.store import Archive, now


@dataclass(frozen=True, slots=True)
class Failure:
    """An original that could not be read: its SHA-256, one URL, the problem's code and message."""

    sha256: str
    url: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parse run did: how many originals it read, how many are reports, what could not be read."""

    parser: str
    originals: int = 0
    reports: int = 0
    changed: int = 0
    failures: tuple[Failure, ...] = field(default=())

    def text(self) -> str:
        """A few lines for people."""
        head = f"read {self.originals} originals with parsers {self.parser}: {self.reports} reports"
        lines = [f"{head}, {self.changed} read differently than before, {len(self.failures)} unreadable"]
        lines += [f"  {f.url}: {f.message} ({f.code}, original {f.sha256[:12]})" for f in self.failures]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)

    def plus(self, other: Reading) -> Reading:
        """Both together."""
        return replace(
            self,
            originals=self.originals + other.originals,
            reports=self.reports + other.reports,
            changed=self.changed + other.changed,
            failures=self.failures + other.failures,
        )

    @property
    def exit_status(self) -> int:
        """1 where an original could not be read."""
        return 1 if self.failures else 0


@dataclass(frozen=True, slots=True)
class Rollback:
    """A re-parse that was taken back: the parsers' release and the number of originals."""

    parser: str
    originals: int

    def text(self) -> str:
        """A line for people."""
        return f"took back the re-parse with parsers {self.parser}: {self.originals} originals read as before"

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


def parse_new(archive: Archive, *, workers: int = 1, progress: Progress = silent) -> Reading:
    """Read every original of a page or file that was never read, and publish the result to readers."""
    gathered = spool.gather(archive.path, selection.unread(archive), workers=workers, progress=progress)
    return _finish(archive, "new", gathered)


def reparse(
    archive: Archive,
    *,
    everything: bool = False,
    only: str | None = None,
    workers: int = 1,
    progress: Progress = silent,
) -> Reading:
    """Read stored originals again with the parsers of this release, and publish the result to readers.

    Only those whose accepted parse is of another release are read, unless ``everything``; ``only`` narrows
    them further (see :func:`archive.selection.choose`), or with ``improvements`` leaves out changes that are
    not for the better. What was never read is read first. :mod:`archive.preview` shows what will change.

    :raises Unknown: ``only`` names nothing that is there.
    """
    names = selection.choose(archive, everything=everything, only=only)
    fresh = None
    if only is None and selection.unread(archive):
        fresh = parse_new(archive, workers=workers, progress=progress)
    gathered = spool.gather(archive.path, names, workers=workers, progress=progress)
    if only == selection.IMPROVEMENTS:
        left = {change.sha256 for change in changed(archive, gathered) if change.judgement != "better"}
        gathered = replace(gathered, names=[name for name in names if name not in left])
    again = _finish(archive, "again", gathered)
    return again.plus(fresh) if fresh else again


def rollback(archive: Archive) -> Rollback:
    """Return to the parses that were accepted before the last re-parse; calling it again goes back further.

    :raises Unknown: there is no re-parse to take back.
    """
    sql = "SELECT id, parser FROM readings WHERE kind = 'again' AND rolled_back_at IS NULL ORDER BY id DESC LIMIT 1"
    row = archive.db.execute(sql).fetchone()
    if row is None:
        raise Unknown(f"{archive.path}: no re-parse to take back")
    connection = archive.db.conn
    with opening.explained(archive.path), archive.db.atomic():
        with fingerprints.changing(connection, "reading", row[0]):
            connection.execute("UPDATE readings SET rolled_back_at = ? WHERE id = ?", (now(), row[0]))
        derive(connection)
    sql = "SELECT count(*) FROM acceptances WHERE reading = ?"
    return Rollback(row[1], *connection.execute(sql, [row[0]]).fetchone())


def _finish(archive: Archive, kind: str, gathered: spool.Gathered) -> Reading:
    """Publish the lines in one transaction and clear them away."""
    with opening.explained(archive.path), archive.db.atomic():
        reading = _publish(archive, kind, gathered)
    gathered.discard()
    return reading


def _publish(archive: Archive, kind: str, lines: Iterable[bytes]) -> Reading:
    """Write the lines and make the readers' tables anew; belongs into one transaction."""
    connection = archive.db.conn
    before = _accepted(archive)
    number, parse = _last(archive, "readings") + 1, _last(archive, "parses") + 1
    fixed = {"parser": parsers.RELEASE, "parsed_at": now(), "reading": number}
    count = reports = changed = 0
    failures = []
    for line in lines:
        sha256 = rows.name_of(line)
        known = before.get(sha256)
        said = known if known and known.digest == rows.digest_of(line) else _said(line)
        count += 1
        reports += said.is_report
        if said.error and not _is_no_document(archive, sha256):
            failures.append(_failure(archive, said.parsed or rows.unpack(line)))
        if said.error == rows.DAMAGED:  # what was read while it was whole stands
            continue
        if said is known and known.parser == parsers.RELEASE:
            continue
        changed += known is not None and said is not known
        _write(connection, parse, said, fixed, after=known.rows_of if known else None)
        connection.execute("INSERT INTO acceptances VALUES (?, ?, ?)", (number, sha256, parse))
        parse += 1
    reading = Reading(parsers.RELEASE, count, reports, changed, tuple(failures))
    if count:
        summary = json.dumps({"originals": count, "reports": reports, "changed": changed})
        row = (number, kind, parsers.RELEASE, fixed["parsed_at"], now(), None, summary)
        connection.execute("INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        fingerprints.take(connection, "reading", number)
    derive(connection)
    return reading


class _Said(NamedTuple):
    """What was said of an original: by the accepted parse, or by a line, which is then unpacked."""

    is_report: int
    error: str | None
    digest: str
    parser: str = ""
    rows_of: int | None = None
    """The parse under which its rows stand."""
    parsed: rows.Parsed | None = None


def _accepted(archive: Archive) -> dict[str, _Said]:
    """What was accepted of each original, by its SHA-256."""
    sql = (
        "SELECT a.sha256, p.is_report, p.error, p.digest, p.parser, a.parse "
        "FROM accepted a JOIN parses p ON p.id = a.latest"
    )
    return {sha256: _Said(*said) for sha256, *said in archive.db.execute(sql)}


def _said(line: bytes) -> _Said:
    parsed = rows.unpack(line)
    return _Said(parsed.body["is_report"], parsed.body["error"], parsed.digest, parsed=parsed)


def _write(
    connection: sqlite3.Connection, parse: int, said: _Said, fixed: dict[str, Any], *, after: int | None
) -> None:
    """Insert the parse; only its head where the accepted parse or an earlier one of the same original said the same."""
    same_as = said.rows_of
    if said.parsed:
        sql = "SELECT id FROM parses WHERE sha256 = ? AND digest = ? AND same_as IS NULL"
        found = connection.execute(sql, (said.parsed.sha256, said.digest)).fetchone()
        same_as = found[0] if found else None
    if said.parsed and same_as is None:
        rows.write(connection, parse, said.parsed, fixed, after=after)
    elif same_as is not None:
        rows.write_same(connection, parse, same_as, fixed)


def _is_no_document(archive: Archive, sha256: str) -> bool:
    """Whether the original is not expected to be read: a picture, kept as the evidence that it is one, or a ZIP
    whose documents were taken out of it and are read by themselves."""
    sql = """
        SELECT media_type LIKE 'image/%' OR (media_type = 'application/zip' AND EXISTS (
            SELECT 1 FROM captures c JOIN captures i ON i.url = c.url || '#zip-1' WHERE c.sha256 = o.sha256))
        FROM originals o WHERE sha256 = ?
    """
    return bool(archive.db.execute(sql, [sha256]).fetchone()[0])


def _failure(archive: Archive, parsed: rows.Parsed) -> Failure:
    sql = "SELECT url FROM captures WHERE sha256 = ? ORDER BY id LIMIT 1"
    (url,) = archive.db.execute(sql, [parsed.sha256]).fetchone()
    _, _, message = parsed.body["problems"][0]
    return Failure(parsed.sha256, url, parsed.body["error"], message)


def _last(archive: Archive, table: str) -> int:
    (number,) = archive.db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    return int(number)

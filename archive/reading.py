"""Originals through the parsers and back into rows: what is new, and again what was read by older parsers.

Both go one way. Worker processes read the originals and hand over lines; the lines gather in a file under
``work/``; when all are there, one transaction writes them and makes the readers' tables anew. Until then no
reader sees anything of the run, and a run that was killed goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import parsers
from archive import opening, rows, spool
from archive.derive import derive
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

    @property
    def exit_status(self) -> int:
        """1 where an original could not be read."""
        return 1 if self.failures else 0


def parse_new(archive: Archive, *, workers: int = 1, progress: Progress | None = None) -> Reading:
    """Read every original of a page or file that was never read, and publish the result to readers."""
    return _run(archive, "new", _unread(archive), workers=workers, progress=progress)


def reparse(
    archive: Archive, *, everything: bool = False, workers: int = 1, progress: Progress | None = None
) -> Reading:
    """Read stored originals again with the parsers of this release, and publish the result to readers.

    Only those whose accepted parse is of another release are read, unless ``everything``.
    """
    names = _readable(archive) if everything else [*_stale(archive), *_unread(archive)]
    return _run(archive, "again", sorted(names), workers=workers, progress=progress)


def _run(
    archive: Archive, kind: str, names: Sequence[str], *, workers: int, progress: Progress | None
) -> Reading:
    """Gather the lines of these originals, then publish them."""
    show = progress or silent
    with spool.gather(archive.path, names, workers=workers, progress=show) as gathered:
        with opening.explained(archive.path), archive.db.atomic():
            reading = _publish(archive, kind, show(gathered, "writing", "original", len(names)))
        gathered.discard()
    return reading


def _publish(archive: Archive, kind: str, lines: Iterable[bytes]) -> Reading:
    """Write the lines and make the readers' tables anew; belongs into one transaction."""
    connection = archive.db.conn
    before = _accepted_digests(archive)
    number, parse = _last(archive, "readings") + 1, _last(archive, "parses") + 1
    fixed = {"parser": parsers.RELEASE, "parsed_at": now(), "reading": number}
    count = reports = changed = 0
    failures = []
    for line in lines:
        parsed = rows.unpack(line)
        count += 1
        reports += parsed.body["is_report"]
        if parsed.body["error"]:
            failures.append(_failure(archive, parsed))
        if before.get(parsed.sha256) == (parsers.RELEASE, parsed.digest):
            continue
        changed += parsed.sha256 in before and before[parsed.sha256][1] != parsed.digest
        rows.write(connection, parse, parsed, fixed)
        connection.execute("INSERT INTO acceptances VALUES (?, ?, ?)", (number, parsed.sha256, parse))
        parse += 1
    reading = Reading(parsers.RELEASE, count, reports, changed, tuple(failures))
    if count:
        summary = json.dumps({"originals": count, "reports": reports, "changed": changed})
        row = (number, kind, parsers.RELEASE, fixed["parsed_at"], now(), None, summary)
        connection.execute("INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    derive(connection)
    return reading


def _unread(archive: Archive) -> list[str]:
    sql = f"SELECT sha256 FROM ({_READABLE}) EXCEPT SELECT sha256 FROM accepted ORDER BY sha256"
    return [name for (name,) in archive.db.execute(sql)]


def _stale(archive: Archive) -> list[str]:
    sql = "SELECT a.sha256 FROM accepted a JOIN parses p ON p.id = a.parse WHERE p.parser <> ? ORDER BY 1"
    return [name for (name,) in archive.db.execute(sql, [parsers.RELEASE])]


def _readable(archive: Archive) -> list[str]:
    return [name for (name,) in archive.db.execute(f"{_READABLE} ORDER BY sha256")]


_READABLE = "SELECT DISTINCT sha256 FROM captures WHERE kind IN ('page', 'file') AND sha256 IS NOT NULL"


def _accepted_digests(archive: Archive) -> dict[str, tuple[str, str]]:
    """Original to release and digest of its accepted parse."""
    sql = "SELECT a.sha256, p.parser, p.digest FROM accepted a JOIN parses p ON p.id = a.parse"
    return {sha256: (parser, digest) for sha256, parser, digest in archive.db.execute(sql)}


def _failure(archive: Archive, parsed: rows.Parsed) -> Failure:
    sql = "SELECT url FROM captures WHERE sha256 = ? ORDER BY id LIMIT 1"
    (url,) = archive.db.execute(sql, [parsed.sha256]).fetchone()
    _, _, message = parsed.body["problems"][0]
    return Failure(parsed.sha256, url, parsed.body["error"], message)


def _last(archive: Archive, table: str) -> int:
    (number,) = archive.db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    return int(number)

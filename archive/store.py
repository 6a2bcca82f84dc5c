"""The archive: one folder with a database, the originals and a log of every capture.

:class:`Archive` is the one class with state. It keeps captures; what the parsers make of them is
written by :mod:`archive.reading`.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from archive import content, derive, log, manifest, opening, originals, rest
from archive.batch import Batch
from archive.errors import Unwritten
from archive.evidence import capture_row, known_after, original_row, utc
from archive.log import Entry
from archive.model import CRAWL_OUTCOMES, NOT_KEPT, Capture, Kept, Known, PortalRow


class Archive:
    """An open archive. Use :meth:`open` in a ``with`` statement.

    ``path`` is its folder, ``db`` the sqlite-utils database (read-only unless opened for writing).
    """

    def __init__(self, path: Path, db: Database, held: TextIOWrapper | None) -> None:
        self.path = path
        self.db = db
        self._lock = held
        self._batch = Batch(first=0)
        self._gathering = False
        self._torn = False
        self._open: set[int] = set()
        if held is not None:
            with opening.explained(path):
                self._recover()
            self._batch = Batch(first=_last(db, "captures") + 1)

    @classmethod
    def open(cls, path: Path | str, *, write: bool = False) -> Self:
        """Open the archive in this folder; for writing it is made if need be.

        Readers are never in a writer's way. Of writers there is one at a time.

        :raises NotAnArchive: there is none (when reading), or the files are not an archive's.
        :raises Locked: another process is writing; the message names it.
        :raises ReadOnly: the folder can't be written.
        :raises Outdated: a later release wrote it, or an earlier one did and it can't be upgraded here.
        """
        folder = Path(path)
        if not write:
            return cls(folder, opening.for_reading(folder), None)
        with ExitStack() as opened:
            held = opened.enter_context(opening.take_lock(folder))
            db = opening.for_writing(folder)
            opened.callback(db.close)
            archive = cls(folder, db, held)
            opened.pop_all()  # from here on it is the archive that closes them
            return archive

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and give back the writer's lock."""
        if self._lock is not None:
            rest.come(self.path, self.db.conn)
        self.db.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def writing(self) -> bool:
        """Whether the archive is open for writing."""
        return self._lock is not None

    def register(self, portals: Iterable[PortalRow]) -> None:
        """Record the portals; one that is known under its id and has changed is brought up to date."""
        known = {row["id"]: row for row in self.db.table("portals").rows}
        rows = [asdict(portal) for portal in portals]
        fresh = [row for row in rows if known.get(row["id"]) != row]
        if fresh:
            self.record(log.PORTALS, [Entry("portals", row) for row in fresh])

    def start_crawl(self, portal_id: str) -> int:
        """Begin a crawl of a registered portal; returns its number.

        An earlier crawl of the portal that never ended (its process was killed) is closed as ``partial``.
        """
        unfinished = "SELECT id FROM crawls WHERE portal = ? AND finished_at IS NULL"
        for (crawl,) in self.db.execute(unfinished, [portal_id]).fetchall():
            self.finish_crawl(crawl, "partial", {"message": "interrupted"})
        crawl = _last(self.db, "crawls") + 1
        row = {"id": crawl, "portal": portal_id, "started_at": now()}
        row |= dict.fromkeys(("finished_at", "outcome", "summary"))
        self.record(log.crawl_name(crawl), [Entry("crawls", row)])
        return crawl

    def finish_crawl(self, crawl: int, outcome: str, summary: Mapping[str, object]) -> None:
        """End a crawl and seal its log into the manifest.

        :param outcome: one of :data:`archive.model.CRAWL_OUTCOMES`.
        :param summary: figures for people, kept as JSON.
        """
        if outcome not in CRAWL_OUTCOMES:
            raise ValueError(f"crawl outcome {outcome!r} is none of {', '.join(CRAWL_OUTCOMES)}")
        (row,) = self.db.table("crawls").rows_where("id = ?", [crawl])
        if row["finished_at"] is not None:
            raise ValueError(f"crawl {crawl} has ended already")
        row |= {"finished_at": now(), "outcome": outcome, "summary": json.dumps(summary, ensure_ascii=False)}
        self.record(log.crawl_name(crawl), [Entry("crawls", row)])
        self._open.discard(crawl)
        manifest.seal_crawl(self.path, crawl, now())

    def keep(self, capture: Capture) -> Kept:
        """Record the capture and store its bytes if they are new content.

        ``new``: first kept bytes of this URL. ``unchanged``: the bytes, or at least the content without
        page furniture, are those kept last. ``changed``: neither. It is on the disk when this returns, while
        :meth:`gathering` by the next :meth:`flush` at the latest.

        :raises Unwritten: the disk refused; the capture is not recorded.
        """
        if capture.outcome is not None and capture.outcome not in NOT_KEPT:
            raise ValueError(f"capture outcome {capture.outcome!r} is none of {', '.join(NOT_KEPT)}")
        self._require_whole()
        kept = self._judged(capture, self.known(capture.url))
        if not self._gathering or self._batch.is_full:
            self.flush()
        return kept

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Within this, captures are written some at a time: when there are enough of them, and by :meth:`flush`.

        What was kept and not yet written is lost by a kill, as if it had never been asked for.
        """
        self._gathering = True
        try:
            yield
        finally:
            self._gathering = False
            if not self._torn:
                self.flush()

    def flush(self) -> None:
        """Write what was gathered; it is on the disk when this returns.

        :raises Unwritten: the disk refused; nothing of it is recorded.
        """
        batch = self._batch
        if batch.is_empty:
            batch.known.clear()
            return
        self._batch = Batch(first=batch.first + batch.captures)
        try:
            self._write(batch.bodies, batch.lines())
        except BaseException:
            self._batch = Batch(first=batch.first)
            raise

    def book(self, crawl: int, totals: Mapping[tuple[str, str], tuple[int, int]]) -> None:
        """Write to the crawl's ledger: (day, host) to requests and bytes so far; on the disk when a capture would be."""
        name = log.crawl_name(crawl)
        for (day, host), (requests, size) in totals.items():
            row = {"day": day, "host": host, "crawl": crawl, "requests": requests, "bytes": size}
            self._batch.booked[name, day, host] = Entry("ledger", row)
        if not self._gathering:
            self.flush()

    def known(self, url: str) -> Known | None:
        """What is held of the URL; None if nothing was ever kept."""
        if not self._gathering:
            return self._stored(url)
        found = self._batch.known
        if url not in found:
            found[url] = self._stored(url)
        return found[url]

    def _stored(self, url: str) -> Known | None:
        row = self._last_kept(url, "sha256, fetched_at, status")
        if row is None:
            return None
        # a 304 need not repeat the validators and carries no content
        headers, content_digest = self._last_kept(url, "headers, content_digest", "status IS NOT 304") or (
            "{}",
            None,
        )
        validators = json.loads(headers)
        return Known(
            row[0], validators.get("etag"), validators.get("last-modified"), row[1], row[2], content_digest
        )

    def original(self, sha256: str) -> bytes:
        """The bytes of an original.

        :raises Damaged: the file is missing or has other bytes.
        """
        gathered = self._batch.bodies.get(sha256)
        return originals.read(self.path, sha256) if gathered is None else gathered

    def _recover(self) -> None:
        """Finish what a killed writer had begun (rows that only the log has, crawls that ended unsealed), and bring
        the readers' tables to the rules of this release."""
        originals.sweep(self.path)
        log.recover(self.path, self.db)
        sealed = manifest.latest(self.path)
        since = sealed[-1].sealed_at if sealed else ""
        ended = "SELECT id FROM crawls WHERE finished_at >= ? ORDER BY id"
        for (crawl,) in self.db.execute(ended, [since]).fetchall():
            if crawl not in {seal.crawl for seal in sealed}:
                manifest.seal_crawl(self.path, crawl, now())
        if not derive.is_current(self.db.conn):
            with self.db.atomic():
                derive.derive(self.db.conn)

    def record(
        self, name: str, entries: list[Entry], *, then: Callable[[sqlite3.Connection], None] | None = None
    ) -> None:
        """Write rows of evidence to the log of that name, then to the database; a kill in between is mended.

        ``then`` belongs to the same transaction. Once the database has refused, nothing more is written before
        the archive has been opened anew, which brings both together again.

        :raises Unwritten: the disk refused.
        """
        self.flush()
        self._write({}, {name: entries}, then=then)

    def _write(
        self,
        bodies: Mapping[str, bytes],
        entries: Mapping[str, list[Entry]],
        *,
        then: Callable[[sqlite3.Connection], None] | None = None,
    ) -> None:
        """Originals, then logs, then the database: a row never speaks of what is not on the disk."""
        self._require_whole()
        self._torn = self._gathering  # captures that were answered for are lost if this fails
        originals.write_all(self.path, bodies)
        for name, lines in entries.items():
            log.append(self.path, name, lines)
            self._torn = True
        with opening.explained(self.path), self.db.atomic():
            log.apply_all(self.db.conn, chain.from_iterable(entries.values()))
            if then is not None:
                then(self.db.conn)
        self._torn = False

    def _judged(self, capture: Capture, known: Known | None) -> Kept:
        if capture.outcome is not None:
            return self._gather(capture, capture.outcome, known)
        if capture.body is None:
            return self._keep_without_body(capture, known)
        return self._keep_body(capture, capture.body, known)

    def _keep_without_body(self, capture: Capture, known: Known | None) -> Kept:
        if capture.status == 304 and known is not None:
            return self._gather(capture, "unchanged", known, known.sha256)
        message = capture.message or f"answered {capture.status} without a body, and nothing is held of it"
        return self._gather(replace(capture, message=message), "error", known)

    def _keep_body(self, capture: Capture, body: bytes, known: Known | None) -> Kept:
        sha256 = hashlib.sha256(body).hexdigest()
        if known is None:
            return self._gather(capture, "new", known, sha256, sha256)
        if sha256 == known.sha256:  # written all the same: heals a stored file that was lost
            return self._gather(capture, "unchanged", known, sha256, sha256)
        if capture.content_digest is None:
            capture = replace(capture, content_digest=content.digest(body, sha256))
        if capture.content_digest == self._content_digest(known, capture):
            return self._gather(capture, "unchanged", known, known.sha256, sha256)
        return self._gather(capture, "changed", known, sha256, sha256)

    def _content_digest(self, known: Known, capture: Capture) -> str | None:
        if capture.kind == "list":
            return known.content_digest
        return content.digest(self.original(known.sha256), known.sha256)

    def _last_kept(self, url: str, columns: str, also: str = "true") -> tuple[Any, ...] | None:
        kept = "outcome IN ('new', 'changed', 'unchanged')"
        sql = f"SELECT {columns} FROM captures WHERE url = ? AND {kept} AND {also} ORDER BY id DESC LIMIT 1"
        found: tuple[Any, ...] | None = self.db.execute(sql, [url]).fetchone()
        return found

    def _gather(
        self,
        capture: Capture,
        outcome: str,
        known: Known | None,
        sha256: str | None = None,
        body_sha256: str | None = None,
    ) -> Kept:
        """Put the capture into the batch, its bytes too where they are those of the original."""
        self._require_open(capture.crawl)
        batch = self._batch
        number = batch.first + batch.captures
        row = capture_row(capture, number, outcome, sha256) | {"body_sha256": body_sha256}
        entries = [Entry("captures", row)]
        body = capture.body if sha256 == body_sha256 else None
        if body is not None and sha256 is not None and not self._holds(sha256):
            entries.insert(0, Entry("originals", original_row(capture, body, sha256)))
        batch.add(log.crawl_name(capture.crawl), entries, sha256=sha256, body=body)
        if sha256 is not None:
            batch.known[capture.url] = known_after(capture, row, known)
        return Kept(number, outcome, sha256)

    def _require_whole(self) -> None:
        if self._torn:
            raise Unwritten(f"{self.path}: an earlier write failed; free some space, then run again")

    def _require_open(self, crawl: int) -> None:
        """A crawl that ended is sealed; the look-up is made once."""
        if crawl not in self._open:
            found = self.db.execute("SELECT 1 FROM crawls WHERE id = ? AND finished_at IS NULL", [crawl])
            if found.fetchone() is None:
                raise ValueError(f"crawl {crawl} has ended or was never started")
            self._open.add(crawl)

    def _holds(self, sha256: str) -> bool:
        if sha256 in self._batch.rows:
            return True
        found = self.db.execute("SELECT 1 FROM originals WHERE sha256 = ?", [sha256]).fetchone()
        return found is not None


def now() -> str:
    """The time in UTC, ISO 8601, to the second."""
    return utc(datetime.now(UTC))


def _last(db: Database, table: str) -> int:
    (number,) = db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    return int(number)

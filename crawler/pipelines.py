"""From answers to captures: the only door from the crawler into the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from archive import history
from archive.errors import Damaged
from archive.history import Sighting
from archive.model import Capture, CaptureKind
from archive.store import Archive
from crawler.answer import Answer, name_of, now
from crawler.judge import Verdict
from crawler.lists.model import File, Next
from crawler.portals import Column, Portal
from crawler.recognise import Expected
from crawler.tally import Tally
from crawler.tls import LEGACY, RECORD

_KEEP = Verdict()


@dataclass(frozen=True, slots=True)
class Context:
    """How a link was come by: what we take it for, and where it was found."""

    kind: CaptureKind
    found_on: str | None = None
    column: Column | None = None
    link_text: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that may lead to a report: where it was found and under which words."""

    url: str
    context: Context
    files: tuple[File, ...] = ()

    @property
    def expect(self) -> Expected:
        """An attachment must be a file; a list's entry may be either."""
        return "file" if self.context.kind == "file" else "page"


class Keeper:
    """Keeps the answers of one portal's crawl, and remembers what an interrupted crawl had kept already."""

    def __init__(self, archive: Archive, portal: Portal, *, resume_days: float = 3) -> None:
        self.archive = archive
        self.portal = portal.id
        self.marks = {RECORD: portal.tls} if portal.tls == LEGACY else {}
        unfinished = history.unfinished(archive.db, portal.id, since=days_ago(resume_days))
        self.crawl = unfinished or archive.start_crawl(portal.id)
        self._ledger = history.ledger(archive.db, self.crawl)
        self._before: dict[str, Sighting] = (
            {sighting.url: sighting for sighting in history.sightings(archive.db, unfinished)}
            if unfinished
            else {}
        )

    def recall(self, url: str) -> Answer | None:
        """The answer that this crawl kept before it was interrupted; None if it has to be asked for."""
        sighting = self._before.get(url)
        if sighting is None:
            return None
        try:
            body = self.archive.original(sighting.sha256) if sighting.sha256 else b""
        except Damaged:
            return None
        kept = sighting.sha256 is not None
        return Answer(
            url,
            sighting.fetched_at,
            final_url=sighting.final_url or url,
            status=sighting.status,
            headers=sighting.headers,
            body=body,
            hops=(url,) if sighting.final_url else (),
            outcome=None if kept else sighting.outcome,
            message=sighting.message,
            stored=sighting.outcome,
        )

    def validators(self, ask: Next) -> Mapping[str, str]:
        """Headers that ask for the bytes only if they differ from those that are stored."""
        known = self.archive.known(name_of(ask))
        if known is None:
            return {}
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in headers.items() if value}

    def not_modified(self, answer: Answer) -> Answer | None:
        """A 304 with the stored bytes that it speaks of; None if they are not there: ask without conditions then."""
        known = self.archive.known(answer.url)
        try:
            return replace(answer, body=self.archive.original(known.sha256)) if known else None
        except Damaged:
            return None

    def keep(self, answer: Answer, context: Context, *, digest: str | None = None) -> str:
        """Store an answer's bytes; returns ``new``, ``changed`` or ``unchanged``."""
        if answer.stored:
            return answer.stored
        body = None if answer.status == 304 else answer.body
        return self.archive.keep(self._capture(answer, context, body=body, content_digest=digest)).outcome

    def fail(self, answer: Answer, context: Context, verdict: Verdict) -> str:
        """Record an answer that brought nothing to keep; returns the outcome."""
        if answer.stored:
            return answer.stored
        return self.archive.keep(self._capture(answer, context, verdict)).outcome

    def robots(self, answer: Answer) -> None:
        """Keep a robots.txt, or record that there was none."""
        context = Context("robots")
        if answer.status == 200 and answer.body and not answer.outcome:
            self.keep(answer, context)
        else:
            outcome = answer.outcome or ("not_found" if answer.status in (404, 410) else "error")
            self.fail(answer, context, Verdict(outcome, answer.message or f"HTTP {answer.status}"))

    def published(self) -> Iterator[Candidate]:
        """The portal's known reports, wherever they were found: one that left its list is asked for all the same."""
        self.archive.flush()
        for origin in history.published(self.archive.db, self.portal):
            column = Column(origin.column_url, origin.agency) if origin.column_url else None
            yield Candidate(origin.url, Context(origin.kind, origin.found_on, column, origin.link_text))

    def was(self, url: str, outcome: str) -> bool:
        """Whether an earlier crawl recorded the address last under this outcome."""
        return history.last_outcome(self.archive.db, url, before=self.crawl) == outcome

    def kept_since(self, url: str, days: float) -> bool:
        """Whether the address was kept within so many days."""
        known = self.archive.known(url) if days else None
        return known is not None and known.fetched_at >= days_ago(days)

    def last_complete(self) -> Mapping[str, object] | None:
        """What the portal's last complete crawl came to."""
        return history.last_complete(self.archive.db, self.portal)

    def spend(self, host: str, size: int) -> None:
        """Book a request; the ledger is written with the captures, so that a kill loses as little of it as of them."""
        key = (now()[:10], host)
        requests, size_so_far = self._ledger.get(key, (0, 0))
        self._ledger[key] = (requests + 1, size_so_far + size)
        self.archive.book(self.crawl, {key: self._ledger[key]})

    def finish(self, tally: Tally) -> None:
        """Close the crawl with its outcome and counts."""
        self.archive.finish_crawl(self.crawl, tally.outcome, tally.as_json())

    def _capture(
        self,
        answer: Answer,
        context: Context,
        verdict: Verdict = _KEEP,
        *,
        body: bytes | None = None,
        content_digest: str | None = None,
    ) -> Capture:
        column = context.column
        return Capture(
            crawl=self.crawl,
            url=answer.url,
            fetched_at=answer.fetched_at,
            kind=context.kind,
            status=answer.status,
            body=body,
            outcome=verdict.outcome,
            message="; ".join(filter(None, (verdict.message, _hops(answer)))) or None,
            final_url=answer.final_url if answer.hops else None,
            headers={**answer.headers, **self.marks} if self.marks else answer.headers,
            request_headers=answer.sent,
            found_on=context.found_on,
            column_url=column.url if column else None,
            link_text=context.link_text,
            agency=column.agency if column else None,
            content_digest=content_digest,
        )


def days_ago(days: float) -> str:
    """The time so many days ago in UTC, ISO 8601."""
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _hops(answer: Answer) -> str | None:
    if not answer.hops:
        return None
    chain = answer.hops if answer.hops[-1] == answer.final_url else (*answer.hops, answer.final_url)
    return f"redirected: {' -> '.join(chain)}"

"""From answers to captures: the only door from the crawler into the archive."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive.model import Capture, CaptureKind
from archive.store import Archive
from crawler.fetch import Answer
from crawler.judge import Verdict
from crawler.portals import Column
from crawler.tally import Tally


@dataclass(frozen=True, slots=True)
class Context:
    """How a link was come by: what we take it for, and where it was found."""

    kind: CaptureKind
    found_on: str | None = None
    column: Column | None = None
    link_text: str | None = None


class Keeper:
    """Keeps the answers of one portal's crawl."""

    def __init__(self, archive: Archive, portal_id: str) -> None:
        self.archive = archive
        self.crawl = archive.start_crawl(portal_id)

    def keep(self, answer: Answer, context: Context, *, digest: str | None = None) -> str:
        """Store an answer's bytes; returns ``new``, ``changed`` or ``unchanged``."""
        capture = replace(self._capture(answer, context), body=answer.body, content_digest=digest)
        return self.archive.keep(capture).outcome

    def fail(self, answer: Answer, context: Context, verdict: Verdict) -> str:
        """Record an answer that brought nothing to keep; returns the outcome."""
        capture = self._capture(answer, context)
        message = "; ".join(filter(None, (verdict.message, capture.message)))
        capture = replace(capture, outcome=verdict.outcome, message=message or None)
        return self.archive.keep(capture).outcome

    def robots(self, answer: Answer) -> None:
        """Keep a robots.txt, or record that there was none."""
        context = Context("robots")
        if answer.status == 200 and answer.body:
            self.keep(answer, context)
        else:
            outcome = answer.outcome or ("not_found" if answer.status in (404, 410) else "error")
            self.fail(answer, context, Verdict(outcome, answer.message or f"HTTP {answer.status}"))

    def finish(self, tally: Tally) -> None:
        """Close the crawl with its outcome and counts."""
        self.archive.finish_crawl(self.crawl, tally.outcome, tally.as_json())

    def _capture(self, answer: Answer, context: Context) -> Capture:
        column = context.column
        return Capture(
            crawl=self.crawl,
            url=answer.url,
            fetched_at=answer.fetched_at,
            kind=context.kind,
            status=answer.status,
            message=_hops(answer),
            final_url=answer.final_url if answer.hops else None,
            headers=answer.headers,
            found_on=context.found_on,
            column_url=column.url if column else None,
            link_text=context.link_text,
            agency=column.agency if column else None,
        )


def _hops(answer: Answer) -> str | None:
    return f"redirected: {' -> '.join([*answer.hops, answer.final_url])}" if answer.hops else None

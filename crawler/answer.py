"""What came of one question to a portal, and how it is named and redirected: no network in here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote, urldefrag, urljoin

from scrapy.http import Headers, Response

from crawler.lists.model import Next, Page

_HELD = re.compile(rb"(\b__\w+=)([^&]{200,})")
REDIRECTS = (301, 302, 303, 307, 308)
KEPT_HEADERS = (
    "content-type",
    "content-disposition",
    "content-length",
    "content-encoding",
    "date",
    "etag",
    "last-modified",
    "location",
    "retry-after",
    "server",
    "x-cache",
)
"""Headers that are recorded with a capture."""
SENT_HEADERS = (
    "user-agent",
    "accept",
    "accept-language",
    "accept-encoding",
    "if-none-match",
    "if-modified-since",
)
"""Headers of ours that are recorded with it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question. ``outcome`` is set where there is nothing to judge or keep."""

    url: str
    fetched_at: str
    final_url: str = ""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)
    """Headers of our request, where it was a GET."""
    body: bytes = b""
    hops: tuple[str, ...] = ()
    """Addresses that redirected, in order; the first is ``url``."""
    outcome: str | None = None
    message: str | None = None
    stored: str | None = None
    """Answered from the archive: the outcome under which this crawl kept it before it was interrupted."""

    def named(self, url: str, hops: Sequence[str]) -> Answer:
        """The same under the name of the first question and with the addresses that led on; itself if that is all."""
        return replace(self, url=url, hops=tuple(hops)) if hops or url != self.url else self

    def page(self, ask: Next) -> Page:
        """The answer as the list adapters and recognisers see it."""
        return Page(
            url=self.final_url or self.url,
            body=self.body,
            status=200 if self.status == 304 else self.status or 0,
            headers=self.headers,
            requested=self.hops[0] if self.hops else None,
            number=ask.number,
            state=ask.state,
        )


def answer_of(ask: Next, response: Response) -> Answer:
    """The answer that a response is."""
    return Answer(
        ask.url,
        now(),
        final_url=ask.url,
        status=response.status,
        headers=_readable(response.headers, KEPT_HEADERS),
        sent=_readable(response.request.headers, SENT_HEADERS)
        if ask.method == "GET" and response.request
        else {},
        body=response.body,
    )


def _readable(headers: Headers, names: Iterable[str]) -> dict[str, str]:
    found = {name.lower().decode("latin-1"): values for name, values in headers.items()}
    return {
        name: b", ".join(found[name]).decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
        for name in names
        if found.get(name)
    }


def target_of(answer: Answer) -> str | None:
    """Where a redirect leads, as an absolute URL without fragment; None for anything else."""
    if answer.outcome:
        return None
    location = answer.headers.get("location")
    if answer.status not in REDIRECTS or not location:
        return None
    try:
        return urldefrag(urljoin(answer.final_url or answer.url, location.strip().replace(" ", "%20"))).url
    except ValueError:
        return None


def redirected(ask: Next, target: str, status: int) -> Next:
    """The question to ask after a redirect; a POST becomes a GET where browsers do that."""
    if status in (301, 302, 303) and ask.method == "POST":
        return replace(ask, url=target, method="GET", body=b"")
    return replace(ask, url=target)


def name_of(ask: Next) -> str:
    """The name under which the answer to ``ask`` is archived: its URL, for a POST with the body behind it.

    The notation is that of the web archives' replay tools (``__wb_method=POST``). Long values that a server gave its
    page to hand back (``__VIEWSTATE``, often tens of kilobytes) stand in it by their digest.
    """
    if ask.method == "GET":
        return ask.url
    held = _HELD.sub(lambda found: found[1] + sha256(found[2]).hexdigest()[:16].encode(), ask.body)
    body = quote(held, safe="=&%+/:,.-_~[]{}\"'*!()")
    return f"{ask.url}{'&' if '?' in ask.url else '?'}__wb_method={ask.method}&{body}"


def now() -> str:
    """The time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""The nouns of the list adapters: a fetched page, and what a list page says.

An adapter is a module with ``FAMILY``, ``match(page) -> float`` (0 to 1) and ``read(page) -> Listing``.
Adapters are pure: they see one response and never ask for another; a request that must follow is a
:class:`Next`, and what an adapter needs to remember travels in its ``state``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Protocol, TypeVar, cast
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from crawler.lists.encoding import decode, is_utf8

Made = TypeVar("Made")
_EMBEDS = re.compile(rb"<[ifeo](?:frame|rame|mbed|bject)\b")
_URL = "!#$%&'()*+,/:;=?@[]~{}\"|^`\\"
"""What stays as it is in an address: only characters beyond ASCII are escaped here."""
_BLANK = dict.fromkeys(map(ord, "\t\n\r\x00"))
_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
"""A visit's number that a server writes into its links: under the next one the same page would seem new."""


@dataclass(frozen=True)
class Page:
    """One response as it arrived; text, tree and base are made when first asked for."""

    url: str
    """The final URL, after redirects: relative links are resolved against it."""
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    requested: str | None = None
    """The URL that was asked for, where a redirect led elsewhere."""
    number: int = 1
    """Which page of its listing this is, as ``Next.number`` said."""
    state: Mapping[str, str] = field(default_factory=dict)
    """What the ``Next`` that led here wanted remembered."""

    @cached_property
    def text(self) -> str:
        """The body as characters: byte order mark, else strict UTF-8, else strict GB18030, else the better of both."""
        return decode(self.body)

    @cached_property
    def folded(self) -> bytes:
        """The body with ASCII letters in lower case: what a page can't hold is told from it without parsing."""
        wide = self.body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return (self.text.encode("utf-8", "replace") if wide else self.body).lower()

    @cached_property
    def embeds(self) -> bool:
        """Whether there are frames or embedded objects."""
        return bool(_EMBEDS.search(self.folded))

    @cached_property
    def tree(self) -> HtmlElement | None:
        """The parsed document; None where there is nothing to parse."""
        source = self.text.replace("\x00", "").encode("utf-8", "replace")
        if not source.strip():
            return None
        try:
            return lxml.html.document_fromstring(source, parser=lxml.html.HTMLParser(encoding="utf-8"))
        except etree.ParserError:
            return None

    @cached_property
    def base(self) -> str:
        """What relative links are resolved against: ``<base href>``, else the final URL."""
        if "<base" not in self.text[:20_000].lower() or self.tree is None:
            return self.url
        found = self.tree.find(".//base[@href]")
        return self.url if found is None else urljoin(self.url, (found.get("href") or "").strip())

    @cached_property
    def seen(self) -> dict[str, object]:
        """What functions under :func:`once` have made of the page."""
        return {}

    @cached_property
    def listings(self) -> dict[str | None, Listing]:
        """Family to what its adapter has read here already; kept by :func:`crawler.lists.adapters.read`."""
        return {}

    def _escaped(self, url: str) -> str:
        """The address as a browser sends it: its path in UTF-8, its query in the page's own encoding."""
        head, mark, query = url.partition("?")
        encoding = "utf-8" if is_utf8(self.body) else "gb18030"
        return f"{quote(head, safe=_URL)}{mark}{quote(query, safe=_URL, encoding=encoding, errors='replace')}"

    def absolute(self, href: str | None) -> str | None:
        """``href`` as an absolute http(s) URL without fragment or session; None for scripts, mail and the like."""
        known = self._absolutes
        if href not in known:
            known[href] = self._absolute(href)
        return known[href]

    @cached_property
    def _absolutes(self) -> dict[str | None, str | None]:
        return {}

    def _absolute(self, href: str | None) -> str | None:
        target = (href or "").translate(_BLANK).strip().replace(" ", "%20")
        if not target or target.startswith("#"):
            return None
        try:
            url = _SESSION.sub("", urldefrag(urljoin(self.base, target)).url)
            url = url if url.isascii() else self._escaped(url)
            parts = urlsplit(url)
            if "/." in parts.path:  # urljoin leaves the dots of an address with a host as they are
                url = urljoin(url, parts._replace(scheme="", netloc="").geturl())
        except ValueError:
            return None
        return url if parts.scheme in ("http", "https") and parts.hostname else None


def once(look: Callable[[Page], Made]) -> Callable[[Page], Made]:
    """A function of a page alone whose result is kept with the page: recogniser, adapters and walk ask the same."""
    name = f"{look.__module__}.{look.__name__}"

    @wraps(look)
    def looked(page: Page) -> Made:
        made = page.seen
        if name not in made:
            made[name] = look(page)
        return cast("Made", made[name])

    return looked


@dataclass(frozen=True, slots=True)
class File:
    """A file that a list row or a page offers: where, its name if one is given, and how it was found."""

    url: str
    name: str = ""
    how: str = "anchor"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a listing that may lead to a report."""

    url: str
    title: str
    date: str | None = None
    """ISO date printed in the row, else the one in the URL."""
    text: str = ""
    """The row's whole text."""
    files: tuple[File, ...] = ()
    """Attachments that the listing itself names (JSON listings do)."""


@dataclass(frozen=True, slots=True)
class Next:
    """A request for more of the same listing."""

    url: str
    method: str = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    number: int = 2
    state: Mapping[str, str] = field(default_factory=dict)
    """Hand this back as ``Page.state``; ``family`` in it names the adapter that reads the answer."""
    sure: bool = True
    """False where the page only might exist: its absence is then the normal end of the list."""


@dataclass(frozen=True, slots=True)
class Child:
    """A column below this one (one for each year or agency) that is a listing of its own."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What one list page says."""

    entries: tuple[Entry, ...] = ()
    next: tuple[Next, ...] = ()
    children: tuple[Child, ...] = ()
    total: int | None = None
    """Number of entries in the whole listing, if the page says so."""
    pages: int | None = None
    """Number of pages in the whole listing, if the page says so."""
    truncated: bool = False
    """The listing itself shows that entries can't be reached."""
    family: str = "anchors"
    problems: tuple[str, ...] = ()


class Adapter(Protocol):
    """What every module of a family offers."""

    FAMILY: str

    def match(self, page: Page) -> float:
        """How sure we are, 0 to 1, that this page was made by the family."""
        ...

    def read(self, page: Page) -> Listing:
        """The page's entries and what to ask next."""
        ...

"""The same page under another address: portals that answer unknown addresses with their home page, a list or a notice.

Only pages that do not prove themselves are asked about: no report's words, no article, no row of the column's own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler import identity, shells, titles
from crawler.judge import Verdict
from crawler.lists import rows
from crawler.lists.model import Page
from crawler.magic import sniff
from crawler.recognise import Expected, has_article, is_report_text

_CHANGING = re.compile(r"[\d\s:/年月日时分秒]+")


@dataclass(slots=True)
class Echoes:
    """The pages of one crawl that others may repeat: lists, the home page, and what did not prove itself."""

    _lists: dict[str, str] = field(default_factory=dict)
    _links: dict[str, frozenset[str]] = field(default_factory=dict)
    """Address of each list to everything that it links."""
    _pages: dict[str, tuple[str, int]] = field(default_factory=dict)

    def note(self, page: Page) -> None:
        """Remember a list."""
        self.note_home(page)
        self._links[page.url] = frozenset(_addresses(page))

    def note_home(self, page: Page) -> None:
        """Remember the home page: whatever it links, a page that reads like it is no column."""
        self._lists.setdefault(fingerprint(page), page.url)

    def verdict(self, page: Page, link_text: str | None, *, expect: Expected = "page") -> Verdict | None:
        """That the page repeats another: a list or the home page, or what a link to another year's report showed.

        Years' and agencies' columns may read alike but for their numbers: a list that links something of its own is none.
        """
        year = titles.year(link_text or "")
        first = self._lists.get(fingerprint(page))
        if expect == "list" and first in self._links and not self._links[first].issuperset(_addresses(page)):
            return None
        if first is None and year is not None:
            first, other = self._pages.setdefault(exact(page), (page.url, year))
            first = first if other != year else None
        if first is None or first == page.url:
            return None
        return Verdict("soft_404", f"same_page: what {first} shows")


def doubtful(page: Page, expect: Expected) -> bool:
    """Whether nothing on the page shows that it is what was asked for."""
    if sniff(page.body) != "html" or is_report_text(page) or has_article(page):
        return False
    if titles.score(identity.title(page)) == 2 or identity.meta(page).get("articletitle"):
        return False
    return expect != "list" or not rows.entries(page, guess=False)


def fingerprint(page: Page) -> str:
    """A digest of what a reader sees, without numbers: counters, dates and clocks move."""
    return hashlib.sha256(_CHANGING.sub("", shells.visible_text(page)).encode("utf-8", "replace")).hexdigest()


def exact(page: Page) -> str:
    """A digest of the text with its numbers and of everything that the page links or shows."""
    text = "\n".join((shells.visible_text(page), *_addresses(page)))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _addresses(page: Page) -> Iterator[str]:
    for node in (
        page.tree.iter("a", "img", "iframe", "frame", "embed", "object") if page.tree is not None else ()
    ):
        yield page.absolute(node.get("href") or node.get("src") or node.get("data")) or ""

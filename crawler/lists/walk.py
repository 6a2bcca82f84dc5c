"""One listing, page after page: what is new on a page, whether to go on, and whether the end is the real end.

Servers answer pages past the end in many ways: 404, a stub with status 200, a refresh to the first page, the last
or the first page again. A walk ends at the first page that brings nothing new, and says whether all was seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler import shells
from crawler.lists.model import Entry, Listing, Next, Page

MAX_PAGES = 100


@dataclass(slots=True)
class Walk:
    """The state of one listing while it is read."""

    max_pages: int = MAX_PAGES
    seen: set[str] = field(default_factory=set)
    asked: set[tuple[str, bytes]] = field(default_factory=set)
    first: frozenset[str] = frozenset()
    pages: int = 0
    total: int | None = None
    declared: int | None = None
    truncated: bool = False
    problems: list[str] = field(default_factory=list)

    def take(self, page: Page, listing: Listing) -> tuple[tuple[Entry, ...], tuple[Next, ...]]:
        """The entries of this page that were not seen before, and the requests that follow it."""
        self.pages += 1
        self.total = listing.total if listing.total is not None else self.total
        self.declared = listing.pages or self.declared
        self.truncated = self.truncated or listing.truncated
        self.problems += listing.problems
        urls = frozenset(entry.url for entry in listing.entries)
        new = tuple(entry for entry in listing.entries if entry.url not in self.seen)
        self.seen |= urls
        if page.number == 1:
            self.first = urls
        elif not new and not self._continues(listing):
            self._end(page, listing, urls)
            return (), ()
        return new, self._following(listing)

    def fail(self, page: Page, *, sure: bool) -> None:
        """A page of the listing did not come (404, stub, wall): the list is cut off if the page had to exist."""
        beyond = shells.refresh_to_first_page(page) and not sure
        if sure and not beyond:
            self._cut(f"page {page.number} of the listing could not be read ({page.url})")

    def finish(self) -> bool:
        """Call when no request is open any more; whether the listing was cut off."""
        if self.total is not None and len(self.seen) < self.total and not self.truncated:
            self._cut(f"the listing counts {self.total} entries and shows {len(self.seen)}")
        return self.truncated

    def _following(self, listing: Listing) -> tuple[Next, ...]:
        following = tuple(item for item in listing.next if (item.url, item.body) not in self.asked)
        self.asked |= {(item.url, item.body) for item in following}
        if following and self.pages >= self.max_pages:
            self._cut(f"stopped after {self.pages} pages")
            return ()
        return following

    def _continues(self, listing: Listing) -> bool:
        """A shell or frame has no entries of its own and leads on."""
        return not listing.entries and any(item.number == 1 for item in listing.next)

    def _end(self, page: Page, listing: Listing, urls: frozenset[str]) -> None:
        declared = self.declared or 0
        if urls and urls == self.first and (declared > page.number or page.number <= declared):
            self._cut(f"page {page.number} shows the first page again: the server ignores the page's number")
        elif not listing.entries and page.number <= declared and not self._complete():
            self._cut(f"page {page.number} of {declared} is empty")

    def _complete(self) -> bool:
        return self.total is not None and len(self.seen) >= self.total

    def _cut(self, why: str) -> None:
        self.truncated = True
        self.problems.append(f"listing_truncated: {why}")

"""One listing, page after page: what is new on a page, whether to go on, and whether the end is the real end.

Servers answer pages past the end in many ways: 404, a stub with status 200, a refresh to the first page, the last
or the first page again. A course ends at the first page that brings nothing new, and says whether all was seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.lists import tries
from crawler.lists.model import Entry, Listing, Next, Page

MAX_EMPTY = 3


@dataclass(slots=True)
class Course:
    """The state of one listing while it is read. Its child columns are courses of their own."""

    max_pages: int = 100
    seen: set[str] = field(default_factory=set)
    first: frozenset[str] = frozenset()
    pages: int = 0
    empty: int = 0
    """Pages in a row without an entry; a shell or a second try of a group has none either."""
    total: int | None = None
    cut: list[str] = field(default_factory=list)
    """Why the listing is not complete, a sentence each; empty while it seems to be."""

    def take(self, page: Page, listing: Listing) -> tuple[tuple[Entry, ...], tuple[Next, ...]]:
        """The entries of this page that were not seen before, and the requests that follow it."""
        self.pages += 1
        self.total = listing.total if listing.total is not None else self.total
        urls = frozenset(entry.url for entry in listing.entries)
        new = tuple(entry for entry in listing.entries if entry.url not in self.seen)
        self.seen |= urls
        self.empty = 0 if urls else self.empty + 1
        if listing.truncated:
            self.cut.append(f"{page.url} does not list all of its entries")
        if page.number == 1:
            self.first = urls
        elif self.empty > MAX_EMPTY:
            return (), ()
        elif urls and not new:
            self._stale(page, listing, urls)
            return (), ()
        return new, self._following(page, listing)

    def fail(self, page: Page, *, sure: bool) -> tuple[Next, ...]:
        """A page of the listing did not come (404, stub, wall): the request to make instead, if there is another.

        Where the page had to exist and there is no other way, the listing is cut off.
        """
        way = tries.other(page)
        if way:
            return (way,)
        if sure and page.number > 1:
            self.cut.append(f"page {page.number} of the listing could not be read")
        return ()

    def finish(self) -> tuple[str, ...]:
        """Call when no request is open any more; why the listing is not complete, if it is not."""
        if not self.cut and self.total is not None and len(self.seen) < self.total:
            self.cut.append(f"the listing counts {self.total} entries and shows {len(self.seen)}")
        return tuple(self.cut)

    def _following(self, page: Page, listing: Listing) -> tuple[Next, ...]:
        if listing.next and self.pages >= self.max_pages:
            self.cut.append(f"stopped after {self.pages} pages")
            return ()
        complete = self.total is not None and len(self.seen) >= self.total
        if not listing.next and not complete and (listing.pages or 0) > page.number:
            self.cut.append(f"page {page.number + 1} of {listing.pages} can't be reached without a script")
        return listing.next

    def _stale(self, page: Page, listing: Listing, urls: frozenset[str]) -> None:
        more = (listing.pages or 0) >= page.number or (self.total or 0) > len(self.seen)
        if urls == self.first and more:
            self.cut.append(
                f"page {page.number} shows the first page again: the server ignores the page's number"
            )

"""The generic listing: plain anchors with titles and dates, and a next page that can be seen.

It reads whatever no family claims, and it is the second try of the others.
"""

from __future__ import annotations

from crawler.lists import pagers, rows
from crawler.lists.model import Listing, Page

FAMILY = "anchors"


def match(page: Page) -> float:
    """Always possible, never preferred."""
    return 0.1 if page.tree is not None else 0.0


def read(page: Page) -> Listing:
    """Rows of the page's own list, its next page, and the columns below it."""
    pager = pagers.find(page)
    return Listing(
        entries=rows.entries(page),
        next=(pager.next,) if pager.next else (),
        children=rows.children(page) if page.number == 1 else (),
        total=pager.total,
        pages=pager.pages,
        family=FAMILY,
    )

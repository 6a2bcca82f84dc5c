"""The generic listing: plain anchors with titles and dates, and a next page that can be seen.

It reads whatever no family claims, and it is the second try of the others.
"""

from __future__ import annotations

from crawler.lists import inline, pagers, rows
from crawler.lists.model import Listing, Page

FAMILY = "anchors"


def match(page: Page) -> float:
    """Always possible, never preferred."""
    return 0.1 if page.tree is not None else 0.0


def read(page: Page, *, guess: bool = True) -> Listing:
    """Rows of the page's own list, its next page, and the columns below it; ``guess`` as in :func:`rows.entries`."""
    pager = pagers.find(page)
    children = rows.children(page) if page.number == 1 else ()
    sure = rows.entries(page, guess=False) or inline.entries(page)
    return Listing(
        entries=sure or rows.entries(page, guess=guess and not children),
        next=(pager.next,) if pager.next else (),
        children=children,
        total=pager.total,
        pages=pager.pages,
        truncated=pager == pagers.Pager() and pagers.unreachable(page),
        family=FAMILY,
    )

"""Column pages that only lead on: a redirect by script or meta tag, or a frame that holds the list."""

from __future__ import annotations

from crawler import shells
from crawler.lists import rows
from crawler.lists.model import Listing, Next, Page

FAMILY = "leads"
MAX_HOPS = 3


def match(page: Page) -> float:
    """Sure for a page without content that names where to go; likely for a frame beside no rows of its own."""
    if page.number > 1:
        return 0.0
    if shells.target(page):
        return 0.99
    return 0.7 if shells.frames(page) and not rows.entries(page, guess=False) else 0.0


def read(page: Page) -> Listing:
    """The target or the frames as the same first page of the list, at most three hops away."""
    hops = int(page.state.get("hops") or 0)
    target = shells.target(page)
    urls = (target,) if target else shells.frames(page)
    if hops >= MAX_HOPS:
        return Listing(family=FAMILY, problems=(f"gave up after {hops} redirects in the page",))
    state = {**page.state, "hops": str(hops + 1)}
    state.pop("family", None)
    sure = len(urls) == 1  # of several frames some are mere navigation
    return Listing(
        next=tuple(
            Next(url, headers={"Referer": page.url}, number=1, state=state, sure=sure) for url in urls
        ),
        family=FAMILY,
    )

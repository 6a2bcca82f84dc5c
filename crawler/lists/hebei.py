"""Hebei's common platform: ``/columns/<uuid>/index.html``, further pages from a block's address."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.lists import anchors, data, pagers, rows
from crawler.lists.model import Listing, Next, Page

FAMILY = "hebei"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_COLUMN = re.compile(rf"/columns/{_UUID}")
_BLOCK = re.compile(rf"['\"(]?([\w./:-]*/columns/{_UUID}/templates/{_UUID}/blocks/{_UUID})")


def match(page: Page) -> float:
    """From the column's UUID in the URL and the block's address."""
    signs = (bool(_COLUMN.search(page.url)), "/columns/" in page.text and bool(_BLOCK.search(page.text)))
    return (0.0, 0.8, 0.97)[sum(signs)]


def read(page: Page) -> Listing:
    """The page's rows, then the block's fragments until one brings nothing."""
    if page.state.get("block"):
        entries = rows.fragment(page, page.text)
        pages = data.integer(page.state.get("pages", "")) or pagers.printed_pages(page)
        return Listing(entries, _turn(page, pages) if entries else (), pages=pages, family=FAMILY)
    block = _BLOCK.search(page.text)
    listing = replace(anchors.read(page, guess=not block), family=FAMILY)
    url = page.absolute(block.group(1)) if block and not listing.next else None
    if not url:
        return listing
    state = {
        **page.state,
        "family": FAMILY,
        "block": url,
        "list": page.url,
        "pages": str(listing.pages or ""),
    }
    first = replace(page, number=page.number if listing.entries else 0, state=state)
    return replace(listing, next=_turn(first, listing.pages))


def _turn(page: Page, pages: int | None) -> tuple[Next, ...]:
    number = page.number + 1
    if pages is not None and number > pages:
        return ()
    url = data.with_query(page.state["block"], {"page": number, "fix": 0})
    headers = {"Referer": page.state["list"], "X-Requested-With": "XMLHttpRequest"}
    return (Next(url, headers=headers, number=number, state=page.state, sure=pages is not None),)

"""Which adapter reads a list page: the registry's choice, the request's, else the best fingerprint."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.lists import (
    anchors,
    articlelist,
    frontapi,
    gkmlpt,
    hanweb,
    hebei,
    jpaas,
    leads,
    legacy,
    lonsun,
    trs,
    ucap,
    vsb,
    xxgklist,
)
from crawler.lists.model import Adapter, Listing, Page

ADAPTERS: tuple[Adapter, ...] = (
    gkmlpt,
    jpaas,
    hanweb,
    ucap,
    trs,
    vsb,
    lonsun,
    hebei,
    articlelist,
    xxgklist,
    frontapi,
    leads,
    legacy,
    anchors,
)
MOVED = 0.9
_EMPTY = re.compile("暂无相关信息|暂无信息|暂无数据|没有相关信息|暂无内容|没有找到相关|此栏目暂无")
FAMILIES: dict[str, Adapter] = {adapter.FAMILY: adapter for adapter in ADAPTERS}


class UnknownFamily(ValueError):
    """The registry names a family that no adapter reads; raised by :func:`choose`, told to the user as it is."""

    def __init__(self, family: str) -> None:
        super().__init__(f"family {family!r} is not known; use one of {', '.join(sorted(FAMILIES))}")


def choose(page: Page, family: str | None = None) -> Adapter:
    """The adapter for a page: that of the request which led here, the one named, else the surest match.

    A named family (the registry's) gives way only where the page bears none of its signs and is surely
    another's: the portal has moved to another CMS.
    """
    asked = page.state.get("family")
    if asked is not None:
        return _named(asked)
    best = max(ADAPTERS, key=lambda adapter: adapter.match(page))
    if family is None or (_named(family).match(page) == 0.0 and best.match(page) >= MOVED):
        return best
    return _named(family)


def _named(family: str) -> Adapter:
    if family not in FAMILIES:
        raise UnknownFamily(family)
    return FAMILIES[family]


def read(page: Page, family: str | None = None) -> Listing:
    """What the page lists. Where a family's own reading finds nothing, the generic one is asked too."""
    if family not in page.listings:  # the recogniser asks first, the walk asks again
        page.listings[family] = _read(page, family)
    return page.listings[family]


def says_empty(page: Page) -> str | None:
    """The words by which a list says that it has no entries (暂无相关信息); None if it doesn't or has some."""
    listing = read(page)
    said = None if listing.entries or listing.next or listing.children else _EMPTY.search(page.text)
    return said.group() if said else None


def _read(page: Page, family: str | None) -> Listing:
    adapter = choose(page, family)
    listing = adapter.read(page)
    if listing.entries or listing.next or adapter.FAMILY == anchors.FAMILY:
        return listing
    second = anchors.read(page)
    return replace(second, problems=(*listing.problems, *second.problems)) if second.entries else listing

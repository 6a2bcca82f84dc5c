"""Boda 博达 VSB: page 1 is ``xx.htm``, page k is ``xx/{N-k+1}.htm``: files count from the oldest, so anchors are followed."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.lists import anchors
from crawler.lists.model import Listing, Next, Page

FAMILY = "vsb"
_MARKS = re.compile(
    r"Visual SiteBuilder|/_sitegray/|\.vsb\.css|pb_sys_common|v_news_content|statpagedown|urltype=tree\.TreeTempUrl"
)
_PAGER = re.compile(r"class\s*=\s*['\"]?p_(?:pages|next|no)\b")
_ARTICLE = re.compile(r"/info/\d+/\d+\.htm|NewsContentUrl")
_CURRENT = re.compile(r"class\s*=\s*['\"]?p_t['\"]?[^>]*>\s*(\d+)\s*/\s*(\d+)")
_COUNT = re.compile(r"class\s*=\s*['\"]?p_t['\"]?[^>]*>\s*共\s*(\d+)\s*条")


def match(page: Page) -> float:
    """From the generator's marks, the pager's classes and the article URLs."""
    signs = (bool(_MARKS.search(page.text)), bool(_PAGER.search(page.text)), bool(_ARTICLE.search(page.text)))
    return (0.0, 0.5, 0.85, 0.97)[sum(signs)]


def read(page: Page) -> Listing:
    """The generic rows, and the anchor under 下页 as it stands on this page."""
    listing = anchors.read(page)
    current, count = _CURRENT.search(page.text), _COUNT.search(page.text)
    following = _next(page) or listing.next
    return replace(
        listing,
        next=following,
        pages=int(current.group(2)) if current else listing.pages,
        total=int(count.group(1)) if count else listing.total,
        family=FAMILY,
    )


def _next(page: Page) -> tuple[Next, ...]:
    if page.tree is None:
        return ()
    for link in page.tree.xpath("//*[contains(concat(' ', @class, ' '), ' p_next ')]//a[@href]"):
        url = page.absolute(link.get("href"))
        if url and url != page.url:
            return (Next(url, number=page.number + 1, state=page.state),)
    return ()

"""Dynamic lists whose page is a query parameter (``page=``, ``pageNo=``, ``cur_page=`` …), counted from 0 or from 1.

Whether the first page is 0 or 1 is read off the page: from its own address, else from the anchor that says 2.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from crawler.lists import anchors, data
from crawler.lists.model import Listing, Next, Page

FAMILY = "legacy"
_PARAMETERS = (
    "page",
    "pageno",
    "pagenum",
    "pageindex",
    "cur_page",
    "curpage",
    "currentpage",
    "paging",
    "pn",
    "p",
)
_SUFFIX = re.compile(r"\.(?:aspx?|php|do|jsp|action|jhtml|thtml)$", re.IGNORECASE)


def match(page: Page) -> float:
    """From a dynamic suffix and a page parameter in the page's own or its anchors' addresses."""
    signs = (bool(_SUFFIX.search(urlsplit(page.url).path)), bool(_own(page.url)), bool(_numbered(page)))
    return (0.0, 0.4, 0.45, 0.6)[sum(signs)]


def read(page: Page) -> Listing:
    """The generic rows; the next page by anchor, else by counting the parameter on while pages are left."""
    listing = replace(anchors.read(page), family=FAMILY)
    if listing.next or not listing.entries:
        return listing
    following = _count_on(page, listing.pages)
    return replace(listing, next=(following,), truncated=False) if following else listing


def _count_on(page: Page, pages: int | None) -> Next | None:
    """The page after this one, if the page count says that there is one."""
    if pages is None or page.number >= pages:
        return None
    known = _own(page.url) or next(iter(_numbered(page).values()), None)
    if known is None:
        return None
    name, value, shown = known[0], known[1], known[2] or page.number
    url = data.with_query(page.url, {name: value + page.number + 1 - shown})
    return Next(url, number=page.number + 1, state=page.state)


def _own(url: str) -> tuple[str, int, int | None] | None:
    """(parameter, its value, None) of the page's own address."""
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in _PARAMETERS and value.isdigit():
            return name, int(value), None
    return None


def _numbered(page: Page) -> dict[str, tuple[str, int, int | None]]:
    """Anchors whose text is a page's number and whose address differs from the page's own by a page parameter."""
    if page.tree is None:
        return {}
    own = urlsplit(page.url)
    found: dict[str, tuple[str, int, int | None]] = {}
    for link in page.tree.iter("a"):
        text = (link.text or "").strip()
        url = page.absolute(link.get("href")) if text.isdigit() and len(text) < 4 else None
        if url and urlsplit(url).path == own.path and (parameter := _own(url)):
            found[text] = (parameter[0], parameter[1], int(text))
    return found

"""Lonsun 龙讯: ``/public/column/<organ>?type=3`` is the annual-report column (``type=3`` 年报) of an organ.

Rows come with the page (``pageCount:N``, ``pageIndex=k`` from 1) or as a label by AJAX, whose parameters the page prints.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode

from crawler.lists import anchors, data, rows
from crawler.lists.model import Listing, Next, Page

FAMILY = "lonsun"
_MARKS = re.compile(
    r"j-fontContent|xxgk_nav_list|publicInfoList|/site/label/\d+|class=['\"]?(?:[\w-]+ )*doc_list"
)
_COLUMN = re.compile(r"/(?:public|content)/column/\d+")
_PAGE_COUNT = re.compile(r"\bpageCount['\"]?\s*[:=]\s*['\"]?(\d+)")
_LABEL_URL = re.compile(r"['\"]((?:https?://[^'\"/]+)?[\w./-]*/site/label/\d+)(\?[^'\"]*)?['\"]")
_PAIR = re.compile(r"['\"]?(\w+)['\"]?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([\w./-]+))")


def match(page: Page) -> float:
    """From the URL, the class names and the label's address."""
    signs = (
        bool(_COLUMN.search(page.url)),
        bool(_MARKS.search(page.text)),
        bool(_PAGE_COUNT.search(page.text)),
    )
    return (0.0, 0.5, 0.85, 0.97)[sum(signs)]


def read(page: Page) -> Listing:
    """Rows of the page or of the label's answer, and the next ``pageIndex``."""
    if page.state.get("step") == "label":
        return _label(page)
    own, pages = anchors.read(page, guess=False), _pages(page)
    asked = None if own.entries else _ask(page)
    if asked:
        return replace(own, next=(asked,), pages=None, family=FAMILY)
    listing = own if own.entries else anchors.read(page)
    return replace(
        listing, next=listing.next or _turn(page, pages), pages=pages or listing.pages, family=FAMILY
    )


def _label(page: Page) -> Listing:
    entries = rows.fragment(page, page.text)
    pages = _pages(page)
    more = page.number < pages if pages is not None else bool(entries)
    following = (
        (replace(item, sure=pages is not None) for item in _turn(page, pages)) if more and entries else ()
    )
    return Listing(entries, tuple(following), pages=pages, family=FAMILY)


def _ask(page: Page) -> Next | None:
    """The label request with the parameters that the page prints, as address or as object."""
    found = _LABEL_URL.search(page.text.replace("&amp;", "&"))
    if not found:
        return None
    query = found.group(2) or _printed(page.text)
    url = page.absolute(found.group(1) + query) if query else None
    if not url:
        return None
    headers = {"X-Requested-With": "XMLHttpRequest", "Referer": page.url}
    state = {**page.state, "family": FAMILY, "step": "label", "list": page.url}
    return Next(data.with_query(url, {"pageIndex": 1}), headers=headers, number=1, state=state)


def _printed(text: str) -> str:
    at = text.find("labelName")
    start = text.rfind("{", 0, at) if at >= 0 else -1
    values = (
        {name: a or b or c for name, a, b, c in _PAIR.findall(data.balanced(text, start))}
        if start >= 0
        else {}
    )
    return f"?{urlencode(values)}" if values.get("labelName") else ""


def _turn(page: Page, pages: int | None) -> tuple[Next, ...]:
    """The next page; none where nothing says that there are several."""
    number = page.number + 1
    if number > (pages or (number if page.state.get("step") == "label" else 0)):
        return ()
    headers = {"Referer": page.state.get("list", page.url)}
    if page.state.get("step") == "label":
        headers["X-Requested-With"] = "XMLHttpRequest"
    url = data.with_query(page.url, {"pageIndex": number})
    return (Next(url, headers=headers, number=number, state=page.state),)


def _pages(page: Page) -> int | None:
    found = _PAGE_COUNT.search(page.text)
    return int(found.group(1)) if found else None

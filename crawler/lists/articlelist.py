"""The ``pc/list.html`` group (Jiangxi, Zigong, Wenshan …): the list is JSON inside the page, after ``articleList``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from crawler import titles
from crawler.lists import anchors, data, dialects, rows
from crawler.lists.model import Entry, File, Listing, Page

FAMILY = "articlelist"
_TOTAL = re.compile(r"\b(?:total|totalCount|articleCount|recordCount)['\"]?\s*[:=]\s*['\"]?(\d+)")
_LIST_PATH = re.compile(r"/pc/list\w*\.html?$")


def match(page: Page) -> float:
    """From the marker and the path."""
    signs = ("articleList" in page.text, bool(_LIST_PATH.search(page.url)))
    return (0.0, 0.6, 0.97)[sum(signs)]


def read(page: Page) -> Listing:
    """The array's articles. Its pager's address is not known: what is missing from the total is reported."""
    found = data.script_value(page.text, "articleList")
    if found is None:
        return replace(anchors.read(page), family=FAMILY)
    items = found if isinstance(found, list) else found.get("list") or found.get("data")
    entries = rows.unique(entry for item in data.objects(items) if (entry := _entry(page, item)))
    printed = _TOTAL.search(page.text)
    return Listing(
        entries=entries,
        children=rows.children(page),
        total=int(printed.group(1)) if printed else None,
        family=FAMILY,
    )


def _entry(page: Page, item: dict[str, Any]) -> Entry | None:
    title = titles.normal(data.text_of(item.get("title")))
    url = page.absolute(_address(page, item))
    if not url or not title:
        return None
    printed = str(item.get("pubDate") or item.get("publishTime") or "")
    date = rows.row_date(printed[:10]) or data.china_date(printed) or dialects.url_date(url)
    files = tuple(file for entry in data.objects(item.get("articleFiles")) if (file := _file(page, entry)))
    return Entry(url, title, date, title, files)


def _address(page: Page, item: dict[str, Any]) -> str:
    """``urls`` is JSON inside JSON; else the content page of the article's id beside the list."""
    urls = item.get("urls")
    named = data.loads(urls) if isinstance(urls, str) else urls
    pc = data.text_of(named.get("pc")) if isinstance(named, dict) else ""
    if pc or item.get("url"):
        return pc or data.text_of(item.get("url"))
    return _LIST_PATH.sub(f"/pc/content/content_{item.get('id')}.html", page.url) if item.get("id") else ""


def _file(page: Page, item: dict[str, Any]) -> File | None:
    url = page.absolute(data.text_of(item.get("domainName")) + data.text_of(item.get("filePath")))
    return File(url, data.text_of(item.get("fileName")), "json") if url else None

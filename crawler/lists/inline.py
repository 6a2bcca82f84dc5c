"""Rows that a page carries as data for its own script: ``var list = [{"title": …, "url": …}, …]``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler import titles
from crawler.lists import data, dialects, rows
from crawler.lists.model import Entry, Page

_ARRAY = re.compile(r"[=:(]\s*(?=\[\s*\{)")
_TITLES = ("title", "TITLE", "name")
_ADDRESSES = ("url", "URL", "link", "linkUrl", "href")
_DATES = ("pubDate", "publishTime", "publishedTimeStr", "date", "time")
_MOST = 20
"""Arrays of one page that are looked at."""


def entries(page: Page) -> tuple[Entry, ...]:
    """The reports among the objects of a script's arrays; other data of a page (slides, menus) are none."""
    if "[" not in page.text or page.tree is None:
        return ()
    return rows.unique(
        entry
        for script in page.tree.iter("script")
        for entry in _of_script(page, script.text or "")
        if titles.looks_like_report(entry.title)
    )


def _of_script(page: Page, source: str) -> Iterator[Entry]:
    for number, found in enumerate(_ARRAY.finditer(source)):
        if number == _MOST:
            return
        for item in data.objects(data.script_value(source[found.end() :], "")):
            entry = _entry(page, item)
            if entry:
                yield entry


def _entry(page: Page, item: dict[str, Any]) -> Entry | None:
    title = titles.normal(_first(item, _TITLES))
    url = page.absolute(_first(item, _ADDRESSES))
    date = rows.row_date(_first(item, _DATES)[:10])
    return Entry(url, title, date or dialects.url_date(url), title) if url and title else None


def _first(item: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := data.text_of(item.get(name)))), "")

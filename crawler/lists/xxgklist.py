"""The ``/xxgk-list-<slug>.html`` group (Ji'an, Dazhou and their counties): rows by ``POST /api-ajax_list-<page>.html``.

The page prints what its script sends, ``ajax_type`` (channel, category, length of titles, rows of a page, order): as
an array, as the arguments of a call, as a query, or as hidden inputs. It is sent as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from crawler import titles
from crawler.lists import anchors, data, dialects, rows
from crawler.lists.model import Entry, Listing, Next, Page
from crawler.magic import sniff

FAMILY = "xxgklist"
SIZE_AT = 6
"""Where among the values of ``ajax_type`` the number of rows stands."""
_PATH = re.compile(r"/(?:xxgk|news)-list-[\w-]+\.html")
_API = re.compile(r"['\"]([\w./:-]*/?)api-ajax_list-")
_ARRAY = re.compile(r"ajax_type(?:\[\])?['\"]?\s*[:=,]\s*(?=\[)")
_QUERY = re.compile(r"['\"?&]((?:ajax_type(?:\[|%5B)[^'\"\s]+))['\"]", re.IGNORECASE)
_CALL = re.compile(r"[\[(]\s*(?=['\"]\d+_[a-z]+['\"]\s*,\s*['\"]?\d+)")
_PAGED = re.compile(r"(api-ajax_list-)\d+(\.html)")


def match(page: Page) -> float:
    """From the interface's address and the shape of the page's own."""
    signs = ("api-ajax_list" in page.text, bool(_PATH.search(page.url)), "ajax_type" in page.text)
    return (0.0, 0.5, 0.9, 0.97)[sum(signs)]


def read(page: Page) -> Listing:
    """The answer's rows; for the page itself the request for its first rows."""
    if sniff(page.body) == "json":
        return _answer(page)
    form = _form(page)
    if not form:
        listing = anchors.read(page)
        return Listing(listing.entries, listing.next, listing.children, listing.total, listing.pages)
    found = _API.search(page.text)
    prefix = found.group(1) if found else "/"
    url = page.absolute(f"{prefix}api-ajax_list-1.html")
    state = {**page.state, "family": FAMILY, "form": urlencode(form), "list": page.url}
    return Listing(next=(_ask(url, 1, state),) if url else (), family=FAMILY)


def _ask(url: str, number: int, state: dict[str, str]) -> Next:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Requested-With": "XMLHttpRequest",
        "Referer": state["list"],
    }
    address = _PAGED.sub(rf"\g<1>{number}\2", url)
    return Next(address, "POST", state["form"].encode(), headers, number=number, state=state)


def _form(page: Page) -> list[tuple[str, str]]:
    """The pairs that the page's script would send; empty where the page prints none."""
    text = page.text.replace("&amp;", "&")
    array = _ARRAY.search(text)
    if array and (values := data.script_value(text[array.end() :], "")):
        return [*_pairs("ajax_type", values), ("is_ds", "1")]
    query = _QUERY.search(text)
    if query:
        return parse_qsl(query.group(1), keep_blank_values=True)
    inputs = _inputs(page)
    if inputs:
        return [*inputs, ("is_ds", "1")]
    called = _CALL.search(text)
    values = data.script_value(f"[{_arguments(text[called.end() :])}]", "") if called else None
    return [*_pairs("ajax_type", values), ("is_ds", "1")] if values else []


def _pairs(name: str, values: object) -> Iterator[tuple[str, str]]:
    """A nested array as jQuery writes it into a form: ``a[]=1``, ``a[7][]=2``."""
    for at, value in enumerate(values if isinstance(values, list) else ()):
        if isinstance(value, list):
            yield from _pairs(f"{name}[{at}]", value)
        else:
            yield f"{name}[]", str(value)


def _inputs(page: Page) -> list[tuple[str, str]]:
    nodes = page.tree.iter("input") if page.tree is not None else ()
    named = ((node.get("name") or "", node.get("value") or "") for node in nodes)
    return [(name, value) for name, value in named if name.startswith("ajax_type")]


def _arguments(text: str) -> str:
    """The text up to the bracket that closes it, brackets in between left in."""
    depth = 0
    for at, character in enumerate(text[:2000]):
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return text[:at]
    return ""


def _answer(page: Page) -> Listing:
    answer = data.loads(page.text)
    if not isinstance(answer, dict):
        return Listing(family=FAMILY, problems=("unreadable JSON",))
    found = list(data.objects(answer.get("data")))
    entries = rows.unique(entry for item in found if (entry := _entry(page, item)))
    total, size = data.integer(answer.get("total")), _size(page)
    more = page.number * size < total if total is not None else len(found) >= size
    following = _ask(page.url, page.number + 1, dict(page.state)) if more and entries else None
    asks = (replace(following, sure=total is not None),) if following else ()
    return Listing(entries, asks, total=total, family=FAMILY)


def _size(page: Page) -> int:
    values = [value for name, value in parse_qsl(page.state.get("form", ""), keep_blank_values=True)]
    return (data.integer(values[SIZE_AT]) if len(values) > SIZE_AT else None) or 20


def _entry(page: Page, item: dict[str, Any]) -> Entry | None:
    title = titles.normal(re.sub(r"<[^>]+>", "", data.text_of(item.get("title"))))
    url = page.absolute(data.text_of(item.get("url")))
    if not url or not title:
        return None
    printed = str(item.get("inputtime") or item.get("updatetime") or "")
    date = rows.row_date(printed[:10]) or data.china_date(printed) or dialects.url_date(url)
    return Entry(url, title, date, title)

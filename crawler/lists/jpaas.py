"""Hanweb JPaaS: the list is a "unit" that the page asks ``…/front/page/build/unit`` for, page by page."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from urllib.parse import quote, urlencode

from crawler.lists import anchors, data, rows
from crawler.lists.model import Listing, Next, Page
from crawler.magic import sniff

FAMILY = "jpaas"
SIZE = 15
UNIT_PATH = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_QUERY = re.compile(r"queryData\s*=\s*(?:\"(\{[^\"]*\})\"|'(\{[^']*\})')", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*queryData[^<>]*>", re.IGNORECASE)
_URL = re.compile(r"\burl\s*=\s*['\"]([^'\"]*/build/unit)['\"]", re.IGNORECASE)
_PAIR = re.compile(r"['\"]?(\w+)['\"]?\s*:\s*['\"]?([^'\",}]*)['\"]?")
_COUNT = re.compile(r"\bcount[^0-9<>]{1,20}(\d+)", re.IGNORECASE)
_ROWS = re.compile(r"\brows[^0-9<>]{1,20}(\d+)", re.IGNORECASE)
_LIST_TAG = re.compile(r"列表|信息|list|年报", re.IGNORECASE)


def match(page: Page) -> float:
    """From the unit's script and its parameters."""
    signs = ("unitbuild.js" in page.text, "build/unit" in page.text, bool(_QUERY.search(page.text)))
    return (0.0, 0.5, 0.9, 0.98)[sum(signs)]


def read(page: Page) -> Listing:
    """The unit's rows; for a column page the requests for its units, besides rows that it already shows."""
    if page.state.get("family") == FAMILY and page.state.get("query"):
        return _answer(page)
    requests = tuple(_ask(page, url, query) for url, query in _units(page))
    listing = replace(anchors.read(page, guess=not requests), family=FAMILY)
    return replace(listing, next=requests) if requests else listing


def _units(page: Page) -> list[tuple[str, dict[str, str]]]:
    """Address and parameters of the page's list units; all units where none is called a list."""
    found = []
    for tag in _TAG.findall(page.text):
        query, url = _QUERY.search(tag), _URL.search(tag)
        if query:
            values = dict(_PAIR.findall(html.unescape(query.group(1) or query.group(2))))
            address = page.absolute(html.unescape(url.group(1)) if url else UNIT_PATH)
            if address and values:
                found.append((address, values))
    lists = [item for item in found if _LIST_TAG.search(item[1].get("tagId", ""))]
    return lists or found


def _ask(page: Page, url: str, query: dict[str, str]) -> Next:
    state = {**page.state, "family": FAMILY, "unit": url, "query": json.dumps(query), "list": page.url}
    return _numbered(state, 1)


def _numbered(state: dict[str, str], number: int) -> Next:
    values = {
        **json.loads(state["query"]),
        "paramJson": json.dumps({"pageNo": number, "pageSize": SIZE}, separators=(",", ":")),
    }
    url = f"{state['unit']}?{urlencode(values, quote_via=quote)}"
    headers = {"Referer": state["list"], "X-Requested-With": "XMLHttpRequest"}
    return Next(url, headers=headers, number=number, state=state)


def _answer(page: Page) -> Listing:
    answer = data.loads(page.text) if sniff(page.body) == "json" else None
    body = answer.get("data") if isinstance(answer, dict) else None
    markup = data.text_of(body.get("html")) if isinstance(body, dict) else ""
    if not isinstance(body, dict):
        return Listing(family=FAMILY, problems=("the unit's answer holds no data",))
    entries = rows.fragment(page, markup)
    count = _number(_COUNT, markup) or data.integer(body.get("count"))
    size = _number(_ROWS, markup) or SIZE
    pages = -(-count // size) if count is not None else None
    more = page.number < pages if pages is not None else len(entries) >= SIZE
    following = (
        (replace(_numbered(dict(page.state), page.number + 1), sure=pages is not None),)
        if more and entries
        else ()
    )
    return Listing(entries, following, total=count, pages=pages, family=FAMILY)


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found.group(1)) if found else None

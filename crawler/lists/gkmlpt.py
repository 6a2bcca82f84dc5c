"""Guangdong's gkmlpt (政府信息公开目录): a tree of columns in ``window._CONFIG`` and a JSON list for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urlsplit

from crawler import titles
from crawler.lists import anchors, data, dialects, rows
from crawler.lists.model import Entry, File, Listing, Next, Page
from crawler.magic import sniff

FAMILY = "gkmlpt"
SIZE = 100
_SID = re.compile(r"\bSID['\"]?\s*:\s*['\"]?(\d+)")
_PREFIX = re.compile(r"^(.*?/gkmlpt)(?:/|$)")
_NAME = re.compile(r"信息公开(?:工作)?(?:年报|年度报告)|^(?:公开)?年报$|^年度报告$|年度工作报告")


def match(page: Page) -> float:
    """From the path and the configuration object."""
    signs = (
        "/gkmlpt/" in urlsplit(page.url).path + "/",
        "_CONFIG" in page.text and bool(_SID.search(page.text)),
    )
    return (0.0, 0.6, 0.97)[sum(signs)]


def read(page: Page) -> Listing:
    """A column's answer; for the index page the requests for its annual-report columns."""
    if sniff(page.body) == "json":
        return _answer(page)
    sid = _SID.search(page.text)
    columns = _columns(page)
    if not sid or not columns:
        listing = anchors.read(page)
        return Listing(
            listing.entries, listing.next, family=FAMILY, problems=("no annual-report column in the tree",)
        )
    return Listing(next=tuple(_ask(page, column, sid.group(1), 1) for column in columns), family=FAMILY)


def _columns(page: Page) -> list[str]:
    """The column that the address names (``#9542``), else those that the tree calls annual reports."""
    named = next(
        (fragment for url in (page.requested, page.url) if url and (fragment := urldefrag(url).fragment)), ""
    )
    if named.isdigit():
        return [named]
    tree = data.script_value(page.text, "TREE")
    found = [leaf for node in _annual(tree) for leaf in _leaves(node)]
    return list(dict.fromkeys(str(leaf["id"]) for leaf in found if str(leaf.get("id", "")).isdigit()))


def _annual(nodes: object) -> Iterator[dict[str, Any]]:
    for node in data.objects(nodes):
        name = titles.normal(data.text_of(node.get("name")))
        if _NAME.search(name) and titles.negative(name) is None and not node.get("jump_url"):
            yield node
        else:
            yield from _annual(node.get("children"))


def _leaves(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes that list articles: a parent whose children all jump elsewhere is one itself."""
    below = [child for child in data.objects(node.get("children")) if not child.get("jump_url")]
    if not below:
        yield node
    for child in below:
        yield from _leaves(child)


def _ask(page: Page, column: str, sid: str, number: int) -> Next:
    prefix = _PREFIX.match(urlsplit(page.url).path)
    url = (
        page.absolute(f"{prefix.group(1) if prefix else '/gkmlpt'}/api/all/{column}?page={number}&sid={sid}")
        or page.url
    )
    state = {
        **page.state,
        "family": FAMILY,
        "column": column,
        "sid": sid,
        "list": page.state.get("list", page.url),
    }
    return Next(url, headers={"Referer": state["list"]}, number=number, state=state)


def _answer(page: Page) -> Listing:
    answer = data.loads(page.text)
    if not isinstance(answer, dict):
        return Listing(family=FAMILY, problems=("unreadable JSON",))
    entries = rows.unique(
        entry for item in data.objects(answer.get("articles")) if (entry := _entry(page, item))
    )
    total = data.integer(answer.get("total"))
    classify = answer.get("classify")
    posted = data.integer(classify.get("post_count")) if isinstance(classify, dict) else None
    more = total is not None and page.number * SIZE < total and bool(entries)
    following = (
        (_ask(page, page.state["column"], page.state["sid"], page.number + 1),)
        if more and "sid" in page.state
        else ()
    )
    differs = posted is not None and total is not None and posted > total
    problems = (f"the column counts {posted} entries and lists {total}",) if differs else ()
    return Listing(entries, following, total=total, family=FAMILY, problems=problems)


def _entry(page: Page, item: dict[str, Any]) -> Entry | None:
    url = page.absolute(data.text_of(item.get("url")) or data.text_of(item.get("post_url")))
    title = titles.normal(data.text_of(item.get("title")))
    if not url or not title:
        return None
    printed = rows.row_date(str(item.get("first_publish_time") or item.get("created_at") or "")[:10])
    date = data.china_date(item.get("create_time")) or printed or dialects.url_date(url)
    files = tuple(
        File(found, data.text_of(entry.get("name")), "json")
        for entry in data.objects(item.get("attachment"))
        if (found := page.absolute(data.text_of(entry.get("url"))))
    )
    return Entry(url, title, date, title, files)

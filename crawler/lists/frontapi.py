"""Shanghai's district CMS (``new CMS(…)``): a list by ``POST …/api/data/affair`` with the channel that the page names.

长宁, 普陀, 金山 (and 浦东 under another prefix): the page holds a template (``v-for="item in list"``) and the number of
its channel. Where it names none the list stays one that is drawn by script.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from crawler import titles
from crawler.lists import anchors, data, dialects, rows
from crawler.lists.model import Entry, Listing, Next, Page
from crawler.magic import sniff

FAMILY = "frontapi"
SIZE = 20
_API = re.compile(r"['\"]((?:https?:)?[\w./:-]*?/api/data/(?:affair|search))['\"?]")
_CHANNEL = re.compile(
    r"(?:channelList|columnlist|channelId|columnId)['\"]?\s*[:=]\s*(?:\[([^\]]{1,200})\]|['\"]([\w,]{1,200})['\"]|(\d+))",
    re.IGNORECASE,
)


def match(page: Page) -> float:
    """From the CMS's constructor and the interface's address."""
    signs = (
        "new CMS(" in page.text,
        bool(_API.search(page.text)),
        "columnlist" in page.text or "channelList" in page.text,
    )
    return (0.0, 0.4, 0.9, 0.97)[sum(signs)]


def read(page: Page) -> Listing:
    """The answer's rows; for the page itself its own rows, else the request for its channel's."""
    if sniff(page.body) == "json":
        return _answer(page)
    own = replace(anchors.read(page, guess=False), family=FAMILY)
    api, channel = _API.search(page.text), _CHANNEL.search(page.text)
    url = page.absolute(api.group(1)) if api and channel and not own.entries else None
    if not url or channel is None:
        return own if own.entries else replace(anchors.read(page), family=FAMILY)
    channels = re.findall(r"\w+", next(filter(None, channel.groups())))
    state = {**page.state, "family": FAMILY, "channels": json.dumps(channels), "list": page.url}
    return replace(own, next=(_ask(url, 1, state),), children=())


def _ask(url: str, number: int, state: dict[str, str]) -> Next:
    body = {
        "channelList": json.loads(state["channels"]),
        "pageSize": SIZE,
        "pageNum": number,
        "orderFields": ["display_date"],
        "orderTypes": ["desc"],
    }
    headers = {"Content-Type": "application/json;charset=UTF-8", "Referer": state["list"]}
    return Next(url, "POST", json.dumps(body).encode(), headers, number=number, state=state)


def _answer(page: Page) -> Listing:
    answer = data.loads(page.text)
    body = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(body, dict):
        return Listing(family=FAMILY, problems=("the interface's answer holds no data",))
    entries = rows.unique(entry for item in data.objects(body.get("list")) if (entry := _entry(page, item)))
    total, pages = (
        data.integer(body.get("totalCount", body.get("total"))),
        data.integer(body.get("totalPage")),
    )
    if pages is None and total is not None:
        pages = -(-total // SIZE)
    more = entries and page.number < (pages or 0)
    following = (_ask(page.url, page.number + 1, dict(page.state)),) if more else ()
    return Listing(entries, following, total=total, pages=pages, family=FAMILY)


def _entry(page: Page, item: dict[str, Any]) -> Entry | None:
    title = titles.normal(re.sub(r"<[^>]+>", "", data.text_of(item.get("title") or item.get("name"))))
    url = page.absolute(data.text_of(item.get("url") or item.get("link") or item.get("linkUrl")))
    if not url or not title:
        return None
    printed = str(item.get("display_date") or item.get("issue_date") or item.get("displayDate") or "")
    date = rows.row_date(printed[:10]) or data.china_date(printed) or dialects.url_date(url)
    return Entry(url, title, date, title)

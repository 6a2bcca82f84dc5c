"""Ucap (开普) and its regional clones: static ``.shtml`` lists with a six-argument pager, or a JSON search.

The channel's id is printed in the page; where only its code is, ``getChannelList`` tells the id first.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from crawler import titles
from crawler.lists import anchors, data, dialects, pagers, rows, tries
from crawler.lists.model import Entry, File, Listing, Next, Page
from crawler.magic import sniff

FAMILY = "ucap"
SIZE = 15
_MARKS = re.compile(
    r"UCAPCONTENT|UCAPTITLE|PUBLISHTIME|UCAP-CONTENT|_isAgg|manuscriptList|ejspagination|/es-search/"
    r"|/common/search/|/searchList/|/interfacesWeb\w*/loadData"
)
_PATH = re.compile(
    r"['\"(](?P<path>(?:https?:)?/[\w./:-]*?(?:common/search|searchList|/search))/(?P<id>\w{6,40})?(?P<query>\?[^'\"\s)]*)?['\"]"
)
_FRAGMENT = re.compile(r"['\"(](?P<url>/[\w./-]*(?:es-search/search|manuscriptList)/\w+\?[^'\"\s)]*)['\")]")
_CHANNEL = re.compile(r"channel_?[iI]d['\"]?\s*[:=]\s*['\"](\w{4,40})['\"]")
_CODE = re.compile(r"getChannelList\?channelCode=(\w+)|channelCode['\"]?\s*[:=]\s*['\"](\w+)['\"]")
_SUZHOU = re.compile(r"['\"(](/[\w./-]*/loadData)(?:\?[^'\"]*)?['\"]")
_PATHS = ("/common/search", "/searchList", "/search")
_QUERY = {"_isAgg": "true", "_isJson": "true", "_pageSize": SIZE, "_template": "index"}


def match(page: Page) -> float:
    """From the pager with six arguments, the pseudo-tags and the search's parameters."""
    signs = (bool(pagers.ucap(page)), bool(_MARKS.search(page.text)), "/getChannelList" in page.text)
    return (0.0, 0.7, 0.9, 0.95)[sum(signs)]


def read(page: Page) -> Listing:
    """Static rows and pager; else the answer of, or the way to, the JSON search."""
    if sniff(page.body) == "json":
        return _answer(page)
    if page.state.get("step") == "fragment":
        return _fragment(page)
    own = anchors.read(page, guess=False)
    request = None if own.next or (own.entries and own.pages) else _search(page)
    if request:
        return replace(own, next=(request,), family=FAMILY)
    return replace(anchors.read(page), family=FAMILY)


def _search(page: Page) -> Next | None:
    """The first request to the page's own search."""
    text = page.text.replace("&amp;", "&")
    fragment = _FRAGMENT.search(text)
    if fragment:
        return _get(page, fragment.group("url"), "fragment")
    if (suzhou := _SUZHOU.search(text)) and (channel := _CHANNEL.search(text)):
        return _suzhou(page, suzhou.group(1), channel.group(1))
    path = next((found for found in _PATH.finditer(text) if found["id"] or _CHANNEL.search(text)), None)
    channel = _CHANNEL.search(text)
    if path and (path["id"] or channel):
        identifier = path["id"] or (channel.group(1) if channel else "")
        return _channel(page, path["path"], identifier, path["query"] or "")
    code = _CODE.search(text)
    if channel and not code:
        guesses = (_channel(page, path, channel.group(1), "") for path in _PATHS)
        return tries.first([way for way in guesses if way])
    if code and "getChannelList" in text:
        return _get(page, f"/getChannelList?channelCode={code.group(1) or code.group(2)}", "channel")
    return None


def _channel(page: Page, path: str, identifier: str, query: str) -> Next | None:
    url = page.absolute(f"{path}/{identifier}{query}")
    if not url:
        return None
    known = dict(parse_qsl(query.lstrip("?"), keep_blank_values=True))
    asked = _get(page, data.with_query(url, {**_QUERY, **known, "page": 1}), "search")
    if not path.endswith("/common/search"):
        return asked
    posted = _hunan(page, url)
    ways = [posted, asked] if "datas[" in page.text or "api.hunan.gov.cn" in url else [asked, posted]
    return tries.first([way for way in ways if way])


def _get(page: Page, href: str, step: str) -> Next | None:
    url = page.absolute(href)
    if not url:
        return None
    url = url if step == "channel" else data.with_query(url, {"page": 1})
    state = {**page.state, "family": FAMILY, "step": step, "list": page.url}
    return Next(
        url, headers={"Referer": page.url, "X-Requested-With": "XMLHttpRequest"}, number=1, state=state
    )


def _hunan(page: Page, url: str) -> Next:
    """The one search of all Hunan portals: a form that says "published, newest first"."""
    form = {
        "datas[0][key]": "status",
        "datas[0][value]": "4",
        "datas[0][join]": "and",
        "datas[0][queryType]": "term",
        "datas[1][key]": "publishedTime",
        "datas[1][sort]": "true",
        "datas[1][order]": "desc",
        "datas[1][queryType]": "term",
        "page": "1",
        "_pageSize": "20",
        "_isAgg": "true",
    }
    return _post(page, url, form, "search")


def _suzhou(page: Page, path: str, channel: str) -> Next | None:
    url = page.absolute(f"{path}?pageSize={SIZE}")
    return _post(page, url, {"pageIndex": "1", "channel_id": channel}, "suzhou") if url else None


def _post(page: Page, url: str, form: dict[str, str], step: str) -> Next:
    body = urlencode(form)
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "Referer": page.url}
    state = {**page.state, "family": FAMILY, "step": step, "list": page.url, "body": body}
    return Next(url, "POST", body.encode(), headers, number=1, state=state)


def _answer(page: Page) -> Listing:
    answer = data.loads(page.text)
    if not isinstance(answer, dict):
        return Listing(family=FAMILY, problems=("unreadable JSON",))
    if page.state.get("step") == "channel":
        return _channel_answer(page, answer)
    found: dict[str, Any] = answer["data"] if isinstance(answer.get("data"), dict) else answer
    entries = rows.unique(
        entry
        for item in data.objects(found.get("results") or found.get("list") or found.get("rows"))
        if (entry := _entry(page, item))
    )
    total = data.integer(found.get("total", found.get("allRow")))
    size = data.integer(found.get("rows")) or data.integer(found.get("pageSize")) or max(len(entries), 1)
    pages = data.integer(found.get("totalPage")) or (None if total is None else -(-total // size))
    following = _turn(page) if entries and page.number < (pages or 0) else None
    return Listing(entries, (following,) if following else (), total=total, pages=pages, family=FAMILY)


def _channel_answer(page: Page, answer: dict[str, Any]) -> Listing:
    results = answer.get("results") or answer.get("data")
    identifier = data.text_of(results.get("channelId")) if isinstance(results, dict) else ""
    if not identifier:
        return Listing(family=FAMILY, problems=("getChannelList names no channel",))
    request = _channel(page, "/searchList", identifier, "")
    return Listing(next=(request,) if request else (), family=FAMILY)


def _entry(page: Page, item: dict[str, Any]) -> Entry | None:
    url = page.absolute(data.text_of(item.get("url") or item.get("URL")))
    title = data.text_of(item.get("title") or item.get("TITLE") or item.get("subTitle"))
    if not url or not title:
        return None
    printed = str(item.get("publishedTimeStr") or item.get("PUBLISHED_TIME_FORMAT") or "")[:10]
    date = rows.row_date(printed) or data.china_date(item.get("publishedTime")) or dialects.url_date(url)
    files = tuple(
        File(found, data.text_of(entry.get("fileName")), "json")
        for entry in data.objects(item.get("resList"))
        if (found := page.absolute(data.text_of(entry.get("filePath"))))
    )
    plain = titles.normal(re.sub(r"<[^>]+>", "", title))
    return Entry(url, plain, date, plain, files)


def _fragment(page: Page) -> Listing:
    entries = rows.fragment(page, page.text)
    pager = pagers.find(page)
    more = page.number < pager.pages if pager.pages else bool(entries)
    following = _turn(page, sure=pager.pages is not None) if more else None
    return Listing(
        entries, (following,) if following else (), total=pager.total, pages=pager.pages, family=FAMILY
    )


def _turn(page: Page, *, sure: bool = True) -> Next | None:
    """The same request for the next page."""
    number, state = page.number + 1, tries.spent(dict(page.state))
    body = page.state.get("body")
    referer = {"Referer": page.state.get("list", page.url), "X-Requested-With": "XMLHttpRequest"}
    if body is None:
        return Next(
            data.with_query(page.url, {"page": number}),
            headers=referer,
            number=number,
            state=state,
            sure=sure,
        )
    form = dict(parse_qsl(body, keep_blank_values=True))
    form["pageIndex" if "pageIndex" in form else "page"] = str(number)
    headers = {**referer, "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    return Next(page.url, "POST", urlencode(form).encode(), headers, number=number, state=state, sure=sure)

"""Anchors of a page as rows of a listing: title, date, and which of them belong to the column.

A portal's page is mostly navigation. An anchor is a candidate if its URL has an article's or a file's shape or
its title is a report's; candidates are grouped by the list element that holds them, and only groups that speak for
this column are kept, whole, so that a row that leads to another host is still accounted for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from posixpath import dirname
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler import titles
from crawler.lists import dialects
from crawler.lists.model import Child, Entry, Page, once

_DATE = re.compile(r"(?<!\d)(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})(?!\d)")
_MONTH_DAY = re.compile(r"(?<!\d)(\d{2})[-/.](\d{2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_YEAR_TITLE = re.compile(
    r"^(?:20\d\d年?度?(?:及?以前)?(?:年报|年度报告|政府信息公开.{0,6})?|历年年?报?|往年年报)$"
)
_ONCLICK = re.compile(
    r"(?:jumpToDetail|openDetail|toDetail|window\.open|location\.href\s*=|goto\w*)\s*\(?\s*['\"]([^'\"]+)['\"]"
)
_COLUMN_NUMBER = re.compile(r"/(?:col|column)/(?:col)?(\d{3,})")
_NOT_CHILD = re.compile(r"指南|制度|主动公开|依申请|政策|文件|机构|领导|预算|决算|办事|互动")
_LIST_PAGE = re.compile(r"/[\w-]*(?:nb|ndbg|nianbao|annual|list|zfxxgk)[\w-]*\.s?html?$", re.IGNORECASE)
_WORDS = re.compile(r"年报|年度报告|信息公开|^20\d\d年?度?$")
_WRITELN = re.compile(r"document\.write(?:ln)?\(\s*(['\"])((?:\\.|(?!\1).)*)\1\s*\)", re.DOTALL)
_CONTAINERS = frozenset(("ul", "ol", "dl", "table", "tbody"))
_BLOCKS = frozenset(("p", "div", "h1", "h2", "h3", "h4", "h5", "h6"))
_MOST_PARTS = 300
_CHROME = frozenset(("header", "footer", "nav", "head"))
_PAGER_TEXT = re.compile(
    r"^(?:首页|尾页|末页|上一?页|下一?页|(?!20\d\d$)\d{1,4}|[<>«»‹›]{1,2}|more|更多.{0,2}|GO|跳转)$",
    re.IGNORECASE,
)


_MORE = re.compile(r"^(?:查看|\+)?(?:更多|more)\W{0,3}$", re.IGNORECASE)


@dataclass(slots=True)
class _Row:
    entry: Entry
    container: HtmlElement
    dated: bool
    sure: bool
    """Its URL or title is that of an article; others count only beside such rows, and only with a date."""


def entries(page: Page, *, guess: bool = True) -> tuple[Entry, ...]:
    """The rows of the page's own listing, in order, each URL once.

    Without ``guess`` only rows that are surely the column's: on a page that fetches its list by script, the
    best looking group is a box of news.
    """
    return select(page, _all_rows(page), guess=guess)


def fragment(page: Page, html: str) -> tuple[Entry, ...]:
    """Every row of a piece of HTML that a CMS handed out as rows: nothing in it is navigation."""
    return unique(row.entry for row in _rows(page, parse(html), trusted=True))


def parse(html: str) -> HtmlElement:
    """A piece of HTML under one ``div``."""
    parser = etree.HTMLParser(encoding="utf-8")
    source = f"<div>{html}</div>".replace("\x00", "").encode("utf-8", "replace")
    tree: HtmlElement = etree.fromstring(source, parser=parser)
    return tree


def select(page: Page, rows: list[_Row], *, guess: bool) -> tuple[Entry, ...]:
    """The rows of those groups that hold the column's own articles or reports; else the best dated group."""
    folder = directory(page.url)
    kept = {
        row.container
        for row in rows
        if row.sure and (titles.looks_like_report(row.entry.title) or _own(page.url, folder, row.entry.url))
    }
    if not kept and guess and any(row.sure for row in rows):
        kept = _best_groups(rows)
    return unique(row.entry for row in rows if row.container in kept and (row.sure or row.dated))


def children(page: Page) -> tuple[Child, ...]:
    """Columns below this one: titled by a year, or lying under it with a column's shape."""
    if page.tree is None:
        return ()
    folder, host = directory(page.url), urlsplit(page.url).hostname
    is_folder = dialects.is_directory(page.url) and "?" not in page.url
    found: dict[str, Child] = {}
    for anchor in page.tree.iter("a", "option"):
        url, title = page.absolute(anchor.get("href") or _option(anchor)), anchor_title(anchor)
        if not url or url == page.url or urlsplit(url).hostname != host:
            continue
        if _MORE.match(title) and is_folder and _below(folder, url) and not dialects.is_article(url):
            found.setdefault(url, Child(url, title))
        if _PAGER_TEXT.match(title):
            continue
        other = _NOT_CHILD.search(title) is not None and not titles.is_agency(title)
        if other or titles.negative(title) or (dialects.is_article(url) and titles.looks_like_report(title)):
            continue
        below = is_folder and _below(folder, url) and dialects.is_directory(url) and directory(url) != folder
        year = _YEAR_TITLE.match(titles.normal(title)) is not None
        beside = year and (_sibling(folder, url) or _shown_by_year(folder, url))
        if below or beside or ((year or titles.is_agency(title)) and _same_script(page.url, anchor, url)):
            found.setdefault(url, Child(url, title))
    return tuple(found.values())


def directory(url: str) -> str:
    """Scheme-less folder of a URL (``host/path/``); a last part without a suffix is a folder itself."""
    parts = urlsplit(url)
    path = parts.path or "/"
    if not path.endswith("/"):
        path = f"{path}/" if "." not in path.rsplit("/", 1)[-1] else f"{dirname(path).rstrip('/')}/"
    return f"{parts.netloc.removeprefix('www.')}{path}"


def unique(items: Iterable[Entry]) -> tuple[Entry, ...]:
    """One entry for each URL: the first, with the longest title that the page gives it."""
    found: dict[str, Entry] = {}
    for entry in items:
        known = found.get(entry.url)
        if known is None or len(entry.title) > len(known.title):
            found[entry.url] = entry if known is None or known.date is None else _with_date(entry, known.date)
    return tuple(found.values())


def anchor_title(anchor: HtmlElement) -> str:
    """The anchor's full title: ``title`` attribute where the text is shorter or cut off, without dates and dots."""
    blocks = (own_text(child) for child in anchor if child.tag in _BLOCKS)
    shown = next((text for text in blocks if len(text) >= 4), "") or own_text(anchor)
    given = " ".join((anchor.get("title") or "").split())
    shown_only = _DATE.sub("", shown).strip(" []【】·•　")
    cut = shown_only.rstrip(".…")
    return given if given and len(given) >= len(cut) and not _DATE.fullmatch(given) else shown_only or shown


def own_text(anchor: HtmlElement) -> str:
    """The anchor's text up to the next anchor: an unclosed one swallows those that follow it."""
    nested = next((node for node in anchor.iter("a") if node is not anchor), None)
    if nested is None:
        return " ".join("".join(anchor.itertext()).split())
    texts: list[str] = []
    for event, node in etree.iterwalk(anchor, events=("start", "end")):
        if node is nested:
            break
        texts.append((node.text if event == "start" else node is not anchor and node.tail) or "")
    return " ".join("".join(texts).split())


def row_date(text: str, before: str = "") -> str | None:
    """The last full date in a row's text, white space removed; ``01-20`` takes its year from ``before``."""
    dense = titles.normal(text)
    full = [found for m in _DATE.finditer(dense) if (found := dialects.iso_date(*m.groups()))]
    if full:
        return full[-1]
    short, years = _MONTH_DAY.search(dense), _YEAR.findall(titles.normal(before) or dense)
    return dialects.iso_date(years[-1], *short.groups()) if short and years else None


def clickable(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Everything that leads somewhere: anchors, those that a script writes, and other elements with a click."""
    yield from _anchors(tree)
    yield from tree.xpath("//*[@onclick and not(self::a) and not(.//a)]")


@once
def _all_rows(page: Page) -> list[_Row]:
    return [] if page.tree is None else list(_rows(page, page.tree))


def _rows(page: Page, tree: HtmlElement, *, trusted: bool = False) -> Iterator[_Row]:
    shared: dict[HtmlElement, bool] = {}
    said: dict[HtmlElement, list[str]] = {}  # lists may be long, and what holds many links is looked at once
    for anchor in clickable(tree) if b"onclick" in page.folded else _anchors(tree):
        url, title = page.absolute(target(anchor)), anchor_title(anchor)
        if not url or _PAGER_TEXT.match(title) or (not trusted and _in_chrome(anchor)):
            continue
        row = _row_element(anchor, shared)
        if row not in said:
            said[row] = _parts(row)
        text = " ".join(said[row]) or title
        dense = titles.normal(title)
        rest = "|".join(part for part in said[row] if part not in dense)
        printed = row_date(rest, rest) or row_date(rest.replace("|", ""))
        container = _list_of(row)
        entry = Entry(url, title, printed or dialects.url_date(url), text)
        yield _Row(entry, container, printed is not None, trusted or _is_candidate(url, title))


def _is_candidate(url: str, title: str) -> bool:
    if dialects.is_article(url) or dialects.is_file(url):
        return True
    return len(title) > 8 and titles.looks_like_report(title) and not _is_column(url, title)


def _anchors(tree: HtmlElement) -> Iterator[HtmlElement]:
    for node in tree.iter("a", "option"):
        if node.tag == "a" or (_option(node) and _YEAR_TITLE.match(own_text(node))):
            yield node
    for script in tree.iter("script"):
        source = script.text or ""
        if "document.write" in source and "<a" in source:
            written = "".join(m.group(2).replace("\\", "") for m in _WRITELN.finditer(source))
            if "<a" in written:
                yield from parse(written).iter("a")


def target(anchor: HtmlElement) -> str | None:
    """Where a link leads: its address, else the one that its script opens."""
    href = (anchor.get("href") or _option(anchor) or "").strip()
    if href and not href.lower().startswith(("javascript:", "#")):
        return href
    called = _ONCLICK.search(anchor.get("onclick") or href)
    return called.group(1) if called else None


def _parts(row: HtmlElement) -> list[str]:
    """The pieces of a row's text without white space; none where there are too many for one row."""
    parts = list(islice(filter(None, ("".join(part.split()) for part in row.itertext())), _MOST_PARTS + 1))
    return parts if len(parts) <= _MOST_PARTS else []


def _row_element(anchor: HtmlElement, shared: dict[HtmlElement, bool]) -> HtmlElement:
    """The child of the list that holds the anchor: li, tr, dd, or the block that it shares with its date."""
    node = anchor
    for _ in range(6):
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html"):
            return node
        if parent.tag in _CONTAINERS and node.tag != "td":
            return node
        if node is not anchor and _has_neighbour(node, parent, shared):
            return node
        node = parent
    return node


def _has_neighbour(node: HtmlElement, parent: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether the parent holds anchors besides those of the node."""
    if node not in known:
        others = chain(node.itersiblings(), node.itersiblings(preceding=True))
        known[node] = parent.tag == "a" or any(next(other.iter("a"), None) is not None for other in others)
    return known[node]


def _list_of(row: HtmlElement) -> HtmlElement:
    """What holds the row: its parent, for a cell or a row of a table the table."""
    parent = row.getparent()
    if row.tag in ("td", "tr") and (table := next(row.iterancestors("table"), None)) is not None:
        return table
    return parent if parent is not None else row


def _in_chrome(anchor: HtmlElement) -> bool:
    return any(parent.tag in _CHROME for parent in anchor.iterancestors())


def _is_column(url: str, title: str) -> bool:
    return dialects.is_directory(url) and not dialects.is_article(url) and titles.year(title) is None


def _below(folder: str, url: str) -> bool:
    parts = urlsplit(url)
    return f"{parts.netloc.removeprefix('www.')}{parts.path}".startswith(folder) and folder.count("/") > 1


def _own(page_url: str, folder: str, url: str) -> bool:
    """Whether an article lies below the column's folder or bears the column's number (art_33718_…, /public/6596221/…)."""
    number = _COLUMN_NUMBER.search(page_url)
    named = number is not None and re.search(rf"(?:art_|/){number.group(1)}[_/]", url) is not None
    return named or _below(folder, url)


def _option(node: HtmlElement) -> str | None:
    """The address that an option of a menu of years holds (``<option value="/nb/2023/">``)."""
    value = (node.get("value") or "") if node.tag == "option" else ""
    return value if "/" in value or "." in value else None


def _sibling(folder: str, url: str) -> bool:
    """Whether a year's link leads to a column beside this one: a folder, or a list page called like one of reports."""
    near = directory(url).startswith(f"{dirname(folder.rstrip('/'))}/")
    listed = _LIST_PAGE.search(urlsplit(url).path) is not None and not dialects.is_article(url)
    return near and (listed or dialects.is_directory(url))


def _shown_by_year(folder: str, url: str) -> bool:
    """Whether a year's link below the column has no shape that tells a list from a report: it is read as either."""
    return _below(folder, url) and not dialects.is_article(url) and not dialects.is_file(url)


def _same_script(page_url: str, anchor: HtmlElement, url: str) -> bool:
    """Whether an agency's or a year's link only changes this page's query (``?id=12``), or stands in a menu beside it."""
    here, there = urlsplit(page_url), urlsplit(url)
    menu = anchor.tag == "option" and directory(url) == directory(page_url)
    return bool(there.query) and (menu or here.path == there.path) and not dialects.is_article(url)


def _best_groups(rows: list[_Row]) -> set[HtmlElement]:
    """The groups whose titles speak of reports or years; else the largest, dated rows first."""
    groups: dict[HtmlElement, list[_Row]] = {}
    for row in (row for row in rows if row.sure):
        groups.setdefault(row.container, []).append(row)
    speaking = {
        container
        for container, group in groups.items()
        if 2 * sum(_speaks(row.entry.title) for row in group) >= len(group)
    }
    return speaking or {
        max(groups, key=lambda container: sum(1 + 2 * row.dated for row in groups[container]))
    }


def _speaks(title: str) -> bool:
    words = titles.normal(title)
    return bool(_WORDS.search(words)) and not _NOT_CHILD.search(words) and titles.negative(words) is None


def _with_date(entry: Entry, date: str) -> Entry:
    return Entry(entry.url, entry.title, entry.date or date, entry.text, entry.files)

"""Where a list page's next page is: a real anchor first, then the pagers that a CMS draws by script.

The arithmetic of a scripted pager comes from its own arguments: where the current page counts from 0, page k is
``name_{k-1}``; where it counts from 1, page k is ``name_{k}``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.lists import postback
from crawler.lists.model import Next, Page, once
from crawler.lists.postback import NEXT_TEXT

_TEXT = r"\s*,\s*['\"]([\w./-]+)['\"]"
_TRS = re.compile(
    r"createPage(?:HTML)?\(\s*(\d+)\s*,\s*(\d+)" + _TEXT + r"\s*,\s*['\"](\w+)['\"](?:\s*,\s*['\"]?(\d+))?"
)
_UCAP = re.compile(
    r"createPageHTML\(\s*['\"][\w-]*['\"]\s*,\s*(\d+)\s*,\s*(\d+)"
    + _TEXT
    + r"\s*,\s*['\"](\w+)['\"](?:\s*,\s*['\"]?(\d+))?"
)
_COUNT_PAGE = re.compile(r"\bcountPage\s*=\s*['\"]?(\d+)")
_CURRENT_PAGE = re.compile(r"\bcurrentPage\s*=\s*['\"]?(\d+)")
_CALLED = re.compile(r"\bgotopage\s*\(", re.IGNORECASE)
_TOTAL_PAGE = re.compile(
    r"\b(?:total_?pages?|page_?count|max_?page)['\"]?\s*[:=]\s*['\"]?(\d{1,4})", re.IGNORECASE
)
_MOST = re.compile(r"pagination_script_config\s*=?\s*\{(?P<body>.*?)\}", re.DOTALL)
_BEIJING = re.compile(r"\bPager\(\s*\{(?P<body>.*?)\}\s*\)", re.DOTALL)
_OF = re.compile(r"(?<![\d/.])(\d{1,4})\s*/\s*(\d{1,4})(?![\d/])\s*页?")
_PAGES = re.compile(r"共\s*(?:<[^>]+>\s*)*(\d{1,4})\s*(?:<[^>]+>\s*)*页")
_ITEMS = re.compile(r"共\s*(?:<[^>]+>\s*)*(\d{1,6})\s*(?:<[^>]+>\s*)*[条篇项]")
_PAGER_WORDS = re.compile(r"[首尾末]页|[上下]一?页|\d\s*/\s*\d")
_BUILT = re.compile(
    r"location(?:\.href)?\s*=\s*['\"]([\w./-]*)['\"]\s*\+\s*\(?\s*\w+\s*\)?\s*\+\s*['\"](\.\w+)['\"]"
)
_ARGUMENT = re.compile(r"\w+\(\s*['\"]?(\d{1,4})['\"]?\s*[,)]")
_NUMBERED = re.compile(r"^第?(\d{1,5})页?$")
_INDEX = re.compile(r"^(?P<name>.+?)_(?P<index>\d{1,4})\.(?P<ext>\w+)$")


@dataclass(frozen=True, slots=True)
class Pager:
    """What a pager says: the next page (None on the last), and totals where they are printed."""

    next: Next | None = None
    pages: int | None = None
    total: int | None = None


def find(page: Page) -> Pager:
    """The page's pager: anchor, then script, with whatever totals are printed."""
    scripted = trs(page) or ucap(page) or called(page) or built(page)
    by_anchor = anchor(page) or postback.turn(page)
    if by_anchor is not None:
        known = scripted or Pager()
        return Pager(by_anchor, known.pages or printed_pages(page), known.total or printed_items(page))
    return scripted or Pager(pages=printed_pages(page), total=printed_items(page))


def anchor(page: Page) -> Next | None:
    """The anchor whose text is 下一页 (or the next number in a row of numbers), as a request."""
    if page.tree is None:
        return None
    numbers: dict[str, HtmlElement] = {}
    for link in page.tree.iter("a", "option"):
        text = "".join("".join(link.itertext()).split()) or _pictured(link)
        if len(text) > 8:
            continue
        if NEXT_TEXT.match(text) and (url := _leads_on(page, link)):
            return Next(url, number=page.number + 1, state=page.state)
        if numbered := _NUMBERED.match(text):
            numbers.setdefault(numbered.group(1), link)
    following = numbers.get(str(page.number + 1))
    if following is None or not ({"1", "2"} & numbers.keys()) or not _pager_like(numbers):
        return None
    url = _leads_on(page, following)
    return Next(url, number=page.number + 1, state=page.state) if url else None


@once
def trs(page: Page) -> Pager | None:
    """TRS and its look-alikes: the current page counts from 0, page k is ``name_{k-1}.ext``."""
    called = _TRS.search(page.text)
    if called:
        pages, current, name, ext, total = called.groups()
        return _zero_based(page, int(pages), int(current), (name, ext), total=int(total) if total else None)
    count = _COUNT_PAGE.search(page.text)
    if count:
        current_page = _CURRENT_PAGE.search(page.text)
        current = current_page.group(1) if current_page else "0"
        return _zero_based(page, int(count.group(1)), int(current), _own_name(page))
    return _configured(page)


def ucap(page: Page) -> Pager | None:
    """Ucap: six arguments, the first a div's id; the current page counts from 1, page k is ``name_{k}.ext``."""
    called = _UCAP.search(page.text)
    if not called:
        return None
    pages, current, name, ext, total = called.groups()
    number = max(int(current), _index_in(page, name) or 1)
    following = f"{name}_{number + 1}.{ext}" if number < int(pages) else None
    return Pager(_request(page, following, number + 1), int(pages), int(total) if total else None)


def called(page: Page) -> Pager | None:
    """A pager drawn around ``gotopage()`` (Huai'an): page k is ``name_{k}.ext``, the count stands in a variable or nowhere."""
    if b"gotopage" not in page.folded or not _CALLED.search(page.text):
        return None
    name, ext = _own_name(page)
    count = _TOTAL_PAGE.search(page.text)
    pages = int(count.group(1)) if count else printed_pages(page)
    if pages is not None and page.number >= pages:
        return Pager(None, pages)
    following = _request(page, f"{name}_{page.number + 1}.{ext}", page.number + 1)
    return Pager(replace(following, sure=pages is not None) if following else None, pages)


def built(page: Page) -> Pager | None:
    """A pager whose 下一页 calls a function with the page's number, which writes it between two pieces of an address."""
    number = _called_with(page)
    pieces = _BUILT.search(page.text) if number is not None else None
    if number is None or not pieces:
        return None
    following = _request(page, f"{pieces.group(1)}{number}{pieces.group(2)}", page.number + 1)
    if following is None or following.url == page.url:
        return None
    sure = (
        number > page.number
    )  # else it counts from 0, or this is the last page of a pager that counts from 1
    return Pager(replace(following, sure=sure), printed_pages(page), printed_items(page))


def unreachable(page: Page) -> bool:
    """Whether 下一页 calls a function with a number, so that there is a next page which only the script can find."""
    number = _called_with(page)
    return number is not None and number > page.number


def _called_with(page: Page) -> int | None:
    """The number beyond this page with which 下一页 calls a function; None where it calls none."""
    for link in page.tree.iter("a") if page.tree is not None and b"(" in page.body else ():
        if not NEXT_TEXT.match("".join("".join(link.itertext()).split())) or _leads_on(page, link):
            continue
        called = _ARGUMENT.search(link.get("onclick") or link.get("href") or "")
        if (
            called and int(called.group(1)) >= page.number
        ):  # counted from 0, the next one bears this one's number
            return int(called.group(1))
    return None


def printed_pages(page: Page) -> int | None:
    """Number of pages printed as 共N页 or k/N."""
    found = _PAGES.search(page.text)
    if found:
        return int(found.group(1))
    pair = next((m for m in _OF.finditer(_visible(page)) if int(m.group(1)) == page.number), None)
    return int(pair.group(2)) if pair and int(pair.group(2)) >= page.number else None


def printed_items(page: Page) -> int | None:
    """Number of entries printed as 共N条 beside a pager (prose counts things too)."""
    for found in _ITEMS.finditer(page.text):
        if _PAGER_WORDS.search(page.text, found.start(), found.end() + 400):
            return int(found.group(1))
    return None


def _zero_based(
    page: Page, pages: int, current: int, named: tuple[str, str], *, total: int | None = None
) -> Pager:
    name, ext = named
    current = max(current, _index_in(page, name) or 0)
    following = f"{name}_{current + 1}.{ext}" if current + 1 < pages else None
    return Pager(_request(page, following, current + 2), pages, total)


def _configured(page: Page) -> Pager | None:
    """The pagers of MOST (``pagination_script_config``) and Beijing (``Pager({…})``)."""
    block = _MOST.search(page.text) or _BEIJING.search(page.text)
    if not block:
        return None
    values = dict(re.findall(r"['\"]?(\w+)['\"]?\s*:\s*['\"]?([\w.-]+)", block.group("body")))
    pages = _page_count(values)
    if pages is None:
        return None
    name, ext = _own_name(page)
    current = values.get("current", "0")
    named = (values.get("prefix", name), values.get("suffix", ext))
    return _zero_based(page, pages, int(current) if current.isdigit() else 0, named)


def _page_count(values: dict[str, str]) -> int | None:
    total, size = values.get("total", ""), values.get("size", "")
    if not total.isdigit():
        return int(size) if size.isdigit() else None
    return -(-int(total) // int(size)) if size.isdigit() and int(size) > 0 else int(total)


def _own_name(page: Page) -> tuple[str, str]:
    """Name and suffix of the page itself, without a page's number: ``index``, ``html`` for a folder."""
    last = urlsplit(page.url).path.rsplit("/", 1)[-1]
    numbered = _INDEX.match(last)
    if numbered:
        return numbered.group("name"), numbered.group("ext")
    name, dot, ext = last.partition(".")
    return (name, ext) if dot else ("index", "html")


def _index_in(page: Page, name: str) -> int | None:
    numbered = _INDEX.match(urlsplit(page.url).path.rsplit("/", 1)[-1])
    return (
        int(numbered.group("index"))
        if numbered and numbered.group("name") == name.rsplit("/", 1)[-1]
        else None
    )


def _request(page: Page, name: str | None, number: int) -> Next | None:
    if name is None:
        return None
    base = page.base
    last = urlsplit(base).path.rsplit("/", 1)[-1]
    url = urljoin(base, name) if "." in last or not last else urljoin(f"{base.split('?')[0]}/", name)
    return Next(url, number=number, state=page.state)


def _leads_on(page: Page, link: HtmlElement) -> str | None:
    href = (link.get("href") or "").strip()
    value = link.get("value") if link.tag == "option" else None
    url = page.absolute(value if value and not value.isdigit() else href)
    return url if url and url != page.url else None


def _pictured(link: HtmlElement) -> str:
    """The words of an arrow that is drawn: the link's title, or what stands in its picture's place."""
    words = [link.get("title"), *(image.get("alt") or image.get("title") for image in link.iter("img"))]
    return next((word.strip() for word in words if word), "")


def _pager_like(numbers: dict[str, HtmlElement]) -> bool:
    parents = {id(link.getparent().getparent()) for link in numbers.values() if link.getparent() is not None}
    return len(numbers) > 1 or len(parents) == 1


def _visible(page: Page) -> str:
    if page.tree is None:
        return ""
    # one path: joining the nodes of several takes time with the square of their number
    texts = page.tree.xpath("//text()[parent::span or parent::a or parent::em or parent::div]")
    return " ".join(texts)

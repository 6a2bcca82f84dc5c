"""Finds the report inside a portal's page: the element that holds it, and its title above that element."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.documents.tree import string, tag
from parsers.model import Text
from parsers.publisher import PLACE, is_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_IDS = frozenset(
    ("UCAP-CONTENT", "zoom", "Zoom", "zoomcon", "vsb_content", "ivs_content", "BodyLabel", "con_con")
)
_CLASSES = frozenset(
    [
        "trs_editor_view",
        "TRS_UEDITOR",
        "TRS_Editor",
        "Custom_UnionStyle",
        "v_news_content",
        "j-fontContent",
        "article-content",
        "article_content",
        "Article_content",
        "pages_content",
        "xxgk-content",
        "news_cont_d_wrap",
    ]
)
_SPEAKING = ("p", "h1", "h2", "h3", "h4", "td", "th", "div", "span", "strong", "b", "font")
_HOLDERS = ("div", "td", "section", "article", "ucapcontent", "span")
_SECTION = re.compile(r"\s*[一二三四五六七八]\s*[、.．].{2,30}(?:情况|事项|概述|概况|措施)")
_PERSON = re.compile(r"自\s*然\s*人")
_LABELS = ("第二十条第", "结转下", "尚未审结", "信息公开情况统计表", "主动公开政府信息数")
_FIRST = frozenset("一二三四五六七八第自尚政主（(")
"""First characters of what shows a report."""
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:foot(?:er)?|nav|navbar|menu|header|breadcrumb|crumbs?|position|location|share|sidebar|copyright"
    r"|friend-?links?|print|toolbar|pagination|search)(?:$|[\s_-])",
    re.IGNORECASE,
)
_FURNITURE_TAGS = ("nav", "footer", "aside", "header")
_TITLE = re.compile(
    r"(?:[2２][0０]|[1１][9９])\s*\d\s*\d\s*(?:年|[)）])|[二〇○零一九]{2}[〇○零Ｏ一二三四五六七八九]{2}年"
)
_ABOUT = re.compile(r"(?:信息|政务)公开.*(?:报告|年报)")
_ABOUT_END = re.compile(r"(?:报告|年报)(?:[（(][^（()）]{1,12}[)）])?$")
_NAMELESS = re.compile(rf"(?:关于)?(?:{_TITLE.pattern}|政府信息公开|政务公开|信息公开)")
_PLACE = re.compile(rf"[\u4e00-\u9fff]{{1,20}}{PLACE}")
_LINES = ("h1", "h2", "h3", "p")
"""Elements that hold one line, in however many pieces."""
_INLINE = frozenset(("span", "b", "strong", "font", "em", "i", "u", "a", "br", "big", "small"))
_ICON = re.compile(
    r"(?:icon|logo|ewm|qr|code|btn|arrow|dot|share|weixin|wechat|print|close|gif$|ico_)", re.IGNORECASE
)
_NARROW = 100


def choose(tree: _Element) -> _Element:
    """The element that holds the report: a known container, else the smallest holding all signs of one.

    Where the page shows no sign of a report, the densest block; furniture (menus, footers) is removed from it.
    """
    body = next(tree.iter("body"), tree)
    signs = _signs(body)
    root = _container(body, signs)
    root = _common(body, signs) if root is None else root
    root = _densest(body) if root is None else root
    if root in (tree, body):
        _remove_furniture(root)
    return root


def headings_before(tree: _Element, root: _Element) -> list[Text]:
    """The title of a report that the page prints above the element that holds its text, line by line."""
    lines: list[str] = []
    title: list[str] = []
    for element in tree.iter("h1", "h2", "h3", "div", "p", "span", "ucaptitle", "td", tag(root)):
        if element is root:
            break
        many = len(element) > 3 and element.tag not in _LINES
        if many or ((parent := element.getparent()) is not None and parent.tag == "a"):
            continue
        text = "".join(string(element).split()) if len(element) or element.text else ""
        if not text or len(text) > 80:
            continue
        title = _title_at_end([*lines, text]) or title
        if element.tag != "span" and all(child.tag in _INLINE for child in element):
            lines.append(text)
    return [Text(line, level=1) for line in title]


def _title_at_end(lines: list[str]) -> list[str]:
    """The last line if it is a report's title with its year, else the last two or three that are one together.

    A line above that is a publisher's name belongs to a title that names none.
    """
    for size in range(1, min(3, len(lines)) + 1):
        joined = "".join(lines[-size:])
        if len(joined) <= 80 and _TITLE.search(joined) and _ABOUT.search(joined):
            if size > 1 and (_ABOUT.search("".join(lines[-size:-1])) or not _ABOUT_END.search(lines[-1])):
                return []
            above = lines[-size - 1 : -size]
            named = (
                above and _NAMELESS.match(lines[-size]) and (is_name(above[0]) or _PLACE.fullmatch(above[0]))
            )
            return [*above, *lines[-size:]] if named else lines[-size:]
    return []


def may_hold_table(source: str, width: str) -> bool:
    """Whether a picture may be a scanned table rather than an icon, by its address and stated width."""
    narrow = width.isdigit() and int(width) < _NARROW
    return bool(source) and not narrow and not _ICON.search(source.rsplit("/", 1)[-1])


def _signs(body: _Element) -> list[_Element]:
    """Elements whose own text shows a section heading or an official label, in document order."""
    return [
        element
        for element in body.iter(*_SPEAKING)
        if (text := element.text)
        and (text[0] in _FIRST or (text[0].isspace() and text.lstrip()[:1] in _FIRST))
        and _is_evidence(text.strip())
    ]


def _is_evidence(text: str) -> bool:
    """Whether a text begins like a section of a report, or has one of the forms' labels in it.

    Words are looked for one by one, in a plain loop: a pattern of them all takes several times as long.
    """
    if len(text) < 3:
        return False
    for label in _LABELS:
        if label in text:
            return True
    return _SECTION.match(text) is not None or ("自" in text and _PERSON.search(text) is not None)


def _container(body: _Element, signs: list[_Element]) -> _Element | None:
    """The known container that holds nearly all signs, or without a sign that of the most text."""
    if not signs:
        known = [element for element in body.iter(*_HOLDERS) if _is_known(element)]
        return max(known, key=lambda element: len(string(element)), default=None)
    middle = signs[len(signs) // 2]  # what holds most of them holds this one: no other element need be asked
    for candidate in reversed([middle, *middle.iterancestors(*_HOLDERS)]):
        if candidate.tag in _HOLDERS and _is_known(candidate):
            inside = sum(sign is candidate or candidate in sign.iterancestors() for sign in signs)
            if inside * 10 >= len(signs) * 8:
                return candidate
    return None


def _is_known(element: _Element) -> bool:
    """Whether an element is the content of a page in one of the systems that portals are made with."""
    return (
        _is_known_id(element.get("id") or "")
        or not _CLASSES.isdisjoint((element.get("class") or "").split())
        or element.tag == "ucapcontent"
    )


def _is_known_id(name: str) -> bool:
    return name in _IDS or name.startswith("vsb_content")


def _common(body: _Element, signs: list[_Element]) -> _Element | None:
    """The smallest element that holds all signs and is not part of a table."""
    if len(signs) < 2:
        return None
    first, last = ([*reversed(list(sign.iterancestors())), sign] for sign in (signs[0], signs[-1]))
    shared = None
    for one, other in zip(first, last, strict=False):
        if one is not other:
            break
        shared = one
    while shared is not None and shared.tag in (
        "table",
        "tbody",
        "tr",
        "td",
        "th",
        "thead",
        "p",
        "span",
        "html",
    ):
        if shared.tag == "td" and len(string(shared)) > 400:
            break
        if shared.tag == "html":
            return body
        shared = shared.getparent()
    return shared


def _densest(body: _Element) -> _Element:
    """The block whose own paragraphs hold the most text, or the body where none stands out."""
    best, most = body, 0
    for element in body.iter("div", "td", "article", "section"):
        size = sum(len(string(child)) for child in element if tag(child) == "p")
        if size > most:
            best, most = element, size
    total = len(string(body))
    return best if most * 3 > total else body


def _remove_furniture(root: _Element) -> None:
    for element in list(root.iter("div", "ul", "p", *_FURNITURE_TAGS)):
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        parent = element.getparent()
        if element is root or parent is None:
            continue
        if (element.tag in _FURNITURE_TAGS or _FURNITURE.search(name)) and not _is_content(element):
            parent.remove(element)


def _is_content(element: _Element) -> bool:
    text = string(element)
    return len(text) > 60 and bool(_is_evidence(text) or _ABOUT.search(text))

"""Finds the report inside a portal's page: the element that holds it, and its title above that element."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.documents.stream import hollow
from parsers.documents.tree import backwards, string, tag
from parsers.model import Text
from parsers.publisher import PLACE, is_name
from parsers.sections import opens_section

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
_SECTION = re.compile(r"\s*[一二三四五六七八]\s*[、.．](?:.{2,30}(?:情况|事项|概述|概况|措施)|\s*$)")
"""A heading, or its numeral alone, as where the words stand in an element of their own."""
_PERSON = re.compile(r"自\s*然\s*人")
_LABELS = ("第二十条第", "结转下", "尚未审结", "信息公开情况统计表", "主动公开政府信息数")
_SHORTEST_LABEL = 4
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
_HEADINGS = ("h1", "h2", "h3", "ucaptitle")
_LINES = ("h1", "h2", "h3", "p")
"""Elements that hold one line, in however many pieces."""
_INLINE = frozenset(("span", "b", "strong", "font", "em", "i", "u", "a", "br", "big", "small"))
_ICON = re.compile(
    r"(?:icon|logo|ewm|qr|code|btn|arrow|dot|share|weixin|wechat|print|close|gif$|ico_)", re.IGNORECASE
)
_NARROW = 100
_PARTS = ("table", "tbody", "tr", "td", "th", "thead", "p", "span")
_LONG_TEXT = 400
"""Characters above which a td holds a page's content rather than a table's."""


def choose(tree: _Element) -> _Element:
    """The element that holds the report: a known container, else the smallest holding all signs of one.

    Where the page shows no sign of a report, the densest block; furniture (menus, footers) is removed from it.
    """
    body = next(tree.iter("body"), tree)
    signs = filter(_is_sign, body.iter(*_SPEAKING))
    first = next(signs, None)
    if first is None:
        root = max(
            filter(_is_known, body.iter(*_HOLDERS)), key=lambda known: len(string(known)), default=None
        )
    else:
        backward = (element for element in backwards(body) if element.tag in _SPEAKING)
        last = next(filter(_is_sign, backward), first)
        around = _around(first, last)
        root = next(filter(_is_known, around), None)
        framed = _is_heading(first) and _is_heading(last)  # no container may leave one of these out
        if root is None and not framed:
            root = _container([first, *signs])
        if root is None and first is not last:
            root = _smallest(around, body)
    root = _densest(body) if root is None else root
    if root in (tree, body):
        _remove_furniture(root)
    return root


def headings_before(tree: _Element, root: _Element) -> list[Text]:
    """The title of a report that the page prints above the element that holds its text, line by line.

    A publisher's name above a heading is part of it only perhaps: it is no heading then.
    """
    lines: list[str] = []
    tags: list[str] = []
    title: list[Text] = []
    for element in tree.iter("h1", "h2", "h3", "div", "p", "span", "ucaptitle", "td", tag(root)):
        if element is root:
            break
        many = len(element) > 3 and element.tag not in _LINES
        if many or ((parent := element.getparent()) is not None and parent.tag == "a"):
            continue
        text = "".join(string(element).split()) if len(element) or element.text else ""
        if not text or len(text) > 80:
            continue
        if found := _title_at_end([*lines, text]):
            of = [*tags[len(lines) + 1 - len(found) :], tag(element)]
            title = [
                Text(line, level=int(own in _HEADINGS or of[-1] not in _HEADINGS))
                for line, own in zip(found, of, strict=True)
            ]
        if element.tag != "span" and all(child.tag in _INLINE for child in element):
            lines.append(text)
            tags.append(tag(element))
    return title


def _title_at_end(lines: list[str]) -> list[str]:
    """The last line if it is a report's title with its year, else the last two or three that are one together.

    A line above that is a publisher's name belongs to a title that names none.
    """
    if "公开" not in "".join(lines[-3:]):
        return []  # at once, as for most lines: no title does without
    for size in range(1, min(3, len(lines)) + 1):
        joined = "".join(lines[-size:])
        if len(joined) <= 80 and _TITLE.search(joined) and _ABOUT.search(joined):
            if len(_TITLE.findall(joined)) > 1 and joined.count("公开") > 1:
                return []  # several titles in one element, of a list
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


def _is_sign(element: _Element) -> bool:
    """Whether an element's own text shows a section heading or an official label."""
    text = element.text
    if not text or not (text[0] in _FIRST or (text[0].isspace() and text.lstrip()[:1] in _FIRST)):
        return False
    return _is_evidence(text.strip())


def _is_evidence(text: str) -> bool:
    """Whether a text begins like a section of a report, or has one of the forms' labels in it.

    Words are looked for one by one, in a plain loop: a pattern of them all takes several times as long.
    """
    if len(text) < 2:
        return False
    for label in _LABELS:
        if label in text:
            return True
    return _SECTION.match(text) is not None or ("自" in text and _PERSON.search(text) is not None)


def _around(first: _Element, last: _Element) -> list[_Element]:
    """The elements that hold both and so all between them, outermost first."""
    lines = ([*reversed(list(element.iterancestors())), element] for element in (first, last))
    return [one for one, other in zip(*lines, strict=False) if one is other]


def _container(signs: list[_Element]) -> _Element | None:
    """The known container that holds nearly all signs, and every heading of a section that leads nowhere else."""
    middle = signs[len(signs) // 2]  # what holds most of them holds this one: no other element need be asked
    for candidate in filter(_is_known, reversed([middle, *middle.iterancestors(*_HOLDERS)])):
        outside = [sign for sign in signs if sign is not candidate and candidate not in sign.iterancestors()]
        if len(outside) * 5 <= len(signs) and not any(map(_is_heading, outside)):
            return candidate
    return None


def _is_heading(sign: _Element) -> bool:
    """Whether a sign is the heading of a report's section, or its numeral alone, rather than a link or a label."""
    text = (sign.text or "").strip()
    heads = opens_section(text) or (len(text) < _SHORTEST_LABEL and _SECTION.match(text) is not None)
    return heads and next(sign.iterancestors("a"), None) is None


def _is_known(element: _Element) -> bool:
    """Whether an element is the content of a page in one of the systems that portals are made with."""
    return element.tag in _HOLDERS and (
        _is_known_id(element.get("id") or "")
        or not _CLASSES.isdisjoint((element.get("class") or "").split())
        or element.tag == "ucapcontent"
    )


def _is_known_id(name: str) -> bool:
    return name in _IDS or name.startswith("vsb_content")


def _smallest(around: list[_Element], body: _Element) -> _Element | None:
    """The innermost of the elements around all signs that is not part of a table or a line."""
    for element in reversed(around):
        if element.tag == "html":
            return body
        if element.tag not in _PARTS or (element.tag == "td" and len(string(element)) > _LONG_TEXT):
            return element
    return None


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
            hollow(element)
            element.tail = None


def _is_content(element: _Element) -> bool:
    text = string(element)
    return len(text) > 60 and bool(_is_evidence(text) or _ABOUT.search(text))

"""The fast reading of HTML, with lxml: headings, paragraphs and tables of the report inside a portal's page.

The tree is turned into one stream of text in which every block starts with a marker and every table has been
replaced by one; reading it is then a matter of splitting a string, however deeply the page is nested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from parsers.documents import content, grid
from parsers.documents.encoding import decode
from parsers.documents.tree import attribute, finder, parse, plain, put_after, put_first, string, tag
from parsers.errors import Unreadable
from parsers.labels import unradical
from parsers.model import Block, Document, GridCell, Link, Place, Table, Text

if TYPE_CHECKING:
    from lxml.etree import _Element

_INVISIBLE = (
    "script",
    "style",
    "noscript",
    "template",
    "select",
    "textarea",
    "head",
    "object",
    "svg",
    "math",
)
_BLOCKS = (
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "tr",
    "td",
    "th",
    "table",
    "section",
    "article",
    "center",
    "blockquote",
    "pre",
    "form",
    "header",
    "footer",
    "caption",
    "tbody",
    "hr",
    "ucapcontent",
    "ucaptitle",
    "main",
    "nav",
    "aside",
    "fieldset",
    "figure",
    "label",
    "option",
)
_LINES_IN_CELLS = ("p", "div", "li", "tr", "td", "th", "table")
_APART = ("sup", "sub", "del", "s", "strike", "ins", "rt", "rp")
"""Inline text that is not part of the figure beside it: 5<sup>1</sup> must not read as 51."""
_BREAK = "\ue004"
"""Where a line ends on the screen; a line break in the source is but a space (Word wraps its source anywhere)."""
_OWN_MARKS = b"\xee\x80"
"""How our marks, U+E000 to U+E004, begin in UTF-8: private-use characters, by which no page means anything."""
_MARK_REFERENCE = re.compile(
    r"&#(?:0*57(?:3(?:4[4-9]|[5-9]\d)|40[0-7])(?!\d)|x0*e0[0-3][0-9a-f](?![0-9a-f]));?", re.I
)
"""The same characters written as references; a space in place of one can't join two halves of another."""
_MAY_BE_RADICAL = re.compile(rb"\xe2[\xba-\xbf]")
"""How radicals, U+2E80 to U+2FD5, begin in UTF-8."""
_HIDDEN = finder("//*[@hidden or contains(translate(@style,'DISPLAYNOE ','displaynoe'),'display:none')]")
_MAY_HIDE = (b"none", b"None", b"NONE", b"hidden", b"HIDDEN")
_LONG_HIDDEN = 200


def read(data: bytes) -> Document:
    """The document that a page shows. Raises Unreadable if there is no text in it at all, or too much."""
    source = decode(data)
    raw = source.encode("utf-8", "replace")
    if _MAY_BE_RADICAL.search(raw):
        source = unradical(source)
        raw = source.encode("utf-8", "replace")
    if b"&#" in raw and _MARK_REFERENCE.search(source):
        source = _MARK_REFERENCE.sub(" ", source)
        raw = source.encode("utf-8", "replace")
    if b"\xee" in raw and _OWN_MARKS in raw:
        source = source.translate(dict.fromkeys(range(0xE000, 0xE040)))
        raw = source.encode("utf-8", "replace")
    tree, problems = parse(source, raw)
    meta = _meta(tree)
    places = _Places(tree)
    root = content.choose(tree)
    lead = [] if root is tree else content.headings_before(tree, root)
    links, images = tuple(_links(root, places)), _images(root)
    _prepare(root, hides=any(word in raw for word in _MAY_HIDE))
    tables = _take_tables(root, places)
    blocks = (*lead, *_blocks(root, tables, places))
    if not blocks and not images and not links:
        raise Unreadable("no_text", "the page shows no text; it may need a browser or be cut off")
    return Document("text/html", blocks, meta, links, images, problems)


class _Places:
    """Numbers the elements of a page once, before anything is moved, so that each has a short XPath."""

    def __init__(self, tree: _Element) -> None:
        self.numbers = {
            element: number
            for name in ("td", "th", "p", "table", "h1", "h2", "h3", "h4", "div", "a")
            for number, element in enumerate(tree.iter(name), 1)
        }

    def path(self, element: _Element) -> str | None:
        """``(//td)[57]``: the 57th td of the page; it holds whether or not a browser has added tbody elements."""
        number = self.numbers.get(element)
        return f"(//{element.tag})[{number}]" if number else None


def _meta(tree: _Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (attribute(element, "name") or attribute(element, "property")).lower()
        if name and name not in found:
            found[name] = _tidy(attribute(element, "content"))
    title = next(tree.iter("title"), None)
    if title is not None:
        found.setdefault("title", _tidy(string(title)))
    return found


def _links(root: _Element, places: _Places) -> Iterator[Link]:
    for element in root.iter("a", "iframe", "embed", "object"):
        href = attribute(element, "href") or attribute(element, "src") or attribute(element, "data")
        if href and not href.startswith(("javascript:", "#")):
            text = _tidy(string(element)) or _tidy(attribute(element, "title"))
            yield Link(href, text, Place(path=places.path(element)))


def _images(root: _Element) -> int:
    return sum(
        1
        for image in root.iter("img")
        if content.may_hold_table(attribute(image, "src"), attribute(image, "width"))
    )


def _prepare(root: _Element, *, hides: bool) -> None:
    """Removes what is not shown, and marks where lines and blocks begin."""
    for element in [element for element in _HIDDEN(root) if element is not root] if hides else ():
        parent = element.getparent()
        if (
            parent is None
            or next(element.iter("table"), None) is not None
            or len(string(element)) > _LONG_HIDDEN
        ):
            continue
        _unlink(element, parent)
    etree.strip_elements(root, *_INVISIBLE, with_tail=False)
    for element in root.iter("br"):
        put_after(element, _BREAK)
    for element in root.iter("pre"):
        for part in element.iter():
            part.text = plain((part.text or "").replace("\n", _BREAK))
            part.tail = plain((part.tail or "").replace("\n", _BREAK))
    for element in root.iter(*_APART):
        put_first(element, " ^")
        put_after(element, " ")


def _unlink(element: _Element, parent: _Element) -> None:
    before = element.getprevious()
    if element.tail:
        if before is None:
            parent.text = plain((parent.text or "") + element.tail)
        else:
            before.tail = plain((before.tail or "") + element.tail)
    parent.remove(element)


def _take_tables(root: _Element, places: _Places) -> list[Table]:
    """Reads the tables under ``root`` in order and leaves a marker in place of each."""
    tables: list[Table] = []
    done: set[_Element] = set()
    for element in list(root.iter("table")):
        if element in done:
            continue
        rows = grid.own_rows(element)
        for run in grid.runs(rows, grid.containers(element, rows)):
            table = _read_table(run, element, places, len(tables))
            done.update(inner for row in run for inner in row.element.iter("table"))
            grid.replace(run, f"{_BREAK}\ue002{len(tables)}\ue003{_BREAK}")
            tables.append(table)
    return tables


def _read_table(rows: list[grid.TableRow], element: _Element, places: _Places, number: int) -> Table:
    for row in rows:
        own = {row.element, *row.cells}  # their edges are known; marking them would cost most of the time
        for block in row.element.iter(*_LINES_IN_CELLS):
            if block not in own or not (block.text or "").isprintable():
                put_first(block, _BREAK)
                put_after(block, _BREAK)
    cells = []
    for cell, row_number, column, rowspan, colspan in grid.spread(rows):
        place = Place(None, None, number, row_number, column, places.path(cell))
        cells.append(GridCell(_lines(string(cell)), row_number, column, rowspan, colspan, place))
    return Table(tuple(cells), Place(table=number, path=places.path(element)))


def _blocks(root: _Element, tables: list[Table], places: _Places) -> Iterator[Block]:
    elements = list(root.iter(*_BLOCKS))
    for number, element in enumerate(elements):
        put_first(element, f"{_BREAK}\ue000{number}\ue001")
        put_after(element, _BREAK)
    current: _Element | None = None
    for line in string(root).split(_BREAK):
        words = line
        if line.startswith("\ue000"):
            mark, _, words = line[1:].partition("\ue001")
            current = elements[int(mark)]
        elif line.startswith("\ue002"):
            yield tables[int(line[1:].partition("\ue003")[0])]
            continue
        if text := _tidy(words):
            yield _text(text, current, places)


def _text(text: str, element: _Element | None, places: _Places) -> Text:
    if element is None:
        return Text(text)
    name = tag(element)
    level = int(name[1]) if len(name) == 2 and name[0] == "h" and name[1].isdigit() else 0
    return Text(text, Place(path=places.path(element)), level)


_UNSEEN_SPACE = dict.fromkeys(map(ord, "\u200b\ufeff"), " ")
_BETWEEN_HANZI = re.compile(
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
)


def _tidy(text: str) -> str:
    """One line: runs of white space are one space, and none between two Chinese characters."""
    if "\u200b" in text or "\ufeff" in text:
        text = text.translate(_UNSEEN_SPACE)
    words = text.split()
    if len(words) < 2:
        return words[0] if words else ""
    return _BETWEEN_HANZI.sub("", " ".join(words))


def _lines(text: str) -> str:
    """A cell's text: its lines tidied, empty ones left out."""
    text = text.strip(_BREAK)
    if _BREAK not in text:
        return _tidy(text)
    return "\n".join(filter(None, map(_tidy, text.split(_BREAK))))

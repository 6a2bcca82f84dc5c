"""The fast reading of HTML, with lxml: headings, paragraphs and tables of the report inside a portal's page.

The tree is turned into one stream of text in which marks tell blocks, rows and cells apart; reading it is then a
matter of cutting a string, however deeply the page is nested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from parsers.documents import content, grid, unseen
from parsers.documents.collector import no_collector
from parsers.documents.encoding import decode
from parsers.documents.stream import BLOCK, CLOSE, LINE, OPEN, Stream, seen
from parsers.documents.tree import attribute, finder, parse, plain, string, tag
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
_OWN_MARKS = b"\xee\x80"
"""How our marks, from U+E000, begin in UTF-8: private-use characters, by which no page means anything."""
_MARK_REFERENCE = re.compile(
    r"&#(?:0*57(?:3(?:4[4-9]|[5-9]\d)|40[0-7])(?!\d)|[xX]0*[eE]0[0-3][0-9a-fA-F](?![0-9a-fA-F])"
    r"|0*(?:[1-8]|1[124-9]|2\d|3[01]|127)(?!\d)|[xX]0*(?:[1-8bB]|[eE]|[fF]|1[0-9a-fA-F]|7[fF])(?![0-9a-fA-F]));?"
)
"""The same characters, and control characters, written as references; a space in place of one can't join two halves
of another."""
_REFERENCE, _MAY_HIDE = re.compile(b"&#"), (re.compile(b"none"), re.compile(b"hidden"))
"""Plain words as patterns: in bytes ``re`` finds them in half the time that ``in`` takes."""
_MAY_BE_RADICAL = re.compile(rb"\xe2[\xba-\xbf]")
"""How radicals, U+2E80 to U+2FD5, begin in UTF-8."""
_HIDDEN = finder("//*[@hidden or contains(translate(@style,'DISPLAYNOE ','displaynoe'),'display:none')]")
_LONG_HIDDEN = 200


@no_collector()
def read(data: bytes) -> Document:
    """The document that a page shows. Raises Unreadable if there is no text in it at all, or too much."""
    source = decode(data)
    raw = source.encode("utf-8", "replace")
    if _MAY_BE_RADICAL.search(raw):
        source = unradical(source)
        raw = source.encode("utf-8", "replace")
    if _REFERENCE.search(raw) and _MARK_REFERENCE.search(source):
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
    lowered = raw.lower()
    conceals = unseen.mark(root, lowered)
    _prepare(root, hides=conceals or any(word.search(lowered) for word in _MAY_HIDE))
    stream = Stream(root)
    blocks = (*lead, *_blocks(stream, _tables(root, stream, places), places))
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
    """Removes what is not shown."""
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


def _unlink(element: _Element, parent: _Element) -> None:
    before = element.getprevious()
    if element.tail:
        if before is None:
            parent.text = plain((parent.text or "") + element.tail)
        else:
            before.tail = plain((before.tail or "") + element.tail)
    parent.remove(element)


def _tables(root: _Element, stream: Stream, places: _Places) -> list[_Taken]:
    """The tables under ``root`` in order; each row of theirs is taken out of the stream."""
    taken: list[_Taken] = []
    done: set[_Element] = set()
    number = 0
    for element in root.iter("table"):
        if element in done:
            continue
        rows = grid.own_rows(element)
        for run in grid.runs(rows, grid.containers(element, rows, stream.size)):
            table: Table | None = _table(run, element, stream, places, number)
            for row in run:
                done.update(row.element.iter("table"))
                taken.append(_Taken(*stream.spans[row.element], table))
                table = None
            number += 1
    return sorted(taken, key=lambda row: row.start)


class _Taken(NamedTuple):
    """A row's span in the stream, with the first row the table that it begins."""

    start: int
    end: int
    table: Table | None


def _table(
    rows: list[grid.TableRow], element: _Element, stream: Stream, places: _Places, number: int
) -> Table:
    cells = tuple(
        GridCell(
            "\n".join(filter(None, map(_one_line, stream.lines(cell)))),
            row,
            column,
            rowspan,
            colspan,
            Place(None, None, number, row, column, places.path(cell)),
        )
        for cell, row, column, rowspan, colspan in grid.spread(rows)
    )
    return Table(cells, Place(table=number, path=places.path(element)))


def _blocks(stream: Stream, taken: list[_Taken], places: _Places) -> Iterator[Block]:
    current: _Element | None = None
    begun = iter(stream.blocks)
    at = 0
    for start, end, table in (*taken, _Taken(len(stream.text), len(stream.text), None)):
        for line in stream.text[at:start].replace(CLOSE, "").split(LINE):
            words = line
            if line.startswith((BLOCK, OPEN)):
                current, words = next(begun), line[1:]
            if text := _one_line(words):
                yield _text(text, current, places)
        if table:
            yield table
        if end > at:
            inside = stream.text.count(BLOCK, start, end) + stream.text.count(OPEN, start, end)
            next(islice(begun, inside, inside), None)
            at = end


def _text(text: str, element: _Element | None, places: _Places) -> Text:
    if element is None:
        return Text(text)
    name = tag(element)
    level = int(name[1]) if len(name) == 2 and name[0] == "h" and name[1].isdigit() else 0
    return Text(text, Place(path=places.path(element)), level)


_BETWEEN_HANZI = re.compile(
    r" (?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef] )(?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
    r"(?!(?<=[\uff10-\uff19] )[\uff10-\uff19])"
)
"""The space comes first: a search for it is several times as fast as one for what stands before it. Two figures in
full width stay two."""


def _one_line(text: str) -> str:
    """One line: runs of white space are one space, and none between two Chinese characters."""
    words = text.split()
    if len(words) < 2:
        return words[0] if words else ""
    return _BETWEEN_HANZI.sub("", " ".join(words))


def _tidy(text: str) -> str:
    """One line of text that has not been through the stream."""
    return _one_line(seen(text))

"""The fast reading of HTML, with lxml: headings, paragraphs and tables of the report inside a portal's page.

The tree is turned into one stream of text in which marks tell blocks, rows and cells apart; reading it is then a
matter of cutting a string, however deeply the page is nested.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from parsers.documents import content, cut, grid, unseen
from parsers.documents.collector import no_collector
from parsers.documents.encoding import decode_as_utf8
from parsers.documents.stream import (
    CLOSE,
    LINE,
    MARKS,
    NAMES,
    PART,
    UNSEEN,
    Numbers,
    before,
    hollow,
    lines,
    path,
    seen,
    skip,
    skip_unseen,
    stream,
    unmarked,
)
from parsers.documents.tree import attribute, finder, parse, string
from parsers.errors import Unreadable
from parsers.labels import unradical
from parsers.model import NOWHERE, Block, Document, GridCell, Link, Place, Problem, Table, Text

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
_REFERENCE = re.compile(b"&#")
"""A plain word as a pattern: in bytes ``re`` finds it in half the time that ``in`` takes."""
_MAY_HIDE = (b"none", b"hidden")
_MAY_BE_RADICAL = re.compile(rb"\xe2[\xba-\xbf]")
"""How radicals, U+2E80 to U+2FD5, begin in UTF-8."""
_WORD_ENDINGS = (
    (b"<span lang=EN-US><o:p></o:p></span></p>", b"</p>"),
    (b"<o:p></o:p></span></p>", b"</span></p>"),
)
"""How Word ends every paragraph: two elements that hold nothing. In a page of Word's they are a third of all, and take
as much of the time. What is left begins with a tag, so that nothing before it and after it can join."""
_HIDDEN = finder("//*[@hidden or contains(translate(@style,'DISPLAYNOE ','displaynoe'),'display:none')]")
_LONG_HIDDEN = 200
_LEVELS = {MARKS[f"h{level}"]: level for level in range(1, 7)}
_AROUND = "".join((LINE, PART, MARKS["tr"], CLOSE, MARKS["p"], " \n"))
"""What commonly stands around the text of a cell."""


@no_collector()
def read(data: bytes) -> Document:
    """The document that a page shows. Raises Unreadable if there is no text in it at all, or too much."""
    source, raw, said = _source(data)
    tree, problems = parse(source, raw)
    meta = _meta(tree)
    anchors = {element: number for number, element in enumerate(tree.iter("a"), 1)}
    root = content.choose(tree)
    lead = [] if root is tree else content.headings_before(tree, root)
    links, images = tuple(_links(root, anchors)), _images(root)
    numbers = before(tree, root)
    lowered = raw.lower()
    conceals = unseen.mark(root, lowered)
    _hide(root, hides=conceals or any(lowered.rfind(word) >= 0 for word in _MAY_HIDE))
    text = stream(root)
    taken = _tables(text, grid.tables(text, root, numbers.copy()))
    blocks = (*lead, *_blocks(text, taken, numbers))
    if not blocks and not images and not links:
        raise Unreadable("no_text", "the page shows no text; it may need a browser or be cut off")
    return Document("text/html", blocks, meta, links, images, (*problems, *said))


def _source(data: bytes) -> tuple[str, bytes, tuple[Problem, ...]]:
    """The page without what would be taken for our marks, as text and in UTF-8, and whether it was cut off."""
    whole, raw = decode_as_utf8(data)
    source = cut.marked(whole)
    said = () if source is whole else (cut.CUT_OFF,)
    if said:
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
    if raw.rfind(b"</o:p>") >= 0:
        for words, bare in _WORD_ENDINGS:
            raw = raw.replace(words, bare)
    return source, raw, said


def _meta(tree: _Element) -> dict[str, str]:
    found: dict[str, str] = {}
    title: _Element | None = None
    for element in tree.iter("meta", "title"):
        if element.tag == "title":
            title = element if title is None else title
            continue
        name = (attribute(element, "name") or attribute(element, "property")).lower()
        if name and name not in found:
            found[name] = _tidy(attribute(element, "content"))
    if title is not None:
        found.setdefault("title", _tidy(string(title)))
    return found


def _links(root: _Element, anchors: dict[_Element, int]) -> Iterator[Link]:
    """``anchors`` numbers the page's a elements."""
    for element in root.iter("a", "iframe", "embed", "object"):
        href = attribute(element, "href") or attribute(element, "src") or attribute(element, "data")
        if href and not href.startswith(("javascript:", "#")):
            text = _tidy(string(element)) or _tidy(attribute(element, "title"))
            number = anchors.get(element)
            yield Link(href, text, Place(path=f"(//a)[{number}]") if number else NOWHERE)


def _images(root: _Element) -> int:
    return sum(
        1 for image in root.iter("img") if content.may_hold_table(_picture(image), attribute(image, "width"))
    )


def _picture(image: _Element) -> str:
    """A picture's address, also where a script loads it when it comes into sight."""
    return attribute(image, "data-src") or attribute(image, "data-original") or attribute(image, "src")


def _hide(root: _Element, *, hides: bool) -> None:
    """Takes out what is not shown."""
    hidden = _HIDDEN(root) if hides else []
    copies = unseen.copies(root, [element for element in hidden if _holds_table(element)])
    for element in [*hidden, *root.iter(*_INVISIBLE)]:
        if element is root:
            continue
        if element.getparent() is None:
            element.clear()  # it was in one taken out: sparing those inside it, however deep, keeps this quick
        elif (
            element.tag in _INVISIBLE
            or element in copies
            or (not _holds_table(element) and len(string(element)) <= _LONG_HIDDEN)
        ):
            hollow(element)


def _holds_table(element: _Element) -> bool:
    return next(element.iter("table"), None) is not None


def _tables(text: str, found: list[grid.Parts]) -> list[_Taken]:
    """Where rows of tables stand in the stream, in order."""
    taken: list[_Taken] = []
    number = 0
    for parts in found:
        for run in () if parts.around and parts.around.taken else grid.runs(parts, text):
            table: Table | None = _table(run, parts, text, number)
            for row in run:
                row.taken = True
                start, end = row.span()
                if table is None and not text[taken[-1].end : start].strip(_AROUND):
                    above = taken.pop()
                    start, end, table = above.start, max(above.end, end), above.table
                taken.append(_Taken(start, end, table))
                table = None
            number += 1
        for row in parts.rows:
            row.taken = row.taken or (row.around is not None and row.around.taken)
    return sorted(taken, key=lambda row: row.start)


class _Taken(NamedTuple):
    """The span in the stream of rows with no words between, with a table's first the table that they begin."""

    start: int
    end: int
    table: Table | None


def _table(rows: list[grid.Row], parts: grid.Parts, stream: str, number: int) -> Table:
    cells: list[GridCell] = []
    new = tuple.__new__  # a page has a thousand named tuples, each made so in half the time
    for cell, row, column, rowspan, colspan in grid.spread(rows):
        place = new(Place, (None, None, number, row, column, path(cell.mark, cell.number), None, None))
        said = _said(stream[cell.start : cell.end])
        cells.append(new(GridCell, (said, row, column, rowspan, colspan, place)))
    return Table(tuple(cells), Place(table=number, path=path(MARKS["table"], parts.number)))


def _said(inside: str) -> str:
    """A cell's text; each line as :func:`_one_line` has it, none of them empty."""
    return _remembered(inside) if len(inside) <= grid.LONG_CELL else _remembered.__wrapped__(inside)


@lru_cache(maxsize=4096)
def _remembered(inside: str) -> str:
    """Labels and noughts come again, page after page."""
    text = inside.strip(_AROUND)
    if text.isprintable():  # neither marks nor white space but plain spaces: the one line of most cells
        return _one_line(text) if " " in text else text
    return "\n".join(filter(None, map(_one_line, unmarked(text).split(LINE))))


def _blocks(text: str, taken: list[_Taken], numbers: Numbers) -> Iterator[Block]:
    at, level, place = 0, 0, NOWHERE
    new = tuple.__new__
    for start, end, table in (*taken, _Taken(len(text), len(text), None)):
        for line in filter(None, lines(text[at:start])):
            words, mark = line, line[0]
            if mark in numbers:
                numbers[mark] = number = numbers[mark] + 1
                at_path = (None, None, None, None, None, path(mark, number), None, None)
                words, level, place = line[1:], _LEVELS.get(mark, 0), new(Place, at_path)
            elif mark in NAMES:
                words, level, place = line[1:], _LEVELS.get(mark, 0), NOWHERE
            if UNSEEN in words:
                skip_unseen(words, numbers)
                words = unmarked(words)
            if said := _one_line(words):
                yield new(Text, (said, place, level))
        if table:
            yield table
        if end > at:
            skip(text[max(at, start) : end], numbers)
            at = end


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

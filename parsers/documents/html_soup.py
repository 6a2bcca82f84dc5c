"""The second reading of HTML, with BeautifulSoup and Python's own parser: independent of :mod:`html`.

It shares no code with the first reading but what makes text of bytes. It reads the whole page rather than the
report's part of it, walks the nodes one by one, and lays rows out by its own rules; it takes some fifteen times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeGuard

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from parsers.documents import cut
from parsers.documents.encoding import decode
from parsers.errors import Unreadable
from parsers.labels import unradical
from parsers.model import Block, Document, GridCell, Place, Table, Text

_UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "select", "textarea", "head", "object", "svg", "math")
)
_INLINE = frozenset(
    [
        "a",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "font",
        "span",
        "small",
        "big",
        "o:p",
        "st1:chsdate",
        "img",
        "input",
        "label",
        "code",
        "tt",
        "center_",
        "abbr",
        "acronym",
        "mark",
    ]
)
_ALOOF = frozenset(("sup", "sub", "del", "s", "strike", "ins", "rt", "rp"))
_CELLS = ("td", "th")
_DISPLAY = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0\s*(?:px|pt|em|rem|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_LABELS = ("第二十条第", "结转下", "尚未审结", "主动公开政府信息数")
_NO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_MOST_HIDDEN = 50
_MOST_TABLES = 500
_PROSE = 400
_WIDEST = 200
_TALLEST = 5000
_DEEPEST = 900
"""Nesting that Python's recursion can follow; deeper pages are not read a second time."""


def read(data: bytes) -> Document:
    """The document that a page shows. Raises Unreadable if it holds no text or is nested too deeply."""
    source = cut.marked(unradical(decode(data)))
    try:
        soup = BeautifulSoup(source, "html.parser")
        if re.search("display|hidden", source, re.IGNORECASE):
            _drop_copies(soup)
        blocks = tuple(_blocks(soup))
    except RecursionError as error:
        raise Unreadable("too_deep", "the page is nested too deeply for a second reading") from error
    if not blocks:
        raise Unreadable("no_text", "the page shows no text; it may need a browser or be cut off")
    title = soup.title.get_text() if soup.title else ""
    return Document("text/html", blocks, {"title": " ".join(title.split())})


def _blocks(soup: BeautifulSoup) -> Iterator[Block]:
    """Paragraphs and tables in document order."""
    words: list[str] = []
    for kind, node in _walk(soup):
        if kind == "table" and isinstance(node, Tag):
            yield from _flush(words)
            yield from _table(node)
        elif kind == "break":
            yield from _flush(words)
        elif kind == "text":
            words.append(str(node))
    yield from _flush(words)


def _flush(words: list[str]) -> Iterator[Text]:
    text = " ".join("".join(words).translate(_NO_WIDTH).split())
    words.clear()
    if text:
        yield Text(text)


def _walk(root: Tag) -> Iterator[tuple[str, PageElement | None]]:
    """Text nodes, breaks and data tables below ``root``; layout tables are walked through."""
    stack: list[tuple[str, PageElement | None]] = [("node", child) for child in reversed(root.contents)]
    while stack:
        kind, node = stack.pop()
        if kind == "break":
            yield "break", None
        elif isinstance(node, Tag):
            if _unseen(node):
                continue
            if node.name == "table" and not _is_layout(node):
                yield "table", node
                continue
            outside = node.name not in _INLINE and node.name not in _ALOOF
            if outside:
                yield "break", None
                stack.append(("break", None))
            stack.extend(("node", child) for child in reversed(node.contents))
        elif _is_text(node):
            yield "text", node


def _unseen(tag: Tag) -> bool:
    if tag.name in _UNSEEN:
        return True
    return _conceals(tag) and not tag.find("table") and len(tag.get_text()) <= 200


def _drop_copies(soup: BeautifulSoup) -> None:
    """Takes out hidden tables whose labels stand in tables that are shown too."""
    hiding = soup.find_all(_conceals)
    tables = soup.find_all("table")
    if len(hiding) > _MOST_HIDDEN or len(tables) > _MOST_TABLES:
        return
    hidden = {
        id(table): table for tag in hiding for table in (tag, *tag.find_all("table")) if table.name == "table"
    }
    seen = {
        label
        for table in tables
        if id(table) not in hidden and not table.find("table")
        for label in _LABELS
        if label in table.get_text()
    }
    for table in hidden.values():
        held = {label for label in _LABELS if label in table.get_text()}
        if held and held <= seen:
            table.extract()


def _conceals(tag: Tag) -> bool:
    return tag.has_attr("hidden") or _DISPLAY.search(str(tag.get("style") or "")) is not None


def _is_text(node: PageElement | None) -> TypeGuard[NavigableString]:
    return isinstance(node, NavigableString) and not isinstance(node, PreformattedString)


def _is_layout(table: Tag) -> bool:
    """Whether a table arranges the page: some cell holds prose or a table of more than three cells."""
    return any(len(inner.find_all(_CELLS, limit=4)) > 3 for inner in table.find_all("table")) or any(
        len(_said(cell)) > _PROSE for row in _rows(table) for cell in row
    )


def _table(table: Tag) -> Iterator[Table]:
    rows = _rows(table)
    covered: set[tuple[int, int]] = set()
    cells: list[GridCell] = []
    for number, row in enumerate(rows):
        column = 0
        left = _rows_left(rows, number)
        for cell in row:
            while (number, column) in covered:
                column += 1
            if column >= _WIDEST:
                break
            tall = min(_span(cell, "rowspan", left), left)
            wide = _free(covered, number, column, min(_span(cell, "colspan", 1), _WIDEST - column))
            covered.update((r, c) for r in range(number, number + tall) for c in range(column, column + wide))
            cells.append(GridCell(_said(cell), number, column, tall, wide, Place(row=number, column=column)))
            column += wide
    if cells:
        yield Table(tuple(cells))


def _rows_left(rows: list[list[Tag]], number: int) -> int:
    """Rows from here to the end of the row group (thead, tbody)."""
    group = _group(rows[number])
    left = 1
    while number + left < len(rows) and _group(rows[number + left]) is group:
        left += 1
    return left


def _group(row: list[Tag]) -> Tag | None:
    return row[0].find_parent(("thead", "tbody", "tfoot", "table")) if row else None


def _free(covered: set[tuple[int, int]], row: int, column: int, wanted: int) -> int:
    wide = 1
    while wide < wanted and (row, column + wide) not in covered:
        wide += 1
    return wide


def _rows(table: Tag) -> list[list[Tag]]:
    """The table's own cells by row; html.parser nests rows and cells whose end tags are missing."""
    rows: list[list[Tag]] = []
    hidden: set[int] = set()
    for tag in table.find_all(("tr", *_CELLS)):
        if tag.find_parent("table") is not table or len(rows) > _TALLEST:
            continue
        if _unseen(tag) or id(tag.parent) in hidden:
            hidden.add(id(tag))
        elif tag.name == "tr":
            rows.append([])
        elif rows:
            rows[-1].append(tag)
        else:
            rows.append([tag])
    return [row for row in rows if row]


def _said(cell: Tag) -> str:
    """A cell's text, line by line; cells nested in it for want of an end tag are not its own."""
    parts: list[str] = []
    stack: list[PageElement | str] = list(reversed(cell.contents))
    while stack:
        node = stack.pop()
        if isinstance(node, Tag):
            foreign = node.name in (*_CELLS, "tr") and node.find_parent("table") is cell.find_parent("table")
            if foreign or _unseen(node):
                continue
            if node.name == "input" and node.get("type", "text") in ("text", "number"):
                parts.append(str(node.get("value") or ""))
            around = "" if node.name in _INLINE or ":" in node.name else " " if node.name in _ALOOF else "\r"
            parts.append(f"{around}^" if node.name in _ALOOF else around)
            stack.append(around)
            stack.extend(reversed(node.contents))
        elif isinstance(node, PageElement):
            if _is_text(node):
                parts.append(str(node).replace("\r", " ").replace("\n", " "))
        else:
            parts.append(node)
    lines = (" ".join(line.split()) for line in "".join(parts).translate(_NO_WIDTH).split("\r"))
    return "\n".join(line for line in lines if line)


def _span(cell: Tag, name: str, zero: int) -> int:
    match = re.match(r"\s*(\d{1,6})", str(cell.get(name) or ""))
    return int(match[1]) or zero if match else 1

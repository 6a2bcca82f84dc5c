"""The text of a page as one stream, in which marks stand where lines, blocks, tables, rows and cells begin and end.

One XSLT writes it within libxslt; asking each element for its text from Python costs ten times as much.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARTS = ("table", "tr", "td", "th")
_BLOCKS = (
    *_PARTS,
    *("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "tbody", "section"),
    *("article", "center", "blockquote", "pre", "form", "header", "footer", "caption", "hr", "main", "nav"),
    *("aside", "fieldset", "figure", "option", "ucapcontent", "ucaptitle"),
)
_NUMBERED = ("td", "th", "p", "table", "h1", "h2", "h3", "h4", "div")
_APART = ("sup", "sub", "del", "s", "strike", "ins", "rt", "rp")
"""Inline text that is not part of the figure beside it: 5<sup>1</sup> must not read as 51."""

LINE, PART, CLOSE, END, UNSEEN = "\ue000\ue001\ue002\ue003\ue004"
"""A line ends; the mark after this one is of a table's part; a table or row ends; a cell ends; marks of elements that
are not shown follow. Private-use characters: no page means anything by them, and :mod:`html` removes those of a page
before."""
MARKS = {name: chr(0xE005 + number) for number, name in enumerate(_BLOCKS)}
"""Names of blocks and parts of tables to the marks at which such an element begins."""
NAMES = {mark: name for name, mark in MARKS.items()}
GONE = {name: chr(0xE030 + number) for number, name in enumerate(_NUMBERED)}
"""Names of elements that are numbered to the marks of those that are not shown: they count all the same."""
_NO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""What no page shows: zero-width spaces and joiners, and hyphens where a word may be broken."""
_MARK = re.compile("[\ue001-\ue03f]")

_SHOWS_VALUE = "not(@type) or @type='text' or @type='number'"
"""Fields of a form that show what they hold: some reports' figures stand in them."""


def _sheet() -> etree.XSLT:
    opening = {name: f"{LINE}{PART if name in _PARTS else ''}{mark}" for name, mark in MARKS.items()}
    closing = (
        dict.fromkeys(MARKS, "")
        | dict.fromkeys(("table", "tr"), PART + CLOSE)
        | dict.fromkeys(("td", "th"), END)
    )
    templates = "".join(
        f'<xsl:template match="{name}">{opening[name]}<xsl:apply-templates/>{closing[name]}{LINE}</xsl:template>'
        for name in MARKS
    )
    return etree.XSLT(
        etree.XML(f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text" encoding="utf-8"/>
  {templates}
  <xsl:template match="{"|".join(_APART)}"><xsl:text> ^</xsl:text><xsl:apply-templates/><xsl:text> </xsl:text></xsl:template>
  <xsl:template match="td//input|th//input"><xsl:if test="{_SHOWS_VALUE}"><xsl:value-of select="@value"/></xsl:if></xsl:template>
  <xsl:template match="br">{LINE}</xsl:template>
  <xsl:template match="pre//text()"><xsl:value-of select="translate(., '&#10;', '{LINE}')"/></xsl:template>
</xsl:stylesheet>""")
    )


_SHEET = _sheet()


def stream(root: _Element) -> str:
    """The text under ``root``, with marks."""
    return seen(str(_SHEET(root)))


def hollow(element: _Element) -> None:
    """Takes an element out of what a page shows, but for what follows it; those after it keep their number."""
    gone = "".join(GONE[inner.tag] for inner in element.iter(*GONE))
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # newer than the stubs
    element.tag = "span"
    element.text = gone and UNSEEN + gone


Numbers = dict[str, int]
"""Mark to the number of the last element of that name so far, for those of which XPaths are made."""


def before(tree: _Element, root: _Element) -> Numbers:
    """How many elements of each name stand in a page before ``root``."""
    numbers = {MARKS[name]: 0 for name in _NUMBERED}
    for element in tree.iter(*_NUMBERED, root.tag):
        if element is root:
            break
        if element.tag in _NUMBERED:
            numbers[MARKS[element.tag]] += 1
    return numbers


def skip(text: str, numbers: Numbers) -> None:
    """Counts the elements in a piece of the stream that is not read."""
    for mark in numbers:
        numbers[mark] += text.count(mark)
    skip_unseen(text, numbers)


def skip_unseen(text: str, numbers: Numbers) -> None:
    """Counts the elements that are not shown in a piece of the stream."""
    if UNSEEN in text:
        for name, gone in GONE.items():
            numbers[MARKS[name]] += text.count(gone)


def path(mark: str, number: int) -> str:
    """The XPath of an element by its mark and number.

    ``(//td)[57]``, the 57th td of the page, holds whether or not a browser has added tbody elements.
    """
    return f"(//{NAMES[mark]})[{number}]"


def lines(text: str) -> list[str]:
    """The lines of a piece of the stream, each with the mark of the element that begins at it."""
    return text.replace(PART + CLOSE, "").replace(PART, "").replace(END, "").split(LINE)


def unmarked(text: str) -> str:
    """A piece of a stream without marks but those of lines."""
    return _MARK.sub("", text)


def seen(text: str) -> str:
    """The text without the characters of no width that editors leave in it, within figures too."""
    for unseen in _NO_WIDTH:
        text = text.replace(unseen, "")
    return text

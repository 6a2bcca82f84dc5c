"""The text of a page as one stream, in which marks stand where lines, blocks, rows and cells begin and end.

One XSLT writes it within libxslt; asking each element for its text from Python costs ten times as much.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

LINE, BLOCK, OPEN, CLOSE = "\ue000\ue001\ue002\ue003"
"""A line ends; a block begins; a row or cell begins and ends. Private-use characters: no page means anything by them,
and :mod:`html` removes those of a page before."""
_PARTS = ("tr", "td", "th")
_OTHERS = (
    *("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "table", "tbody"),
    *(
        "section",
        "article",
        "center",
        "blockquote",
        "pre",
        "form",
        "header",
        "footer",
        "caption",
        "hr",
        "main",
    ),
    *("nav", "aside", "fieldset", "figure", "option", "ucapcontent", "ucaptitle"),
)
_BLOCKS = (*_OTHERS, *_PARTS)
_APART = ("sup", "sub", "del", "s", "strike", "ins", "rt", "rp")
"""Inline text that is not part of the figure beside it: 5<sup>1</sup> must not read as 51."""
_SHEET = etree.XSLT(
    etree.XML(f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text" encoding="utf-8"/>
  <xsl:template match="{"|".join(_OTHERS)}">{LINE}{BLOCK}<xsl:apply-templates/>{LINE}</xsl:template>
  <xsl:template match="{"|".join(_PARTS)}">{LINE}{OPEN}<xsl:apply-templates/>{CLOSE}{LINE}</xsl:template>
  <xsl:template match="{"|".join(_APART)}"><xsl:text> ^</xsl:text><xsl:apply-templates/><xsl:text> </xsl:text></xsl:template>
  <xsl:template match="br">{LINE}</xsl:template>
  <xsl:template match="pre//text()"><xsl:value-of select="translate(., '&#10;', '{LINE}')"/></xsl:template>
</xsl:stylesheet>""")
)
_PART = re.compile(f"[{OPEN}{CLOSE}]")


class Stream:
    """The text under ``root``, and where in it each row and cell stands; made when nothing unseen is left there."""

    def __init__(self, root: _Element) -> None:
        self.text = seen(str(_SHEET(root)))
        self.blocks = list(root.iter(*_BLOCKS))
        """The elements that begin at the marks BLOCK and OPEN, in their order."""
        self.spans: dict[_Element, tuple[int, int]] = {}
        """Row or cell to the span of what is in it."""
        parts = root.iter(*_PARTS)
        inside: list[tuple[_Element, int]] = []
        for mark in _PART.finditer(self.text):
            if mark[0] == OPEN:
                inside.append((next(parts), mark.end()))
            else:
                part, start = inside.pop()
                self.spans[part] = start, mark.start()

    def size(self, part: _Element) -> int:
        """Characters in a row or cell, marks included."""
        start, end = self.spans[part]
        return end - start

    def lines(self, part: _Element) -> list[str]:
        """The lines in a row or cell as the source wraps them, empty ones among them."""
        start, end = self.spans[part]
        text = self.text[start:end].replace(BLOCK, "")
        return (_PART.sub("", text) if OPEN in text else text).split(LINE)


def seen(text: str) -> str:
    """The text with spaces for the characters of no width that editors leave in it."""
    return text.replace("\u200b", " ").replace("\ufeff", " ")

"""Trees of lxml: how a hostile page becomes one without silent loss, and the few questions asked of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from lxml import etree

from parsers.errors import Unreadable
from parsers.model import Problem

if TYPE_CHECKING:
    from lxml.etree import HTMLParser, _Element

LARGEST = 12_000_000
"""Characters of a page; the largest real one seen has 2 million, most of it pictures written into it."""
MOST_TAGS = 600_000
_LONG = 300_000
"""Bytes from which a page may have so many attributes in one tag that parsing it takes for ever."""
_INLINE_TAG = re.compile(r"</?(?:span|font|b|i|u|em|strong|a|o:p)\b[^<>]*>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"</?(?!/?(?:table|thead|tbody|tr|td|th|br)\b)[a-z][^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_ATTRIBUTES = re.compile(
    r"<[a-z][a-z0-9]*(?:\s+[^\s<>=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s<>]+))?){200}", re.IGNORECASE
)


def parse(source: str, raw: bytes = b"") -> tuple[_Element, tuple[Problem, ...]]:
    """The tree of a page (``raw``: the same in UTF-8), however broken its markup, and what was done to read it.

    libxml2 drops what is nested deeper than 2,048 tags and says so: such a page is read again without its layout
    tags, and if its tables are the cause, as text alone. Raises Unreadable for a page without an element, or one
    that is too large.
    """
    raw = raw or source.encode("utf-8", "replace")
    if len(raw) > _LONG:
        _measure(source, raw)
    for text, problems in _versions(source, raw):
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
        tree = _tree(text, parser)
        if not any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
            return tree, problems
    raise Unreadable("broken_html", "the page can't be parsed; save it again from a browser")


def _measure(source: str, raw: bytes) -> None:
    tags = raw.count(b"<")
    if len(source) > LARGEST or tags > MOST_TAGS or _ATTRIBUTES.search(source):
        raise Unreadable(
            "too_large", f"the page has {len(source)} characters and {tags} tags; no report has as many"
        )


def _versions(source: str, raw: bytes) -> Iterator[tuple[bytes, tuple[Problem, ...]]]:
    """The page, then without layout tags, then without any."""
    yield raw, ()
    told = Problem("deep_nesting", "", "the page is nested too deeply; it was read without its layout")
    yield _OTHER_TAG.sub("<br>", _INLINE_TAG.sub("", source)).encode("utf-8", "replace"), (told,)
    told = Problem(
        "deep_nesting", "tables", "the tables are nested too deeply; the page was read as text alone"
    )
    yield _ANY_TAG.sub("<br>", source).encode("utf-8", "replace"), (told,)


def _tree(raw: bytes, parser: HTMLParser) -> _Element:
    try:
        tree = etree.fromstring(raw, parser)
    except etree.LxmlError as error:
        raise Unreadable("broken_html", f"the page can't be parsed: {error}") from error
    if tree is None:
        raise Unreadable("broken_html", "the page holds no element")
    return tree


def backwards(root: _Element) -> Iterator[_Element]:
    """The elements under ``root``, from the last in the page to the first."""
    around = [(root, root.iterchildren(reversed=True))]
    while around:
        child = next(around[-1][1], None)
        if child is None:
            yield around.pop()[0]
        else:
            around.append((child, child.iterchildren(reversed=True)))


string = cast("Callable[[_Element], str]", etree.XPath("string()", smart_strings=False))
"""All text under an element, in order."""


def finder(path: str) -> Callable[[_Element], list[_Element]]:
    """A compiled XPath that finds elements."""
    return cast("Callable[[_Element], list[_Element]]", etree.XPath(path))


def attribute(element: _Element, name: str) -> str:
    """An attribute's value without space around it; empty if it is not there."""
    return str(element.get(name) or "").strip()


def tag(element: _Element) -> str:
    """The element's name; empty for comments and the like."""
    return element.tag if isinstance(element.tag, str) else ""

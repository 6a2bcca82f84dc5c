"""The few questions asked of an lxml tree, each answered in C and with one type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

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

"""Shows a person where a figure stands in its original: the page as a picture, the markup, or the lines.

Originals are hostile. Markup is taken apart and put together again without anything that could run, load
or lead elsewhere; whoever serves it must put a sandboxing Content-Security-Policy around it all the same.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml import etree

from parsers.documents.encoding import decode
from parsers.documents.text import LINE_BREAK
from parsers.documents.tree import finder, parse, tag
from parsers.errors import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

ANCHOR = "nianbao-cell"
"""Id of the marked element: the fragment to open the page at."""

_PATH = re.compile(r"\(//[a-z][a-z0-9]*\)\[[1-9][0-9]*\]")
_DROPPED = (
    *(
        "script",
        "noscript",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "link",
        "meta",
        "base",
    ),
    *("svg", "math", "video", "audio", "source", "track", "portal", "template", "form", "input", "button"),
    *("select", "textarea", "img", "picture", "map", "area", "canvas", "dialog", "marquee", "style", "title"),
)
"""Elements that run, load, ask or move. Their text goes too, except what a form holds."""
_UNWRAPPED = ("form",)
_KEPT = {
    "colspan",
    "rowspan",
    "align",
    "valign",
    "width",
    "height",
    "border",
    "cellpadding",
    "cellspacing",
    "nowrap",
}
_STYLE = """
html { color-scheme: light; } body { background: #fff; color: #111; margin: 1rem; font: 15px/1.6 system-ui,
"Noto Sans CJK SC", sans-serif; } table { border-collapse: collapse; } td, th { border: 1px solid #999; padding: .2rem .4rem; }
#nianbao-cell { outline: 3px solid #c00; outline-offset: 2px; background: #ffe08a; scroll-margin: 40vh; }
"""

_PIXELS = 6_000_000
_MARGIN = 2.0


def markup(data: bytes, path: str) -> str:
    """An HTML original as a page of its own, bare of all that is active, with the element at ``path`` marked.

    ``path`` is that of a :class:`parsers.model.Place`. Raises Unreadable where there is no such element.
    """
    tree, _ = parse(decode(data))
    found = finder(path)(tree) if _PATH.fullmatch(path) else []
    if not found:
        raise Unreadable("no_such_place", f"the page has no element {path}")
    marked = found[0]
    _disarm(tree)
    marked.set("id", ANCHOR)
    body = next(tree.iter("body"), tree)
    inner = etree.tostring(body, encoding="unicode", method="html", with_tail=False)
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>original</title>'
        f"<style>{_STYLE}</style></head>{inner}</html>"
    )


def picture(data: bytes, page: int, box: Sequence[float], *, width: int = 1400) -> bytes:
    """One page of a PDF as PNG, at most ``width`` pixels wide, with a frame around ``box``.

    ``page`` counts from 1; ``box`` is (x0, top, x1, bottom) in points from the page's top left corner.
    Raises Unreadable where the file can't be opened or has no such page.
    """
    import pypdfium2  # noqa: PLC0415  only this function draws

    try:
        document = pypdfium2.PdfDocument(data)
        try:
            return _drawn(document[page - 1], box, width)
        finally:
            document.close()
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise Unreadable("no_such_place", f"page {page} can't be drawn: {error}") from error


def lines(data: bytes, line: int, *, around: int = 6) -> list[tuple[int, str]]:
    """The numbered lines of a text original around line ``line`` (from 1); Unreadable where there is no such line."""
    whole = LINE_BREAK.split(decode(data))
    if not 1 <= line <= len(whole):
        raise Unreadable("no_such_place", f"the text has no line {line}")
    first = max(1, line - around)
    return list(enumerate(whole[first - 1 : line + around], first))


def _disarm(tree: _Element) -> None:
    for element in list(tree.iter()):
        if not tag(element) or tag(element) in _DROPPED:
            _drop(element)
            continue
        for name in list(element.attrib):
            if name not in _KEPT:
                del element.attrib[name]


def _drop(element: _Element) -> None:
    """Take an element out but keep the text after it, and for a form all that it holds."""
    parent = element.getparent()
    if parent is None:
        return
    if tag(element) in _UNWRAPPED:
        element.tag = "div"
        element.attrib.clear()
        return
    previous, tail = element.getprevious(), element.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _drawn(page: object, box: Sequence[float], width: int) -> bytes:
    from PIL import ImageDraw  # noqa: PLC0415  see picture()

    points_wide, points_high = page.get_size()  # type: ignore[attr-defined]
    scale = min(width / max(points_wide, 1), (_PIXELS / max(points_wide * points_high, 1)) ** 0.5)
    image = page.render(scale=scale).to_pil().convert("RGB")  # type: ignore[attr-defined]
    x0, top, x1, bottom = (value * scale for value in box)
    frame = (x0 - _MARGIN, top - _MARGIN, max(x1, x0) + _MARGIN, max(bottom, top) + _MARGIN)
    ImageDraw.Draw(image).rectangle(frame, outline=(200, 0, 0), width=4)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False)
    return out.getvalue()

"""Articles that a portal's interface hands out as JSON: the HTML inside, read like the page that it is drawn on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from html import escape

from parsers.documents import html
from parsers.documents.encoding import decode
from parsers.errors import Unreadable
from parsers.model import Document

_TITLES = ("title", "infotitle", "articletitle", "subject")
_LINKS = ("attachurl", "filepath")


def read(data: bytes) -> Document:
    """The document that the longest piece of HTML in the object shows; raises Unreadable where there is none."""
    try:
        found = list(_strings(json.loads(decode(data).lstrip("\ufeff"), strict=False)))
    except (ValueError, RecursionError) as error:
        raise Unreadable("broken_json", "the JSON is cut off or broken; fetch it again") from error
    body = max((text for _, text in found if "<" in text), key=len, default="")
    title = next((text.strip() for name, text in found if name.lower() in _TITLES and text.strip()), "")
    links = [text for name, text in found if name.lower() in _LINKS]
    if not body and not (title and links):
        raise Unreadable("unsupported_format", "the JSON holds no article; fetch the page that shows it")
    body = body or "".join(f'<p><a href="{escape(link)}">{escape(title)}</a></p>' for link in links)
    head = f'<head><meta charset="utf-8"><title>{escape(title)}</title><meta name="ArticleTitle" content="{escape(title)}"></head>'
    document = html.read(
        f"<!DOCTYPE html><html>{head}<body><h1>{escape(title)}</h1>{body}</body></html>".encode()
    )
    return replace(document, media_type="application/json")


def _strings(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """(key, text) of every string in the object, outer keys first."""
    stack = [(name, value)]
    while stack:
        key, item = stack.pop(0)
        if isinstance(item, str):
            yield key, item
        elif isinstance(item, dict):
            stack += [(str(inner), content) for inner, content in item.items()]
        elif isinstance(item, list):
            stack += [(key, content) for content in item]

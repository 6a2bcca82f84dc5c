"""Readers of files: bytes to a :class:`parsers.model.Document`, without any knowledge of forms."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from parsers.documents.sniff import media_type
from parsers.errors import Unreadable
from parsers.model import Document

_READERS = {
    "text/html": "html",
    "application/pdf": "pdf",
    "text/plain": "text",
    "application/json": "wrapped",
}
"""Media types to modules; each is imported only where it is needed, with its library."""


def open_document(data: bytes, name: str = "") -> Document:
    """What the file shows. The bytes decide its kind; ``name`` is a hint. Raises Unreadable, with a cure."""
    kind = media_type(data, name)
    if kind not in _READERS:
        raise Unreadable("unsupported_format", f"no reader for {kind}; convert the file to PDF or HTML")
    read: Callable[[bytes], Document] = import_module(f"parsers.documents.{_READERS[kind]}").read
    return read(data)

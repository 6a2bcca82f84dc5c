"""The digest that tells published versions apart: the content's, without the page's furniture and spacing."""

from __future__ import annotations

import hashlib

from parsers.labels import squeeze
from parsers.model import Document, Table
from parsers.sections import is_furniture


def content_digest(document: Document) -> str:
    """SHA-256 (hex) of what the document says: equal for two copies that differ in markup, spaces or counters."""
    hashed = hashlib.sha256()
    for block in document.blocks:
        if isinstance(block, Table):
            for cell in block.cells:
                hashed.update(f"\x1f{squeeze(cell.text)}".encode("utf-8", "replace"))
        elif not is_furniture(block.text):
            hashed.update(squeeze(block.text).encode("utf-8", "replace"))
    if not document.blocks:
        for link in document.links:
            hashed.update(f"\x1e{link.href}".encode("utf-8", "replace"))
    return hashed.hexdigest()

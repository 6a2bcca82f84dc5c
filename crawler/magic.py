"""What bytes are, by their first bytes: servers send ``application/octet-stream``, or HTML for a dead PDF."""

from __future__ import annotations

import re

_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG", "png"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"Founder CEB", "ceb"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gzip"),
)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|script|title|table|div|p|ul|li|span|a|h[1-6]|link|style|iframe|form)\b",
    re.IGNORECASE,
)
_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"


def sniff(data: bytes) -> str:
    """``pdf``, ``zip`` (docx, xlsx, ofd too), ``ole`` (doc, xls, wps), ``rar``, ``7z``, ``jpeg``, ``png``, ``gif``,
    ``tiff``, ``ceb``, ``rtf``, ``gzip``, ``html``, ``xml``, ``json``, ``text``, ``binary`` or, for no bytes, ``empty``."""
    if not data.strip(b" \t\r\n"):
        return "empty"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if b"%PDF-" in data[:1024] and not _HTML.search(data[:64]):
        return "pdf"
    return _text_kind(data)


def _text_kind(data: bytes) -> str:
    start = data[:4096].lstrip(_BLANK)
    if _HTML.search(start):
        return "html" if not start.startswith(b"{") else "json"
    if start.startswith((b"<?xml", b"<datastore", b"<record")):
        return "xml"
    if start.startswith((b"{", b"[")):
        return "json"
    control = sum(byte < 9 or 13 < byte < 32 for byte in data[:1024])
    return "binary" if control > 10 else "text"

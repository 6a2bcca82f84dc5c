"""Tells what a file is by its first bytes; names and Content-Type headers are often wrong."""

from __future__ import annotations

import re

from parsers.errors import Unreadable

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"Founder CEB", "application/x-ceb"),
    (b"\x1f\x8b", "application/gzip"),
)
_ZIPPED = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"OFD.xml", "application/ofd"),
)
_MARKUP = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<(?:table|div|p|span|meta|h1|title)[\s>]",
    re.IGNORECASE,
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
"""Byte-order marks, and how markup begins without one."""
_PDF_HEADER_WITHIN = 1024
"""Bytes before which a PDF's header may start: readers of PDF allow for leading rubbish."""


def media_type(data: bytes, name: str = "") -> str:
    """The file's media type by its content; ``name`` decides between HTML and text where the content can't.

    Raises Unreadable for an empty file.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable("empty", "the file is empty; fetch it again")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN]:
        return "application/pdf"
    return _textual(data, name)


def _zipped(data: bytes) -> str:
    return next((kind for member, kind in _ZIPPED if member in data), "application/zip")


def _textual(data: bytes, name: str) -> str:
    head = data[:65536]
    if head.startswith(_UTF16):
        head = head.replace(b"\x00", b"")
    elif b"\x00" in head[:1024]:
        return "application/octet-stream"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b'{"'):
        return "application/json"
    named_html = name.lower().endswith((".html", ".htm", ".shtml", ".jhtml", ".jsp"))
    return "text/html" if _MARKUP.search(head) or named_html else "text/plain"

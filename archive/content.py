"""What the archive asks the parsers about bytes; they are loaded when the first question comes."""

from __future__ import annotations

from importlib import import_module

from parsers.errors import ParserError
from parsers.model import Report


def read(data: bytes) -> Report:
    """The report in the bytes.

    :raises Unreadable: they hold no document.
    """
    report: Report = import_module("parsers.read").read(data)
    return report


def media_type(data: bytes, url: str = "") -> str:
    """The medium by magic bytes; the URL's last segment is a hint only."""
    return str(import_module("parsers.documents.sniff").media_type(data, url.rsplit("/", 1)[-1]))


def digest(data: bytes, sha256: str) -> str:
    """The digest of the content without page furniture; of the bytes where no document can be read."""
    try:
        return read(data).content_digest or sha256
    except ParserError:
        return sha256

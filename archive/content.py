"""What the archive asks the parsers about bytes: their medium and their content."""

from __future__ import annotations

from parsers.digest import content_digest
from parsers.documents import open_document
from parsers.documents.sniff import media_type as sniff
from parsers.errors import ParserError, Unreadable
from parsers.workers import Limits, run

SECONDS = 30.0
"""Time that a file other than a page may take before its bytes alone decide."""
EMPTY = "application/x-empty"
_QUICK = ("text/html", "text/plain")


def media_type(data: bytes, url: str = "") -> str:
    """The medium by magic bytes; the URL's last segment is a hint only. An empty file is one of its own."""
    try:
        return sniff(data, url.rsplit("/", 1)[-1])
    except ParserError:
        return EMPTY


def digest(data: bytes, sha256: str) -> str:
    """The digest of the content without page furniture; of the bytes where no document can be read.

    Pages are read here. Files (PDF and the like) are read in a child process: one that hangs or dies must
    not take the crawl with it.
    """
    if media_type(data) in (*_QUICK, EMPTY):
        return _digest(data) or sha256
    ((_, made),) = run(_digest, [data], limits=Limits(SECONDS))
    return sha256 if isinstance(made, Unreadable) or made is None else made


def _digest(data: bytes) -> str | None:
    try:
        return content_digest(open_document(data))
    except ParserError:
        return None

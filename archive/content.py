"""What the archive asks the parsers about bytes: their medium, their content, what they say."""

from __future__ import annotations

from parsers.digest import content_digest
from parsers.documents import open_document
from parsers.documents.sniff import media_type as sniff
from parsers.errors import ParserError


def media_type(data: bytes, url: str = "") -> str:
    """The medium by magic bytes; the URL's last segment is a hint only."""
    return sniff(data, url.rsplit("/", 1)[-1])


def digest(data: bytes, sha256: str) -> str:
    """The digest of the content without page furniture; of the bytes where no document can be read."""
    try:
        return content_digest(open_document(data))
    except ParserError:
        return sha256

"""What the archive asks the parsers about bytes before it keeps them: their medium and their content."""

from __future__ import annotations

from parsers.documents.sniff import media_type as sniff
from parsers.errors import ParserError
from parsers.read import read


def media_type(data: bytes, url: str = "") -> str:
    """The medium by magic bytes; the URL's last segment is a hint only."""
    return sniff(data, url.rsplit("/", 1)[-1])


def digest(data: bytes, sha256: str) -> str:
    """The digest of the content without page furniture; of the bytes where no document can be read."""
    try:
        return read(data).content_digest or sha256
    except ParserError:
        return sha256

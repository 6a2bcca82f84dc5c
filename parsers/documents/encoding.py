"""Decodes text whatever its declaration says: half of the wrong charsets of portals are in the declaration."""

from __future__ import annotations

import re

import charset_normalizer

from parsers.errors import Unreadable

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UTF16_MARKUP = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_UTF16 = tuple(mark for mark, _ in (*_BOMS[1:], *_UTF16_MARKUP))
_CONTROLS = bytes((*range(9), 11, *range(14, 32), 127))
_NO_CHARACTERS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_DAMAGED = 0.02
"""Share of characters beyond ASCII that may be broken in a text that is UTF-8 all the same."""


def decode(data: bytes) -> str:
    """Text of the bytes: by their byte-order mark, else strict UTF-8, strict GB18030, then detection.

    Text that is UTF-8 but for a few cut characters is kept as such, each cut shown as U+FFFD. Control characters
    are removed. Raises Unreadable where nothing fits.
    """
    return decode_as_utf8(data)[0]


def decode_as_utf8(data: bytes) -> tuple[str, bytes]:
    """Text as :func:`decode` gives it, and the same in UTF-8, which for most pages are the bytes that came."""
    if not data.startswith(_UTF16):
        data = data.translate(None, _CONTROLS)
    text = None if data.startswith(_UTF16) else _utf8(data)
    if text is not None and "\ufffe" not in text and "\uffff" not in text:
        return text, data
    text = _NO_CHARACTERS.sub("", text or _decode(data))
    return text, text.encode("utf-8", "replace")


def _utf8(data: bytes) -> str | None:
    """The text of what is UTF-8 without a byte-order mark."""
    try:
        return None if data.startswith(b"\xef\xbb\xbf") else data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decode(data: bytes) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace")
    for start, name in _UTF16_MARKUP:
        if data.startswith(start):
            return data.decode(name, "replace")
    mended = data.decode("utf-8", "replace")
    beyond_ascii = sum(1 for character in mended if character > "\x7f")
    if mended.count("\ufffd") <= beyond_ascii * _DAMAGED:
        return mended
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return _detect(data)


def _detect(data: bytes) -> str:
    best = charset_normalizer.from_bytes(data[: 1 << 20]).best()
    if best is not None and best.encoding not in ("ascii",):
        return data.decode(best.encoding, "replace")
    loose = data.decode("gb18030", "replace")
    if loose.count("\ufffd") <= len(loose) * _DAMAGED:
        return loose
    raise Unreadable("unknown_encoding", "the text is in no encoding that we know; save it as UTF-8")

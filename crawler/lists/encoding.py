"""Bytes to characters for pages whose declared charset is missing or wrong.

Declarations lie in both directions (GBK pages that say UTF-8, UTF-8 pages with an ISO-8859-1 header), so
strict decoding decides: text in GBK is practically never valid UTF-8. GB18030 is the superset of GBK.
"""

from __future__ import annotations

import codecs

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(data: bytes) -> str:
    """Characters of ``data``; never raises: what neither encoding explains becomes U+FFFD."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    tries = [data.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")]
    return min(tries, key=lambda text: text.count("�"))


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

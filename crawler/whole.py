"""Did an answer come whole? Only what its bytes prove: a page without ``</html>`` may be all that there is.

Servers state a length that is too short, close the connection without having stated one, or lose the rest on their own
way. What HTTP itself proves (fewer bytes than stated, a chunk missing) never gets here.
"""

from __future__ import annotations

import re

from crawler.magic import sniff

_TAIL = 8 * 1024
_TAG = re.compile(rb"<[a-zA-Z/!][^>]*\Z")
_CUT_CHARACTER = re.compile(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})\Z")
_JSON_ENDS = (b"}", b"]", b")", b";", b">")  # also of what a script or a proxy put around it


def cut_short(body: bytes) -> str | None:
    """What shows that the rest of a page or of data is missing; None where nothing does. Files are for the parsers."""
    kind = sniff(body)
    if kind == "html":
        return _cut_page(body)
    if kind == "json" and not body.rstrip(b" \t\r\n\x00").endswith(_JSON_ENDS):
        return "the data ends in the middle"
    return None


def _cut_page(body: bytes) -> str | None:
    tail = body[-_TAIL:].rstrip(b" \t\r\n\x00")
    last = tail.rfind(b"<")
    if last > tail.rfind(b">") and _TAG.match(tail, last):
        return "the page ends inside a tag"
    if _CUT_CHARACTER.search(tail[-3:]) and _ends_in_a_character(body):
        return "the page ends inside a character"
    return None


def _ends_in_a_character(body: bytes) -> bool:
    """Whether all but the last bytes are UTF-8; in GBK the same bytes may be a whole character."""
    try:
        body.rstrip(b" \t\r\n\x00").decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return False

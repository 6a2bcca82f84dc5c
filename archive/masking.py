"""Takes people's contact data out of prose: telephone numbers, e-mail addresses and identity numbers.

Reports name contact persons now and then. The archive keeps originals as published (see docs/privacy.md);
what is handed on may leave these out.
"""

from __future__ import annotations

import re

_DIGIT = "[0-9０-９]"
_DASH = "[-－—–‐ ]?"
_MASKS = (
    (re.compile(rf"(?<!{_DIGIT}){_DIGIT}{{17}}[0-9０-９XxＸｘ](?![0-9０-９A-Za-z])"), "［身份证号］"),
    (re.compile(r"[A-Za-z0-9._%+-]+[@＠][A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), "［邮箱］"),
    (
        re.compile(rf"(?<!{_DIGIT})[1１][3-9３-９]{_DIGIT}(?:{_DASH}{_DIGIT}{{4}}){{2}}(?!{_DIGIT})"),
        "［电话］",
    ),
    (
        re.compile(rf"(?<!{_DIGIT})[（(]?[0０]{_DIGIT}{{2,3}}[)）]?{_DASH}{_DIGIT}{{7,8}}(?!{_DIGIT})"),
        "［电话］",
    ),
    (re.compile(rf"(?<=电话)([:：是为号码 ]{{0,3}}){_DIGIT}{{7,8}}(?!{_DIGIT})"), r"\1［电话］"),
)


def mask(text: str) -> str:
    """The text with a mark in place of each contact; figures of a report (件, 条, 万元) are left alone."""
    for pattern, mark in _MASKS:
        text = pattern.sub(mark, text)
    return text

"""Reads one printed figure exactly: no float in between, no guess.

``0`` only where the source says 0 (``0``, ``０``, ``0件``, ``零``); blank, ``/``, ``—`` or ``无`` is null; whatever
else is not plainly a figure stays unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from parsers.model import Number, State

_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: " ", 0xA0: " ", 0x200B: None, 0xFEFF: None}
_MINUS = dict.fromkeys(map(ord, "−－﹣‐‑‒–"), "-")
_BLANK = re.compile(r"(?:无|[-/\\—―─_\s])*")
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?P<sign>[+-]|增加?|减少?|—)?(?P<gap> ?)(?P<digits>{_DIGITS})\s?(?:(?P<unit>[^\d\s.,+()-]{{1,3}})|\((?P<noted>[^\d\s.,+()-]{{1,3}})\))?",
    re.ASCII,
)
_COUNTED = frozenset(
    [
        "件",
        "条",
        "项",
        "个",
        "次",
        "篇",
        "人",
        "人次",
        "份",
        "宗",
        "起",
        "部",
        "例",
        "期",
        "场",
        "类",
        "页",
        "件次",
    ]
)
_MONEY = {
    "元": Decimal("0.0001"),
    "百元": Decimal("0.01"),
    "千元": Decimal("0.1"),
    "十万元": Decimal(10),
    "百万元": Decimal(100),
    "千万元": Decimal(1000),
    "万元": Decimal(1),
    "亿元": Decimal(10000),
    "万": Decimal(1),
    "亿": Decimal(10000),
}
_MONEY_UNIT = re.compile(r"(?:^|[(:,、|额费用位])((?:[十百千]?万|[十百千亿]|[美港欧日])?元)(?:$|[),、|])")
"""Whole: 元 behind a character that a rendition lost may be the end of 万元."""
_REMEMBERED = 60
"""Characters of a cell's text up to which it is kept whether it is a figure: rows are looked at again and again."""
_LONGEST = 24
"""Characters; the longest figure ever seen has 14; 24 keep every product within Decimal's 28 digits."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a cell says: ``value`` is a number where ``state`` is ``value``, else None."""

    state: State
    value: Number | None = None


BLANK = Figure("blank")
UNREAD = Figure("unread")


def read_figure(
    text: str, *, unit: str | None = None, signed: bool = False, header_unit: str | None = None
) -> Figure:
    """The figure printed in a cell.

    ``unit`` is the form's unit of the cell: where it is 万元, amounts written in 元 or 亿元 are converted exactly,
    by the cell's own unit, else by ``header_unit``. ``signed`` cells may also write 增8, 减8 or —8.
    """
    plain = clean(text)
    if _BLANK.fullmatch(plain):
        return BLANK
    if plain[:1] in ("零", "〇"):
        plain = f"0{plain[1:]}"
    match = _FIGURE.fullmatch(plain) if len(plain) <= _LONGEST else None
    if not match or (not signed and (match["gap"] or match["sign"] not in (None, "+", "-"))):
        return UNREAD
    written = match["unit"] or match["noted"]
    scale = _scale(written, unit, header_unit)
    if scale is None and not Decimal(match["digits"].replace(",", "")):
        scale = Decimal(1) if written in _COUNTED or written in _MONEY else None  # none is none
    if scale is None:
        return UNREAD
    value = Decimal(match["digits"].replace(",", "")) * scale
    return Figure("value", exact(-value if (match["sign"] or "+")[0] in "-减—" else value))


def money_unit(text: str) -> str | None:
    """The unit of money that a squeezed header names, 元 or another; figures in one without a known scale stay unread."""
    match = _MONEY_UNIT.search(text)
    return match[1] if match else None


def clean(text: str) -> str:
    """Text with ASCII in single width, plain minus signs, and no space at its ends; ①, ² and ⑴ stay as they are."""
    return text.translate(_WIDE).translate(_MINUS).strip()


_DIGIT = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = re.compile(
    r"(?:[一二两三四五六七八九]千)?(?:零?[一二两三四五六七八九]百)?(?:零?[一二三四五六七八九]?十)?(?:零?[一二两三四五六七八九])?"
)


def read_numeral(text: str) -> Decimal | None:
    """A whole number in digits (1,013), or in Chinese numerals below 10,000 (二十三, 一百零五); None if it is neither."""
    if re.fullmatch(_DIGITS, text, re.ASCII):
        return Decimal(text.replace(",", ""))
    if text in ("零", "〇"):
        return Decimal(0)
    if not text or not _NUMERAL.fullmatch(text):
        return None
    total, digit = 0, 0
    for char in text:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = _DIGIT[char]
    return Decimal(total + digit)


def is_figure(text: str) -> bool:
    """Whether a cell says a number and nothing else, in any unit."""
    return _is_figure(text) if len(text) <= _REMEMBERED else _is_figure.__wrapped__(text)


@lru_cache(maxsize=8192)
def _is_figure(text: str) -> bool:
    return any(read_figure(text, unit=unit, signed=True).state == "value" for unit in (None, "万元"))


def exact(value: Decimal) -> Number:
    """An int where the number is whole, else a Decimal without needless zeros."""
    if value == value.to_integral_value():
        return int(value)
    return value.normalize()


def _scale(written: str | None, unit: str | None, header_unit: str | None) -> Decimal | None:
    """Factor from the printed unit to the form's; None where the cell's unit can't belong to this field."""
    if unit != "万元":
        return Decimal(1) if written is None or written in _COUNTED else None
    return _MONEY.get(written or header_unit or "万元")

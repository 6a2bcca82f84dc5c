"""Compares printed labels with official ones: blind to spaces, widths, brackets, quotes and numbering.

A label may be broken over lines, spaced out (规 章), numbered in several ways, followed by a note in brackets,
or cut short; a cut label counts only where it can be no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)}
_BRACKETS = dict(zip(map(ord, "〔【［﹝〈《〕】］﹞〉》[]"), "((((<<))))>>()", strict=True))
_DROPPED = dict.fromkeys(map(ord, "“”\"'‘’「」『』<>《》、,。.．;:·・*★_^"))
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_RADICAL = re.compile("[\u2e80-\u2fd5]")
_BRACKET = re.compile("([()])")
_NUMBERING = re.compile(
    r"(?:\d(?:\.\d{1,2}){1,4}[、.．,]?(?=[^\d.,%])|\d(?=[一二三四五六七八九]、)|"
    r"第?[一二三四五六七八九十]{1,3}[、.．,:]|\([一二三四五六七八九十]{1,3}\)|\(?\d{1,2}[、.．,)](?!\d)|[①-⑳]|[⑴-⒇]|[⒈-⒛]|其中:?)+"
)
_FOOTMARK = re.compile(r"\^[\d*#注①-⑳]{1,3}$|[①-⑳※†‡]$")
"""The mark of a footnote after a label."""
_PLAIN = {
    code: _BRACKETS.get(ord(chr_), chr_) for code, chr_ in ((c, chr(n)) for c, n in _WIDE.items())
} | _BRACKETS
"""Single width and plain brackets in one step."""
_REMEMBERED = 200
"""Characters of a text up to which its squeezed form is kept: labels and figures come again and again."""
SHORTEST_CUT = 4
"""Characters that a label cut short must still have."""


def unradical(text: str) -> str:
    """Text with radicals (⼀), as copied from some PDFs, as the characters (一) that they look like."""
    return text.translate(radicals()) if _RADICAL.search(text) else text


def unspaced(text: str) -> str:
    """Text as printed but without any white space, radicals (⼀) as characters (一)."""
    return _SPACE.sub("", unradical(text))


def squeeze(text: str) -> str:
    """Text without any white space, ASCII in single width, radicals (⼀) as characters (一), brackets as ().

    It has as many characters as :func:`unspaced` gives.
    """
    return _squeeze(text) if len(text) <= _REMEMBERED else _squeeze.__wrapped__(text)


@lru_cache(maxsize=8192)
def _squeeze(text: str) -> str:
    return unspaced(text).translate(_PLAIN)


@cache
def radicals() -> Mapping[int, str]:
    """Kangxi and CJK radicals, which some PDF fonts give in place of characters, to those characters."""
    import unicodedata  # noqa: PLC0415 (a table of 65,000 names, needed once)

    folded = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    return MappingProxyType(folded | _SUPPLEMENT)


_SUPPLEMENT = {
    ord(a): b
    for a, b in zip(
        "⺟⻓⻔⻘⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰⻳⺠⻅⻆⻉⻋⻣⻤⺮⻁⻄⻚⻙",
        "母长门青风飞食马鱼鸟麦黄齐齿龙龟民见角贝车骨鬼竹虎西页韦",
        strict=True,
    )
}


def key(text: str) -> str:
    """What two printings of one label have in common: no numbering, note, quote, punctuation or space."""
    return _key(text) if len(text) <= _REMEMBERED else _key.__wrapped__(text)


@lru_cache(maxsize=8192)
def _key(text: str) -> str:
    bare = squeeze(text)
    bare = _NUMBERING.sub("", bare, count=1) if _NUMBERING.match(bare) else bare
    bare = drop_notes(bare)
    return _FOOTMARK.sub("", bare).translate(_DROPPED).replace("其它", "其他")


def drop_notes(text: str, *, broken_off: bool = True) -> str:
    """A text in single-width brackets without its notes in them; ``broken_off``: also without one that has no end."""
    if "(" not in text:
        return text
    kept: list[str] = []
    begun: list[int] = []  # where in it each note begins that has not ended
    for part in _BRACKET.split(text):
        if part == "(":
            begun.append(len(kept))
        elif part == ")" and begun:
            del kept[begun.pop() :]
            continue
        kept.append(part)
    return "".join(kept[: begun[0]] if begun and broken_off else kept)


def numbering(text: str) -> str:
    """The numbering before a label as bare digits or characters: ``3`` for 3.其他, ``六`` for （六）其他处理."""
    match = _NUMBERING.match(squeeze(text))
    return re.sub(r"[^一二三四五六七八九十\d]", "", match[0]) if match else ""


class Vocabulary:
    """Official labels and what each names; several labels may name one thing, one label several things."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """``entries`` are pairs of a label, as in a form, and the id that it names."""
        names: dict[str, list[str]] = {}
        for label, name in entries:
            known = names.setdefault(key(label), [])
            if name not in known:
                known.append(name)
        self.names = {label: tuple(found) for label, found in names.items()}
        self._longest = max(map(len, self.names), default=0)
        self._cuts: dict[str, tuple[str, ...]] = {}

    def exact(self, text: str) -> tuple[str, ...]:
        """Ids of the label that ``text`` is, numbering and notes aside; usually one or none."""
        return self.names.get(key(text), ())

    def candidates(self, text: str) -> tuple[str, ...]:
        """Everything that the label may name, whole or cut; the caller knows the context."""
        label = key(text)
        if label in self.names or not SHORTEST_CUT <= len(label) <= self._longest:
            return self.names.get(label, ())
        cut = (
            names
            for official, names in self.names.items()
            if official.startswith(label) or official.endswith(label)
        )
        return tuple(dict.fromkeys(name for names in cut for name in names))

    def find(self, text: str) -> tuple[str, ...]:
        """Like :meth:`exact`, but also a label that was cut short at either end and can be no other."""
        label = key(text)
        if label in self.names:
            return self.names[label]
        if not SHORTEST_CUT <= len(label) <= self._longest:
            return ()
        if label not in self._cuts:
            if len(self._cuts) > 10_000:
                self._cuts.clear()
            self._cuts[label] = self._cut(label)
        return self._cuts[label]

    def _cut(self, label: str) -> tuple[str, ...]:
        whole = [
            official for official in self.names if official.startswith(label) or official.endswith(label)
        ]
        found = {self.names[official] for official in whole}
        enough = [official for official in whole if len(label) * 5 >= len(official) * 2]
        return found.pop() if len(found) == 1 and enough else ()

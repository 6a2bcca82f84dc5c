"""How sentences state figures: the patterns of ``data/statements.toml``, ready to be matched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_WORD = re.compile(r"\{([A-Za-z_]+)\}")
_CODE = {
    "NUMBER": r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千]{1,9})",
    "END": r"(?=$|[,;)])",
    "STOP": r"(?=$|[,;)(、])",
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """What sentences may state: an id, its names, how they say a number or none, and the cells that say the same.

    ``needs``: words of which a sentence must hold one. ``part``: the figure is itself a part of another. ``of``: the statement whose parts this one counts.
    """

    id: str
    zh: str
    en: str
    needs: tuple[str, ...]
    says: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    about: re.Pattern[str] | None = None
    among: re.Pattern[str] | None = None
    part: bool = False
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Phrases:
    """All phrases, the words of which a sentence must hold one (``needed``), the words that may lead to one (``lead``), and those that tell of something else."""

    phrases: tuple[Phrase, ...]
    needed: re.Pattern[str]
    lead: re.Pattern[str]
    trail: re.Pattern[str]
    others: Mapping[str, re.Pattern[str]]


@cache
def phrases() -> Phrases:
    """The phrases of this release."""
    data = tomllib.loads(resources.files("parsers").joinpath("data/statements.toml").read_text("utf-8"))
    words = {**data["words"], **_CODE}
    leads = "|".join(_unnamed(_expand(pattern, words)) for pattern in data["leads"].values())
    found = tuple(_phrase(entry, words) for entry in data["statement"])
    return Phrases(
        found,
        re.compile("|".join(sorted({word for phrase in found for word in phrase.needs}))),
        re.compile(f"(?:{leads})+"),
        re.compile(f"(?:{leads})+$"),
        {name: re.compile(_expand(pattern, words)) for name, pattern in data["others"].items()},
    )


def _phrase(entry: Mapping[str, Any], words: Mapping[str, str]) -> Phrase:
    def patterns(name: str) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_expand(pattern, words)) for pattern in entry.get(name, ()))

    def pattern(name: str) -> re.Pattern[str] | None:
        return re.compile(_expand(entry[name], words)) if name in entry else None

    return Phrase(
        id=entry["id"],
        zh=entry["zh"],
        en=entry["en"],
        needs=tuple(entry["needs"]),
        says=patterns("says"),
        none=patterns("none"),
        cells=tuple(tuple(cells) for cells in entry.get("cells", ())),
        about=pattern("about"),
        among=pattern("among"),
        part=entry.get("part", False) or "of" in entry,
        of=entry.get("of"),
    )


def _expand(pattern: str, words: Mapping[str, str]) -> str:
    """The pattern with its {words} written out; a word that is not in the file is a KeyError that names it."""
    while _WORD.search(pattern):
        pattern = _WORD.sub(lambda match: words[match[1]], pattern)
    return pattern


def _unnamed(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)

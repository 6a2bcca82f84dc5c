"""Administrative divisions as readers name them: the beginning of a GB/T 2260 code."""

from __future__ import annotations

from functools import cache

from archive.site.metadata import read


def prefix(given: str | None) -> str:
    """The digits at the beginning of what was typed (``64 宁夏`` is 64), at most six; empty where there are none."""
    text = (given or "").strip()
    digits = text[: next((i for i, c in enumerate(text) if not (c.isascii() and c.isdigit())), len(text))]
    return digits[:6]


@cache
def provinces() -> dict[str, dict[str, str]]:
    """Two digits to the province's names in both languages."""
    return read("regions.toml")

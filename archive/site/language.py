"""English or Chinese: which one a request wants, and the site's own words in both."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

LANGUAGES = ("en", "zh")
COOKIE = "nianbao_language"
ARGUMENT = "_lang"


def asked_for(scope: Mapping[str, Any]) -> str | None:
    """The language named by ``?_lang=`` in an ASGI scope, if we have it."""
    values = parse_qs(scope.get("query_string", b"").decode("latin-1")).get(ARGUMENT, [])
    return values[-1] if values and values[-1] in LANGUAGES else None


def chosen(scope: Mapping[str, Any]) -> str:
    """The language of a request: ``?_lang=``, else the cookie, else ``Accept-Language``, else English."""
    headers = {name: value.decode("latin-1") for name, value in scope.get("headers", ())}
    return (
        asked_for(scope)
        or _from_cookie(headers.get(b"cookie", ""))
        or _from_header(headers.get(b"accept-language", ""))
        or "en"
    )


def translator(language: str) -> Callable[..., str]:
    """A function from a key of ``texts.toml`` to its words; ``{names}`` are filled from keywords."""
    words = texts()

    def translate(key: str, **values: object) -> str:
        entry = words[key]
        return (entry.get(language) or entry["en"]).format(**values)

    return translate


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every phrase of the interface: key to language to words."""
    return tomllib.loads((Path(__file__).parent / "texts.toml").read_text("utf-8"))


def _from_cookie(header: str) -> str | None:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel and morsel.value in LANGUAGES else None


def _from_header(header: str) -> str | None:
    """The language of ours with the highest weight; the first of equals, as browsers order them."""
    best, best_weight = None, 0.0
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(parameter)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0

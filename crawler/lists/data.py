"""Small tools for listings that travel as data: JSON, JavaScript objects, query strings, time stamps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_CHINA = timedelta(hours=8)
_KEY = re.compile(r"([{,]\s*)([A-Za-z_$][\w$]*)\s*:")
_SINGLE = re.compile(r"'((?:\\.|[^'\\])*)'")
_CLOSING = {"[": "]", "{": "}"}


def loads(text: str) -> Any:  # noqa: ANN401 - whatever the server sent
    """JSON as servers send it (byte order mark, blank lines, a callback around it); None if it is none."""
    source = text.strip().lstrip("\ufeff")
    wrapped = re.fullmatch(r"[\w.$]+\((.*)\)\s*;?", source, re.DOTALL)
    try:
        return json.loads(wrapped.group(1) if wrapped else source, strict=False)
    except (ValueError, RecursionError):
        return None


def script_value(text: str, marker: str) -> Any:  # noqa: ANN401 - whatever the page holds
    """The array or object that follows ``marker`` in a script, JSON or JavaScript literal; None if it can't be read."""
    at = text.find(marker)
    opening = re.compile(r"[\[{]").search(text, at + len(marker)) if at >= 0 else None
    if opening is None or opening.start() - at > len(marker) + 40:
        return None
    literal = balanced(text, opening.start())
    found = loads(literal)
    return found if found is not None else loads(_as_json(literal))


def balanced(text: str, start: int) -> str:
    """The bracketed literal that begins at ``start``, brackets in strings left out of the count."""
    closing: list[str] = []
    quote = ""
    escaped = False
    for position in range(start, len(text)):
        character = text[position]
        if quote:
            if not escaped and character == quote:
                quote = ""
            escaped = character == "\\" and not escaped
        elif character in "'\"":
            quote = character
        elif character in _CLOSING:
            closing.append(_CLOSING[character])
        elif closing and character == closing[-1]:
            closing.pop()
            if not closing:
                return text[start : position + 1]
    return ""


def with_query(url: str, values: Mapping[str, object]) -> str:
    """The URL with these query parameters set, the others and their order kept."""
    parts = urlsplit(url)
    pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
    pairs.update({name: str(value) for name, value in values.items()})
    return urlunsplit(parts._replace(query=urlencode(pairs, safe='/:{}"'), fragment=""))


def query_value(url: str, name: str) -> str | None:
    """The value of a query parameter; None if it is not there."""
    return next(
        (value for key, value in parse_qsl(urlsplit(url).query, keep_blank_values=True) if key == name), None
    )


def china_date(stamp: object) -> str | None:
    """ISO date at Beijing of a Unix time in seconds or milliseconds; None for anything else."""
    try:
        seconds = float(str(stamp))
    except ValueError:
        return None
    if seconds > 1e11:
        seconds /= 1000
    if not 6e8 < seconds < 4.2e9:
        return None
    return (datetime.fromtimestamp(seconds, UTC) + _CHINA).date().isoformat()


def integer(value: object) -> int | None:
    """A whole number written as number or digits; None for anything else."""
    text = str(value).strip()
    return int(text) if text.isdigit() and len(text) < 10 else None


def objects(value: object) -> Iterator[dict[str, Any]]:
    """The objects of a list; nothing for anything else."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def text_of(value: object) -> str:
    """A string of data as text; CMSs also write "null" and "undefined"."""
    text = value.strip() if isinstance(value, str) else ""
    return "" if text in ("null", "undefined") else text


def _as_json(literal: str) -> str:
    double = _SINGLE.sub(lambda found: json.dumps(found.group(1).replace("\\'", "'")), literal)
    quoted = _KEY.sub(r'\1"\2":', double)
    return re.sub(r",(\s*[\]}])", r"\1", quoted)

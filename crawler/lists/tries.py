"""Several ways to ask for the same page of a list, tried in order: they travel in the request's state."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from crawler.lists.model import Next, Page

_KEY = "tries"


def first(ways: Sequence[Next]) -> Next | None:
    """The first way, carrying the others. Only the last one is sure: its failure is the listing's."""
    if not ways:
        return None
    head, *rest = ways
    state = {name: value for name, value in head.state.items() if name != _KEY}
    if rest:
        state[_KEY] = json.dumps([_packed(way) for way in rest])
    return replace(head, state=state, sure=head.sure and not rest)


def other(page: Page, *, method: str | None = None) -> Next | None:
    """The next way to ask for a page that came back wrong or empty (only by ``method``, if given); None if none is left."""
    ways = [_unpacked(item) for item in json.loads(page.state.get(_KEY) or "[]")]
    return first([way for way in ways if method in (None, way.method)])


def spent(state: dict[str, str]) -> dict[str, str]:
    """The state without other ways: one has worked."""
    return {name: value for name, value in state.items() if name != _KEY}


def _packed(way: Next) -> list[object]:
    body = way.body.decode("latin-1")
    return [way.url, way.method, body, dict(way.headers), way.number, dict(way.state), way.sure]


def _unpacked(item: list[object]) -> Next:
    url, method, body, headers, number, state, sure = item
    assert isinstance(headers, dict)  # noqa: S101 - what _packed wrote
    assert isinstance(state, dict)  # noqa: S101
    return Next(
        str(url), str(method), str(body).encode("latin-1"), headers, int(str(number)), state, bool(sure)
    )

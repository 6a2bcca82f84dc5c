"""Labels without the notes in brackets that printings of them differ in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.labels import drop_notes, key

_TEXTS = st.text(st.sampled_from("()ab"), max_size=14)


@pytest.mark.parametrize(
    ("text", "bare"),
    [("部分公开(区分处理的)", "部分公开"), ("a(b(c)d)e", "ae"), ("a)b", "a)b"), ("a(b)c(d", "ac"), ("a(b(c)d", "a")],
)  # fmt: skip
def test_notes_are_dropped(text: str, bare: str) -> None:
    assert drop_notes(text) == bare


@given(_TEXTS)
def test_innermost_notes_first_comes_to_the_same(text: str) -> None:
    """As if notes without brackets in them were taken out again and again."""
    for pattern, broken_off in ((r"\([^()]*(?:\)|$)", True), (r"\([^()]*\)", False)):
        bare = text
        while (shorter := re.sub(pattern, "", bare)) != bare:
            bare = shorter
        assert drop_notes(text, broken_off=broken_off) == bare


@given(_TEXTS)
def test_dropping_twice_is_dropping_once(text: str) -> None:
    assert drop_notes(drop_notes(text)) == drop_notes(text)


def test_a_million_brackets_take_no_longer_than_other_characters() -> None:
    assert key("(" * 1_000_000 + ")" * 1_000_000) == key("(" * 1_000_000) == ""

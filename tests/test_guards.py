import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.guards import Refused, decoded

DATA = "政府信息公开".encode() * 1000


@given(st.binary(max_size=5000))
def test_what_was_packed_comes_back(data):
    assert decoded(gzip.compress(data), "gzip", limit=10_000) == data
    assert decoded(zlib.compress(data), "deflate", limit=10_000) == data


def test_raw_deflate_and_several_members_are_understood():
    raw = zlib.compressobj(wbits=-15)
    assert decoded(raw.compress(DATA) + raw.flush(), "deflate", limit=10**6) == DATA
    assert decoded(gzip.compress(DATA) + gzip.compress(b"x"), "x-gzip", limit=10**6) == DATA + b"x"


def test_a_plain_body_that_claims_gzip_is_left_as_it_is():
    assert decoded(b"%PDF-1.4", "gzip", limit=100) == b"%PDF-1.4"


@pytest.mark.parametrize("cut", [10, 20, -9, -8, -1])
def test_a_truncated_body_is_refused(cut):
    with pytest.raises(Refused, match="too early"):
        decoded(gzip.compress(DATA)[:cut], "gzip", limit=10**6)


def test_a_bomb_is_stopped_while_it_unfolds():
    bomb = gzip.compress(b"\0" * 50_000_000)
    with pytest.raises(Refused) as caught:
        decoded(bomb, "gzip", limit=1_000_000)
    assert caught.value.outcome == "too_large"


def test_a_broken_body_and_an_unknown_encoding_are_refused():
    with pytest.raises(Refused, match="broken"):
        decoded(gzip.compress(DATA)[:12] + b"\xff" * 50, "gzip", limit=10**6)
    with pytest.raises(Refused, match="'br'"):
        decoded(b"x", "br", limit=10)

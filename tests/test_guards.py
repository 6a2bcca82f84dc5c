import asyncio
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Request
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import Settings
from twisted.internet import defer

from crawler.guards import AddressRefused, GuardedResolver, GuardMiddleware, Refused, decoded

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


class Answers:
    """A crawler's settings and spider, as far as the guards ask for them."""

    def __init__(self, **settings):
        self.settings = Settings(settings)


def resolved(monkeypatch, *addresses, allow_private=False):
    """What the guarded resolver answers when the name leads to these addresses in turn."""
    turns = iter(addresses)
    monkeypatch.setattr(CachingThreadedResolver, "getHostByName", lambda *_: defer.succeed(next(turns)))
    resolver = GuardedResolver(None, 0, 1.0)
    resolver.allow_private = allow_private
    answers = []
    for _ in addresses:
        resolver.getHostByName("a.gov.cn").addCallbacks(
            answers.append, lambda failure: answers.append(failure.type)
        )
    return answers


def test_a_name_that_changes_its_address_gains_nothing(monkeypatch):
    assert resolved(monkeypatch, "202.100.1.1", "127.0.0.1", "169.254.169.254", "10.0.0.1") == [
        "202.100.1.1",
        AddressRefused,
        AddressRefused,
        AddressRefused,
    ]
    assert resolved(monkeypatch, "127.0.0.1", "169.254.169.254", allow_private=True) == [
        "127.0.0.1",
        AddressRefused,
    ]


@pytest.mark.parametrize(
    ("url", "allow_private", "error"),
    [
        ("http://127.0.0.1/", False, Refused),
        ("http://127.0.0.1/", True, None),
        ("http://169.254.169.254/", True, AddressRefused),
        ("http://[::ffff:169.254.169.254]/", True, AddressRefused),
        ("ftp://127.0.0.1/", True, Refused),
    ],
)
def test_addresses_are_guarded_before_they_are_asked(url, allow_private, error):
    guard = GuardMiddleware(Answers(NIANBAO_ALLOW_PRIVATE=allow_private))
    request = Request(url)
    if error is None:
        asyncio.run(guard.process_request(request))
        assert request.meta["download_slot"] == "127.0.0.1"
    else:
        with pytest.raises(error):
            asyncio.run(guard.process_request(request))


def test_a_request_stays_in_its_territory():
    guard = GuardMiddleware(Answers(NIANBAO_ALLOW_PRIVATE=True))
    with pytest.raises(Refused, match="not a host of this portal"):
        asyncio.run(
            guard.process_request(Request("http://127.0.0.1:8000/", meta={"territory": {"127.0.0.1:9000"}}))
        )

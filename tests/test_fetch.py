"""The fetcher against a scripted network: no sockets, no delays."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Request, Response

from crawler import guards, robots
from crawler.fetch import Fetcher, Limits, Outside, retry_after
from crawler.lists.model import Next

HOST = "http://a.gov.cn"


class Network:
    """Answers in turn by address: (status, headers, body) or an exception; the last one repeats."""

    def __init__(self, **answers):
        self.answers = {path.replace("_", "/"): list(turns) for path, turns in answers.items()}
        self.answers.setdefault("/robots.txt", [(404, {}, b"")])
        self.asked: list[Request] = []

    async def download(self, request: Request) -> Response:
        self.asked.append(request)
        path = request.url.removeprefix(HOST)
        turns = self.answers.get(path) or [(404, {}, b"")]
        turn = turns.pop(0) if len(turns) > 1 else turns[0]
        if isinstance(turn, Exception):
            raise turn
        status, headers, body = turn
        return Response(request.url, status=status, headers=headers, body=body)

    def paths(self):
        return [request.url.removeprefix(HOST) for request in self.asked]


def get(network, *paths, **limits):
    """The answers to questions asked in turn by one fetcher."""
    fetcher = Fetcher(frozenset({"a.gov.cn"}), Outside(network.download), limits=Limits(delay=0, **limits))

    async def ask():
        return [await fetcher.get(Next(HOST + path)) for path in paths]

    return asyncio.run(ask())


def test_an_answer_has_bytes_status_and_headers():
    network = Network(_x=[(200, {"ETag": '"1"', "Set-Cookie": "secret"}, b"hello")])
    (answer,) = get(network, "/x")
    assert (answer.status, answer.body, answer.outcome) == (200, b"hello", None)
    assert answer.headers == {"etag": '"1"'}
    assert network.paths() == ["/robots.txt", "/x"]


def test_robots_are_asked_once_and_obeyed():
    network = Network(_x=[(200, {}, b"x")])
    network.answers["/robots.txt"] = [(200, {}, b"User-agent: *\nDisallow: /no\nCrawl-delay: 0.3\n")]
    start = time.monotonic()
    first, second, third = get(network, "/no/1", "/x", "/x")
    assert first.outcome == "robots_disallowed" and second.outcome is third.outcome is None
    assert network.paths() == ["/robots.txt", "/x", "/x"]
    assert time.monotonic() - start >= 0.6


def test_a_redirect_is_checked_like_a_question_of_its_own():
    network = Network(_x=["/y"], _old=[(302, {"Location": "/no/x"}, b"")])
    network.answers["/robots.txt"] = [(200, {}, b"User-agent: *\nDisallow: /no\n")]
    network.answers["/x"] = [(301, {"Location": "http://127.0.0.1/admin"}, b"")]
    off, forbidden = get(network, "/x", "/old")
    assert off.outcome == "off_site" and "127.0.0.1" in off.message and off.url == f"{HOST}/x"
    assert forbidden.outcome == "robots_disallowed"
    assert network.paths() == ["/robots.txt", "/x", "/old"]


def test_redirects_are_recorded_hop_by_hop():
    network = Network(
        _a=[(301, {"Location": "b"}, b"")], _b=[(302, {"Location": "/c#top"}, b"")], _c=[(200, {}, b"c")]
    )
    (answer,) = get(network, "/a")
    assert (
        answer.hops == (f"{HOST}/a", f"{HOST}/b")
        and answer.final_url == f"{HOST}/c"
        and answer.url == f"{HOST}/a"
    )


def test_redirect_loops_and_chains_end():
    network = Network(_a=[(302, {"Location": "/b"}, b"")], _b=[(302, {"Location": "/a"}, b"")])
    (answer,) = get(network, "/a")
    assert answer.outcome == "error" and "loop" in answer.message
    chain = Network(**{f"_{n}": [(302, {"Location": f"/{n + 1}"}, b"")] for n in range(9)})
    (answer,) = get(chain, "/0", hops=5)
    assert answer.outcome == "error" and "more than 5" in answer.message
    assert len(chain.asked) == 7


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_failure_that_passes_is_no_failure(status):
    network = Network(_x=[(status, {}, b""), (200, {}, b"x")])
    (answer,) = get(network, "/x")
    assert answer.status == 200


def test_a_404_is_not_asked_twice():
    network = Network()
    get(network, "/x")
    assert network.paths() == ["/robots.txt", "/x"]


def test_retry_after_is_obeyed():
    network = Network(_x=[(503, {"Retry-After": "1"}, b""), (200, {}, b"x")])
    start = time.monotonic()
    (answer,) = get(network, "/x")
    assert answer.status == 200 and time.monotonic() - start >= 1


def test_a_long_retry_after_closes_the_host():
    network = Network(_x=[(429, {"Retry-After": "3600"}, b"")])
    first, second = get(network, "/x", "/y", patience=60)
    assert first.outcome == second.outcome == "blocked"
    assert network.paths() == ["/robots.txt", "/x"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("-1", None),
        ("soon", None),
        (None, None),
        ("", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ],
)
def test_retry_after_is_a_number_or_a_date(value, seconds):
    assert retry_after(value) == seconds


def test_retry_after_may_lie_ahead():
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=1000), usegmt=True)
    assert 500 < retry_after(moment) <= 1000


@pytest.mark.parametrize(
    ("error", "outcome", "word"),
    [
        (DownloadTimeoutError("slow"), "error", "timeout"),
        (CannotResolveHostError("x"), "error", "dns_error"),
        (DownloadConnectionRefusedError("x"), "error", "refused"),
        (
            DownloadCancelledError("Received 9 bytes which is larger than download max size"),
            "too_large",
            "cap",
        ),
        (DownloadFailedError("bad"), "error", "broken"),
        (guards.AddressRefused("b.gov.cn: 10.0.0.1 is private"), "off_site", "refused to connect"),
        (guards.Refused("too_large", "bomb"), "too_large", "bomb"),
    ],
)
def test_what_goes_wrong_is_an_outcome(error, outcome, word):
    (answer,) = get(Network(_x=[error]), "/x", retries=0)
    assert answer.outcome == outcome and word in answer.message


def test_a_host_that_fails_in_a_row_is_left_alone():
    paths = {f"_{n}": [DownloadTimeoutError("slow")] for n in range(5)}
    network = Network(**paths)
    answers = get(network, *[f"/{n}" for n in range(5)], retries=1)
    assert [answer.outcome for answer in answers] == ["error"] * 5
    assert len(network.asked) == 1 + 3 * 2
    assert "3 times in a row" in answers[-1].message


def test_a_silent_host_is_tried_once_more_and_soon_left_alone():
    network = Network(**{f"_{n}": [DownloadTimeoutError("x")] for n in range(4)})
    answers = get(network, "/0", "/1", "/2", "/3")
    assert network.paths() == ["/robots.txt", "/0", "/0", "/1", "/1", "/2", "/2"]
    assert "failed 3 times in a row" in answers[3].message
    assert [request.meta.get("download_timeout") for request in network.asked[:2]] == [30.0, None]


def test_broken_pages_do_not_close_a_host_that_answers():
    paths = {f"_{n}": [DownloadFailedError("bad status line")] for n in range(5)}
    network = Network(**paths, _x=[(200, {}, b"x")])
    answers = get(network, *[f"/{n}" for n in range(5)], "/x", retries=0)
    assert answers[-1].status == 200


@pytest.mark.parametrize(
    ("turn", "outcome"),
    [
        ((404, {}, b"none"), None),
        ((200, {}, b"<html>Disallow: /</html>"), None),
        ((302, {"Location": "http://elsewhere.gov.cn/404.htm"}, b""), None),
        ((200, {}, b"User-agent: *\nDisallow: /"), "robots_disallowed"),
        ((200, {}, b"User-agent: nianbao\nDisallow: /\n\nUser-agent: *\nAllow: /"), "robots_disallowed"),
        ((200, {}, b"User-agent: badbot\nDisallow: /"), None),
        ((403, {}, b""), "robots_disallowed"),
        ((503, {}, b""), "error"),
        (DownloadTimeoutError("slow"), "error"),
    ],
)
def test_robots_as_portals_have_them(turn, outcome):
    network = Network(_x=[(200, {}, b"x")])
    network.answers["/robots.txt"] = [turn]
    (answer,) = get(network, "/x", retries=0)
    assert answer.outcome == outcome


def test_crawl_delay_is_bounded():
    assert robots.Rules("User-agent: *\nCrawl-delay: 99999").delay == robots.LONGEST_DELAY

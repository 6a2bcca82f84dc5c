"""Downloader middleware and resolver: what may be asked, at which address, and how much may come back."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.abstract import isIPAddress, isIPv6Address

from crawler.hosts import address_refusal, authority, refusal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred

TERRITORY = "territory"
"""Key of ``request.meta``: the authorities that the request may reach."""

_CHUNK = 64 * 1024


class Refused(IgnoreRequest):
    """A request or response that the guards stop, with the capture's outcome and the reason.

    Raised by this module; caught by :mod:`crawler.fetch`, which records it.
    """

    def __init__(self, outcome: str, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing
        """Another try may bring it."""
        self.outcome = outcome
        self.message = message


class AddressRefused(Exception):
    """A host name that leads to an address which must not be connected to.

    Raised by :class:`GuardedResolver` at connect time; caught by :mod:`crawler.fetch`.
    """


class GuardedResolver(CachingThreadedResolver):
    """Resolves names as Scrapy does and refuses addresses that must not be connected to.

    The connection goes to the very address that was checked, so a name that changes its address between
    two look-ups (DNS rebinding) gains nothing.
    """

    allow_private = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        """Scrapy's constructor, with our setting on top."""
        resolver: GuardedResolver = super().from_crawler(crawler, reactor)
        resolver.allow_private = crawler.settings.getbool("NIANBAO_ALLOW_PRIVATE")
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """A Deferred of the address; fails with :class:`AddressRefused`."""
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        reason = address_refusal(address, allow_private=self.allow_private)
        if reason:
            raise AddressRefused(f"{name}: {reason}")
        return address


class GuardMiddleware:
    """Stops a request to a place that must not be asked, and puts it into the queue of its address."""

    def __init__(self, crawler: Crawler) -> None:
        self.allow_private = crawler.settings.getbool("NIANBAO_ALLOW_PRIVATE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise :class:`Refused` or :class:`AddressRefused`, or set the request's download slot."""
        reason = refusal(request.url, allow_private=self.allow_private)
        if reason:
            raise Refused("off_site", reason)
        territory = request.meta.get(TERRITORY)
        if territory is not None and authority(request.url) not in territory:
            raise Refused("off_site", f"{authority(request.url)} is not a host of this portal")
        request.meta["download_slot"] = await self._address(urlparse_cached(request).hostname or "")

    async def _address(self, host: str) -> str:
        # literals reach no resolver on every path through Twisted, so they are checked here
        if isIPAddress(host) or isIPv6Address(host):
            reason = address_refusal(host, allow_private=self.allow_private)
            if reason:
                raise AddressRefused(reason)
            return host
        from twisted.internet import reactor  # noqa: PLC0415 (importing it earlier would install the wrong one)

        address: str = await maybe_deferred_to_future(cast("ReactorBase", reactor).resolve(host))
        return address


class DecodingMiddleware:
    """Undoes gzip and deflate within the size cap, and refuses a body that ends too early."""

    def __init__(self, crawler: Crawler) -> None:
        self.limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DecodingMiddleware:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Offer the two encodings that we undo."""
        request.headers.setdefault("Accept-Encoding", "gzip, deflate")

    def process_response(self, request: Request, response: Response) -> Response:
        """The response with its body decoded; raises :class:`Refused`."""
        encodings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
        body = response.body
        if not body:
            return response
        for encoding in reversed([name.strip() for name in encodings.split(",") if name.strip()]):
            body = decoded(body, encoding, limit=self.limit)
        return response if body is response.body else response.replace(body=body)


def decoded(body: bytes, encoding: str, *, limit: int) -> bytes:
    """A body without one content encoding; raises :class:`Refused` (``too_large``, ``error``)."""
    if encoding == "identity":
        return body
    if encoding in ("gzip", "x-gzip"):
        # servers also declare gzip and send the plain file
        return _inflated(body, 31, limit) if body[:2] == b"\x1f\x8b" else body
    if encoding == "deflate":
        return _inflated(body, 15 if body[0] & 0x0F == 8 else -15, limit)
    raise Refused("error", f"content encoding {encoding!r} was not offered and is not understood")


def _inflated(body: bytes, wbits: int, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while body:
        stream = zlib.decompressobj(wbits)
        while not stream.eof:
            try:
                part = stream.decompress(body, _CHUNK)
            except zlib.error as error:
                raise Refused("error", f"compressed body is broken: {error}") from error
            size += len(part)
            if size > limit:
                raise Refused("too_large", f"more than {limit} bytes when decompressed")
            parts.append(part)
            body = stream.unconsumed_tail
            if not body and not part and not stream.eof:
                raise Refused("error", "truncated: the compressed body ends too early", passing=True)
        # a gzip body may hold several members; anything else after the end is padding
        body = stream.unused_data if stream.unused_data[:2] == b"\x1f\x8b" else b""
    return b"".join(parts)

"""What went wrong between us and a host: exceptions of Scrapy, Twisted and OpenSSL to one outcome and one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from service_identity.exceptions import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawler.guards import AddressRefused, Refused

EXPECTED = (
    Refused,
    AddressRefused,
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    ConnectError,
    ConnectionClosed,
    DNSLookupError,
    ResponseFailed,
    SSL.Error,
    VerificationError,
    UnicodeError,  # a host name that IDNA forbids
)
"""Every exception that a request may end with through no fault of ours."""

_TLS_KINDS = {
    "certificate verify failed": "bad_certificate",
    "wrong version number": "not_tls",
    "http request": "not_tls",
    "unsafe legacy renegotiation": "legacy_renegotiation",
    "bad ecpoint": "bad_ecpoint",
    "unsupported protocol": "old_protocol",
    "protocol version": "old_protocol",
    "dh key too small": "weak_key",
    "handshake failure": "no_common_cipher",
    "no shared cipher": "no_common_cipher",
    "unexpected eof": "closed",
}


TIMEOUT = "timeout"
"""The message of a request that was not answered in time."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A request that brought no response: the capture's outcome, a message, and what to do about it."""

    outcome: str
    message: str
    passing: bool = False
    """May go away by itself: worth another try."""
    unreachable: bool = False
    """The host, not the page, is at fault."""


def fault_of(error: BaseException) -> Fault:
    """The fault behind one of :data:`EXPECTED`."""
    if isinstance(error, Refused):
        return Fault(error.outcome, error.message, passing=error.passing)
    if isinstance(error, AddressRefused):
        return Fault("off_site", f"refused to connect: {error}")
    causes = tuple(_causes(error))
    refused = next((cause for cause in causes if isinstance(cause, AddressRefused)), None)
    if refused:
        return Fault("off_site", f"refused to connect: {refused}")
    kind = next((kind for kind in map(_tls_kind, causes) if kind), None)
    if kind:
        return Fault("error", f"tls_error:{kind}", unreachable=True)
    return _plain(error)


def _plain(error: BaseException) -> Fault:
    text = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, DownloadCancelledError):
        return Fault("too_large", "larger than the size cap: stopped")  # Scrapy cancels for no other reason
    if isinstance(error, DownloadTimeoutError):
        return Fault("error", TIMEOUT, passing=True, unreachable=True)
    if isinstance(error, CannotResolveHostError | DNSLookupError | UnicodeError):
        return Fault("error", "dns_error: the host's name does not resolve", passing=True, unreachable=True)
    if isinstance(error, DownloadConnectionRefusedError):
        return Fault("error", "connection refused", passing=True, unreachable=True)
    if isinstance(error, ConnectError):
        return Fault("error", f"cannot connect: {text}", passing=True, unreachable=True)
    if isinstance(error, UnsupportedURLSchemeError):
        return Fault("off_site", text)
    if isinstance(error, ResponseDataLossError):
        return Fault("error", "truncated: the response ended before its stated length", passing=True)
    return Fault("error", f"broken response: {_reason(error)}", passing=True)


def _reason(error: BaseException) -> str:
    inner = [cause for cause in _causes(error) if cause is not error]
    deepest = inner[-1] if inner else error
    text = " ".join(str(deepest).split())[:200]
    return f"{type(deepest).__name__} {text}".strip()


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything below it: chained exceptions and Twisted's lists of failures."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        current = todo.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        todo.append(current.__cause__)
        for reason in getattr(current, "reasons", None) or ():
            todo.append(reason.value if isinstance(reason, Failure) else None)


def _tls_kind(error: BaseException) -> str | None:
    if isinstance(error, VerificationError):
        return "wrong_host"
    if not isinstance(error, SSL.Error):
        return None
    text = " ".join(str(part).lower() for part in _flat(error.args))
    return next((kind for words, kind in _TLS_KINDS.items() if words in text), "other")


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, list | tuple):
        for part in value:
            yield from _flat(part)
    else:
        yield value

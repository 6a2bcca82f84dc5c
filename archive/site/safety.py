"""The skin around every answer: reading only, and nothing that a hostile original could use."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from archive.site import language

Message = dict[str, Any]
Header = tuple[bytes, bytes]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""For our own pages. Datasette's templates hold inline scripts and styles; nothing comes from elsewhere."""

EMPTY_SEARCH = re.compile(rb"(?:^|(?<=&))_search=(?:&|$)")
"""What Datasette's filter form sends when its search box is left empty; SQLite refuses it, and it means nothing."""

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def guard(app: App, uncounted: frozenset[str] = frozenset()) -> App:
    """Wrap Datasette's ASGI application: GET and HEAD alone, security headers, the language cookie.

    Pages of the tables ``uncounted`` are asked for without a count of their rows.
    """

    async def guarded(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(send)
        else:
            query = EMPTY_SEARCH.sub(b"", scope.get("query_string", b""))
            if scope["path"].rpartition("/")[2].partition(".")[0] in uncounted:
                query += b"&_nocount=1" if query else b"_nocount=1"
            await app({**scope, "method": "GET", "query_string": query}, receive, _dressed(scope, send))

    return guarded


def _dressed(scope: dict[str, Any], send: Send) -> Send:
    wanted = language.asked_for(scope)
    silent = scope["method"] == "HEAD"

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send({**message, "headers": _headers(message.get("headers", ()), wanted)})
        elif silent and message["type"] == "http.response.body":
            await send({**message, "body": b""})
        else:
            await send(message)

    return dressed


def _headers(given: Iterable[Header], wanted: str | None) -> list[Header]:
    """The answer's own headers first: an original's stricter policy is never replaced."""
    headers = [(bytes(name).lower(), bytes(value)) for name, value in given]
    names = {name for name, _ in headers}
    varies = b", ".join([*(value for name, value in headers if name == b"vary"), b"Accept-Language"])
    headers = [*((name, value) for name, value in headers if name != b"vary"), (b"vary", varies)]
    headers += [header for header in HEADERS if header[0] not in names]
    if b"content-security-policy" not in names:
        headers.append((b"content-security-policy", POLICY.encode()))
    if wanted:
        cookie = f"{language.COOKIE}={wanted}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
        headers.append((b"set-cookie", cookie.encode()))
    return headers


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"allow", b"GET, HEAD"), *HEADERS]
    await send({"type": "http.response.start", "status": 405, "headers": headers})
    await send(
        {"type": "http.response.body", "body": b"This site is read-only: only GET and HEAD are answered.\n"}
    )

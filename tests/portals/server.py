"""A loopback web server whose paths answer what a replica wants, and which keeps a log of every request."""

from __future__ import annotations

import hashlib
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    """With its query, as sent."""
    headers: Mapping[str, str]
    body: bytes = b""
    at: float = 0.0

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """One answer; ``body`` is sent as it is, whatever the headers say of it."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Reply | Callable[[Asked], Reply]


class Server:
    """One host of a replica: its routes, and the log of what it was asked."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, tls: ssl.SSLContext | None = None) -> None:
        self.routes: dict[str, Route] = {}
        self.otherwise: Route = Reply(
            b"<html><body>Not Found</body></html>", 404, {"Content-Type": "text/html"}
        )
        self.validators = True
        self.log: list[Asked] = []
        self.most_at_once = 0
        self._open = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer((host, port), self._handler())
        self._server.daemon_threads = True
        self.scheme = "https" if tls else "http"
        if tls:
            # the handshake is left to each connection's thread: one that stalls must not stop the server
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"{self.scheme}://{host!s}:{port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> Reply:
        """The reply to a request: by path with query, else by path alone."""
        with self._lock:
            self.log.append(asked)
        route = self.routes.get(asked.path) or self.routes.get(
            unquote(asked.path.partition("?")[0]), self.otherwise
        )
        return self._conditional(route, asked) if isinstance(route, Reply) else route(asked)

    def _conditional(self, reply: Reply, asked: Asked) -> Reply:
        """304 where the client has these bytes: half of the portals send an ETag with static pages."""
        if not self.validators or reply.status != 200:
            return reply
        tag = f'"{hashlib.sha1(reply.body).hexdigest()[:16]}"'
        if asked.headers.get("if-none-match") == tag:
            return Reply(b"", 304, {"ETag": tag})
        return replace(reply, headers={**reply.headers, "ETag": tag})

    def _enter(self, step: int) -> None:
        with self._lock:
            self._open += step
            self.most_at_once = max(self.most_at_once, self._open)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._enter(1)
                try:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    body = self.rfile.read(int(headers.get("content-length") or 0))
                    self.reply(server.answer(Asked(self.command, self.path, headers, body, time.monotonic())))
                finally:
                    server._enter(-1)

            do_POST = do_GET

            def reply(self, reply: Reply) -> None:
                self.send_response_only(reply.status)
                sent = {"Content-Length": str(len(reply.body)), **reply.headers}
                for name, value in sent.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *args: object) -> None:
                pass

        return Handler

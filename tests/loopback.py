"""A small scripted portal on loopback: each path answers what a test wants, and every request is noted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from crawler.portals import Column, Portal

Answer = bytes | str | tuple[int, Mapping[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Loopback:
    """Answers by path (with its query, else without); unknown paths are 404."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    most_at_once: int = 0
    port: int = 0
    silent_after: int | None = None
    speaks: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def portal(
        self, *paths: str, id: str = "loopback", agency: str | None = "测试市人民政府", **rest
    ) -> Portal:
        columns = tuple(Column(f"{self.url}{path}", agency) for path in paths or ("/nb/",))
        return Portal(id, "测试市人民政府", "640100", f"{self.url}/", columns, **rest)

    def fall_silent(self, *, after: int) -> None:
        """Answer so many requests more; later ones wait for :meth:`speak`, so that no crawl gets further."""
        self.speak()
        self.speaks, self.silent_after = threading.Event(), len(self.asked) + after

    def speak(self) -> None:
        """Answer whatever is asked."""
        self.silent_after = None
        self.speaks.set()

    def list(self, path: str, *links: str, more: str = "") -> None:
        rows = "".join(f'<li><a href="{link}">测试市人民政府{2024 - n}年政府信息公开工作年度报告</a></li>'
                       for n, link in enumerate(links))  # fmt: skip
        self.answers[path] = page("政府信息公开年报", f'<ul class="list">{rows}</ul>{more}')

    def report(self, path: str, year: int = 2024, more: str = "") -> None:
        body = (
            f"<h1>测试市人民政府{year}年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>{'本机关认真落实条例。' * 40}</p>"
            f"<p>五、存在的主要问题及改进情况</p><p>无。</p><p>六、其他需要报告的事项</p><p>无。</p>{more}"
        )
        self.answers[path] = page(f"{year}年年报", body)


def page(title: str, body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>".encode()


@contextmanager
def serve() -> Iterator[Loopback]:
    loopback = Loopback()
    lock = threading.Lock()
    now: list[int] = [0]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                now[0] += 1
                loopback.most_at_once = max(loopback.most_at_once, now[0])
                loopback.asked.append(self.path)
                loopback.headers.append({name.lower(): value for name, value in self.headers.items()})
                loopback.times.append(time.monotonic())
                speaks = loopback.speaks
                silent = loopback.silent_after is not None and len(loopback.asked) > loopback.silent_after
            if silent:
                speaks.wait()
            try:
                answer(self, loopback.answers.get(self.path, (404, {}, b"nothing")))
            finally:
                with lock:
                    now[0] -= 1

        do_POST = do_GET

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda request, address: None  # a client that hangs up is what some tests want
    loopback.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        loopback.speak()
        server.shutdown()
        server.server_close()
        thread.join()


def answer(handler: BaseHTTPRequestHandler, what: Answer) -> None:
    if callable(what):
        what(handler)
        return
    if isinstance(what, str):
        what = (302, {"Location": what}, b"")
    status, headers, body = (200, {}, what) if isinstance(what, bytes) else what
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)

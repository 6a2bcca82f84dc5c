"""Small portals on loopback: a site that serves files from memory, and the demo's two sample sites.

``LoopbackSite`` behaves like the static servers of real portals: ``ETag``, ``Last-Modified`` and 304 for
files, neither of them for ``.shtml`` pages, whose server-side include prints a visit counter that moves.
Every answer is noted with the SHA-256 of its body, so that a test can compare what was served with what
was kept.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from types import TracebackType
from urllib.parse import unquote, urlsplit

from crawler import portals
from crawler.portals import Portal

SITES = ("city", "county")
REPUBLISHED = "republished"
"""Folder of the pages that replace others, silently, under the same address."""

VISITS = b'<!--#echo var="visits" -->'
_FIRST_SAVED = 1_742_860_800  # 2025-03-25: the day of the newest page
_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".shtml": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".txt": "text/plain",
}
_INDEXES = ("index.html", "index.shtml")
_NOT_FOUND = (
    "<html><head><title>404</title></head><body>您访问的页面不存在或已被删除。</body></html>".encode()
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a site: the path asked for, the status and the SHA-256 of the body sent (empty for 304)."""

    path: str
    status: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Page:
    body: bytes
    saved: int
    """When the publisher saved it, in seconds since 1970."""


class LoopbackSite:
    """A static site on 127.0.0.1 with a port of its own; a context manager that serves while it is open."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self._pages = {path: _Page(body, _FIRST_SAVED) for path, body in pages.items()}
        self._visits = 1000
        self._lock = threading.Lock()
        self.answers: list[Answer] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The site's root, with a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> LoopbackSite:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def publish(self, path: str, body: bytes) -> None:
        """Puts a page at ``path``, new or in the place of another; the server's clock moves on by a day."""
        with self._lock:
            latest = max((page.saved for page in self._pages.values()), default=_FIRST_SAVED)
            self._pages[path] = _Page(body, latest + 86_400)

    def withdraw(self, path: str) -> None:
        """Takes the page at ``path`` down; raises KeyError where there is none."""
        with self._lock:
            del self._pages[path]

    def paths(self) -> list[str]:
        """The paths that are being served."""
        with self._lock:
            return list(self._pages)

    def page(self, path: str) -> bytes | None:
        """What is published at ``path``; None where there is nothing."""
        with self._lock:
            return self._pages[path].body if path in self._pages else None

    def answer(self, target: str, known: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a request target; ``known`` are its conditional headers."""
        path = unquote(urlsplit(target).path)
        with self._lock:
            page = self._find(path)
            status, headers, body = _respond(path, page, known, self._visits)
            self._visits += 1
            self.answers.append(Answer(path, status, hashlib.sha256(body).hexdigest() if body else ""))
        return status, headers, body

    def _find(self, path: str) -> _Page | None:
        names = [path + index for index in _INDEXES] if path.endswith("/") else [path]
        return next((self._pages[name] for name in names if name in self._pages), None)


class SamplePortals:
    """The demo's two sites, served together; a context manager."""

    def __init__(self) -> None:
        self.sites = {name: LoopbackSite(_tree(files(__package__) / name)) for name in SITES}

    def __enter__(self) -> SamplePortals:
        for site in self.sites.values():
            site.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for site in self.sites.values():
            site.__exit__(kind, error, trace)

    @property
    def portals(self) -> list[Portal]:
        """Registry entries of the sites as they are being served."""
        return [_entry(name, site.url) for name, site in self.sites.items()]

    def republish(self) -> list[str]:
        """Replaces pages by their later editions under the same addresses, which are returned."""
        replaced = []
        for name, site in self.sites.items():
            folder = files(__package__) / REPUBLISHED / name
            for path, body in (_tree(folder) if folder.is_dir() else {}).items():
                site.publish(path, body)
                replaced.append(site.url.rstrip("/") + path)
        return replaced


def _entry(name: str, root: str) -> Portal:
    with as_file(files(__package__) / f"{name}.toml") as file:
        entry = portals.read(file)
    columns = tuple(replace(column, url=_moved(column.url, root)) for column in entry.columns)
    return replace(entry, home=root, columns=columns)


def _moved(url: str, root: str) -> str:
    return root.rstrip("/") + urlsplit(url).path


def _tree(folder: Traversable) -> dict[str, bytes]:
    """Path (with a leading slash) to bytes of every file below ``folder``."""
    return {f"/{path}": body for path, body in _walk(folder, "")}


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()


def _respond(
    path: str, page: _Page | None, known: Mapping[str, str], visits: int
) -> tuple[int, dict[str, str], bytes]:
    if page is None:
        return 404, {"Content-Type": "text/html; charset=utf-8"}, _NOT_FOUND
    suffix = PurePosixPath(path).suffix or ".html"
    headers = {"Content-Type": _MEDIA_TYPES.get(suffix, "application/octet-stream")}
    if VISITS in page.body:
        return 200, headers, page.body.replace(VISITS, str(visits).encode())
    etag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
    headers |= {"ETag": etag, "Last-Modified": formatdate(page.saved, usegmt=True)}
    return (304, headers, b"") if _is_fresh(known, headers) else (200, headers, page.body)


def _is_fresh(known: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """RFC 9110: If-None-Match decides where it is given, else If-Modified-Since."""
    if tag := known.get("If-None-Match"):
        return headers["ETag"] in tag or tag.strip() == "*"
    return known.get("If-Modified-Since") == headers["Last-Modified"]


def _handler(site: LoopbackSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30  # seconds; an idle connection must not keep its thread for ever

        def do_GET(self) -> None:
            self._send(with_body=True)

        def do_HEAD(self) -> None:
            self._send(with_body=False)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the crawl prints its own summary."""

        def _send(self, *, with_body: bool) -> None:
            status, headers, body = site.answer(self.path, dict(self.headers))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                self.wfile.write(body)

    return Handler

"""Checks the installation and says what to do: one line for each check."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import ArchiveError, Locked
from archive.opening import sqlite_release
from archive.store import Archive
from crawler import portals, settings
from crawler.hosts import address_refusal
from crawler.portals import Portal, PortalError
from crawler.robots import rules

LEAST_FREE = 2 * 1024**3
"""Bytes of free disk below which a crawl is likely to fill it."""
_MARKS = {True: "ok", False: "FAIL", None: "note"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: ``ok`` is None for what works but could be better; ``cure`` says what to do."""

    what: str
    ok: bool | None
    found: str
    cure: str = ""

    def line(self) -> str:
        """For people."""
        return f"{_MARKS[self.ok]:>4}  {self.what}: {self.found}" + (f"; {self.cure}" if self.cure else "")


def examine(
    archive: Path, *, registry: Path | None = None, portal: Portal | None = None
) -> Iterator[Finding]:
    """Every finding in turn; with a portal, its reachability and its robots.txt too (two requests).

    ``registry``: another one than the shipped, to be looked at.
    """
    checks: tuple[Callable[[], Finding], ...] = (_python, _sqlite, _office, _fonts, _contact)
    for check in checks:
        yield check()
    yield _registry(registry)
    yield _disk(archive)
    yield _writable(archive)
    if portal:
        yield from _reach(portal)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    scrapy = importlib.metadata.version("scrapy")
    ok = sys.version_info >= (3, 11, 5)
    return Finding(
        "Python", ok, f"{version}, Scrapy {scrapy}", "" if ok else "install Python 3.11.5 or later"
    )


def _sqlite() -> Finding:
    version, lacking = sqlite_release()
    cure = (
        "use a Python with SQLite 3.38 or later that has FTS5 (the python.org builds do)" if lacking else ""
    )
    return Finding("SQLite", not lacking, f"{version}, without {lacking}" if lacking else version, cure)


def _office() -> Finding:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if not found:
        return Finding("LibreOffice", None, "not found", "install it to read .doc, .wps and .ceb reports")
    run = _ask([found, "--version"])
    version = run.stdout.strip() or f"{found} does not answer"
    return Finding("LibreOffice", run.returncode == 0, version, "" if run.returncode == 0 else "reinstall it")


def _fonts() -> Finding:
    found = shutil.which("fc-list")
    if not found:
        return Finding("Chinese fonts", None, "fc-list is not there to ask", "install fontconfig to check")
    run = _ask([found, ":lang=zh", "family"])
    names = sorted(set(run.stdout.split("\n")) - {""})
    cure = "" if names else "install one (fonts-noto-cjk) to convert and look at Chinese documents"
    return Finding("Chinese fonts", True if names else None, names[0] if names else "none", cure)


def _ask(command: list[str]) -> subprocess.CompletedProcess[str]:
    # a program of the system, found by its own name, with fixed arguments
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", "")


def _contact() -> Finding:
    if os.environ.get("NIANBAO_CONTACT"):
        return Finding("contact", True, settings.CONTACT)
    cure = "set NIANBAO_CONTACT to an address of yours, so that a portal's staff can write to you"
    return Finding("contact", None, "the project's page", cure)


def _registry(registry: Path | None) -> Finding:
    try:
        found = portals.load(registry)
    except PortalError as error:
        return Finding("registry", False, str(error), "mend the file" if registry else "reinstall nianbao")
    return Finding("registry", True, f"{len(found)} portals")


def _disk(archive: Path) -> Finding:
    place = next(path for path in (archive.absolute(), *archive.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    found = f"{free / 1024**3:.1f} GB free at {place}"
    return Finding(
        "disk", free >= LEAST_FREE, found, "" if free >= LEAST_FREE else "make room, or use --archive"
    )


def _writable(archive: Path) -> Finding:
    try:
        if archive.exists():
            with Archive.open(archive, write=True):
                pass
            return Finding("archive", True, f"{archive} can be written")
        place = next(path for path in archive.absolute().parents if path.exists())
        with tempfile.TemporaryFile(dir=place):
            return Finding("archive", True, f"{archive} can be made")
    except Locked as error:
        return Finding("archive", None, str(error))
    except ArchiveError as error:
        return Finding("archive", False, str(error))
    except OSError as error:
        return Finding("archive", False, f"{archive}: {error.strerror}", "use another folder with --archive")


def _reach(portal: Portal) -> Iterator[Finding]:
    """A portal's address, and what its robots.txt says of its columns."""
    host = urlsplit(portal.home).hostname or ""
    try:
        address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0]
    except OSError as error:
        yield Finding(
            portal.id, False, f"{host} does not resolve ({error})", "check the name and your network"
        )
        return
    refusal = address_refusal(str(address), allow_private=False)
    yield Finding(f"{portal.id} address", not refusal, refusal or f"{host} is {address}")
    if not refusal:
        yield _robots(portal)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it could lead anywhere."""

    def redirect_request(self, *_: object) -> None:
        """None: the redirect itself is the answer."""


def _robots(portal: Portal) -> Finding:
    parts = urlsplit(portal.columns[0].url)
    url = f"{parts.scheme}://{parts.netloc}/robots.txt"
    request = urllib.request.Request(url, headers={"User-Agent": settings.USER_AGENT})  # noqa: S310 (http or https: the registry allows nothing else)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=30) as response:
            found = rules(response.status, response.read(512 * 1024))
    except urllib.error.HTTPError as error:
        found = rules(error.code, b"")
    except OSError as error:
        return Finding(
            f"{portal.id} robots.txt", False, f"{url}: {error}", "try again later, or from another network"
        )
    verdicts = [found.verdict(column.url) for column in portal.columns]
    barred = [verdict for verdict in verdicts if verdict]
    said = barred[0][1] if barred else found.note or "allows our columns"
    delay = f", Crawl-delay {found.delay:g} s" if found.delay else ""
    return Finding(f"{portal.id} robots.txt", not barred, said + delay, "we obey it" if barred else "")

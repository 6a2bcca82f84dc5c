"""robots.txt as RFC 9309 has it, with the answers that portals really give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from protego import Protego

AGENT = "nianbao"
"""The product token that robots.txt addresses us by."""
SIZE = 500 * 1024
"""Bytes of robots.txt that are read; RFC 9309 asks for at least as much."""
LONGEST_DELAY = 600.0
"""Seconds; a longer Crawl-delay is a typing error or a ban, and is kept to this."""


@dataclass(frozen=True)
class Rules:
    """What one origin's robots.txt says. ``refusal`` is set where nothing may be asked, whatever the path."""

    text: str = ""
    refusal: tuple[str, str] | None = None
    """(outcome, message) of every request to this origin."""
    note: str | None = None
    """Why the file was taken for absent, if it is there but is no robots.txt."""

    @cached_property
    def _parsed(self) -> Protego:
        return Protego.parse(self.text)

    @cached_property
    def delay(self) -> float:
        """Seconds that Crawl-delay asks for; 0 without one."""
        asked = self._parsed.crawl_delay(AGENT) if self.text else None
        return min(max(asked or 0.0, 0.0), LONGEST_DELAY)

    @cached_property
    def sitemaps(self) -> tuple[str, ...]:
        """Addresses of the sitemaps that the file names."""
        return tuple(self._parsed.sitemaps) if self.text else ()

    def verdict(self, url: str) -> tuple[str, str] | None:
        """(outcome, message) where ``url`` must not be asked, else None."""
        if self.refusal or not self.text:
            return self.refusal
        if self._parsed.can_fetch(url, AGENT):
            return None
        return "robots_disallowed", "robots.txt forbids this address"


def rules(
    status: int | None, body: bytes, *, fault: str | None = None, redirected_off: bool = False
) -> Rules:
    """The rules behind an answer to /robots.txt.

    No file (404 and the like), a web page in its place, or a redirect away from the host mean no rules. 401
    and 403 are taken as a ban, which is stricter than the RFC. A server that fails or can't be reached bans
    everything for now, as the RFC asks; a firewall's challenge makes the host blocked.
    """
    if redirected_off:
        return Rules(note="robots.txt leads to another host: taken as absent")
    if status is None:
        return Rules(refusal=("error", f"robots.txt could not be asked: {fault}"))
    if status in (401, 403):
        return Rules(refusal=("robots_disallowed", f"robots.txt is refused (HTTP {status}): taken as a ban"))
    if status >= 500:
        return Rules(
            refusal=("error", f"robots.txt fails (HTTP {status}): nothing is asked until it answers")
        )
    if status >= 300:
        return Rules()
    return _from_body(body[:SIZE])


def _from_body(body: bytes) -> Rules:
    text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    start = text.lstrip()[:1000].lower()
    if start.startswith("<") or "<html" in start or "<body" in start:
        return Rules(note="robots.txt is a web page: taken as absent")
    return Rules(text)

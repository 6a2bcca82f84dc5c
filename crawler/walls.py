"""The rules of labels.toml: what a wall, a notice or a stranger's page shows of itself."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from crawler.lists.model import Page

Scope = Literal["", "short", "page"]
SHORT = 40_000
HEAD = 4_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One table of the file: any of its signs decides."""

    name: str
    outcome: str
    status: tuple[int, ...]
    server: re.Pattern[str] | None
    headers: tuple[str, ...]
    body: tuple[tuple[str, ...], ...]
    scope: Scope

    def seen(self, page: Page) -> str | None:
        """What status or headers show of it."""
        if page.status in self.status:
            return f"HTTP {page.status}"
        server = page.headers.get("server", "")
        if self.server and self.server.search(server):
            return f"Server: {server}"
        return next((name for name in self.headers if name in page.headers), None)


def sign(page: Page, *, report: bool) -> tuple[Rule, str] | None:
    """The first wall that the status, the headers or its own marks show, with the evidence.

    Words that only count in short pages say nothing where ``report`` is set, for a report's words stand there: it may
    speak of firewalls and of its site's captcha.
    """
    told = _told(page)
    text = page.text if len(page.text) < SHORT else page.text[:HEAD]
    for rule in _walls():
        evidence = told and rule.seen(page)
        if not evidence and not (report and rule.scope):
            evidence = marked(rule, text)
        if evidence:
            return rule, evidence
    return None


def marked(rule: Rule, text: str) -> str | None:
    """The mark of the rule that stands in the text."""
    for group in rule.body:  # a plain loop: this runs some hundred times a page
        if group[0] in text and all(mark in text for mark in group):
            return group[0]
    return None


@cache
def rules() -> tuple[Rule, ...]:
    """All rules in their order."""
    source = resources.files("crawler").joinpath("labels.toml").read_text("utf-8")
    return tuple(
        Rule(
            name=item["name"],
            outcome=item["outcome"],
            status=tuple(item.get("status", ())),
            server=re.compile(item["server"], re.IGNORECASE) if "server" in item else None,
            headers=tuple(item.get("headers", ())),
            body=tuple((mark,) if isinstance(mark, str) else tuple(mark) for mark in item.get("body", ())),
            scope=item.get("scope", ""),
        )
        for item in tomllib.loads(source)["label"]
    )


@cache
def _walls() -> tuple[Rule, ...]:
    return tuple(rule for rule in rules() if rule.scope != "page")


def _told(page: Page) -> bool:
    """Whether status or headers show any wall: a look at all of them at once, for they hardly ever do."""
    statuses, headers, servers = _signs()
    server = page.headers.get("server")
    return (
        page.status in statuses
        or not headers.isdisjoint(page.headers)
        or (server is not None and servers.search(server) is not None)
    )


@cache
def _signs() -> tuple[frozenset[int], frozenset[str], re.Pattern[str]]:
    walls = _walls()
    return (
        frozenset(status for rule in walls for status in rule.status),
        frozenset(name for rule in walls for name in rule.headers),
        re.compile("|".join(rule.server.pattern for rule in walls if rule.server), re.IGNORECASE),
    )

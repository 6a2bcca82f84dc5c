"""From what a response is (:mod:`crawler.recognise`) to what a capture records."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import CaptureKind
from crawler.answer import Answer
from crawler.lists.model import Next, Page
from crawler.portals import Portal
from crawler.recognise import Expected, Label, recognise, recognise_robots

PAST_THE_END = ("not_found", "soft_404")
"""Outcomes of a list page that only might exist which mean that the list has ended."""
_OF_ONE_PAGE = ("forbidden", "attachment_captcha", "login", "rate_limited")
"""Labels of blocked pages on hosts that may answer elsewhere: section roots are often forbidden."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to record: an outcome with its message where nothing is kept, else the kind of what is."""

    outcome: str | None = None
    message: str | None = None
    kind: CaptureKind = "page"
    onward: Next | None = None
    """What a page without content of its own leads to: ask for that instead."""
    closes: bool = False
    """The host as a whole is shut: ask it no more."""


def judge(answer: Answer, page: Page, *, expect: Expected, portal: Portal) -> Verdict:
    """The verdict on an answer to a request for a list, a page or a file."""
    if answer.outcome:
        return Verdict(answer.outcome, answer.message)
    label = recognise(page, expect=expect, site=portal)
    onward = label.ask or (Next(label.target) if label.name == "redirect_shell" and label.target else None)
    if onward:
        return Verdict(label.outcome, label.message, onward=onward)
    if label.outcome:
        message = label.evidence if label.name == label.outcome else label.message
        return Verdict(label.outcome, message, closes=shuts(label))
    if expect == "list" and label.name in ("list", "empty_list"):
        return Verdict(kind="list")
    return Verdict(kind="file" if label.name == "file" else "page")


def robots_wall(page: Page) -> tuple[str, str] | None:
    """(outcome, message) where the answer to /robots.txt is a wall that closes the whole host."""
    label = recognise_robots(page)
    return ("blocked", label.message) if label.outcome == "blocked" and shuts(label) else None


def shuts(label: Label) -> bool:
    """Whether a label means that the host as a whole is shut for us."""
    return label.outcome == "blocked" and shut_by(label.message)


def shut_by(message: str) -> bool:
    """Whether a blocked capture's message tells of a wall around the whole host."""
    return message.partition(":")[0] not in _OF_ONE_PAGE

"""What a crawl came to, for a tired maintainer and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from archive import history
from archive.reading import Failure, Reading
from archive.store import Archive
from crawler.portals import Portal
from crawler.tally import KEPT, RESTING, Tally

_WORDS = {
    "not_found": "not found",
    "blocked": "blocked by a firewall",
    "robots_disallowed": "forbidden by robots.txt",
    "soft_404": "“not found” pages served as 200",
    "wrong_site": "another site's page",
    "wrong_content_type": "not the file that the link promised",
    "too_large": "larger than the cap",
    "login": "behind a login",
    "maintenance": "under maintenance",
    "js_only": "drawn by scripts alone",
    "off_site": "leading off the portal",
    "error": "errors",
    "lost": "not accounted for",
}
_CURES = {
    "blocked": "a wall is never walked around: crawl from a network that the portal lets in, or write to its staff",
    "robots_disallowed": "robots.txt is obeyed: ask the portal's staff to allow the columns",
    "failed": "look at it with `nianbao doctor {id}`; for columns that moved, `nianbao discover {home}` proposes new ones",
}
"""Outcome of a crawl that brought nothing to what can be done."""
_MOST_REASONS = 3
_MOST_UNREADABLE = 10
_NO_READER = "unsupported_format"
REPORTS = ("found", "new", "changed", "removed")
TOGETHER = 3
"""Portals of one family or prefecture that make an alarm,"""
MOST = 0.6
"""if they are at least this share of those crawled."""


@dataclass(frozen=True, slots=True)
class PortalSummary:
    """One portal's part of a crawl."""

    portal: str
    crawl: int
    outcome: str
    candidates: int
    states: Mapping[str, int]
    reports: Mapping[str, int]
    """Reports seen by this crawl: ``found``, of these ``new`` and ``changed``; and those found ``removed``."""
    expected: int | None = None
    """Reports that the last complete crawl found; None without one."""
    groups: tuple[str, ...] = ()
    """The CMS families and the prefecture that the portal belongs to."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    """Reason to the first address that it was given for."""
    notes: tuple[str, ...] = ()
    cure: str | None = None
    """What a person can do where nothing could be had."""
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0

    @classmethod
    def of(
        cls, tally: Tally, portal: Portal, *, reports: Mapping[str, int], expected: int | None = None
    ) -> PortalSummary:
        """The summary of a finished tally."""
        return cls(
            portal=tally.portal,
            crawl=tally.crawl,
            outcome=tally.outcome,
            candidates=len(tally.states),
            states=dict(tally.counts()),
            reports=dict(reports),
            expected=expected,
            groups=(
                f"prefecture {portal.region[:4]}",
                *(f"family {name}" for name in sorted(tally.families)),
            ),
            reasons={_said(reason): n for reason, n in tally.reasons.most_common()},
            examples={_said(reason): url for reason, url in tally.examples.items()},
            notes=tuple(tally.notes),
            cure=_CURES.get(tally.outcome, "").format(id=portal.id, home=portal.home) or None,
            requests=tally.requests,
            bytes=tally.bytes,
            seconds=tally.seconds,
        )

    @property
    def failed(self) -> dict[str, int]:
        """Outcome to number, of links that brought nothing."""
        return {state: n for state, n in self.states.items() if state not in (*KEPT, *RESTING)}

    @property
    def good(self) -> bool:
        """Whether the crawl was complete."""
        return self.outcome == "complete"

    def as_json(self) -> dict[str, object]:
        """For ``--summary``: numbers of reports, then of links, then what it cost."""
        found, new, changed, removed = (self.reports.get(key, 0) for key in REPORTS)
        return {
            "portal": self.portal,
            "crawl": self.crawl,
            "outcome": self.outcome,
            "expected": self.expected,
            "found": found,
            "new": new,
            "changed": changed,
            "unchanged": found - new - changed,
            "removed": removed,
            "failed": self.failed,
            "links": dict(self.states),
            "reasons": dict(self.reasons),
            "examples": dict(self.examples),
            "notes": list(self.notes),
            "requests": self.requests,
            "bytes": self.bytes,
            "duration": self.seconds,
        }

    def lines(self) -> list[str]:
        """For people: one line, and one for each thing worth knowing."""
        found = self.reports
        expected = f" of {self.expected} expected" if self.expected else ""
        head = (
            f"{self.portal}: {self.outcome}; {_counted(found.get('found', 0), 'report', expected)} "
            f"({found.get('new', 0)} new, {found.get('changed', 0)} changed, {found.get('removed', 0)} removed), "
            f"{_counted(self.candidates, 'link')}"
        )
        failed = [f"{n} {_WORDS.get(state, state)}" for state, n in sorted(self.failed.items())]
        lines = [head + (f"; {', '.join(failed)}" if failed else "")]
        lines += [f"    {note}" for note in self.notes]
        most = list(self.reasons.items())[:_MOST_REASONS]
        lines += [f"    {n} x {reason}{_where(self.examples.get(reason))}" for reason, n in most]
        return lines + ([f"    {self.cure}"] if self.cure else [])


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole crawl: its portals, and what parsing the new originals came to."""

    portals: tuple[PortalSummary, ...]
    reading: Reading | None = None

    @property
    def ok(self) -> bool:
        """Whether every portal was crawled completely and nothing new was damaged: exit status 0, else 1.

        A kept file in a format that no reader takes (OFD, a picture) is told, but nothing failed.
        """
        damaged = any(failure.code != _NO_READER for failure in self.unreadable)
        return all(portal.good for portal in self.portals) and not damaged

    @property
    def unreadable(self) -> tuple[Failure, ...]:
        """New originals that the parsers could not read."""
        return self.reading.failures if self.reading else ()

    def total(self, key: str) -> int:
        """A sum over the portals: ``found``, ``new``, ``changed`` or ``removed`` reports."""
        return sum(portal.reports.get(key, 0) for portal in self.portals)

    def alarms(self) -> list[str]:
        """One line for each group of portals that fail together: one cause, not many."""
        groups: dict[str, list[PortalSummary]] = {}
        for portal in self.portals:
            for group in portal.groups:
                groups.setdefault(group, []).append(portal)
        return [alarm for group, members in sorted(groups.items()) if (alarm := _alarm(group, members))]

    def as_json(self) -> dict[str, object]:
        """For ``--summary``."""
        return {
            "ok": self.ok,
            **{key: self.total(key) for key in REPORTS},
            "alarms": self.alarms(),
            "unreadable": [asdict(failure) for failure in self.unreadable],
            "portals": [portal.as_json() for portal in self.portals],
        }

    def text(self) -> str:
        """For people: alarms first, failing portals last, where the eye rests."""
        ordered = sorted(self.portals, key=lambda portal: (not portal.good, portal.portal))
        found, new, changed, removed = (self.total(key) for key in REPORTS)
        lines = [
            f"{_counted(len(self.portals), 'portal')} crawled, {sum(portal.good for portal in self.portals)} complete; "
            f"{_counted(found, 'report')} found, {new} new, {changed} changed, {removed} removed"
        ]
        lines += [f"ALARM {alarm}" for alarm in self.alarms()]
        lines += [line for portal in ordered for line in portal.lines()]
        if self.unreadable:
            lines.append(f"{_counted(len(self.unreadable), 'new original')} kept, but not read:")
        lines += [f"    {failure.url}: {failure.message}" for failure in self.unreadable[:_MOST_UNREADABLE]]
        return "\n".join(lines)


def summarise(
    archive: Archive, portals: Iterable[Portal], tallies: Iterable[Tally], read: Reading | None
) -> Summary:
    """The summary of portals and their tallies, which stand in the same order, with the archive's knowledge of them."""
    return Summary(
        tuple(_summary(archive, tally, portal) for tally, portal in zip(tallies, portals, strict=True)), read
    )


def _summary(archive: Archive, tally: Tally, portal: Portal) -> PortalSummary:
    reports = history.reports_of(archive.db, tally.crawl)
    before = history.complete_before(archive.db, portal.id, tally.crawl)
    expected = history.reports_of(archive.db, before)["found"] if before else None
    return PortalSummary.of(tally, portal, reports=reports, expected=expected)


def _where(url: str | None) -> str:
    return f" ({url})" if url else ""


def _said(reason: tuple[str, str]) -> str:
    outcome, why = reason
    return f"{outcome}: {why}" if why else outcome


def _alarm(group: str, members: list[PortalSummary]) -> str | None:
    """What a group has in common if most of its portals fail in the same way; None if they don't."""
    outcomes = Counter(portal.outcome for portal in members if not portal.good)
    if not outcomes:
        return None
    outcome, number = outcomes.most_common(1)[0]
    if number < TOGETHER or number < MOST * len(members):
        return None
    causes = Counter(cause for portal in members if portal.outcome == outcome for cause in portal.reasons)
    cause = f" ({causes.most_common(1)[0][0]})" if causes else ""
    return f"{group}: {number} of {len(members)} portals {outcome}{cause}"


def _counted(number: int, noun: str, of: str = "") -> str:
    return f"{number}{of} {noun}{'' if number == 1 and not of else 's'}"

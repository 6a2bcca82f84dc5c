"""What a crawl came to, for a tired maintainer and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
_MOST_REASONS = 3


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
    reasons: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0

    @classmethod
    def of(cls, tally: Tally, reports: Mapping[str, int]) -> PortalSummary:
        """The summary of a finished tally."""
        reasons = {
            f"{outcome}: {why}" if why else outcome: n for (outcome, why), n in tally.reasons.most_common()
        }
        return cls(
            portal=tally.portal,
            crawl=tally.crawl,
            outcome=tally.outcome,
            candidates=len(tally.states),
            states=dict(tally.counts()),
            reports=dict(reports),
            reasons=reasons,
            notes=tuple(tally.notes),
            requests=tally.requests,
            bytes=tally.bytes,
            seconds=tally.seconds,
        )

    @property
    def failed(self) -> dict[str, int]:
        """Outcome to number, of links that brought nothing."""
        return {state: n for state, n in self.states.items() if state not in (*KEPT, *RESTING)}

    def as_json(self) -> dict[str, object]:
        """For ``--summary``."""
        return {
            "portal": self.portal,
            "crawl": self.crawl,
            "outcome": self.outcome,
            "reports": dict(self.reports),
            "candidates": self.candidates,
            **{state: self.states.get(state, 0) for state in KEPT},
            "resting": {state: self.states[state] for state in RESTING if state in self.states},
            "failed": self.failed,
            "reasons": dict(self.reasons),
            "notes": list(self.notes),
            "requests": self.requests,
            "bytes": self.bytes,
            "seconds": self.seconds,
        }

    def lines(self) -> list[str]:
        """For people: one line, and one for each thing worth knowing."""
        found = self.reports
        head = (
            f"{self.portal}: {self.outcome}; {found.get('found', 0)} reports "
            f"({found.get('new', 0)} new, {found.get('changed', 0)} changed, {found.get('removed', 0)} removed), "
            f"{self.candidates} links"
        )
        failed = [f"{n} {_WORDS.get(state, state)}" for state, n in sorted(self.failed.items())]
        lines = [head + (f"; {', '.join(failed)}" if failed else "")]
        lines += [f"    {note}" for note in self.notes]
        return lines + [f"    {n} x {reason}" for reason, n in list(self.reasons.items())[:_MOST_REASONS]]


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole crawl: its portals, and what parsing the new originals came to."""

    portals: tuple[PortalSummary, ...]
    reading: object = None

    @property
    def ok(self) -> bool:
        """Whether every portal was crawled completely; the exit status is 0 then, else 1."""
        return all(portal.outcome == "complete" for portal in self.portals)

    def total(self, key: str) -> int:
        """A sum over the portals: ``found``, ``new`` or ``changed`` reports."""
        return sum(portal.reports.get(key, 0) for portal in self.portals)

    def as_json(self) -> dict[str, object]:
        """For ``--summary``."""
        return {
            "ok": self.ok,
            "reports": {key: self.total(key) for key in ("found", "new", "changed", "removed")},
            "portals": [portal.as_json() for portal in self.portals],
        }

    def text(self) -> str:
        """For people: failing portals last, where the eye rests."""
        ordered = sorted(self.portals, key=lambda portal: (portal.outcome != "complete", portal.portal))
        complete = sum(portal.outcome == "complete" for portal in self.portals)
        head = (
            f"{len(self.portals)} portals crawled, {complete} complete; {self.total('found')} reports found, "
            f"{self.total('new')} new, {self.total('changed')} changed, {self.total('removed')} removed"
        )
        return "\n".join([head, *(line for portal in ordered for line in portal.lines())])

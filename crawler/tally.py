"""What a crawl of one portal came to: every candidate link in exactly one state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

KEPT = ("new", "changed", "unchanged")
RESTING = ("not_due", "before_since")
"""States of candidates that were not asked on purpose: known and not due again, or before ``--since``."""
FEWER = 0.6
"""Share of the last complete crawl's pages and files below which a crawl is partial."""
HARMLESS = (*KEPT, *RESTING, "not_found", "off_site", "robots_disallowed", "wrong_content_type", "wrong_site")
"""States that leave a crawl complete: nothing that the portal offers us was missed."""
TOLD_ONCE = "soft_404"
"""A 404 is the server's word, this is our reading of a page served as found: it makes the first crawl that sees it
partial, so that somebody looks, and none that sees the same address so again."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a portal is: links settled of links found so far, and its outcome when it is done."""

    portal: str
    settled: int
    found: int
    outcome: str | None = None


@dataclass
class Tally:
    """Counts of one portal's crawl, filled by the walk."""

    portal: str
    crawl: int = 0
    states: dict[str, str | None] = field(default_factory=dict)
    """Candidate address to its state; None until it is settled."""
    settled: int = 0
    lists: Counter[str] = field(default_factory=Counter)
    """States of list pages."""
    families: set[str] = field(default_factory=set)
    """CMS families whose adapters read the lists."""
    notes: list[str] = field(default_factory=list)
    """What makes the crawl partial, or what a maintainer should know; one line each."""
    empty: list[str] = field(default_factory=list)
    """List pages that say themselves that they have no entry."""
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(outcome, message) of candidates and list pages that were not kept."""
    examples: dict[tuple[str, str], str] = field(default_factory=dict)
    """The same to the first address that it was said of."""
    told: set[str] = field(default_factory=set)
    """Candidates in the state :data:`TOLD_ONCE` that the crawl before found in it already."""
    incomplete: bool = False
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    outcome: str = "failed"
    ended: bool = False
    faults: list[str] = field(default_factory=list)
    """Breaches of our own bookkeeping; never expected."""

    def found(self, url: str) -> bool:
        """Note a candidate; True if it is the first time."""
        if url in self.states:
            return False
        self.states[url] = None
        return True

    def is_open(self, url: str) -> bool:
        """Whether a candidate has no state yet."""
        return self.states.get(url, "") is None

    def settle(self, url: str, state: str, message: str | None = None, *, told: bool = False) -> None:
        """Give a candidate its one state; ``told``: an earlier crawl ended with the same."""
        if self.states.get(url, "") is not None:
            self.faults.append(f"{url}: settled as {self.states.get(url)} and again as {state}")
        self.states[url] = state
        self.settled += 1
        if told and state == TOLD_ONCE:
            self.told.add(url)
        if state not in KEPT and state not in RESTING:
            self._because(url, state, message)

    def listed(self, url: str, state: str, message: str | None = None) -> None:
        """Count a list page."""
        self.lists[state] += 1
        if state not in KEPT:
            self._because(url, state, message)
            self.incomplete = True

    def partial(self, note: str) -> None:
        """The crawl can't be complete, and why."""
        self.incomplete = True
        if note not in self.notes:
            self.notes.append(note)

    def progress(self) -> Progress:
        """How far the crawl is."""
        return Progress(self.portal, self.settled, len(self.states), self.outcome if self.ended else None)

    def counts(self) -> Counter[str]:
        """Number of candidates in each state."""
        return Counter(state or "lost" for state in self.states.values())

    def close(self, before: Mapping[str, object] | None = None) -> str:
        """Check the books and decide the crawl's outcome; ``before`` is the last complete crawl's summary."""
        self._compare(before)
        lost = [url for url, state in self.states.items() if state is None]
        self.faults += [f"{url}: found, but never settled" for url in lost]
        if self.faults:
            self.partial(f"{len(self.faults)} links were not accounted for: {self.faults[0]}")
        self.ended = True
        self.outcome = self._outcome()
        return self.outcome

    def broke(self, reason: str) -> None:
        """End a crawl that a fault of ours cut short."""
        self.partial(f"broke off, a fault in nianbao: {reason}; please report it with the portal's id")
        for url in [url for url, state in self.states.items() if state is None]:
            self.settle(url, "error", "not asked: the crawl broke off")
        self.ended = True
        self.outcome = "failed"

    def as_json(self) -> dict[str, object]:
        """What the archive remembers of the crawl."""
        return {
            "states": dict(self.counts()),
            "kept": self.kept,
            "families": sorted(self.families),
            "lists": dict(self.lists),
            "notes": self.notes,
            "requests": self.requests,
            "bytes": self.bytes,
            "seconds": self.seconds,
        }

    @property
    def kept(self) -> int:
        """Number of candidates whose bytes the archive holds."""
        counts = self.counts()
        return sum(counts[state] for state in (*KEPT, *RESTING))

    def _because(self, url: str, state: str, message: str | None) -> None:
        reason = (state, _general(message))
        self.reasons[reason] += 1
        self.examples.setdefault(reason, url)

    def _compare(self, before: Mapping[str, object] | None) -> None:
        """A crawl that finds nothing, or far less than the last good one, is not a good one."""
        expected = before.get("kept") if before else None
        listed = sum(self.lists[state] for state in KEPT)
        if not self.kept and listed:
            for url in self.empty:
                self.partial(f"{url}: the column says that it is empty")
            self.partial("no link of any column brought a page: check the columns' addresses")
        elif isinstance(expected, int) and self.kept < FEWER * expected:
            self.partial(
                f"{self.kept} pages and files, far fewer than the {expected} of the last complete crawl"
            )

    def _outcome(self) -> str:
        counts = self.counts()
        if not any(self.lists[state] for state in KEPT):
            return self._unread()
        if not self.kept and counts["blocked"]:
            return "blocked"
        counts[TOLD_ONCE] -= len(self.told)
        harmful = any(count for state, count in counts.items() if state not in HARMLESS)
        return "partial" if self.incomplete or harmful else "complete"

    def _unread(self) -> str:
        """No list page could be read: the portal as a whole is shut, forbidden or broken."""
        for state in ("blocked", "robots_disallowed"):
            if self.lists[state] and sum(self.lists.values()) == self.lists[state]:
                return state
        return "blocked" if self.lists["blocked"] else "failed"


def _general(message: str | None) -> str:
    """The message without what differs from page to page, so that equal causes add up."""
    return (message or "").partition("; redirected:")[0]

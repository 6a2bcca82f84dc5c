"""How the archive stands: its portals and their crawls, reports by year, due reports, unsure pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlite_utils import Database

import parsers

STALE_DAYS = 35
"""Days without a complete crawl after which a portal is stale: a month and some."""
ALARMS = ("failing", "stale", "overdue", "unsure")

_UNFINISHED = "interrupted"
_CRAWLS = f"""
    SELECT portal, started_at, coalesce(outcome, '{_UNFINISHED}'), id FROM crawls
    WHERE started_at <= ? ORDER BY portal, id DESC
"""
_WHY = """
    SELECT kind, outcome || coalesce(': ' || message, '') || ' (' || url || ')' FROM captures
    WHERE crawl = ? AND outcome NOT IN ('new', 'changed', 'unchanged') AND kind <> 'robots'
    GROUP BY outcome, message ORDER BY kind = 'list' DESC, count(*) DESC, min(id) LIMIT 1
"""
_NOTE = "SELECT json_extract(summary, '$.notes[0]') FROM crawls WHERE id = ?"
_REPORTS = """
    SELECT k.portal, r.year, count(DISTINCT r.id) FROM reports r
    JOIN captures c ON c.url = r.url AND c.sha256 = r.sha256 JOIN crawls k ON k.id = c.crawl
    GROUP BY k.portal, r.year ORDER BY k.portal, r.year
"""
_SLOTS = """
    SELECT year, count(*), sum(status = 'published'), sum(status = 'removed'),
           sum(report IS NULL AND due < :today AND status <> 'unreachable'), sum(report IS NULL AND due >= :today),
           sum(report IS NULL AND due < :today AND status = 'unreachable')
    FROM slots WHERE year < substr(:today, 1, 4) + 0 AND (:year IS NULL OR year = :year)
    GROUP BY year ORDER BY year DESC
"""
_REOPENED = """
    SELECT (SELECT count(*) FROM (SELECT DISTINCT report, rule, "where" FROM judgements) j
            JOIN current_checks c ON c.report = j.report AND c.rule = j.rule AND c."where" = j."where"
            WHERE c.status = 'fails' AND c.judgement = 'reopened'),
           (SELECT count(*) FROM current_corrections WHERE status = 'reopened')
"""
_READ_BY_OTHERS = "SELECT count(*) FROM accepted a JOIN parses p ON p.id = a.latest WHERE p.parser <> ?"


@dataclass(frozen=True, slots=True)
class PortalStatus:
    """One portal: its last crawl, its last complete one, and how long it has been failing."""

    portal: str
    name: str
    region: str | None
    last_crawl: str | None = None
    outcome: str | None = None
    last_good: str | None = None
    age_days: int | None = None
    """Days since the last complete crawl; None without one."""
    streak: int = 0
    """Crawls in a row, up to the last, that were not complete."""
    why: str | None = None
    """What kept the last crawl from being complete."""
    reports: dict[int, int] = field(default_factory=dict)
    """Year to number of reports."""
    under_way: bool = False
    """Whether it is being crawled; all else is about the crawls before."""

    @property
    def stale(self) -> bool:
        """Whether the last complete crawl is too long ago, or there is none."""
        return self.age_days is None or self.age_days > STALE_DAYS

    def line(self) -> str:
        """For people."""
        years = ", ".join(f"{year}: {number}" for year, number in sorted(self.reports.items(), reverse=True))
        good = "never complete" if self.age_days is None else f"complete {self.age_days} days ago"
        times = "the last crawl" if self.streak == 1 else f"{self.streak} crawls in a row"
        failing = f", {times} {self.outcome}" if self.streak else ""
        crawled = f"{good}{failing}" if self.last_crawl else "never crawled"
        crawled += ", being crawled now" if self.under_way else ""
        why = f"\n    {self.why}" if self.why else ""
        return f"{self.portal} ({self.name}): {crawled}; reports {years or 'none'}{why}"


@dataclass(frozen=True, slots=True)
class YearStatus:
    """The reports due for one year: how many, and what became of them."""

    year: int
    due: int
    published: int
    removed: int
    overdue: int
    awaited: int
    unreachable: int
    """Overdue too, but the portal's last crawl could not look, and none did since it was due."""

    def line(self) -> str:
        """For people."""
        parts = [f"{self.published} of {self.due} published"]
        parts += [f"{n} {word}" for n, word in
                  ((self.removed, "removed"), (self.overdue, "overdue"), (self.awaited, "not due yet"),
                   (self.unreachable, "could not be looked for")) if n]  # fmt: skip
        return f"{self.year}: {', '.join(parts)}"


@dataclass(frozen=True, slots=True)
class Unsure:
    """A page that is a report whose agency or year nothing names: kept, and filed nowhere."""

    url: str
    title: str | None
    agency: str | None
    year: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """The whole picture, as of a moment."""

    as_of: str
    portals: tuple[PortalStatus, ...]
    years: tuple[YearStatus, ...]
    unsure: tuple[Unsure, ...]
    read_by_others: int = 0
    """Originals whose accepted parse is of another release of the parsers than this one."""
    reopened_verdicts: int = 0
    """Failing checks on which a person's verdict no longer holds: figures or original have changed."""
    reopened_corrections: int = 0
    """Corrections that no longer apply, for the same reason."""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)

    def alarms(self, kinds: Sequence[str]) -> list[str]:
        """A line for each of these kinds of trouble that there is (see :data:`ALARMS`)."""
        failing = [portal.portal for portal in self.portals if portal.streak]
        stale = [portal.portal for portal in self.portals if portal.stale]
        overdue = sum(year.overdue for year in self.years)
        found = {
            "failing": f"{len(failing)} portals failing: {', '.join(failing[:10])}" if failing else "",
            "stale": f"{len(stale)} portals without a complete crawl in {STALE_DAYS} days: {', '.join(stale[:10])}"
            if stale
            else "",
            "overdue": f"{overdue} reports overdue" if overdue else "",
            "unsure": f"{len(self.unsure)} pages of unsure agency or year" if self.unsure else "",
        }
        return [found[kind] for kind in kinds if found[kind]]

    def text(self) -> str:
        """For people: portals first, then years, then what is unsure."""
        lines = [portal.line() for portal in self.portals] or ["no portal was crawled yet: nianbao crawl"]
        lines += [year.line() for year in self.years]
        if self.unsure:
            lines.append(f"{len(self.unsure)} pages of unsure agency or year: nianbao status --unsure")
        if self.reopened_verdicts:
            lines.append(
                f"{self.reopened_verdicts} verdicts are open again, for their source changed: nianbao check"
            )
        if self.reopened_corrections:
            said = "corrections no longer apply, for their source changed: table current_corrections"
            lines.append(f"{self.reopened_corrections} {said}")
        if self.read_by_others:
            lines.append(
                f"{self.read_by_others} originals read by other parsers than these: nianbao reparse --preview"
            )
        return "\n".join(lines)

    def unsure_text(self) -> str:
        """For people: the pages that are filed nowhere, and why."""
        return "\n".join(
            f"{page.url}: {page.reason} ({page.title or 'no title'})" for page in self.unsure
        ) or ("no page is unsure")


def status(
    db: Database, *, year: int | None = None, moment: str | None = None, running: bool = False
) -> Status:
    """How the archive stands now, or stood at ``moment`` (UTC, ISO 8601; the readers' tables must show that moment).

    :param running: a process is writing, so that a crawl without an end is under way and did not fail.
    """
    at = moment or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    today = at[:10]
    years = db.execute(_SLOTS, {"today": today, "year": year}).fetchall()
    unsure = db.execute("SELECT url, title, agency, year, reason FROM unfiled ORDER BY url").fetchall()
    return Status(
        at,
        tuple(_portals(db, at, year, running or moment is not None)),
        tuple(YearStatus(*row) for row in years),
        tuple(Unsure(*row) for row in unsure),
        *db.execute(_READ_BY_OTHERS, [parsers.RELEASE]).fetchone(),
        *db.execute(_REOPENED).fetchone(),
    )


def _portals(db: Database, at: str, year: int | None, running: bool) -> list[PortalStatus]:
    reports: dict[str, dict[int, int]] = {}
    for portal, of, number in db.execute(_REPORTS):
        if year in (None, of):
            reports.setdefault(portal, {})[of] = number
    crawls: dict[str, list[tuple[str, str, int]]] = {}
    for portal, *crawl in db.execute(_CRAWLS, [at]):
        crawls.setdefault(portal, []).append((crawl[0], crawl[1], crawl[2]))
    rows = db.execute("SELECT id, name, region FROM portals ORDER BY id").fetchall()
    found = []
    for row in rows:
        of = crawls.get(row[0], [])
        under_way = running and bool(of) and of[0][1] == _UNFINISHED
        portal = _crawled(db, PortalStatus(*row), of[1:] if under_way else of, at)
        found.append(replace(portal, under_way=under_way, reports=reports.get(row[0], {})))
    return found


def _crawled(
    db: Database, portal: PortalStatus, crawls: Sequence[tuple[str, str, int]], at: str
) -> PortalStatus:
    """The portal with what its crawls, the last one first, came to."""
    if not crawls:
        return portal
    good = next((started for started, outcome, _ in crawls if outcome == "complete"), None)
    streak = next((n for n, (_, outcome, _) in enumerate(crawls) if outcome == "complete"), len(crawls))
    age = (_day(at) - _day(good)).days if good else None
    started, outcome, last = crawls[0]
    found = replace(portal, last_crawl=started, outcome=outcome, last_good=good, age_days=age, streak=streak)
    return replace(found, why=_why(db, last)) if streak else found


def _why(db: Database, crawl: int) -> str | None:
    """A list that failed, else the crawl's first note, else what failed most often."""
    kind, failed = db.execute(_WHY, [crawl]).fetchone() or (None, None)
    (note,) = db.execute(_NOTE, [crawl]).fetchone()
    return str(found) if (found := failed if kind == "list" else note or failed) else None


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])

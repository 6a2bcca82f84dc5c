"""One portal from its columns to its files: which links are followed, and what is kept of each.

The walk is a function of the portal's answers alone: run again over the same answers (some of them from
the archive, after an interruption) it takes the same steps.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crawler import titles, unpack
from crawler.answer import Answer, name_of, now
from crawler.details import attachments, embedded, frames
from crawler.echo import Echoes, doubtful, fingerprint
from crawler.fetch import Fetcher
from crawler.judge import PAST_THE_END, Verdict, judge
from crawler.lists import adapters, rows, tries
from crawler.lists.course import Course
from crawler.lists.model import Entry, File, Listing, Next, Page
from crawler.pipelines import Candidate, Context, Keeper
from crawler.portals import Column, Portal
from crawler.recognise import Expected
from crawler.tally import KEPT, RESTING, TOLD_ONCE, Tally

CHILD_DEPTH = 3
"""Columns below a column: agency, year, and one to spare."""
LISTINGS = 10
"""Times the pages of one listing that a column may have with all of its child columns."""
LED_HOME = "redirected_to_home: the page leads to the home page"
SHELLS = 3
"""Pages that only lead on, one after the other."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a crawl is asked to do."""

    since: int | None = None
    """Year of the oldest reports wanted."""
    list_pages: int = 200
    """Per listing; beyond it the crawl is partial."""
    recent_years: int = 3
    """Reports of so many years are asked for in every crawl,"""
    older_days: float = 0
    """and older ones when so many days have passed since they were last kept."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer with its verdict."""

    answer: Answer
    page: Page
    verdict: Verdict


class Walk:
    """The crawl of one portal."""

    def __init__(
        self,
        portal: Portal,
        fetcher: Fetcher,
        keeper: Keeper,
        *,
        plan: Plan,
        progress: Callable[[Tally], None] = lambda tally: None,
    ) -> None:
        self.portal = portal
        self.fetcher = fetcher
        self.keeper = keeper
        self.plan = plan
        self.progress = progress
        self.tally = Tally(portal.id, keeper.crawl)
        self.echoes = Echoes()
        self.home_asked = False

    async def run(self) -> Tally:
        """Walk every column, then settle the crawl."""
        start = time.monotonic()
        for column in self.portal.columns:
            for candidate in await self.candidates(column):
                if self.tally.is_open(candidate.url):  # a list page that showed a report itself is settled
                    await self.visit(candidate)
        if any(self.tally.lists[state] for state in KEPT):
            for candidate in self.keeper.published():
                if self.tally.found(candidate.url):
                    await self.look_again(candidate)
        self.tally.requests, self.tally.bytes = self.fetcher.requests, self.fetcher.bytes
        self.tally.seconds = round(time.monotonic() - start, 3)
        before = self.keeper.last_complete()
        if not self.tally.families:  # no list could be read: the last good crawl knows whose they are
            families = (before or {}).get("families")
            self.tally.families |= set(families if isinstance(families, list) else ())
        self.tally.close(before)
        return self.tally

    async def candidates(self, column: Column) -> list[Candidate]:
        """The column's links, from all of its list pages: listed first, so that pages can't shift meanwhile."""
        found: list[Candidate] = []
        courses = {column.url: Course(self.plan.list_pages)}
        asks = deque([(Next(column.url, number=1), courses[column.url], 0)])
        asked: set[tuple[str, str, bytes]] = set()
        while asks:
            ask, course, depth = asks.popleft()
            key = (ask.url, ask.method, ask.body)
            if key in asked:
                continue
            if len(asked) == LISTINGS * self.plan.list_pages:
                self.tally.partial(f"{column.url}: more than {len(asked)} list pages; the rest was left")
                break
            asked.add(key)
            page, listing = await self.list_page(ask, column)
            if ask.method == "GET":  # where a shell or a redirect led: a year's column, to be read once
                asked.add((page.url, "GET", b""))
            if listing is None:
                asks.extend((other, course, depth) for other in course.fail(page, sure=ask.sure))
                continue
            entries, following = course.take(page, listing)
            lists = {url for url, method, _ in asked if method == "GET"}
            fresh = [e for e in entries if e.url not in lists and self.tally.found(e.url)]
            found += [_candidate(entry, ask, column) for entry in fresh]
            asks.extend((item, course, depth) for item in following)
            for child in listing.children if depth < CHILD_DEPTH else ():
                below = courses.setdefault(child.url, Course(self.plan.list_pages))
                asks.append((Next(child.url, number=1), below, depth + 1))
        self.cut_off(courses)
        return found

    def cut_off(self, courses: Mapping[str, Course]) -> None:
        """Say which listings are not complete, each once."""
        for url, course in courses.items():
            for why in course.finish():
                self.tally.partial(f"{url}: listing_truncated: {why}")

    async def list_page(self, ask: Next, column: Column) -> tuple[Page, Listing | None]:
        """One list page, kept and read; no listing where it can't be had."""
        context = Context("list", column=column)
        seen = await self.genuine(await self.see(ask, "list"), "list")
        verdict = seen.verdict
        if verdict.outcome:
            state = self.keeper.fail(seen.answer, context, verdict)
            if tries.other(seen.page) is None and (ask.sure or state not in PAST_THE_END):
                self.tally.listed(name_of(ask), state, verdict.message)
            return seen.page, None
        listing = adapters.read(seen.page, column.family or self.portal.family)
        self.tally.families.add(listing.family)
        if verdict.kind != "list":
            # the column shows a report itself, alone or above its list
            self.tally.listed(name_of(ask), "unchanged")
            if self.tally.found(seen.answer.url) or self.tally.is_open(seen.answer.url):
                await self.settle(Candidate(seen.answer.url, replace(context, kind="page")), seen)
            listing = replace(listing, entries=rows.entries(seen.page, guess=False))
        else:
            self.echoes.note(seen.page)
            self.tally.listed(name_of(ask), self.keeper.keep(seen.answer, context, digest=_digest(listing)))
            if adapters.says_empty(seen.page):
                self.tally.empty.append(name_of(ask))
        return seen.page, listing

    async def visit(self, candidate: Candidate) -> None:
        """Ask for a candidate and for the files that it leads to; each gets its one outcome."""
        resting = self.resting(candidate)
        if resting:
            self.tally.settle(candidate.url, resting)
            return
        found_on = candidate.context.found_on
        ask = Next(candidate.url, headers={"Referer": found_on} if found_on else {})
        seen = await self.see(ask, candidate.expect)
        await self.settle(candidate, await self.genuine(seen, "page", candidate.context.link_text))

    async def settle(self, candidate: Candidate, seen: Seen) -> None:
        """Keep or record what a candidate turned out to be, and go on to its files."""
        verdict = seen.verdict
        if verdict.outcome:
            state = self.keeper.fail(seen.answer, candidate.context, verdict)
            told = state == TOLD_ONCE and self.keeper.was(candidate.url, state)
            self.tally.settle(candidate.url, state, verdict.message, told=told)
        else:
            context = replace(candidate.context, kind=verdict.kind)
            self.tally.settle(candidate.url, self.keeper.keep(seen.answer, context))
        self.progress(self.tally)
        if not verdict.outcome and verdict.kind == "page":
            for inside in (
                *self.files(candidate, attachments(seen.page)),
                *self.frames(candidate, seen.page),
            ):
                await self.visit(inside)
            self.keep_inside(candidate, seen, "pdf", [("", body) for body in embedded(seen.page)])
        elif not verdict.outcome:
            self.keep_inside(candidate, seen, "zip", unpack.documents(seen.answer.body))

    def files(self, candidate: Candidate, files: Sequence[File]) -> list[Candidate]:
        """The files of a page that were not seen before."""
        context = replace(candidate.context, kind="file", found_on=candidate.url)
        return [
            Candidate(file.url, replace(context, link_text=file.name or context.link_text))
            for file in (*candidate.files, *files)
            if self.tally.found(file.url)
        ]

    def frames(self, candidate: Candidate, page: Page) -> list[Candidate]:
        """The frames of a page that says little itself."""
        context = replace(candidate.context, found_on=candidate.url)
        return [Candidate(url, context) for url in frames(page) if self.tally.found(url)]

    def keep_inside(
        self, candidate: Candidate, seen: Seen, kind: str, documents: Sequence[tuple[str, bytes]]
    ) -> None:
        """Keep the documents (name and bytes) that a page or an archive carries, under its address and their number."""
        context = replace(candidate.context, kind="file", found_on=candidate.url)
        for number, (name, body) in enumerate(documents, 1):
            url = f"{candidate.url}#{kind}-{number}"
            before = self.keeper.recall(url)  # what is around it may have been kept before an interruption
            stored = before.stored if before else None
            answer = replace(seen.answer, url=url, body=body, hops=(), stored=stored)
            self.tally.found(url)
            inside = replace(context, link_text=name or context.link_text)
            self.tally.settle(url, self.keeper.keep(answer, inside))

    async def look_again(self, candidate: Candidate) -> None:
        """A known report that no list showed; one inside a page or an archive goes with what is around it."""
        around, inside, _ = candidate.url.partition("#")
        if not inside:
            await self.visit(candidate)
            return
        if self.tally.found(around):
            await self.visit(Candidate(around, replace(candidate.context, kind="page")))
        if not self.tally.is_open(candidate.url):
            return
        state = self.tally.states[around] or "error"
        if state in RESTING:
            self.tally.settle(candidate.url, state)
            return
        gone = "not_found" if state in KEPT else state
        verdict = Verdict(gone, f"{around} no longer holds it" if state in KEPT else f"as {around}")
        self.tally.settle(
            candidate.url,
            self.keeper.fail(Answer(candidate.url, now()), candidate.context, verdict),
            verdict.message,
        )

    def resting(self, candidate: Candidate) -> str | None:
        """The state of a candidate that is not asked for this time: too old, or known and not due again."""
        if self.plan.since is None and not self.plan.older_days:
            return None
        year = titles.year(candidate.context.link_text or "")
        if year is None:
            return None
        if self.plan.since is not None and year < self.plan.since:
            return "before_since"
        older = year < date.today().year - self.plan.recent_years
        return "not_due" if older and self.keeper.kept_since(candidate.url, self.plan.older_days) else None

    async def genuine(self, seen: Seen, expect: Expected, link_text: str | None = None) -> Seen:
        """The same, or a soft 404 where a doubtful page turns out to be the home page or another page again."""
        if seen.verdict.outcome or seen.verdict.kind == "file" or seen.answer.stored:
            return seen
        if seen.page.url == self.portal.home:
            led = seen.answer.hops and expect == "page"
            return replace(seen, verdict=Verdict("soft_404", LED_HOME)) if led else seen
        if not doubtful(seen.page, expect):
            return seen
        await self.look_at_home()
        verdict = self.echoes.verdict(seen.page, link_text, expect=expect)
        return replace(seen, verdict=verdict) if verdict else seen

    async def look_at_home(self) -> None:
        """Ask for the home page, once and only where a page may be its echo."""
        if self.home_asked:
            return
        self.home_asked = True
        ask = Next(self.portal.home, number=1)
        answer, context = await self.fetcher.get(ask), Context("list")
        page = answer.page(ask)
        verdict = judge(answer, page, expect="list", portal=self.portal)
        if verdict.outcome in (None, "soft_404", "js_only"):  # whatever it looks like, it is the home page
            self.echoes.note_home(page)
            self.keeper.keep(answer, context, digest=fingerprint(page))
        else:
            self.keeper.fail(answer, context, verdict)

    async def see(self, ask: Next, expect: Expected) -> Seen:
        """The answer and its verdict; pages that only lead on are followed like redirects."""
        answer = await self.ask(ask)
        hops: tuple[str, ...] = ()
        while True:
            page = answer.page(ask)
            verdict = judge(answer, page, expect=expect, portal=self.portal)
            if verdict.closes:
                self.fetcher.close(
                    answer.final_url or answer.url, verdict.outcome or "", verdict.message or ""
                )
            if verdict.onward is None or len(hops) == SHELLS:
                return Seen(answer.named(name_of(ask), (*hops, *answer.hops)), page, verdict)
            hops = (*hops, *answer.hops, answer.final_url or answer.url)
            onward = verdict.onward
            headers = {**ask.headers, **onward.headers}
            answer = await self.fetcher.get(
                replace(onward, headers=headers, number=ask.number, state=ask.state)
            )

    async def ask(self, ask: Next) -> Answer:
        """The answer; what is stored already and did not change is not sent again."""
        answer = await self.fetcher.get(ask, validators=self.keeper.validators(ask))
        if answer.status != 304 or answer.stored:
            return answer
        return self.keeper.not_modified(answer) or await self.fetcher.get(ask)


def _candidate(entry: Entry, ask: Next, column: Column) -> Candidate:
    context = Context("page", found_on=ask.url, column=column, link_text=entry.title or None)
    return Candidate(entry.url, context, entry.files)


def _digest(listing: Listing) -> str:
    """A digest of what a list page lists; counters and furniture around it don't matter."""
    rows = sorted(f"{entry.url}\t{entry.title}\t{entry.date or ''}" for entry in listing.entries)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()

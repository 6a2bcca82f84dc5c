"""From a home page to a proposed registry entry: which links to follow, which pages are columns, what to write.

Pure: :class:`Search` says what to ask next and is told each answer. Anchor text and ColumnName decide, slugs only
help (opaque ids are common), and the neighbours of the column (网站工作年度报表, 法治政府 …) are never followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler import identity, shells, titles
from crawler.hosts import authority
from crawler.lists import adapters, dialects, rows
from crawler.lists.model import Entry, Listing, Next, Page
from crawler.recognise import Label

REQUESTS = 40
DEPTH = 4
FOLLOW_UPS = 3
"""Requests that a page needs before its list shows: shells, units, label calls."""
FRAMES = 4
"""Frames of one page that are looked into."""
ALIKE = 3
"""Columns of single agencies that are looked at; the rest of a tree of agencies is proposed unseen."""
GUESSES = ("/zfxxgk/", "/zwgk/zfxxgk/", "/zwgk/", "/xxgk/", "/zfxxgkzl/", "/gkmlpt/index", "/sitemap.xml")
"""Entry pages asked when the home page leads nowhere."""

_POOR = ("soft_404", "js_only")
"""Outcomes of a home page that says little itself: other entrances may lead to the column all the same."""
_SLUG = re.compile(
    r"(?:zf)?xxgk\w*(?:nb|ndbg|nianbao|gzbg)|gknb|gkndbg|zfxxgkbg|/ndbg|/nb\d*(?:/|$|\.)|/nianbao|[?&]type=3\b|annualreport",
    re.IGNORECASE,
)
_OGI = re.compile(r"信息公开|政务公开")
_OGI_PATH = re.compile(r"xxgk|zwgk|gkml|openness|gongkai|/public/|zfxxgk", re.IGNORECASE)
_BARE = re.compile(
    r"^(?:公开)?(?:年报|年度报告|工作年报)$|^历年年?报|^(?:各|市|区|县)?(?:部门|单位|乡镇|街道|镇街)\S{0,6}年报$"
)
_HUBS = (
    (re.compile(r"^政府信息公开(?:专栏|平台|目录|专区)?$"), 45),
    (re.compile(r"^信息公开(?:专栏|平台|目录|专区)?$"), 35),
    (re.compile(r"^政务公开(?:专栏|平台|专区)?$|^公开$"), 30),
    (
        re.compile(
            r"^(?:部门|市直|区直|县直|乡镇|街道|镇街|各部门|各乡镇|部门乡镇|单位)\S{0,6}信息公开\S{0,4}$"
        ),
        25,
    ),
)
_SPONSOR = re.compile(r"主办(?:单位)?\s*[:：]?\s*([\u4e00-\u9fff]{2,30}?人民政府)")
_GOVERNMENT = re.compile(r"[\u4e00-\u9fff]{2,30}?人民政府")
_LOC = re.compile(r"<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]+)")


@dataclass(frozen=True, slots=True)
class Lead:
    """A page worth asking for: how sure it is (0 to 100), how many links from the home page, and why."""

    ask: Next
    text: str = ""
    score: int = 0
    depth: int = 0
    follow_ups: int = 0
    column: str | None = None
    """The column whose list this request belongs to, where it is a follow-up or a child."""
    family: tuple[str, float] | None = None
    """The column's family and how sure that is."""


@dataclass(frozen=True, slots=True)
class Found:
    """A column of annual reports: where, what it is called, and what was seen there."""

    url: str
    text: str
    family: str
    confidence: float
    reports: int = 0
    agencies: frozenset[str] = frozenset()
    children: tuple[str, ...] = ()


@dataclass(slots=True)
class Search:
    """The state of one discovery; ask :meth:`next`, tell :meth:`take`, until there is nothing left."""

    home: str
    requests: int = REQUESTS
    name: str = ""
    region: str = ""
    code: str = ""
    found: dict[str, Found] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    """Hosts of the portal's own domain that links lead to."""
    dead: str | None = None
    """Why the home page itself could not be read."""
    unseen: list[Lead] = field(default_factory=list)
    """Columns of agencies in a tree of which some were looked at."""
    _queue: list[Lead] = field(default_factory=list)
    _asked: set[tuple[str, bytes]] = field(default_factory=set)
    _guessed: bool = False

    def next(self) -> Lead | None:
        """The surest lead not asked yet; guesses when the links are used up without a column."""
        if not self._asked:
            self._queue.append(Lead(Next(self.home, number=1), "home", 100))
        if not self._queue and not self.found and not self._guessed and self.dead is None:
            self._guessed = True
            self._add(Lead(Next(urljoin(self.home, path), number=1), "", 5, 1) for path in GUESSES)
        while self._queue and self.requests > 0:
            lead = max(self._queue, key=lambda item: (item.score, -item.depth))
            self._queue.remove(lead)
            if (lead.ask.url, lead.ask.body) in self._asked or self._settled(lead):
                continue
            if self._enough(lead):
                self.unseen.append(lead)
            else:
                self._asked.add((lead.ask.url, lead.ask.body))
                self.requests -= 1
                return lead
        if self._queue and self.requests <= 0:
            self.notes.append(f"stopped after its share of requests with {len(self._queue)} links left")
        return None

    def take(self, lead: Lead, page: Page, label: Label) -> None:
        """What came of a lead: a column, a hub with further leads, or nothing."""
        if label.target and label.outcome:
            column = lead.column or (lead.ask.url if lead.score >= 55 and lead.text != "home" else None)
            onward = Next(label.target, number=1)
            self._add([replace(lead, ask=onward, follow_ups=lead.follow_ups + 1, column=column)])
            return
        if lead.text == "home":
            self._home(page, label)
            return
        if label.outcome and not (
            label.name == "empty_shell" and leads(page, 1)
        ):  # a menu in a frame says little
            if lead.score > 20:
                self.notes.append(f"{lead.text or lead.ask.url}: {label.message} ({lead.ask.url})")
            return
        if page.url.endswith(".xml"):
            self.sitemap(page.text)
            return
        listing = adapters.read(page)
        if not self._column(lead, page, listing, shows=label.name == "page"):
            self._add(leads(page, lead.depth + 1))
            self._add(
                replace(lead, ask=Next(url, number=1), depth=lead.depth + 1, follow_ups=lead.follow_ups + 1)
                for url in shells.frames(page)[:FRAMES]
            )
            self.notes += elsewhere(page)

    def sitemap(self, text: str) -> None:
        """Columns that a sitemap names."""
        urls = [url for url in _LOC.findall(text) if _SLUG.search(url) and not dialects.is_article(url)]
        good = [url for url in urls if not _negative_slug(url)]
        self._add(Lead(Next(url, number=1), "", 55, 1) for url in good[:10])

    def columns(self) -> list[Found]:
        """The columns to propose: those that list reports first, none that another one leads to."""
        below = {child for found in self.found.values() for child in found.children}
        kept = [found for url, found in self.found.items() if url not in below]
        seen = [found for found in kept if found.reports] or kept
        return sorted(seen, key=lambda found: -found.reports)

    def _home(self, page: Page, label: Label) -> None:
        lost = label.outcome and label.name != "redirected_to_home"
        if lost and not leads(page, 1):
            said = label.message
            said = said if said.startswith(label.outcome or "") else f"{label.outcome}: {said}"
            if label.outcome not in _POOR:
                self.dead = said
                return
            self.notes.append(
                f"the home page leads nowhere ({said}): its sitemap and usual entrances were tried"
            )
        self.home = page.url
        values = identity.meta(page)
        self.code = values.get("siteidcode", "")
        self.region = self.code[:6] if re.fullmatch(r"\d{10}", self.code) else ""
        self.name = government(page, values)
        self._add(leads(page, 1))
        self.notes += elsewhere(page)

    def _column(self, lead: Lead, page: Page, listing: Listing, *, shows: bool) -> bool:
        """Note the page as a column if it is one, or ``shows`` a report itself; ask on where its list comes later."""
        url = lead.column or lead.ask.url
        named = identity.meta(page).get("columnname", "")
        titled = titles.looks_like_column(named) or titles.looks_like_column(lead.text)
        reports = [entry for entry in listing.entries if _is_report(entry.title)]
        shows = shows and titled and not reports
        known = self.found.get(url)
        if not (reports or titled or lead.column or lead.score >= 55):
            return False
        if reports or shows or (titled and (listing.entries or listing.children)) or known:
            self._note(url, lead, page, listing, reports)
        if shows:
            self.found[url] = replace(self.found[url], reports=1)
        elif not reports and lead.follow_ups < FOLLOW_UPS:
            self._follow(replace(lead, family=lead.family or _family(page)), url, listing)
        return bool(reports) or titled

    def _note(self, url: str, lead: Lead, page: Page, listing: Listing, reports: list[Entry]) -> None:
        old = self.found.get(url) or Found(url, lead.text, *(lead.family or _family(page)))
        children = tuple(child.url for child in listing.children) if not lead.column else ()
        self.found[url] = replace(
            old,
            reports=old.reports + len(reports),
            agencies=old.agencies | {publisher(entry.title) for entry in reports} - {""},
            children=(*old.children, *children),
        )

    def _follow(self, lead: Lead, url: str, listing: Listing) -> None:
        onward = replace(lead, column=url, follow_ups=lead.follow_ups + 1)
        follow = [replace(onward, ask=ask, score=95) for ask in listing.next[:2]]
        below = (Next(child.url, number=1) for child in listing.children[:2])
        follow += [replace(onward, ask=ask, score=90, follow_ups=FOLLOW_UPS) for ask in below]
        self._add(follow)

    def _settled(self, lead: Lead) -> bool:
        """A follow-up of a column whose reports were seen meanwhile needs no asking."""
        known = self.found.get(lead.column or "")
        return known is not None and known.reports > 0

    def _enough(self, lead: Lead) -> bool:
        alike = [found for found in self.found.values() if titles.is_agency(found.text) and found.reports]
        return (
            lead.column is None and len(alike) >= ALIKE and titles.is_agency(lead.text) and lead.score >= 55
        )

    def _add(self, found: Iterable[Lead]) -> None:
        for lead in found:
            if (
                lead.depth <= DEPTH
                and lead.follow_ups <= FOLLOW_UPS
                and (lead.ask.url, lead.ask.body) not in self._asked
            ):
                self.hosts.add(authority(lead.ask.url))
                self._queue.append(lead)


def leads(page: Page, depth: int) -> list[Lead]:
    """The links of a page that may lead to the column, each with its score; one for each address."""
    if page.tree is None:
        return []
    inside = bool(_OGI.search(identity.title(page) + identity.meta(page).get("columnname", ""))) or bool(
        _OGI_PATH.search(urlsplit(page.url).path)
    )
    host = _domain(page.url)
    best: dict[str, Lead] = {}
    for text, url in _links(page):
        score = rate(text, url, inside=inside) if _same_domain(url, host) else 0
        if score and score > (best[url].score if url in best else 0):
            best[url] = Lead(Next(url, number=1), text, score, depth)
    return sorted(best.values(), key=lambda lead: -lead.score)


def rate(text: str, url: str, *, inside: bool) -> int:
    """How sure a link leads to the column or towards it, 0 to 100; ``inside``: it stands on a 信息公开 page."""
    words = titles.normal(text)
    if titles.negative(words) or _negative_slug(url) or dialects.is_file(url):
        return 0
    slug = bool(_SLUG.search(url))
    article = dialects.is_article(url)
    if titles.looks_like_column(words) and not (article and titles.year(words)):
        return 100 if slug else 90  # a column may show its newest report under a report's address
    if _BARE.match(words) and (inside or slug) and not article:
        return 75
    if slug and not article:
        return 60
    hub = next((score for pattern, score in _HUBS if pattern.match(words)), 0)
    return hub + 5 * bool(_OGI_PATH.search(url)) if hub and not article else 0


def government(page: Page, values: dict[str, str]) -> str:
    """The government that a home page names: as its sponsor (主办), its SiteName or in its title; empty if none."""
    for text in (page.text, values.get("sitename", ""), identity.title(page)):
        found = (_SPONSOR if text is page.text else _GOVERNMENT).search(text)
        if found:
            return found.group(1) if text is page.text else found.group()
    return ""


def _is_report(title: str) -> bool:
    """Whether a row is titled like a report, and not like a column of reports (政府信息公开年报, as it stands in menus)."""
    bare = re.fullmatch(r"(?:政府)?信息公开(?:工作)?(?:年报|年度报告)", titles.normal(title))
    return titles.looks_like_report(title) and not bare


def publisher(title: str) -> str:
    """The agency before the year in a report's title; empty where none stands there."""
    found = re.match(r"(\D*?)(?:关于)?(?:20\d\d|二[〇○零])", titles.normal(title))
    return found.group(1) if found and len(found.group(1)) > 2 else ""


def _links(page: Page) -> Iterator[tuple[str, str]]:
    """(text, URL) of the anchors; a report's own page stands for the column that it lies in."""
    assert page.tree is not None  # noqa: S101 - leads() has looked
    for node in rows.clickable(page.tree):
        url, text = page.absolute(rows.target(node)), rows.anchor_title(node) or _pictured(node)
        if url is None:
            continue
        yield text, url
        if titles.looks_like_report(text) and (column := _column_of(url)):
            yield "政府信息公开年报", column


def _pictured(node: HtmlElement) -> str:
    """The words of a link that is only a picture."""
    return next(
        (found for image in node.iter("img") if (found := image.get("alt") or image.get("title"))), ""
    )


def _family(page: Page) -> tuple[str, float]:
    adapter = adapters.choose(page)
    return adapter.FAMILY, adapter.match(page)


def _column_of(url: str) -> str | None:
    """The column of an article whose address has the month and the file behind it (TRS, Ucap)."""
    cut = re.sub(r"/\d{6}/(?:t\d{8}_\d+|[0-9a-f]{32})\.s?html?$", "/", url)
    return cut if cut != url else None


def _negative_slug(url: str) -> bool:
    path = urlsplit(url).path.lower()
    return any(slug in path for slug in titles.NEGATIVE_SLUGS)


def elsewhere(page: Page) -> list[str]:
    """Notes on links to the column that lead to another domain, which a crawl of this portal does not visit."""
    found = [] if page.tree is None else list(_links(page))
    host = _domain(page.url)
    away = {
        url: text
        for text, url in found
        if not _same_domain(url, host) and rate(text, url, inside=False) >= 75
    }
    return [f"{titles.normal(text)} stands on another host: {url}" for url, text in away.items()][:5]


def _domain(url: str) -> str:
    return authority(url).removeprefix("www.")


def _same_domain(url: str, domain: str) -> bool:
    """Whether the URL is on the domain or below it (xxgk.x.gov.cn of www.x.gov.cn)."""
    host = _domain(url)
    return host == domain or host.endswith(f".{domain}")

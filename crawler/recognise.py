"""What is this response? Exactly one label for each, mapped to the archive's outcomes.

A wall's own marks decide first, then the status. After that a response counts only if it passes what was
expected of it (a list has articles or says that it is empty, a page has text, a file has a file's magic
bytes); words such as 维护 or 验证码, which also stand on healthy pages, are only asked where nothing speaks for content.
Walls are recognised and reported, never solved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, Protocol
from urllib.parse import urlsplit

from crawler import articles, identity, shells, walls
from crawler.details import attachments
from crawler.lists import adapters, dialects
from crawler.lists.model import Next, Page, once
from crawler.magic import sniff
from crawler.titles import looks_like_report

Expected = Literal["list", "page", "file"]

ENOUGH_TEXT = 200
_BODY_MARKS = (
    "总体情况",
    "收到和处理",
    "存在的主要问题",
    "予以公开",
    "结转下年度",
    "收费及减免",
    "主动公开政府信息",
)
_CONTENT_MARKS = re.compile(r"<meta[^>]+ArticleTitle[^>]+content=['\"]?[^'\">\s]", re.IGNORECASE)
_JS_LIST = re.compile(
    r"\{\{[^}]{0,80}\}\}|<\?=|<%=|\bv-for=|chunk-vendors|id=['\"]?app['\"> ]|new CMS\(|/front/api/data/|unitbuild\.js"
)
_LOGIN_URL = re.compile(r"(?:^|[./])(?:login|sso|cas|passport|idp|signin)(?:[./?]|$)", re.IGNORECASE)
_LOGIN_WORDS = ("统一身份认证", "用户登录", "请登录", "请先登录", "账号登录")
_STATUS = {
    401: ("login", "login"),
    403: ("forbidden", "blocked"),
    404: ("not_found", "not_found"),
    410: ("gone", "not_found"),
}


class Site(Protocol):
    """What identity checks need to know of a portal."""

    @property
    def name(self) -> str:
        """The portal's government, 银川市西夏区人民政府."""

    @property
    def region(self) -> str:
        """Its GB/T 2260 code."""

    @property
    def home(self) -> str:
        """Its home page."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a response is. ``outcome`` is None where it is to be kept (or followed to ``target``)."""

    name: str
    outcome: str | None = None
    evidence: str = ""
    target: str | None = None
    """Where a redirect shell leads: ask for that instead, if it is on the portal's hosts."""
    ask: Next | None = None
    """The request that a page's script would make for its article: ask that instead."""

    @property
    def message(self) -> str:
        """For the capture: the label and what showed it."""
        return f"{self.name}: {self.evidence}" if self.evidence else self.name


def recognise(page: Page, *, expect: Expected, site: Site | None = None) -> Label:
    """The one label of a response to a request for a list, a page or a file."""
    kind = sniff(page.body)
    markup = kind in ("html", "xml", "json", "text", "empty")
    wall = _wall(page, report=is_report_text(page)) if markup else None
    label = wall or _by_status(page)
    if label:
        return label
    if not page.body:
        return Label("empty_shell", "soft_404", "empty body")
    if not markup:
        return Label("file", evidence=kind)
    if expect == "file":
        return _not_a_file(page, kind)
    return _wrong_site(page, site) or _content(page, expect, site)


def recognise_robots(page: Page) -> Label:
    """A robots.txt: ``robots`` (obey it), ``robots_missing`` (all is allowed), or a wall."""
    wall = _wall(page)
    if wall or page.status in (401, 403) or page.status >= 500:
        return wall or _by_status(page) or Label("error", "error", f"HTTP {page.status}")
    if page.status != 200:
        return Label("robots_missing", evidence=f"HTTP {page.status}")
    if sniff(page.body) == "html" or not urlsplit(page.url).path.endswith("robots.txt"):
        return Label("robots_missing", evidence="a web page instead of robots.txt")
    return Label("robots")


def _content(page: Page, expect: Expected, site: Site | None) -> Label:
    target = shells.target(page)
    if target and expect == "list" and page.number > 1:
        return Label("past_the_end", "soft_404", f"sends back to {target}")
    if target:
        return Label("redirect_shell", "js_only", f"leads to {target}", target)
    if _redirected_home(page):
        return Label("redirected_to_home", "soft_404", f"{page.requested} led to {page.url}")
    if expect == "list":
        return _list(page, site)
    if sniff(page.body) == "json":
        return _data(page)
    return _page(page, site)


def _data(page: Page) -> Label:
    if articles.holds_article(page):
        return Label("page", evidence="an article as JSON")
    return Label("wrong_content_type", "wrong_content_type", "json instead of a page")


def _page(page: Page, site: Site | None) -> Label:
    if is_report_text(page) or has_article(page):
        return Label("page")
    weak = _weak(page)
    if weak:
        return weak
    if _echo(page, site):
        return Label("redirected_to_home", "soft_404", "the home page under another address")
    if shells.frames(page) or attachments(page):
        return Label("page")
    ask = articles.behind(page)
    if ask:
        return Label("script_shell", "js_only", f"the article is fetched from {ask.url}", ask=ask)
    visible = shells.visible_text(page)
    if len(visible) >= ENOUGH_TEXT or _has_picture(page):
        return Label("page")
    if "附件" in visible and looks_like_report(identity.title(page)):
        return Label("page", evidence="points to its attachment")
    return _shell(page) if not _CONTENT_MARKS.search(page.text) else Label("page", evidence="short text")


@once
def is_report_text(page: Page) -> bool:
    """Whether at least two of the phrases stand there that every report has and no navigation."""
    found = 0
    for mark in _BODY_MARKS:
        found += mark in page.text
        if found == 2:
            return True
    return False


def _list(page: Page, site: Site | None) -> Label:
    if sniff(page.body) == "json":
        return Label("list")
    listing = adapters.read(page)
    if any(looks_like_report(entry.title) for entry in listing.entries):
        return Label("list")
    if is_report_text(page) and has_article(page):
        return Label("page", evidence="the column shows a report itself")
    weak = _weak(page)
    if weak:
        return weak
    if _echo(page, site):
        return Label("redirected_to_home", "soft_404", "the home page under another address")
    if listing.entries or listing.next or listing.children:
        return Label("list")
    said = adapters.says_empty(page)
    return Label("empty_list", evidence=said) if said else _bare_list(page)


def _bare_list(page: Page) -> Label:
    signal = _JS_LIST.search(page.text)
    if signal:
        return Label("js_only", "js_only", f"the list is drawn by script ({signal.group()[:40]})")
    if is_report_text(page):
        return Label("page", evidence="the column shows a report itself")
    if len(shells.visible_text(page)) < ENOUGH_TEXT:
        shell = _shell(page)
        return replace(shell, outcome="soft_404") if page.number > 1 else shell  # past the end
    return Label("empty_list", evidence="no entry found")


def _shell(page: Page) -> Label:
    scripted = "<script" in page.text.lower()
    if scripted and _JS_LIST.search(page.text):
        return Label("js_only", "js_only", "drawn by script")
    return Label(
        "empty_shell", "js_only" if scripted else "soft_404", f"{len(page.body)} bytes without content"
    )


def _not_a_file(page: Page, kind: str) -> Label:
    if kind == "text" and dialects.suffix(page.url) in ("txt", "csv"):
        return Label("file", evidence="text")
    weak = _weak(page)
    if weak and weak.outcome in ("login", "blocked"):
        return weak
    said = f" ({weak.evidence})" if weak else ""
    return Label("wrong_content_type", "wrong_content_type", f"{kind} instead of a file{said}")


def _by_status(page: Page) -> Label | None:
    status = page.status
    if status in _STATUS:
        name, outcome = _STATUS[status]
        return _refused(page) or Label(name, outcome, f"HTTP {status}")
    if status in (500, 502, 503, 504):
        return _unavailable(page)
    if 200 <= status < 300:
        return None
    return Label("http_error", "error", f"HTTP {status}")


def _unavailable(page: Page) -> Label:
    if "retry-after" in page.headers:
        return Label(
            "rate_limited", "blocked", f"HTTP {page.status}, Retry-After {page.headers['retry-after']}"
        )
    rule = next(rule for rule in walls.rules() if rule.name == "maintenance")
    words = walls.marked(rule, page.text)
    if words:
        return Label("maintenance", "maintenance", f"HTTP {page.status}, {words}")
    return Label("unavailable", "error", f"HTTP {page.status}")


def _refused(page: Page) -> Label | None:
    """Whom a 403 shuts out, where it says so: readers from abroad, or everybody from an unregistered site."""
    for rule in walls.rules() if page.status == 403 else ():
        words = (
            walls.marked(rule, page.text[: walls.HEAD])
            if rule.name in ("geo_block", "not_registered")
            else None
        )
        if words:
            return Label(rule.name, rule.outcome, f"HTTP 403, {words}")
    return None


def _wall(page: Page, *, report: bool = False) -> Label | None:
    """The label that the status, the headers or a wall's own marks decide."""
    found = walls.sign(page, report=report)
    return Label(found[0].name, found[0].outcome, found[1]) if found else None


def _weak(page: Page) -> Label | None:
    """The label of words that healthy pages may hold too: asked where nothing speaks for content."""
    login = _login(page)
    if login:
        return login
    visible = shells.visible_text(page)
    for rule in (rule for rule in walls.rules() if rule.scope == "page" and rule.name != "geo_block"):
        if words := walls.marked(rule, _weak_text(page, rule, visible)):
            return Label(
                rule.name, rule.outcome, words, _moved_to(page) if rule.name == "maintenance" else None
            )
    return None


def _weak_text(page: Page, rule: walls.Rule, visible: str) -> str:
    """Where a notice would stand: anywhere in a small page; in title and headings of a long one.

    That an article is gone is also said in the middle of a page full of navigation, so there all visible text counts
    unless the page names an article.
    """
    if len(page.text) < walls.HEAD:
        return page.text
    title = f"<title>{identity.title(page)}"
    if len(visible) < 4 * ENOUGH_TEXT or (
        rule.outcome == "soft_404" and not _CONTENT_MARKS.search(page.text)
    ):
        return f"{title} {visible}"
    headings = page.tree.iter("h1", "h2", "h3") if page.tree is not None else ()
    return f"{title} {' '.join(''.join(node.itertext()) for node in headings)}"


def _login(page: Page) -> Label | None:
    parts = urlsplit(page.url)
    if page.requested not in (None, page.url) and _LOGIN_URL.search(f"{parts.netloc}{parts.path}"):
        return Label("login", "login", f"led to {page.url}")
    password = re.search(r"<input[^>]+type=['\"]?password", page.text, re.IGNORECASE)
    words = next((words for words in _LOGIN_WORDS if words in page.text), None)
    words = words or ("登录" if "登录" in identity.title(page) else None)
    return Label("login", "login", words) if password and words else None


def _moved_to(page: Page) -> str | None:
    """The new address that a closed site must name."""
    own = urlsplit(page.url).hostname
    if page.tree is None:
        return None
    links = (page.absolute(anchor.get("href")) for anchor in page.tree.iter("a"))
    return next((url for url in links if url and urlsplit(url).hostname != own), None)


def _wrong_site(page: Page, site: Site | None) -> Label | None:
    evidence = identity.hijacked(page.text) or (
        identity.mismatch(page, site.name, site.region) if site else None
    )
    return Label("wrong_site", "wrong_site", evidence) if evidence else None


def _redirected_home(page: Page) -> bool:
    if page.requested in (None, page.url) or page.requested is None:
        return False
    asked, got = urlsplit(page.requested), urlsplit(page.url)
    return (
        got.path in ("", "/", "/index.html", "/index.htm", "/index.shtml")
        and asked.path.strip("/").count("/") > 0
    )


def _echo(page: Page, site: Site | None) -> bool:
    """Whether a page titled like the site alone, without a column's or an article's name, is the home page again."""
    if site is None or urlsplit(page.url).path == urlsplit(site.home).path:
        return False
    return shells.article(page) is None and identity.is_home(page, site.name)


@once
def has_article(page: Page) -> bool:
    """Whether one of the families' article containers holds enough text."""
    article = shells.article(page)
    return article is not None and len(shells.squeezed(article)) >= ENOUGH_TEXT


def _has_picture(page: Page) -> bool:
    return page.tree is not None and any(
        not (image.get("src") or "").startswith("data:") for image in shells.content(page).iter("img")
    )

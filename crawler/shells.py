"""Pages that only lead on: redirect shells and frames, read without running any script."""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.lists import rows
from crawler.lists.dialects import is_file
from crawler.lists.model import Page, once
from crawler.lists.rows import parse
from crawler.titles import looks_like_report

_SHELL = 4_000
_LOCATION = re.compile(
    r"(?:(?:window|document|self|top|parent)\.)*location(?:\.href)?\s*=\s*['\"]([^'\"]+)['\"](?!\s*\+)"
    r"|(?:(?:window|document|self|top|parent)\.)*location\.(?:replace|assign)\(\s*['\"]([^'\"]+)['\"]\s*\)"
)
_REFRESH = re.compile(
    r"<meta[^>]+http-equiv\s*=\s*['\"]?refresh['\"]?[^>]*content\s*=\s*['\"]?\s*[\d.]+\s*[;,]\s*url\s*=\s*['\"]?([^'\">\s]+)",
    re.IGNORECASE,
)
_REFRESH_LAST = re.compile(
    r"<meta[^>]+content\s*=\s*['\"]?\s*[\d.]+\s*[;,]\s*url\s*=\s*['\"]?([^'\">\s]+)[^>]*http-equiv\s*=\s*['\"]?refresh",
    re.IGNORECASE,
)
_CLICK = re.compile(r"\bon(?:click|change)\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
"""What happens on a click leads nobody on who doesn't click."""
_IDS = ("UCAP-CONTENT", "zoom", "Zoom", "zoomcon", "vsb_content", "ivs_content", "BodyLabel")
_CLASSES = (
    ("TRS_Editor", "trs_editor_view", "TRS_UEDITOR"),
    (
        "v_news_content",
        "j-fontContent",
        "article-content",
        "article_content",
        "pages_content",
        "xxgk-content",
    ),
)
_CONTENTS = (
    (_IDS, f".//*[{' or '.join(f'@id={name!r}' for name in _IDS)}]"),
    *((names, f".//*[{' or '.join(f'contains(@class,{name!r})' for name in names)}]") for names in _CLASSES),
)
_HIDDEN = frozenset(("script", "style", "noscript", "template", "head"))


def target(page: Page) -> str | None:
    """Where a page without content of its own sends the browser; None where it has content or leads to itself."""
    if len(page.text) > _SHELL or len(visible_text(page)) > 120:
        return None
    found = _REFRESH.search(page.text) or _REFRESH_LAST.search(page.text)
    href = found.group(1) if found else _scripted(_CLICK.sub("", page.text))
    if (
        href
        and not found
        and any(looks_like_report(entry.title) for entry in rows.entries(page, guess=False))
    ):
        return None  # a short list whose script pages or searches
    url = page.absolute(href) if href else None
    return url if url and url.rstrip("/") != page.url.rstrip("/") else None


def frames(page: Page) -> tuple[str, ...]:
    """Addresses of same-host frames that may hold the list or the article; files are not frames."""
    if not page.embeds or page.tree is None:
        return ()
    host = urlsplit(page.url).hostname
    found = (page.absolute(node.get("src")) for node in page.tree.iter("iframe", "frame"))
    return tuple(
        dict.fromkeys(url for url in found if url and urlsplit(url).hostname == host and not is_file(url))
    )


@once
def visible_text(page: Page) -> str:
    """The text that a reader sees, white space removed."""
    if page.tree is None:
        return ""
    return squeezed(page.tree)


def squeezed(node: HtmlElement) -> str:
    """The visible text below a node, white space removed."""
    return "".join("".join(_texts(node)).split())


@once
def article(page: Page) -> HtmlElement | None:
    """The article's own container by the names that the families give it; None where there is none."""
    for names, path in _CONTENTS:  # the names are looked for before the page is parsed for them
        if (
            any(name in page.text for name in names)
            and page.tree is not None
            and (found := page.tree.xpath(path))
        ):
            return cast("HtmlElement", found[0])
    return None


def content(page: Page) -> HtmlElement:
    """The article's own container; else the whole page."""
    found = article(page)
    if found is None:
        found = page.tree
    return parse("") if found is None else found


def _scripted(text: str) -> str | None:
    found = _LOCATION.search(text)
    return (found.group(1) or found.group(2)) if found else None


def _texts(node: HtmlElement) -> list[str]:
    texts: list[str] = []
    stack: list[HtmlElement | str] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            texts.append(item)
            continue
        if item.tail:
            stack.append(item.tail)
        if isinstance(item.tag, str) and item.tag not in _HIDDEN:
            stack.extend(reversed(item))
            texts.append(item.text or "")
    return texts

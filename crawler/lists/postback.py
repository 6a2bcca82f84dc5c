"""ASP.NET's pagers: the next page is a POST of the page's own form (``__VIEWSTATE``) in the name of a pager's control.

Only paging is ever posted: the control must say 下一页 or the next page's number, and the form must ask for nothing
secret. Everything else in the form goes back as it came.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from lxml.html import HtmlElement

from crawler.lists.model import Next, Page

NEXT_TEXT = re.compile(r"^[\[【(（<]?(?:下一?页|后一?页|next|>|›|»|下一页>+)[\]】)）>]?$", re.IGNORECASE)
_CALL = re.compile(r"__doPostBack\(\s*(?:'|&#39;|\")([^'\"]*)(?:'|\")\s*,\s*(?:'|\")([^'\"]*)(?:'|\")\s*\)")
_ARGUMENT = re.compile(r"(\d{1,5})$")
_NUMBER = re.compile(r"^(?:\d{1,5}|\.{2,3}|…)$")


def turn(page: Page) -> Next | None:
    """The request for the page after this one; None where no pager of this kind leads on."""
    if "__VIEWSTATE" not in page.text or page.tree is None:
        return None
    for form in page.tree.iter("form"):
        event = _event(page, form) if _is_plain(form) else None
        url = page.absolute(form.get("action")) or page.url
        if event:
            body = urlencode({**_fields(form), **event}).encode()
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": page.url}
            return Next(url, "POST", body, headers, number=page.number + 1, state=page.state)
    return None


def _is_plain(form: HtmlElement) -> bool:
    kinds = [(node.get("type") or "").lower() for node in form.iter("input")]
    held = any(node.get("name") == "__VIEWSTATE" for node in form.iter("input"))
    return held and "password" not in kinds and "file" not in kinds


def _event(page: Page, form: HtmlElement) -> dict[str, str] | None:
    """What the pager's control adds to the form: the one that says 下一页, else the one of the next number."""
    numbered: dict[str, str] | None = None
    for link in form.iter("a"):
        called = _CALL.search(link.get("href") or "") or _CALL.search(link.get("onclick") or "")
        if not called or link.get("disabled") is not None:
            continue
        text = "".join("".join(link.itertext()).split())
        event = {"__EVENTTARGET": called.group(1), "__EVENTARGUMENT": called.group(2)}
        if NEXT_TEXT.match(text):
            return event
        argument = _ARGUMENT.search(called.group(2))
        said = argument.group(1) if argument else text
        if _NUMBER.match(text) and said == str(page.number + 1):
            numbered = numbered or event
    return numbered or _button(form)


def _button(form: HtmlElement) -> dict[str, str] | None:
    for node in form.iter("input"):
        kind, value = (node.get("type") or "").lower(), (node.get("value") or "").strip()
        if kind == "submit" and node.get("name") and node.get("disabled") is None and NEXT_TEXT.match(value):
            return {node.get("name") or "": value}
    return None


def _fields(form: HtmlElement) -> dict[str, str]:
    """What a browser would send of the form, its buttons left out."""
    found: dict[str, str] = {"__EVENTTARGET": "", "__EVENTARGUMENT": ""}
    for node in form.iter("input"):
        name, kind = node.get("name"), (node.get("type") or "text").lower()
        chosen = kind not in ("checkbox", "radio") or node.get("checked") is not None
        if name and chosen and kind not in ("submit", "button", "image", "reset"):
            found[name] = node.get("value") or ""
    for node in form.iter("select"):
        options = list(node.iter("option"))
        picked = next((option for option in options if option.get("selected") is not None), None)
        first = picked if picked is not None else next(iter(options), None)
        if node.get("name") and first is not None:
            found[node.get("name") or ""] = first.get("value") or (first.text or "").strip()
    return found

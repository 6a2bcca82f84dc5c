"""Articles that a page fetches by script: the request behind the shell, and what its answer holds.

Epoint's WebBuilder asks ``…/getGovInfoDetail`` for the ``infoGuid`` in the page's address; 奉贤's pages ask
``/html/info/detail`` for the id in theirs. The answer is JSON and is kept as it came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.lists import data
from crawler.lists.model import File, Next, Page

_DETAIL = re.compile(r"['\"]([\w./:-]*getGovInfoDetail[\w./-]*)['\"]")
_PROJECT = re.compile(r"projectName['\"]?\s*[:=]\s*['\"]([\w/-]+)['\"]")
_SITE = re.compile(r"siteGuid['\"]?\s*[:=]\s*['\"]([\w-]+)['\"]")
_INFO = re.compile(r"/art/info/\w+/([\w-]+)$")
_IDS = ("infoguid", "infoid", "guid")
_LISTS = ("pdflist", "attachlist", "attachList", "resList", "articleFiles", "attachment")
_FORM = {
    "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    "X-Requested-With": "XMLHttpRequest",
}


def behind(page: Page) -> Next | None:
    """The request for the article of a page that is only a shell for it; None where nothing is known to ask."""
    return _epoint(page) or _fengxian(page)


def holds_article(page: Page) -> bool:
    """Whether an answer in JSON holds an article: a long piece of HTML, or files."""
    return bool(files(page)) or any(
        len(text) > 200 and "<" in text for text in _strings(data.loads(page.text))
    )


def files(page: Page) -> list[File]:
    """The attachments that an answer in JSON names."""
    return [file for item in _attachments(data.loads(page.text)) if (file := _file(page, item))]


def _epoint(page: Page) -> Next | None:
    detail, project = _DETAIL.search(page.text), _PROJECT.search(page.text)
    query = {name.lower(): value for name, value in parse_qsl(urlsplit(page.url).query)}
    guid = next((query[name] for name in _IDS if name in query), None)
    if not detail or not guid:
        return None
    path = detail.group(1)
    if not path.startswith(("/", "http")):
        path = f"/{project.group(1).strip('/')}/{path}" if project else f"/{path}"
    site = _SITE.search(page.text)
    params = {"infoid": guid, **({"siteGuid": site.group(1)} if site else {})}
    return _post(page, path, {"params": json.dumps(params, separators=(",", ":"))})


def _fengxian(page: Page) -> Next | None:
    found = _INFO.search(urlsplit(page.url).path)
    return _post(page, "/html/info/detail", {"id": found.group(1)}) if found else None


def _post(page: Page, path: str, form: dict[str, str]) -> Next | None:
    url = page.absolute(path)
    return (
        Next(url, "POST", urlencode(form).encode(), {**_FORM, "Referer": page.url}, number=1) if url else None
    )


def _attachments(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from data.objects(item) if name in _LISTS else _attachments(item)


def _file(page: Page, item: dict[str, Any]) -> File | None:
    address = next((data.text_of(item[key]) for key in ("attachurl", "url", "filePath") if item.get(key)), "")
    name = next((data.text_of(item[key]) for key in ("attachname", "name", "fileName") if item.get(key)), "")
    url = page.absolute(data.text_of(item.get("domainName")) + address) if address else None
    return File(url, name, "json") if url else None


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)

"""How the families write the URLs of articles and files; a date in the URL is only a fallback."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

_DOCUMENTS = "pdf|doc|docx|wps|wpt|xls|xlsx|et|ofd|ceb|cebx|rtf|txt"
_OTHERS = "zip|rar|7z|jpg|jpeg|png|tif|tiff"
FILE_SUFFIXES = frozenset(f"{_DOCUMENTS}|{_OTHERS}".split("|"))
_SUFFIX = re.compile(r"\.([A-Za-z0-9]{1,5})$")

# first match wins; groups named y, m, d (or ymd) give the date, where the URL has one
_ARTICLES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"/t(?P<ymd>\d{8})_\d+\.s?html?$",
        r"/t\d{7,9}\.s?html?$",
        r"/art/(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})/art_\d+_\d+\.html?$",
        r"/art/\d{4}/art_[0-9a-f]{32}\.html?$",
        r"/art/\d{4}/\d{1,2}/\d{1,2}/art_[0-9a-f]{32}\.html?$",
        r"/col/\d+_\d+/(?:art|content)/(?:\w+/)?\d+/\w+\.html?$",
        r"/art/info/\d+/\w+",
        r"/\d{6}/[0-9a-f]{32}\.s?html?$",
        r"/c\d+[a-z]?/\d{6}/c\d+_\d+\.s?html?$",
        r"/\d{6}/\d{5,}\.s?html?$",
        r"/c\d+/content\.s?html?$",
        r"/n\d+/c\d+/content\.html?$",
        r"/info/\d+/\d+\.htm$",
        r"/public/\d+/\d+\.html?$",
        r"/content/article/\d+",
        r"/content/\d+/\d+/m?post_\d+\.html?$",
        r"/content/m?post_\d+\.html?$",
        r"/columns/[0-9a-f-]{36}/(?P<y>\d{4})(?P<m>\d{2})/(?P<d>\d{2})/[0-9a-f-]{36}\.html?$",
        r"/(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})/[0-9a-f]{32}\.s?html?$",
        r"/(?P<y>\d{4})/(?P<m>\d{2})/(?P<d>\d{2})/\d+\.s?html?$",
        r"/(?P<y>\d{4})-(?P<m>\d{2})[-/](?P<d>\d{2})/[\w-]+\.s?html?$",
        r"/(?P<ymd>\d{8})/[0-9a-f]{32}\.html?$",
        r"/(?P<ymd>\d{8})\d{4,}/index\.s?html?$",
        r"/\d{5,9}/index\.s?html?$",
        r"/article_?[0-9a-f]{19,32}\.html?$",
        r"/doc_[0-9a-f]{24}\.html?$",
        r"/content/(?:content_)?[0-9a-f-]{1,36}\.html?$",
        r"/pnidpv\d+\w*\.html?$",
        r"/\w+/show/[0-9a-f]{1,32}(?:\.html?)?$",
        r"/show-?\d+(?:\.html?)?$",
        r"/[0-9a-f]{24}\.html?$",
        r"/[\w-]*content-\d+(?:-\d+)*\.html?$",
        r"/\d{4,}\.(?:s?html?|jhtml|thtml)$",
    )
]
_QUERIES = re.compile(
    r"newscontenturl|wbnewsid=|articlekey=|infoguid=|xxgkannualreport\.jsp"
    r"|(?:detail|show|view|content|info)\w*\.(?:aspx?|jsp|do|php|html?|thtml)\?"
    r"|/detail\?(?:\w+=\w+&)*id=",
    re.IGNORECASE,
)
_COLUMNS = re.compile(r"(?:^|/)(?:index|list|common_list|home)(?:_?\d+)?\.s?html?$", re.IGNORECASE)


def is_article(url: str) -> bool:
    """Whether the URL has the shape of one article (not of a column or a file)."""
    return _article(url) is not None or bool(_QUERIES.search(_tail(url)))


def suffix(url: str) -> str:
    """The lower-case suffix of the path (``pdf``); empty where it has none."""
    found = _SUFFIX.search(urlsplit(url).path)
    return found.group(1).lower() if found else ""


def is_file(url: str) -> bool:
    """Whether the URL's suffix is that of a document, picture or archive."""
    return suffix(url) in FILE_SUFFIXES


def is_directory(url: str) -> bool:
    """Whether the URL looks like a column: ends in ``/``, has no suffix, or is an index page."""
    path = urlsplit(url).path
    return not _SUFFIX.search(path) or bool(_COLUMNS.search(path))


def url_date(url: str) -> str | None:
    """ISO date that the URL carries, if its dialect has one and it is a real date."""
    found = _article(url)
    parts = found.groupdict() if found else {}
    text = parts.get("ymd")
    if text:
        return iso_date(text[:4], text[4:6], text[6:])
    return iso_date(parts["y"], parts["m"], parts["d"]) if parts.get("y") else None


def iso_date(year: str, month: str, day: str) -> str | None:
    """``YYYY-MM-DD`` of a date between 1990 and 2100; None if there is no such day."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if 1990 <= found.year < 2100 else None


@lru_cache(maxsize=1024)
def _article(url: str) -> re.Match[str] | None:
    path = urlsplit(url).path
    return next((found for pattern in _ARTICLES if (found := pattern.search(path))), None)


def _tail(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"

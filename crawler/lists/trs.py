"""TRS WCM (拓尔思) and the static systems of its shape: ``./202501/t20250123_4800850.html`` below the column."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.lists import anchors, dialects, pagers, rows
from crawler.lists.model import Listing, Page

FAMILY = "trs"
_MARKS = re.compile(
    r"TRS_Editor|trs_editor_view|TRS_UEDITOR|Custom_UnionStyle|CurrChnlCls|/was5/web/search|OLDSRC=|\bP0\d{20}"
)
_ARTICLE = re.compile(r"(?P<own>['\"]\./)?\d{6}/t\d{8}_\d+\.s?html?")


def match(page: Page) -> float:
    """From the pager's signature, TRS's class names and its article URLs; those below the page itself weigh more."""
    articles = [found["own"] is not None for found in _ARTICLE.finditer(page.text)]
    below = any(articles) or any(dialects.url_date(entry.url) for entry in rows.entries(page, guess=False))
    signs = (bool(pagers.trs(page)), bool(_MARKS.search(page.text)), bool(articles) and below)
    return (0.3 if articles else 0.0, 0.7, 0.85, 0.95)[sum(signs)]


def read(page: Page) -> Listing:
    """The generic rows, with the page arithmetic of TRS (``index_{k-1}.html``) where no anchor leads on."""
    return replace(anchors.read(page), family=FAMILY)

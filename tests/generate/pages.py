"""Known reports in the pages of portals: what stands around an article, in whose markup, and where its title is."""

from __future__ import annotations

import re
from random import Random

from tests.generate import html
from tests.generate.known import Known

_CONTAINERS = (
    'class="TRS_Editor"',
    'id="UCAP-CONTENT" class="pages_content"',
    'class="bt_content" id="zoom"',
    'id="vsb_content"',
    'class="article-content"',
    'class="main"',
)
_TAILS = (
    "",
    '<p style="text-align:right">{agency}</p><p style="text-align:right">{after}年1月20日</p>',
    "<p>{agency}　{after}年1月20日</p>",
    "<p>【打印本页】【关闭窗口】</p><p>扫一扫在手机打开当前页</p>",
    '<p>附件下载：<a href="/P020.docx">{title}</a></p>',
)
_CALENDAR = (
    "<table><tr><th>日</th><th>一</th><th>二</th><th>三</th><th>四</th></tr>"
    "<tr><td>1</td><td>2</td><td>3</td><td>4</td><td>5</td></tr></table>"
)


def dress(random: Random, known: Known) -> str:
    """The report as a portal shows it; nothing in the page but the report is part of it."""
    page = html.render(known, html.Layout(word=random.random() < 0.4, paragraphs="block"))
    inside = page.split('<div class="report">', 1)[1].rsplit("</div></body>", 1)[0]
    article = random.choice([_plain, _entities, _comments, _capitals])(inside.split("</h1>", 1)[1], random)
    tail = random.choice(_TAILS).format(agency=known.agency, title=known.title, after=known.year + 1)
    years = "".join(
        f'<li><a href="/{year}.html">{known.agency}{year}年政府信息公开工作年度报告</a></li>'
        for year in range(known.year - 3, known.year)
    )
    around = random.choice(
        ["", f"<ul>{years}</ul>", _CALENDAR, '<div class="nav"><a href="/">首页</a></div>']
    )
    site = random.choice(["", "_某市人民政府", " - 政府信息公开年报 - 某市人民政府门户网站"])
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{known.title}{site}</title></head><body>{around}'
        f"<p>今天是2019年12月3日</p>{_title(random, known)}<p>发布时间：{known.year + 1}-01-21 浏览次数：33</p>"
        f'{_contained(random, article + tail)}<div class="footer"><p>主办：某市人民政府办公室</p></div></body></html>'
    )


def _title(random: Random, known: Known) -> str:
    """The title, in one line or two, whole or in pieces."""
    rest = known.title.removeprefix(known.agency)
    lines = random.choice([[known.title], [known.agency, rest]]) if rest != known.title else [known.title]
    tag = random.choice(["h1", "p", "h2"])
    if random.random() < 0.3:
        lines = ["".join(f"<span>{part}</span>" for part in re.findall(".{1,5}", line)) for line in lines]
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines)


def _contained(random: Random, article: str) -> str:
    """The article in one container, or cut before a heading and in two that stand side by side."""
    cuts = [match.start() for match in re.finditer("<h2>", article, re.IGNORECASE)]
    at = random.choice(cuts[1:]) if len(cuts) > 1 and random.random() < 0.4 else 0
    parts = [article[:at], article[at:]] if at else [article]
    return f"<div>{''.join(f'<div {random.choice(_CONTAINERS)}>{part}</div>' for part in parts)}</div>"


def _plain(article: str, _: Random) -> str:
    return article


def _entities(article: str, random: Random) -> str:
    """Characters beyond ASCII, and figures, written as references."""
    base = random.choice(["&#{:d};", "&#x{:X};"])
    return re.sub(
        r"(?<=>)[^<>&]+",
        lambda match: "".join(base.format(ord(c)) if c > "/" and c not in "<>&" else c for c in match[0]),
        article,
    )


def _comments(article: str, _: Random) -> str:
    """Word's conditional comments within cells, some with figures in them."""
    return re.sub(r"(<td[^>]*>)", r"\1<!--[if !supportEmptyParas]-->", article).replace(
        "</td>", "<!-- 9 --><!--[endif]--></td>"
    )


def _capitals(article: str, _: Random) -> str:
    """Tags in capitals, and cells and rows left open."""
    article = re.sub(r"</?[a-z][a-z0-9]*", lambda match: match[0].upper(), article)
    return article.replace("</TD>", "").replace("</TR>", "")

"""Is this the portal's own page? Hijacked mirrors, parked domains and live portals of somewhere else."""

from __future__ import annotations

import re

from crawler.lists.model import Page

_TONES = "a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹḿ"
_PINYIN = (
    re.compile(rf"\([{_TONES}]{{1,7}}\)(?=[\u4e00-\u9fff])"),
    re.compile(rf"（[{_TONES}]{{1,7}}）(?=[\u4e00-\u9fff])"),
)
_SPAM_TITLE = re.compile(
    r"博彩|棋牌|百家乐|六合彩|娱乐城|视频app|成人|新葡京|威尼斯人|开元|下载app|色情|无码|电竞平台|体育平台|免费观看|App下载",
    re.IGNORECASE,
)
_NO_PINYIN = frozenset(
    (
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "ofd",
        "wps",
        "et",
        "zip",
        "rar",
        "txt",
        "html",
        "ppt",
        "jpg",
        "app",
        "a",
        "b",
        "c",
        "d",
        "e",
    )
)
"""What stands in brackets behind characters on healthy pages: 报告(pdf)下载."""
MARKS = 4
_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(name|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_TITLE = re.compile(r"<[tT][iI][tT][lL][eE][^>]*>(.*?)</[tT][iI][tT][lL][eE]>", re.DOTALL)  # found by its "<"
_PLACE = re.compile(
    r"[^省市县区州盟旗]{2,}?(?:自治区|自治州|自治县|自治旗|开发区|林区|新区|地区|[省市县区州盟旗])"
)
_HOME_TITLE = re.compile(r"(?:人民政府|政府)?(?:门户)?(?:网站|网)?(?:首页)?$")
_HEAD = 8_000
_MIRROR = 20_000


def meta(page: Page) -> dict[str, str]:
    """The page's meta tags, names in lower case (the national set: sitename, siteidcode, columnname …)."""
    found: dict[str, str] = {}
    for tag in _META.findall(page.text[:_HEAD]):
        values = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag)}
        if "name" in values:
            found.setdefault(values["name"].lower(), values.get("content", "").strip())
    return found


def title(page: Page) -> str:
    """The text of ``<title>`` without white space."""
    found = _TITLE.search(page.text[: 4 * _HEAD])
    return "".join(found.group(1).split()) if found else ""


def hijacked(text: str) -> str | None:
    """The sign of a machine-made mirror: pinyin in brackets behind the characters, or a spam title."""
    start = text[:_MIRROR]
    marks = [mark for pattern in _PINYIN for mark in pattern.findall(start) if mark[1:-1] not in _NO_PINYIN]
    if len(marks) >= MARKS:
        return f"pinyin in brackets: {' '.join(marks[:3])}"
    found = _TITLE.search(text[:_HEAD])
    spam = _SPAM_TITLE.search(found.group(1)) if found else None
    return f"title says {spam.group()}" if spam else None


def mismatch(page: Page, name: str, region: str) -> str | None:
    """Why the page belongs to another government than ``name`` with GB/T 2260 code ``region``; None if it may be its own.

    SiteIDCode starts with the code of its county (政府网站发展指引, 国办发〔2017〕47号); a city's site may carry its
    districts' columns, and a site whose text names the place is accepted whatever its code says.
    """
    if b"siteidcode" not in page.folded[: 4 * _HEAD]:
        return None
    values = meta(page)
    code = values.get("siteidcode", "")
    if not re.fullmatch(r"\d{10}", code) or not region or code[:6] == region:
        return None
    if code[:6] in (f"{region[:4]}00", f"{region[:2]}0000") or stem(name) in page.text:
        return None
    return f"SiteIDCode {code} ({values.get('sitename') or 'no name'}) is not of {region} {name}"


def is_home(page: Page, name: str) -> bool:
    """Whether the page bears the site's name alone: the home page's title and neither column nor article."""
    values = meta(page)
    if values.get("columnname") or values.get("articletitle"):
        return False
    shown = title(page)
    if shown.endswith("首页"):
        return True
    if re.search(r"[-_|—–>]", shown):  # a part of the site, not the site
        return False
    bare = _HOME_TITLE.sub("", shown)
    own = (_HOME_TITLE.sub("", values.get("sitename", "")), _HOME_TITLE.sub("", name))
    return len(bare) >= 2 and any(
        site.endswith(bare) or bare.endswith(site) for site in own if len(site) >= 2
    )


def stem(name: str) -> str:
    """The place in a government's name without its rank: 西夏 of 银川市西夏区人民政府."""
    places = _PLACE.findall(re.sub(r"(?:人民)?政府.*$", "", name))
    last = places[-1] if places else name
    shorter = re.sub(r"(?:自治区|自治州|自治县|自治旗|[省市县区州盟旗])$", "", last)
    return shorter if len(shorter) >= 2 else last

"""What a title says: an annual report of a year, one of its neighbours, or nothing we know.

Used to prefer or postpone candidates and to pick columns, never to drop one silently: whether a page is a
report is for the parsers to say.
"""

from __future__ import annotations

import re

_SPACE = re.compile(r"[\s\u200b\ufeff\u3000]+")
_DIGITS = str.maketrans("０１２３４５６７８９〇○零Ｏ一二三四五六七八九", "01234567890000123456789")
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_REPORT = re.compile(
    r"(?:信息公开|政务公开)(?:20\d\d年?度?)?(?:工作)?(?:情况)?的?(?:年度|全年)?(?:工作)?(?:情况)?的?(?:报告|年报)"
    r"|公开(?:工作)?年度?报"
)
_COLUMN = re.compile(r"信息公开(?:工作)?(?:年报|年度报告|年度工作报告)|公开年报")
_AGENCY = re.compile(
    r"(?:人民政府|政府|局|委员会|委|办公室|办|厅|街道|办事处|镇|乡|中心|院|管委会|支队|大队)$"
)
NEGATIVE = (
    "网站工作年度报表",
    "网站年度报表",
    "网站工作报表",
    "网站监管年度报表",
    "网站年度工作报表",
    "法治政府",
    "依法行政",
    "依申请公开",
    "公开指南",
    "公开制度",
    "预决算",
    "部门决算",
    "部门预算",
    "统计年报",
    "统计公报",
    "政府工作报告",
    "企业年报",
    "国企年度报告",
    "企业年度报告",
    "高校信息公开",
    "解读",
    "图解",
    "一图读懂",
    "一图看懂",
    "长图",
    "动漫",
    "视频",
    "的通知",
    "工作要点",
    "实施方案",
    "培训",
    "工作推进会",
    "填报说明",
    "模板",
)
NEGATIVE_SLUGS = ("wzndbb", "zfwzgzndbb", "zfwzbb", "wzgzbb", "fzzf", "zfgzbg", "ysqgk", "xxgkzn", "xxgkzd")


def normal(title: str) -> str:
    """The title without any white space."""
    return _SPACE.sub("", title)


def negative(title: str) -> str | None:
    """The word that speaks against a report, if there is one."""
    text = normal(title)
    return next((word for word in NEGATIVE if word in text), None)


def looks_like_report(title: str) -> bool:
    """Whether the title is that of an annual open-government-information report."""
    return bool(_REPORT.search(normal(title))) and negative(title) is None


def looks_like_column(title: str) -> bool:
    """Whether the title is that of a column of such reports (政府信息公开年报 and its variants)."""
    return bool(_COLUMN.search(normal(title))) and negative(title) is None


def score(title: str) -> int:
    """2: a report that names its year; 1: a report; 0: not known; -1: one of the neighbours."""
    if negative(title):
        return -1
    if not looks_like_report(title):
        return 0
    return 2 if year(title) else 1


def year(title: str) -> int | None:
    """The year that the title names (2024年, 二○二四年, ２０２４年度); None if none or several differ."""
    found = {int(item) for item in _YEAR.findall(normal(title).translate(_DIGITS))}
    return found.pop() if len(found) == 1 else None


def is_agency(text: str) -> bool:
    """Whether a link's words are an agency's name."""
    words = normal(text)
    return 3 <= len(words) <= 20 and bool(_AGENCY.search(words))

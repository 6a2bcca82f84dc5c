"""What a title says: whose report it is and of which year; and whether two names may be one agency's."""

from __future__ import annotations

import re

from parsers.labels import squeeze, unspaced
from parsers.publisher import PLACE, is_name
from parsers.rows import is_subsequence

NUMERAL = r"(?:(?:19|20)\d\d|[二一][〇○零Ｏ0O九][〇○零Ｏ0O一二三四五六七八九]{2})"
_YEAR = re.compile(rf"({NUMERAL})\s*年?\s*(?:度|年度)?")
_DIGITS = str.maketrans("〇○零ＯO一二三四五六七八九", "00000123456789")
SUBJECT = re.compile(
    r"(?:政府|政务)(?:政务)?信息(?:公开)?[和与及、](?:政务|政府信息)公开|政务[和与及、]政府信息公开|(?:政府|政务)?(?:政务)?信息公开|政务公开"
)
_REPORT = re.compile(rf"(?:报告|年报)>?(?:\([^()]{{1,24}}\)|{NUMERAL}年?度?)?$")
_PUBLISHED = re.compile(r"\(\d{4}年\d{1,2}月(?:\d{1,2}日)?\)$")
"""When a report was published, behind its title."""
_BEHIND = re.compile(r"\(([^()]{4,24})\)$")
_NOT_REPORT = re.compile(
    r"解读|图解|一图|读懂|通知|指南|通报|工作要点|网站工作|网站.{0,4}年度报表|法治政府|依法行政|统计表|说明会|答记者问|问答|公告$|目录|制度|实施方案|评估|自查|测评|考核|[上下]半年|季度"
)
PLACE_ONLY = re.compile(rf"[\u4e00-\u9fff]{{1,20}}{PLACE}")
_TOWN_ONLY = re.compile(r"[\u4e00-\u9fff]{2,20}(?:镇|乡|民族乡|苏木)")
_ZONE = re.compile(
    "(?:开发|高新|(?:工业|产业|科技|化工|创意|物流|农业|生态|软件|文化|旅游|示范|高新)园|工业|产业|保税|保税港|示范|试验|合作|管理|功能|集聚|度假|旅游|风景|风景名胜|保护|自贸)区$"
)
"""What a place without a people's government ends in: its committee is not always called alike, so none is named."""
COLUMN = re.compile(r"公开|报告|年报|首页|内容|目录|指南|专栏|制度|位置")
_BULLET = re.compile("[•●○■□◆▪★☆|»]")
"""Marks of a menu or list that a text's line runs together with a title."""
_BEFORE_NAME = re.compile(
    r"^(?:附件\d*[:.、]?|\([^()]{1,8}\))?(?:关于)?(?:报送|上报|公布|发布|印发|更正|更新|修改|补发)?"
)
_OWN_OFFICE = re.compile(r"(?:办公室|办公厅)$")
_OFFICES = "局厅委院办部中处校会署社联所站队馆"
"""Last characters of agencies, of which a short name may leave out others."""


def is_report_title(title: str) -> bool:
    """Whether a title is an annual report's own, not that of an explanation, a notice or a guide."""
    bare = squeeze(title)
    return bool(SUBJECT.search(bare) and _REPORT.search(bare) and not _NOT_REPORT.search(bare))


def year_of(text: str) -> int | None:
    """The report year that a title names, in digits or numerals (二〇二四); None if it names none or two."""
    years = {year_in(match[1]) for match in _YEAR.finditer(_PUBLISHED.sub("", squeeze(text)))}
    return years.pop() if len(years) == 1 else None


def names_year(text: str) -> bool:
    """Whether a text names any year, one or several."""
    return bool(_YEAR.search(squeeze(text)))


def agency_of(title: str) -> str | None:
    """The publisher that a title names; a bare place is its people's government."""
    bare = _BEFORE_NAME.sub("", _REPORT.sub("", squeeze(title)))
    subjects = list(SUBJECT.finditer(bare))
    if not subjects:
        return None
    names = ((found, _YEAR.sub("", bare[: found.start()])) for found in reversed(subjects))
    named = (found for found, name in names if is_name(name) and not re.search("报告|年报", name))
    subject = next(named, subjects[0])  # 政务公开 may be part of a name: 大冶市政务公开办公室
    name = _YEAR.sub("", bare[: subject.start()])
    name = re.sub(r"^[\W\d_]+|(?:的|关于|报送|上报|公布|发布|\(\)|[^\w)]|_)+$", "", name)
    name = re.sub(
        r"^[〇零一二三四五六七八九]*年度?|年度?(?:政府)?$|^[〇零一二三四五六七八九]+$", "", name
    )  # of a year whose digits a rendition lost
    if not name and (behind := _BEHIND.search(squeeze(title))) and is_name(behind[1]):
        name = behind[1]
    if name.endswith("人民") and subject[0].startswith("政府"):
        name += "政府"
    at = squeeze(title).find(name)
    return _as_agency(unspaced(title)[at : at + len(name)] if name and at >= 0 else name)


def _as_agency(name: str) -> str | None:
    if not re.search(r"[\u4e00-\u9fff]{2}", name) or name in (
        "政府",
        "中华人民共和国",
        "本机关",
        "本级",
        "我局",
        "我单位",
        "区",
        "市",
        "县",
    ):
        return None
    if (COLUMN.search(name) and not is_name(name)) or _BULLET.search(name):
        return None
    if (PLACE_ONLY.fullmatch(name) and not _ZONE.search(name)) or _TOWN_ONLY.fullmatch(name):
        return f"{name}人民政府"
    return name


def year_in(numeral: str) -> int:
    """The year that a numeral in digits or characters (二〇二四) says."""
    return int(numeral.translate(_DIGITS))


def compatible(one: str, other: str) -> bool:
    """Whether two names may be one agency: the one is the other without its place, or in fewer characters.

    银川市科技局 is 科学技术局 of the same place; 银川市 is no 银川市科学技术局.
    """
    short, long = sorted((core(one), core(other)), key=len)
    if long.endswith(short):
        return True
    return short[-1:] == long[-1:] and short[-1:] in _OFFICES and is_subsequence(short, long)


def core(name: str) -> str:
    """A name without what may be left out of it, 委员会 and 管委会 as 委, 联合会 as 联, 证监会 as 证监委."""
    bare = _OWN_OFFICE.sub("", squeeze(name)).replace("委员会", "委").replace("联合会", "联")
    bare = re.sub(r"(?:(?<=管)委|(?<=监))会$", "委", re.sub(r"人民政府(?=.*街道)", "", bare))
    return re.sub(r"(?:人民政府|政府)办?$|(?<=街道)办(?:事处)?$|(?<=地区|.盟)行政公署$", "", bare)


def is_within(agency: str, place: str) -> bool:
    """Whether an agency is one of those under the government of a place: that heads a column of all of them."""
    bare = re.sub("(?:人民)?政府$", "", place)
    return bare != place and bare in agency and not compatible(agency, place)

"""Whose figure a sentence states: the publisher's own, or that of another office, a superior, a whole region."""

from __future__ import annotations

import re

_OWN = re.compile(
    r"(?:我|本)(?:局|委|委员会|办|办公室|厅|院|署|馆|站|处|所|队|中心|部|部门|单位|机关|行政机关|级|级政府|级人民政府|政府|街道|街道办|办事处|街|镇|乡|镇政府|乡政府|区|县|市|省|州|旗|盟|"
    r"自治区|自治县|自治州|校|集团|公司)(?:各级)?(?:行政机关|办公室|机关)?|(?:局|委|厅)机关"
)
_ALL = re.compile(
    r"全(?P<level>局|委|办|厅|院|街道|街|镇|乡|区|县|市|省|州|旗|盟|自治区)(?:各级|各|所有|行政机关|政府机关|人民政府|政府|政府部门|职能部门|部门|单位|镇街|街镇|镇|街道|乡镇|和|及|、)*"
)
_EVERYBODY = re.compile(
    r"(?:各级|各|所有)(?:行政机关|政府机关|政府部门|职能部门|部门|单位|乡镇|镇街|街镇|街道|和|及|、|各)*"
)
_GOVERNMENT = re.compile(r"(?:人民)?政府$")
"""Its office is another subject: what the office received is a part of what the government's report counts."""
_NO_PLACE = re.compile(
    r"市场|城市|乡村|城乡|市政|市容|社区|园区|区划|省级|市级|区级|县级|州级|行政区|地区(?=.*局)"
)
_LEVELS = "省市区县州盟旗镇乡"
_OFFICE = r"(?:局|委|委员会|厅|办公室|街道|街道办事处|镇|乡|镇政府|乡政府|区政府|县政府|市政府|中心|法院|分局|支队|大队|公司|学校|医院|管委会)"
_NAMED = re.compile(rf"(?P<name>[\u4e00-\u9fff]{{1,16}}?{_OFFICE})(?=$|共|未|收|受|依|新|全年|累|20\d\d年)")


def is_own(name: str, agency: str | None) -> bool:
    """Whether the subject of a sentence is the publisher: 我局, 全区 in a district's report, or its own short name."""
    name = _plain(name)
    if _OWN.fullmatch(name):
        return True
    if agency is None:
        return False
    agency = _plain(agency)
    whole = _ALL.fullmatch(name)
    if whole:
        return _is_whole_of(whole["level"], agency)
    if agency.endswith("政府"):
        return _names_government(name, _GOVERNMENT.sub("", agency))
    return _names_office(name, agency)


def names_another(clause: str, agency: str | None) -> bool:
    """Whether a clause, its words of time aside, begins with the name of an office that is not the publisher."""
    match = _NAMED.match(clause)
    return bool(match and not is_own(match["name"], agency) and not _is_vague(match["name"]))


def _is_whole_of(level: str, agency: str) -> bool:
    """Whether 全区 (局, 市 …) is the publisher's: the level of its government, or its own kind of office."""
    if agency.endswith("政府"):
        return _GOVERNMENT.sub("", agency).endswith(level)
    return agency.endswith(level) or (level == "委" and agency.endswith("委员会"))


def _names_government(name: str, place: str) -> bool:
    """西夏区, 区政府, 西夏区各级行政机关 for 银川市西夏区; not 银川市, nor an office of the district."""
    if name == "行政机关" or _EVERYBODY.fullmatch(name):
        return True
    bare = name
    for words in (_EVERYBODY, _GOVERNMENT):
        match = re.search(rf"(?:{words.pattern})$", bare)
        bare = bare[: match.start()] if match else bare
    said = bare or name
    return len(said) > 0 and place.endswith(said) and (len(said) > 1 or said != name)


def _names_office(name: str, agency: str) -> bool:
    """西夏区科技局, 科技局, 区科技局 for 银川市西夏区科学技术局; not 市科技局."""
    if len(name) < 2 or not _is_within(name, agency) or _ending(name) != _ending(agency):
        return False
    levels, own = _levels(name[:-1]), _levels(agency[:-1])
    return not levels or levels[-1] == own[-1]


def _is_vague(name: str) -> bool:
    return bool(_ALL.fullmatch(name)) or bool(
        re.match(r"各|全|有关|相关|该|其|向|由|在|与|对|经|通过|按|根据|为|是|一", name)
    )


def _is_within(name: str, agency: str) -> bool:
    """Whether the characters of a short name stand in the full one, in order."""
    rest = iter(agency)
    return all(char in rest for char in name)


def _ending(name: str) -> str:
    """The kind of office: the last character, with 委员会 as 委, 办公室 as 办, 街道办事处 as 街道."""
    for long, short in (
        ("委员会", "委"),
        ("办公室", "办"),
        ("街道办事处", "道"),
        ("街道办", "道"),
        ("办事处", "道"),
    ):
        if name.endswith(long):
            return short
    return name[-1]


def _levels(name: str) -> str:
    return "".join(char for char in _NO_PLACE.sub("", name) if char in _LEVELS)


def _plain(name: str) -> str:
    return re.sub(r"[“”\"']", "", name)

"""Who publishes a report whose title names nobody: its opening paragraphs and its signature.

Only whole names count: one that says the place (新乐市审计局), not 我局 or 区政府办公室.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.labels import squeeze
from parsers.model import Text
from parsers.regions import is_in_division

_ORGAN = (
    r"(?:人民政府|政府|办公室|办公厅|委员会|管委会|局|厅|院|委|中心|街道|办事处|镇|乡|处|所|队|站|部|公司|集团|银行|协会|社|会|馆|"
    r"学校|大学|学院|中学|小学|幼儿园|法庭|海关|支行|分行|署|办|[农林牧渔茶种盐]场|电视台|兵团)"
)
PLACE = r"(?:省|自治区|市|自治州|州|盟|地区|县|自治县|区|旗|新区|开发区|高新区|园区|林区|特区)"
"""What the name of a place with a government ends in."""
_NAME = rf"[\u4e00-\u9fff()·]{{2,40}}?{_ORGAN}"
_START = r"(?:^|[,。;:、])(?:(?:19|20)\d\d年度?[,、]?)?"
_WORK = (
    r"(?=认真|深入|坚持|严格|全面|高度|始终|扎实|紧紧|积极|切实|着力|不断|持续|大力|进一步|以习近平|在习近平|按照|根据|依据|结合|围绕|现将|紧扣|"
    r"以《|全体|主动|深化|贯彻|在[^,。;]{1,30}(?:领导|指导|关心|支持)[^,。;]{0,4}下)"
)
_MADE = r"(?:编制|编写|编纂|撰写)"
_SAYS = (
    re.compile(rf"由({_NAME})(?:(?:按照|根据|依据|结合|负责|组织|会同|在|,|\().{{0,60}})?{_MADE}"),
    re.compile(rf"{_START}({_NAME})(?:组织)?(?:{_MADE}|公布|发布)(?:了|完成)?(?:此|本|这|《|<|20|的|年度)"),
    re.compile(
        rf"(?:公布|发布|现将|报告|{_MADE}|<|《|{_START})(?:了)?({_NAME})(?:关于)?(?:19|20)\d\d年度?(?:政府|政务)?(?:政务)?信息公开(?:工作)?(?:年度)?(?:报告|年报|情况)"
    ),
    re.compile(rf"^({_NAME})(?:\(以下简称|现将|现公布|向社会公布|特此公布)"),
    re.compile(
        rf"{_START}({_NAME})\(以下(?:简?称)[^()]{{1,20}}\)(?:现|特)?(?:将|向社会)?(?:{_MADE}|公布|发布)"
    ),
    re.compile(rf"{_START}({_NAME})(?:\(以下简称.{{1,20}}?\))?{_WORK}"),
    re.compile(
        rf"请(?:直接)?(?:与|向|联系|致电)({_NAME})(?<!人民政府办公室)(?<!人民政府办公厅)(?:联系|咨询|反映|\()"
    ),
    re.compile(rf"请(?:直接)?(?:联系|致电)({_NAME})(?<!人民政府办公室)(?<!人民政府办公厅)[,。;]"),
)
"""What an opening paragraph says of its publisher, the surest first; texts are squeezed (ASCII in single width)."""
_TAIL = re.compile(r"(?:现将?|特|将)?(?:面?向社会(?:公众)?)$")
_LEAD = re.compile(
    r"^(?:现将|特(?=编制)|特?此?现?(?:向社会)?(?:公布|发布)|编制|更正|更新|修改|补发|关于|和|由|了)+"
)
_NOT_ONE = re.compile(
    r"国务院(?!国有资产监督)|以下简称|根据|按照|领导|条例|信息公开|^[全各本我在对以为经按]|我[局市区县]|本[局市区县]|[省市区县州党]委[、市县区州省和政]|^[省市县区州]|[、,]"
)
_MINISTRY = (
    r"(?:外交|国防|教育|科学技术|科技|工业和信息化|公安|民政|司法|财政|人力资源和社会保障|自然资源|生态环境|住房和城乡建设|交通运输|水利|"
    r"农业农村|商务|文化和旅游|应急管理|退役军人事务)部|审计署|海关总署|国务院国有资产监督管理委员会"
)
"""The State Council's ministries, which need no place."""
_OWN_OFFICE = re.compile(
    r"(?<![市县区州省旗盟]委)(?:(?<=[局厅委院关署学校部馆队社行])|(?<=管委会)|(?<=管理委员会)|(?<=联合会)|(?<=总工会)|(?<=办公室)|(?<=中心|街道|公司|事处))办公室$"
)
_DATE = r"[\d〇○Ｏ零一二三四五六七八九]{4}(?:年|[.\-/])[\d一二三四五六七八九十]{1,3}(?:月|[.\-/])(?:[\d一二三四五六七八九十]{1,3}日?)?"
_DATED = re.compile(rf"(?P<name>.*?){_DATE}")
_SEAL = re.compile(r"\((?:盖章|公章|印章|章)\)$")
_LAST = 12
"""Texts at the end among which the signature is looked for."""


def is_name(text: str) -> bool:
    """Whether a line is the name of an organ and nothing else."""
    return bool(re.fullmatch(_NAME, squeeze(text)))


def named_in_prose(paragraphs: Sequence[str]) -> str | None:
    """The publisher that the opening paragraphs (squeezed) name, by the surest of their words."""
    for pattern in _SAYS:
        for line in paragraphs:
            for match in pattern.finditer(line):
                name = _OWN_OFFICE.sub("", _TAIL.sub("", _LEAD.sub("", match[1])))
                if is_placed(name):
                    return name
    return None


def signature(texts: Sequence[Text]) -> str | None:
    """The name on the line of the date that closes the report, or on the line before it."""
    for number in range(len(texts) - 1, max(0, len(texts) - _LAST), -1):
        match = _DATED.fullmatch(squeeze(texts[number].text))
        if match:
            name = _SEAL.sub("", match["name"] or squeeze(texts[number - 1].text))
            if is_name(name) and is_placed(name):
                return name
    return None


def is_placed(name: str) -> bool:
    """Whether a name says where its organ is, or is one of a kind that needs no place."""
    placed = (
        is_in_division(name)
        or re.search(
            rf"[\u4e00-\u9fff]{{2}}{PLACE}|省|镇|乡|街道|苏木|^国家|^中国|^中华人民共和国|^[\u4e00-\u9fff]{{2,}}(?:大学|海关|有限公司)"
            rf"|^(?:长江|黄河|淮河|海河|珠江|松辽|太湖)|生态城",
            name[:-1] if name[-1] not in "关学司" else name,
        )
        or re.match(_MINISTRY, name)
    )
    return bool(len(name) <= 40 and placed and not _NOT_ONE.search(name))

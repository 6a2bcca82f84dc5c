"""The report's numbered sections and their prose, without tables, signature and the page's own furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from parsers.labels import squeeze, unspaced
from parsers.lexicon import telling_kinds
from parsers.model import Document, GridCell, Section, Table, Text
from parsers.publisher import is_name

_NUMERALS = "一二三四五六七八九十"
_NUMBERED = re.compile(rf"^([{_NUMERALS}]{{1,2}})\s*[、.．,，:：]\s*(.+)$")
_PART = re.compile(rf"^第([{_NUMERALS}])部分[\s、.．,，:：]*(.+)$")
"""A heading above those that are numbered 一、 within its part."""
_OTHER_NUMBER = re.compile(
    rf"^(?:第[{_NUMERALS}]部分|[(（][{_NUMERALS}\d]{{1,2}}[)）]|[{_NUMERALS}\d]{{1,2}})?[\s、.．:：]*"
)
"""Numbering that also marks sub-headings, or has lost its numeral: only a whole official title goes with it."""
_KNOWN = (
    (1, re.compile(r"总体|概述|概况|基本情况")),
    (2, re.compile(r"主动公开")),
    (3, re.compile(r"收到和处理|依申请公开|申请.{0,4}情况")),
    (4, re.compile(r"复议|诉讼")),
    (5, re.compile(r"问题|改进")),
    (6, re.compile(r"其他需要|其他事项|需要说明|其他.{0,2}报告|附表")),
)
_OFFICIAL = re.compile(
    r"(?:政府信息公开(?:工作)?)?(?:总体情况|(?:行政机关)?主动公开政府信息(?:的)?情况|(?:行政机关)?收到和处理政府信息公开申请情况|"
    r"(?:因)?政府信息公开(?:工作被申请)?行政复议[、及和]?(?:提起)?行政诉讼情况|存在的主要问题[及和]改进情况|其他需要报告的?事项)"
)
_ANNEX = re.compile(
    r"(?:统计指标|指标名称)(?:(?:计量)?单位)?(?:统计)?(?:数|$)|(?:\d{4}年度?)?政府信息公开情况统计表(?:\(.{4,7}\))?$|填报单位"
)
"""How the annex begins where its table is not known to be one."""
_FEWEST = 3
"""Sections before an annex."""
_RUN_IN = re.compile(r"^(.{2,30}?(?:情况|事项|概述|概况|措施))\s*[。:：]\s*(.+)$")
_TITLE_AND_PROSE = re.compile(rf"^({_OFFICIAL.pattern})\s*(?:[:：]\s*|(?=无|未|没有|本机关|本单位|我))(.+)$")
_LONGEST_TITLE = 45
_ENTRY = re.compile(r"(?:[.．·•…⋯‥_]\s*){3,}[-—\s]*\d{1,3}[-—\s]*$|…{2,}\s*\d{1,3}$")
_END = re.compile(
    r"^附(?:件|表)\s*\d*\s*[:：]?$|^(?:附件[:：]?)?.{0,20}政府信息公开(?:工作)?情况统计表(?!.*年度)|^填报单位|^(?:统计指标|指标名称)(?:计量)?(?:单位|$)"
)
_FURNITURE = re.compile(
    r"扫一扫|^[【\[(（]?(?:打印|关闭|收藏)(?:本页|此页|页面|本文|窗口|】)|^字体[:：]|^点击(?:数|量|率)|^[(（]?信息来源[:：]|"
    r"^(?:初审|编辑|作者|录入)[:：]|^打印|^【?关闭|分享到|^上一[篇条]|^下一[篇条]|版权所有|主办[单:：]|责任编辑|网站标识码|ICP备|^附件下载|^相关(?:链接|文档|附件|稿件)|"
    r"^浏览次数|^来源[:：]|^发布(?:时间|日期|机构)"
)
_DATE = re.compile(
    r"^\d{4}([-./])\d{1,2}\1\d{1,2}$|^[\d〇○零一二三四五六七八九十]{2,4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*(?:[\d一二三四五六七八九十]{1,3}\s*日)?$"
)
_CLOSING = re.compile(
    r"([^\d〇○零]{3,}?)(?:\d{4}([-./])\d{1,2}\2\d{1,2}|[\d〇○零一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日)"
)
_NAMED = re.compile(
    r"(?:政府|公署|署|办公室|办|局|委员会|委|厅|院|中心|街道|镇|乡|苏木|处|所|队|会|站|司|部|馆|社|行|集团|大学|学校|法庭)$"
)
"""How the name on the last line ends, also one with more than Chinese characters in it."""
_SHORTEST_DATED = 3
"""Characters of a name above the date that closes a report, such as 教育部."""
_SENTENCE = re.compile(r"[。；;！？]")


@dataclass(frozen=True, slots=True)
class _Heading:
    """A paragraph that may open a section: its index among the texts, number, title, first words, weight."""

    index: int
    number: int
    title: str
    rest: str
    weight: int


def sections(document: Document) -> tuple[Section, ...]:
    """The sections in order, each with its prose: paragraphs joined by line breaks, tables left out."""
    texts = list(_texts(document))
    headings = [heading for index, text in enumerate(texts) for heading in _headings(index, text)]
    chain = _best_chain(_without_annex(headings, texts))
    found = []
    for heading, following in zip_longest(chain, chain[1:]):
        until = following.index if following else len(texts)
        body = [text.text for text in texts[heading.index + 1 : until]]
        body = _prose(([heading.rest] if heading.rest else []) + body, last=following is None)
        found.append(Section(heading.number, heading.title, "\n".join(body)))
    return tuple(found)


def _texts(document: Document) -> Iterator[Text]:
    """The document's texts, and those of sections that stand in rows of their own in a table of several columns."""
    for block in document.blocks:
        if isinstance(block, Text):
            yield block
        else:
            yield from block.box()
            yield from _headings_in(block)


def _headings_in(table: Table) -> Iterator[Text]:
    """The section headings that stand in rows of their own, and the prose in whole rows below the first of them."""
    if table.loose or not any(cell.column for cell in table.cells):
        return
    rows: dict[int, list[GridCell]] = {}
    for cell in table.cells:
        if cell.text.strip():
            rows.setdefault(cell.row, []).append(cell)
    width = max(cell.column + cell.colspan for cell in table.cells)
    headed = False
    for row in sorted(rows):
        cell = rows[row][0]
        if len(rows[row]) > 1:
            continue
        if _is_official(cell.text):
            headed = True
            yield Text(unspaced(cell.text), cell.place)
        elif headed and cell.colspan == width and not telling_kinds(cell.text):
            yield from (Text(line, cell.place) for line in cell.text.split("\n"))


def _is_official(line: str) -> bool:
    """Whether a line is a numbered heading of the form, word for word."""
    match = _NUMBERED.match(line.strip()) if len(line) < _LONGEST_TITLE else None
    return bool(
        match and _OFFICIAL.fullmatch(squeeze(match[2])) and known_number(match[2]) == _value(match[1])
    )


def _without_annex(headings: list[_Heading], texts: Sequence[Text]) -> list[_Heading]:
    """The headings without those of an annex of 2014 to 2018 after the sections, which are numbered like them."""
    start = next((n for n, text in enumerate(texts) if _ANNEX.match(squeeze(text.text))), len(texts))
    before = [heading for heading in headings if heading.index < start]
    if len({heading.number for heading in before}) >= _FEWEST:
        return before
    return [h for h in headings if h.index < start or telling_kinds(h.title) != {"statistics"}]


def known_number(title: str) -> int | None:
    """The number that a section of this title has in the current form."""
    return next((number for number, words in _KNOWN if words.search(title)), None)


def opens_section(line: str) -> bool:
    """Whether a line is the heading of a section that a report is known to have."""
    return number_of(line) is not None


def is_entry(line: str) -> bool:
    """Whether a line is one of a table of contents, with dots to the number of its page."""
    return bool(_ENTRY.search(line))


def number_of(line: str) -> int | None:
    """The number of the section of which a line is the heading, None if it is no heading that a report is known to have."""
    return next((heading.number for heading in _headings(0, Text(line)) if heading.weight > 1), None)


def is_furniture(line: str) -> bool:
    """Whether a line belongs to the page rather than the report: counters, print buttons, other articles."""
    return bool(_FURNITURE.search(line))


def _headings(index: int, text: Text) -> Iterator[_Heading]:
    """What the paragraph may open: the section of its numeral, and that of its official title if they differ."""
    line = text.text.strip()
    match = _NUMBERED.match(line)
    if part := _PART.match(line):
        number, (title, rest) = _value(part[1]), _split(part[2])
        if title and number and known_number(title) == number:
            yield _Heading(index, number, title, rest, 7)
            return
    if match:
        number = _value(match[1])
        title, rest = _split(match[2])
        if title is None or number is None:
            return
        known = known_number(title)
        yield _Heading(index, number, title, rest, 6 if known == number else 3 if known else 1)
        if known and known != number and _OFFICIAL.fullmatch(squeeze(title)):
            yield _Heading(index, known, title, rest, 2)
        return
    bare = unspaced(_OTHER_NUMBER.sub("", line)).rstrip("。:：")
    if len(bare) <= _LONGEST_TITLE and _OFFICIAL.fullmatch(squeeze(bare)):
        unnumbered = len(bare) >= len(unspaced(line)) - 1
        yield _Heading(index, known_number(bare) or 0, bare, "", 5 if unnumbered else 2)


def _value(numeral: str) -> int | None:
    if len(numeral) == 1:
        return _NUMERALS.index(numeral) + 1
    return 10 + _NUMERALS.index(numeral[1]) + 1 if numeral[0] == "十" and numeral[1] != "十" else None


def _split(rest: str) -> tuple[str | None, str]:
    """The title, and the prose that follows it on the same line, if any; no title if the line is prose."""
    bare = rest.strip().rstrip("。:：.． ")
    if match := _TITLE_AND_PROSE.match(bare):
        return "".join(match[1].split()), rest.strip()[match.start(2) :]
    if len(bare) <= _LONGEST_TITLE and not _SENTENCE.search(bare):
        return "".join(bare.split()), ""
    match = _RUN_IN.match(rest.strip())
    return ("".join(match[1].split()), match[2]) if match else (None, "")


def _best_chain(headings: Sequence[_Heading]) -> list[_Heading]:
    """The heaviest chain of headings with rising numbers; of equal ones the later (a table of contents loses)."""
    headings = headings[:400]
    best: list[tuple[int, int | None]] = []
    for position, heading in enumerate(headings):
        before = [
            (best[other][0], other)
            for other in range(position)
            if headings[other].number < heading.number and headings[other].index < heading.index
        ]
        weight, previous = max(before, default=(0, None), key=lambda item: (item[0], item[1] or 0))
        best.append((weight + heading.weight, previous))
    chain: list[_Heading] = []
    last = max(range(len(best)), key=lambda position: (best[position][0], position), default=None)
    while last is not None:
        chain.append(headings[last])
        last = best[last][1]
    return chain[::-1] if sum(heading.weight for heading in chain) > 2 else []


def _prose(body: list[str], *, last: bool) -> list[str]:
    kept: list[str] = []
    for line in body:
        if last and (_END.search(squeeze(line)) or _FURNITURE.search(line)):
            break
        kept.append(line)
    return _without_signature(kept) if last else kept


def _without_signature(body: list[str]) -> list[str]:
    """Leaves out the agency and date that close a report."""
    for back in range(1, min(4, len(body)) + 1):
        if _is_signed_and_dated(body[-back]):
            return body[: len(body) - back]
        if _DATE.match(body[-back].strip()):
            before = len(body) - back
            if before and _is_name(body[before - 1], shortest=_SHORTEST_DATED):
                before -= 1
            return body[:before]
    if body and _is_name(body[-1]) and len(body) > 1 and not body[-1].startswith("无"):
        return body[:-1]
    return body


def _is_signed_and_dated(line: str) -> bool:
    """Whether the agency and the date that close a report stand on one line."""
    match = _CLOSING.fullmatch(squeeze(line))
    return bool(match and _is_name(match[1]))


def _is_name(line: str, *, shortest: int = 4) -> bool:
    bare = re.sub(r"\((?:盖章|公章|印章|章)\)$", "", squeeze(line))
    return (
        shortest <= len(bare) <= 30
        and not re.search(r"[。，,；;:：、]", bare)
        and (is_name(bare) or _NAMED.search(bare) is not None)
    )

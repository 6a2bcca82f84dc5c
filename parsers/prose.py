"""Figures that a report states in its sentences, and how they agree with its tables.

Only plain statements count: 收到政府信息公开申请13件, 未收到申请, 收取信息处理费1934元. A sentence that may say something
else (of a part, of another year, of several figures) gives no value; the rule is then ``unknown``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from parsers.labels import squeeze
from parsers.model import Cell, Check, Number, Section, Statement, Status
from parsers.numbers import exact

_NUMBER = r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)"
_NONE = r"(?:未|没有|无)(?:发生|产生|出现|收到|受理|接到|收取|涉及)?"
_REQUEST = r"(?:政府)?(?:信息公开)?(?:的)?申请(?:事项)?"
_UNIT = r"(?:件|条|宗|起|份|次|人次)"


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What a sentence may state: an id, how it says a number, how it says none, and the cells that say the same."""

    id: str
    sections: tuple[int, ...]
    number: re.Pattern[str]
    none: re.Pattern[str] | None = None
    operands: tuple[tuple[str, str, str], ...] = ()
    scale: Decimal = Decimal(1)


_PATTERNS = (
    _Pattern(
        "requests_received",
        (1, 3),
        re.compile(
            rf"(?:新收|收到|受理|接收|接到)(?:了)?(?:各类|公众|群众|公民)?(?:政府)?信息公开(?:依)?申请(?:共|共计)?{_NUMBER}{_UNIT}"
        ),
        re.compile(rf"(?:未|没有)(?:收到|受理|接到)(?:任何|过|公众|公民)?.{{0,6}}{_REQUEST}"),
        (("requests", "new", "total"),),
    ),
    _Pattern(
        "requests_carried_in",
        (1, 3),
        re.compile(rf"上年(?:度)?结转(?:的)?(?:政府信息公开申请|申请)?{_NUMBER}{_UNIT}"),
        None,
        (("requests", "carried_in", "total"),),
    ),
    _Pattern(
        "requests_carried_out",
        (1, 3),
        re.compile(
            rf"结转(?:至|到)?(?:下年度|下一年度|下年|次年)(?:继续办理)?(?:的)?(?:申请)?{_NUMBER}{_UNIT}"
        ),
        None,
        (("requests", "carried_out", "total"),),
    ),
    _Pattern(
        "requests_answered",
        (1, 3),
        re.compile(rf"(?:答复|办结)(?:政府信息公开)?申请(?:共|共计)?{_NUMBER}{_UNIT}"),
        None,
        (("requests", "total", "total"),),
    ),
    _Pattern(
        "reconsiderations",
        (1, 4),
        re.compile(
            rf"(?:发生|收到|产生|引发)?(?:因)?(?:政府信息公开)?(?:的|被申请)?行政复议(?:案件)?(?:共|共计)?{_NUMBER}{_UNIT}"
        ),
        re.compile(rf"{_NONE}.{{0,16}}行政复议"),
        (("disputes", "reconsideration", "total"),),
    ),
    _Pattern(
        "lawsuits",
        (1, 4),
        re.compile(
            rf"(?:发生|收到|产生|引发)?(?:因)?(?:政府信息公开)?(?:的|被提起)?行政诉讼(?:案件)?(?:共|共计)?{_NUMBER}{_UNIT}"
        ),
        re.compile(rf"{_NONE}.{{0,16}}(?:行政诉讼|复议、?诉讼)"),
        (
            ("disputes", "litigation_direct", "total"),
            ("disputes", "litigation_after_reconsideration", "total"),
        ),
    ),
    _Pattern(
        "fee_notices",
        (1, 6),
        re.compile(rf"(?:发出|出具|制发)收费通知(?:书)?(?:的件数)?(?:为|共|共计)?{_NUMBER}{_UNIT}"),
    ),
    _Pattern(
        "fees_notified",
        (1, 6),
        re.compile(
            rf"(?:收费通知|通知收费|通知缴费).{{0,12}}(?:总金额|金额)(?:为|共|共计)?{_NUMBER}(?P<unit>万元|元)"
        ),
    ),
    _Pattern(
        "fees_collected",
        (1, 6),
        re.compile(
            rf"(?<!未)(?:实际)?收取(?:的)?(?:政府信息公开)?信息处理费(?:的)?(?:总金额|金额|共计|共)?(?:为)?{_NUMBER}(?P<unit>万元|元)"
        ),
        re.compile(r"(?:未|没有)(?:对.{1,20})?收取(?:任何|过)?(?:政府信息公开)?信息处理费"),
    ),
)
_OTHER = re.compile(r"其中|同比|较上年|比上年|去年|上一年度?共|建议|提案|约|余|多件|以上|累计办理|转办")
_MAY_STATE = re.compile(r"申\s*请|复\s*议|诉\s*讼|收\s*费|信\s*息\s*处\s*理\s*费")
_SENTENCE = re.compile(r"[^。；;！\n]+")


def statements(sections: Sequence[Section], cells: Iterable[Cell], year: int | None) -> tuple[Statement, ...]:
    """Each figure that the prose states, compared with the tables; one statement for each kind, the first certain one.

    Where two sentences state different figures of one kind, neither is certain.
    """
    values = {(cell.table, cell.row, cell.column): cell.value for cell in cells}
    tables = {cell.table for cell in cells}
    found = []
    sentences = list(_sentences(sections))
    for pattern in _PATTERNS:
        said = list(_said(pattern, sentences, year))
        if not said:
            continue
        value, sentence, section = said[0]
        if len({number for number, _, _ in said}) > 1:
            value = None
        found.append(Statement(pattern.id, value, sentence, section, _check(pattern, value, values, tables)))
    return tuple(found)


def _sentences(sections: Sequence[Section]) -> Iterator[tuple[int, str, str]]:
    """(section, sentence as printed, the same squeezed) of every sentence that may state one of our figures."""
    for section in sections:
        for sentence in _SENTENCE.findall(section.text) if section.number in (1, 3, 4, 6) else ():
            if _MAY_STATE.search(sentence):
                yield section.number, sentence.strip(), squeeze(sentence)


def _said(
    pattern: _Pattern, sentences: Sequence[tuple[int, str, str]], year: int | None
) -> Iterator[tuple[Number | None, str, int]]:
    for section, sentence, bare in sentences:
        if section not in pattern.sections:
            continue
        numbers = list(pattern.number.finditer(bare))
        if pattern.none is not None and not numbers and pattern.none.search(bare):
            yield 0, sentence, section
        elif numbers:
            certain = len(numbers) == 1 and not _is_of_another(bare, numbers[0].start(), year)
            yield _value(pattern, numbers[0]) if certain else None, sentence, section


def _is_of_another(sentence: str, until: int, year: int | None) -> bool:
    """Whether the words before a figure restrict it, or tell of another year."""
    before = sentence[:until]
    years = {int(match) for match in re.findall(r"(20\d\d)年", before)}
    return bool(_OTHER.search(before[-12:])) or (year is not None and bool(years - {year}))


def _value(pattern: _Pattern, match: re.Match[str]) -> Number:
    number = Decimal(match["number"].replace(",", ""))
    return exact(number * 10000 if match.groupdict().get("unit") == "万元" else number)


def _check(
    pattern: _Pattern,
    value: Number | None,
    values: Mapping[tuple[str, str, str], Number | None],
    tables: set[str],
) -> Check | None:
    if not pattern.operands or pattern.operands[0][0] not in tables:
        return None
    operands = [values.get(address) for address in pattern.operands]
    known = [Decimal(operand) for operand in operands if operand is not None]
    right = exact(sum(known, Decimal(0))) if len(known) == len(operands) else None
    status: Status = "unknown" if value is None or right is None else "holds" if value == right else "fails"
    return Check(f"prose.{pattern.id}", ".".join(pattern.operands[0][:2]), status, value, right)

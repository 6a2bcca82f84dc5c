"""Figures that a report states in its sentences, and how they agree with its tables.

A sentence counts only where every word of its clause is understood: who (我局, never a sub-unit), when (the report's
year), what, how many. One of something else (last year's, a part's, another office's) is passed over; one that can't
be told apart, or two that differ, leave the figure without a value, with their sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Literal

from parsers.labels import squeeze
from parsers.model import Cell, Check, Number, Section, Statement, Status
from parsers.numbers import exact, read_numeral
from parsers.phrases import Phrase, phrases
from parsers.subjects import is_own, names_another

Address = tuple[str, str, str]
Doubt = Literal["certain", "unclear", "other"]
"""``other``: plainly a figure of something else; ``unclear``: it can't be told."""

_SENTENCE = re.compile(r"[^。！\n]+")
_COUNTS = re.compile(r"\d|[零〇一二两三四五六七八九十百千](?:件|宗|起|条|份|例|项|个|次|元)|未|没|无|[零〇]")
"""What a sentence must hold to state a figure, or that there was none."""
_PROBLEMS = re.compile(r"问题|改进|打算|下一步|不足")
"""Titles of sections whose sentences tell of plans."""
_LONGEST = 1500
"""Characters of a sentence; more is no sentence, and only costs time."""
_CLAUSE = re.compile(r"[,:;(]|(?<=[件条宗起份次例个项0零])、")
_FIGURE = re.compile(r"\d(?:件|宗|起|条|份|例|项|次|%|个百分点|倍|万|元)")
_INSIDE = re.compile(r"\([^()]*\)|<[^<>]*>")
_WHOLE_YEAR = re.compile(
    r"(20\d\d)年1(?:月(?:1日|份)?)?(?:起|零时)?[至到—-]+(?:(20\d\d)年)?12月(?:31日|份|底)?(?:止|24时)?"
)
_COMPARED = re.compile(
    r"(?:较|比|与|同|相比)(?:于)?(?:20\d\d年|去年|上年|上一年)度?(?:同期)?(?:的?\d+件)?(?:相比|比较)?|(?:同比|环比)"
)
_AT_ITS_END = re.compile(r"(?:截[至止])?(20\d\d)年(?:12月31日|年?底|年?末)")
_TIME = re.compile(
    r"(?P<year>20\d\d)年(?!度?结转)|(?P<own>今年(?:以来)?|本年|全年|当年)|(?P<foreign>去年|上年同期|前年|上半年|下半年|[一二三四1-4]季度|(?<!\d)\d{1,2}月|历年|以来|近[一二三四五六七八九十两\d]+年|截至|截止)"
)
_OF_REQUESTS = re.compile(r"公开.*申请|申请.*公开|依申请")
"""What says by itself that it is of requests for information, whatever else the sentence tells of."""
_STRIFE = re.compile(r"复议后|未经(?:行政)?复议|行政复议|行政诉讼|复议|起诉|诉讼")


@dataclass(frozen=True, slots=True)
class _Said:
    """A figure as one sentence states it."""

    value: Number
    doubt: Doubt
    sentence: str
    section: int


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as printed and squeezed, and what its paragraph and section's title say before it."""

    printed: str
    text: str
    before: str
    section: int


def statements(
    sections: Sequence[Section], cells: Iterable[Cell], year: int | None, agency: str | None = None
) -> tuple[Statement, ...]:
    """Each figure that the prose states, compared with the tables; at most one statement of each kind."""
    values = {(cell.table, cell.row, cell.column): cell.value for cell in cells}
    sentences = list(_sentences(sections))
    found = []
    for phrase in phrases().phrases:
        said = [one for sentence in sentences for one in _said(phrase, sentence, year, agency)]
        known = {one.value for one in said if one.doubt == "certain"}
        doubtful = [one for one in said if one.doubt == "unclear" and one.value not in known]
        telling = [one for one in said if one.doubt == "certain"] + doubtful
        if telling:
            value = known.pop() if len(known) == 1 and not doubtful else None
            shown = telling[:1] if value is not None else telling
            text = "\n".join(dict.fromkeys(one.sentence for one in shown))
            check = _check(phrase, value, values)
            found.append(Statement(phrase.id, value, text, telling[0].section, check))
    return tuple(found)


def compared_cells(id: str, addresses: Iterable[Address]) -> list[Address]:
    """The cells, of those that there are, whose sum says the same as the statement; none if no cell does."""
    phrase = next((phrase for phrase in phrases().phrases if phrase.id == id), None)
    return _operands(phrase, list(addresses)) if phrase else []


def _sentences(sections: Sequence[Section]) -> Iterator[_Sentence]:
    """Every sentence that may state one of our figures."""
    needed = phrases().needed
    for section in sections:
        if _PROBLEMS.search(section.title):
            continue
        for paragraph in section.text.split("\n"):
            bare = squeeze(paragraph)
            if not needed.search(bare):
                continue
            before = squeeze(section.title)
            for printed in _SENTENCE.findall(paragraph):
                text = squeeze(printed)
                if len(text) <= _LONGEST and needed.search(text) and _COUNTS.search(text):
                    yield _Sentence(printed.strip(), text.rstrip(";."), before, section.number)
                before += text


def _said(phrase: Phrase, sentence: _Sentence, year: int | None, agency: str | None) -> Iterator[_Said]:
    """What the sentence says of the phrase's figure: numbers, or that there was none."""
    if not any(word in sentence.text for word in phrase.needs):
        return
    if phrase.about and not phrase.about.search(sentence.before + sentence.text):
        return
    longest: dict[int, re.Match[str]] = {}
    for match in (match for pattern in phrase.says for match in pattern.finditer(sentence.text)):
        at = match.start("number")
        if at not in longest or match.start() < longest[at].start():
            longest[at] = match
    for match in longest.values():
        value = _value(match)
        if value is not None:
            doubt = _doubt(phrase, match, sentence.text, year, agency)
            yield _Said(value, doubt, sentence.printed, sentence.section)
    for pattern in phrase.none:
        for match in pattern.finditer(sentence.text):
            if (
                not phrase.among
                or "denied" not in match.re.groupindex
                or phrase.among.search(match["denied"])
            ):
                doubt = _doubt(phrase, match, sentence.text, year, agency)
                yield _Said(0, doubt, sentence.printed, sentence.section)


def _value(match: re.Match[str]) -> Number | None:
    number = read_numeral(match["number"])
    if number is None:
        return None
    return exact(number * 10000 if match.groupdict().get("money") == "万元" else number)


def _doubt(phrase: Phrase, match: re.Match[str], text: str, year: int | None, agency: str | None) -> Doubt:
    """Whether the words before a figure restrict it to something else, or can't be understood."""
    before = _open(text[: match.start()])
    clauses = _CLAUSE.split(before)
    clause = clauses[-1]
    if not _is_of_year(match, before, year) or any(names_another(_led(part), agency) for part in clauses):
        return "other"
    if phrase.id == "requests_received" and phrases().others["included"].search(text[match.end() :]):
        return "unclear"
    if phrase.of and not _belongs(phrase, text, match):
        return "other"
    if _is_of_part(phrase, match, before, clause) or _is_of_other_matter(match, before, clause):
        return "other"
    if _is_after_part(phrase, before):
        return "unclear"
    return "certain" if _is_plain(clause, agency) else "unclear"


def _open(before: str) -> str:
    """The words before a figure without brackets that are closed again: they tell of what went before them."""
    while (shorter := _INSIDE.sub("", before)) != before:
        before = shorter
    return before


def _is_of_year(match: re.Match[str], before: str, year: int | None) -> bool:
    """Whether the last time that the sentence names is the report's whole year."""
    groups = match.groupdict()
    if any(
        groups.get(name) and (year is None or int(groups[name]) != year + step)
        for name, step in (("last", -1), ("next", 1))
    ):
        return False
    bare = _COMPARED.sub("", _WHOLE_YEAR.sub(r"\1年", before))
    times = list(_TIME.finditer(_AT_ITS_END.sub(r"\1年", bare)))
    if not times:
        return True
    if times[-1]["foreign"]:
        return False
    years = [int(time["year"]) for time in times if time["year"]]
    if times[-1]["own"] or not years:
        return True
    return years[-1] == year if year is not None else len(set(years)) == 1


def _is_of_part(phrase: Phrase, match: re.Match[str], before: str, clause: str) -> bool:
    """Whether the figure is that of some applicants, one channel, or of a part of the whole (其中)."""
    parts = phrases().others["parts"]
    denies = "number" not in match.re.groupindex
    scope = (clause if denies else before.rpartition(";")[2]).rpartition("其中")
    explicit = match[0].startswith(("新收", "新增"))
    if not phrase.part and scope[1] and not explicit and not phrase.of and phrase.id != "requests_answered":
        return True
    if phrase.part and scope[1] and "carried" not in phrase.id and parts.search(scope[2]):
        return True
    enclosing = _CLAUSE.split(before.rpartition("(")[0])[-1] if "(" in before else ""
    return bool(parts.search(clause) or parts.search(enclosing))


def _is_of_other_matter(match: re.Match[str], before: str, clause: str) -> bool:
    """Whether the words before tell of other matters (建议, 咨询), compare, or only wish or deny."""
    others = phrases().others
    telling = "number" not in match.re.groupindex or _OF_REQUESTS.search(match[0])
    scope = clause if telling else before
    return bool(
        others["matters"].search(scope)
        or others["comparison"].search(clause)
        or others["moods"].search(clause)
    )


def _is_after_part(phrase: Phrase, before: str) -> bool:
    """Whether a total follows 其中: of all, or of the part only."""
    return not phrase.part and "其中" in before.rpartition(";")[2] and phrase.id == "requests_answered"


def _belongs(phrase: Phrase, text: str, match: re.Match[str]) -> bool:
    """Whether an outcome (维持2件) is that of the group named last before it, whose total was stated."""
    group = next(known for known in phrases().phrases if known.id == phrase.of)
    totals = [found.end() for pattern in group.says for found in pattern.finditer(text, 0, match.start())]
    names = [found[0] for found in _STRIFE.finditer(text, 0, match.start())]
    wanted = ("行政复议", "复议") if phrase.of == "reconsiderations" else ("行政诉讼", "诉讼")
    return bool(totals) and bool(names) and names[-1] in wanted


def _is_plain(clause: str, agency: str | None) -> bool:
    """Whether the words of the clause before a statement are time, manner and the publisher, and nothing else."""
    rest = _led(clause)
    while rest and (trailing := phrases().trail.search(rest)):
        rest = rest[: trailing.start()]
    return not rest or is_own(rest, agency)


def _led(clause: str) -> str:
    """The clause without the words of time and manner at its beginning."""
    led = phrases().lead.match(clause)
    return clause[led.end() :] if led else clause


def _check(phrase: Phrase, value: Number | None, values: Mapping[Address, Number | None]) -> Check | None:
    operands = _operands(phrase, list(values))
    if not operands:
        return None
    known = [Decimal(number) for address in operands if (number := values[address]) is not None]
    right = exact(sum(known, Decimal(0))) if len(known) == len(operands) else None
    status: Status = "unknown" if value is None or right is None else "holds" if value == right else "fails"
    named = next(cells for cells in phrase.cells if _matching(cells, operands))
    return Check(f"prose.{phrase.id}", named[0].rpartition(".")[0], status, value, right)


def _operands(phrase: Phrase, addresses: Sequence[Address]) -> list[Address]:
    return next((found for cells in phrase.cells if (found := _matching(cells, addresses))), [])


def _matching(cells: Sequence[str], addresses: Sequence[Address]) -> list[Address]:
    """The addresses that the patterns (``requests.denied_*.total``) name; none if one of them names none."""
    named = [[at for at in addresses if fnmatchcase(".".join(at), pattern)] for pattern in cells]
    return [at for found in named for at in found] if all(named) else []

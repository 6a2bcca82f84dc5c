"""Whose report it is and for which year: from its title, first paragraph, statistics period and signature.

Dates of the page around the report are never used, and nothing is guessed: an unnamed publisher is null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.headline import named_by_page, opening, period_of, title_of, year_by_page
from parsers.labels import squeeze
from parsers.model import Document, Problem, Text
from parsers.naming import NUMERAL, agency_of, compatible, is_report_title, names_year, year_in, year_of
from parsers.publisher import named_in_prose, signature

_YEAR_IN_PROSE = re.compile(
    rf"({NUMERAL})年度?(?:政府|政务)?(?:政务)?信息公开(?:工作)?(?:年度)?(?:报告|年报|情况)"
)
_TOP = 40
"""Texts among which the title is looked for: menus of a portal come before it."""
_READ = 3000
"""Characters of a paragraph that are looked at: a hostile one may have ten million."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Title (without spaces), publisher and report year, each None where the document doesn't say."""

    title: str | None = None
    agency: str | None = None
    year: int | None = None
    problems: tuple[Problem, ...] = ()
    is_report_title: bool = False


def identify(document: Document) -> Identity:
    """Whose report the document is and for which year, with a problem for each conflict and each gap."""
    texts = [text._replace(text=text.text[:_READ]) for text in document.texts()]
    own = _without_links(texts[:_TOP], document)
    head = opening(own)
    title, before, rivals = title_of(document, own, signature(texts))
    by_title = agency_of(title) if title and not rivals else None
    agency = None if rivals else by_title or named_in_prose(head) or signature(texts)
    if title and agency is None and not rivals:
        agency = named_by_page(document, year_of(title))
    year = year_of(title) if title else None
    period = period_of(texts)
    if period is None and not (title and names_year(title)):
        period = _year_in_prose(head)
    problems = list(_conflicts(year, period, by_title, texts, before))
    if year and not problems and (by_page := year_by_page(document)) not in (None, year):
        message = f"the title says {year}, the page's own name {by_page}"
        problems.append(Problem("year_conflict", "year", message))
    if rivals:
        problems.append(
            Problem("agency_conflict", "agency", f"titles of several agencies: {', '.join(rivals)}")
        )
    elif agency is None:
        problems.append(Problem("unknown_agency", "", "the document names no publisher"))
    if year is None and period is None:
        problems.append(Problem("unknown_year", "", "the document names no report year"))
    return Identity(title, agency, year or period, tuple(problems), bool(title and is_report_title(title)))


def _without_links(texts: Sequence[Text], document: Document) -> list[Text]:
    """The texts, empty where they are links (to other reports, to the agency's column); a heading is none."""
    linked = {squeeze(link.text) for link in document.links}
    return [
        text._replace(text="") if not text.level and squeeze(text.text) in linked else text for text in texts
    ]


def _year_in_prose(head: Sequence[str]) -> int | None:
    """The year of which the opening paragraphs say that they report on it, if it is only one."""
    years = {year_in(match[1]) for line in head for match in _YEAR_IN_PROSE.finditer(line)}
    return years.pop() if len(years) == 1 else None


def _conflicts(
    year: int | None, period: int | None, agency: str | None, texts: Sequence[Text], after: int
) -> Iterator[Problem]:
    if year and period and year != period:
        yield Problem("year_conflict", "year", f"the title says {year}, the statistics period {period}")
    signed = signature(texts[after:])
    if agency and signed and not compatible(agency, signed):
        yield Problem("agency_conflict", "agency", f"the title says {agency}, the signature {signed}")

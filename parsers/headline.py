"""Finds a report's title among the first lines of a document and the names that its page goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from parsers.labels import squeeze, unspaced
from parsers.model import Document, Place, Text
from parsers.naming import (
    COLUMN,
    NUMERAL,
    PLACE_ONLY,
    SUBJECT,
    agency_of,
    compatible,
    core,
    is_report_title,
    is_within,
    year_in,
    year_of,
)
from parsers.publisher import is_name, is_placed, named_in_prose
from parsers.sections import is_entry, opens_section

_FIRST_DAY = r"(?:年0?1月0?1日|\.0?1\.0?1|-0?1-0?1|年一月一日)"
_LAST_DAY = r"(?:12月31日|12\.31|12-31|十二月三十一日)"
_PERIOD = re.compile(
    rf"(?:统计|数据|期限|时限|期间|时段|时间范围).{{0,20}}?({NUMERAL}){_FIRST_DAY}[^。;\d]{{0,8}}?(?:至|到|—|-|－|~)[^。;\d]{{0,3}}(?:({NUMERAL})[年.-])?{_LAST_DAY}"
)
_NO_PART = re.compile(r"[。；;：:>]|^附件|〔")
"""What shows that lines are not one title."""
_SITE = re.compile(r"门户$|网站?$|平台$")
_AROUND = re.compile(
    r"^附(?:件|表)?[\d一二三四五六七八九十]{0,2}[:：、.．](?=.)|^附件\d(?=[\u4e00-\u9fff])|\.(?:docx?|wps|pdf|html?)$"
)
"""What stands around a title: an annex's number, the ending of a file's name."""
_QUOTED = re.compile("^《([^《》]*)》$")
_NATIONAL = re.compile("国家|中国|中华")
_YEAR_LINE = re.compile(rf"\(?{NUMERAL}年度?\)?")
_TITLE_PARTS = re.compile(r"[_|>»]|::|(?<!\d)[-–—]+|[-–—]+(?!\d)")
"""What stands between the name of an article and those of its column and site."""
_REST = re.compile(
    rf"(?:工作|情况|的|年度|(?:关于)?{NUMERAL}年?度?)*(?:报告|年报)(?:[（(].*[)）])?(?:{NUMERAL}年?度?)?"
)
"""What a title may say behind 政府信息公开 on a line of its own."""
_TITLE_END = re.compile(r"(?:报告|年报)(?:[（(][^（()）]{1,12}[)）])?$")
_LONGEST = 80
_NEAR = 16
"""Texts among which the lines of one title stand, a menu's beside them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line or lines that may be the report's title: the indexes of the first text and of that after the last.

    ``rest`` is the title without its publisher where that stands in a line above, ``beside`` whether in one of another
    kind: it may be no part of the title.
    """

    title: str
    start: int
    after: int
    rest: str | None = None
    beside: bool = False


def title_of(
    document: Document, texts: Sequence[Text], signed: str | None
) -> tuple[str | None, int, tuple[str, ...]]:
    """The report's title, the index of the text after it, and the agencies between which nothing decides."""
    found = _without_beside(list(_title_lines(texts)), document, texts, signed)
    dated = [heading for heading in found if year_of(heading.title)]
    if dated:
        heading, rivals = _decide(_of_one_year(dated, document), document, texts, signed)
        return heading.title, heading.after, rivals
    if named := next(_page_titles(document), None):
        return named, 0, ()
    return (found[0].title, found[0].after, ()) if found else (None, 0, ())


def named_by_page(document: Document, year: int | None) -> str | None:
    """The publisher that the page's own name for the report of that year names."""
    return next((agency_of(title) for title in _page_titles(document) if year_of(title) == year), None)


def year_by_page(document: Document) -> int | None:
    """The report year in the page's own name for the report."""
    return next(map(year_of, _page_titles(document)), None)


def opening(texts: Sequence[Text]) -> list[str]:
    """What stands before the first section, and that section's first paragraph."""
    found = []
    for index, text in enumerate(texts):
        if _opens(text):
            found += [squeeze(following.text) for following in texts[index + 1 : index + 2]]
            break
        found.append(squeeze(text.text))
    return found


def _opens(text: Text) -> bool:
    """Whether a text opens the first section; an entry of a table of contents before the title doesn't."""
    return opens_section(text.text) and not is_entry(text.text)


def period_of(texts: Sequence[Text]) -> int | None:
    """The year of the statistics period (统计期限), if the report states one and only one."""
    years = set()
    for text in texts:
        for match in _PERIOD.finditer(squeeze(text.text)):
            if match[2] in (None, match[1]):
                years.add(year_in(match[1]))
    return years.pop() if len(years) == 1 else None


def _without_beside(
    found: Sequence[Heading], document: Document, texts: Sequence[Text], signed: str | None
) -> list[Heading]:
    """The headings without a publisher above them that the report's own words don't bear out (发布机构, a mast)."""
    sure = any(agency_of(heading.title) for heading in found if not heading.beside)
    kept = []
    for heading in found:
        agency = agency_of(heading.title) or ""
        named = [name for name in (signed, named_in_prose(opening(texts[heading.after :]))) if name]
        borne_out = any(compatible(name, agency) for name in named)
        if heading.beside:
            above = sure if not named else not borne_out or heading.rest in set(_page_titles(document))
        else:
            above = bool(named) and all(is_within(name, agency) for name in named)
        bare = Heading(heading.rest or "", heading.start + 1, heading.after)
        kept.append(bare if above and heading.rest else heading)
    return kept


def _page_titles(document: Document) -> Iterator[str]:
    """The titles of reports, with their years, that the page's own names hold beside names of columns and sites."""
    for name in ("articletitle", "title"):
        for part in _TITLE_PARTS.split(document.meta.get(name, "")):
            if is_report_title(part) and year_of(part):
                yield unspaced(part)


def _of_one_year(headings: Sequence[Heading], document: Document) -> Sequence[Heading]:
    """The headings of the report's year, where a list of other years' reports without its links stands before it."""
    years = {year_of(heading.title) for heading in headings}
    if len(years) == 1:
        return headings
    year = period_of(list(document.texts()))
    year = year if year in years else year_of(headings[-1].title)
    return [heading for heading in headings if year_of(heading.title) == year]


def _decide(
    headings: Sequence[Heading], document: Document, texts: Sequence[Text], signed: str | None
) -> tuple[Heading, tuple[str, ...]]:
    """The title among headings of which one may be the column's or the site's, and agencies not decided between.

    A column may be headed like a report of the government that runs the site. The signature, the opening
    paragraphs and the page's own name for the article tell whose report it is.
    """
    agencies = _distinct(headings)
    bare = next((heading for heading in headings if agency_of(heading.title) is None), None)
    if len(agencies) < 2 and not (agencies and bare):
        return headings[0], ()
    titles = {index for heading in headings for index in range(heading.start, heading.after)}
    first = opening([text._replace(text="") if n in titles else text for n, text in enumerate(texts)])
    article = document.meta.get("articletitle", "")
    for named in (signed, named_in_prose(first), agency_of(article) if is_report_title(article) else None):
        same = [heading for agency, heading in agencies.items() if named and compatible(agency, named)]
        if len(same) == 1:
            return same[0], ()
        if named and bare and all(is_within(named, agency) for agency in agencies):
            return bare, ()
    own = [agency for agency in agencies if not any(is_within(other, agency) for other in agencies)]
    return agencies[own[0]], tuple(own) if len(own) > 1 else ()


def _distinct(headings: Sequence[Heading]) -> dict[str, Heading]:
    """Each agency that the headings name with the first heading that does, two names of one agency being one."""
    found: dict[str, Heading] = {}
    after = 0
    for heading in headings:
        agency = agency_of(heading.title)
        if agency and heading.start >= after and not any(compatible(agency, known) for known in found):
            found[agency] = heading
        after = max(after, heading.after)
    return found


def _title_lines(texts: Sequence[Text]) -> Iterator[Heading]:
    """The titles before the first section; a heading among them is of the column beside."""
    for start, text in enumerate(texts):
        if _opens(text):
            return
        if found := _title_at(start, texts):
            yield found


def _title_at(start: int, texts: Sequence[Text]) -> Heading | None:
    """The title that one to four consecutive lines from there make together."""
    below = list(islice(_beneath(texts, start), 3))
    for size in range(1, len(below) + 2):
        after = below[size - 2] + 1 if size > 1 else start + 1
        among = [texts[start], *(texts[index] for index in below[: size - 1])]
        lines = [unspaced(part.text) for part in among if not opens_section(part.text)]
        joined = _QUOTED.sub(r"\1", _AROUND.sub("", "".join(lines)))
        if not lines or not lines[0] or len(joined) > _LONGEST or _NO_PART.search(joined):
            return None
        if is_report_title(joined) and len(joined) > 8:
            if _belongs_together(lines, [part.level for part in among]):
                return _with_rest(_completed(joined, texts, start, after), texts)
            return None
    return None


def ends_title(line: str) -> bool:
    """Whether a line may be the last of a report's title."""
    last = line.rstrip()
    return (
        last.endswith(("报告", "年报", ")", "）")) and len(last) <= _LONGEST and bool(_TITLE_END.search(last))
    )


def title_ending(at: int, texts: Sequence[Text]) -> Heading | None:
    """The title of a report with its year of which the text at that index is the last line, in one to three lines."""
    for start in range(max(0, at - 2), at + 1):
        found = _title_at(start, texts)
        if found and found.after == at + 1 and year_of(found.title):
            return found
    return None


def _beneath(texts: Sequence[Text], start: int) -> Iterator[int]:
    """The indexes of the texts that follow, without those that a page prints beside this one: a menu's."""
    place = texts[start].place
    for index in range(start + 1, min(start + _NEAR, len(texts))):
        if not _is_beside(place, texts[index].place):
            yield index


def _upon(texts: Sequence[Text], start: int) -> Iterator[int]:
    """The indexes of the texts before, the last first, without those that a page prints beside this one."""
    for index in range(start - 1, max(start - _NEAR, -1), -1):
        if not _is_beside(texts[start].place, texts[index].place):
            yield index


def _is_beside(one: Place, other: Place) -> bool:
    """Whether two places of one page of a PDF stand in columns of their own."""
    if one.box is None or other.box is None or one.page != other.page:
        return False
    return one.box[2] <= other.box[0] or other.box[2] <= one.box[0]


def _belongs_together(lines: Sequence[str], levels: Sequence[int]) -> bool:
    """Whether lines before a title are part of it, rather than other titles, or names of a portal's columns."""
    if len(lines) == 1:
        return True
    if SUBJECT.fullmatch(lines[0]) and not _REST.fullmatch("".join(lines[1:])):
        return False  # a menu's heading above an article on something else
    if _begins_name(lines[0]):
        rest = "".join(lines[1:])
        return not _is_whole(rest) or (bool(levels[0]) >= bool(levels[1]) and _goes_on(lines[0], rest))
    column = is_report_title(lines[-1]) and any(
        COLUMN.search(line) or _SITE.search(line) for line in lines[:-1]
    )
    return not _is_whole(lines[-1]) and not column


def _is_whole(line: str) -> bool:
    """Whether a line is a title by itself, so that what stands above it is none of it."""
    return bool(is_report_title(line) and agency_of(line) and year_of(line))


def _goes_on(above: str, title: str) -> bool:
    """Whether a title that names a publisher by itself goes on with the name above: 银川市 / 西夏区科技局2020年….

    A publisher named beside the title (发布机构, a site's mast) names it once more, or names another one.
    """
    agency = agency_of(title)
    if agency is None or not squeeze(title).startswith(core(agency)) or agency.startswith(core(above)):
        return False
    part = _NATIONAL.match(above) or (above.endswith("政府") and agency.endswith("街道办事处"))
    return not compatible(agency, above) and bool(part or not is_name(above) or not is_placed(agency))


def _begins_name(line: str) -> bool:
    """Whether a line above a title may begin the publisher's name."""
    return not _SITE.search(line) and (is_name(line) or bool(PLACE_ONLY.fullmatch(line)))


def _completed(title: str, texts: Sequence[Text], start: int, after: int) -> Heading:
    """The title with the year from the line below, and the publisher from the line above, where it lacks them."""
    below = next(_beneath(texts, after - 1), None)
    if year_of(title) is None and below is not None and _YEAR_LINE.fullmatch(squeeze(texts[below].text)):
        title, after = title + unspaced(texts[below].text), below + 1
    above = next(_upon(texts, start), None)
    if agency_of(title) is None and above is not None:
        name = unspaced(texts[above].text)
        if len(name) <= 40 and _begins_name(name):
            return Heading(name + title, above, after)
    return Heading(title, start, after)


def _with_rest(heading: Heading, texts: Sequence[Text]) -> Heading:
    """The heading with its title as it is without the line above that names its publisher, if one does."""
    second = next(_beneath(texts, heading.start), heading.after)
    if second >= heading.after:
        return heading
    above, first = texts[heading.start], texts[second]
    rest = heading.title.removeprefix(unspaced(above.text))
    if not _begins_name(unspaced(above.text)) or not is_report_title(rest):
        return heading
    if year_of(rest) is None or agency_of(rest):
        return heading
    return replace(heading, rest=rest, beside=bool(first.level) and not above.level)

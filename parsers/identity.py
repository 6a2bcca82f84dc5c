"""Whose report it is and for which year: from its title, first paragraph, statistics period and signature.

Dates of the page around the report are never used, and nothing is guessed: an unnamed publisher is null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.labels import squeeze, unspaced
from parsers.model import Document, Problem, Text
from parsers.publisher import PLACE, is_name, is_placed, named_in_prose, signature
from parsers.rows import is_subsequence
from parsers.sections import opens_section

_NUMERAL = r"(?:(?:19|20)\d\d|[二一][〇○零Ｏ0O九][〇○零Ｏ0O一二三四五六七八九]{2})"
_YEAR = re.compile(rf"({_NUMERAL})\s*年?\s*(?:度|年度)?")
_DIGITS = str.maketrans("〇○零ＯO一二三四五六七八九", "00000123456789")
_SUBJECT = re.compile(
    r"(?:政府|政务)(?:政务)?信息(?:公开)?[和与及、](?:政务|政府信息)公开|政务[和与及、]政府信息公开|(?:政府|政务)?(?:政务)?信息公开|政务公开"
)
_REPORT = re.compile(rf"(?:报告|年报)(?:\([^()]{{1,24}}\)|{_NUMERAL}年?度?)?$")
_NOT_REPORT = re.compile(
    r"解读|图解|一图|读懂|通知|指南|通报|工作要点|网站工作|网站.{0,4}年度报表|法治政府|依法行政|统计表|说明会|答记者问|问答|公告$|目录|制度|实施方案|评估|自查|测评|考核|[上下]半年|季度"
)
_PLACE_ONLY = re.compile(rf"[\u4e00-\u9fff]{{1,20}}{PLACE}")
_TOWN_ONLY = re.compile(r"[\u4e00-\u9fff]{2,20}(?:镇|乡|民族乡|苏木)")
_PERIOD = re.compile(
    rf"(?:统计|数据|期限|时限).{{0,20}}?({_NUMERAL})年1月1日.{{0,3}}(?:至|到|—|-|－|~).{{0,3}}(?:({_NUMERAL})年)?12月31日"
)
_NO_PART = re.compile(r"[。；;：:>]|^附件|〔")
"""What shows that lines are not one title."""
_COLUMN = re.compile(r"公开|报告|年报|首页|内容|目录|指南|专栏|制度|位置")
_SITE = re.compile(r"门户$|网站?$|平台$")
_ANNEX_NUMBER = re.compile(r"^附件[\d一二三四五六七八九十]{0,2}[:：、.．](?=.)")
_NATIONAL = re.compile("国家|中国|中华")
_YEAR_LINE = re.compile(rf"\(?{_NUMERAL}年度?\)?")
_YEAR_IN_PROSE = re.compile(
    rf"({_NUMERAL})年度?(?:政府|政务)?(?:政务)?信息公开(?:工作)?(?:年度)?(?:报告|年报|情况)"
)
_BEFORE_NAME = re.compile(r"^(?:附件\d*[:.、]?|\([^()]{1,8}\))?(?:关于)?(?:报送|上报|公布|发布|印发)?")
_TITLE_PARTS = re.compile(r"[_|>»]|::|(?<!\d)[-–—]+|[-–—]+(?!\d)")
"""What stands between the name of an article and those of its column and site."""
_TOP = 40
"""Texts among which the title is looked for: menus of a portal come before it."""
_LONGEST = 80
_OWN_OFFICE = re.compile(r"(?:办公室|办公厅)$")
_OFFICES = "局厅委院办部中处校会署社联所站队馆"
"""Last characters of agencies, of which a short name may leave out others."""


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
    head = _head(own)
    title, before, rivals = _title(document, own, signature(texts))
    by_title = agency_of(title) if title and not rivals else None
    agency = None if rivals else by_title or named_in_prose(head) or signature(texts)
    if title and agency is None and not rivals:
        agency = _named_by_page(document, year_of(title))
    year = year_of(title) if title else None
    period = _period(texts)
    if period is None and not (title and _YEAR.search(squeeze(title))):
        period = _year_in_prose(head)
    problems = list(_conflicts(year, period, by_title, texts, before))
    if rivals:
        problems.append(
            Problem("agency_conflict", "agency", f"titles of several agencies: {', '.join(rivals)}")
        )
    elif agency is None:
        problems.append(Problem("unknown_agency", "", "the document names no publisher"))
    if year is None and period is None:
        problems.append(Problem("unknown_year", "", "the document names no report year"))
    return Identity(title, agency, year or period, tuple(problems), bool(title and is_report_title(title)))


def is_report_title(title: str) -> bool:
    """Whether a title is an annual report's own, not that of an explanation, a notice or a guide."""
    bare = squeeze(title)
    return bool(_SUBJECT.search(bare) and _REPORT.search(bare) and not _NOT_REPORT.search(bare))


def year_of(text: str) -> int | None:
    """The report year that a title names, in digits or numerals (二〇二四); None if it names none or two."""
    years = {_year(match[1]) for match in _YEAR.finditer(squeeze(text))}
    return years.pop() if len(years) == 1 else None


def agency_of(title: str) -> str | None:
    """The publisher that a title names; a bare place is its people's government."""
    bare = _BEFORE_NAME.sub("", _REPORT.sub("", squeeze(title)))
    subjects = list(_SUBJECT.finditer(bare))
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
    if name.endswith("人民") and subject[0].startswith("政府"):
        name += "政府"
    at = squeeze(title).find(name)
    return _as_agency(unspaced(title)[at : at + len(name)] if name and at >= 0 else name)


def _as_agency(name: str) -> str | None:
    if not re.search(r"[\u4e00-\u9fff]{2}", name) or name in (
        "政府",
        "本机关",
        "本级",
        "我局",
        "我单位",
        "区",
        "市",
        "县",
    ):
        return None
    if _COLUMN.search(name) and not is_name(name):
        return None
    if _PLACE_ONLY.fullmatch(name) or _TOWN_ONLY.fullmatch(name):
        return f"{name}人民政府"
    return name


def _without_links(texts: Sequence[Text], document: Document) -> list[Text]:
    """The texts, empty where they are links (to other reports, to the agency's column); a heading is none."""
    linked = {squeeze(link.text) for link in document.links}
    return [
        text._replace(text="") if not text.level and squeeze(text.text) in linked else text for text in texts
    ]


def _title(
    document: Document, texts: Sequence[Text], signed: str | None
) -> tuple[str | None, int, tuple[str, ...]]:
    """The report's title, the index of the text after it, and the agencies between which nothing decides."""
    found = [_without_beside(heading, document, texts, signed) for heading in _title_lines(texts)]
    dated = [heading for heading in found if year_of(heading.title)]
    if dated:
        heading, rivals = _decide(_of_one_year(dated, document), document, texts, signed)
        return heading.title, heading.after, rivals
    if named := next(_page_titles(document), None):
        return named, 0, ()
    return (found[0].title, found[0].after, ()) if found else (None, 0, ())


def _without_beside(
    heading: _Heading, document: Document, texts: Sequence[Text], signed: str | None
) -> _Heading:
    """The heading without a publisher above it that the report's own words don't bear out (发布机构, a mast)."""
    if heading.rest is None:
        return heading
    named = [name for name in (signed, named_in_prose(_head(texts[heading.after :]))) if name]
    borne_out = any(_compatible(name, agency_of(heading.title) or "") for name in named)
    if not named or (borne_out and heading.rest not in _page_titles(document)):
        return heading
    return _Heading(heading.rest, heading.start + 1, heading.after)


def _page_titles(document: Document) -> Iterator[str]:
    """The titles of reports, with their years, that the page's own names hold beside names of columns and sites."""
    for name in ("articletitle", "title"):
        for part in _TITLE_PARTS.split(document.meta.get(name, "")):
            if is_report_title(part) and year_of(part):
                yield unspaced(part)


def _named_by_page(document: Document, year: int | None) -> str | None:
    """The publisher that the page's own name for the report of that year names."""
    return next((agency_of(title) for title in _page_titles(document) if year_of(title) == year), None)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A line or lines that may be the report's title: the indexes of the first text and of that after the last.

    ``rest`` is the title without its publisher where that stands in a line of another kind above: it may be beside it.
    """

    title: str
    start: int
    after: int
    rest: str | None = None


def _of_one_year(headings: Sequence[_Heading], document: Document) -> Sequence[_Heading]:
    """The headings of the report's year, where a list of other years' reports without its links stands before it."""
    years = {year_of(heading.title) for heading in headings}
    if len(years) == 1:
        return headings
    year = _period(list(document.texts()))
    year = year if year in years else year_of(headings[-1].title)
    return [heading for heading in headings if year_of(heading.title) == year]


def _decide(
    headings: Sequence[_Heading], document: Document, texts: Sequence[Text], signed: str | None
) -> tuple[_Heading, tuple[str, ...]]:
    """The title among headings of which one may be the column's or the site's, and agencies not decided between.

    A column may be headed like a report of the government that runs the site. The signature, the opening
    paragraphs and the page's own name for the article tell whose report it is.
    """
    agencies = _distinct(headings)
    bare = next((heading for heading in headings if agency_of(heading.title) is None), None)
    if len(agencies) < 2 and not (agencies and bare):
        return headings[0], ()
    titles = {index for heading in headings for index in range(heading.start, heading.after)}
    opening = _head([text._replace(text="") if n in titles else text for n, text in enumerate(texts)])
    article = document.meta.get("articletitle", "")
    for named in (signed, named_in_prose(opening), agency_of(article) if is_report_title(article) else None):
        same = [heading for agency, heading in agencies.items() if named and _compatible(agency, named)]
        if len(same) == 1:
            return same[0], ()
        if named and bare and all(_is_within(named, agency) for agency in agencies):
            return bare, ()
    own = [agency for agency in agencies if not any(_is_within(other, agency) for other in agencies)]
    return agencies[own[0]], tuple(own) if len(own) > 1 else ()


def _is_within(agency: str, place: str) -> bool:
    """Whether an agency is one of those under the government of a place: that heads a column of all of them."""
    core = place.removesuffix("人民政府")
    return core != place and agency.startswith(core) and not _compatible(agency, place)


def _distinct(headings: Sequence[_Heading]) -> dict[str, _Heading]:
    """Each agency that the headings name with the first heading that does, two names of one agency being one."""
    found: dict[str, _Heading] = {}
    after = 0
    for heading in headings:
        agency = agency_of(heading.title)
        if agency and heading.start >= after and not any(_compatible(agency, known) for known in found):
            found[agency] = heading
        after = max(after, heading.after)
    return found


def _title_lines(texts: Sequence[Text]) -> Iterator[_Heading]:
    """Titles put together from one to four consecutive lines; a heading among them is of the column beside."""
    for start, text in enumerate(texts):
        if opens_section(text.text):
            return
        for size in (1, 2, 3, 4):
            among = texts[start : start + size]
            lines = [unspaced(part.text) for part in among if not opens_section(part.text)]
            joined = _ANNEX_NUMBER.sub("", "".join(lines)).strip("《》")
            if not lines[0] or len(joined) > _LONGEST or _NO_PART.search(joined):
                break
            if len(among) == size and is_report_title(joined) and len(joined) > 8:
                if _belongs_together(lines, [part.level for part in among]):
                    heading = _completed(joined, texts, start, start + size)
                    yield replace(heading, rest=_beside(heading, texts))
                break


def _belongs_together(lines: Sequence[str], levels: Sequence[int]) -> bool:
    """Whether lines before a title are part of it, rather than other titles, or names of a portal's columns."""
    if len(lines) == 1:
        return True
    if _begins_name(lines[0]):
        rest = "".join(lines[1:])
        return not _is_whole(rest) or (bool(levels[0]) >= bool(levels[1]) and _goes_on(lines[0], rest))
    column = is_report_title(lines[-1]) and any(
        _COLUMN.search(line) or _SITE.search(line) for line in lines[:-1]
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
    if agency is None or not squeeze(title).startswith(agency) or agency.startswith(_core(above)):
        return False
    part = _NATIONAL.match(above) or (above.endswith("政府") and agency.endswith("街道办事处"))
    return not _compatible(agency, above) and bool(part or not is_name(above) or not is_placed(agency))


def _begins_name(line: str) -> bool:
    """Whether a line above a title may begin the publisher's name."""
    return not _SITE.search(line) and (is_name(line) or bool(_PLACE_ONLY.fullmatch(line)))


def _completed(title: str, texts: Sequence[Text], start: int, after: int) -> _Heading:
    """The title with the year from the line below, and the publisher from the line above, where it lacks them."""
    if year_of(title) is None and after < len(texts) and _YEAR_LINE.fullmatch(squeeze(texts[after].text)):
        title, after = title + unspaced(texts[after].text), after + 1
    if agency_of(title) is None and start:
        above = unspaced(texts[start - 1].text)
        if len(above) <= 40 and _begins_name(above):
            return _Heading(above + title, start - 1, after)
    return _Heading(title, start, after)


def _beside(heading: _Heading, texts: Sequence[Text]) -> str | None:
    """The title without the line above that names its publisher, where the title alone is a heading."""
    above, first = (
        texts[heading.start : heading.start + 2] if heading.after > heading.start + 1 else (None, None)
    )
    if (
        above is None
        or first is None
        or above.level
        or not first.level
        or not _begins_name(unspaced(above.text))
    ):
        return None
    rest = heading.title.removeprefix(unspaced(above.text))
    return rest if is_report_title(rest) and year_of(rest) and agency_of(rest) is None else None


def _head(texts: Sequence[Text]) -> list[str]:
    """What stands before the first section, and that section's first paragraph."""
    found = []
    for index, text in enumerate(texts):
        if opens_section(text.text):
            found += [squeeze(following.text) for following in texts[index + 1 : index + 2]]
            break
        found.append(squeeze(text.text))
    return found


def _period(texts: Sequence[Text]) -> int | None:
    """The year of the statistics period (统计期限), if the report states one and only one."""
    years = set()
    for text in texts:
        for match in _PERIOD.finditer(squeeze(text.text)):
            if match[2] in (None, match[1]):
                years.add(_year(match[1]))
    return years.pop() if len(years) == 1 else None


def _year_in_prose(head: Sequence[str]) -> int | None:
    """The year of which the opening paragraphs say that they report on it, if it is only one."""
    years = {_year(match[1]) for line in head for match in _YEAR_IN_PROSE.finditer(line)}
    return years.pop() if len(years) == 1 else None


def _year(numeral: str) -> int:
    return int(numeral.translate(_DIGITS))


def _conflicts(
    year: int | None, period: int | None, agency: str | None, texts: Sequence[Text], after: int
) -> Iterator[Problem]:
    if year and period and year != period:
        yield Problem("year_conflict", "year", f"the title says {year}, the statistics period {period}")
    signed = signature(texts[after:])
    if agency and signed and not _compatible(agency, signed):
        yield Problem("agency_conflict", "agency", f"the title says {agency}, the signature {signed}")


def _compatible(one: str, other: str) -> bool:
    """Whether two names may be one agency: the one is the other without its place, or in fewer characters.

    银川市科技局 is 科学技术局 of the same place; 银川市 is no 银川市科学技术局.
    """
    short, long = sorted((_core(one), _core(other)), key=len)
    if long.endswith(short):
        return True
    return short[-1:] == long[-1:] and short[-1:] in _OFFICES and is_subsequence(short, long)


def _core(name: str) -> str:
    """A name without what may be left out of it, 委员会 and 管委会 as 委, 联合会 as 联, 证监会 as 证监委."""
    bare = _OWN_OFFICE.sub("", squeeze(name)).replace("委员会", "委").replace("联合会", "联")
    bare = re.sub(r"(?:(?<=管)委|(?<=监))会$", "委", re.sub(r"人民政府(?=.*街道)", "", bare))
    return re.sub(r"(?:人民政府|政府)办?$|(?<=街道)办(?:事处)?$|(?<=地区|.盟)行政公署$", "", bare)

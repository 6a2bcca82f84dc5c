"""Reads text renditions of reports: tables drawn with tabs, or flowed into lines of labels and figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from parsers.documents.encoding import decode
from parsers.errors import Unreadable
from parsers.labels import squeeze, unradical
from parsers.lexicon import BLOCK_TITLE, telling_kinds
from parsers.model import Block, Document, GridCell, Place, Table, Text
from parsers.sections import opens_section

LINE_BREAK = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
"""What ends a line, so that line numbers mean the same wherever they are used."""
_PAGE_NUMBER = re.compile(r"^\s*[-—–]\s*\d{1,3}\s*[-—–]\s*$|^\s*第\s*\d+\s*页.*$")
_PIPED = re.compile(r"^\s*[|│┃].*[|│┃]\s*$")
_BARS = str.maketrans("│┃|", "\t\t\t")
_RULE = re.compile(r"^[\s|:+=_\u2500-\u257f-]*[-=_─━═]{3}[\s|:+=_\u2500-\u257f-]*$")
_VALUE = re.compile(
    r"[+\-－−＋]?[\d０-９](?:[\d０-９,，.．]*[\d０-９])?(?:万元|亿元|元|件|条|项|次|人|个)?|[/／]|[-—－]{1,6}|无|零"
)
_BROKEN = re.compile(
    r"[+\-－−＋]?(?![0０]\n?[\d０-９])[\d０-９][\d０-９,，.．]*\n[\d０-９,，.．]+(?:万元|亿元|元|件|条|项)?"
)
"""A figure that a line's end may have broken in two; none begins with a nought before another digit."""
_NOTE = re.compile(r"\([^()]*\)")
_UNIT = ("万元", "亿元", "元", "件", "条", "项", "次", "篇", "个", "人", "人次")
_PROSE = re.compile(r"[。；;！]")
_LONGEST_LABEL = 45
"""Characters of a label, notes in brackets aside; a line with more is prose."""
_SENTENCE_END = re.compile(r"[。！？：:；;]$")
_SCRAP = re.compile(r"[\u4e00-\u9fff]{1,6}")
_MOST_SCRAPS = 12
"""Pieces of header cells that may stand before the first whole label of a flowed table."""
_TITLE = re.compile(r"^[^,。]*(?:信息|政务)公开[^,。]*(?:报告|年报)(?:\([^()]{1,12}\))?$")
_LONGEST_TITLE = 60
_HEADING_END = re.compile(r"(?:情况|事项|措施|概述|概况)$")
_FULL_LINE = 24
"""Characters from which a line of a flowed rendition may be one that was wrapped."""


class Written(Protocol):
    """Anything with a text, such as a line."""

    @property
    def text(self) -> str:
        """What it says."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file: its number from 1, and its text without the break."""

    number: int
    text: str


def read(data: bytes) -> Document:
    """The document that a plain text shows. Raises Unreadable if it holds no text."""
    written = list(enumerate(LINE_BREAK.split(unradical(decode(data))), 1))
    lines = [
        _Line(number, _tabs_for_pipes(text))
        for number, text in written
        if text.strip() and not _PAGE_NUMBER.match(text) and not _RULE.match(text)
    ]
    if not lines:
        raise Unreadable("no_text", "the file holds no text")
    number, last = written[-1]
    end = Place(line=number, span=(0, len(last))) if last[-1:].isdigit() else None
    return Document("text/plain", tuple(_blocks(lines)), ends_in=end)


def _tabs_for_pipes(line: str) -> str:
    """A table row drawn as Markdown (``| 规章 | 0 |``) or in a box, with tabs in place of its bars, character for
    character; a row of one cell keeps its last bar as a tab."""
    if not _PIPED.match(line):
        return line
    bare = line.translate(_BARS)
    first, last = bare.index("\t"), bare.rindex("\t")
    inner = bare[first + 1 : last]
    return f"{' ' * (first + 1)}{inner}" + ("" if "\t" in inner else "\t")


def _blocks(lines: Sequence[_Line]) -> Iterator[Block]:
    position, tables = 0, 0
    while position < len(lines):
        for find, build in ((_tabbed, _tab_table), (flowed, _flow_table)):
            until = find(lines, position)
            if until > position:
                yield build(lines[position:until], tables)
                position, tables = until, tables + 1
                break
        else:
            until = _paragraph(lines, position)
            yield _text(lines[position:until])
            position = until


def _tabbed(lines: Sequence[_Line], start: int) -> int:
    """The end of a run of lines drawn with tabs that starts here, or ``start``."""
    end = start
    while end < len(lines) and (
        "\t" in lines[end].text
        or _is_title_of_block(lines[end : end + 2])
        or (end > start and _is_rest(lines[end - 1], lines[end]))
    ):
        end += 1
    return end if end - start > 1 or (end > start and lines[start].text.count("\t") > 2) else start


def _is_title_of_block(lines: Sequence[_Line]) -> bool:
    """Whether the first line is a block's title, all of its row, and the second a row drawn with tabs."""
    alone = len(lines) > 1 and len(lines[0].text) < _FULL_LINE and "\t" in lines[1].text
    return alone and bool(BLOCK_TITLE.fullmatch(squeeze(lines[0].text)))


def _is_rest(row: _Line, line: _Line) -> bool:
    """Whether a line of digits alone may be the rest of the last figure of the row drawn with tabs above it."""
    *before, last = row.text.split("\t")
    return bool(before and _BROKEN.fullmatch(f"{last.strip()}\n{line.text.strip()}"))


def _tab_table(lines: Sequence[_Line], number: int) -> Table:
    cells: list[GridCell] = []
    for row, line in enumerate(lines):
        if row and _is_rest(
            lines[row - 1], line
        ):  # a space is left between the two, so that neither is a figure
            cells[-1] = cells[-1]._replace(text=f"{cells[-1].text} {line.text.strip()}")
            continue
        at = 0
        for column, text in enumerate(line.text.split("\t")):
            place = Place(table=number, row=row, column=column, line=line.number, span=(at, at + len(text)))
            cells.append(GridCell(" ".join(text.split()), row, column, place=place))
            at += len(text) + 1
    return Table(tuple(cells), Place(table=number, line=lines[0].number))


def flowed(lines: Sequence[Written], start: int) -> int:
    """The end of a table flowed into lines that starts here with a telling label, or ``start``."""
    first = start
    while first < min(len(lines), start + _MOST_SCRAPS) and _SCRAP.fullmatch(lines[first].text.strip()):
        if _tells(lines[first].text):
            break
        first += 1
    if first == len(lines) or not _goes_on(lines[first].text) or not _tells(lines[first].text):
        return start
    end, annex = first + 1, False
    while end < len(lines) and _goes_on(lines[end].text, annex=annex):
        annex = annex or _is_indicator(lines[end].text)
        end += 1
    return end if any(label_and_values(line.text)[1] for line in lines[first:end]) else start


def _goes_on(line: str, *, annex: bool = False) -> bool:
    """Whether the line may be part of a flowed table: no heading, and no prose before the figures at its end.

    The statistics annex has headings of its own (三、依申请公开情况).
    """
    heading = opens_section(line) and not (annex and _is_indicator(line))
    label = label_and_values(line)[0]
    return not heading and not _PROSE.search(label) and _is_short(label)


def _is_short(label: str) -> bool:
    return len(label) <= _LONGEST_LABEL or len(_NOTE.sub("", squeeze(label))) <= _LONGEST_LABEL


def _is_indicator(line: str) -> bool:
    words = label_and_values(line)[0].split()
    return telling_kinds("".join(words[:-1] if words[-1:] and words[-1] in _UNIT else words)) == {
        "statistics"
    }


def _tells(line: str) -> bool:
    """Whether the line is a label of a standard table, with or without figures after it."""
    label = label_and_values(line)[0]
    words = [label, *label.split()]
    return "勾稽关系" in label or any(telling_kinds(word) for word in words)


def _flow_table(lines: Sequence[_Line], number: int) -> Table:
    """A loose table: a line's words in column 0, the values at its end from column 1."""
    cells: list[GridCell] = []
    for row, line in enumerate(lines):
        label, values = label_and_values(line.text)
        found, end = list[GridCell](), len(line.text)
        for column in range(len(values), 0, -1):
            found.append(_cell(values[column - 1], line, Place(table=number, row=row, column=column), end))
            end = found[-1].place.span[0] if found[-1].place.span else 0
        if label:
            found.append(_cell(label, line, Place(table=number, row=row, column=0), end))
        cells += reversed(found)
    return Table(tuple(cells), Place(table=number, line=lines[0].number), loose=True)


def _cell(text: str, line: _Line, place: Place, end: int) -> GridCell:
    """The last such words of the line before ``end``."""
    at = line.text.rfind(text, 0, end)
    span = (at, at + len(text)) if at >= 0 else None
    return GridCell(
        text, place.row or 0, place.column or 0, place=place._replace(line=line.number, span=span)
    )


def label_and_values(line: str) -> tuple[str, list[str]]:
    """The words of a line and the values at its end."""
    words = line.split()
    values: list[str] = []
    while words:
        word = words[-1]
        if _VALUE.fullmatch(word):
            values.insert(0, words.pop())
        elif word in _UNIT and len(words) > 1 and re.fullmatch(r"[\d,.]+", words[-2]):
            values.insert(0, words[-2] + words[-1])
            del words[-2:]
        else:
            break
    if values and not any(re.search(r"[\d０-９零]", value) for value in values):
        return " ".join(line.split()), []
    return " ".join(words), values


def _paragraph(lines: Sequence[_Line], start: int) -> int:
    """The end of the paragraph that starts here: a line that fills its width goes on in the next."""
    end = start + 1
    while end < len(lines):
        before, here = lines[end - 1].text.rstrip(), lines[end].text
        wrapped = len(squeeze(before)) >= _FULL_LINE and not _SENTENCE_END.search(before) and len(before) < 60
        if (
            not wrapped
            or _is_title(lines[n] for n in range(start, end))
            or (end - start == 1 and _HEADING_END.search(before) and opens_section(before))
            or opens_section(here)
            or "\t" in here
            or here.startswith(("\u3000", "    "))
        ):
            break
        end += 1
    return end


def _is_title(lines: Iterable[_Line]) -> bool:
    """Whether the lines are a report's title, whole."""
    bare = ""
    for line in lines:
        bare += squeeze(line.text)
        if len(bare) >= _LONGEST_TITLE:
            return False
    return bool(_TITLE.search(bare))


def _text(lines: Sequence[_Line]) -> Text:
    parts = [lines[0].text.strip()]
    last = parts[0]
    for line in lines[1:]:
        following = line.text.strip()
        parts.append((" " if last[-1:].isascii() and following[:1].isascii() else "") + following)
        last = parts[-1] or last
    return Text("".join(parts), Place(line=lines[0].number, span=(0, len(lines[0].text))))

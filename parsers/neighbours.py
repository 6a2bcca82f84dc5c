"""Other reports in a report's document: last year's below this year's, those of several agencies on one page.

What stands under the title of another report, with another year or another agency, is none of this one's: without
this a table that the report lacks would be taken from its neighbour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from parsers.headline import ends_title, title_ending
from parsers.lexicon import telling_kinds
from parsers.model import Block, Document, Problem, Table, Text
from parsers.naming import agency_of, compatible, year_of
from parsers.publisher import is_name
from parsers.sections import number_of

_MOST_TITLES = 200
"""Lines that end like a title which are looked at; a menu has some dozens."""
_FEWEST_LABELS = 3
"""Labels of the forms that make a table one of a report's."""


@dataclass(slots=True)
class _Part:
    """Blocks from a report's title, None before the first one, to the next title."""

    title: str | None
    blocks: list[Block]


def without_neighbours(
    document: Document, title: str | None, agency: str | None, year: int | None
) -> tuple[Document, tuple[Problem, ...]]:
    """The document without other reports, and a problem that names them; as it is where it holds only this one."""
    starts = _starts(document.blocks) if title else {}
    if not any(_is_other(start, agency, year) for start in starts.values()):
        return document, ()
    parts = _with_content(list(_parts(document.blocks, starts)))
    others = [part for part in parts if part.title and _is_other(part.title, agency, year)]
    own = [part for part in parts if part not in others]
    if not others or not any(_has_content(part) for part in own):
        return document, ()
    names = ", ".join(dict.fromkeys(part.title or "" for part in others))
    told = Problem(
        "several_reports", "", f"other reports stand in the document and were not read: {names[:300]}"
    )
    return replace(document, blocks=tuple(block for part in own for block in part.blocks)), (told,)


def _starts(blocks: Sequence[Block]) -> dict[int, str]:
    """Numbers of the texts at which titles of reports begin, with the titles."""
    texts = [block for block in blocks if isinstance(block, Text)]
    ends = (index for index, text in enumerate(texts) if ends_title(text.text))
    found = (title_ending(index, texts) for index in islice(ends, _MOST_TITLES))
    return {heading.start: heading.title for heading in found if heading}


def _is_other(title: str, agency: str | None, year: int | None) -> bool:
    """Whether a title is that of another report: of another year, or of an agency that can't be this one."""
    if year is not None and year_of(title) != year:
        return True
    named = agency_of(title)
    return bool(agency and named and is_name(named) and not compatible(named, agency))


def _parts(blocks: Sequence[Block], starts: dict[int, str]) -> Iterator[_Part]:
    part = _Part(None, [])
    number = 0
    for block in blocks:
        if isinstance(block, Text):
            if number in starts:
                yield part
                part = _Part(starts[number], [])
            number += 1
        part.blocks.append(block)
    yield part


def _with_content(parts: Sequence[_Part]) -> list[_Part]:
    """The parts that are reports; a title with none of its own below it, in a list or a sentence, begins no part."""
    kept: list[_Part] = []
    for part in parts:
        if kept and not _has_content(part):
            kept[-1].blocks += part.blocks
        else:
            kept.append(part)
    return kept


def _has_content(part: _Part) -> bool:
    """Whether a report begins here: with its first section, or where no section is headed with a table of the forms."""
    numbers = [
        number for block in part.blocks if isinstance(block, Text) and (number := number_of(block.text))
    ]
    return min(numbers) == 1 if numbers else any(map(_is_official, part.blocks))


def _is_official(block: Block) -> bool:
    if not isinstance(block, Table):
        return False
    return sum(bool(telling_kinds(cell.text)) for cell in block.cells) >= _FEWEST_LABELS

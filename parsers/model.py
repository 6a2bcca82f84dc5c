"""The nouns of the parsers, each in one sense.

Two layers. A *document* is what a file shows: headings, paragraphs and tables in reading order,
each with its place. A *report* is what a document says under an official form: cells, sections,
checks and problems. Everything here is immutable, compares by value and can be pickled. What a page has by the
hundred is a named tuple: made three times as fast as a frozen data class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

Number = int | Decimal
"""An exact figure: ``int`` where it is whole, else ``Decimal``; never ``float``."""

State = Literal["value", "blank", "absent", "unread"]
"""``value``: a number is printed. ``blank``: the cell is there and says nothing (empty, ``/``, ``—``, ``无``).
``absent``: the document lacks the cell. ``unread``: the cell holds something that we won't guess at."""

Status = Literal["holds", "fails", "unknown"]
"""How a check came out; ``unknown`` where an operand is null."""

Verdict = Literal["publisher", "parser", "undecided"]
"""Who is at fault when a check fails: the publisher's own arithmetic, our reading, or not known."""


DOUBT = "\ufffd"
"""The replacement character, behind a figure that may not be whole, or is not shown: no reader takes it for a number."""
make = tuple.__new__
"""A named tuple of a plain one, ``make(Place, (1, box, ...))``: in half the time of a call that names its class."""


class Place(NamedTuple):
    """Where something stands in an original; only the fields of its medium are set.

    PDF: ``page`` (from 1) and ``box`` (x0, top, x1, bottom) in points from the page's top left corner.
    HTML: ``table`` (from 0, in document order), ``row`` and ``column`` (from 0, in the expanded grid) and
    ``path`` (an XPath of the node). Text: ``line`` (from 1) and ``span`` (start, end characters in it).
    """

    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    path: str | None = None
    line: int | None = None
    span: tuple[int, int] | None = None

    def as_json(self) -> dict[str, object]:
        """The fields that are set, in the order of the class."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in zip(self._fields, self, strict=True)
            if value is not None
        }


NOWHERE = Place()


def on_page(page: int, box: tuple[float, float, float, float]) -> Place:
    """A place in a PDF."""
    return make(Place, (page, box, None, None, None, None, None, None))


class GridCell(NamedTuple):
    """One cell of a table as drawn: its text and the rectangle of grid positions that it covers."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    place: Place = NOWHERE


class Text(NamedTuple):
    """A heading or paragraph: its text, its place and, for a heading, its level (1 is the highest; 0: none)."""

    text: str
    place: Place = NOWHERE
    level: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table as drawn, merged cells kept with their spans; ``grid`` expands them."""

    cells: tuple[GridCell, ...]
    place: Place = NOWHERE
    loose: bool = False
    """True where no grid was drawn and rows were put together from lines of text: labels may be glued
    to their neighbours, and a row's numbers are those at its end."""

    def grid(self) -> dict[tuple[int, int], GridCell]:
        """(row, column) to the cell that covers it; the first cell wins where spans overlap."""
        taken: dict[tuple[int, int], GridCell] = {}
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rowspan):
                for column in range(cell.column, cell.column + cell.colspan):
                    taken.setdefault((row, column), cell)
        return taken

    def box(self) -> Iterator[Text]:
        """The lines of text that a table of one column is drawn around; none if it has more, or was not drawn."""
        if self.loose or any(cell.column for cell in self.cells):
            return
        for cell in self.cells:
            yield from (Text(line, cell.place) for line in cell.text.split("\n") if line.strip())


Block = Text | Table


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside the report's own content, as written: target, text and place."""

    href: str
    text: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Document:
    """What a file shows, in reading order, without any knowledge of forms."""

    media_type: str
    blocks: tuple[Block, ...]
    meta: Mapping[str, str] = field(default_factory=dict)
    """Names (lower case) to contents of HTML's meta tags, plus ``title``; a PDF's information dictionary."""
    links: tuple[Link, ...] = ()
    images: int = 0
    """Pictures in the content that may hold tables."""
    problems: tuple[Problem, ...] = ()
    ends_in: Place | None = None
    """The last line of a text that ends in a digit, with no line break behind it: its figure may have been cut off."""

    def tables(self) -> Iterator[Table]:
        """The tables in reading order."""
        return (block for block in self.blocks if isinstance(block, Table))

    def texts(self) -> Iterator[Text]:
        """The headings and paragraphs in reading order, also those in a :meth:`Table.box`."""
        for block in self.blocks:
            yield from (block,) if isinstance(block, Text) else block.box()


@dataclass(frozen=True, slots=True)
class Cell:
    """One official cell: its address in the contract, what is printed there, its value and place."""

    table: str
    row: str
    column: str
    value: Number | None = None
    state: State = "absent"
    raw: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One of the report's sections: its number (一 is 1), title without the number, and prose without tables."""

    number: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """An arithmetic rule (勾稽关系) applied once: ``left`` must equal ``right``."""

    rule: str
    where: str
    status: Status
    left: Number | None = None
    right: Number | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure in the prose: what it counts, its value (None: not certain), its sentence and section.

    ``check`` compares it with the tables (rules ``prose.*``), None where no cell says the same.
    """

    id: str
    value: Number | None
    sentence: str
    section: int
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something odd about a report or our reading of it: a code, the address it concerns, a sentence."""

    code: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a document says. ``tables`` names the standard tables that it has (``disclosure``, ``requests``,
    ``disputes``, ``statistics``); ``cells`` holds every cell of those tables, null or not, in the form's order.
    """

    media_type: str
    form: str | None
    title: str | None
    agency: str | None
    year: int | None
    tables: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    sections: tuple[Section, ...] = ()
    checks: tuple[Check, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_report: bool = False
    """Whether the document is an annual report at all, or at least its cover page with the report attached."""
    content_digest: str = ""
    """SHA-256 (hex) of the content without page furniture: equal digests are one published version."""
    links: tuple[Link, ...] = ()
    region: str | None = None
    """GB/T 2260 code of the division whose agency the publisher is, where its name tells."""
    prose: tuple[Statement, ...] = ()
    """Figures that the report's prose states, and how they agree with its tables."""

"""What is read of a flowed table so far, and when it must be taken back: white space alone tells its figures apart, so
one that was broken over a line's end may stand as two, its last digits or its unit beside another row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from parsers.forms import Block, Column
from parsers.model import GridCell
from parsers.numbers import read_figure
from parsers.rows import Claim, Findings, printed
from parsers.tables.ordered import adds_up
from parsers.tables.requests import COLUMNS
from parsers.tables.wording import blocks, letters_of, without_notes

RESTS_OF_UNITS = ("元", "亿", "亿元")
"""Alone on a line: a figure's unit that was parted from it, and is not the form's 万元."""


@dataclass(frozen=True, slots=True)
class Header:
    """A known header: the form and table that it heads, and the columns in order."""

    table: str
    form: str
    block: Block
    columns: tuple[Column, ...]


@dataclass(slots=True)
class State:
    """What has been read of a flowed table so far."""

    words: list[str] = field(default_factory=list)
    header: Header | None = None
    row: tuple[str, str] = ("", "")
    tail: str = ""
    lost: bool = False
    """Whether no row was found for the last figures: what follows them may be the rest of its label."""
    stray: int = 0
    """How many figures there were, if moreover no label stood beside them: they may be parts of those above or below."""
    open_note: bool = False
    """Whether the last row's label broke off inside a note in brackets."""
    claimed: list[Claim] = field(default_factory=list)
    short: list[tuple[str, int]] = field(default_factory=list)
    """Rows of section two with fewer figures than columns, and the number of the line."""
    split: bool = False
    """Whether figures on lines of their own are too many for a row: some are parts of one."""
    parted: bool = False
    """Whether a row of section three has too many figures: some are parts of one, here and maybe in other rows."""


def doubt_last(state: State, findings: Findings, why: str) -> None:
    """Takes the last row's figures back: a figure without a label beside it may be part of them."""
    where = ".".join(state.row) if state.claimed else "tables"
    if state.claimed:
        findings.claims = [claim for claim in findings.claims if claim not in state.claimed]
    findings.problem("unread_row", where, why)
    state.claimed = []


def doubt_unless_whole(state: State, findings: Findings, values: Sequence[GridCell]) -> None:
    """Takes the last row's figures back where those that follow, without a label of their own, may be the rest of them."""
    if state.claimed and not is_whole([claim.cell for claim in state.claimed], beside=len(values)):
        doubt_last(state, findings, f"what follows may be the rest of its figures: {printed(values)}")


def is_whole(cells: Sequence[GridCell], *, beside: int) -> bool:
    """Whether a row's figures are certainly not the first or last digits of figures broken in two: they are noughts. Where
    as many figures stand ``beside`` as a row of section three has, it is most likely another row; then a sum will do."""
    figures = [read_figure(cell.text).value for cell in cells]
    return all(value == 0 for value in figures) or (beside == len(COLUMNS) and adds_up(cells, len(COLUMNS)))


def has_said(words: Sequence[str]) -> bool:
    """Whether the last of the lines has no label and one before ends in a sign for nothing: that row has said its say."""
    *before, own = words
    return not own and any(read_figure(line.split()[-1]).state == "blank" for line in before if line.split())


def ends_with_label(text: str) -> bool:
    """Whether the words end with a whole label of some row: then the figures beside them are that row's."""
    letters = letters_of(without_notes(text))
    return any(
        letters.endswith(letters_of(without_notes(row.zh))) for _, _, block in blocks() for row in block.rows
    )


def doubt_stacked(state: State, findings: Findings) -> None:
    """Takes back figures of section two on lines of their own where some were split, or one went astray above them."""
    rows: dict[str, list[Claim]] = {}
    for claim in findings.claims:
        after = any(claim.row == row and claim.line[1] > line for row, line in state.short)
        if claim.loose and claim.table == "disclosure" and (after or state.split):
            rows.setdefault(claim.row, []).append(claim)
    for row, claims in rows.items():
        if len(claims) > 1 and on_own_lines([claim.cell for claim in claims]):
            findings.claims = [claim for claim in findings.claims if claim not in claims]
            figures = printed([claim.cell for claim in claims])
            message = f"other rows show that these may be parts of figures, or another row's: {figures}"
            findings.problem("unread_row", f"disclosure.{row}", message)


def doubt_parted(findings: Findings) -> None:
    """Takes back rows of section three that may have as many figures as columns only because one is in two parts."""
    rows: dict[tuple[int, int], list[Claim]] = {}
    for claim in findings.claims:
        if claim.loose and claim.table == "requests":
            rows.setdefault(claim.line, []).append(claim)
    for claims in rows.values():
        if not is_whole([claim.cell for claim in claims], beside=len(COLUMNS)):
            findings.claims = [claim for claim in findings.claims if claim not in claims]
            message = (
                f"other rows show that these may be parts of figures: {printed([c.cell for c in claims])}"
            )
            findings.problem("unread_row", f"requests.{claims[0].row}", message)


def on_own_lines(cells: Sequence[GridCell]) -> bool:
    """Whether the cells stand on more than one line."""
    return len({cell.place.line for cell in cells}) > 1

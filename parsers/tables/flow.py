"""Tables flowed into lines: figures at the end of a line, labels broken over the lines around them.

A label is put together from the words since the last figures. It counts only if it is one official row, the
words left over belong to its header or parent headings, and the line has exactly as many figures as columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from parsers.forms import Block, Column, Row, load_forms
from parsers.labels import squeeze
from parsers.lexicon import BLOCK_TITLE
from parsers.model import GridCell
from parsers.numbers import read_figure
from parsers.rows import Claim, Findings, Line, figure, printed
from parsers.tables.disputes import GROUPS, OFFICIAL
from parsers.tables.ordered import OrderedRow, adds_up, in_order
from parsers.tables.stacked import side_by_side
from parsers.tables.wording import (
    NOTE,
    OPEN_NOTE,
    blocks,
    common_prefix,
    dispute_header,
    headers,
    letters_of,
    near,
    run_together,
    swallows_label,
    without_notes,
)

_CUT_NUMBER = re.compile(r"\([一二三四五六七八九十]{0,3}$")
"""The next row's numbering, cut off: the figures beside it are that row's."""
_REST_OF_FIGURE = re.compile(r"\s*[,，.．]\s*[\d０-９]")
_NOTE_END = re.compile(r"[^()]*\)")
_SHORTEST = 4
_RESTS_OF_UNITS = ("元", "亿", "亿元")
"""Alone on a line: a figure's unit that was parted from it, and is not the form's 万元."""
_APPLICANTS = 7
"""Columns of section three."""
_NOTHING = ("/", "／", "—", "－", "-")
_UNITS = ("人次", "万元", "条", "件", "次", "篇", "个", "人", "元")


@dataclass(frozen=True, slots=True)
class _Header:
    """A known header: the form and table that it heads, and the columns in order."""

    table: str
    form: str
    block: Block
    columns: tuple[Column, ...]


@dataclass(slots=True)
class _State:
    """What has been read of a flowed table so far."""

    words: list[str] = field(default_factory=list)
    header: _Header | None = None
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


def read(lines: Sequence[Line], findings: Findings) -> None:
    """Claims the figures of a loose table, of whatever kinds it is."""
    state = _State()
    ordered, rest = in_order(list(side_by_side(lines)))
    for row in ordered:
        _claim_ordered(row, findings)
    for line in rest:
        label = "".join(cell.text for cell in line.cells if cell.column == 0)
        values = [cell for cell in line.cells if cell.column > 0]
        if state.claimed and _REST_OF_FIGURE.match(label):
            _doubt_last(state, findings, f"what follows it seems to be the rest of a figure: {label[:20]}")
        if state.claimed and squeeze(label) in _RESTS_OF_UNITS:
            _doubt_last(state, findings, f"what follows it seems to be its unit: {label}")
        state.words.append(label)
        if title := BLOCK_TITLE.search(squeeze("".join(state.words))):
            state.words = [squeeze("".join(state.words))[title.end() :]]
            state.header, state.tail, state.stray = None, "", 0
            findings.seen.add("disclosure")
        if not values:
            continue
        _read_row(line, state, findings)
        state.words = []
    _doubt_stacked(state, findings)


def _claim_ordered(ordered: OrderedRow, findings: Findings) -> None:
    findings.seen.add("requests")
    row, line = ordered.row, ordered.line
    own = {
        form
        for form, table, block in blocks()
        if table == "requests" and row.id in {r.id for r in block.rows}
    }
    findings.vote(own.pop() if len(own) == 1 else None)
    if not ordered.cells:
        values = printed([cell for cell in line.cells if cell.column > 0])
        message = f"the figures don't meet the columns one by one: {values}"
        findings.problem("unread_row", f"requests.{row.id}", message)
    for column, cell in ordered.cells.items():
        said = figure(cell)
        findings.claims.append(Claim("requests", row.id, column, cell, said, line.address(), loose=True))


def _read_row(line: Line, state: _State, findings: Findings) -> None:
    values = [cell for cell in line.cells if cell.column > 0]
    text = squeeze("".join(state.words))
    if state.open_note and (end := _NOTE_END.match(text)):
        text = text[end.end() :]
    state.open_note = bool(OPEN_NOTE.search(text)) or (state.open_note and not text)
    if not text.strip("".join(_UNITS)) or (
        state.claimed and not Counter(letters_of(text)) - Counter(state.tail)
    ):
        _doubt_last(state, findings, f"more figures follow it: {printed(values)}")
        state.stray = len(values)
        return
    if run_together([cell.text for cell in values]):
        findings.problem(
            "unread_row",
            "tables",
            f"figures of two rows seem to stand in one: {text[-60:]} | {printed(values)}",
        )
        state.claimed, state.tail, state.lost = [], "", True
        return
    if len(values) == len(OFFICIAL) and near(letters_of(text), dispute_header()):
        findings.seen.add("disputes")
        for (group, leaf), cell in zip(OFFICIAL, values, strict=True):
            said = figure(cell)
            findings.claims.append(Claim("disputes", group, leaf, cell, said, line.address(), loose=True))
        state.claimed = findings.claims[-len(OFFICIAL) :]
        state.row, state.tail = ("disputes", GROUPS[0]), ""
        return
    if _read_indicator(line, text, state, findings):
        return
    found = None if _CUT_NUMBER.search(text) else _find_row(text, state)
    if found is None or _may_lack_digits(found, text, values, state) or _has_said(state.words[:-1]):
        state.stray = 0 if _ends_with_label(text) else len(values)
        if state.stray:
            _doubt_unless_whole(state, findings, values)
        findings.problem(
            "unread_row", "tables", f"no single official row: {squeeze(text)[-60:]} | {printed(values)}"
        )
        state.claimed, state.tail, state.lost = [], "", True
        return
    state.lost, state.stray = False, 0
    header, row, tail = found
    if len(values) < len(header.columns) and header.table == "requests" and not _is_numbered(text, row):
        _doubt_unless_whole(state, findings, values)
        state.stray = len(values)
    state.header, state.row, state.tail = header, (header.table, row.id), tail
    _claim(line, state, row, findings)


def _may_lack_digits(
    found: tuple[_Header, Row, str], text: str, values: Sequence[GridCell], state: _State
) -> bool:
    """Whether figures above that no row has may be this row's first digits, or its label the rest of theirs."""
    header, row, _ = found
    rest_of_label = header.table == "requests" and not _is_numbered(text, row)
    return (state.lost and rest_of_label) or (state.stray > 0 and not _is_whole(values, beside=state.stray))


def _ends_with_label(text: str) -> bool:
    """Whether the words end with a whole label of some row: then the figures beside them are that row's."""
    letters = letters_of(without_notes(text))
    return any(
        letters.endswith(letters_of(without_notes(row.zh))) for _, _, block in blocks() for row in block.rows
    )


def _is_whole(cells: Sequence[GridCell], *, beside: int) -> bool:
    """Whether a row's figures are certainly not the first or last digits of figures broken in two: they are noughts. Where
    as many figures stand ``beside`` as a row of section three has, it is most likely another row; then a sum will do."""
    figures = [read_figure(cell.text).value for cell in cells]
    return all(value == 0 for value in figures) or (beside == _APPLICANTS and adds_up(cells, _APPLICANTS))


def _has_said(lines: Sequence[str]) -> bool:
    """Whether a sign for nothing stands at the end of a line before: the row has said what it has to say."""
    return any(line.split()[-1:] == [sign] for line in lines for sign in _NOTHING)


def _is_numbered(text: str, row: Row) -> bool:
    """Whether the row's label stands in the text with its numbering, so that it begins there."""
    return bool(re.search(rf"[.、)]{re.escape(letters_of(without_notes(row.zh))[:2])}", text))


def _claim(line: Line, state: _State, row: Row, findings: Findings) -> None:
    header = state.header
    if header is None:
        return
    values = [cell for cell in line.cells if cell.column > 0]
    findings.seen.add(header.table)
    state.claimed = []
    if len(values) != len(header.columns):
        message = f"{len(values)} figures for {len(header.columns)} columns: {printed(values)}"
        state.split |= len(values) > len(header.columns) and _on_own_lines(values)
        if header.table == "disclosure" and len(values) < len(header.columns):
            state.short += [(other.id, line.number) for other in header.block.rows]
        findings.problem("unread_row", f"{header.table}.{row.id}", message)
        return
    form = header.form if header.table == "disclosure" else None
    for column, cell in zip(header.columns, values, strict=True):
        said = figure(cell, unit=column.unit, signed=column.signed)
        claim = Claim(header.table, row.id, column.id, cell, said, line.address(), form, loose=True)
        state.claimed.append(claim)
    findings.claims += state.claimed
    own = [form.id for form in load_forms().values() if _has(form.id, header.table, row.id)]
    findings.vote(form or (own[0] if len(own) == 1 else None))


def _doubt_stacked(state: _State, findings: Findings) -> None:
    """Takes back figures of section two on lines of their own where some were split, or one went astray above them."""
    rows: dict[str, list[Claim]] = {}
    for claim in findings.claims:
        after = any(claim.row == row and claim.line[1] > line for row, line in state.short)
        if claim.loose and claim.table == "disclosure" and (after or state.split):
            rows.setdefault(claim.row, []).append(claim)
    for row, claims in rows.items():
        if len(claims) > 1 and _on_own_lines([claim.cell for claim in claims]):
            findings.claims = [claim for claim in findings.claims if claim not in claims]
            figures = printed([claim.cell for claim in claims])
            message = f"other rows show that these may be parts of figures, or another row's: {figures}"
            findings.problem("unread_row", f"disclosure.{row}", message)


def _on_own_lines(cells: Sequence[GridCell]) -> bool:
    return len({cell.place.line for cell in cells}) > 1


def _has(form: str, table: str, row: str) -> bool:
    return any(
        known.id == row for _, part, block in blocks() if part == table for known in block.rows if _ == form
    )


def _doubt_last(state: _State, findings: Findings, why: str) -> None:
    """Takes the last row's figures back: a figure without a label beside it may be part of them."""
    where = ".".join(state.row) if state.claimed else "tables"
    if state.claimed:
        findings.claims = [claim for claim in findings.claims if claim not in state.claimed]
    findings.problem("unread_row", where, why)
    state.claimed = []


def _doubt_unless_whole(state: _State, findings: Findings, values: Sequence[GridCell]) -> None:
    """Takes the last row's figures back where those that follow, without a label of their own, may be the rest of them."""
    if state.claimed and not _is_whole([claim.cell for claim in state.claimed], beside=len(values)):
        _doubt_last(state, findings, f"what follows may be the rest of its figures: {printed(values)}")


def _find_row(text: str, state: _State) -> tuple[_Header, Row, str] | None:
    """The header and row that the words name, and what is left of the row's label; None if not certain."""
    if swallows_label(text):
        return None
    letters = letters_of(without_notes(text))
    candidates = []
    for form, table, block in blocks():
        for row in block.rows:
            for label in (row.zh, *row.variants):
                official = letters_of(without_notes(label))
                size, at = common_prefix(official, letters)
                if size == len(official) or (size >= _SHORTEST and size * 5 >= len(official) * 2):
                    candidates.append((size == len(official), size, at, form, table, block, row, official))
    last = [found for found in candidates if found[0] and found[1] + found[2] == len(letters)]
    pool = last or [found for found in candidates if found[1] >= _SHORTEST]
    pool = [found for found in pool if not any(_heads(found[7], other[6]) for other in pool)]
    longest = [found for found in pool if not any(_inside(found, other) for other in pool)]
    if len({(found[4], found[6].id) for found in longest}) != 1:
        return None
    for found in sorted(
        longest, key=lambda item: -int(state.header is not None and item[3] == state.header.form)
    ):
        _, size, at, form, table, block, row, official = found
        rest, left = letters[:at] + letters[at + size :], official[size:]
        header = _header(text, rest, (form, table, block))
        if header is None and _goes_with(state.header, table, row, rest=rest, left=state.tail + left):
            header = state.header
        if header:
            return header, row, left
    return None


def _heads(label: str, row: Row) -> bool:
    """Whether a label, itself a row in another form, is a heading above the row here (其他处理)."""
    return any(label == letters_of(without_notes(parent)) for parent in row.parents)


def _inside(found: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether a match lies within a longer one (规范性文件 in 行政规范性文件)."""
    return bool(
        found is not other
        and other[1] > found[1]  # type: ignore[operator]
        and other[2] <= found[2]  # type: ignore[operator]
        and other[2] + other[1] >= found[2] + found[1]  # type: ignore[operator]
    )


def _header(text: str, rest: str, place: tuple[str, str, Block]) -> _Header | None:
    """The header of the row's own block, if the words left over beside the row's label are its labels."""
    form, table, block = place
    printed = rest and any(
        near(_rest_with_notes(text, rest), wanted) or near(rest, wanted)
        for wanted in headers(form, table, block)
    )
    return _Header(table, form, block, block.columns) if printed else None


def _goes_with(known: _Header | None, table: str, row: Row, *, rest: str, left: str) -> bool:
    """Whether the row stands under the header read last, and the words beside its label are those of its
    parents or ``left`` over from labels that were broken."""
    if known is None or known.table != table:
        return False
    if table == "disclosure" and not any(other.id == row.id for other in known.block.rows):
        return False
    allowed = Counter(left + "".join(letters_of(parent) for parent in row.parents))
    return not Counter(rest) - allowed


def _rest_with_notes(text: str, rest: str) -> str:
    """The words left over with the notes in them: a note may be interleaved with the header's labels."""
    return rest + "".join(letters_of(note) for note in NOTE.findall(squeeze(text)))


def _read_indicator(line: Line, text: str, state: _State, findings: Findings) -> bool:
    """Claims a row of the statistics annex: its label, its unit, one figure."""
    bare = squeeze(text)
    unit = next((unit for unit in _UNITS if bare.endswith(unit)), "")
    values = [cell for cell in line.cells if cell.column > 0]
    own = squeeze("".join(cell.text for cell in line.cells if cell.column == 0))
    words = bare.removesuffix(unit) if unit else own
    row = _indicator(letters_of(without_notes(words)), state, whole=not unit)
    if row is None or swallows_label(words):
        return False
    state.row = ("statistics", row.id)
    if len(values) != 1 or (unit and row.unit not in (unit, "万元")):
        return False
    if unit != row.unit and "万" in bare:  # its unit was broken, or stands somewhere else
        return False
    findings.seen.add("statistics")
    said = figure(values[0], unit="万元" if row.unit == "万元" else None, header_unit=unit or None)
    state.claimed = [Claim("statistics", row.id, "value", values[0], said, line.address())]
    findings.claims += state.claimed
    return True


def _indicator(letters: str, state: _State, *, whole: bool) -> Row | None:
    """The one indicator with whose label the letters end, of those of one name the next under the same heading.

    ``whole``: the letters must be the label, as where no unit stands between it and the figure.
    """
    ends = letters.__eq__ if whole else letters.endswith
    named = {row.id: row for row in _indicators() if ends(letters_of(without_notes(row.zh)))}
    longest = max((len(letters_of(without_notes(row.zh))) for row in named.values()), default=0)
    best = [row for row in named.values() if len(letters_of(without_notes(row.zh))) == longest]
    if len(best) > 1:
        last = state.row[1] if state.row[0] == "statistics" else ""
        best = [row for row in best if row.id.split(".")[0] == last.split(".")[0] and row.id > last]
    return best[0] if len(best) == 1 else None


@cache
def _indicators() -> tuple[Row, ...]:
    return load_forms()["2014"].tables[0].rows()

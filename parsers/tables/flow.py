"""Tables flowed into lines: figures at the end of a line, labels broken over the lines around them.

A label is put together from the words since the last figures. It counts only if it is one official row, the
words left over belong to its header or parent headings, and the line has exactly as many figures as columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from parsers.forms import Block, Row, load_forms
from parsers.labels import squeeze
from parsers.lexicon import BLOCK_TITLE
from parsers.model import GridCell
from parsers.numbers import money_unit
from parsers.rows import Claim, Findings, Line, figure, printed
from parsers.tables.disputes import GROUPS, OFFICIAL
from parsers.tables.doubts import (
    RESTS_OF_UNITS,
    Header,
    State,
    doubt_last,
    doubt_parted,
    doubt_stacked,
    doubt_unless_whole,
    ends_with_label,
    has_said,
    is_whole,
    on_own_lines,
)
from parsers.tables.ordered import OrderedRow, in_order
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
_UNITS = ("人次", "万元", "条", "件", "次", "篇", "个", "人", "元")


def read(lines: Sequence[Line], findings: Findings) -> None:
    """Claims the figures of a loose table, of whatever kinds it is."""
    state = State()
    ordered, rest = in_order(list(side_by_side(lines)))
    for row in ordered:
        _claim_ordered(row, findings)
    for line in rest:
        label = "".join(cell.text for cell in line.cells if cell.column == 0)
        values = [cell for cell in line.cells if cell.column > 0]
        if state.claimed and _REST_OF_FIGURE.match(label):
            doubt_last(state, findings, f"what follows it seems to be the rest of a figure: {label[:20]}")
        if state.claimed and squeeze(label) in RESTS_OF_UNITS:
            doubt_last(state, findings, f"what follows it seems to be its unit: {label}")
        state.words.append(label)
        if title := BLOCK_TITLE.search(squeeze("".join(state.words))):
            state.words = [squeeze("".join(state.words))[title.end() :]]
            state.header, state.tail, state.stray = None, "", 0
            findings.seen.add("disclosure")
        if not values:
            continue
        _read_row(line, state, findings)
        state.words = []
    doubt_stacked(state, findings)
    if state.parted:
        doubt_parted(findings)


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


def _read_row(line: Line, state: State, findings: Findings) -> None:
    values = [cell for cell in line.cells if cell.column > 0]
    text = squeeze("".join(state.words))
    if state.open_note and (end := _NOTE_END.match(text)):
        text = text[end.end() :]
    state.open_note = bool(OPEN_NOTE.search(text)) or (state.open_note and not text)
    if not text.strip("".join(_UNITS)) or (
        state.claimed and not Counter(letters_of(text)) - Counter(state.tail)
    ):
        doubt_last(state, findings, f"more figures follow it: {printed(values)}")
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
    if found is None or _may_lack_digits(found, text, values, state) or has_said(state.words):
        state.stray = 0 if ends_with_label(text) else len(values)
        if state.stray:
            doubt_unless_whole(state, findings, values)
        findings.problem(
            "unread_row", "tables", f"no single official row: {squeeze(text)[-60:]} | {printed(values)}"
        )
        state.claimed, state.tail, state.lost = [], "", True
        return
    state.lost, state.stray = False, 0
    header, row, tail = found
    if len(values) < len(header.columns) and header.table == "requests" and not _is_numbered(text, row):
        doubt_unless_whole(state, findings, values)
        state.stray = len(values)
    state.header, state.row, state.tail = header, (header.table, row.id), tail
    _claim(line, state, row, findings)


def _may_lack_digits(
    found: tuple[Header, Row, str], text: str, values: Sequence[GridCell], state: State
) -> bool:
    """Whether figures above that no row has may be this row's first digits, or its label the rest of theirs."""
    header, row, _ = found
    rest_of_label = header.table == "requests" and not _is_numbered(text, row)
    return (state.lost and rest_of_label) or (state.stray > 0 and not is_whole(values, beside=state.stray))


def _is_numbered(text: str, row: Row) -> bool:
    """Whether the row's label stands in the text with its numbering, so that it begins there."""
    return bool(re.search(rf"[.、)]{re.escape(letters_of(without_notes(row.zh))[:2])}", text))


def _claim(line: Line, state: State, row: Row, findings: Findings) -> None:
    header = state.header
    if header is None:
        return
    values = [cell for cell in line.cells if cell.column > 0]
    findings.seen.add(header.table)
    state.claimed = []
    if len(values) != len(header.columns):
        message = f"{len(values)} figures for {len(header.columns)} columns: {printed(values)}"
        state.split |= len(values) > len(header.columns) and on_own_lines(values)
        state.parted |= len(values) > len(header.columns) and header.table == "requests"
        if header.table == "disclosure" and len(values) < len(header.columns):
            state.short += [(other.id, line.number) for other in header.block.rows]
        findings.problem("unread_row", f"{header.table}.{row.id}", message)
        return
    form = header.form if header.table == "disclosure" else None
    read = [
        figure(cell, unit=column.unit, signed=column.signed)
        for column, cell in zip(header.columns, values, strict=True)
    ]
    if any(said.state == "unread" for said in read):
        message = f"not all of these are whole figures: {printed(values)}"
        findings.problem("unread_row", f"{header.table}.{row.id}", message)
        return
    for column, cell, said in zip(header.columns, values, read, strict=True):
        claim = Claim(header.table, row.id, column.id, cell, said, line.address(), form, loose=True)
        state.claimed.append(claim)
    findings.claims += state.claimed
    own = [form.id for form in load_forms().values() if _has(form.id, header.table, row.id)]
    findings.vote(form or (own[0] if len(own) == 1 else None))


def _has(form: str, table: str, row: str) -> bool:
    return any(
        known.id == row for _, part, block in blocks() if part == table for known in block.rows if _ == form
    )


def _find_row(text: str, state: State) -> tuple[Header, Row, str] | None:
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


def _header(text: str, rest: str, place: tuple[str, str, Block]) -> Header | None:
    """The header of the row's own block, if the words left over beside the row's label are its labels."""
    form, table, block = place
    printed = rest and any(
        near(_rest_with_notes(text, rest), wanted) or near(rest, wanted)
        for wanted in headers(form, table, block)
    )
    return Header(table, form, block, block.columns) if printed else None


def _goes_with(known: Header | None, table: str, row: Row, *, rest: str, left: str) -> bool:
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


def _read_indicator(line: Line, text: str, state: State, findings: Findings) -> bool:
    """Claims a row of the statistics annex: its label, its unit, one figure."""
    bare = squeeze(text)
    unit = next((unit for unit in _UNITS if bare.endswith(unit)), "")
    unit = (unit.endswith("元") and money_unit(bare[-3:])) or unit
    values = [cell for cell in line.cells if cell.column > 0]
    own = squeeze("".join(cell.text for cell in line.cells if cell.column == 0))
    words = bare.removesuffix(unit) if unit else own
    row = _indicator(letters_of(without_notes(words)), state, whole=not unit)
    if row is None or swallows_label(words):
        return False
    state.row = ("statistics", row.id)
    if len(values) != 1 or (unit and row.unit not in (unit, "万元")):
        return False
    findings.seen.add("statistics")
    if why := _why_unsure(row, unit, bare, values, state):
        findings.problem("unread_row", f"statistics.{row.id}", f"{why}: {printed(values)}")
        state.claimed, state.stray = [], 0
        return True
    state.stray = 0
    said = figure(values[0], unit="万元" if row.unit == "万元" else None, header_unit=unit or None)
    state.claimed = [Claim("statistics", row.id, "value", values[0], said, line.address())]
    findings.claims += state.claimed
    return True


def _indicator(letters: str, state: State, *, whole: bool) -> Row | None:
    """The one indicator with whose label the letters end, of those of one name the next under the same heading.

    ``whole``: the letters must be the label, as where no unit stands between it and the figure.
    """
    ends = letters.__eq__ if whole else letters.endswith
    named = [(len(name), row) for row in _indicators() for name in _names(row) if ends(name)]
    longest = max((length for length, _ in named), default=0)
    best = [row for length, row in named if length == longest]
    if len(best) > 1:
        last = state.row[1] if state.row[0] == "statistics" else ""
        best = [row for row in best if row.id.split(".")[0] == last.split(".")[0] and row.id > last]
    return best[0] if len(best) == 1 else None


def _why_unsure(row: Row, unit: str, words: str, values: Sequence[GridCell], state: State) -> str:
    """Why the figure may be another's, or not all of it; empty if it is certainly the indicator's."""
    by_cell = [squeeze(word) for word in state.words[-2:]] == [
        unit,
        "",
    ]  # a line each: then none precedes its label
    if state.stray and not by_cell and not is_whole(values, beside=state.stray):
        return "figures above it may be its first digits"
    if unit != row.unit and "万" in words:
        return "its unit was broken, or stands somewhere else"
    return "another label stands before its own" if _is_second(words.removesuffix(unit), row) else ""


def _is_second(words: str, row: Row) -> bool:
    """Whether another indicator's label without a unit stands before this one's: whose the figure is, is not said."""
    letters = letters_of(without_notes(words))
    own = next((name for name in _names(row) if letters.endswith(name)), "")
    before = letters.removesuffix(own)
    others = (letters_of(without_notes(other.zh)) for other in _indicators() if not other.heading)
    return any(before.endswith(other) for other in others if len(other) >= _SHORTEST)


@cache
def _names(row: Row) -> tuple[str, ...]:
    """An indicator's label in letters; 其中 before it may stand on a line of its own, or be left out."""
    own = letters_of(without_notes(row.zh))
    return tuple(dict.fromkeys((own, own.removeprefix("其中"))))


@cache
def _indicators() -> tuple[Row, ...]:
    return load_forms()["2014"].tables[0].rows()

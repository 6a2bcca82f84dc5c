"""Rows that lost a cell and gained another: as many cells as columns, and figures that stand beside their own.

No label tells of it. The form's sums do: an agency's slip spoils one figure, so one row and one column don't add
up; a displaced row spoils several columns at once, and they all come out when its figures move back. Such a row
is doubtful: none of its figures is taken, and none is moved. Nor is a row taken that a text prints figure by figure
on lines of their own and that doesn't add up. A row of a drawn table that prints something in each of its cells has
gained none: it is as the agency typed it, whatever its sums say. A row without its last total may have lost a cell, too,
where its last figure is the sum of those before it: that may be the total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from parsers.forms import Form, Sum
from parsers.model import Number
from parsers.rows import Claim, Findings, holds_two

Claims = dict[tuple[str, str, str], Claim]
Values = list[Number | None]
Lacks = Mapping[tuple[str, str], set[Number]]
"""Row and column to what has to be added to that cell before its columns' sums come out."""
_FEWEST = 2
"""Columns that a displaced row spoils; a slip spoils one. A row with one empty cell needs but one: it may be the gain."""
_FEWEST_SOUND = 3
"""Columns that a displaced row spoils which adds up all the same; a figure typed in the wrong column spoils two."""


def without_displaced(form: Form, claims: Claims, findings: Findings) -> Claims:
    """The claims without those of printed rows that add up only with their figures in other columns."""
    lines: dict[tuple[str, tuple[int, int]], list[Claim]] = {}
    for claim in claims.values():
        lines.setdefault((claim.table, claim.line), []).append(claim)
    lacks = _lacks(form, claims)
    kept = dict(claims)
    for (table, _), line in lines.items():
        rule = next((rule for rule in form.sums if rule.each == "row" and rule.table == table), None)
        if rule is None or not _is_displaced(line, rule, lacks):
            continue
        figures = ", ".join(claim.cell.text.strip()[:20] or "–" for claim in line)
        for row in dict.fromkeys(claim.row for claim in line):
            findings.problem(
                "unread_row",
                f"{table}.{row}",
                f"these figures may stand in other columns than their own, for the sums don't come out: {figures}",
            )
        for claim in line:
            del kept[claim.table, claim.row, claim.column]
    return kept


def _lacks(form: Form, claims: Claims) -> Lacks:
    known = {address: claim.figure.value for address, claim in claims.items()}
    found: dict[tuple[str, str], set[Number]] = {}
    for rule in form.sums:
        columns = form.table(rule.table).columns() if rule.each == "column" else ()
        for column in columns:
            sides = [
                [known.get((rule.table, row, column.id)) for row in side] for side in (rule.left, rule.right)
            ]
            left, right = ([value for value in side if value is not None] for side in sides)
            if len(left) == len(rule.left) and len(right) == len(rule.right):
                lack = sum(right) - sum(left)
                for side, sign in ((rule.left, 1), (rule.right, -1)):
                    for row in side:
                        found.setdefault((row, column.id), set()).add(lack * sign)
    return found


def _is_displaced(line: Sequence[Claim], rule: Sum, lacks: Lacks) -> bool:
    official = [*rule.left, *rule.right]
    if not line[0].loose and all(claim.cell.text.strip() for claim in line):
        return False
    values: Values = [claim.figure.value for claim in line]
    size = len(official)
    if len(values) % size or [claim.column for claim in line] != official * (len(values) // size):
        return False
    if _ends_early(line, values, size):
        return True
    sound = all(_adds_up(group) for group in _groups(values, size))
    if sound:
        return len(values) == size and _spoilt(line, values, lacks, _FEWEST_SOUND)
    if line[0].loose and (_is_stacked(line) or _was_split(line, size)):
        return True
    gained = values.count(None) == 1 and any(not claim.cell.text.strip() for claim in line)
    if len(values) > size:
        known = any(not _adds_up(group) for group in _groups(values, size) if None not in group)
        return gained and known and any(_comes_out(moved, size) for moved in _moved(values))
    return _spoilt(line, values, lacks, _FEWEST - gained)


def _ends_early(line: Sequence[Claim], values: Values, size: int) -> bool:
    """Whether nothing stands where the last total should, for what stands before it may be the total: it is the sum of the
    figures before it, two figures share a cell, or groups add up one cell further."""
    if line[-1].cell.text.strip():
        return False
    *parts, last = (value or 0 for value in values[-size:-1])
    if last > 0 and sum(parts) == last:
        return True
    further = sum(_is_sum(group) for group in _groups([None, *values[:-1]], size))
    return further > sum(map(_is_sum, _groups(values, size))) or any(holds_two(claim.cell) for claim in line)


def _spoilt(line: Sequence[Claim], values: Values, lacks: Lacks, fewest: int) -> bool:
    """Whether the row, with what its columns lack, is the same row moved by a cell, and adds up."""
    should: Values = []
    for claim, value in zip(line, values, strict=True):
        lack = lacks.get((claim.row, claim.column), set())
        should.append((value or 0) + next(iter(lack)) if len(lack) == 1 else None)
    changed = sum(new is not None and new != (old or 0) for new, old in zip(should, values, strict=True))
    return changed >= fewest and any(_agree(moved, should) for moved in _moved(values))


def _agree(moved: Values, should: Values) -> bool:
    pairs = list(zip(moved, should, strict=True))
    if any(one is not None and other is not None and one != other for one, other in pairs):
        return False
    return _comes_out([one if one is not None else other for one, other in pairs], len(moved))


def _moved(values: Values) -> Iterator[Values]:
    """The values, blanks as 0, with one of them taken out and an unknown one put in at another place."""
    filled: Values = [value or 0 for value in values]
    for gained in range(len(filled)):
        rest = filled[:gained] + filled[gained + 1 :]
        for lost in range(len(filled)):
            if lost != gained:
                yield [*rest[:lost], None, *rest[lost:]]


def _is_stacked(line: Sequence[Claim]) -> bool:
    """Whether the figures of a text stand on lines of their own: their order may be that of columns."""
    return len({claim.cell.place.line for claim in line}) > 1


def _was_split(line: Sequence[Claim], size: int) -> bool:
    """Whether two figures of a text are one that was wrapped, so that a blank went unseen, if all then adds up."""
    values: Values = [claim.figure.value for claim in line]
    for at, (one, other) in enumerate(() if None in values else pairwise(line)):
        joined = one.cell.text.strip() + other.cell.text.strip()
        if joined.isdigit() and not joined.startswith(("0", "０")):
            rest: Values = [*values[:at], int(joined), *values[at + 2 :]]
            if any(_comes_out([*rest[:gap], 0, *rest[gap:]], size) for gap in range(len(values))):
                return True
    return False


def _groups(values: Values, size: int) -> Iterator[Values]:
    return (values[at : at + size] for at in range(0, len(values), size))


def _adds_up(values: Values) -> bool:
    return sum(value or 0 for value in values[:-1]) == (values[-1] or 0)


def _is_sum(values: Values) -> bool:
    """Whether the figures, all of them printed, add up to more than nothing."""
    return None not in values and bool(values[-1]) and _adds_up(values)


def _comes_out(values: Values, size: int) -> bool:
    """Whether every group of figures adds up, an unknown one being whatever is needed, but not negative."""
    for group in _groups(values, size):
        total, known = group[-1], [value for value in group if value is not None]
        if min(known, default=0) < 0:
            return False
        if len(known) == size and not _adds_up(group):
            return False
        if total is not None and sum(known) - total > total:
            return False
    return True

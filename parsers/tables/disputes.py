"""Section four: three groups of five figures, usually one row of fifteen, sometimes by group or turned round."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from parsers.labels import squeeze
from parsers.lexicon import lexicon
from parsers.model import GridCell
from parsers.numbers import is_figure, read_figure
from parsers.rows import Claim, Findings, Line, figure, is_subsequence, printed, without_padding

TABLE = "disputes"
GROUPS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
LEAVES = ("upheld", "corrected", "other", "pending", "total")
OFFICIAL = tuple((group, leaf) for group in GROUPS for leaf in LEAVES)
_ENOUGH = 15
"""Of the 18 labels above the fifteen figures, those that must be there, and in the form's order."""
Path = tuple[str, str]
_LAWSUIT = re.compile(r"^.*行政诉讼(?:情况)?[\W_]*(?=.)|\)$")


def read(parts: Sequence[tuple[str, Sequence[Line]]], findings: Findings) -> None:
    """Claims the cells of section four. Each part is the text printed before a table, and the table's lines."""
    findings.seen.add(TABLE)
    header: list[Line] = []
    last, was_data = "", False
    for context, lines in parts:
        outer = _group(context)
        for line in lines:
            labels = any(_is_label(cell.text) for cell in line.cells if cell.row == line.number)
            figures = [cell for cell in _values(line) if is_figure(cell.text)]
            several = len(list(_leaf_labels([line]))) > 1
            if several and figures:
                findings.problem(
                    "unclaimed_number", TABLE, f"figures among the header's labels: {printed(figures)}"
                )
            if labels and (several or (not figures and not _is_data(line))):
                header = [line] if was_data and not _only_leaves([line]) else [*header, line]
                last, was_data = "", False
                continue
            last, was_data = _row_group(line) or last, True
            _read_line(line, header, findings, outer=outer, carried=last)


def _is_data(line: Line) -> bool:
    """Whether a line without figures is a row all the same: its own label, then cells that say nothing."""
    values = _values(line)
    marked = any(cell.text.strip() and read_figure(cell.text).state == "blank" for cell in values)
    return bool(_row_group(line) or _row_leaf(line)) and (marked or _is_turned_blank(line, values))


def _is_turned_blank(line: Line, values: Sequence[GridCell]) -> bool:
    """Whether a line is an outcome of a group that stands beside it, and nothing but an empty cell behind it."""
    own = [cell for cell in line.cells if cell.row == line.number and _leaf(cell.text)]
    return len(own) == 1 and len(values) == 1 and values[0].column > own[0].column and bool(_row_group(line))


def _read_line(line: Line, header: Sequence[Line], findings: Findings, *, outer: str, carried: str) -> None:
    """Claims a line's cells by their label paths, or in the form's order where only that is certain."""
    values = _without_name(_values(line))
    row_group, row_leaf = _row_group(line) or (carried if carried in GROUPS else ""), _row_leaf(line)
    paths: dict[Path, list[GridCell]] = {}
    stray: list[GridCell] = []
    for cell in values:
        under = {
            _path(column, header, (row_group or outer, row_leaf), own_group=row_group)
            for column in ({cell.column, _end(cell)} if cell.text.strip() else {cell.column})
        }
        path = under.pop() if len(under) == 1 else None
        if path:
            paths.setdefault(path, []).append(cell)
        elif cell.text.strip() and (label := _unknown_label(cell, header)):
            findings.problem("unknown_column", TABLE, f"column {label}: {printed([cell])}")
        elif cell.text.strip():
            stray.append(cell)
    labelled = bool(row_leaf or row_group)
    if not stray and _fits(values, header, labelled=labelled) and _certain(paths, header, row_leaf):
        found = {path: _one(cells) for path, cells in paths.items()}
    else:
        found = _by_order(values, header, row_group or outer)
    if not found:
        if any(is_figure(cell.text) for cell in values):
            findings.problem("unread_row", TABLE, f"no label path leads to these figures: {printed(values)}")
        return
    for (group, leaf), cell in found.items():
        findings.claims.append(Claim(TABLE, group, leaf, cell, figure(cell), line.address()))


def _without_name(values: list[GridCell]) -> list[GridCell]:
    """The cells without a name of the row that no form knows (件数, an agency), which stands before its figures."""
    named = (
        values
        and not is_figure(values[0].text)
        and re.fullmatch(r"[\u4e00-\u9fff（）()]{2,20}", values[0].text)
    )
    return values[1:] if named and len(values) in (len(LEAVES) + 1, len(OFFICIAL) + 1) else values


def _values(line: Line) -> list[GridCell]:
    """The cells that begin in the line and are no label."""
    return [cell for cell in line.cells if cell.row == line.number and not _is_label(cell.text)]


def _fits(values: Sequence[GridCell], header: Sequence[Line], *, labelled: bool) -> bool:
    """Whether a row with empty cells or its own label ends where its header ends: else it may be shifted.

    A row of nothing but figures has one for each outcome of the header: else some are lost, nobody knows which.
    """
    if not values or not header:
        return True
    if not labelled and all(cell.text.strip() for cell in values):
        return len(values) >= len({cell.column for line in header for cell in line.cells if _leaf(cell.text)})
    return max(map(_end, values)) == max(_end(cell) for line in header for cell in line.cells)


def _certain(paths: dict[Path, list[GridCell]], header: Sequence[Line], row_leaf: str) -> bool:
    """Whether every path leads to one cell and the header's paths stand in the form's order."""
    if not paths or any(sum(1 for cell in cells if cell.text.strip()) > 1 for cells in paths.values()):
        return False
    if row_leaf:
        return True
    columns = [(path, min(cell.column for cell in cells)) for path, cells in paths.items()]
    order = [path for path, _ in sorted(columns, key=lambda item: item[1])]
    expected = [path for path in OFFICIAL if path in paths]
    complete = all(
        sum(1 for path in paths if path[0] == group) == len(LEAVES) for group in {path[0] for path in paths}
    )
    labels = sum(1 for name in _leaf_labels(header))
    if order != expected:
        return complete and _spans_fit(paths, header)
    return complete or labels == len(paths)


def _spans_fit(paths: dict[Path, list[GridCell]], header: Sequence[Line]) -> bool:
    """Whether each group's header covers just its five columns: then they may stand in any order."""
    spans = {
        (name, cell.column, _end(cell))
        for line in header
        for cell in line.cells
        if (name := _group(cell.text))
    }
    for group in {path[0] for path in paths}:
        columns = [cell.column for path, cells in paths.items() if path[0] == group for cell in cells]
        if {(first, last) for name, first, last in spans if name == group} != {(min(columns), max(columns))}:
            return False
        if len(columns) != len(LEAVES) or max(columns) - min(columns) != len(LEAVES) - 1:
            return False
    return True


def _by_order(values: list[GridCell], header: Sequence[Line], group: str) -> dict[Path, GridCell]:
    """The form's order, where the header shows its labels in it (one may be lost) and the row has as many cells."""
    leaves = list(_leaf_labels(header))
    groups = list(_group_labels(header))
    official = [leaf for _, leaf in OFFICIAL]
    labels = len(leaves) + len(groups)
    figures = without_padding(values)
    if len(figures) == len(OFFICIAL) and all(cell.text.strip() for cell in figures):
        values = figures
    if not values or not values[0].text.strip():
        return {}  # it may be the label's, and a figure lost
    if len(values) == len(OFFICIAL) and is_subsequence(leaves, official) and is_subsequence(groups, GROUPS):
        return dict(zip(OFFICIAL, values, strict=True)) if labels >= _ENOUGH else {}
    if len(values) == len(LEAVES) and tuple(leaves) == LEAVES and group in GROUPS:
        return {(group, leaf): cell for leaf, cell in zip(LEAVES, values, strict=True)}
    return {}


def _path(column: int, header: Sequence[Line], row: Path, *, own_group: str) -> Path | None:
    """Group and leaf of a column's cell: those of its own row, else the nearest above it."""
    group, leaf = own_group, row[1]
    for line in reversed(header):
        above = next((other for other in line.cells if other.column <= column <= _end(other)), None)
        if above is None:
            continue
        leaf = leaf or _leaf(above.text)
        group = group or _group(above.text) or _group_to_the_left(above, line)
    group = group or row[0]
    return (group, leaf) if group in GROUPS and leaf in LEAVES else None


def _group_to_the_left(cell: GridCell, line: Line) -> str:
    """The group label that an empty header cell continues, where spans were lost (tabs instead of cells)."""
    if cell.text.strip():
        return ""
    before = [other for other in line.cells if other.column < cell.column and other.text.strip()]
    return _group(before[-1].text) if before else ""


def _unknown_label(cell: GridCell, header: Sequence[Line]) -> str:
    """The label above a cell that no form knows, where nothing but it stands above the cell."""
    above = {
        other.text for line in header for other in line.cells if other.column <= cell.column <= _end(other)
    }
    texts = [squeeze(text) for text in above if text.strip()]
    return texts[0] if len(texts) == 1 and not _is_label(texts[0]) else ""


def _row_group(line: Line) -> str:
    return next((name for cell in line.cells if (name := _group(cell.text))), "")


def _row_leaf(line: Line) -> str:
    return next((name for cell in line.cells if (name := _leaf(cell.text))), "")


def _leaf_labels(header: Iterable[Line]) -> Iterable[str]:
    return (
        name
        for line in header
        for cell in line.cells
        if cell.row == line.number and (name := _leaf(cell.text))
    )


def _group_labels(header: Iterable[Line]) -> Iterable[str]:
    return (
        name
        for line in header
        for cell in line.cells
        if cell.row == line.number and (name := _group(cell.text))
    )


def _only_leaves(header: Sequence[Line]) -> bool:
    return bool(header) and not any(_group_labels(header)) and any(_leaf_labels(header))


def _group(text: str) -> str:
    """The group that a label names, also as 行政诉讼（复议后起诉）; 行政诉讼 alone names none."""
    found = lexicon(TABLE).rows.find(_LAWSUIT.sub("", squeeze(text))) if len(text) < 60 else ()
    return found[0] if found else ""


def _leaf(text: str) -> str:
    found = lexicon(TABLE).column_ids(text) if len(text) < 40 else ()
    return found[0] if found else ""


def _is_label(text: str) -> bool:
    return bool(text.strip()) and (lexicon(TABLE).is_label(text) or "行政诉讼" in squeeze(text))


def _one(cells: Sequence[GridCell]) -> GridCell:
    return next((cell for cell in cells if cell.text.strip()), cells[0])


def _end(cell: GridCell) -> int:
    return cell.column + cell.colspan - 1

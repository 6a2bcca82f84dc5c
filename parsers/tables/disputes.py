"""Section four: three groups of five figures, usually one row of fifteen, sometimes by group or turned round."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from parsers.labels import squeeze
from parsers.lexicon import lexicon
from parsers.model import GridCell
from parsers.numbers import is_figure
from parsers.rows import Claim, Findings, Line, figure, is_subsequence, printed

TABLE = "disputes"
GROUPS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
LEAVES = ("upheld", "corrected", "other", "pending", "total")
OFFICIAL = tuple((group, leaf) for group in GROUPS for leaf in LEAVES)
Path = tuple[str, str]
_LAWSUIT = re.compile(r"^.*行政诉讼(?:情况)?[\W_]*(?=.)|\)$")


def read(lines: Sequence[Line], findings: Findings, *, context: str = "") -> None:
    """Claims the cells of the lines, which belong to section four. ``context`` is the text printed before them."""
    findings.seen.add(TABLE)
    header: list[Line] = []
    outer = _group(context)
    last = ""
    for line in lines:
        labels = [cell for cell in line.cells if cell.row == line.number and _is_label(cell.text)]
        figures = [cell for cell in _values(line) if is_figure(cell.text)]
        if not figures and (labels or not header):
            if _only_leaves(header) and not _only_leaves([line]) and not last:
                header = [*header, line]
            else:
                header = [line] if last else [*header, line]
            last = ""
            continue
        last = _row_group(line) or last
        _read_line(line, header, findings, outer=outer, carried=last)
        last = last or "read"


def _read_line(line: Line, header: Sequence[Line], findings: Findings, *, outer: str, carried: str) -> None:
    """Claims a line's cells by their label paths, or in the form's order where only that is certain."""
    values = _values(line)
    row_group, row_leaf = _row_group(line) or (carried if carried in GROUPS else ""), _row_leaf(line)
    paths: dict[Path, list[GridCell]] = {}
    stray: list[GridCell] = []
    for cell in values:
        path = _path(cell, header, (row_group or outer, row_leaf), own_group=row_group)
        if path:
            paths.setdefault(path, []).append(cell)
        elif cell.text.strip():
            stray.append(cell)
    if not stray and _certain(paths, header, row_leaf):
        found = {path: _one(cells) for path, cells in paths.items()}
    else:
        found = _by_order(values, header, row_group or outer)
    if not found:
        if any(is_figure(cell.text) for cell in values):
            findings.problem("unread_row", TABLE, f"no label path leads to these figures: {printed(values)}")
        return
    for (group, leaf), cell in found.items():
        findings.claims.append(Claim(TABLE, group, leaf, cell, figure(cell)))


def _values(line: Line) -> list[GridCell]:
    """The cells that begin in the line and are no label."""
    return [cell for cell in line.cells if cell.row == line.number and not _is_label(cell.text)]


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
    return order == expected and (complete or labels == len(paths))


def _by_order(values: list[GridCell], header: Sequence[Line], group: str) -> dict[Path, GridCell]:
    """The form's order, where the header shows its labels in it (one may be lost) and the row has as many cells."""
    leaves = list(_leaf_labels(header))
    groups = set(_group_labels(header))
    in_order = is_subsequence(leaves, LEAVES * len(GROUPS)) or all(
        leaves.count(leaf) == len(GROUPS) for leaf in LEAVES
    )
    complete = groups == set(GROUPS) and in_order and len(leaves) >= len(OFFICIAL) - 1
    if len(values) == len(OFFICIAL) and complete:
        return dict(zip(OFFICIAL, values, strict=True))
    if len(values) == len(LEAVES) and tuple(leaves) == LEAVES and group in GROUPS:
        return {(group, leaf): cell for leaf, cell in zip(LEAVES, values, strict=True)}
    return {}


def _path(cell: GridCell, header: Sequence[Line], row: Path, *, own_group: str) -> Path | None:
    """Group and leaf of a cell: those of its own row, else the nearest above it."""
    group, leaf = own_group, row[1]
    for line in reversed(header):
        above = next((other for other in line.cells if other.column <= cell.column <= _end(other)), None)
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

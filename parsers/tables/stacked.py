"""Rows of text renditions that print each cell on a line of its own, put side by side again."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.numbers import read_figure
from parsers.rows import Line


def side_by_side(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines of a flowed table, figures that stand alone on lines that follow each other made one row.

    The lines must follow at equal distances: an empty cell or the end of a page leaves a wider gap, and then
    nobody can say to which column a figure belongs.
    """
    run: list[Line] = []
    for line in lines:
        if run and not (_alone(line) and _follows(run, line)):
            yield from _row(run)
            run = []
        if _alone(line):
            run.append(line)
        else:
            yield line
    yield from _row(run)


def _alone(line: Line) -> bool:
    """Whether the line is one figure, or a sign that there is none, and nothing else, in a text."""
    if len(line.cells) != 1 or line.cells[0].place.line is None:
        return False
    return line.cells[0].column > 0 or read_figure(line.cells[0].text).state == "blank"


def _follows(run: Sequence[Line], line: Line) -> bool:
    """Whether the lines are as far from each other as the first two are."""
    numbers = [part.cells[0].place.line or 0 for part in (*run, line)]
    return len({after - before for before, after in itertools.pairwise(numbers)}) == 1


def _row(run: Sequence[Line]) -> Iterator[Line]:
    if not any(part.cells[0].column for part in run):
        yield from run  # signs without a figure beside them belong to no row
        return
    cells = tuple(
        part.cells[0]._replace(row=run[0].number, column=column) for column, part in enumerate(run, 1)
    )
    yield replace(run[0], cells=cells)

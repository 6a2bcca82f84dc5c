"""Known reports as plain text: tables drawn with tabs, or flowed into lines with broken labels."""

from __future__ import annotations

import textwrap
from random import Random

from tests.generate.drawn import Drawn, draw
from tests.generate.html import NUMERALS
from tests.generate.known import Known


def tabbed(random: Random, known: Known) -> str:
    """Tables with tabs between cells; merged cells leave empty ones, as converters of Word files write them."""
    return _report(known, [_tabbed(table) for table in draw(known)])


def boxed(random: Random, known: Known) -> str:
    """Tables in boxes, as browsers of terminals and converters of markup draw them."""
    bar, rule = random.choice([("│", "├────┼────┤"), ("|", "+----+----+"), ("|", "|---|---|")])
    return _report(known, [_boxed(table, bar, rule) for table in draw(known)])


def flowed(random: Random, known: Known) -> str:
    """Tables as converters of PDF files write them: labels broken over lines, figures at the end of one."""
    width = random.choice([4, 6, 8, 12, 20, 40])
    empty = random.random() < 0.5
    return _report(
        known, [_flowed(table, width, random) for table in draw(known)], gap="\n\n" if empty else "\n"
    )


def _report(known: Known, tables: list[str], gap: str = "\n") -> str:
    titles = [
        "总体情况",
        *(table.zh for table in known.tables()),
        "存在的主要问题及改进情况",
        "其他需要报告的事项",
    ]
    parts = [known.agency, known.title.removeprefix(known.agency)]
    bodies = ["", *tables, "", ""]
    for number, (title, body) in enumerate(zip(titles, bodies, strict=True), 1):
        parts.append(f"{NUMERALS[number - 1]}、{title}")
        parts += [line for text in known.prose.get(number, []) for line in textwrap.wrap(text, 28)]
        parts += [body] if body else []
    return gap.join(line for part in parts for line in part.split("\n"))


def _boxed(table: Drawn, bar: str, rule: str) -> str:
    rows = (f"{bar}{line.replace(chr(9), bar)}{bar}" for line in _tabbed(table).split("\n"))
    return "\n".join(part for row in rows for part in (row, rule))


def _tabbed(table: Drawn) -> str:
    covered: dict[tuple[int, int], str] = {}
    for r, row in enumerate(table.rows):
        column = 0
        for cell in row:
            while (r, column) in covered:
                column += 1
            for dr in range(cell.rowspan):
                for dc in range(cell.colspan):
                    covered[r + dr, column + dc] = cell.text if dr == dc == 0 else ""
    wide = max(column for _, column in covered) + 1
    return "\n".join("\t".join(covered.get((r, c), "") for c in range(wide)) for r in range(len(table.rows)))


def _flowed(table: Drawn, width: int, random: Random) -> str:
    lines: list[str] = []
    for row in table.rows:
        labels = [cell for cell in row if cell.kind != "figure"]
        figures = [cell.text for cell in row if cell.kind == "figure"]
        words = [part for cell in labels for part in _broken(cell.text, width)]
        if figures and words and random.random() < 0.8:
            lines += [*words[:-1], f"{words[-1]} {' '.join(figures)}"]
        else:
            lines += [*words, *([" ".join(figures)] if figures else [])]
    return "\n".join(line for line in lines if line.strip())


def _broken(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]

"""Originals of PDF cases in which rules or figures are not there to be seen, or are no figures: open sides, white and
tiny figures, notes' marks behind them."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.generate.known import Known, Printed, with_cells
from tests.generate.minipdf import Page, build
from tests.generate.pdf_cases import WIDTHS, Writer, broken, known

Original = tuple[bytes, Known | None, str]
_BOX = re.compile(r"0\.0 g (\S+) (\S+) (\S+) (\S+) re f 0 g")


def originals() -> dict[str, Original]:
    """Name to the file, what is known of it, and why the case exists."""
    return {
        "pdf_open_sides": _open_sides(),
        "pdf_white_figures": _white_figures(),
        "pdf_tiny_figures": _tiny(),
        "pdf_note_marks": _note_marks(),
    }


def _open_sides() -> Original:
    report = known(seed=61)
    writer = broken(report, at=27)
    right = writer.left + sum(WIDTHS["requests"])
    low = writer.pages[1].height - 87
    for page in writer.pages[1:3]:
        _erase(page, lambda x, y, wide, high: high > 1 and min(abs(x - writer.left), abs(x - right)) < 1)
    _erase(writer.pages[2], lambda x, y, wide, high: wide > 1 and abs(y - low) < 1)
    why = "No rules at a table's sides; its last row stands alone on the next page, under one rule and over none."
    return build(writer.pages), report, why


def _erase(page: Page, gone: Callable[[float, float, float, float], bool]) -> None:
    """Leaves out the painted boxes of which this holds: x, y, width, height."""
    boxes = [(op, _BOX.fullmatch(op)) for op in page.ops]
    page.ops = [op for op, box in boxes if box is None or not gone(*map(float, box.groups()))]


def _white_figures() -> Original:
    report = known(seed=62)
    return _drawn(
        report, "1 g {} 0 g".format, "Figures set in white on white, which nobody sees, are not read."
    )


def _tiny() -> Original:
    report = known(seed=63)
    why = "Figures so small that nobody sees them are not read."
    return _drawn(report, lambda op: op.replace("/F 8 Tf", "/F 0.5 Tf"), why)


def _drawn(report: Known, change: Callable[[str], str], why: str) -> Original:
    """All figures of section three that two of its rows say, drawn otherwise."""
    rows = ("granted", "denied_process")
    writer = Writer(report).whole()
    texts = {report.cells[a].text for a in report.cells if a[0] == "requests" and a[1] in rows}
    codes = {"".join(f"{ord(character):04X}" for character in text) for text in texts}
    page = writer.pages[1]
    page.ops = [change(op) if any(f"<{code}>" in op for code in codes) else op for op in page.ops]
    gone = {
        a: Printed("", None)
        for a, printed in report.cells.items()
        if printed.text in texts and a[0] == "requests"
    }
    return build(writer.pages), with_cells(report, gone), why


def _note_marks() -> Original:
    writer = Writer(known(seed=64)).whole()
    for page, size, up in zip(writer.pages, (8.1, 5.0, 5.0), (3.0, 3.0, 0.0), strict=True):
        page.ops += [_mark(found, size, up) for op in page.ops if (found := _FIGURE.fullmatch(op))][::3]
    why = "Every third figure has a note's mark behind it, smaller or raised: a digit that is no part of the figure."
    return build(writer.pages), None, why


_FIGURE = re.compile(r"BT /F (8|9)(?:\.0)? Tf 1 0 0 1 (\S+) (\S+) Tm <((?:003\d)+)> Tj ET")


def _mark(figure: re.Match[str], size: float, up: float) -> str:
    """A small 1 behind a figure that is drawn so."""
    x = float(figure[2]) + len(figure[4]) / 4 * float(figure[1]) / 2
    return f"BT /F {size} Tf 1 0 0 1 {x:.2f} {float(figure[3]) + up:.2f} Tm <0031> Tj ET"

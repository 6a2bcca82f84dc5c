"""Originals of PDF cases in which rules or figures are not there to be seen, or are no figures: open sides, white, tiny,
covered and struck figures, notes' marks behind them."""

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
        "pdf_hidden_figures": _hidden_figures(),
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


def _hidden_figures() -> Original:
    writer = Writer(known(seed=65)).whole()
    page = writer.pages[1]
    drawn = [op for op in page.ops if _FIGURE.fullmatch(op)]
    rows = [drawn[at : at + 7] for at in range(0, len(drawn), 7)]
    for row, change in enumerate(_CHANGES, 2):
        for op in rows[row]:
            page.ops[page.ops.index(op)] = change(op, page.height)
    why = (
        "Of section three, the row of state secrets is in white on a dark ground, and is read; that of other laws in"
        " the colour of its ground, that of security covered by white paint, that of third parties covered so and"
        " written anew, that of internal affairs struck out and written anew, and that of processes has other figures"
        " beside its own in a layer that is switched off: of these nothing is read."
    )
    return build(writer.pages), None, why


def _patched(figure: str, height: float, *, gray: float) -> str:
    """A patch of paint where a figure stands."""
    found = _FIGURE.fullmatch(figure)
    x, top = float(found[2]), height - float(found[3]) - 8
    page = Page(height=height)
    page.box(x - 2, top - 1, x + len(found[4]) + 2, top + 11, gray=gray)
    return page.ops[0]


def _anew(figure: str, *, shift: float = 0.0) -> str:
    """The figure 35 where, or beside where, one stands."""
    found = _FIGURE.fullmatch(figure)
    return f"BT /F 8 Tf 1 0 0 1 {float(found[2]) + shift:.2f} {found[3]} Tm <00330035> Tj ET"


def _struck(figure: str, height: float) -> str:
    found = _FIGURE.fullmatch(figure)
    x, y, wide = float(found[2]), height - float(found[3]) - 2.4, len(found[4])
    page = Page(height=height)
    page.line(x, y, x + wide, y)
    return "\n".join([figure, page.ops[0], _anew(figure, shift=wide)])


_CHANGES: tuple[Callable[[str, float], str], ...] = (
    lambda op, height: op,
    lambda op, height: op,
    lambda op, height: f"{_patched(op, height, gray=0.2)} 1 g {op} 0 g",
    lambda op, height: f"{_patched(op, height, gray=0.8)} 0.8 g {op} 0 g",
    lambda op, height: f"{op} {_patched(op, height, gray=1.0)}",
    lambda op, height: f"{op} {_patched(op, height, gray=1.0)} {_anew(op)}",
    _struck,
    lambda op, height: f"{op} /OC /L BDC {_anew(op, shift=-9)} EMC",
)
"""How the figures of one row after the other are drawn, beginning with 予以公开."""

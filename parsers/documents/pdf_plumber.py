"""PDF to document, the second reading: pdfplumber's characters and its own finder of tables.

Independent of :mod:`parsers.documents.pdf` in what may go wrong unseen (decoding of glyphs, finding of cells);
pages are put together by the same code. Some twelve times slower, so it runs only where the first reading
leaves doubt.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.table import merge_edges
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.geometry import rect_to_edges

from parsers.documents.pdf_assembly import assemble
from parsers.documents.pdf_file import MOST_PAGES, open_pdf
from parsers.documents.pdf_layout import Box, Glyph, fold
from parsers.documents.pdf_rules import Frame, Slot
from parsers.documents.pdf_sheet import SCAN, Sheet
from parsers.documents.pdf_sheets import shown
from parsers.errors import Unreadable
from parsers.model import Document

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font of Chromium's

JOIN = 3.0
"""Points within which pdfplumber takes edges for parts of one."""
LEVEL = 0.3
"""Points within which dots are in one line, which may be nearer to each other than to those of the next one."""
NEAR = 4.5
"""Points within which edges of cells are the same line."""
_CID = re.compile(r"\(cid:\d+\)")


def read(data: bytes) -> Document:
    """The document that a PDF file shows. Raises Unreadable like :func:`parsers.documents.pdf.read`."""
    open_pdf(data).close()
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            meta = {
                name.lower(): value
                for name, value in pdf.metadata.items()
                if isinstance(value, str) and value
            }
            return assemble([_sheet(page) for page in pdf.pages[:MOST_PAGES]], meta)
    except (PdfminerException, PDFException, PSException) as error:
        raise Unreadable("damaged", "the PDF is damaged: the second reader can't open it") from error


def _sheet(page: Page) -> Sheet:
    glyphs = shown(list(_glyphs(page)), float(page.width))
    area = float(page.width * page.height)
    covered = max((float(image["width"] * image["height"]) for image in page.images), default=0.0)
    sheet = Sheet(
        page.page_number,
        float(page.width),
        float(page.height),
        glyphs,
        [frame for frame in map(_frame, _tables(page)) if frame],
        characters=len(glyphs),
        unmapped=sum(glyph.text == "\ufffd" for glyph in glyphs),
        pictures=len(page.images),
        scan=covered > SCAN * area,
    )
    page.close()
    return sheet


def _glyphs(page: Page) -> Iterator[Glyph]:
    for char in page.chars:
        text = fold(_CID.sub("\ufffd", char["text"]))
        if not text.isspace() and _straight(char["matrix"]) and _inside(char, page):
            yield Glyph(text, char["x0"], char["top"], char["x1"], char["bottom"])


def _straight(matrix: Sequence[float]) -> bool:
    """Whether a glyph stands upright or is turned by a quarter; water marks are set at a slant."""
    a, b, _, _, _, _ = matrix
    return min(abs(a), abs(b)) < 0.05 * max(abs(a), abs(b))


def _inside(char: dict[str, Any], page: Page) -> bool:
    return bool(0 <= char["top"] + char["bottom"] <= 2 * page.height)


def _tables(page: Page) -> list[list[Box]]:
    """The cells of each table that pdfplumber finds, the rows that a page's edge cuts included."""
    dotted = _dotted(page)
    settings = {
        "snap_tolerance": JOIN,
        "join_tolerance": JOIN,
        "explicit_horizontal_lines": [*dotted, *_closing([*page.edges, *dotted])],
        "explicit_vertical_lines": dotted,
    }
    return [table.cells for table in page.find_tables(settings)]


def _dotted(page: Page) -> list[dict[str, Any]]:
    """Rules made of dots, which pdfplumber leaves out: it takes a dot for dirt."""
    dots = [rect for rect in page.rects if max(rect["width"], rect["height"]) < 1]
    edges = _joined([edge for dot in dots for edge in rect_to_edges(dot)])
    return [edge for edge in edges if max(edge["width"], edge["height"]) > NEAR]


def _joined(edges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Edges of dots or dashes in one line made one."""
    return merge_edges(list(edges), LEVEL, LEVEL, JOIN, JOIN)


def _closing(edges: Sequence[dict[str, Any]]) -> list[float]:
    """The heights of the highest and lowest end of any vertical rule: there the page's edge may cut a table.

    Dashes are rules when they are joined, as the finder of tables joins them.
    """
    pieces = [edge for edge in edges if edge["orientation"] == "v"]
    down = [edge for edge in _joined(pieces) if edge["height"] > NEAR]
    if not down:
        return []
    return [min(edge["top"] for edge in down), max(edge["bottom"] for edge in down)]


def _frame(cells: Sequence[Box]) -> Frame | None:
    xs = _lines([edge for x0, _, x1, _ in cells for edge in (x0, x1)])
    ys = _lines([edge for _, top, _, bottom in cells for edge in (top, bottom)])
    if len(xs) < 2 or len(ys) < 2:
        return None
    slots = {slot for slot in (_slot(cell, xs, ys) for cell in cells) if slot.rowspan and slot.colspan}
    return Frame(tuple(xs), tuple(ys), tuple(sorted(slots)), open_top=False, open_bottom=False)


def _lines(edges: Sequence[float]) -> list[float]:
    lines: list[float] = []
    for edge in sorted(edges):
        if not lines or edge - lines[-1] > NEAR:
            lines.append(edge)
    return lines


def _slot(cell: Box, xs: Sequence[float], ys: Sequence[float]) -> Slot:
    x0, top, x1, bottom = cell
    row, column = _nearest(ys, top), _nearest(xs, x0)
    return Slot(row, column, _nearest(ys, bottom) - row, _nearest(xs, x1) - column)


def _nearest(lines: Sequence[float], edge: float) -> int:
    return min(range(len(lines)), key=lambda index: abs(lines[index] - edge))

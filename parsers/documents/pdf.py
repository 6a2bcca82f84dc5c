"""PDF to document, the first and fast reading: PDFium's glyphs and rules, our own grids.

:mod:`parsers.documents.pdf_plumber` is the second, independent reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.documents.collector import no_collector
from parsers.documents.pdf_assembly import assemble
from parsers.documents.pdf_drawing import MOST_OBJECTS, read_drawing
from parsers.documents.pdf_file import MOST_PAGES, may_have_layers, metadata, open_pdf
from parsers.documents.pdf_halfruled import with_half_ruled
from parsers.documents.pdf_pdfium import MOST_GLYPHS, View, lacks_glyphs, page_text, read_glyphs
from parsers.documents.pdf_rules import frames
from parsers.documents.pdf_sheet import SCAN, Sheet
from parsers.documents.pdf_sight import Sight, without_struck
from parsers.model import Document, Problem

MOST_CHARACTERS = 1_500_000
"""Glyphs read of one file."""
TOGETHER = 8
"""Pages open at a time, unless they draw as much as ``MOST_OBJECTS``."""


@no_collector()
def read(data: bytes) -> Document:
    """The document that a PDF file shows.

    Raises Unreadable: ``empty``, ``not_pdf``, ``encrypted``, ``damaged``.
    """
    with closing(open_pdf(data)) as pdf:
        sheets, pages, meta = list(_sheets(pdf, layers=may_have_layers(data))), len(pdf), metadata(pdf)
    if sheets and sheets[-1].glyphless:
        return _by_plumber(data, sheets[-1].page)
    return assemble(sheets, meta, list(_limits(pages, sheets)))


def _by_plumber(data: bytes, page: int) -> Document:
    """The other reader's document, with a problem that says so: there is no second, independent reading of it."""
    from parsers.documents import pdf_plumber  # noqa: PLC0415 (slow, and rarely needed)

    document = pdf_plumber.read(data)
    message = "its fonts are neither in the file nor on this machine; one reader only can read it, nothing confirms it"
    return replace(document, problems=(*document.problems, Problem("one_reading", f"page {page}", message)))


def _sheets(pdf: pypdfium2.PdfDocument, *, layers: bool) -> Iterator[Sheet]:
    read_so_far = 0
    for number, opened in enumerate(_opened(pdf), 1):
        if read_so_far > MOST_CHARACTERS:
            return
        sheet = (
            _sheet(number, *opened, layers=layers)
            if opened
            else Sheet(number, 1.0, 1.0, (), (), damaged=True)
        )
        read_so_far += sheet.characters
        yield sheet
        if sheet.glyphless:
            return


_Opened = tuple[pypdfium2.PdfPage, pypdfium2.PdfTextPage]


def _opened(pdf: pypdfium2.PdfDocument) -> Iterator[_Opened | None]:
    """Each page with its text, None for one that can't be opened. PDFium opens several in a row more quickly."""
    index, pages = 0, min(len(pdf), MOST_PAGES)
    while index < pages:
        with ExitStack() as stack:
            row: list[_Opened | None] = []
            objects = 0
            while index + len(row) < pages and len(row) < TOGETHER and objects < MOST_OBJECTS:
                opened = _open(pdf, index + len(row), stack)
                objects += pdfium.FPDFPage_CountObjects(opened[0].raw) if opened else 0
                row.append(opened)
            yield from row
        index += len(row)


def _open(pdf: pypdfium2.PdfDocument, index: int, stack: ExitStack) -> _Opened | None:
    try:
        page = stack.enter_context(closing(pdf[index]))
    except pypdfium2.PdfiumError:
        return None
    return page, stack.enter_context(closing(page.get_textpage()))


def _sheet(number: int, page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, *, layers: bool) -> Sheet:
    view = View(page)
    if textpage.count_chars() > MOST_GLYPHS or pdfium.FPDFPage_CountObjects(page.raw) > MOST_OBJECTS:
        return Sheet(number, view.width, view.height, (), (), too_dense=True)
    text = page_text(textpage)
    if lacks_glyphs(textpage, text):
        return Sheet(number, view.width, view.height, (), (), glyphless=True)
    drawing = read_drawing(page, view)
    ruled = frames(drawing.across, drawing.down)
    grids = [frame for frame in ruled if not frame.undivided]
    sight = Sight(page, view, drawing, layers=layers)
    glyphs, tally = read_glyphs(textpage, text, view, grids, sight.unseen)
    glyphs = without_struck(glyphs, drawing.across, grids)
    area = view.width * view.height
    covered = max(((x1 - x0) * (bottom - top) for x0, top, x1, bottom in drawing.pictures), default=0.0)
    return Sheet(
        number,
        view.width,
        view.height,
        glyphs,
        with_half_ruled(ruled, drawing.across, drawing.shades, glyphs),
        characters=tally.characters,
        unmapped=tally.unmapped,
        invisible=tally.invisible,
        pictures=len(drawing.pictures),
        scan=covered > SCAN * area,
    )


def _limits(pages: int, sheets: list[Sheet]) -> Iterator[Problem]:
    if len(sheets) < pages:
        yield Problem("too_long", f"page {len(sheets) + 1}", f"only {len(sheets)} of {pages} pages were read")
    for sheet in sheets:
        if sheet.too_dense:
            yield Problem(
                "too_dense", f"page {sheet.page}", "the page holds more than any report's and was not read"
            )
        if sheet.damaged:
            yield Problem("damaged_page", f"page {sheet.page}", "the page can't be opened")

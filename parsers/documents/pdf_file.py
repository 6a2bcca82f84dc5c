"""Opens a PDF file, for both of its readings."""

from __future__ import annotations

import ctypes
import re

import pypdfium2
import pypdfium2.raw as pdfium

from parsers.errors import Unreadable

MOST_PAGES = 300
"""Pages read of one file; a report has 5 to 40."""


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """A file opened by PDFium; the caller closes it. Raises Unreadable like ``read``."""
    if not data or data.isspace():
        raise Unreadable("empty", "the file is empty; fetch it again")
    if b"%PDF-" not in data[:1024]:
        raise Unreadable("not_pdf", "the file is not a PDF; open it to see what the portal sent instead")
    try:
        pdf = pypdfium2.PdfDocument(data)
        pages = len(pdf)
    except pypdfium2.PdfiumError as error:
        raise _unreadable(error, data) from error
    if not pages:
        pdf.close()
        raise Unreadable("damaged", "the PDF has no page; it is damaged or was cut off: fetch it again")
    return pdf


_LAYERS = re.compile(rb"/O(?:CProperties|bjStm)")
"""One pattern is found in less time than two words."""


def may_have_layers(data: bytes) -> bool:
    """Whether a file may have layers, which can be switched off: it says so, unless that is packed away in a stream."""
    return _LAYERS.search(data) is not None


def metadata(pdf: pypdfium2.PdfDocument) -> dict[str, str]:
    """What the file says of itself (``title``, ``author`` ...), without what it leaves empty."""
    found = {}
    for key in pdf.METADATA_KEYS:
        size = pdfium.FPDF_GetMetaText(pdf.raw, key.encode(), _SAID, len(_SAID))
        if size > len(_SAID):
            found[key.lower()] = pdf.get_metadata_value(key)
        elif size > 2:
            found[key.lower()] = _SAID.raw[: size - 2].decode("utf-16-le")
    return found


_SAID = ctypes.create_string_buffer(1024)
"""Bytes of a value in UTF-16, its last two being zero; few are longer."""


def _unreadable(error: pypdfium2.PdfiumError, data: bytes) -> Unreadable:
    if getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return Unreadable("encrypted", "the PDF asks for a password; save a copy without one and parse that")
    if b"%%EOF" not in data[-2048:]:
        return Unreadable("truncated", "the PDF was cut off before its end; fetch it again")
    return Unreadable("damaged", "the PDF is damaged; fetch it again, or open it and save a repaired copy")

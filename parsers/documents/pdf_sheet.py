"""What a reader of PDFs hands over for each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.documents.pdf_layout import Glyph
from parsers.documents.pdf_rules import Frame

SCAN = 0.5
"""A page without text of which a picture covers at least this share is a scan."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: glyphs in the order of drawing, and the frames drawn."""

    page: int
    width: float
    height: float
    glyphs: Sequence[Glyph]
    frames: Sequence[Frame]
    characters: int = 0
    unmapped: int = 0
    invisible: int = 0
    """Lines of text that the page does not show."""
    pictures: int = 0
    scan: bool = False
    """Whether one picture covers most of the page."""
    damaged: bool = False
    too_dense: bool = False
    glyphless: bool = False
    """Whether its text is set in fonts that are neither in the file nor on this machine."""

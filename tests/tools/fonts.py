"""A small TrueType face for printing: Chromium embeds it as it is, where Noto's CFF outlines cost 300 KB a PDF.

For maintainers only: needs ``fonttools``, which no test uses.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SIMPLIFIED = 2
"""Index of the simplified Chinese face in Noto's collection."""

_LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG")


@contextmanager
def installed_subset(text: str, family: str) -> Iterator[None]:
    """Makes the characters of ``text`` available to fontconfig as ``family`` while the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "fonts")
        target.mkdir()
        _truetype(text, family, target / "subset.ttf")
        before = os.environ.get("XDG_DATA_HOME")
        os.environ["XDG_DATA_HOME"] = folder
        try:
            yield
        finally:
            os.environ.pop("XDG_DATA_HOME")
            if before is not None:
                os.environ["XDG_DATA_HOME"] = before


def _truetype(text: str, family: str, target: Path) -> None:
    font = TTFont(NOTO, fontNumber=SIMPLIFIED)
    options = subset.Options(drop_tables=[*subset.Options().drop_tables, *_LAYOUT_TABLES])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    _quadratic(font)
    for name in font["name"].names:
        if name.nameID in (1, 4, 6):
            font["name"].setName(family, name.nameID, name.platformID, name.platEncID, name.langID)
    font.save(target)


def _quadratic(font) -> None:
    """Replaces cubic CFF outlines by quadratic ones, within one unit in a thousand."""
    glyphs, order = {}, font.getGlyphOrder()
    source = font.getGlyphSet()
    for name in order:
        pen = TTGlyphPen(source)
        source[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    del font["CFF "]
    font["maxp"].tableVersion = 0x00010000
    for field in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements"):
        setattr(font["maxp"], f"max{field}", 0)
    font["maxp"].maxZones, font["maxp"].maxSizeOfInstructions, font["maxp"].maxComponentElements = 1, 0, 0
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"

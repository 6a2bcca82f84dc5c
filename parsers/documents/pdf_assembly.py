"""Sheets to a document: furniture removed, tables sewn over page breaks, lines joined into paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from parsers.documents.pdf_furniture import Furniture
from parsers.documents.pdf_halves import halves
from parsers.documents.pdf_layout import Box, Glyph, Grid, Line
from parsers.documents.pdf_prose import Margins, margins, paragraphs
from parsers.documents.pdf_rules import Frame, lengthened, widened
from parsers.documents.pdf_sheet import Sheet
from parsers.documents.pdf_sheets import doubt_beside, fill, shown, text_lines
from parsers.documents.pdf_stitch import Piece, continues, piece, sew, table
from parsers.documents.pdf_unruled import unruled_tables
from parsers.model import Block, Document, Problem, Table, Text

HIGHEST_CELL = 160.0
"""Points: a higher frame of one cell is no title row of a table."""
MEDIA_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True)
class _Unruled:
    """A table that no rules show, and where it begins."""

    table: Table
    box: Box


_Item = Line | Grid | _Unruled


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    items: tuple[_Item, ...]
    """Top to bottom."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """A part of a page of which the frames drawn in full are filled."""

    sheet: Sheet
    grids: list[Grid]
    outside: Sequence[Glyph]
    partly: list[Frame]
    """The frames that are not: the glyphs ``outside`` may stand in them."""


def assemble(sheets: Sequence[Sheet], meta: Mapping[str, str], problems: Iterable[Problem] = ()) -> Document:
    """The document that the sheets show."""
    pages = list(_pages(halves(sheets)))
    bounds = margins(item for page in pages for item in page.items if isinstance(item, Line))
    return Document(
        MEDIA_TYPE,
        tuple(_blocks(pages, bounds)),
        meta=meta,
        images=sum(sheet.pictures for sheet in sheets),
        problems=(*problems, *_doubts(sheets)),
    )


def _pages(sheets: Sequence[Sheet]) -> Iterator[_Page]:
    filled = list(_filled(sheets))
    unruled = unruled_tables([(part.sheet.page, part.outside) for part in filled])
    for number, part in enumerate(filled):
        used = {
            glyph
            for found in unruled
            for piece in found.pieces
            if piece.part == number
            for glyph in piece.glyphs
        }
        rest = [glyph for glyph in part.outside if glyph not in used] if used else part.outside
        grids, rest = fill(
            [frame for frame in part.partly if not _is_used(frame, used)], rest, part.sheet.page
        )
        begun = [_Unruled(found.table, found.start.box) for found in unruled if found.start.part == number]
        items: list[_Item] = [*text_lines(rest), *part.grids, *doubt_beside(grids, rest), *begun]
        yield _Page(part.sheet.page, tuple(sorted(items, key=_level)))


def _filled(sheets: Sequence[Sheet]) -> Iterator[_Filled]:
    furniture = Furniture()
    runs = [furniture.see(part.glyphs, part.frames, page=part.page, height=part.height) for part in sheets]
    above: Frame | None = None
    for sheet, near_edges in zip(sheets, runs, strict=True):
        frames = [frame for frame in sheet.frames if not _is_border(frame, sheet.frames)]
        if frames and above:
            frames[0] = widened(frames[0], above)
        glyphs = furniture.strip(sheet.glyphs, near_edges, page=sheet.page)
        if frames:
            frames[-1] = _with_overflow(frames[-1], glyphs)
        partly = [frame for frame in frames if frame.partly or frame.undivided]
        grids, rest = fill([frame for frame in frames if frame not in partly], glyphs, sheet.page)
        outside = shown(rest, sheet.width)
        yield _Filled(sheet, doubt_beside(grids, outside), outside, partly)
        above = frames[-1] if frames else None


def _is_used(frame: Frame, used: Set[Glyph]) -> bool:
    """Whether what stands in a frame was read without it."""
    left, right, top, bottom = frame.xs[0], frame.xs[-1], frame.ys[0], frame.ys[-1]
    return any(
        left < (glyph.x0 + glyph.x1) / 2 < right and top < (glyph.top + glyph.bottom) / 2 < bottom
        for glyph in used
    )


def _with_overflow(frame: Frame, glyphs: Sequence[Glyph]) -> Frame:
    """The page's last frame, lengthened if all that stands below it has run out of its open cells."""
    if not frame.ragged:
        return frame
    below = sorted(
        (glyph for glyph in glyphs if glyph.top + glyph.bottom > 2 * frame.ys[-1]),
        key=lambda glyph: glyph.top,
    )
    reach = frame.ys[-1]
    for glyph in below:
        middle, height = (glyph.x0 + glyph.x1) / 2, glyph.bottom - glyph.top
        if glyph.top > reach + 1.5 * height or not any(start < middle < end for start, end in frame.ragged):
            return frame
        reach = max(reach, glyph.bottom)
    return lengthened(frame, reach)


def _is_border(frame: Frame, frames: Sequence[Frame]) -> bool:
    """Whether a frame of one cell is the border of a page, or a box around much text, and no part of a table."""
    if len(frame.slots) > 1:
        return False
    top, bottom = frame.ys[0], frame.ys[-1]
    return bottom - top > HIGHEST_CELL or any(
        other is not frame and top <= other.ys[0] and other.ys[-1] <= bottom for other in frames
    )


def _level(item: _Item) -> float:
    return item.row if isinstance(item, Line) else item.box[1]


def _blocks(pages: Sequence[_Page], bounds: Margins) -> Iterator[Block]:
    lines: list[tuple[int, Line]] = []
    sewn: Piece | None = None
    for page in pages:
        for index, item in enumerate(page.items):
            if isinstance(item, Line):
                if sewn:
                    yield from _finished(sewn)
                    sewn = None
                lines.append((page.number, item))
                continue
            yield from paragraphs(lines, bounds)
            lines = []
            if isinstance(item, _Unruled):
                yield from _finished(sewn)
                sewn = None
                yield item.table
                continue
            if sewn and not index and continues(sewn, item):
                sewn = sew(sewn, item)
                continue
            yield from _finished(sewn)
            sewn = piece(item)
    yield from _finished(sewn)
    yield from paragraphs(lines, bounds)


def _finished(sewn: Piece | None) -> Iterator[Block]:
    """A table; a box around a text is that text; a frame without any text is nothing."""
    if sewn is None or not any(cell.text for cell in sewn.cells):
        return
    if len(sewn.cells) == 1:
        cell = sewn.cells[0]
        yield Text(cell.text, cell.place)
        return
    yield table(sewn)


def _doubts(sheets: Sequence[Sheet]) -> Iterator[Problem]:
    glyphs, unmapped = sum(sheet.characters for sheet in sheets), sum(sheet.unmapped for sheet in sheets)
    scans = [sheet.page for sheet in sheets if sheet.scan and sheet.characters < 20]
    if scans:
        yield Problem(
            "scanned", _spelt(scans), "pictures of text without a text layer; needs character recognition"
        )
    elif not glyphs:
        yield Problem("no_text", "document", "the pages hold no text")
    hidden = [sheet.page for sheet in sheets if sheet.invisible]
    if hidden:
        yield Problem(
            "invisible_text",
            _spelt(hidden),
            "text that the page does not show: white on white, painted over, in a layer switched off, or such as"
            " character recognition lays under a scan; no figure of it is taken",
        )
    if unmapped:
        share = unmapped / glyphs
        message = f"{share:.1%} of the characters ({unmapped} of {glyphs}) have no known meaning in this PDF's fonts"
        yield Problem("unreadable_text", _spelt([s.page for s in sheets if s.unmapped]), message)


def _spelt(numbers: Sequence[int]) -> str:
    """``page 3``, or ``pages 3-5, 8``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return ("page " if len(numbers) == 1 else "pages ") + ", ".join(names)

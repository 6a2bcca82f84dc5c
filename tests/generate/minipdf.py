"""Writes PDFs directly: what Word, WPS and scanners draw and no printer here does.

No font is embedded: codes are Unicode, and a map says so (or says something else, or nothing).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.generate.drawn import Rows
from tests.generate.minifont import font

A4 = (595.0, 842.0)


@dataclass
class Page:
    """A page's drawing; heights are measured from its top."""

    width: float = A4[0]
    height: float = A4[1]
    turn: int = 0
    ops: list[str] = field(default_factory=list)

    def text(
        self, x: float, top: float, text: str, size: float = 10.0, *, angle: int = 0, font: str = "F"
    ) -> None:
        """A line of text whose upper left corner is here; ``angle`` in quarters, counter-clockwise."""
        codes = "".join(f"{ord(character):04X}" for character in text)
        matrix = ("1 0 0 1", "0 1 -1 0", "-1 0 0 -1", "0 -1 1 0")[angle % 4]
        y = self.height - top - 0.85 * size
        self.ops.append(f"BT /{font} {size} Tf {matrix} {x:.2f} {y:.2f} Tm <{codes}> Tj ET")

    def line(self, x0: float, y0: float, x1: float, y1: float, *, width: float = 0.5, dash: str = "") -> None:
        """A stroked rule."""
        pattern = f"[{dash}] 0 d" if dash else "[] 0 d"
        ends = f"{x0:.2f} {self.height - y0:.2f} m {x1:.2f} {self.height - y1:.2f} l S"
        self.ops.append(f"{width} w {pattern} {ends}")

    def box(self, x0: float, top: float, x1: float, bottom: float, *, gray: float = 0.0) -> None:
        """A painted rectangle."""
        size = f"{x1 - x0:.2f} {bottom - top:.2f}"
        self.ops.append(f"{gray} g {x0:.2f} {self.height - bottom:.2f} {size} re f 0 g")


@dataclass(frozen=True)
class Ruling:
    """How a table is ruled: ``boxes`` (thin painted rectangles, as Word does), ``lines``, ``dashes`` or ``dots``."""

    kind: str = "boxes"
    thickness: float = 0.5


def table(
    page: Page,
    rows: Rows,
    *,
    left: float,
    top: float,
    widths: Sequence[float],
    heights: Sequence[float] | float = 24.0,
    size: float = 9.0,
    ruling: Ruling = Ruling(),
    stacked: bool = False,
) -> float:
    """Draws a table with its merged cells and gives the height at which it ends."""
    xs = [left]
    for width in widths:
        xs.append(xs[-1] + width)
    steps = list(heights) if isinstance(heights, Sequence) else [heights] * len(rows)
    ys = [top]
    for step in steps:
        ys.append(ys[-1] + step)
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            right, below = x + cell.colspan, min(y + cell.rowspan, len(rows))
            taken.update((at, to) for at in range(y, below) for to in range(x, right))
            frame = (xs[x], ys[y], xs[right], ys[below])
            _rule(page, frame, ruling)
            _write(
                page, cell.text, frame, size, stacked=stacked and cell.kind == "head" and cell.colspan == 1
            )
            x = right
    return ys[-1]


def _rule(page: Page, frame: tuple[float, float, float, float], ruling: Ruling) -> None:
    x0, top, x1, bottom = frame
    half = ruling.thickness / 2
    for start, end in (
        ((x0, top), (x1, top)),
        ((x0, bottom), (x1, bottom)),
        ((x0, top), (x0, bottom)),
        ((x1, top), (x1, bottom)),
    ):
        if ruling.kind == "boxes":
            page.box(start[0] - half, start[1] - half, end[0] + half, end[1] + half)
        else:
            dash = {"dashes": "3 2", "dots": "0.5 1.5"}.get(ruling.kind, "")
            page.line(*start, *end, width=ruling.thickness, dash=dash)


def _write(
    page: Page, text: str, frame: tuple[float, float, float, float], size: float, *, stacked: bool
) -> None:
    x0, top, x1, bottom = frame
    most = size if stacked else x1 - x0 - 4
    lines, used = [""], 0.0
    for character in text:
        width = size if character >= "\u2e80" or character in "“”—" else size / 2
        if used + width > most and lines[-1]:
            lines.append("")
            used = 0.0
        lines[-1] += character
        used += width
    y = (top + bottom - len(lines) * size * 1.2) / 2
    for line in lines:
        width = sum(size if c >= "\u2e80" or c in "“”—" else size / 2 for c in line)
        page.text((x0 + x1 - width) / 2, y, line, size)
        y += size * 1.2


def build(
    pages: Sequence[Page], *, picture: bool = False, encrypted: bool = False, embedded: bool = True
) -> bytes:
    """The file. Font ``F`` is plain, ``U`` gives no code any meaning; ``picture``: each page is one picture. What is
    marked with ``/OC /L`` is in a layer that is switched off.

    Not ``embedded``: the fonts are named only, and not to be found on the reader's machine.
    """
    first = 11
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [10 0 R] /D << /OFF [10 0 R] >> >> >>"
    ]
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(_font("/ToUnicode 6 0 R", embedded=embedded))
    objects.append(_font("", embedded=embedded))
    objects.append(
        b"<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -141 1000 859] /ItalicAngle 0"
        b" /Ascent 859 /Descent -141 /CapHeight 700 /StemV 80"
        + (b" /FontFile2 8 0 R >>" if embedded else b" >>")
    )
    objects.append(_stream(_TO_UNICODE.encode(), "", packed=False))
    objects.append(
        _stream(
            b"\xff" * 64,
            "/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8",
            packed=True,
        )
    )
    objects.append(_stream(font(), f"/Length1 {len(font())}", packed=True))
    objects.append(_stream(b"\0\1" * 65536, "", packed=True))
    objects.append(b"<< /Type /OCG /Name (draft) >>")
    for number, page in enumerate(pages):
        show = f"q {page.width} 0 0 {page.height} 0 0 cm /I Do Q\n" if picture else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.width} {page.height}] /Rotate {page.turn}"
            f" /Contents {first + 1 + 2 * number} 0 R /Resources << /Font << /F 3 0 R /U 4 0 R >>"
            " /XObject << /I 7 0 R >> /Properties << /L 10 0 R >> >> >>".encode()
        )
        objects.append(_stream((show + "\n".join(page.ops)).encode(), "", packed=True))
    return _file(objects, encrypted=encrypted)


def _font(to_unicode: str, *, embedded: bool) -> bytes:
    return (
        "<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /Identity-H /DescendantFonts"
        " [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /CIDSystemInfo"
        " << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 5 0 R"
        f" {'/CIDToGIDMap 9 0 R' if embedded else ''} /DW 1000 /W [32 126 500] >>] {to_unicode} >>"
    ).encode()


def _stream(data: bytes, entries: str, *, packed: bool) -> bytes:
    body = zlib.compress(data) if packed else data
    filter_ = "/Filter /FlateDecode" if packed else ""
    return f"<< {entries} {filter_} /Length {len(body)} >>\nstream\n".encode() + body + b"\nendstream"


def _file(objects: Sequence[bytes], *, encrypted: bool) -> bytes:
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    lock = (
        f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >> /ID [<00> <00>]"
    )
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {lock if encrypted else ''} >>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())


_RANGES = "".join(f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>\n" for high in range(256))
_TO_UNICODE = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
    "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    + "".join(
        f"{len(part)} beginbfrange\n" + "\n".join(part) + "\nendbfrange\n"
        for part in (_RANGES.splitlines()[:100], _RANGES.splitlines()[100:200], _RANGES.splitlines()[200:])
    )
    + "endcmap CMapName currentdict /CMap defineresource pop end end"
)

"""A TrueType font of two glyphs, nothing and a box: enough for a PDF reader to measure text set in it."""

from __future__ import annotations

import struct

EM = 1000


def font() -> bytes:
    """The font file."""
    box = struct.pack(">hhhhh", 1, 60, -100, 440, 800)
    box += struct.pack(">HH", 3, 0) + bytes([1, 1, 1, 1])
    box += struct.pack(">hhhh", 60, 380, 0, -380) + struct.pack(">hhhh", -100, 0, 900, 0)
    box += b"\0" * (-len(box) % 4)
    tables = {
        b"glyf": box,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x10000,
            0x10000,
            0,
            0x5F0F3CF5,
            11,
            EM,
            0,
            0,
            60,
            -100,
            940,
            800,
            0,
            8,
            2,
            1,
            0,
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhhhhhhhH", 0x10000, 859, -141, 0, EM, 0, 560, 440, 1, 0, 0, 0, 0, 0, 0, 0, 1
        ),
        b"hmtx": struct.pack(">Hhh", EM, 0, 60),
        b"loca": struct.pack(">III", 0, 0, len(box)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    place = 12 + 16 * len(tables)
    out = struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 16 * len(tables) - 64)
    body = b""
    for tag, data in sorted(tables.items()):
        padded = data + b"\0" * (-len(data) % 4)
        out += tag + struct.pack(">III", _sum(padded), place + len(body), len(data))
        body += padded
    return out + body


def _sum(data: bytes) -> int:
    return sum(struct.unpack(f">{len(data) // 4}I", data)) & 0xFFFFFFFF

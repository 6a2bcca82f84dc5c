"""The documents in a ZIP that a portal offers in the place of a report: read within limits, nothing written or run."""

from __future__ import annotations

import io
import zipfile
import zlib

from crawler.magic import sniff

FILES = 50
SIZE = 64 << 20
"""Most documents of one archive, and most bytes of all of them together."""
_DOCUMENTS = ("pdf", "ole", "zip", "html", "rtf")
_ONE_DOCUMENT = ("[Content_Types].xml", "OFD.xml", "mimetype")
"""Members of a ZIP that is one document itself: docx, xlsx, ofd, odt."""
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError)
"""What the library raises at damaged, encrypted or foreign members."""


def documents(body: bytes) -> list[tuple[str, bytes]]:
    """(name, bytes) of the documents in a ZIP; none where it is one document itself, or nothing that can be read."""
    if sniff(body) != "zip":
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            if any(member.filename in _ONE_DOCUMENT for member in members):
                return []
            return _read(archive, [member for member in members if not member.is_dir()][:FILES])
    except _BROKEN:
        return []


def _read(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    left = SIZE
    for member in members:
        try:
            with archive.open(member) as stream:
                data = stream.read(left + 1)
        except _BROKEN:
            continue
        left -= len(data)
        if left < 0:
            break
        if sniff(data) in _DOCUMENTS:
            found.append((_name(member), data))
    return found


def _name(member: zipfile.ZipInfo) -> str:
    """The member's file name: UTF-8 where the archive says so, else GBK as Windows tools write it."""
    name = member.filename
    if not member.flag_bits & 0x800:
        name = name.encode("cp437", "replace").decode("gb18030", "replace")
    return name.rsplit("/", 1)[-1]

"""`/original/<sha256>`: an archived file as it was fetched, in a cage.

Originals are hostile: whatever a portal served is sent back byte for byte. A browser that opens one runs
no script in it, loads nothing for it from anywhere, gives it an origin of its own and never guesses a type.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from archive import originals
from archive.errors import Damaged

log = logging.getLogger(__name__)

CAGE = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"

SHOWN = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "txt"}
"""Media types that a browser may show inside the cage, with the extension of the file's name."""

SAVED = {
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/zip": "zip",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
}
"""Media types that keep their name but are offered as a download; all others are plain bytes."""

SHA256 = re.compile(r"[0-9a-f]{64}")

FILED = """
select reports.agency, reports.year from versions join reports on reports.id = versions.report
where versions.sha256 = ? limit 1
"""


async def view(datasette: Datasette, request: Request) -> Response:
    """The bytes of one original; 404 where the archive holds none of that hash."""
    sha256 = request.url_vars["sha256"]
    database = datasette.get_database("nianbao")
    sql = "select media_type from originals where sha256 = ?"
    row = (await database.execute(sql, [sha256])).first() if SHA256.fullmatch(sha256) else None
    if row is None:
        raise NotFound("The archive holds no original of that SHA-256")
    try:
        body = await asyncio.to_thread(originals.read, Path(database.path).parent, sha256)
    except Damaged as error:
        log.error("%s", error)
        return Response.text(
            "The file of this original is missing or damaged; `nianbao verify` names all such.\n", status=404
        )
    filed = (await database.execute(FILED, [sha256])).first()
    media_type = row["media_type"]
    name = filename(sha256, media_type, filed)
    return Response(body, headers=headers(media_type, name), content_type=content_type(media_type, body))


def headers(media_type: str, name: str) -> dict[str, str]:
    """The cage: what is sent with an original besides its bytes."""
    ascii_name = re.sub(r"[^A-Za-z0-9.-]", "_", name)
    shown = "inline" if media_type in SHOWN else "attachment"
    return {
        "content-security-policy": CAGE,
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "content-disposition": f"{shown}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}",
        "cache-control": "private, max-age=31536000, immutable",
    }


def filename(sha256: str, media_type: str, filed: Mapping[str, Any] | None) -> str:
    """Agency, year and the beginning of the hash, with an extension that fits the type, never the portal's."""
    extension = SHOWN.get(media_type) or SAVED.get(media_type) or "bin"
    agency = re.sub(r"[^\w]", "", filed["agency"])[:60] if filed else ""
    return f"{agency}{filed['year'] if filed else 'nianbao'}-{sha256[:12]}.{extension}"


def content_type(media_type: str, body: bytes) -> str:
    """A type that is safe to send; text that is UTF-8 says so, other text leaves it to its own declaration."""
    if media_type in SAVED:
        return media_type
    if media_type not in SHOWN:
        return "application/octet-stream"
    try:
        body.decode()
    except UnicodeDecodeError:
        return media_type if media_type != "text/plain" else "text/plain; charset=gb18030"
    return f"{media_type}; charset=utf-8"

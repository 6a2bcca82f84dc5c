"""The archive as WARC 1.1, for other archives' tools: every capture whose bytes are known, in order.

A record stands under the URL that answered, after redirects. A kept capture is a ``response`` with the bytes
as stored, with the ``request`` where its headers are known; one of the very same bytes, or a 304, is a
``revisit``; one that differed in page furniture only (its bytes were not stored) and one that failed are
``metadata`` records that say so. A document that was taken out of a ZIP or a page was never sent by itself: it is a
``conversion`` of what it came in. Bodies are stored after transfer decoding, so the headers that speak of a
coding or length are renamed.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import NAMESPACE_URL, uuid5

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import originals
from archive.errors import Damaged, Unwritten
from archive.progress import Progress, silent
from archive.store import Archive

_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_STALE = ("content-encoding", "content-length", "transfer-encoding")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""What RFC 9110 allows as a header's name; a server that sent another gets it left out."""
_REASONS = {200: "OK", 304: "Not Modified"}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: records by type, and originals that could not be read."""

    path: str
    responses: int
    requests: int
    revisits: int
    metadata: int
    conversions: int = 0
    damaged: tuple[str, ...] = ()

    def text(self) -> str:
        """A line for people."""
        lines = [
            f"original {name}: missing or altered, left out; see nianbao verify" for name in self.damaged
        ]
        counts = f"{self.responses} responses, {self.requests} requests, {self.revisits} revisits, {self.metadata} metadata"
        counts += f" and {self.conversions} conversion records" if self.conversions else " records"
        return "\n".join([*lines, f"{self.path}: {counts}"])

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)

    @property
    def exit_status(self) -> int:
        """1 where an original could not be read."""
        return 1 if self.damaged else 0


def export(archive: Archive, path: Path, *, progress: Progress = silent) -> Exported:
    """Write every capture to a WARC file, compressed record by record if its name ends in ``.gz``.

    The same archive gives the same bytes.

    :raises Unwritten: the file can't be written.
    """
    counts = dict.fromkeys(("response", "request", "revisit", "metadata", "conversion"), 0)
    damaged = []
    part = path.with_name(f"{path.name}.part")
    ((total,),) = archive.db.execute("SELECT count(*) FROM captures").fetchall()
    around: dict[str, str] = {}
    try:
        with part.open("wb") as file:
            writer = WARCWriter(file, gzip=path.suffix == ".gz", warc_version="1.1")
            writer.write_record(_info(writer, archive))
            for capture in progress(_captures(archive), "exporting", "capture", total):
                try:
                    record = _record(writer, archive, capture, around)
                except Damaged:
                    damaged.append(capture["sha256"] or f"of capture {capture['id']}")
                    continue
                writer.write_record(record)
                counts[record.rec_type] += 1
                if capture["request_headers"] and record.rec_type in ("response", "revisit"):
                    writer.write_record(_request(writer, capture))
                    counts["request"] += 1
        part.replace(path)
    except OSError as error:
        message = f"{path}: {error.strerror}; free some space or name another file with --out"
        raise Unwritten(message) from error
    numbers = {f"{kind}s".replace("metadatas", "metadata"): number for kind, number in counts.items()}
    return Exported(str(path), **numbers, damaged=tuple(damaged))


def _captures(archive: Archive) -> Iterator[dict[str, Any]]:
    """Captures with the time and URL of the capture that stored their bytes (NULL where it is this one)."""
    cursor = archive.db.execute(
        "SELECT c.*, o.fetched_at AS stored_at, coalesce(o.final_url, o.url) AS stored_from, "
        "coalesce(c.final_url, c.url) AS answered_by, f.media_type "
        "FROM captures c LEFT JOIN originals f USING (sha256) LEFT JOIN captures o ON o.id = ("
        "SELECT s.id FROM captures s WHERE s.sha256 = c.sha256 AND s.url = c.url "
        "AND s.outcome IN ('new', 'changed') AND s.id < c.id ORDER BY s.id DESC LIMIT 1) ORDER BY c.id"
    )
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def _record(
    writer: WARCWriter, archive: Archive, capture: dict[str, Any], around: dict[str, str]
) -> ArcWarcRecord:
    """The capture's record; ``around`` is URL to id of the last record that holds the bytes of it.

    :raises Damaged: its original is missing or altered, or its row is none that was written.
    """
    kept = capture["outcome"] in ("new", "changed")
    if capture["sha256"] is None and (kept or capture["outcome"] == "unchanged"):
        raise Damaged(f"capture {capture['id']} names no original; see nianbao verify")
    container, inside, _ = capture["url"].partition("#")
    if kept and inside:
        return _conversion(writer, archive, capture, around.get(container))
    if kept:
        record = _response(writer, archive, capture)
        around[capture["url"]] = record.rec_headers["WARC-Record-ID"]
        return record
    same = capture["stored_at"] and capture["body_sha256"] in (None, capture["sha256"])
    if capture["outcome"] == "unchanged" and same and not inside:
        return _revisit(writer, capture)
    return _metadata(writer, capture)


def _conversion(
    writer: WARCWriter, archive: Archive, capture: dict[str, Any], container: str | None
) -> ArcWarcRecord:
    """A document from a ZIP or a page; under a name of its own, for indexes leave out what stands behind a ``#``."""
    data = originals.read(archive.path, capture["sha256"])
    headers = _headers(capture, "conversion") | {"WARC-Payload-Digest": _payload_digest(capture["sha256"])}
    headers |= {"WARC-Refers-To": container} if container else {}
    return writer.create_warc_record(
        _name_of(capture["url"]),
        "conversion",
        payload=BytesIO(data),
        length=len(data),
        warc_content_type=capture["media_type"],
        warc_headers_dict=headers,
    )


def _name_of(url: str) -> str:
    """The URL; of a document in what that brought, a name that no index takes for the URL."""
    container, inside, number = url.partition("#")
    return f"urn:{number}:{container}" if inside else url


def _response(writer: WARCWriter, archive: Archive, capture: dict[str, Any]) -> ArcWarcRecord:
    data = originals.read(archive.path, capture["sha256"])
    headers = _headers(capture, "response") | {"WARC-Payload-Digest": _payload_digest(capture["sha256"])}
    return writer.create_warc_record(
        capture["answered_by"],
        "response",
        payload=BytesIO(data),
        length=len(data),
        warc_headers_dict=headers,
        http_headers=_http(capture, len(data)),
    )


def _revisit(writer: WARCWriter, capture: dict[str, Any]) -> ArcWarcRecord:
    """A capture whose bytes are those of an earlier one: the server said so (304) or we saw it."""
    headers = _headers(capture, "revisit") | {"WARC-Refers-To-Target-URI": capture["stored_from"]}
    headers |= {"WARC-Refers-To-Date": capture["stored_at"]}
    headers |= {"WARC-Payload-Digest": _payload_digest(capture["sha256"])}
    unasked = capture["status"] == 304
    headers |= {"WARC-Profile": _NOT_MODIFIED if unasked else writer.REVISIT_PROFILE_1_1}
    return writer.create_warc_record(
        capture["answered_by"], "revisit", warc_headers_dict=headers, http_headers=_http(capture, 0)
    )


def _request(writer: WARCWriter, capture: dict[str, Any]) -> ArcWarcRecord:
    """What we sent; the host is the URL's own, as every client says it."""
    parts = urlsplit(capture["answered_by"])
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    sent = [("host", parts.netloc), *_fit(json.loads(capture["request_headers"])).items()]
    http = StatusAndHeaders(
        f"GET {quote(target, safe='/?&=%:;,+~@!$()*')} HTTP/1.1", sent, is_http_request=True
    )
    kind = "revisit" if capture["outcome"] == "unchanged" else "response"
    headers = _headers(capture, "request") | {"WARC-Concurrent-To": _headers(capture, kind)["WARC-Record-ID"]}
    return writer.create_warc_record(
        capture["answered_by"], "request", warc_headers_dict=headers, http_headers=http
    )


def _fit(headers: dict[str, str]) -> dict[str, str]:
    """Headers without names that HTTP doesn't allow, and on one line each."""
    return {name: " ".join(value.split()) for name, value in headers.items() if _TOKEN.fullmatch(name)}


def _metadata(writer: WARCWriter, capture: dict[str, Any]) -> ArcWarcRecord:
    said = {name: capture[name] for name in ("outcome", "status", "message", "found_on", "final_url")}
    if capture["outcome"] == "unchanged":
        said |= {
            "same-content-as": f"sha256:{capture['sha256']}",
            "own-digest": f"sha256:{capture['body_sha256']}",
        }
    lines = "".join(f"{name}: {' '.join(str(value).split())}\r\n" for name, value in said.items() if value)
    data = lines.encode()
    headers = _headers(capture, "metadata")
    payload = BytesIO(data)
    return writer.create_warc_record(
        _name_of(capture["url"]), "metadata", payload=payload, length=len(data), warc_headers_dict=headers
    )


def _info(writer: WARCWriter, archive: Archive) -> ArcWarcRecord:
    record = writer.create_warcinfo_record(None, {"software": "nianbao", "format": "WARC File Format 1.1"})
    last = archive.db.execute("SELECT max(fetched_at) FROM captures").fetchone()[0]
    record.rec_headers.replace_header("WARC-Date", last or "1970-01-01T00:00:00Z")
    record.rec_headers.replace_header("WARC-Record-ID", f"<{uuid5(NAMESPACE_URL, 'nianbao').urn}>")
    return record


def _headers(capture: dict[str, Any], kind: str) -> dict[str, str]:
    name = uuid5(NAMESPACE_URL, f"{capture['url']} {capture['fetched_at']} {capture['id']} {kind}")
    return {"WARC-Record-ID": f"<{name.urn}>", "WARC-Date": capture["fetched_at"]}


def _http(capture: dict[str, Any], size: int) -> StatusAndHeaders:
    found = json.loads(capture["headers"])
    kept = _fit(found).items()
    renamed = [(f"x-archive-orig-{name}" if name in _STALE else name, value) for name, value in kept]
    if capture["outcome"] != "unchanged":
        renamed.append(("content-length", str(size)))
    status = capture["status"] or 200
    return StatusAndHeaders(f"{status} {_REASONS.get(status, '')}".strip(), renamed, protocol="HTTP/1.1")


def _payload_digest(sha256: str) -> str:
    return f"sha256:{base64.b32encode(bytes.fromhex(sha256)).decode()}"

"""Rows of evidence as the log and the database hold them, made from what the crawler hands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from archive import content
from archive.log import ENCODER
from archive.model import Capture, Known


def capture_row(capture: Capture, number: int, outcome: str, sha256: str | None) -> dict[str, Any]:
    """A capture's row."""
    body = capture.body
    return {
        "id": number,
        "crawl": capture.crawl,
        "url": capture.url,
        "fetched_at": _utc(capture.fetched_at),
        "status": capture.status,
        "outcome": outcome,
        "sha256": sha256,
        "kind": capture.kind,
        "message": capture.message,
        "final_url": capture.final_url,
        "found_on": capture.found_on,
        "column_url": capture.column_url,
        "link_text": capture.link_text,
        "agency": capture.agency,
        "body_sha256": None,
        "content_digest": capture.content_digest,
        "size": None if body is None else len(body),
        "headers": _headers(capture.headers),
        "request_headers": _headers(capture.request_headers) if capture.request_headers else None,
    }


def known_after(capture: Capture, row: Mapping[str, Any], known: Known | None) -> Known:
    """What :meth:`Archive.known` will say when the row is in the database."""
    if capture.status == 304 and known is not None:
        return replace(known, sha256=row["sha256"], fetched_at=row["fetched_at"], status=304)
    headers = {name.lower(): value for name, value in capture.headers.items()}
    validators = headers.get("etag"), headers.get("last-modified")
    return Known(row["sha256"], *validators, row["fetched_at"], capture.status, capture.content_digest)


def original_row(capture: Capture, body: bytes, sha256: str) -> dict[str, Any]:
    """The row of the original that a capture brought."""
    return {
        "sha256": sha256,
        "size": len(body),
        "media_type": content.media_type(body, capture.final_url or capture.url),
        "kept_at": _utc(capture.fetched_at),
    }


@lru_cache(maxsize=64)
def _utc(moment: str) -> str:
    """The same for a moment in ISO 8601."""
    return utc(datetime.fromisoformat(moment))


def utc(moment: datetime) -> str:
    """The moment as the archive writes it; one without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _headers(headers: Mapping[str, str]) -> str:
    """JSON with lower-case names, in order."""
    return ENCODER.encode({name.lower(): value for name, value in sorted(headers.items())})

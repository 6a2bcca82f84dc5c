"""The nouns of the archive: what is handed in, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

CaptureKind = Literal["list", "page", "file", "robots"]
"""``list``: a column's list page. ``page``: the page that a list entry leads to. ``file``: an attachment of
a page, or a file that the list links directly."""

KEPT = ("new", "changed", "unchanged")
NOT_KEPT = (
    "not_found",
    "blocked",
    "robots_disallowed",
    "soft_404",
    "wrong_site",
    "wrong_content_type",
    "too_large",
    "login",
    "maintenance",
    "js_only",
    "off_site",
    "error",
)
CRAWL_OUTCOMES = ("complete", "partial", "blocked", "robots_disallowed", "failed")


@dataclass(frozen=True, slots=True)
class Capture:
    """One response, or one failed request, at one time; what the crawler hands to the archive.

    ``outcome`` is set (to one of ``NOT_KEPT``) when nothing is to be kept; else ``body`` holds the bytes as
    received after transfer decoding, and the archive decides between ``new``, ``changed`` and ``unchanged``.
    Times are UTC, ISO 8601, to the second.
    """

    crawl: int
    url: str
    fetched_at: str
    kind: CaptureKind
    status: int | None = None
    body: bytes | None = None
    outcome: str | None = None
    message: str | None = None
    final_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    request_headers: Mapping[str, str] = field(default_factory=dict)
    found_on: str | None = None
    """URL of the page that links here: the list for a page, the page for a file."""
    column_url: str | None = None
    """URL of the registered column in which it was found."""
    link_text: str | None = None
    agency: str | None = None
    """The registry's publisher for the column: used where the report names none itself."""
    content_digest: str | None = None
    """Given for list pages (a digest of their entries); for others the archive asks the parsers."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The archive's answer to a capture: its id, outcome and the original's SHA-256 (None if not kept)."""

    id: int
    outcome: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class PortalRow:
    """A registered portal as the archive records it; ``region`` is a GB/T 2260 code."""

    id: str
    name: str
    region: str | None
    home: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive holds of a URL: the last kept capture, for conditional requests and comparison.

    ``etag`` and ``last_modified`` are the validators that came with the stored bytes; None where the
    server sent none.
    """

    sha256: str
    etag: str | None
    last_modified: str | None
    fetched_at: str
    status: int | None
    content_digest: str | None = None

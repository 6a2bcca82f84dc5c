"""Captures gathered to be written together: one round of forcing to the disk for many of them.

A capture costs three such rounds when it is written alone: its original, the line of the log, the folder's entry.
In a batch they are shared, and nothing of it counts before all of it is on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from archive.log import Entry
from archive.model import Known

CAPTURES = 64
BYTES = 16 * 1024 * 1024


@dataclass
class Batch:
    """What has been gathered since the last write. ``first`` is the number of its first capture."""

    first: int
    captures: int = 0
    size: int = 0
    bodies: dict[str, bytes] = field(default_factory=dict)
    """Bytes of originals by their SHA-256."""
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    """Lines for each log, by its name."""
    booked: dict[tuple[str, str, str], Entry] = field(default_factory=dict)
    """The latest line of each ledger, day and host; the first is the log's name."""
    rows: set[str] = field(default_factory=set)
    """SHA-256 of originals that have their row among the lines."""
    known: dict[str, Known | None] = field(default_factory=dict)
    """What is held of an address, as far as it was asked for or has changed since the last write."""

    @property
    def is_full(self) -> bool:
        """Whether it is time to write, lest a kill lose too much or memory fill."""
        return self.captures >= CAPTURES or self.size >= BYTES

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be written."""
        return not self.entries and not self.booked

    def lines(self) -> dict[str, list[Entry]]:
        """All lines for each log, those of the ledger last."""
        lines = {name: list(entries) for name, entries in self.entries.items()}
        for (name, _, _), entry in self.booked.items():
            lines.setdefault(name, []).append(entry)
        return lines

    def add(self, log_name: str, entries: list[Entry], *, sha256: str | None, body: bytes | None) -> None:
        """Gather a capture: its lines, and the bytes of its original where it brought some."""
        self.captures += 1
        self.entries.setdefault(log_name, []).extend(entries)
        if sha256 is not None and body is not None:
            self.size += 0 if sha256 in self.bodies else len(body)
            self.bodies[sha256] = body
            self.rows.add(sha256)

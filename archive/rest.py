"""The database at rest: the digest of its file while nobody writes, so that ``verify`` also finds a bit that changed
in bytes of it that nothing uses.

``nianbao.db.sha256`` has the form of ``sha256sum``. It is taken away when a writer comes and written anew when it
goes. A killed writer leaves none, nor is one written while a reader keeps some of what was written in the
write-ahead log.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import suppress
from pathlib import Path

from archive.originals import sync_folder

DATABASE = "nianbao.db"
NAME = f"{DATABASE}.sha256"
_PART = f"{NAME}.part"
_PATIENCE = 1000
"""Milliseconds that a writer who goes gives readers to end."""


def leave(folder: Path) -> None:
    """Take the digest away; on the disk before the first byte is written.

    :raises OSError: the folder can't be written.
    """
    for name in (_PART, NAME):  # a writer killed while it went may have left its digest half written
        with suppress(FileNotFoundError):
            (folder / name).unlink()
            sync_folder(folder)


def come(folder: Path, connection: sqlite3.Connection) -> None:
    """Bring everything into the database's file and write its digest; without a word where that can't be done now."""
    with suppress(sqlite3.Error, OSError):
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            part = folder / _PART
            part.write_text(f"{_digest(folder)}  {DATABASE}\n", "ascii")
            part.replace(folder / NAME)


def is_there(folder: Path) -> bool:
    """Whether the last writer went in order and nobody writes now."""
    return (folder / NAME).exists()


def is_disturbed(folder: Path) -> bool:
    """Whether the database's file is not what it was when the last writer went; False where nobody can tell."""
    said = _said(folder)
    log = folder / f"{DATABASE}-wal"
    if said is None or not (folder / DATABASE).is_file() or (log.exists() and log.stat().st_size):
        return False
    # a writer that came meanwhile has taken the digest away
    return said != f"{_digest(folder)}  {DATABASE}\n".encode() and _said(folder) == said


def _said(folder: Path) -> bytes | None:
    with suppress(FileNotFoundError):
        return (folder / NAME).read_bytes()
    return None


def _digest(folder: Path) -> str:
    with (folder / DATABASE).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

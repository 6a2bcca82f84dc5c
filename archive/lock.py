"""One writer at a time: a lock on ``writer.lock`` that ends with its process, whatever kills it."""

from __future__ import annotations

import fcntl
import os
from io import TextIOWrapper
from pathlib import Path

from archive.errors import Locked, ReadOnly

NAME = "writer.lock"


def take(archive: Path) -> TextIOWrapper:
    """The open lock file; closing it gives the lock back.

    :raises Locked: another process holds it; the message names it.
    :raises ReadOnly: the lock file can't be written.
    """
    try:
        file = (archive / NAME).open("a+", encoding="ascii")
    except OSError as error:
        raise read_only(archive, error) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        message = f"{archive}: process {holder} is writing to this archive; wait until it ends, or stop it"
        raise Locked(message) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def is_alive(archive: Path) -> bool:
    """Whether the process that last took the lock is still there; asked without touching the lock, so that no writer
    finds it taken by a reader."""
    try:
        os.kill(int((archive / NAME).read_text("ascii")), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def read_only(archive: Path, error: OSError) -> ReadOnly:
    """The error for a folder that can't be written, with its cure."""
    return ReadOnly(
        f"{archive}: {error.strerror}; make the folder writable for you or name another with --archive"
    )

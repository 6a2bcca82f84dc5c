"""Originals: the files as fetched, byte for byte, each named by its SHA-256.

A file is written beside its final name, forced to the disk, made read-only and then renamed; a process
killed at any moment leaves the whole file or none. Leftovers of such a death are named ``*.part``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from archive.errors import Damaged, Unwritten

FOLDER = "originals"


def path_of(archive: Path, sha256: str) -> Path:
    """Where the original stands: ``originals/<sha256>``, so that anyone can find it without us."""
    return archive / FOLDER / sha256


def write(archive: Path, data: bytes, sha256: str | None = None) -> str:
    """Store the bytes if they are not there yet; returns their SHA-256 (which the caller may know already).

    :raises Unwritten: the disk is full or failed; nothing half is left.
    """
    sha256 = sha256 or hashlib.sha256(data).hexdigest()
    path = path_of(archive, sha256)
    if not _is_there(path, len(data)):
        try:
            write_whole(path, data, mode=0o444)
        except OSError as error:
            message = f"{path}: {error.strerror}; free some space or check the disk, then run again"
            raise Unwritten(message) from error
    return sha256


def read(archive: Path, sha256: str) -> bytes:
    """The bytes of an original.

    :raises Damaged: the file is missing or its bytes are not those that its name promises.
    """
    path = path_of(archive, sha256)
    try:
        data = path.read_bytes()
    except OSError as error:
        message = (
            f"{path}: {error.strerror}; restore it from a backup (nianbao verify lists all that is missing)"
        )
        raise Damaged(message) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Damaged(
            f"{path}: not the bytes that were stored; restore it from a backup (see nianbao verify)"
        )
    return data


def _is_there(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def names(archive: Path) -> Iterator[str]:
    """The SHA-256 names of the files that are there, in order; leftovers of an interrupted write are passed over."""
    yield from sorted(path.name for path in (archive / FOLDER).glob("*") if path.suffix != ".part")


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Put the bytes at the path, all or nothing, and on the disk when this returns.

    :raises OSError: the file can't be written; nothing is left at the path that was not there before.
    """
    made = not path.parent.is_dir()
    if made:
        path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        _write_through(part, data, mode)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    if made:
        sync_folder(path.parent.parent)


def flatten(archive: Path) -> None:
    """Bring out of folders what the very first archives kept under the two first digits of its name."""
    folder = archive / FOLDER
    for path in folder.glob("??/*"):
        path.replace(folder / path.name)
    for path in folder.glob("??"):
        path.rmdir()


def sync_folder(path: Path) -> None:
    """Force a folder's entries to the disk, so that a rename outlives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_through(path: Path, data: bytes, mode: int) -> None:
    # plain system calls: this runs once a page, and Python's file objects cost as much as the disk does
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

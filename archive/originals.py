"""Originals: the files as fetched, byte for byte, each named by its SHA-256.

A file is written beside its final name, made read-only, forced to the disk and then renamed; a process
killed at any moment leaves the whole file or none. Leftovers of such a death are named ``*.part``; the next
writer sweeps them away.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from archive.errors import Damaged, Unwritten

FOLDER = "originals"


def path_of(archive: Path, sha256: str) -> Path:
    """Where the original stands: ``originals/<sha256>``, so that anyone can find it without us."""
    return archive / FOLDER / sha256


def write(archive: Path, data: bytes) -> str:
    """Store the bytes if they are not there yet; returns their SHA-256.

    :raises Unwritten: the disk is full or failed; nothing half is left.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    write_all(archive, {sha256: data})
    return sha256


def write_all(archive: Path, bodies: Mapping[str, bytes]) -> None:
    """Store the bytes that are not there yet, each under its SHA-256; on the disk when this returns.

    :raises Unwritten: the disk is full or failed; nothing half is left.
    """
    folder = archive / FOLDER
    whole = {f"{folder}/{name}": data for name, data in bodies.items()}
    missing = {path: data for path, data in whole.items() if not _is_there(path, len(data))}
    if not missing:
        return
    parts = {path: f"{path}.{os.getpid()}.part" for path in missing}
    try:
        made = not folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        _write_through({parts[path]: data for path, data in missing.items()})
        for path, part in parts.items():
            os.replace(part, path)  # noqa: PTH105 (names; see _write_through)
        sync_folder(folder)
        if made:
            sync_folder(archive)
    except OSError as error:
        for part in parts.values():
            with suppress(OSError):
                os.unlink(part)  # noqa: PTH108
        message = f"{folder}: {error.strerror}; free some space or check the disk, then run again"
        raise Unwritten(message) from error


def sweep(archive: Path) -> None:
    """Remove what a killed writer left half written; only the writer may call this."""
    with suppress(FileNotFoundError), os.scandir(archive / FOLDER) as entries:
        leftovers = [entry.path for entry in entries if entry.name.endswith(".part")]
        for path in leftovers:
            Path(path).unlink(missing_ok=True)


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


def _is_there(path: str, size: int) -> bool:
    try:
        return os.stat(path).st_size == size  # noqa: PTH116
    except FileNotFoundError:
        return False


def names(archive: Path) -> Iterator[str]:
    """The SHA-256 names of the files that are there, in order; leftovers of an interrupted write are passed over.

    :raises OSError: the folder can't be read.
    """
    with suppress(FileNotFoundError):
        yield from sorted(path.name for path in (archive / FOLDER).iterdir() if path.suffix != ".part")


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


def _write_through(files: Mapping[str, bytes]) -> None:
    """Write the files, then force them to the disk: the disk takes what is written meanwhile."""
    # plain system calls and names: this runs for every page, and Python's objects cost as much as the disk does
    descriptors: list[int] = []
    try:
        for path, data in files.items():
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
            descriptors.append(os.open(path, flags, 0o600))
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptors[-1], rest) :]
            os.fchmod(descriptors[-1], 0o444)
            if hasattr(os, "posix_fadvise"):  # the disk begins at once, and the first fsync waits for all
                os.posix_fadvise(descriptors[-1], 0, 0, os.POSIX_FADV_DONTNEED)
        for descriptor in descriptors:
            os.fsync(descriptor)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)

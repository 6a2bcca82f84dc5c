"""Flips single bits of an archive, one after another, and asks ``verify`` each time.

    python -m tests.tools.flips FOLDER SEED [--flips 1000] [--evenly]

A flip is *found*, or *changes nothing*: whatever anyone can ask the database for comes out as before, as it does for
bytes that nothing uses. Any other is *missed*; there must be none. Bits are drawn from the whole folder, every byte
alike, or with ``--evenly`` first the kind of file, then the file.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from archive.errors import ArchiveError
from archive.store import Archive
from archive.verify import verify

KINDS = {"originals": "originals", "log": "logs", "manifest.jsonl": "manifest", "nianbao.db": "database"}
"""Beginning of a file's name in the archive to what it is; the lock holds nothing."""


def main() -> None:
    """Flip, count and print."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--evenly", action="store_true", help="each kind of file alike, whatever its size")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(shutil.copytree(options.folder, Path(scratch) / "archive"))
        Archive.open(copy, write=True).close()
        chance = random.Random(options.seed)
        counts: Counter[tuple[str, str]] = Counter()
        for kind, outcome, where in flips(copy, drawn(copy, chance, evenly=options.evenly), options.flips):
            counts[kind, outcome] += 1
            if outcome == "missed":
                sys.stdout.write(f"missed: {where}\n")
    for (kind, outcome), count in sorted(counts.items()):
        sys.stdout.write(f"{kind:10} {outcome:16} {count}\n")
    sys.exit(any(outcome == "missed" for _, outcome in counts))


def kinds(folder: Path) -> dict[str, list[Path]]:
    """What there is to flip."""
    found: dict[str, list[Path]] = {}
    for name, kind in KINDS.items():
        path = folder / name
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        found[kind] = [file for file in files if file.is_file() and file.stat().st_size]
    return found


def drawn(folder: Path, chance: random.Random, *, evenly: bool) -> Callable[[], tuple[str, Path, int]]:
    """Draws a kind, a file and the number of a bit in it."""
    there = kinds(folder)
    every = [(kind, path) for kind, paths in there.items() for path in paths]
    sizes = [path.stat().st_size for _, path in every]

    def draw() -> tuple[str, Path, int]:
        if evenly:
            kind = chance.choice(sorted(there))
            path = chance.choice(there[kind])
        else:
            ((kind, path),) = chance.choices(every, sizes)
        return kind, path, chance.randrange(8 * path.stat().st_size)

    return draw


def flips(
    folder: Path, draw: Callable[[], tuple[str, Path, int]], count: int
) -> Iterator[tuple[str, str, str]]:
    """Kind, outcome and place of each flip, each made in a folder of its own."""
    before = everything(folder)
    for _ in range(count):
        kind, path, bit = draw()
        byte, where = bit // 8, path.relative_to(folder)
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(shutil.copytree(folder, Path(scratch) / "archive", copy_function=os.link))
            whole = path.read_bytes()
            (copy / where).unlink()
            (copy / where).write_bytes(whole[:byte] + bytes([whole[byte] ^ 1 << bit % 8]) + whole[byte + 1 :])
            if is_found(copy):
                outcome = "found"
            else:
                outcome = "changes nothing" if kind == "database" and everything(copy) == before else "missed"
        yield kind, outcome, f"{where} byte {byte} bit {bit % 8}"


def is_found(folder: Path) -> bool:
    """Whether the archive can't be opened, or ``verify`` finds anything."""
    try:
        with Archive.open(folder) as archive:
            return bool(verify(archive).findings)
    except ArchiveError:
        return True


def everything(folder: Path) -> list[object] | None:
    """All that a query can return: every row of every table and view, the schema, the release of its rules."""
    with closing(sqlite3.connect(f"file:{folder / 'nianbao.db'}?mode=ro", uri=True)) as connection:
        try:
            schema = connection.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
            ).fetchall()
            said: list[object] = [schema, connection.execute("PRAGMA user_version").fetchall()]
            for kind, name, _, _ in schema:
                if kind == "table" and name != "prose":
                    rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()
                    said.append((name, sorted(map(repr, rows))))
        except sqlite3.DatabaseError:
            return None
    return said


if __name__ == "__main__":
    main()

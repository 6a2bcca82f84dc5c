"""Exhibits made in a child process: an original that crashes or hangs its reader leaves the site standing."""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pebble import ProcessExpired
from pebble.concurrent import process

from archive import originals
from parsers import exhibit
from parsers.errors import Unreadable

SECONDS = 20
MEMORY = 2 << 30

T = TypeVar("T")
Box = tuple[float, float, float, float]


async def picture(archive: Path, sha256: str, page: int, box: Box) -> bytes:
    """A page of a PDF original as PNG with a frame around the box; raises Unreadable."""
    return await asyncio.to_thread(_picture, archive, sha256, page, box)


async def markup(archive: Path, sha256: str, path: str) -> str:
    """An HTML original without anything active, with the element marked; raises Unreadable."""
    return await asyncio.to_thread(_markup, archive, sha256, path)


@lru_cache(maxsize=64)
def _picture(archive: Path, sha256: str, page: int, box: Box) -> bytes:
    return _in_child(_draw, originals.read(archive, sha256), page, box)


@lru_cache(maxsize=64)
def _markup(archive: Path, sha256: str, path: str) -> str:
    return _in_child(_mark, originals.read(archive, sha256), path)


def _in_child(work: Callable[..., T], *arguments: object) -> T:
    context = multiprocessing.get_context("spawn")
    try:
        result: T = process(timeout=SECONDS, mp_context=context)(work)(*arguments).result()
    except TimeoutError as error:
        raise Unreadable("too_slow", f"not drawn within {SECONDS} seconds") from error
    except (ProcessExpired, MemoryError) as error:
        raise Unreadable("reader_died", "the process that drew it died") from error
    return result


def _draw(data: bytes, page: int, box: Box) -> bytes:
    _limit()
    return exhibit.picture(data, page, box)


def _mark(data: bytes, path: str) -> str:
    _limit()
    return exhibit.markup(data, path)


def _limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))

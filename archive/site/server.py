"""Datasette over one archive: what it opens, how, and the loop that answers requests."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from archive.errors import ArchiveError
from archive.site import metadata, plugin

HERE = Path(__file__).parent
DATABASE = "nianbao.db"

SETTINGS = {
    "default_page_size": 50,
    "suggest_facets": False,  # one extra query for every column of every table page; we name the useful facets
    "default_cache_ttl": 0,  # a crawl may be writing: what is shown is what is there now
    "allow_download": False,  # a database in WAL mode is not one file; `nianbao backup` copies it consistently
    "max_csv_mb": 0,  # a whole table may be taken away
    "truncate_cells_html": 600,
}


class SiteError(ArchiveError):
    """The site can't start: no archive, an unreadable one, or an address that can't be listened on.

    Raised by :func:`serve` and :func:`application`; its text is one line that names the cure.
    """


def serve(archive: Path, *, host: str = "127.0.0.1", port: int = 8001) -> None:
    """Answer requests on ``host`` and ``port`` until interrupted; raises :class:`SiteError`."""
    datasette = application(archive)
    with _listening(host, port) as listener:
        config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on")
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def application(archive: Path) -> Datasette:
    """Datasette on the archive's database, opened read-only, with our plugin, templates and metadata.

    The database is opened with ``mode=ro``, so that a crawl may write at the same time; on a file system
    that nobody can write to it is opened as immutable. Raises :class:`SiteError`.
    """
    database = archive / DATABASE
    if not database.is_file():
        raise SiteError(
            f"{archive} holds no archive ({DATABASE} is missing): give --archive or run `nianbao crawl`"
        )
    immutable, described = _look(database)
    if not pm.has_plugin(plugin.NAME):
        pm.register(plugin, plugin.NAME)
    return Datasette(
        files=[] if immutable else [str(database)],
        immutables=[str(database)] if immutable else [],
        metadata=described,
        template_dir=str(HERE / "templates"),
        static_mounts=[("static", str(HERE / "static"))],
        settings=SETTINGS,
    )


def _look(database: Path) -> tuple[bool, dict[str, Any]]:
    """Whether the file can only be read as immutable (WAL needs a writable folder), and its metadata."""
    for immutable, mode in ((False, "mode=ro"), (True, "immutable=1")):
        address = f"{database.absolute().as_uri()}?{mode}"
        try:
            with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
                return immutable, metadata.load(connection)
        except sqlite3.Error as error:
            reason = error
    raise SiteError(f"{database} can't be read ({reason}): run `nianbao verify`, or restore a backup")


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket, closed at the end; says so in one line where the address is taken or unknown."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        raise SiteError(
            f"can't listen on {host}:{port} ({error}): choose another with --host or --port"
        ) from error
    with listener:
        yield listener

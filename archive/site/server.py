"""Datasette over one archive: what it opens, how, and the loop that answers requests."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from archive.errors import ArchiveError
from archive.opening import DATABASE
from archive.site import metadata, plugin
from archive.store import Archive

HERE = Path(__file__).parent

SETTINGS = {
    "default_page_size": 50,
    "suggest_facets": False,  # one extra query for every column of every table page; we name the useful facets
    "default_cache_ttl": 0,  # a crawl may be writing: what is shown is what is there now
    "allow_download": False,  # a database in WAL mode is not one file; `nianbao backup` copies it consistently
    "max_csv_mb": 0,  # a whole table may be taken away
    "truncate_cells_html": 600,
    "cache_size_kb": 65_536,  # for each of three reading threads; SQLite's 2 MB make every join a walk on the disk
}


class SiteError(ArchiveError):
    """The site can't listen on the address given. Raised by :func:`serve`."""


def serve(
    archive: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Answer requests on ``host`` and ``port`` (0: any free one) until interrupted.

    ``announce`` is told the site's address as soon as it listens.

    Raises :class:`SiteError` where the address is taken, and what :func:`application` raises.
    """
    datasette = application(archive)
    with _listening(host, port) as listener:
        if announce:
            shown = f"[{host}]" if ":" in host else host
            announce(f"http://{shown}:{listener.getsockname()[1]}/")
        config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on")
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def refuse_taken(host: str, port: int) -> None:
    """Say now, before long work, that the site can't listen there later; raises :class:`SiteError`."""
    with _listening(host, port):
        pass


def application(archive: Path) -> Datasette:
    """Datasette on the archive's database, opened read-only, with our plugin, templates and metadata.

    The database is opened with ``mode=ro``, so that a crawl may write at the same time; in a folder that
    can't be written it is opened as immutable, because WAL mode needs files beside the database.
    Raises :class:`archive.errors.ArchiveError` where there is no archive, or an unreadable one.
    """
    with Archive.open(archive) as opened:
        described = metadata.load(opened.db.conn)
    database = str(archive / DATABASE)
    mutable = os.access(archive, os.W_OK)
    if not pm.has_plugin(plugin.NAME):
        pm.register(plugin, plugin.NAME)
        pm.unregister(name="datasette.handle_exception")  # archive.site.mistakes says why
    return Datasette(
        files=[database] if mutable else [],
        immutables=[] if mutable else [database],
        metadata=described,
        template_dir=str(HERE / "templates"),
        static_mounts=[("static", str(HERE / "static"))],
        settings=SETTINGS,
    )


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket, closed at the end; says so in one line where the address is taken or unknown."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        reason = str(getattr(error, "strerror", None) or error).partition(" (while")[0]
        raise SiteError(
            f"can't listen on {host}:{port} ({reason}); choose another with --host or --port"
        ) from error
    with listener:
        yield listener

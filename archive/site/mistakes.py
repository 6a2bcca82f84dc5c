"""What a reader sees when a request can't be answered: a page, or JSON, that says why in one sentence.

Takes the place of Datasette's own handler, which calls a reader's slip (two sort orders at once) the server's fault
and itself fails where the library ``rich`` happens to be installed.
"""

from __future__ import annotations

import logging
import sqlite3
import traceback

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

OWN = ("archive", "parsers")

log = logging.getLogger(__name__)

SLIPS = (sqlite3.OperationalError, sqlite3.DatabaseError, QueryInterrupted)
"""SQL that a reader wrote, or an argument that became SQL, and that SQLite refused."""

UNCHECKED = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""How Datasette's own views fail on arguments that they don't check (_through, _next, _facet_size …)."""


async def answer(datasette: Datasette, request: Request, exception: Exception) -> Response:
    """The page for an exception: 400 or 404 for what the reader can mend, 500 and a log entry for a fault of ours."""
    status, message = _judged(exception)
    if status == 500:
        log.error("%s failed", request.path, exc_info=exception)
    if request.path.split("?")[0].endswith(".json"):
        body = {"ok": False, "error": message, "status": status, "title": None}
        return Response.json(body, status=status)
    context = {"error": message, "status": status}
    html = await datasette.render_template("error.html", context, request=request, view_name="error")
    return Response.html(html, status=status)


def _judged(exception: Exception) -> tuple[int, str]:
    if isinstance(exception, Base400):
        return exception.status, str(exception.args[0] if exception.args else "Not found")
    if isinstance(exception, DatasetteError):
        return (400 if exception.status == 500 else exception.status), str(exception.message)
    if isinstance(exception, SLIPS):
        return 400, str(exception)
    if isinstance(exception, UNCHECKED) and not _ours(exception):
        return 400, f"An argument of this address makes no sense ({exception})"
    return 500, "Something is wrong on our side; the server's log has it."


def _ours(exception: Exception) -> bool:
    """Whether any of our own code had a part in it: then it is a fault of ours."""
    frames = traceback.walk_tb(exception.__traceback__)
    return any(str(frame.f_globals.get("__name__")).partition(".")[0] in OWN for frame, _ in frames)

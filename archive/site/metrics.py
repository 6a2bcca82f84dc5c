"""`/metrics`: what each figure on the site means, how it is made, and what it can't say."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.site import ask
from archive.site.metadata import read


async def view(datasette: Datasette, request: Request) -> Response:
    """The metric dictionary."""
    return await ask.page(datasette, request, "metrics.html", {"metrics": read("metrics.toml")})

"""The archive as a web site: real Datasette, read-only, with pages of its own for reports and originals."""

from archive.site.server import SiteError, application, refuse_taken, serve

__all__ = ["SiteError", "application", "refuse_taken", "serve"]

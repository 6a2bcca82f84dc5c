"""Fixtures that several test modules share."""

from tests.site_archive import get, site_folder

__all__ = ["get", "site_folder"]

"""Fixtures that several test modules share."""

from tests.demo_archive import demo_outcome, demo_served
from tests.site_archive import get, site_folder

__all__ = ["demo_outcome", "demo_served", "get", "site_folder"]

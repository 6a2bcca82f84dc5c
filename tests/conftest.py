"""Fixtures that several test modules share, and how hypothesis draws examples."""

from hypothesis import HealthCheck, settings

from tests.demo_archive import demo_outcome, demo_served
from tests.site_archive import get, site_folder

__all__ = ["demo_outcome", "demo_served", "get", "site_folder"]

# However slow the machine is, and the same examples every time; other ones, and more, with --hypothesis-profile=search.
# Examples that share a test's fixtures make folders of their own.
_patient = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.register_profile("same", _patient, derandomize=True)
settings.register_profile("search", _patient, max_examples=1000, derandomize=False)
settings.load_profile("same")

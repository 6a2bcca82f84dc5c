"""The demo, run once for every test that asks its archive."""

from __future__ import annotations

import pytest

from crawler import demo
from crawler.demo import Outcome
from crawler.sample.portal import SamplePortals


@pytest.fixture(scope="session")
def demo_served() -> set[str]:
    """SHA-256 of every body that the sample portals sent while the demo ran; filled by ``demo_outcome``."""
    return set()


@pytest.fixture(scope="session")
def demo_outcome(tmp_path_factory: pytest.TempPathFactory, demo_served: set[str]) -> Outcome:
    """The demo, run once for all tests; its archive is only to be read."""

    class Noted(SamplePortals):
        def __exit__(self, *details: object) -> None:
            super().__exit__(*details)
            demo_served.update(answer.sha256 for site in self.sites.values() for answer in site.answers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "SamplePortals", Noted)
        return demo.run(tmp_path_factory.mktemp("demo"))

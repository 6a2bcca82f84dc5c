"""Prints HTML with headless Chromium, as many publishers do: to PDF, or to a picture of an element."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # in a container it can be too small for a page
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


_PATIENCE = 100_000
"""Milliseconds after which a page that does not come, or has not what is looked for, is a fault and not slow."""


class Browser:
    """An open tab of headless Chromium; one is enough for many prints."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def pdf(self, html: str) -> bytes:
        """``html`` printed on A4."""
        self._page.set_content(html, wait_until="load")
        return self._page.pdf(format="A4", prefer_css_page_size=True, tagged=False)

    def png(self, html: str, selector: str) -> bytes:
        """A picture of the first element that ``selector`` finds."""
        self._page.set_content(html, wait_until="load")
        return self._page.locator(selector).first.screenshot()


@contextmanager
def launched() -> Iterator[Chromium]:
    """Starts Chromium; raises ``FileNotFoundError`` where there is none, which fails a test rather than skip it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise FileNotFoundError("no Chromium on the PATH; install it (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


def tab(browser: Chromium, **options: Any) -> Page:
    """A page in a profile of its own, with the options of Playwright's ``new_page``."""
    page = browser.new_page(**options)
    page.set_default_timeout(_PATIENCE)
    return page


@contextmanager
def chromium() -> Iterator[Browser]:
    """One tab to print with; see :func:`launched`."""
    with launched() as browser:
        yield Browser(tab(browser, viewport={"width": 820, "height": 1100}))

"""HTML to PDF through headless Chromium and through LibreOffice, many documents at one start."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find(*names: str) -> str:
    """The path of the first of these programs that is installed; FileNotFoundError names them if none is."""
    for name in names:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError(f"install one of {', '.join(names)}: the PDF tests print with it")


def chromium(pages: Mapping[str, str], *, header_and_footer: bool = False) -> dict[str, bytes]:
    """Name to HTML, to name to PDF, as the browser's own print command makes it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only tests that print need it)

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=find("chromium", "google-chrome"), args=CHROMIUM_FLAGS
        )
        page = browser.new_page()
        printed = {}
        for name, text in pages.items():
            page.set_content(text)
            printed[name] = page.pdf(
                prefer_css_page_size=True, display_header_footer=header_and_footer, print_background=True
            )
        browser.close()
    return printed


def libreoffice(pages: Mapping[str, str], folder: Path, *, kind: str = "html") -> dict[str, bytes]:
    """Name to HTML (or flat OpenDocument, ``kind`` fodt), to name to PDF, as LibreOffice's writer makes it.

    ``folder`` is for its files and profile.
    """
    work = folder / "libreoffice"
    (work / "out").mkdir(parents=True, exist_ok=True)
    sources = []
    for name, text in pages.items():
        sources.append(work / f"{name}.{kind}")
        sources[-1].write_text(text, "utf-8")
    command = [
        find("soffice", "libreoffice"),
        f"-env:UserInstallation={(work / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf:writer_pdf_Export",
        *(["--infilter=HTML (StarWriter)"] if kind == "html" else []),
        "--outdir",
        str(work / "out"),
    ]
    subprocess.run(
        [*command, *map(str, sources)], check=True, capture_output=True, timeout=60 + 10 * len(sources)
    )
    return {name: (work / "out" / f"{name}.pdf").read_bytes() for name in pages}

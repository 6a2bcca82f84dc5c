"""Writes the demo's sample portal (``crawler/sample/city`` and ``county``): a maintainer's script.

Run ``python -m tests.tools.build_sample`` after changing ``sample.toml`` or a template, and add ``--print``
to print the PDFs and pictures again with headless Chromium; that needs ``fonttools`` besides the test extra
and Noto Sans CJK, of which just the characters used are embedded, so that a PDF stays near 50 KB.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from PIL import Image

from tests.tools import sample_pages as pages
from tests.tools.chromium import Browser, chromium
from tests.tools.fonts import installed_subset
from tests.tools.layout import disclosure_table, disputes_table, requests_table
from tests.tools.sample_pages import Data, Item

FONT = "SampleHei"


def main() -> None:
    """Writes the text files, and with ``--print`` the PDFs and pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", action="store_true", dest="printed")
    data = pages.load()
    for path, text in pages.html_tree(data).items():
        _write(path, text.encode())
    if parser.parse_args().printed:
        _print_all(data)


def _print_all(data: Data) -> None:
    items = [item for item in pages.items(data) if item.kind in ("attached", "twin", "file", "pictures")]
    bodies = [pages.print_page(item, pages.body(item, data["prose"]), FONT) for item in items]
    with installed_subset("".join(bodies), FONT), chromium() as browser:
        for item, html in zip(items, bodies, strict=True):
            if item.kind == "pictures":
                _write_pictures(browser, item)
            else:
                _write(_pdf_path(item), browser.pdf(html))


def _write_pictures(browser: Browser, item: Item) -> None:
    whole = pages.tables(item.data)
    tables = {
        "2": disclosure_table(item.data["form"], whole["disclosure"]),
        "3": requests_table(item.data["form"], whole["requests"]),
        "4": disputes_table(whole["disputes"]),
    }
    for name, table in tables.items():
        picture = Image.open(io.BytesIO(browser.png(pages.print_page(item, table, FONT), "table")))
        small = io.BytesIO()
        picture.convert("L").quantize(8).save(small, "PNG", optimize=True)
        _write(f"{pages.pictures_path(item)}/{name}.png", small.getvalue())


def _pdf_path(item: Item) -> str:
    if item.kind == "file":
        return pages.file_path(item)
    return f"{pages.file_path(item).rpartition('/')[0]}/{pages.attachment(item)}"


def _write(path: str, body: bytes) -> None:
    target = Path(pages.TREE, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(body)


if __name__ == "__main__":
    main()

"""How fast PDFs are read, as ratios of CPU time taken in turn in one run on the same files.

    python benchmarks/speed.py 20261121 [--rounds 3] [--files a.pdf b.pdf]

prints a mixed set of reports (Chromium, LibreOffice from HTML and from OpenDocument), then times in turn for every
file: the whole first reading (glyphs, rules, grids, sewing, paragraphs), pdfplumber's ``extract_tables`` and
``extract_text``, and PDFium's bare load and text. It also compares the rows of figures: each one that pdfplumber
finds must be in the first reading. ``--memory N`` reads N documents in one process and prints its memory.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

import pdfplumber
import pypdfium2

from parsers.documents import pdf, pdf_plumber  # noqa: F401 (silences pdfminer)
from parsers.model import Document
from tests.generate import fodt, html, printers
from tests.generate.known import random_known

Row = tuple[str, ...]


def main() -> None:
    options = _options()
    files = [path.read_bytes() for path in options.files] or list(_printed(options.seed))
    if options.memory:
        _memory(files, options.memory)
        return
    print(f"{len(files)} files, {sum(map(len, files)) // 1024} KB, {options.rounds} rounds")
    first, plumber, bare = _times(files, [pdf.read, _plumber, _bare], options.rounds)
    print(f"first reading  {1000 * first / len(files):8.1f} ms a file")
    print(
        f"pdfplumber     {1000 * plumber / len(files):8.1f} ms a file, {plumber / first:.1f} times the first reading"
    )
    print(
        f"PDFium bare    {1000 * bare / len(files):8.1f} ms a file; the first reading takes {first / bare:.2f} times that"
    )
    _compare_rows(files)


def _options() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seed", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=Path, nargs="*", default=[])
    parser.add_argument(
        "--memory", type=int, metavar="N", help="read N documents and print the process's memory"
    )
    return parser.parse_args()


def _printed(seed: int) -> Iterator[bytes]:
    random = Random(seed)
    names = [name for name in html.LAYOUTS if html.LAYOUTS[name].rules not in html.UNRULED]
    pages = {
        name: html.render(random_known(random), html.vary(html.LAYOUTS[name], random)) for name in names[:14]
    }
    texts = {
        name: fodt.render(random_known(random), fodt.vary(style, random))
        for name, style in fodt.STYLES.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        half = len(pages) // 2
        yield from printers.chromium(dict(list(pages.items())[: half + 3])).values()
        yield from printers.libreoffice(dict(list(pages.items())[half + 3 :]), Path(folder, "html")).values()
        yield from printers.libreoffice(
            dict(list(texts.items())[:5]), Path(folder, "fodt"), kind="fodt"
        ).values()


def _times(files: list[bytes], readers: list[Callable[[bytes], object]], rounds: int) -> list[float]:
    """Seconds of CPU over all files for each reader: the median of the rounds, in which they take turns."""
    totals: list[list[float]] = [[] for _ in readers]
    for _ in range(rounds):
        spent = [0.0] * len(readers)
        for data in files:
            for index, reader in enumerate(readers):
                start = time.process_time()
                reader(data)
                spent[index] += time.process_time() - start
        for index, seconds in enumerate(spent):
            totals[index].append(seconds)
    return [median(rounds) for rounds in totals]


def _plumber(data: bytes) -> list[list[list[str | None]]]:
    tables = []
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            tables += page.extract_tables()
            page.extract_text()
            page.close()
    return tables


def _bare(data: bytes) -> int:
    document = pypdfium2.PdfDocument(data)
    size = 0
    for page in document:
        text = page.get_textpage()
        size += len(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return size


def _compare_rows(files: list[bytes]) -> None:
    lost, common, gained = [], 0, 0
    for number, data in enumerate(files):
        ours = _rows_of(pdf.read(data))
        theirs = [row for table in _plumber(data) for cells in table if (row := _figures(cells))]
        for row in theirs:
            if row in ours:
                ours.remove(row)
                common += 1
            else:
                lost.append((number, row))
        gained += len(ours)
    print(
        f"rows of figures: {common} in both, {gained} only in the first reading, {len(lost)} only in pdfplumber's"
    )
    for number, row in lost[:20]:
        print(f"    file {number}: {' '.join(row)}")


def _rows_of(document: Document) -> list[Row]:
    rows: dict[tuple[int, int], list[str]] = {}
    for number, table in enumerate(document.tables()):
        for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
            rows.setdefault((number, cell.row), []).append(cell.text)
    return [row for cells in rows.values() if (row := _figures(cells))]


def _figures(cells: list[str] | list[str | None]) -> Row:
    """The figures of a row; empty if it has none."""
    texts = [re.sub(r"\s", "", cell or "") for cell in cells]
    return tuple(text for text in texts if re.fullmatch(r"[-−－—+]?[\d０-９,.]+(件|元)?", text))


def _memory(files: list[bytes], documents: int) -> None:
    for number in range(documents):
        if number in (len(files), documents // 2) or number == documents - 1:
            print(
                f"after {number + 1} documents: peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
            )
        pdf.read(files[number % len(files)])


if __name__ == "__main__":
    main()

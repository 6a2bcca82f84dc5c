"""How fast PDFs are read, as ratios of CPU time taken in turn in one run on the same files.

    python benchmarks/speed.py 20261121 [--rounds 3] [--files a.pdf b.pdf]

prints a mixed set of reports (Chromium, LibreOffice from HTML and from OpenDocument), then times in turn for every
file: the whole first reading (glyphs, rules, grids, sewing, paragraphs), pdfplumber's ``extract_tables`` and
``extract_text``, and PDFium's bare load and text. Of each file the quickest round counts, for all three alike: other
work on the machine only ever adds. It also compares the rows of figures with those that were drawn:
``lost`` is a row that pdfplumber finds as it was drawn and the first reading does not. A row that was not drawn so is
part of one (a page break cut it, or a figure in doubt is left out) or says other figures. Of ``--files`` nobody knows
the truth; there each row that only one of the two finds is counted. ``--memory N`` reads N documents in a process of
its own, from the bytes to the report, and prints its memory.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

import pdfplumber
import pypdfium2

from parsers.documents import pdf, pdf_plumber  # noqa: F401 (silences pdfminer)
from parsers.model import Document
from tests.generate import fodt, html, printers
from tests.generate.drawn import draw
from tests.generate.known import Known, random_known

Row = tuple[str, ...]


def main() -> None:
    options = _options()
    reports = [] if options.files else list(_printed(options.seed))
    files = [path.read_bytes() for path in options.files] or [data for _, data in reports]
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
    if reports:
        _compare_with_truth(reports)
    else:
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


def _printed(seed: int) -> Iterator[tuple[Known, bytes]]:
    random = Random(seed)
    names = [name for name in html.LAYOUTS if html.LAYOUTS[name].rules not in html.UNRULED]
    known: dict[str, Known] = {}
    pages, texts = {}, {}
    for name in names[:14]:
        known[name] = random_known(random)
        pages[name] = html.render(known[name], html.vary(html.LAYOUTS[name], random))
    for name, style in fodt.STYLES.items():
        known[name] = random_known(random)
        texts[name] = fodt.render(known[name], fodt.vary(style, random))
    with tempfile.TemporaryDirectory() as folder:
        half = len(pages) // 2
        printed = [
            printers.chromium(dict(list(pages.items())[: half + 3])),
            printers.libreoffice(dict(list(pages.items())[half + 3 :]), Path(folder, "html")),
            printers.libreoffice(dict(list(texts.items())[:5]), Path(folder, "fodt"), kind="fodt"),
        ]
    for some in printed:
        yield from ((known[name], data) for name, data in some.items())


def _times(files: list[bytes], readers: list[Callable[[bytes], object]], rounds: int) -> list[float]:
    """Seconds of CPU over all files for each reader: the sum of each file's quickest round; the readers take turns."""
    quickest = [[float("inf")] * len(files) for _ in readers]
    for _ in range(rounds):
        for number, data in enumerate(files):
            for reader, best in zip(readers, quickest, strict=True):
                start = time.process_time()
                reader(data)
                best[number] = min(best[number], time.process_time() - start)
    return [sum(best) for best in quickest]


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


def _compare_with_truth(reports: list[tuple[Known, bytes]]) -> None:
    drawn = 0
    lost: list[str] = []
    found = {"first reading": Counter[str](), "pdfplumber": Counter[str]()}
    for number, (known, data) in enumerate(reports):
        truth = Counter(_rows_drawn(known))
        first, plumber = Counter(_rows_of(pdf.read(data))), Counter(_rows_of_plumber(data))
        drawn += truth.total()
        lost += [f"    file {number}: {' '.join(row)}" for row in ((truth & plumber) - first).elements()]
        for name, rows in (("first reading", first), ("pdfplumber", plumber)):
            left = truth - rows
            found[name]["whole"] += (truth & rows).total()
            for row in (rows - truth).elements():
                found[name]["part" if any(_is_part(row, whole) for whole in left) else "wrong"] += 1
    print(f"rows of figures: {drawn} drawn; lost: {len(lost)}")
    print(*lost, sep="\n", end="\n" if lost else "")
    for name, rows in found.items():
        print(
            f"    {name:<13}: {rows['whole']} whole, {rows['part']} in part, {rows['wrong']} with other figures"
        )


def _rows_drawn(known: Known) -> list[Row]:
    texts = ([cell.text for cell in cells] for table in draw(known) for cells in table.rows)
    return [row for cells in texts if (row := _figures(cells))]


def _is_part(row: Row, whole: Row) -> bool:
    """Whether the row has no figure but those of the whole one, in its order."""
    rest = iter(whole)
    return all(figure in rest for figure in row)


def _compare_rows(files: Sequence[bytes]) -> None:
    for number, data in enumerate(files):
        first, plumber = Counter(_rows_of(pdf.read(data))), Counter(_rows_of_plumber(data))
        both = (first & plumber).total()
        print(
            f"file {number}: {both} rows of figures in both, {(first - plumber).total()} only in the first reading"
        )
        for row in (plumber - first).elements():
            print(f"    only in pdfplumber's: {' '.join(row)}")


def _rows_of_plumber(data: bytes) -> list[Row]:
    return [row for table in _plumber(data) for cells in table if (row := _figures(cells))]


def _rows_of(document: Document) -> list[Row]:
    rows: dict[tuple[int, int], list[str]] = {}
    for number, table in enumerate(document.tables()):
        for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
            rows.setdefault((number, cell.row), []).append(cell.text)
    return [row for cells in rows.values() if (row := _figures(cells))]


def _figures(cells: Sequence[str | None]) -> Row:
    """The figures of a row, each minus sign as the same; empty if it has none."""
    texts = [re.sub(r"[-−－—―]", "-", re.sub(r"\s", "", cell or "")) for cell in cells]
    return tuple(text for text in texts if re.fullmatch(r"[-+]?[\d０-９,.]+(件|元)?", text))


def _memory(files: list[bytes], documents: int) -> None:
    """Reads in a process of its own, which holds neither the printers nor pdfplumber."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.pdf") for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        command = [sys.executable, "-c", _READER, str(documents), *map(str, paths)]
        subprocess.run(command, check=True, cwd=Path(__file__).parents[1])


_READER = """
import sys
from pathlib import Path

from parsers.read import read

documents, paths = int(sys.argv[1]), sys.argv[2:]
for number in range(1, documents + 1):
    read(Path(paths[number % len(paths)]).read_bytes(), second="never")
    if number in (len(paths), documents // 4, documents // 2, documents):
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        now, peak = (int(status[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))
        print(f"after {number} documents: {now} MB, at most {peak} MB", flush=True)
"""


if __name__ == "__main__":
    main()

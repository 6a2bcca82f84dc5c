"""How fast HTML is read: the first reading (lxml) against BeautifulSoup's html.parser doing the same work.

    python benchmarks/pages.py 20261121 [--rounds 5] [--pages 20]

draws Word-style pages of some 130 KB and portal pages from the seed, and times in turn, in one run, on the same
files, by CPU time: both readings from bytes to a Document (paragraphs, tables laid out on their grids, cells' text),
and the whole way to a report. It also checks that both find the same rows of figures.
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from parsers.documents import html, html_soup
from parsers.model import Document
from parsers.numbers import is_figure
from parsers.read import read
from tests.generate.html import LAYOUTS, render
from tests.generate.known import random_known


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seed", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, default=20)
    options = parser.parse_args()
    pages = [page(Random(f"{options.seed}-{number}"), number) for number in range(options.pages)]
    print(
        f"{len(pages)} pages, {sum(map(len, pages)) // len(pages) // 1024} KB each, {options.rounds} rounds"
    )
    first, second, whole = times(
        pages, [html.read, html_soup.read, lambda data: read(data, second="never")], options.rounds
    )
    print(f"first reading   {first:7.2f} ms a page")
    print(f"BeautifulSoup   {second:7.2f} ms a page, {second / first:.1f} times the first reading")
    print(f"whole report    {whole:7.2f} ms a page")
    same = sum(set(rows(html.read(data))) <= set(rows(html_soup.read(data))) for data in pages)
    print(f"every row of figures also found by BeautifulSoup in {same} of {len(pages)} pages")


def page(random: Random, number: int) -> bytes:
    """A page as Word saves it (runs, classes, o:p) or as a portal serves it."""
    known = random_known(random, form=random.choice(["2021", "2019"]))
    layout = LAYOUTS["word" if number % 4 else "portal"]
    text = render(known, layout)
    filler = "".join(f"<p class=MsoNormal><span style='font-size:14.0pt;font-family:仿宋'>第{n}段，" + "公开信息" * 20
                     + "<span lang=EN-US>2021</span>年。<o:p></o:p></span></p>" for n in range(200))  # fmt: skip
    return text.replace("</h2>", "</h2>" + filler, 1).encode()


def times(pages: list[bytes], readers: list[Callable[[bytes], object]], rounds: int) -> list[float]:
    """Milliseconds of CPU a page for each reader: the median over rounds in which the readers take turns."""
    taken: list[list[float]] = [[] for _ in readers]
    for _ in range(rounds):
        for number, reader in enumerate(readers):
            start = time.process_time()
            for data in pages:
                reader(data)
            taken[number].append(time.process_time() - start)
    return [1000 * median(times) / len(pages) for times in taken]


def rows(document: Document) -> list[tuple[str, ...]]:
    """The rows of figures of all tables."""
    found: list[tuple[str, ...]] = []
    for table in document.tables():
        by_row: dict[int, list[str]] = {}
        for cell in table.cells:
            if is_figure(cell.text):
                by_row.setdefault(cell.row, []).append(cell.text)
        found.extend(map(tuple, by_row.values()))
    return found


if __name__ == "__main__":
    main()

"""How fast HTML is read: the first reading (lxml) against BeautifulSoup's html.parser doing the same work.

    python benchmarks/pages.py 20261121 [--rounds 5] [--pages 20] [--memory 1000]

draws Word-style pages of some 130 KB and portal pages from the seed, and times in turn, in one run, on the same
files, by CPU time: both readings from bytes to a Document (paragraphs, tables laid out on their grids, cells' text),
and the whole way to a report. Of each page the quickest round counts, for both alike: other work on the machine only
ever adds. It also checks that both find the same rows of figures. ``--memory N`` reads N different pages in one process
instead and prints its memory.
"""

from __future__ import annotations

import resource
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from random import Random

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
    parser.add_argument("--memory", type=int, metavar="N", help="read N pages and print the process's memory")
    options = parser.parse_args()
    if options.memory:
        memory(options.seed, options.memory)
        return
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
    """Milliseconds of CPU a page for each reader: the mean of each page's quickest round, the readers taking turns."""
    quickest = [[float("inf")] * len(pages) for _ in readers]
    for _ in range(rounds):
        for reader, best in zip(readers, quickest, strict=True):
            for number, data in enumerate(pages):
                start = time.process_time()
                reader(data)
                best[number] = min(best[number], time.process_time() - start)
    return [1000 * sum(best) / len(pages) for best in quickest]


def memory(seed: int, documents: int) -> None:
    """Reads so many different pages by the first reading, each made as it is needed, and says how memory grows."""
    for number in range(documents):
        html.read(page(Random(f"{seed}-{number}"), number))
        if number + 1 in (20, documents // 2, documents):
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"after {number + 1} pages: peak {peak} MB")


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

"""How exactly reports are read: cells right, wrong, invented and missed, per format and layout.

    python benchmarks/accuracy.py 20261121 --documents 2

draws reports from the seed, writes each in every layout as HTML, prints it with Chromium and with LibreOffice
(from HTML, and from an OpenDocument text with the habits of office programs), parses all of them and compares every cell with what was drawn. ``wrong`` and ``invented`` must be 0 on every seed; beside
missed cells stand the codes of the problems that name them.
"""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from parsers.errors import Unreadable
from parsers.read import read
from tests.generate import fodt, html, printers
from tests.generate.known import Known, random_known
from tests.generate.score import Score, score


def main() -> int:
    options = _options()
    scores: dict[tuple[str, str], Score] = {}
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for format_, layout, known, data in _documents(options, Path(folder)):
            total = scores.setdefault((format_, layout), Score())
            faults = len(total.faults)
            try:
                total.add(score(known, read(data)))
            except Unreadable as error:
                total.counts["missed"] += len(known.cells)
                total.named_by[error.code] += len(known.cells)
                total.faults.append(f"unreadable: {error}")
            if options.keep and len(total.faults) > faults:
                (options.keep / f"{format_}_{layout}_{sum(total.counts.values())}").write_bytes(data)
    return _report(scores, verbose=options.verbose)


def _options() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seed", type=int)
    parser.add_argument("--documents", type=int, default=1, help="documents per format and layout")
    parser.add_argument(
        "--layout", action="append", choices=sorted([*html.LAYOUTS, *fodt.STYLES]), help="only this layout"
    )
    parser.add_argument("--format", action="append", choices=sorted(FORMATS), help="only this format")
    parser.add_argument("--keep", type=Path, help="folder for documents that were not read right")
    parser.add_argument("-v", "--verbose", action="store_true", help="name every cell not read right")
    return parser.parse_args()


def _documents(options: Namespace, folder: Path) -> Iterator[tuple[str, str, Known, bytes]]:
    for format_ in options.format or FORMATS:
        layouts, vary, printer = FORMATS[format_]
        drawn: Drawn = {}
        for name in layouts:
            for number in range(options.documents if not options.layout or name in options.layout else 0):
                random = Random(f"{options.seed} {name} {number}")
                drawn[f"{name}-{number}"] = random_known(random), vary(layouts[name], random)
        for key, data in printer(drawn, folder / format_).items() if drawn else ():
            yield format_, drawn[key][1].name, drawn[key][0], data


Drawn = dict[str, tuple[Known, Any]]


def _html(drawn: Drawn, folder: Path) -> dict[str, bytes]:
    return {key: html.render(known, layout).encode() for key, (known, layout) in drawn.items()}


def _chromium(drawn: Drawn, folder: Path) -> dict[str, bytes]:
    return printers.chromium({key: html.render(known, layout) for key, (known, layout) in drawn.items()})


def _libreoffice(drawn: Drawn, folder: Path) -> dict[str, bytes]:
    return printers.libreoffice(
        {key: html.render(known, layout) for key, (known, layout) in drawn.items()}, folder
    )


def _office(drawn: Drawn, folder: Path) -> dict[str, bytes]:
    texts = {key: fodt.render(known, style) for key, (known, style) in drawn.items()}
    return printers.libreoffice(texts, folder, kind="fodt")


FORMATS: dict[str, tuple[Mapping[str, Any], Any, Any]] = {
    "html": (html.LAYOUTS, html.vary, _html),
    "chromium": (html.LAYOUTS, html.vary, _chromium),
    "libreoffice": (html.LAYOUTS, html.vary, _libreoffice),
    "office": (fodt.STYLES, fodt.vary, _office),
}
"""Format to its layouts, what varies them, and what prints them."""


def _report(scores: dict[tuple[str, str], Score], *, verbose: bool) -> int:
    print(
        f"{'format':<12} {'layout':<14} {'right':>7} {'wrong':>6} {'invented':>8} {'missed':>7} {'identity':>8}  missed, named by"
    )
    total = Score()
    for (format_, layout), found in scores.items():
        _line(format_, layout, found)
        if verbose and found.faults:
            print(*(f"    {fault}" for fault in found.faults), sep="\n")
        total.add(found)
    _line("all", "all", total)
    return 1 if total.counts["wrong"] or total.counts["invented"] else 0


def _line(format_: str, layout: str, found: Score) -> None:
    counts = found.counts
    named_by = ", ".join(f"{code} {count}" for code, count in found.named_by.most_common())
    print(
        f"{format_:<12} {layout:<14} {counts['right']:>7} {counts['wrong']:>6} {counts['invented']:>8}"
        f" {counts['missed']:>7} {counts['identity']:>8}  {named_by}".rstrip()
    )


if __name__ == "__main__":
    sys.exit(main())

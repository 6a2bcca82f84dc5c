"""Reports printed by Chromium and LibreOffice in every layout: what is read is what was printed, or nothing."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from random import Random

import pdfplumber
import pypdfium2
import pytest

from parsers.documents import pdf, pdf_plumber
from parsers.model import Document
from parsers.read import read
from tests.generate import fodt, html, printers
from tests.generate.known import Known, random_known
from tests.generate.score import score

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SEED = 20261121
RULED = [
    name
    for name, layout in html.LAYOUTS.items()
    if layout.rules not in html.UNRULED and not layout.fixed and name not in ("portal", "rotated")
]
"""Layouts that must be read whole; in the others figures run over their cells, or labels come out of order."""
OVER_THE_EDGE = {"tall", "stacked"}
"""Layouts that run over the edge of the page: a text has no trace of the digits there."""


def drawn(layouts: Mapping[str, object], vary) -> dict[str, tuple[Known, object]]:
    made = {}
    for name, layout in layouts.items():
        random = Random(f"{SEED} {name}")
        made[name] = random_known(random), vary(layout, random)
    return made


@pytest.fixture(scope="module")
def chromium() -> dict[str, tuple[Known, bytes]]:
    made = drawn(html.LAYOUTS, html.vary)
    printed = printers.chromium({name: html.render(*pair) for name, pair in made.items()})
    return {name: (made[name][0], data) for name, data in printed.items()}


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> dict[str, tuple[Known, bytes]]:
    made = drawn(fodt.STYLES, fodt.vary)
    texts = {name: fodt.render(*pair) for name, pair in made.items()}
    printed = printers.libreoffice(texts, tmp_path_factory.mktemp("office"), kind="fodt")
    return {name: (made[name][0], data) for name, data in printed.items()}


def texts(data: bytes) -> Iterator[str]:
    """The text that tools draw from a print: by lines, as it stands on the page, and in the order of drawing."""
    with pdfplumber.open(BytesIO(data)) as drawn:
        yield "\n".join(page.extract_text() for page in drawn.pages)
        yield "\n".join(page.extract_text(layout=True) for page in drawn.pages)
    with closing(pypdfium2.PdfDocument(data)) as drawn:
        yield "\n".join(page.get_textpage().get_text_range() for page in drawn)


def assert_texts_are_not_misread(known: Known, data: bytes) -> None:
    for text in texts(data):
        result = score(known, read(text.encode()))
        assert not result.counts["wrong"], result.faults
        assert not result.counts["invented"], result.faults


@pytest.mark.parametrize("layout", sorted(set(html.LAYOUTS) - OVER_THE_EDGE))
def test_no_text_of_a_print_is_misread(layout: str, chromium) -> None:
    assert_texts_are_not_misread(*chromium[layout])


@pytest.mark.parametrize("style", fodt.STYLES)
def test_no_text_of_an_office_print_is_misread(style: str, office) -> None:
    assert_texts_are_not_misread(*office[style])


@pytest.mark.parametrize("layout", html.LAYOUTS)
def test_no_layout_of_chromium_is_misread(layout: str, chromium) -> None:
    known, data = chromium[layout]
    result = score(known, read(data))
    assert not result.counts["wrong"], result.faults
    assert not result.counts["invented"], result.faults
    if layout in RULED:
        assert result.perfect(), result.faults
    if html.LAYOUTS[layout].rules in html.UNRULED and layout != "shrunk":  # there full-width figures break
        assert result.counts["missed"] < 0.1 * len(known.cells), result.faults


@pytest.mark.parametrize("style", fodt.STYLES)
def test_no_style_of_libreoffice_is_misread(style: str, office) -> None:
    known, data = office[style]
    result = score(known, read(data))
    assert not result.counts["wrong"], result.faults
    assert not result.counts["invented"], result.faults
    assert result.perfect() or fodt.STYLES[style].page[0] < 20, result.faults


def test_the_second_reading_never_contradicts_what_was_printed(chromium, office) -> None:
    for name, (known, data) in [*list(chromium.items())[:6], *list(office.items())[:3]]:
        result = score(known, read(data, second="always"))
        assert not result.counts["wrong"], (name, result.faults)
        assert not result.counts["invented"], (name, result.faults)


def test_both_readings_name_the_same_figures(office) -> None:
    _, data = office["office"]
    assert figures(pdf.read(data)) == figures(pdf_plumber.read(data))


def figures(document: Document) -> list[str]:
    return [cell.text for table in document.tables() for cell in table.cells if cell.text.isdigit()]


def test_break_of_every_row_height(tmp_path) -> None:
    """A page break at every place around the end of a row: no half figure is taken for a whole one."""
    random = Random(SEED)
    known = random_known(random, form="2021")
    style = replace(fodt.STYLES["office_narrow"], break_rows=True)
    texts = {f"fill{lines}": fodt.render(known, replace(style, filler=lines)) for lines in range(4, 40, 5)}
    for name, data in printers.libreoffice(texts, tmp_path, kind="fodt").items():
        result = score(known, read(data))
        assert not result.counts["wrong"] and not result.counts["invented"], (name, result.faults)


def test_both_readings_find_dashed_and_dotted_rows_that_a_page_cuts() -> None:
    known = random_known(Random(SEED), form="2021")
    looks = [
        replace(html.LAYOUTS[name], keep_rows=False, zebra=name == "dotted", filler=filler)
        for name in ("dashed", "dotted")
        for filler in (2, 4)
    ]
    pages = {f"{look.name} {look.filler}": html.render(known, look) for look in looks}
    for name, data in printers.chromium(pages).items():
        told = [
            problem for problem in read(data, second="always").problems if problem.code == "readings_differ"
        ]
        assert not told, (name, told)

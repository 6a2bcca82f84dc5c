"""Originals of PDF cases as browsers and office programs print them: tables that no rules show, or that others touch."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random

from tests.generate import html, printers
from tests.generate.known import Habits, Known, random_known

Original = tuple[bytes, Known, str]


def originals() -> dict[str, Original]:
    """Name to the file, what is known of it, and why the case exists."""
    plain = Habits(zero=0.3, largest=99_999)
    reports = [
        replace(random_known(Random(seed), form=form, habits=habits), prose={})
        for seed, form, habits in (
            (41, "2021", plain),
            (42, "2019", replace(plain, unit="件", largest=999)),
            (43, "2021", replace(plain, blank=0.1, blanks=("", "—"))),
            (44, "2021", plain),
            (81, "2014", replace(plain, unit="件", largest=999)),
        )
    ]
    full, narrow = _drawn("90210", "dotted")
    tinted, tiles = _drawn("881203", "gapped")
    boxed, border = _drawn("2", "bordered")
    two = random_known(Random(62), form="2021", habits=replace(plain, largest=1_234_567))
    unruled = replace(html.LAYOUTS["none"], thead=True, filler=18)
    shaded = replace(html.LAYOUTS["shaded"], align="left", valign="top", filler=12)
    ruled = replace(html.LAYOUTS["horizontal"], align="right", filler=9)
    shrunk = replace(html.LAYOUTS["shrunk"], align="left", filler=14)
    in_two = replace(html.LAYOUTS["two_columns"], filler=16)
    with tempfile.TemporaryDirectory() as folder:
        printed = printers.libreoffice(
            {
                "pdf_libreoffice_unruled": html.render(reports[0], unruled),
                "pdf_libreoffice_shrunk": html.render(reports[3], shrunk),
                "pdf_libreoffice_two_columns": html.render(two, in_two),
                "pdf_libreoffice_full_rows": html.render(full, narrow),
                "pdf_libreoffice_annex_unread": html.render(reports[4], shrunk).replace("统计数<", "本级<"),
            },
            Path(folder),
        )
    printed |= printers.chromium(
        {
            "pdf_chromium_shaded": html.render(reports[1], shaded),
            "pdf_chromium_horizontal": html.render(reports[2], ruled),
            "pdf_chromium_annex": html.render(reports[4], shrunk),
            "pdf_chromium_tiles": html.render(tinted, tiles),
            "pdf_chromium_bordered": html.render(boxed, border),
        }
    )
    told = {
        "pdf_libreoffice_unruled": (
            reports[0],
            "Nothing is ruled, rows and labels are cut by page breaks, and headers are printed again between their halves.",
        ),
        "pdf_libreoffice_shrunk": (
            reports[3],
            "Nothing is ruled, columns are as narrow as their figures, whose digits differ in width; at the top of a page"
            " the next block's header stands below the last row of the one that the break cut.",
        ),
        "pdf_chromium_shaded": (
            reports[1],
            "Every other row is shaded, nothing is ruled; figures stand at the left and units below them.",
        ),
        "pdf_libreoffice_two_columns": (
            two,
            "Text and tables run in two columns so near to each other that their tables nearly touch.",
        ),
        "pdf_libreoffice_full_rows": (
            full,
            "A page break between two rows whose figures fill their cells: two rows all the same, for each has its own label.",
        ),
        "pdf_libreoffice_annex_unread": (
            reports[4],
            "The annex of 2014 without any rule, its figures under a label that no form knows: nothing is read, and said.",
        ),
        "pdf_chromium_bordered": (
            boxed,
            "Tables with a border around them and no rule inside.",
        ),
        "pdf_chromium_tiles": (
            tinted,
            "No rule, but a tint of its own behind each cell, which shows that a figure in two lines is one.",
        ),
        "pdf_chromium_annex": (
            reports[4],
            "The annex of 2014 without any rule; every figure has its unit behind it.",
        ),
        "pdf_chromium_horizontal": (
            reports[2],
            "Rules lie between the rows only, merged cells and blank ones among them; figures stand at the right.",
        ),
    }
    return {name: (printed[name], *known_and_why) for name, known_and_why in told.items()}


def _drawn(seed: str, layout: str) -> tuple[Known, html.Layout]:
    random = Random(f"{seed} {layout} 0")
    return random_known(random), html.vary(html.LAYOUTS[layout], random)

"""Tables without rules: whatever the printer did, no figure is read that is not printed there."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.cells import lay
from parsers.documents.pdf_unruled import unruled_tables
from parsers.model import Document
from tests.generate.drawn import blocks, draw
from tests.generate.known import Habits, Known, random_known
from tests.generate.unruled import TOP, Pages, Setting

WIDTHS = {"disclosure": 4, "requests": 10, "disputes": 15, "statistics": 3}

SETTINGS = st.builds(
    Setting,
    align=st.sampled_from(["center", "center", "left", "right", "mixed"]),
    valign=st.sampled_from(["middle", "middle", "top", "bottom", "mixed"]),
    padding=st.sampled_from([0.0, 0.5, 2.0, 4.0]),
    overflow=st.booleans(),
    page=st.integers(250, 780).map(float),
    shift=st.sampled_from([0.0, 0.0, 0.0, 12.0, 28.0, 45.0]),
    repeat=st.booleans(),
    keep=st.booleans(),
    leading=st.sampled_from([12.0, 14.0, 20.0]),
)


def pages(known: Known, setting: Setting, random: Random, *, narrow: bool) -> Pages:
    """The report's tables, set one after the other; ``narrow``: in columns that may be too narrow."""
    made = Pages(setting, random)
    for drawn in draw(known):
        made.line(f"{drawn.id}：以下为表格。")
        for part in blocks(known) if drawn.id == "disclosure" else [drawn]:
            labels = {"requests": 3, "disclosure": 1}.get(part.id, 0)
            widths = [random.uniform(45, 90) if narrow else 100.0] * labels
            widths += [random.uniform(24, 60) if narrow else 50.0 for _ in range(WIDTHS[part.id] - labels)]
            made.table(part, [270.0, 40.0, 80.0] if part.id == "statistics" else widths)
    made.line("五、存在的主要问题及改进情况")
    return made


def readings(
    known: Known, setting: Setting, random: Random, *, narrow: bool
) -> list[tuple[str, object, object]]:
    """Each cell's address, what is printed in it, and what is read."""
    glyphs = pages(known, setting, random, narrow=narrow).glyphs
    found = unruled_tables(list(enumerate(glyphs, 1)))
    document = Document("application/pdf", tuple(unruled.table for unruled in found))
    read = {(cell.table, cell.row, cell.column): cell.value for cell in lay(document, year=known.year).cells}
    return [(".".join(at), printed.value, read.get(at)) for at, printed in known.cells.items()]


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 2**32), SETTINGS)
def test_no_figure_is_misplaced(seed: int, setting: Setting) -> None:
    random = Random(seed)
    known = random_known(random)
    for address, printed, value in readings(known, setting, random, narrow=True):
        assert value in (printed, None), (address, printed, value)


@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize("valign", ["top", "middle", "bottom"])
@pytest.mark.parametrize("keep", [True, False])
def test_a_plain_table_is_read_whole(align: str, valign: str, *, keep: bool) -> None:
    """Blank cells, too, where figures stand below their headers' labels; else they may leave too few to tell."""
    setting = Setting(align=align, valign=valign, keep=keep, page=500.0)
    for form in ("2019", "2021", "2014"):
        random = Random(f"{form} {align} {valign}")
        known = random_known(
            random, form=form, habits=Habits(blank=0.1 * (align == "center"), zero=0.3, largest=999)
        )
        missed = [told for told in readings(known, setting, random, narrow=False) if told[1] != told[2]]
        assert not missed, (form, missed)


@pytest.mark.parametrize("room", range(60, 340, 20))
def test_a_block_below_a_cut_one_keeps_its_header(room: int) -> None:
    """The same names of columns stand over the last row of one block and over the rows of the next."""
    known = random_known(Random("blocks"), form="2021", habits=Habits(zero=0.3, largest=999))
    found = readings(known, Setting(page=TOP + room), Random(0), narrow=False)
    missed = [told for told in found if told[0].startswith("disclosure") and told[1] != told[2]]
    assert not missed

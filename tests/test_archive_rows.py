"""A parse as a line: what is put together by hand says the same as JSON's own writer."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import rows, search
from parsers.model import Cell, Number, Place, Report, Section

NUMBERS = st.none() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
SMALL = st.none() | st.integers(0, 9)
PLACES = st.none() | st.builds(
    Place,
    page=st.none() | st.integers(1, 9),
    box=st.none() | st.tuples(*[st.floats(0, 900)] * 4),
    table=SMALL,
    row=SMALL,
    column=SMALL,
    path=st.none() | st.text(),
    line=SMALL,
    span=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
)


def report(*cells: Cell, sections: tuple[Section, ...] = ()) -> Report:
    return Report("text/html", "2021", "t", "a", 2023, cells=cells, sections=sections)


@given(value=NUMBERS, raw=st.none() | st.text(), place=PLACES)
def test_evidence_is_what_json_would_say(value: Number | None, raw: str | None, place: Place | None) -> None:
    cell = Cell("requests", "new", "total", value, "value", raw, place)
    line = rows.of_report("a" * 64, report(cell))
    assert line.count(b"\n") == 1
    where = None if place is None else place.as_json()
    shown = str(value) if isinstance(value, Decimal) else value
    said = json.dumps(
        [["requests", "new", "total", shown, "value", raw, where]], ensure_ascii=False, separators=(",", ":")
    )
    assert rows.unpack(line).evidence == said.encode(errors="replace").decode()


@given(st.text(), st.text())
def test_line_gives_back_what_was_said(title: str, text: str) -> None:
    line = rows.of_report("b" * 64, report(sections=(Section(1, title, text),)))
    parsed = rows.unpack(line)
    said = [[1, title.encode(errors="replace").decode(), text.encode(errors="replace").decode()]]
    assert (parsed.sha256, rows.name_of(line)) == ("b" * 64, "b" * 64)
    assert parsed.body["sections"] == said


HAN = st.text("政府信息公开微〇", min_size=1, max_size=6)


@given(st.lists(HAN | st.sampled_from(["，", " ", "2021", "A级", "\n", "é"]), max_size=12), st.data())
def test_every_piece_of_a_text_is_found_by_its_pairs(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    words = [word for word in search._RUN.findall(search.fold(text)) if search._is_han(word)]
    db = sqlite3.connect(":memory:")
    db.execute(search.SCHEMA)
    db.execute("INSERT INTO prose (rowid, text) VALUES (1, ?)", [search.cut(text)])
    for word in words:
        start = data.draw(st.integers(0, len(word) - 1))
        piece = word[start : data.draw(st.integers(start + 1, len(word)))]
        query = search.match(piece)
        assert db.execute("SELECT rowid FROM prose WHERE prose MATCH ?", [query]).fetchall() == [(1,)], piece


@pytest.mark.parametrize(
    ("query", "found"),
    [("信息", True), ("公开2021", True), ("2021", True), ("202", True), ("息公", True), ("信公", False), ("府 一", True),
     ("b级", False), ("Ａ", True)],
)  # fmt: skip
def test_pairs_of_a_query(query: str, found: bool) -> None:
    db = sqlite3.connect(":memory:")
    db.execute(search.SCHEMA)
    db.execute("INSERT INTO prose (rowid, text) VALUES (1, ?)", [search.cut("政府。信息公开2021年 a级\n一")])
    hits = db.execute("SELECT rowid FROM prose WHERE prose MATCH ?", [search.match(query)]).fetchall()
    assert bool(hits) is found

"""How the first reading of HTML tells lines, cells and elements' numbers apart, and finds a known container."""

from __future__ import annotations

import time

import pytest

from parsers.documents import html
from parsers.documents.tree import finder, parse, string
from parsers.model import Document, GridCell, Text

PROSE = "<p>一、总体情况</p><p>二、主动公开政府信息情况</p>"


def read(body: str) -> Document:
    return html.read(f"<html><body>{body}</body></html>".encode())


def cells(inner: str) -> list[str]:
    document = read(f"{PROSE}<table><tr><td>规章</td><td>{inner}</td></tr></table>")
    return [cell.text for table in document.tables() for cell in table.cells]


@pytest.mark.parametrize("block", ["p", "div", "li", "h4", "center", "section", "blockquote", "dd", "pre"])
def test_blocks_in_a_cell_are_lines_and_never_one_figure(block: str) -> None:
    assert cells(f"<{block}>1</{block}><{block}>2</{block}>") == ["规章", "1\n2"]


@pytest.mark.parametrize("inline", ["span", "b", "a", "font", "label", "o:p"])
def test_inline_elements_in_a_cell_break_no_line(inline: str) -> None:
    assert cells(f"<{inline}>1</{inline}><{inline}>2</{inline}>") == ["规章", "12"]


def test_what_is_not_shown_breaks_no_line_and_is_counted_all_the_same() -> None:
    document = read(f"{PROSE}<p>一段<noscript><p>甲</p></noscript>话</p><p>二段</p>")
    assert [(text.text, text.place.path) for text in document.texts()][2:] == [
        ("一段话", "(//p)[3]"),
        ("二段", "(//p)[5]"),
    ]


@pytest.mark.parametrize(
    ("outside", "kept"),
    [(0, False), (1, False), (3, True)],
    ids=["all signs inside", "four of five inside", "too many outside"],
)
def test_a_known_container_is_taken_where_it_holds_nearly_all_signs(outside: int, kept: bool) -> None:
    signs = "".join(f"<p>{numeral}、其他情况</p>" for numeral in "一二三四")
    document = read(f"<p>页头</p><div id=zoom>{signs}</div>{'<p>五、其他情况</p>' * outside}")
    assert ("页头" in [text.text for text in document.texts()]) is kept


ROW = "<tr><td>甲</td><td>1</td></tr>"
INNER = f"<table>{ROW}<tr><td>乙</td><td>2</td></tr></table>"


@pytest.mark.parametrize(
    "page",
    [
        f"<p hidden>无</p><p>有</p><table>{ROW}<tr><td style='display: none'>丙</td><td>丁</td><th>3</th></tr></table>",
        f"<noscript><div><p>无</p>{INNER}</div></noscript>{INNER}<p>有<template><p>无</p></template></p><p>后</p>",
        f"<div class=footer><p>脚</p>{INNER}</div>{INNER}<nav><h2>栏</h2></nav><h2>题</h2><p>有</p>",
        f"<table><tr><td>{INNER}</td><td>子</td></tr><tr><td>{INNER[:30]}</table>{ROW}</td></tr></table><p>有</p>",
        f"<p>前</p><td>散</td><table><td>5</td><td>6</td>{ROW}</table><div id=zoom>{PROSE}{INNER}</div><p>后</p>",
        f"<table><tr>{ROW}{ROW}<td><div><td>内</td></div></td></tr></table><p>有</p>",
    ],
    ids=["hidden", "never shown", "furniture", "nested", "stray cells", "rows in rows"],
)
def test_an_elements_path_leads_to_its_text(page: str) -> None:
    document = read(page)
    tree, _ = parse(f"<html><body>{page}</body></html>")
    said = [*document.texts(), *(cell for table in document.tables() for cell in table.cells)]
    assert len(said) > 3
    for one in said:
        assert one.place.path
        (element,) = finder(one.place.path)(tree)
        assert _first_line(one) in string(element)


def _first_line(said: Text | GridCell) -> str:
    return said.text.split("\n")[0]


def test_many_hidden_elements_side_by_side_are_read_in_time() -> None:
    start = time.process_time()
    document = read("<p>有</p>" + "<p hidden>无</p>字" * 100_000)
    assert time.process_time() - start < 15
    assert [len(text.text) for text in document.texts()] == [1, 100_000]


def test_words_empty_endings_leave_no_trace_and_join_nothing() -> None:
    end = "<span lang=EN-US><o:p></o:p></span></p>"
    document = read(
        f"{PROSE}<p>甲&#{end}57346;{end}<p><b>5{end}<p>7<o:p></o:p></span></p><table>{ROW}</table>"
    )
    assert [text.text for text in document.texts()][2:] == ["甲&#", "57346;", "5", "7"]
    assert len(list(document.tables())) == 1

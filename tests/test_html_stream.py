"""How the first reading of HTML tells lines, cells and elements' numbers apart, and finds a known container."""

from __future__ import annotations

import pytest

from parsers.documents import html
from parsers.model import Document

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

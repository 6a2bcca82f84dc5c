"""Exhibits: what a person is shown of an original, bare of all that is active."""

from __future__ import annotations

import pytest

from parsers import exhibit
from parsers.errors import Unreadable


def page(inner: str) -> bytes:
    return (
        f"<html><head><meta charset=utf-8><base href=//e.example></head><body {inner}</body></html>".encode()
    )


def test_the_numbered_element_is_marked_and_its_neighbours_are_kept() -> None:
    html = exhibit.markup(page("><table><tr><td>甲<td colspan=2 onclick=x()>乙</table>"), "(//td)[2]")
    assert '<td>甲</td><td colspan="2" id="nianbao-cell">乙</td>' in html


@pytest.mark.parametrize(
    "hostile",
    [
        "><script>evil()</script>",
        " onload=evil()>",
        "><img src=x onerror=evil()>",
        "><svg><script>evil()</script></svg>",
        "><a href='javascript:evil()'>x</a>",
        "><iframe srcdoc='<script>evil()</script>'></iframe>",
        "><style>@import url(//evil)</style>",
        "><p style='background:url(//evil)'>x</p>",
        "><math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=evil()&gt;'>",
        "><noscript><p title='</noscript><img src=x onerror=evil()>'>",
        "><object data=evil></object><embed src=evil>",
        "><form action=//evil><button formaction=//evil>x</button></form>",
        "><meta http-equiv=refresh content='0;url=//evil'><link rel=stylesheet href=//evil>",
        "><x:script xmlns:x='http://www.w3.org/1999/xhtml' src=evil></x:script>",
        "><template><script>evil()</script></template>",
    ],
)
def test_nothing_active_is_left(hostile: str) -> None:
    html = exhibit.markup(page(f"{hostile}<p>前</p><table><tr><td>5</td></tr></table>"), "(//td)[1]")
    assert "evil" not in html


def test_a_figure_inside_a_form_or_an_office_tag_is_still_shown() -> None:
    html = exhibit.markup(page("><form><table><tr><td><o:p>5</o:p></td></tr></table></form>"), "(//td)[1]")
    assert "5" in html.partition("nianbao-cell")[2].partition("</td>")[0]


@pytest.mark.parametrize("path", ["(//td)[9]", "//td", "(//td)[1] | //*", "", "count(//td)"])
def test_a_place_that_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(Unreadable, match="no element"):
        exhibit.markup(page("><table><tr><td>5</td></tr></table>"), path)


def test_lines_around_a_line_and_beyond_the_end() -> None:
    data = "\n".join(f"行{n}" for n in range(1, 21)).encode()
    assert exhibit.lines(data, 2, around=2) == [(1, "行1"), (2, "行2"), (3, "行3"), (4, "行4")]
    assert exhibit.lines(data, 20, around=1) == [(19, "行19"), (20, "行20")]
    with pytest.raises(Unreadable, match="no line"):
        exhibit.lines(data, 21)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 cut", b"<html>"])
def test_a_broken_pdf_is_not_drawn(data: bytes) -> None:
    with pytest.raises(Unreadable):
        exhibit.picture(data, 1, (0, 0, 10, 10))

"""What proves that an answer did not come whole, and what doesn't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.whole import cut_short

PAGE = "<html><body><table><tr><td class='x'>一、总体情况</td><td>12</td></tr></table></body></html>\n"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nxref\ntrailer\nstartxref\n9\n%%EOF\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@given(end=st.integers(7, 500))
def test_a_page_cut_inside_a_tag_is_told(encoding, end):
    whole = PAGE.encode(encoding)
    body = whole[: min(end, len(whole))]
    inside = body.rfind(b"<") > body.rfind(b">") and body[-1:] != b"<"
    assert (cut_short(body) == "the page ends inside a tag") == inside


def test_a_page_cut_inside_a_character_is_told_where_the_encoding_is_sure():
    body = PAGE.encode()
    assert cut_short(body[: body.index("总".encode()) + 1]) == "the page ends inside a character"
    assert cut_short(body[: body.index("总".encode()) + 2]) == "the page ends inside a character"
    assert cut_short(body[: body.index("体".encode())]) is None  # between two characters: nothing proves it
    written = PAGE.encode("gb18030")
    for end in range(7, len(written)):
        halved = written[:end].decode("gb18030", "replace").endswith("�")
        assert halved or cut_short(written[:end]) != "the page ends inside a character", end


@pytest.mark.parametrize(
    "body",
    [
        PAGE.encode(),
        b"<p>no closing tag at all",
        b"<html><script>if (a<1) b()</script>",
        b"<html><p>1 < 2",
        "<p>一、总体情况".encode("gb18030"),
        b'{"a": [1]}\n',
        b"[]",
        b'{"a": 1});',
        PDF,
        PDF[:-20],
        b"",
    ],
)
def test_whole_answers_are_whole(body):
    assert cut_short(body) is None


@pytest.mark.parametrize("body", [b'{"list": [{"title": "2024', b"[1, 2", b'{"a": "}"'])
def test_data_without_an_end(body):
    assert cut_short(body) is not None

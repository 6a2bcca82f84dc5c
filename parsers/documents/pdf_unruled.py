"""Official tables that no rules show: labels are spelled from their pieces, figures stand under and beside them.

A figure belongs to a column only if the header's labels leave it no other: it meets one label from below, or some
row has a figure in every column, so that the columns are as many as the labels. It belongs to a row only if it
stands at the height of one row's label, and only if its header stands there once: else a page may have cut it in
two. A figure that is not certain is marked, and one without a row put into the nearest ones: no reader takes that for
a number. Where that is not enough to tell, the table is left as text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache

from parsers.documents.pdf_layout import Glyph
from parsers.documents.pdf_outside import BELOW_ROW, HEADER, Page
from parsers.documents.pdf_spelled import Piece, Role, Spelled, bare, labels, pieces_of, printed_again
from parsers.documents.pdf_standing import Standing, aligned, is_figure_like, stand
from parsers.documents.pdf_strangers import part_of_more, strangers
from parsers.forms import Block, load_forms
from parsers.model import DOUBT, GridCell, Place, Table
from parsers.tables.requests import COLUMNS

SIGNS = ("研益企", "维纠审", "第二十条", "统计指标")
"""Characters of which all stand on pages that print a table of the forms."""
SAME = 0.5
"""Points by which the margins of two pages may differ."""
LEAVES = ("upheld", "corrected", "other", "pending", "total")
GROUPS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")


@dataclass(frozen=True, slots=True)
class Unruled:
    """A table put together from pieces, each of which says on which part of the pages it stands."""

    table: Table
    pieces: frozenset[Piece]

    @property
    def start(self) -> Piece:
        """The piece with which it begins."""
        return min(self.pieces, key=lambda piece: piece.level)


def unruled_tables(parts: Sequence[tuple[int, Sequence[Glyph]]]) -> list[Unruled]:
    """The tables that stand outside of all rules on parts of pages, each given with its page's number."""
    told = "".join([glyph[0] for _, glyphs in parts for glyph in glyphs])
    if not any(all(character in told for character in sign) for sign in SIGNS):
        return []
    pieces = pieces_of(parts)
    page = _read(pieces)
    copies = [(part, copy) for part, copy in _headers_again(pieces, page) if copy]
    again: frozenset[Piece] = frozenset().union(*(copy for _, copy in copies))
    alike = [*_same_margins(pieces), *(frozenset([part, *(p.part for p in copy)]) for part, copy in copies)]
    page = replace(_read(pieces_of(_without(parts, again))) if again else page, alike=alike)
    found = [*_disclosure(page), *_requests(page), *_disputes(page), *_statistics(page)]
    return [replace(table, pieces=table.pieces | again) for table in found]


def _same_margins(pieces: Sequence[Piece]) -> Iterator[frozenset[int]]:
    """Parts whose text begins at the same place from the left: their pages are not shifted against each other."""
    lefts: dict[int, float] = {}
    for piece in pieces:
        lefts[piece.part] = min(piece.box[0], lefts.get(piece.part, piece.box[0]))
    for left in lefts.values():
        yield frozenset(part for part, other in lefts.items() if abs(other - left) < SAME)


def _without(
    parts: Sequence[tuple[int, Sequence[Glyph]]], again: Set[Piece]
) -> list[tuple[int, list[Glyph]]]:
    """The parts without some pieces, so that what stands around these comes together."""
    gone = {(piece.part, glyph) for piece in again for glyph in piece.glyphs}
    return [
        (page, [glyph for glyph in glyphs if (part, glyph) not in gone])
        for part, (page, glyphs) in enumerate(parts)
    ]


def _read(pieces: Sequence[Piece]) -> Page:
    spelled = labels(pieces)
    taken = {piece for label in spelled for piece in label.pieces}
    return Page(spelled, [piece for piece in pieces if piece not in taken])


def _headers_again(pieces: Sequence[Piece], page: Page) -> Iterator[tuple[int, set[Piece]]]:
    """The part on which each header stands, and what of it is printed again at the top of other ones."""
    for table, header in _headers(page):
        low, size = max(head.bottom for head in header), header[0].pieces[0].size
        high = min(head.top for head in header) - HEADER * size * (table == "requests")
        roles: tuple[Role, ...] = ("heading", "note")
        others = [label for role in roles for label in page.named(table, role, low=high, high=low)]
        yield header[0].part, printed_again(pieces, [*header, *others], whole=table == "disclosure")


def _headers(page: Page) -> Iterator[tuple[str, list[Spelled]]]:
    """The first header of each table, or of each of its blocks."""
    yield from (("requests", header) for header in _applicants(page)[:1])
    yield from (("disputes", header) for header in _outcomes(page)[:1])
    yield from (("statistics", [start, *heads]) for start, heads in list(_annex(page))[:1])
    titles: set[str] = set()
    for title, heads, _ in _titled(page):
        if heads and bare(title.text) not in titles:
            titles.add(bare(title.text))
            yield "disclosure", [title, *heads]


def _requests(page: Page) -> Iterator[Unruled]:
    """Section three: seven heads, one row a label."""
    headers = _applicants(page)
    if len(headers) != 1 or not page.once("requests", "column", *COLUMNS[:5]):
        return
    if not page.once("requests", "heading", "申请人情况", "法人或其他组织"):
        return
    rows = page.named("requests", "row")
    parents = {parent for row in rows for parent in _parents(row.named("requests", "row"))}
    rows = [row for row in rows if row.named("requests", "heading") not in parents]
    if rows and _in_order([row.named("requests", "row") for row in rows]):
        yield from _table(page, "requests", headers[0], rows)


def _applicants(page: Page) -> list[list[Spelled]]:
    """The headers of section three: one label for each column, from left to right."""
    firsts = [
        head for head in page.named("requests", "column") if head.named("requests", "column") == COLUMNS[0]
    ]
    headers = (_around(page, first) for first in firsts)
    return [header for header in headers if header]


@cache
def _parents(row: str) -> set[str]:
    """The headings beside a row of section three, in any form: one of them is a row itself in another (其他处理)."""
    tables = [form.table("requests") for form in load_forms().values() if form.id != "2014"]
    return {
        parent for table in tables for known in table.rows() if known.id == row for parent in known.parents
    }


def _around(page: Page, first: Spelled) -> list[Spelled]:
    """The header to which a label belongs; empty if a column has no label there, or two."""
    near = page.around(first, "requests", "column", len(COLUMNS))
    near = [label for label in near if not part_of_more(label, page.others)]
    return near if sorted(label.named("requests", "column") for label in near) == sorted(COLUMNS) else []


def _in_order(rows: Sequence[str]) -> bool:
    """Whether rows are printed once each, in the order of one of the forms."""
    for form in load_forms().values():
        order = [row.id for table in form.tables if table.id == "requests" for row in table.rows()]
        if set(rows) <= set(order) and sorted(set(rows), key=order.index) == list(rows):
            return True
    return False


def _disclosure(page: Page) -> Iterator[Unruled]:
    """Section two, block by block: each title with its header and rows."""
    titled = list(_titled(page))
    printed = Counter(bare(title.text) for title, _, _ in titled)
    for title, heads, rows in titled:
        if printed[bare(title.text)] > 1:
            continue
        names = [head.named("disclosure", "column") for head in heads]
        block = next((b for b in _blocks(title) if {c.id for c in b.columns} == set(names)), None)
        if block is None or len(set(names)) < len(names):
            continue
        own = [row for row in rows if row.named("disclosure", "row") in {known.id for known in block.rows}]
        if own and len({row.named("disclosure", "row") for row in own}) == len(own):
            yield from _table(page, "disclosure", heads, own, title=title)


def _titled(page: Page) -> Iterator[tuple[Spelled, list[Spelled], list[Spelled]]]:
    """The titles of section two, each with the columns, from left to right, and the rows that follow it."""
    titles = page.named("disclosure", "title")
    for number, title in enumerate(titles, 1):
        end = titles[number].top if number < len(titles) else float("inf")
        heads = sorted(page.named("disclosure", "column", low=title.bottom, high=end), key=lambda h: h.left)
        yield title, heads, page.named("disclosure", "row", low=title.bottom, high=end)


def _blocks(title: Spelled) -> Iterator[Block]:
    for form in load_forms().values():
        for table in form.tables:
            yield from (
                block for block in table.blocks if block.title and bare(block.title) == bare(title.text)
            )


def _statistics(page: Page) -> Iterator[Unruled]:
    """The annex: label, unit and figure."""
    found = list(_annex(page))
    for start, heads in found if len(found) == 1 else ():
        rows = page.named("statistics", "row", low=start.bottom)
        if rows:
            yield from _table(page, "statistics", heads, rows)


def _annex(page: Page) -> Iterator[tuple[Spelled, list[Spelled]]]:
    """Each header of the annex: the heading over the labels, and those over units and figures."""
    for start in page.named("statistics", "heading"):
        reach = 2 * start.pieces[0].size
        heads = page.named("statistics", "column", low=start.top - reach, high=start.bottom + reach)
        if sorted(head.named("statistics", "column") for head in heads) == ["unit", "value"]:
            yield start, sorted(heads, key=lambda head: head.left)


def _table(
    page: Page, name: str, heads: Sequence[Spelled], rows: Sequence[Spelled], *, title: Spelled | None = None
) -> Iterator[Unruled]:
    """The table of these labels, if all that stands among them has its place."""
    left, low, last = heads[0].left, max(head.bottom for head in heads), rows[-1]
    high = min(head.top for head in heads)
    start = title.bottom if title else high - HEADER * last.pieces[-1].size / 2
    high = min([high, *(label.top for label in page.named(name, "heading", low=start, high=low))])
    above = [piece for piece in page.over(name, heads, high, low) if piece.box[2] > left]
    body = page.body(low, last, left)
    parts = {row.part for row in rows}
    apart = not _linked(rows, page.like(heads[-1].part))
    elsewhere = {piece.part for piece in body} - parts
    if any(part < max(parts) for part in elsewhere) or (apart and not _linked(rows, {rows[0].part})):
        return
    others = strangers(name, heads, rows, above, body)
    if others is None or low > rows[0].top:
        return
    heads = sorted((*heads, *others.heads), key=lambda head: head.left)
    rows = sorted((*rows, *others.rows), key=lambda row: row.top)
    figures = [piece for piece in body if is_figure_like(piece.text) and piece.part in parts]
    standing = stand(heads, rows, figures, left=max(row.right for row in rows), apart=apart)
    if standing is None:
        return
    if elsewhere:  # the last row's figures may go on there
        standing[-1] = [(text + DOUBT, place) for text, place in standing[-1]]
    headings = page.named(name, "heading", low=start, high=low)
    corner = "".join(label.text for label in headings if label.right <= left)
    roles: tuple[Role, ...] = ("heading", "note")
    beside = (label for role in roles for label in page.named(name, role, low=start, high=last.bottom))
    used = [*([title] if title else []), *beside, *rows, *heads]
    yield Unruled(
        _drawn(heads, rows, standing, title=title, corner=corner),
        frozenset([*(piece for label in used for piece in label.pieces), *above, *body]),
    )


def _linked(rows: Sequence[Spelled], known: Set[int]) -> bool:
    """Whether no page with rows is shifted against the ``known`` ones: labels of one column on two pages tell."""
    parts = {row.part for row in rows}
    columns: dict[int, list[Spelled]] = {}
    for row in rows:
        columns.setdefault(len(_parents(row.named("requests", "row"))), []).append(row)
    linked = set(known)
    for _ in columns:
        for column in columns.values():
            here = {row.part for row in column}
            linked |= here if here & linked else set()
    return parts <= linked and (len(parts) == 1 or all(map(aligned, columns.values())))


def _drawn(
    heads: Sequence[Spelled],
    rows: Sequence[Spelled],
    standing: Standing,
    *,
    title: Spelled | None,
    corner: str,
) -> Table:
    """Header and rows as a table whose first column holds the rows' labels."""
    cells: list[GridCell] = []
    if title:
        cells.append(GridCell(title.text, 0, 0, 1, len(heads) + 1, _place(title)))
    top = len(cells)
    cells.append(GridCell(corner, top, 0))
    cells += [GridCell(head.text, top, at, place=_place(head)) for at, head in enumerate(heads, 1)]
    for number, (row, values) in enumerate(zip(rows, standing, strict=True), top + 1):
        cells.append(GridCell(row.text, number, 0, place=_place(row)))
        cells += [GridCell(text, number, at, place=place) for at, (text, place) in enumerate(values, 1)]
    return Table(tuple(cells), _place(title or heads[0]))


def _place(label: Spelled) -> Place:
    return Place(page=label.page, box=label.box)


def _disputes(page: Page) -> Iterator[Unruled]:
    """Section four: fifteen heads in three groups, and one line of figures."""
    if not page.once("disputes", "row", *GROUPS) or not page.once("disputes", "heading", "行政诉讼"):
        return
    for heads in _outcomes(page):
        leaves, size = heads[:15], heads[0].pieces[0].size
        low = max(leaf.bottom for leaf in leaves)
        body: list[Piece] = []
        for piece in page.between(min(leaf.top for leaf in leaves), float("inf")):
            if piece.level < low or not is_figure_like(piece.text):
                break
            body.append(piece)
        if not body or body[-1].level - body[0].level > BELOW_ROW * size:
            continue
        parts = {piece.part for piece in body} | {leaf.part for leaf in leaves}
        apart = not parts <= page.like(leaves[0].part)
        standing = stand(leaves, [Spelled("", tuple(body))], body, left=0.0, apart=apart)
        if standing:
            used = [piece for label in heads for piece in label.pieces]
            yield Unruled(_fifteen(heads, standing), frozenset([*used, *body]))


def _outcomes(page: Page) -> list[list[Spelled]]:
    """The headers of section four: the fifteen outcomes from left to right, the three groups, the lawsuits."""
    found = []
    for first in page.named("disputes", "row"):
        leaves = page.around(first, "disputes", "column", 15)
        groups = page.around(first, "disputes", "row", 3)
        suits = page.around(first, "disputes", "heading", 1)
        groups.sort(key=lambda group: (group.named("disputes", "row") != GROUPS[0], group.left))
        if first is groups[0] and _is_header(leaves, groups, suits):
            found.append([*leaves, *groups, *suits])
    return found


def _is_header(leaves: Sequence[Spelled], groups: Sequence[Spelled], suits: Sequence[Spelled]) -> bool:
    """Whether the labels are those of section four, each group's in the middle above its own five."""
    if tuple(leaf.named("disputes", "column") for leaf in leaves) != LEAVES * 3 or len(suits) != 1:
        return False
    if tuple(group.named("disputes", "row") for group in groups) != GROUPS:
        return False
    ends = ((0, 5), (5, 10), (10, 15), (5, 15))
    return all(
        leaves[start].left < (label.left + label.right) / 2 < leaves[end - 1].right
        for label, (start, end) in zip([*groups, *suits], ends, strict=True)
    )


def _fifteen(heads: Sequence[Spelled], standing: Standing) -> Table:
    """The official table: groups over their outcomes, and the row of figures."""
    leaves, (first, direct, after, suits) = heads[:15], heads[15:]
    cells = [
        GridCell(first.text, 0, 0, 1, 5, _place(first)),
        GridCell(suits.text, 0, 5, 1, 10, _place(suits)),
        *(GridCell(leaf.text, 1, at, 2, 1, _place(leaf)) for at, leaf in enumerate(leaves[:5])),
        GridCell(direct.text, 1, 5, 1, 5, _place(direct)),
        GridCell(after.text, 1, 10, 1, 5, _place(after)),
        *(GridCell(leaf.text, 2, at, place=_place(leaf)) for at, leaf in enumerate(leaves[5:], 5)),
        *(GridCell(text, 3, at, place=place) for at, (text, place) in enumerate(standing[0])),
    ]
    return Table(tuple(cells), _place(first))

"""Hanweb 大汉 JCMS, classic: rows as XML inside the page, further groups from ``dataproxy.jsp``.

The page's own lists are empty; ``<script type="text/xml"><datastore>`` holds the first group of each unit and
often the address of the next. A group is three display pages. Two generations of the path exist, and the older
one is asked by POST with ``startrecord`` and ``endrecord``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from crawler.lists import anchors, data, dialects, rows, tries
from crawler.lists.model import Entry, Listing, Next, Page

FAMILY = "hanweb"
GROUP = 3
SIZE = 15
NEW_PATH, OLD_PATH = "/module/web/jpage/dataproxy.jsp", "/module/jpage/dataproxy.jsp"
_STORE = re.compile(r"<script[^>]*text/xml[^>]*>(.*?)</script>", re.IGNORECASE | re.DOTALL)
_ID = re.compile(r"\bid\s*=\s*['\"]?(\w+)", re.IGNORECASE)
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.IGNORECASE | re.DOTALL)
_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[(.*?)\]\]>\s*</nextgroup>", re.IGNORECASE | re.DOTALL)
_HREF = re.compile(r"href\s*=\s*['\"]([^'\"]+)['\"]", re.IGNORECASE)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)", re.IGNORECASE)
_JPAGE = re.compile(r"\(\s*['\"]#(\w+)['\"]\s*\)\s*\.jpage\(\s*(?=\{)")
_PAIR = re.compile(r"['\"]?(\w+)['\"]?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([\w./-]+))")
_FORM = (
    "col",
    "appid",
    "webid",
    "path",
    "columnid",
    "sourceContentType",
    "unitid",
    "webname",
    "permissiontype",
)
_DEFAULTS = {"col": "1", "appid": "1", "path": "/", "sourceContentType": "1", "permissiontype": "0"}
_COLUMN = re.compile(r"/col/col(\d+)")


@dataclass(frozen=True, slots=True)
class _Unit:
    """One list of the page: its id, records (HTML), the next group's address, and what ``jpage`` was told."""

    id: str
    records: tuple[str, ...]
    next_group: str | None
    options: dict[str, str]

    @property
    def total(self) -> int | None:
        return data.integer(self.options.get("totalRecord", self.options.get("totalrecord", "")))

    def column(self) -> str:
        """The column that the unit lists, as its requests name it."""
        named = data.query_value(self.next_group, "columnid") if self.next_group else None
        return named or self.options.get("columnid", "")


def match(page: Page) -> float:
    """From the inline store, the pager script and the URL's shape."""
    text = page.text
    signs = ("<datastore" in text, "dataproxy.jsp" in text or ".jpage(" in text, "/col/col" in page.url)
    return (0.0, 0.6, 0.9, 0.98)[sum(signs)]


def read(page: Page) -> Listing:
    """The column's own unit and the request for its next group; plain anchors where it has none."""
    if page.state.get("family") == FAMILY and page.state.get("unit"):
        return _group(page)
    units = _units(page)
    if not any(unit.records or unit.total for unit in units):
        return replace(anchors.read(page), family=FAMILY)
    unit = _own(page, units)
    entries = _entries(page, unit.records)
    total = unit.total
    following = None if total is not None and len(unit.records) >= total else _first(page, unit, entries)
    children = rows.children(page) if page.number == 1 else ()
    return Listing(entries, (following,) if following else (), children, total=total, family=FAMILY)


def _units(page: Page) -> list[_Unit]:
    called = {found.group(1): _options(page.text, found.end()) for found in _JPAGE.finditer(page.text)}
    units: list[_Unit] = []
    for found in _STORE.finditer(page.text):
        store = found.group(1)
        if "<datastore" not in store.lower():
            continue
        group = _NEXT_GROUP.search(store)
        href = _HREF.search(group.group(1)) if group else None
        address = href.group(1).replace("&amp;", "&") if href else None
        total = _TOTAL.search(store)
        identifier = _unit_id(page.text[max(0, found.start() - 600) : found.start()], address, called)
        options = {**({"totalRecord": total.group(1)} if total else {}), **called.pop(identifier, {})}
        units.append(_Unit(identifier, tuple(_RECORD.findall(store)), address, options))
    return units + [_Unit(identifier, (), None, options) for identifier, options in called.items()]


def _unit_id(before: str, address: str | None, called: dict[str, dict[str, str]]) -> str:
    """The unit's id: as its next group names it, else the nearest id before its store that ``jpage`` is called for."""
    named = data.query_value(address, "unitid") if address else None
    above = _ID.findall(before)
    known = next((name for name in reversed(above) if name in called), above[-1] if above else "")
    return named if named and (named in called or not known) else known


def _options(text: str, start: int) -> dict[str, str]:
    literal = data.balanced(text, start)
    return {name: a or b or c for name, a, b, c in _PAIR.findall(literal)}


def _own(page: Page, units: list[_Unit]) -> _Unit:
    """The unit of the URL's column, by its requests or its articles' addresses, else that with most records."""
    column = _COLUMN.search(page.url)
    number = column.group(1) if column else None
    own = [unit for unit in units if number and number in (unit.column(), unit.options.get("columnid"))]
    own = own or [unit for unit in units if number and f"/art_{number}_" in "".join(unit.records)]
    return max(own or units, key=lambda unit: unit.total if unit.total is not None else len(unit.records))


def _entries(page: Page, records: tuple[str, ...]) -> tuple[Entry, ...]:
    return rows.unique(entry for record in records if (entry := _entry(page, record)))


def _entry(page: Page, record: str) -> Entry | None:
    """The record's article: its first anchor that leads to one, else its first anchor."""
    found = rows.fragment(page, record)
    articles = (entry for entry in found if dialects.is_article(entry.url) or dialects.is_file(entry.url))
    return next(articles, found[0] if found else None)


def _first(page: Page, unit: _Unit, entries: tuple[Entry, ...]) -> Next | None:
    """The next group: by the address that the page gives, on either path, else by the old form."""
    state = {
        **page.state,
        "family": FAMILY,
        "unit": unit.id or "0",
        "list": page.url,
        "total": str(unit.total or ""),
        "count": str(len(unit.records)),
        "first": entries[0].url if entries else "",
    }
    url = page.absolute(unit.next_group) if unit.next_group else None
    ways = [_asked(address, state) for address in _both(url)] if url else []
    return tries.first([*ways, *_posted(page, unit, state)])


def _asked(url: str, state: dict[str, str]) -> Next:
    number = data.integer(data.query_value(url, "page")) or 1
    return Next(url, headers={"Referer": state["list"]}, number=number, state=state)


def _posted(page: Page, unit: _Unit, state: dict[str, str]) -> list[Next]:
    """The old form: a group is three pages, ``startrecord = (g-1)·3·perpage + 1``. Either path may answer."""
    named = dict(parse_qsl(urlsplit(unit.next_group or "").query, keep_blank_values=True))
    values = {**_DEFAULTS, **named, **unit.options, "unitid": unit.options.get("unitid") or unit.id}
    path = unit.options.get("proxyUrl") or unit.options.get("proxyurl") or (unit.next_group or NEW_PATH)
    address = page.absolute(path.partition("?")[0])
    if not address or not values.get("columnid"):
        return []
    size = data.integer(unit.options.get("perPage", unit.options.get("perpage", ""))) or SIZE
    form = {name: values[name] for name in _FORM if name in values}
    kept = {**state, "size": str(size), "form": urlencode(form, quote_via=quote)}
    group = len(unit.records) // (GROUP * size) + 1
    return [_ask(url, group, kept) for url in _both(address)]


def _ask(address: str, group: int, state: dict[str, str]) -> Next:
    size, total = int(state["size"]), data.integer(state["total"])
    last = group * GROUP * size
    span = {
        "startrecord": (group - 1) * GROUP * size + 1,
        "endrecord": last if total is None else min(last, total),
        "perpage": size,
    }
    url = f"{address.partition('?')[0]}?{urlencode(span)}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": state["list"]}
    kept = {**state, "group": str(group)}
    return Next(
        url, "POST", state["form"].encode(), headers, number=group, state=kept, sure=total is not None
    )


def _group(page: Page) -> Listing:
    """An answer of dataproxy.jsp: its records, and the group after it while the total is not reached."""
    records = tuple(_RECORD.findall(page.text))
    found = _TOTAL.search(page.text)
    total = data.integer(found.group(1) if found else page.state.get("total", ""))
    entries = _entries(page, records)
    if not records:
        return _empty(page, total)
    repeated = bool(entries) and entries[0].url == page.state.get("first") and page.number == 1
    count = (0 if repeated else int(page.state.get("count") or 0)) + len(records)
    state = tries.spent({**page.state, "count": str(count), "total": str(total or "")})
    following = None if total is not None and count >= total else _after(page, state, total)
    return Listing(entries, (following,) if following else (), total=total, family=FAMILY)


def _after(page: Page, state: dict[str, str], total: int | None) -> Next | None:
    if "group" in state:
        group, size = int(state["group"]) + 1, int(state["size"])
        within = total is None or (group - 1) * GROUP * size < total
        return _ask(page.url, group, state) if within else None
    group_after = _NEXT_GROUP.search(page.text)
    href = _HREF.search(group_after.group(1)) if group_after else None
    number = (data.integer(data.query_value(page.url, "page")) or page.number) + 1
    url = page.absolute(href.group(1).replace("&amp;", "&")) if href else None
    url = url if url and url != page.url else data.with_query(page.url, {"page": number})
    headers = {"Referer": state.get("list", page.url)}
    return Next(url, headers=headers, number=number, state=state, sure=total is not None)


def _empty(page: Page, total: int | None) -> Listing:
    """An empty store: the end, or a gate that encrypts its ids; then the old form is tried."""
    counted = int(page.state.get("count") or 0)
    missing = data.integer(page.state.get("total", ""))
    following = tries.other(page, method="POST") if missing is None or counted < missing else None
    total = missing if missing is not None else total
    return Listing(next=(following,) if following else (), total=total, family=FAMILY)


def _both(url: str) -> list[str]:
    """The address on its own generation's path, then on the other's; other paths as they are."""
    path = urlsplit(url).path
    if path.endswith(NEW_PATH):
        return [url, url.replace(NEW_PATH, OLD_PATH)]
    return [url, url.replace(OLD_PATH, NEW_PATH)] if path.endswith(OLD_PATH) else [url]

"""Region codes (GB/T 2260) of publishers: 银川市西夏区科学技术局 is an agency of 640105."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

_LAST_OLD_TABLE = 2014
"""A division last listed then ended some time before the next table compared."""
_NEXT_TABLE = 2023
_MUNICIPALITIES = ("11", "12", "31", "50")
_GOVERNMENT = ("政府", "人民政府")


@dataclass(frozen=True, slots=True)
class Region:
    """A division: its six digits, its name, and the years between which it was listed (None: still, or ever)."""

    code: str
    name: str
    valid_from: int | None
    valid_to: int | None

    def existed(self, year: int | None) -> bool:
        """Whether it may have existed in the year; the table has a gap between 2014 and 2023."""
        if year is None:
            return True
        since = _LAST_OLD_TABLE + 1 if self.valid_from == _NEXT_TABLE else self.valid_from
        until = _NEXT_TABLE if self.valid_to == _LAST_OLD_TABLE else self.valid_to
        return (since or 0) <= year <= (until or 9999)


@cache
def regions() -> tuple[Region, ...]:
    """Every division of the table, by code."""
    text = resources.files("parsers").joinpath("data/regions.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Region(row["code"], row["name"], _year(row["valid_from"]), _year(row["valid_to"])) for row in rows
    )


def region_of(agency: str, *, year: int | None = None) -> str | None:
    """Code of the lowest division at county level or above that the name begins with; None if it is not certain.

    A county may be named with its city and province before it or alone; alone it counts only if no other division
    of that name existed in ``year``.
    """
    found = set(_walk(agency, "", year))
    deepest = max((size for size, _ in found), default=0)
    codes = {code for size, code in found if size == deepest}
    return codes.pop() if len(codes) == 1 else None


def full_name(agency: str, region: str | None) -> str:
    """The agency's name with its city before its county (西夏区财政局: 银川市西夏区财政局), and 人民政府 in full."""
    name = agency.removesuffix("政府") + "人民政府" if _is_short(agency) else agency
    city = _name_of(f"{region[:4]}00") if region and not region.endswith("00") else None
    if region and region[:2] in _MUNICIPALITIES:
        city = _name_of(f"{region[:2]}0000")
    county = _name_of(region) if region else None
    return f"{city}{name}" if city and county and city != county and name.startswith(county) else name


def _is_short(agency: str) -> bool:
    return agency.endswith(_GOVERNMENT[0]) and not agency.endswith(_GOVERNMENT[1])


def _walk(name: str, above: str, year: int | None) -> Iterator[tuple[int, str]]:
    """(length of the name used, code) for each way in which divisions, each within the last, begin the name."""
    for region in _starting(name[:2]):
        if not name.startswith(region.name) or not region.existed(year) or not _within(region.code, above):
            continue
        used = len(region.name)
        yield used, region.code
        if region.code.endswith("00"):
            yield from ((used + size, code) for size, code in _walk(name[used:], region.code, year))


@cache
def _by_start() -> dict[str, tuple[Region, ...]]:
    found: dict[str, list[Region]] = {}
    for region in regions():
        found.setdefault(region.name[:2], []).append(region)
    return {start: tuple(items) for start, items in found.items()}


def _starting(start: str) -> tuple[Region, ...]:
    return _by_start().get(start, ())


def _within(code: str, above: str) -> bool:
    """Whether a division lies within another: 640105 in 640100 and in 640000."""
    return code != above and code.startswith(above.rstrip("0") if above.endswith("0000") else above[:4])


@cache
def _name_of(code: str) -> str | None:
    named = [region for region in regions() if region.code == code]
    return max(named, key=lambda region: region.valid_to or 9999).name if named else None


def _year(text: str) -> int | None:
    return int(text) if text else None

"""Region codes (GB/T 2260) of publishers: 银川市西夏区科学技术局 is an agency of 640105."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

_SLACK = 1
"""Years by which a report's agency may be of the year after (it publishes then) or of the year before (late names)."""
_MUNICIPALITIES = ("11", "12", "31", "50")
_GOVERNMENT = ("政府", "人民政府")


@dataclass(frozen=True, slots=True)
class Region:
    """A division: its six digits, its name, and the years between which it was listed (None: still, or ever)."""

    code: str
    name: str
    valid_from: int | None
    valid_to: int | None

    def existed(self, year: int | None, *, slack: int = 0) -> bool:
        """Whether it was listed at the end of the year, or so many years around it."""
        since, until = self.valid_from or 0, self.valid_to or 9999
        return year is None or since - slack <= year <= until + slack


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
    of that name existed in ``year``. A division of the year itself goes before one of the years beside it.
    """
    found = set(_walk(agency, "", year))
    deepest = max((size for size, _ in found), default=0)
    of_that_name = {region for size, region in found if size == deepest}
    codes = {region.code for region in of_that_name if region.existed(year)} or {
        region.code for region in of_that_name
    }
    return codes.pop() if len(codes) == 1 else None


def is_in_division(name: str) -> bool:
    """Whether a name begins with that of a division of the table, also of one character (雄县科学技术局)."""
    return any(name.startswith(region.name) for region in _starting(name[:2]))


def full_name(agency: str, region: str | None) -> str:
    """The agency's name as it is usually written: its city before its county, no province before either, 人民政府 in full.

    西夏区财政局 and 宁夏回族自治区银川市西夏区财政局 of 640105 are 银川市西夏区财政局.
    """
    name = agency.removesuffix("政府") + "人民政府" if _is_short(agency) else agency
    own = _name_of(region) if region else None
    if region is None or own is None:
        return name
    municipality = region[:2] in _MUNICIPALITIES
    province, city = _name_of(f"{region[:2]}0000"), _name_of(f"{region[:4]}00")
    if province and not municipality and name.removeprefix(province).startswith((city or own, own)):
        name = name.removeprefix(province)
    above = province if municipality else city
    return f"{above}{name}" if above and above != own and name.startswith(own) else name


def _is_short(agency: str) -> bool:
    return agency.endswith(_GOVERNMENT[0]) and not agency.endswith(_GOVERNMENT[1])


def _walk(name: str, above: str, year: int | None) -> Iterator[tuple[int, Region]]:
    """(length of the name used, division) for each way in which divisions, each within the last, begin the name."""
    for region in _starting(name[:2]):
        if not name.startswith(region.name) or not _within(region.code, above):
            continue
        if not region.existed(year, slack=_SLACK):
            continue
        used = len(region.name)
        yield used, region
        if region.code.endswith("00"):
            yield from ((used + size, lower) for size, lower in _walk(name[used:], region.code, year))


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

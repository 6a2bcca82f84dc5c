"""`/`: what the archive holds, the search box, and which agency published for which year."""

from __future__ import annotations

import json
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.site import ask, regions
from archive.site.ask import Row

AGENCIES_A_PAGE = 25

YEARS = "select * from year_counts order by year"
LAST_CRAWL = "select portal, started_at, finished_at, outcome from crawls order by id desc limit 1"
TOTALS = "select (select count(*) from agencies) as agencies, (select count(*) from portals) as portals"

AGENCIES = """
select id, name, region, first_year from agencies
where {where} order by region, name limit :limit offset :offset
"""
REPORTS = """
select reports.id, agency_id, year, removed_at, failing, versions
from reports join report_marks on report_marks.report = reports.id
where agency_id in (select value from json_each(?))
"""
UNREACHABLE = """
select portals.region from portals join crawls on crawls.id = (select max(id) from crawls where portal = portals.id)
where crawls.outcome in ('blocked', 'failed', 'robots_disallowed')
  and portals.region in (select value from json_each(?))
"""


async def view(datasette: Datasette, request: Request) -> Response:
    """The home page; ``region`` (a code's beginning), ``agency`` (a part of a name) and ``page`` narrow the matrix."""
    years = await ask.rows(datasette, YEARS)
    totals = await ask.first(datasette, TOTALS)
    context = {
        "years": years,
        "reports": sum(row["reports"] for row in years),
        "failing": sum(row["failing"] or 0 for row in years),
        "changed": sum(row["changed"] or 0 for row in years),
        "most": max((row["reports"] for row in years), default=1),
        "totals": totals,
        "last_crawl": await ask.first(datasette, LAST_CRAWL),
        "provinces": regions.provinces(),
        **await matrix(datasette, request, _span([row["year"] for row in years])),
    }
    return await ask.page(datasette, request, "home.html", context)


async def matrix(datasette: Datasette, request: Request, years: list[int]) -> dict[str, Any]:
    """One page of agencies, each with a square for every year."""
    region, name = regions.prefix(request.args.get("region")), (request.args.get("agency") or "").strip()
    number = ask.number(request, "page")
    agencies = await _agencies(datasette, region, name, number)
    shown = agencies[:AGENCIES_A_PAGE]
    return {
        "region": region,
        "agency": name,
        "page": number,
        "more": len(agencies) > AGENCIES_A_PAGE,
        "matrix": await _squares(datasette, shown, years),
        "matrix_years": years,
    }


async def _agencies(datasette: Datasette, region: str, name: str, page: int) -> list[Row]:
    where = ["1"]
    if region:
        where.append("region >= :region and region < :beyond")
    if name:
        where.append("instr(name, :name) > 0")
    return await ask.rows(
        datasette,
        AGENCIES.format(where=" and ".join(where)),
        region=region,
        beyond=region + "\uffff",
        name=name,
        limit=AGENCIES_A_PAGE + 1,
        offset=page * AGENCIES_A_PAGE,
    )


async def _squares(datasette: Datasette, agencies: list[Row], years: list[int]) -> list[dict[str, Any]]:
    published = {
        (row["agency_id"], row["year"]): row
        for row in await ask.rows(datasette, REPORTS, json.dumps([agency["id"] for agency in agencies]))
    }
    codes = sorted({agency["region"] for agency in agencies if agency["region"]})
    unreachable = {row["region"] for row in await ask.rows(datasette, UNREACHABLE, json.dumps(codes))}
    return [
        {
            "agency": agency,
            "squares": [
                _square(published.get((agency["id"], year)), agency, year, agency["region"] in unreachable)
                for year in years
            ],
        }
        for agency in agencies
    ]


def _span(years: list[int]) -> list[int]:
    """Every year from the first to the last, those without a report too; the newest thirty."""
    return list(range(max(years[0], years[-1] - 29), years[-1] + 1)) if years else []


def _square(report: Row | None, agency: Row, year: int, unreachable: bool) -> dict[str, Any]:
    """A year's state: before (no report expected yet), absent, unreachable, removed, failing, changed or published."""
    if report is None:
        state = "before" if year < agency["first_year"] else "unreachable" if unreachable else "absent"
    elif report["removed_at"]:
        state = "removed"
    else:
        state = (
            "failing" if report["failing"] else "changed" if (report["versions"] or 0) > 1 else "published"
        )
    return {"state": state, "year": year, "report": report["id"] if report else None}

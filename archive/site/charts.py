"""`/charts`: an agency, a region or the whole country over the years, each chart with its N and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from archive.prepared import sum_of
from archive.site import ask, language, regions
from archive.site.ask import Row

SMALL = 30
"""Below this number a share says little and is marked."""
LOW_COVERAGE = 0.6

AGENCY = "select id, name, region from agencies where id = ?"
KNOWN = "select count(*) as n from agencies where region >= :region and region < :beyond"
ALL_KNOWN = "select count(*) as n from agencies"

OF_AGENCY = """
select reports.year, {table}.row, 1 as reports, {table}.total is not null as figures, {columns}
from reports join {table} on {table}.parse = reports.parse where reports.agency_id = :key order by reports.year
"""
OF_COUNTY = """
select reports.year, {table}.row, count(*) as reports, count({table}.total) as figures, {sums}
from reports join {table} on {table}.parse = reports.parse
where reports.region >= :key and reports.region < :beyond group by 1, 2 order by 1
"""
OF_REGION = "select year, row, reports, figures, {columns} from {prepared} where region = :key order by year"

OUTCOMES = ("granted", "partly_granted", "denied", "unable", "rejected", "other")
FLOWS = ("new", "total", "carried_out")
RESULTS = ("upheld", "corrected", "other", "pending")
GROUPS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
COLUMNS = {"requests": ("total",), "disputes": (*RESULTS, "total")}
PREPARED = {"requests": "request_sums", "disputes": "dispute_sums"}


async def view(datasette: Datasette, request: Request) -> Response:
    """The page: ``agency`` (its id) or ``region`` (the beginning of a code; none is the whole country)."""
    region = regions.prefix(request.args.get("region"))
    agency = None
    if request.args.get("agency"):
        agency = await ask.first(datasette, AGENCY, request.args.get("agency"))
        if agency is None:
            raise NotFound("The archive has no agency of that id")
    say = language.translator(language.chosen(request.scope))
    key = agency["id"] if agency else None
    requests, disputes = [await _rows(datasette, table, agency=key, region=region) for table in COLUMNS]
    known = 1 if agency else await _known(datasette, region)
    charts = [_flows(requests, say), _shares(requests, say), *_results(disputes, say)]
    for chart in charts:
        chart["notes"] = _notes(chart, known, say) if not agency else _small(chart, say)
    context = {
        "agency": agency,
        "region": region,
        "charts": charts,
        "known": known,
        "provinces": regions.provinces(),
    }
    return await ask.page(datasette, request, "charts.html", context)


async def _rows(datasette: Datasette, table: str, *, agency: str | None, region: str) -> list[Row]:
    columns = COLUMNS[table]
    names = {
        "table": table,
        "prepared": PREPARED[table],
        "columns": ", ".join(columns),
        "sums": ", ".join(f"{sum_of(f'{table}.{column}')} as {column}" for column in columns),
    }
    if agency:
        names["columns"] = ", ".join(f"{table}.{column}" for column in columns)
        return await ask.rows(datasette, OF_AGENCY.format(**names), key=agency)
    if region and len(region) not in (2, 4):
        return await ask.rows(datasette, OF_COUNTY.format(**names), key=region, beyond=region + "\uffff")
    return await ask.rows(datasette, OF_REGION.format(**names), key=region)


async def _known(datasette: Datasette, region: str) -> int:
    found = await ask.first(
        datasette, KNOWN if region else ALL_KNOWN, region=region, beyond=region + "\uffff"
    )
    return int(found["n"]) if found else 0


def _flows(rows: Sequence[Row], say: Any) -> dict[str, Any]:  # noqa: ANN401  a translator
    points = [
        {
            "year": row["year"],
            "series": say(f"series_{row['row']}"),
            "value": row["total"],
            "n": row["figures"],
        }
        for flow in FLOWS
        for row in rows
        if row["row"] == flow and row["total"] is not None
    ]
    order = [say(f"series_{flow}") for flow in FLOWS]
    return {
        "id": "flows",
        "kind": "line",
        "title": say("chart_flows"),
        "query": "requests_by_year",
        "order": order,
        "points": points,
    }


def _shares(rows: Sequence[Row], say: Any) -> dict[str, Any]:  # noqa: ANN401
    sums: dict[tuple[int, str], list[int]] = {}
    for row in rows:
        outcome = next(
            (name for name in OUTCOMES if row["row"] == name or row["row"].startswith(f"{name}_")), None
        )
        if outcome and row["total"] is not None:
            cell = sums.setdefault((row["year"], outcome), [0, 0])
            cell[0] += row["total"]
            cell[1] = max(cell[1], row["figures"])
    points = [
        {"year": year, "series": say(f"series_{outcome}"), "value": value, "n": n}
        for (year, outcome), (value, n) in sums.items()
    ]
    order = [say(f"series_{outcome}") for outcome in OUTCOMES]
    return {
        "id": "shares",
        "kind": "share",
        "title": say("chart_shares"),
        "query": "outcome_shares",
        "order": order,
        "points": points,
    }


def _results(rows: Sequence[Row], say: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    order = [say(f"result_{result}") for result in RESULTS]
    return [
        {
            "id": group,
            "kind": "bar",
            "title": say(f"chart_{group}"),
            "query": "correction_rates",
            "order": order,
            "points": [
                {
                    "year": row["year"],
                    "series": say(f"result_{result}"),
                    "value": row[result],
                    "n": row["figures"],
                }
                for row in rows
                for result in RESULTS
                if row["row"] == group and row[result] is not None
            ],
        }
        for group in GROUPS
    ]


def _notes(chart: dict[str, Any], known: int, say: Any) -> list[str]:  # noqa: ANN401
    """How many reports stand behind each year, and where these are few of those that are known."""
    counts = {point["year"]: max(point["n"], 0) for point in chart["points"]}
    if not counts:
        return []
    low = sorted(year for year, n in counts.items() if known and n < LOW_COVERAGE * known)
    notes = [say("note_n", least=min(counts.values()), most=max(counts.values()), known=known)]
    if low:
        notes.append(say("note_coverage", years=", ".join(map(str, low))))
    return [*notes, *_small(chart, say)]


def _small(chart: dict[str, Any], say: Any) -> list[str]:  # noqa: ANN401
    if chart["kind"] == "line":
        return []
    totals: dict[int, int] = {}
    for point in chart["points"]:
        totals[point["year"]] = totals.get(point["year"], 0) + point["value"]
    small = sorted(year for year, total in totals.items() if total < SMALL)
    return [say("note_small", years=", ".join(map(str, small)), number=SMALL)] if small else []

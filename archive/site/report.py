"""`/report/<id>`: one agency's report for one year, its tables as the official layout prints them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from archive import changes
from archive.changes import Changes
from archive.site import ask, failures, figures
from archive.site.ask import Row
from archive.site.language import texts
from archive.site.proof import labels
from archive.views import TWIN
from parsers.forms import Form, load_forms
from parsers.phrases import phrases

REPORT = "select * from reports where id = ?"
PARSE = """
select parses.*, latest.parser as read_by, latest.parsed_at as read_at
from parses join accepted on accepted.sha256 = parses.sha256 join parses as latest on latest.id = accepted.latest
where parses.id = ?
"""
YEARS = "select id, year from reports where agency_id = ? order by year"
CHECKS = 'select * from current_checks where report = ? order by status, rule, "where"'
STATEMENTS = "select * from current_statements where report = ? order by section"
PROBLEMS = 'select * from current_problems where report = ? and code <> ? order by code, "where"'
CORRECTIONS = 'select * from current_corrections where report = ? order by "table", "row", "column"'
TWINS = """
select versions.url, twins.parse, twins.other, twins.differences
from versions join twins on twins.parse = ? and twins.other = versions.parse
where versions.report = ? and versions.latest and versions.url <> ? order by versions.url
"""
VERSIONS = """
select versions.*, originals.media_type, originals.size from versions
left join originals on originals.sha256 = versions.sha256
where versions.report = ? order by versions.url, versions.number
"""
NUMERALS = "零一二三四五六七八九十"
SHOWN_CHANGES = 12


async def view(datasette: Datasette, request: Request) -> Response:
    """The page of one report; 404 where the archive has none of that id."""
    report = await ask.first(datasette, REPORT, request.url_vars["id"])
    if report is None:
        raise NotFound("The archive has no report of that id")
    context = await content(datasette, report)
    context["permalink"] = datasette.absolute_url(request, datasette.urls.path(f"/report/{report['id']}"))
    return await ask.page(datasette, request, "report.html", context)


async def content(datasette: Datasette, report: Row) -> dict[str, Any]:
    """Everything that the template shows."""
    parse = await ask.first(datasette, PARSE, report["parse"])
    form = load_forms().get(parse["form"]) if parse and parse["form"] else None
    checks = [_explained(form, row) for row in await ask.rows(datasette, CHECKS, report["id"])]
    failing = [check for check in checks if check["status"] == "fails"]
    years = await ask.rows(datasette, YEARS, report["agency_id"])
    made = f"{report['agency']}{report['year']}年政府信息公开工作年度报告"
    return {
        "report": report,
        "parse": parse,
        "title": (parse and parse["title"]) or made,
        "years": years,
        "before": next((row["id"] for row in reversed(years) if row["year"] < report["year"]), None),
        "counts": _counts(checks),
        "checks": checks,
        "failing": failing,
        "tables": await figures.tables(datasette, parse, failing, report=report["id"])
        if parse and parse["form"]
        else [],
        "statements": _statements(
            await ask.rows(datasette, STATEMENTS, report["id"]), parse, checks, failing
        ),
        "sections": [section(row) for row in await sections(datasette, parse)],
        "problems": [
            {**dict(row), "named": f"problem_{row['code']}" in texts()}
            for row in await ask.rows(datasette, PROBLEMS, report["id"], TWIN)
        ],
        "twins": _twins(
            await ask.rows(datasette, TWINS, report["parse"], report["id"], report["url"]), parse
        ),
        "corrections": [
            {**dict(row), "cell": _named(parse, (row["table"], row["row"], row["column"]))}
            for row in await ask.rows(datasette, CORRECTIONS, report["id"])
        ],
        "versions": await _versions(datasette, report["id"]),
    }


async def sections(datasette: Datasette, parse: Row | None) -> list[Row]:
    """The sections of a parse in order."""
    return await figures.of_parse(datasette, "sections", parse["id"], order="number") if parse else []


def section(row: Row) -> dict[str, Any]:
    """A section for the page: its number, heading with the numeral, and paragraphs."""
    index, title = row["number"], row["title"] or ""
    numeral = NUMERALS[index] if index and index < len(NUMERALS) else ""
    paragraphs = [line.strip() for line in (row["text"] or "").split("\n")]
    heading = f"{numeral}、{title}" if numeral else title
    return {"number": index, "heading": heading, "paragraphs": [p for p in paragraphs if p]}


def _statements(
    rows: Sequence[Row], parse: Row | None, checks: Sequence[Row], failing: Sequence[Row]
) -> list[dict[str, Any]]:
    """The figures that sentences state, in the order of the parsers' list, each with its check and its cell's proof."""
    names = {phrase.id: (number, phrase) for number, phrase in enumerate(phrases().phrases)}
    by_rule = {check["rule"]: check for check in checks}
    numbers = {check["rule"]: number for number, check in enumerate(failing, 1)}
    form = load_forms().get(parse["form"]) if parse and parse["form"] else None
    found = []
    for row in sorted(
        (row for row in rows if row["figure"] in names), key=lambda row: names[row["figure"]][0]
    ):
        phrase, rule = names[row["figure"]][1], f"prose.{row['figure']}"
        cells = failures.concerned(form, rule, "") if form else []
        found.append(
            {
                "zh": phrase.zh,
                "en": phrase.en,
                "value": row["value"],
                "section": row["section"],
                "sentences": row["sentence"].split("\n"),
                "check": by_rule.get(rule),
                "number": numbers.get(rule),
                "proof": "/".join(cells[0]) if len(cells) == 1 else None,
            }
        )
    return found


def _explained(form: Form | None, check: Row) -> dict[str, Any]:
    """A check with the key of its rule's words and what the form calls the row, column or figure that it is about."""
    rule, where = check["rule"], check["where"]
    key = "rule_prose" if rule.startswith("prose.") else f"rule_{rule.replace('.', '_')}"
    about = next((phrase for phrase in phrases().phrases if rule == f"prose.{phrase.id}"), None)
    for table, row, column in failures.concerned(form, rule, where)[:1] if form and not about else ():
        names = labels(form.id, table, row, column) if form else {}
        about = names["row" if row == where else "column"]
    named = {"zh": about.zh, "en": about.en} if about else {"zh": where, "en": ""}
    return {**dict(check), **named, "named": key if key in texts() else None}


def _twins(rows: Sequence[Row], parse: Row | None) -> list[dict[str, Any]]:
    """Cells in which another rendition differs: what both say, each with its proof, and where the other is."""
    return [
        {
            "cell": _named(parse, (table, row, column)),
            "sides": [
                {"value": value, "proof": f"/proof/{of}/{table}/{row}/{column}"}
                for value, of in ((here, said["parse"]), (there, said["other"]))
            ],
            "url": said["url"],
        }
        for said in rows
        for table, row, column, here, there, *_ in json.loads(said["differences"])
    ]


def _named(parse: Row | None, cell: tuple[str, str, str]) -> dict[str, str]:
    """The address of a cell, and what the form calls its row and column; the address again where it doesn't."""
    address = ".".join(cell)
    names = labels(parse["form"], *cell) if parse and parse["form"] else {}
    row, column = names.get("row"), names.get("column")
    if row is None or column is None:
        return {"address": address, "zh": address, "en": ""}
    return {"address": address, "zh": f"{row.zh} · {column.zh}", "en": f"{row.en} · {column.en}"}


def _counts(checks: Sequence[Row]) -> dict[str, int]:
    statuses = [check["status"] for check in checks]
    return {status: statuses.count(status) for status in ("holds", "fails", "unknown")}


async def _versions(datasette: Datasette, report: str) -> list[dict[str, Any]]:
    """Every version, each with what it changed against the one before it at its address."""
    rows = await ask.rows(datasette, VERSIONS, report)
    earlier = {(row["url"], row["number"]): row["parse"] for row in rows}
    found = []
    for row in rows:
        before = earlier.get((row["url"], row["number"] - 1))
        changed = await between(datasette, before, row["parse"]) if before else None
        found.append({**dict(row), "before": before, "changes": changed})
    return found


async def between(datasette: Datasette, before: int, after: int) -> Changes:
    """What one parse says otherwise than another."""
    changed: Changes = await ask.database(datasette).execute_fn(
        lambda connection: changes.compare(changes.said(connection, before), changes.said(connection, after))
    )
    return changed

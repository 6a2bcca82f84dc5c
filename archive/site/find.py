"""`/search`: words in the prose of reports, each find with its surroundings.

The index knows pairs of characters (:mod:`archive.search`); that the words themselves stand in the text is
seen in the text, so that nothing is shown that does not contain what was asked for.
"""

from __future__ import annotations

import json
import re
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive import search
from archive.site import ask, regions
from archive.site.ask import Row

A_PAGE = 20
BATCH = 40
BATCHES = 5
AROUND = 42
EXCERPTS = 3

CANDIDATES = """
select reports.id, reports.agency, reports.year, reports.region, reports.parse
from (
  select f.id as report
  from prose cross join reports f indexed by idx_reports_prose_year on f.prose_of = prose.rowid
  where prose match :match
    and (:year = 0 or f.year = :year)
    and (:region = '' or (f.region >= :region and f.region < :beyond))
  order by f.year desc, f.id limit :limit offset :offset) found
join reports on reports.id = found.report
order by reports.year desc, reports.id
"""
SECTIONS = """
select parse, number, title, text from sections
where parse in (select value from json_each(?)) order by parse, number
"""


async def view(datasette: Datasette, request: Request) -> Response:
    """The search page: ``q``, narrowed by ``year`` and ``region``; ``from`` is where the next page begins."""
    query = (request.args.get("q") or "")[:200]
    region, year = regions.prefix(request.args.get("region")), ask.number(request, "year", most=9999)
    start = ask.number(request, "from")
    terms = search.terms(query)
    narrowed = {"match": search.match(query), "year": year, "region": region, "beyond": region + "\uffff"}
    found, after = await _found(datasette, terms, narrowed, start=start) if terms else ([], None)
    context = {
        "query": query,
        "terms": terms,
        "region": region,
        "year": year or "",
        "found": found,
        "start": start,
        "after": after,
        "provinces": regions.provinces(),
    }
    return await ask.page(datasette, request, "search.html", context)


async def _found(
    datasette: Datasette, terms: list[str], narrowed: dict[str, object], *, start: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Reports that hold every term, from that candidate on, and the candidate at which the next page begins."""
    found: list[dict[str, Any]] = []
    for batch in range(BATCHES):
        offset = start + batch * BATCH
        reports = await ask.rows(datasette, CANDIDATES, **narrowed, limit=BATCH, offset=offset)
        texts = await _texts(datasette, reports)
        for index, report in enumerate(reports):
            if holds(texts.get(report["parse"], []), terms):
                if len(found) == A_PAGE:
                    return found, offset + index
                found.append({"report": report, "excerpts": excerpts(texts[report["parse"]], terms)})
        if len(reports) < BATCH:
            return found, None
    return found, start + BATCHES * BATCH


async def _texts(datasette: Datasette, reports: list[Row]) -> dict[int, list[Row]]:
    texts: dict[int, list[Row]] = {}
    for section in await ask.rows(datasette, SECTIONS, json.dumps([report["parse"] for report in reports])):
        texts.setdefault(section["parse"], []).append(section)
    return texts


def holds(sections: list[Row], terms: list[str]) -> bool:
    """Whether every term stands somewhere in the sections' titles or texts."""
    whole = "\n".join(
        search.fold(f"{section['title'] or ''}\n{section['text'] or ''}") for section in sections
    )
    return all(term in whole for term in terms)


def excerpts(sections: list[Row], terms: list[str]) -> list[dict[str, Any]]:
    """Up to three finds, of different sections or terms where there are such, with what stands around them."""
    finds = []
    for section in sections:
        text = section["text"] or section["title"] or ""
        folded = search.fold(text)
        shown = text if len(text) == len(folded) else folded
        places = sorted(place for term in terms if (place := folded.find(term)) >= 0)
        apart = [place for i, place in enumerate(places) if i == 0 or place - places[i - 1] > AROUND]
        finds += [{"number": section["number"], "parts": _around(shown, place, terms)} for place in apart]
    return finds[:EXCERPTS]


def _around(text: str, place: int, terms: list[str]) -> list[tuple[str, bool]]:
    """The text around a place in parts, each with whether it is one of the terms."""
    start, end = max(0, place - AROUND), min(len(text), place + 2 * AROUND)
    window = " ".join(text[start:end].split())
    alternatives = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    parts = re.split(f"({alternatives})", window, flags=re.IGNORECASE)
    marked = [(part, index % 2 == 1) for index, part in enumerate(parts) if part]
    before, after = ("…" if start else ""), ("…" if end < len(text) else "")
    return [(before, False), *marked, (after, False)]

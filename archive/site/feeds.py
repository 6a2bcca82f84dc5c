"""`/feed.atom` and `/feed.json`: new, changed and removed reports, newest first, for one region or all."""

from __future__ import annotations

from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.site import ask, language, regions

ENTRIES = 100
_COLUMNS = """
select v.{time} as at, {event} as event, r.id as report, r.agency, r.region, r.year, v.url, v.number, v.sha256
"""
_SEEN = """case when v.number > 1 then 'changed' when v.first_seen = r.first_seen then 'new' else 'rendition' end"""
_EVERYWHERE = """
select * from ({columns} from versions v cross join reports r on r.id = v.report
  where :region = '' and v.{time} is not null order by v.{time} desc limit :limit)
"""
_REGION = """
select * from ({columns} from reports r cross join versions v on v.report = r.id
  where :region <> '' and r.region >= :region and r.region < :region || 'z' and v.{time} is not null
  order by v.{time} desc limit :limit)
"""


def _events() -> str:
    """What was first seen and what was removed; from the newest on, or from a region's reports where one is given."""
    parts = [
        template.format(time=time, columns=_COLUMNS.format(time=time, event=event))
        for time, event in (("first_seen", _SEEN), ("removed_at", "'removed'"))
        for template in (_EVERYWHERE, _REGION)
    ]
    return f"select * from ({' union all '.join(parts)}) order by at desc, agency, url limit :limit"


EVENTS = _events()


async def atom(datasette: Datasette, request: Request) -> Response:
    """The feed as Atom (RFC 4287)."""
    context = await _feed(datasette, request)
    text = await datasette.render_template("feed.xml", context, request=request)
    return Response(text, content_type="application/atom+xml; charset=utf-8")


async def json(datasette: Datasette, request: Request) -> Response:
    """The feed as JSON Feed 1.1."""
    feed = await _feed(datasette, request)
    items = [
        {
            "id": entry["id"],
            "url": entry["link"],
            "external_url": entry["url"],
            "title": entry["title"],
            "content_text": entry["title"],
            "date_published": entry["at"],
            "tags": [entry["event"], str(entry["year"])],
        }
        for entry in feed["entries"]
    ]
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed["title"],
        "home_page_url": feed["home"],
        "feed_url": feed["self"],
        "items": items,
    }
    return Response.json(body, headers={"content-type": "application/feed+json"})


async def _feed(datasette: Datasette, request: Request) -> dict[str, Any]:
    region = regions.prefix(request.args.get("region"))
    say = language.translator(language.chosen(request.scope))
    rows = await ask.rows(datasette, EVENTS, region=region, limit=ENTRIES)
    home = datasette.absolute_url(request, datasette.urls.instance())
    entries = []
    for row in rows:
        link = datasette.absolute_url(request, datasette.urls.path(f"/report/{row['report']}"))
        title = f"{say('event_' + row['event'])}: {row['agency']} {row['year']}"
        name = f"{link}#{row['event']}-{row['sha256'][:16]}-{row['at']}"
        entries.append({**dict(row), "link": link, "title": title, "id": name})
    return {
        "title": f"nianbao · {say('feed_title')}" + (f" · {region}" if region else ""),
        "home": home,
        "self": datasette.absolute_url(request, request.full_path),
        "updated": rows[0]["at"] if rows else "1970-01-01T00:00:00Z",
        "entries": entries,
    }

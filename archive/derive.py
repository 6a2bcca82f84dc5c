"""What readers see, made from captures and accepted parses: filings, versions, reports, cross-year checks.

All of it is opinion and is made anew, in the transaction that ends a run, so that no reader ever sees half
of one. With a date it says what the archive said then, in temporary tables that shadow the real ones.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable
from functools import lru_cache

from archive import fingerprints, prepared, search, twins
from archive.figures import APPLICANTS
from archive.overlays import lay_over
from parsers.regions import full_name, region_of

TABLES = ("cross_checks", "versions", "reports", "filings", "accepted")
ALSO = ("overlays", *prepared.TABLES)
"""Made from those tables as they are now."""
RELEASE = 6
"""Raised whenever these tables come out otherwise from the same rows: the next writer then makes them anew."""
NOW = "9999-12-31T23:59:59Z"

# a name that says where it is: at least two characters before the kind of place, or the nation's own
_PLACED = re.compile(r"^(?:国|中国|中华).+|^.{2,}?[省市区县州盟旗镇乡]")

_TEMPORARY = re.compile(r"CREATE\s+(TABLE|INDEX)\s+")

# the last parse accepted by then, and the one under which its rows stand; of an original that was read only later,
# the first
_ACCEPTED = """
    INSERT INTO {schema}.accepted
    SELECT sha256, parse, latest FROM (
        SELECT a.sha256, coalesce(p.same_as, p.id) AS parse, a.parse AS latest, row_number() OVER (PARTITION BY a.sha256 ORDER BY
            r.finished_at > :at, CASE WHEN r.finished_at > :at THEN a.reading ELSE -a.reading END) AS rank
        FROM main.acceptances a JOIN main.readings r ON r.id = a.reading JOIN main.parses p ON p.id = a.parse
        WHERE r.rolled_back_at IS NULL OR (r.finished_at <= :at AND r.rolled_back_at > :at))
    WHERE rank = 1 ORDER BY sha256
"""

# the region is that of the publisher where its name tells, else the portal's; ids rest on the portal's alone, for
# only names without a place, or of a county whose name others share, need one.
# a document that doesn't name its agency or year takes it from the page that linked to it, as that page was then:
# first the page of the same crawl, else the last one before; a page that is used again next year proves nothing
_FILINGS = """
    INSERT INTO {schema}.filings
    WITH sightings AS (
        SELECT c.id, c.crawl, c.url, c.final_url, c.found_on, c.kind, c.sha256, c.agency AS registered, a.parse,
               p.agency, p.year, p.is_report, p.region
        FROM main.captures c JOIN {schema}.accepted a USING (sha256) JOIN main.parses p ON p.id = a.parse
        WHERE c.kind IN ('page', 'file') AND c.fetched_at <= :at
    ), pages AS (
        SELECT url, crawl, id, agency, year, region FROM sightings WHERE kind = 'page'
        UNION ALL
        SELECT final_url, crawl, id, agency, year, region FROM sightings WHERE kind = 'page' AND final_url <> url
    ), nameless AS (
        SELECT * FROM sightings WHERE is_report AND (agency IS NULL OR year IS NULL)
    ), first AS (
        SELECT url, sha256, found_on, min(id) AS id FROM nameless GROUP BY url, sha256
    ), links AS (
        SELECT n.url, n.sha256, q.agency, q.year, q.region, 0 AS tier, n.id AS sighting, q.id AS page
        FROM nameless n JOIN pages q ON q.url = n.found_on AND q.crawl = n.crawl AND q.id < n.id
        UNION ALL
        SELECT f.url, f.sha256, q.agency, q.year, q.region, 1, f.id, q.id
        FROM first f JOIN pages q ON q.url = f.found_on AND q.id < f.id
    ), ranked AS (
        SELECT *, row_number() OVER (
            PARTITION BY url, sha256 ORDER BY year IS NULL, tier, sighting, page DESC) AS rank FROM links
    ), found AS (
        SELECT s.url, s.sha256, s.kind, o.region AS served, s.parse,
               coalesce(CASE WHEN s.agency IS NOT NULL THEN s.region ELSE q.region END, o.region) AS region,
               coalesce(s.agency, q.agency, s.registered) AS agency,
               coalesce(s.year, q.year) AS year,
               CASE WHEN s.agency IS NOT NULL THEN 'document' WHEN q.agency IS NOT NULL THEN 'page'
                    WHEN s.registered IS NOT NULL THEN 'registry' END AS agency_from,
               CASE WHEN s.year IS NOT NULL THEN 'document' WHEN q.year IS NOT NULL THEN 'page' END AS year_from,
               max(s.id)
        FROM sightings s JOIN main.crawls k ON k.id = s.crawl LEFT JOIN main.portals o ON o.id = k.portal
        LEFT JOIN ranked q ON q.url = s.url AND q.sha256 = s.sha256 AND q.rank = 1
        WHERE s.is_report GROUP BY s.url, s.sha256
    )
    SELECT url, sha256, kind, report_id(agency, served, year), agency_id(agency, served),
           agency, region, year, agency_from, year_from, parse
    FROM found ORDER BY url, sha256
"""

_VERSIONS = """
    INSERT INTO {schema}.versions
    WITH seen AS (
        SELECT f.report, c.url, c.id, c.fetched_at, c.sha256, f.parse, f.kind, p.content_digest
        FROM main.captures c JOIN {schema}.filings f ON f.url = c.url AND f.sha256 = c.sha256
        JOIN main.parses p ON p.id = f.parse
        WHERE f.report IS NOT NULL AND c.fetched_at <= :at
    ), marked AS (
        SELECT *, content_digest IS NOT lag(content_digest) OVER (PARTITION BY report, url ORDER BY id) AS starts
        FROM seen
    ), numbered AS (
        SELECT *, sum(starts) OVER (PARTITION BY report, url ORDER BY id) AS number FROM marked
    ), chained AS (
        SELECT report, url, number, min(fetched_at) AS first_seen, max(fetched_at) AS last_seen, min(id) AS first,
               max(id) AS last
        FROM numbered GROUP BY report, url, number
    ), ended AS (
        SELECT *, number = max(number) OVER (PARTITION BY report, url) AS latest FROM chained
    )
    SELECT e.report, e.url, e.number, e.first_seen, e.last_seen,
           CASE WHEN e.latest THEN (
               SELECT min(g.fetched_at) FROM main.captures g
               WHERE g.url = e.url AND g.id > e.last AND g.fetched_at <= :at
               AND (g.sha256 IS NOT NULL OR g.outcome IN ('not_found', 'soft_404'))) END,
           f.sha256, f.parse, p.content_digest, f.kind, e.latest
    FROM ended e JOIN main.captures c ON c.id = e.first
    JOIN {schema}.filings f ON f.url = c.url AND f.sha256 = c.sha256 JOIN main.parses p ON p.id = f.parse
    ORDER BY e.report, e.url, e.number
"""

# a reading with every table beats one with some, that beats one with none; then what is still published, then
# the page before its attachment, then whatever was there first
_REPORTS = """
    INSERT INTO {schema}.reports
    WITH renditions AS (
        SELECT v.*, f.agency, f.agency_id, f.region, f.year, p.title, p.form, coalesce(p.prose_of, p.id) AS prose_of,
               row_number() OVER (PARTITION BY v.report ORDER BY
                   CASE WHEN json_array_length(p.tables) >= CASE p.form WHEN '2014' THEN 1 ELSE 3 END THEN 0
                        WHEN json_array_length(p.tables) > 0 THEN 1 ELSE 2 END,
                   v.removed_at IS NOT NULL, json_array_length(p.tables) DESC, v.kind <> 'page',
                   v.first_seen, v.url) AS rank,
               count(*) OVER (PARTITION BY v.report) AS renditions,
               max(v.removed_at) OVER (PARTITION BY v.report) AS gone,
               count(v.removed_at) OVER (PARTITION BY v.report) AS gone_count
        FROM {schema}.versions v JOIN {schema}.filings f ON f.url = v.url AND f.sha256 = v.sha256
        JOIN main.parses p ON p.id = v.parse WHERE v.latest
    ), spans AS (
        SELECT report, min(first_seen) AS first_seen, max(last_seen) AS last_seen
        FROM {schema}.versions GROUP BY report
    )
    SELECT n.report, n.agency, n.region, n.year, n.url, n.title, n.form, s.first_seen, s.last_seen,
           CASE WHEN n.gone_count = n.renditions THEN n.gone END, n.renditions, n.sha256, n.parse, n.agency_id, n.prose_of
    FROM renditions n JOIN spans s USING (report) WHERE n.rank = 1 ORDER BY n.report
"""

_STATUS = "CASE WHEN l IS NULL OR r IS NULL THEN 'unknown' WHEN l = r THEN 'holds' ELSE 'fails' END"

_YEARS = "{schema}.reports n JOIN {schema}.reports o ON o.agency_id = n.agency_id AND o.year = n.year - 1"

ACROSS = ("requests.carry", "disclosure.in_force")
"""Rules across years: the archive's own, for no form knows two reports."""

_CARRY = f"""
    INSERT INTO {{schema}}.cross_checks
    SELECT report, parse, 'requests.carry', '{{column}}', {_STATUS}, l, r, sha256 FROM (
        SELECT n.id AS report, n.parse, n.sha256 || ' ' || o.sha256 AS sha256, a."{{column}}" AS l, b."{{column}}" AS r FROM {_YEARS}
        JOIN main.requests a ON a.parse = n.parse AND a."row" = 'carried_in'
        JOIN main.requests b ON b.parse = o.parse AND b."row" = 'carried_out')
    ORDER BY report
"""

_IN_FORCE = f"""
    INSERT INTO {{schema}}.cross_checks
    SELECT report, parse, 'disclosure.in_force', "row", {_STATUS}, l, r, sha256 FROM (
        SELECT n.id AS report, n.parse, n.sha256 || ' ' || o.sha256 AS sha256, a."row", a.in_force AS l, b.in_force + a.issued - a.repealed AS r
        FROM {_YEARS}
        JOIN main.disclosure a ON a.parse = n.parse AND a."row" IN ('regulations', 'normative_documents')
        JOIN main.disclosure b ON b.parse = o.parse AND b."row" = a."row"
        WHERE n.form = '2021' AND o.form = '2021')
    ORDER BY report, "row"
"""


def derive(connection: sqlite3.Connection) -> None:
    """Make the readers' tables anew; belongs into the transaction that publishes a run."""
    for table in TABLES:
        connection.execute(f"DELETE FROM main.{table}")
    _fill(connection, "main", NOW)
    lay_over(connection)
    prepared.refresh(connection)
    if pairs := twins.uncompared(connection):
        with fingerprints.changing(connection, "twins"):
            twins.compare(connection, pairs)
    if search.is_stale(connection):
        with fingerprints.changing(connection, "prose"):
            search.refresh(connection)
    with fingerprints.changing(connection, "schema"):
        connection.execute(f"PRAGMA user_version = {RELEASE}")
    fingerprints.mark_readers(connection)


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether the readers' tables were made by the rules of this release."""
    (release,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(release == RELEASE)


def forget_as_of(connection: sqlite3.Connection) -> None:
    """Drop the temporary tables of :func:`derive_as_of`: the connection answers as of now again."""
    for table in (*TABLES, *ALSO):
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def derive_as_of(connection: sqlite3.Connection, moment: str) -> None:
    """Make temporary tables that say what the archive said at the moment (UTC, ISO 8601)."""
    forget_as_of(connection)
    _shadow(connection, TABLES)
    _fill(connection, "temp", moment)


def lay_over_as_of(connection: sqlite3.Connection) -> None:
    """After :func:`derive_as_of`: which of the corrections that the connection shows were in force then."""
    _shadow(connection, ("overlays",))
    lay_over(connection, "temp")


def derive_apart(connection: sqlite3.Connection) -> None:
    """Make all that can be made anew, in temporary tables, as :func:`derive` would; :func:`forget_as_of` drops them."""
    derive_as_of(connection, NOW)
    _shadow(connection, ALSO)
    lay_over(connection, "temp")
    prepared.refresh(connection, "temp")


def _shadow(connection: sqlite3.Connection, tables: Iterable[str]) -> None:
    """Empty temporary tables of the same form, which the same names mean from now on."""
    for table in tables:
        made = "SELECT sql FROM main.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC"
        for (sql,) in connection.execute(made, [table]).fetchall():
            connection.execute(_TEMPORARY.sub(r"CREATE \1 temp.", sql, count=1))


def add_functions(connection: sqlite3.Connection) -> None:
    """Teach the connection ``report_id(agency, region, year)`` and ``agency_id(agency, region)``."""
    connection.create_function("report_id", 3, report_id, deterministic=True)
    connection.create_function("agency_id", 2, agency_id, deterministic=True)


def report_id(agency: str | None, region: str | None, year: int | None) -> str | None:
    """The stable name of a report: 16 hex digits of agency and year; None where either is unknown."""
    if agency is None or year is None:
        return None
    return _digest(f"{_publisher(agency, region)}\n{year}")


def agency_id(agency: str | None, region: str | None) -> str | None:
    """The stable name of an agency: 16 hex digits."""
    return None if agency is None else _digest(_publisher(agency, region))


@lru_cache(maxsize=4096)
def _publisher(agency: str, region: str | None) -> str:
    """A name without a place (教育局) is another agency in every region; a full one is the same everywhere.

    A county's agency is the same with its city and province before its name or without; which county, its name
    tells, else the portal's ``region``.
    """
    name = full_name(agency, region_of(agency) or region)
    return name if _PLACED.match(name) else f"{name}\n{region or ''}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _fill(connection: sqlite3.Connection, schema: str, moment: str) -> None:
    for statement in (_ACCEPTED, _FILINGS, _VERSIONS, _REPORTS):
        connection.execute(statement.format(schema=schema), {"at": moment})
    for column in APPLICANTS:
        connection.execute(_CARRY.format(schema=schema, column=column))
    connection.execute(_IN_FORCE.format(schema=schema))

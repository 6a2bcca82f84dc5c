"""The schema: one function per change, applied in order; a released function is never edited again.

Evidence (``portals``, ``crawls``, ``captures``, ``originals``) is append-only. What the parsers say hangs on
``parses``. Tables filled by :mod:`archive.derive` are the readers' view of both and change in one transaction.
"""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database, Migrations

from archive import fingerprints, prepared, search, views
from archive.errors import Outdated
from archive.figures import FIGURES

migrations = Migrations("nianbao")


def upgrade(db: Database, path: Path) -> None:
    """Bring the database to the schema of this release.

    :raises Outdated: the database was written by a later release.
    """
    refuse_later(db, path)
    with db.atomic(), fingerprints.changing(db.conn, "schema"):
        migrations.apply(db)
        views.refresh(db)


def applied(db: Database) -> list[str]:
    """Names of the changes that the database has seen, in order."""
    return [change.name for change in migrations.applied(db)]


def pending(db: Database) -> list[str]:
    """Names of the changes that it has not."""
    return [change.name for change in migrations.pending(db)]


def is_current(db: Database) -> bool:
    """Whether neither a change nor a view is pending."""
    return not migrations.pending(db) and views.are_current(db)


def refuse_later(db: Database, path: Path) -> None:
    """Stop at a database that knows changes that this release doesn't.

    :raises Outdated: it does; the message says so.
    """
    ours = {change.name for change in migrations._migrations}
    later = sorted(set(applied(db)) - ours)
    if later:
        message = f"{path}: written by a later release of nianbao (schema {later[-1]}); install that release"
        raise Outdated(message)


@migrations()
def m001_evidence(db: Database) -> None:
    """Portals, crawls, captures and originals."""
    text, integer = str, int
    db.table("portals").create({"id": text, "name": text, "region": text, "home": text}, pk="id")
    db.table("crawls").create(
        {
            "id": integer,
            "portal": text,
            "started_at": text,
            "finished_at": text,
            "outcome": text,
            "summary": text,
        },
        pk="id",
        foreign_keys=[("portal", "portals", "id")],
    )
    db.table("originals").create(
        {"sha256": text, "size": integer, "media_type": text, "kept_at": text},
        pk="sha256",
        not_null={"size", "media_type"},
    )
    _create_captures(db)
    for table in ("captures", "originals"):
        _forbid_changes(db, table)


def _forbid_changes(db: Database, table: str) -> None:
    """Rows of evidence are added, never changed or removed."""
    for verb in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER {table}_keeps_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _create_captures(db: Database) -> None:
    names = (
        "url fetched_at kind outcome sha256 body_sha256 content_digest message final_url headers "
        "found_on column_url link_text agency"
    )
    columns: dict[str, type] = {"id": int, "crawl": int, "status": int, "size": int}
    columns |= dict.fromkeys(names.split(), str)
    order = (
        "id crawl url fetched_at status outcome sha256 kind message final_url found_on column_url "
        "link_text agency body_sha256 content_digest size headers"
    )
    db.table("captures").create(
        columns,
        pk="id",
        column_order=order.split(),
        not_null={"crawl", "url", "fetched_at", "outcome", "kind"},
        foreign_keys=[("crawl", "crawls", "id"), ("sha256", "originals", "sha256")],
    )
    db.table("captures").create_index(["url", "id"])
    db.table("captures").create_index(["crawl"])
    db.table("captures").create_index(["sha256"])
    db.table("captures").create_index(["outcome"])


@migrations()
def m002_opinion(db: Database) -> None:
    """Parse runs, parses and everything that a parse says."""
    db.table("readings").create(
        {
            "id": int,
            "kind": str,
            "parser": str,
            "started_at": str,
            "finished_at": str,
            "rolled_back_at": str,
            "summary": str,
        },
        pk="id",
    )
    names = "sha256 parser form parsed_at title agency media_type tables content_digest error digest"
    db.table("parses").create(
        {"id": int, **dict.fromkeys(names.split(), str), "year": int, "is_report": int, "reading": int},
        pk="id",
        foreign_keys=[("sha256", "originals", "sha256"), ("reading", "readings", "id")],
    )
    db.table("parses").create_index(["sha256"])
    db.execute(
        "CREATE TABLE acceptances (reading INTEGER REFERENCES readings(id), sha256 TEXT, "
        "parse INTEGER REFERENCES parses(id), PRIMARY KEY (reading, sha256)) WITHOUT ROWID"
    )
    db.table("acceptances").create_index(["sha256"])
    for table, columns in FIGURES.items():
        figures = ", ".join(f'"{name}" {"NUMERIC" if name == "amount" else "INTEGER"}' for name in columns)
        db.execute(
            f'CREATE TABLE "{table}" (parse INTEGER REFERENCES parses(id), "row" TEXT, {figures}, state TEXT, '
            f'PRIMARY KEY (parse, "row")) WITHOUT ROWID'
        )
    _create_findings(db)


def _create_findings(db: Database) -> None:
    db.execute(
        "CREATE TABLE sections (parse INTEGER REFERENCES parses(id), number INTEGER, title TEXT, text TEXT)"
    )
    db.execute(
        'CREATE TABLE checks (parse INTEGER REFERENCES parses(id), rule TEXT, "where" TEXT, status TEXT, '
        '"left" NUMERIC, "right" NUMERIC, verdict TEXT)'
    )
    db.execute(
        'CREATE TABLE problems (parse INTEGER REFERENCES parses(id), code TEXT, "where" TEXT, message TEXT)'
    )
    db.execute("CREATE TABLE evidence (parse INTEGER PRIMARY KEY REFERENCES parses(id), cells TEXT)")
    for table in ("sections", "checks", "problems"):
        db.table(table).create_index(["parse"])
    db.table("problems").create_index(["code"])
    db.execute("CREATE INDEX idx_checks_status ON checks (status, rule) WHERE status <> 'holds'")


@migrations()
def m003_readers(db: Database) -> None:
    """What readers see: made from captures and accepted parses when a run ends, never by hand."""
    db.execute(
        "CREATE TABLE accepted (sha256 TEXT PRIMARY KEY, parse INTEGER REFERENCES parses(id)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE filings (url TEXT, sha256 TEXT REFERENCES originals(sha256), kind TEXT, report TEXT, "
        "agency_id TEXT, agency TEXT, region TEXT, year INTEGER, agency_from TEXT, year_from TEXT, "
        "parse INTEGER REFERENCES parses(id), PRIMARY KEY (url, sha256)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE versions (report TEXT REFERENCES reports(id), url TEXT, number INTEGER, first_seen TEXT, "
        "last_seen TEXT, removed_at TEXT, sha256 TEXT REFERENCES originals(sha256), "
        "parse INTEGER REFERENCES parses(id), content_digest TEXT, kind TEXT, latest INTEGER, "
        "PRIMARY KEY (report, url, number)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE reports (id TEXT PRIMARY KEY, agency TEXT, region TEXT, year INTEGER, url TEXT, title TEXT, "
        "form TEXT, first_seen TEXT, last_seen TEXT, removed_at TEXT, renditions INTEGER, "
        "sha256 TEXT REFERENCES originals(sha256), parse INTEGER REFERENCES parses(id), agency_id TEXT)"
    )
    db.execute(
        "CREATE TABLE cross_checks (report TEXT REFERENCES reports(id), parse INTEGER REFERENCES parses(id), "
        'rule TEXT, "where" TEXT, status TEXT, "left" NUMERIC, "right" NUMERIC)'
    )
    db.table("filings").create_index(["report"])
    db.table("versions").create_index(["first_seen"])
    for columns in (
        ["parse"],
        ["agency_id", "year"],
        ["year"],
        ["region"],
        ["agency"],
        ["form"],
        ["last_seen"],
    ):
        db.table("reports").create_index(columns)
    db.table("cross_checks").create_index(["report"])
    db.table("cross_checks").create_index(["status"])


@migrations()
def m004_prepared(db: Database) -> None:
    """Counts that every page of the site needs, and the index of the prose."""
    for statement in (*prepared.SCHEMA.split(";"), search.SCHEMA):
        db.execute(statement)
    prepared.refresh(db.conn)


@migrations()
def m005_ledger(db: Database) -> None:
    """Requests and bytes that each crawl cost each host on each day (UTC)."""
    db.execute(
        "CREATE TABLE ledger (day TEXT, host TEXT, crawl INTEGER REFERENCES crawls(id), requests INTEGER, "
        "bytes INTEGER, PRIMARY KEY (day, host, crawl)) WITHOUT ROWID"
    )


@migrations()
def m006_people(db: Database) -> None:
    """Verdicts and corrections of people; renditions compared; which originals a cross-year check rests on."""
    db.execute(
        'CREATE TABLE judgements (id INTEGER PRIMARY KEY, report TEXT, rule TEXT, "where" TEXT, verdict TEXT, '
        'why TEXT, "left" NUMERIC, "right" NUMERIC, sha256 TEXT, at TEXT)'
    )
    db.execute(
        'CREATE TABLE corrections (id INTEGER PRIMARY KEY, report TEXT, "table" TEXT, "row" TEXT, "column" TEXT, '
        "value NUMERIC, reason TEXT, source TEXT, parsed NUMERIC, sha256 TEXT, at TEXT)"
    )
    db.execute(
        'CREATE TABLE overlays (report TEXT, "table" TEXT, "row" TEXT, "column" TEXT, value NUMERIC, '
        'correction INTEGER REFERENCES corrections(id), PRIMARY KEY (report, "table", "row", "column")) WITHOUT ROWID'
    )
    db.execute(
        "CREATE TABLE twins (parse INTEGER REFERENCES parses(id), other INTEGER REFERENCES parses(id), "
        "differences TEXT, PRIMARY KEY (parse, other)) WITHOUT ROWID"
    )
    db.execute("ALTER TABLE cross_checks ADD COLUMN sha256 TEXT")
    db.table("judgements").create_index(["report", "rule", "where"])
    for table in ("judgements", "corrections"):
        _forbid_changes(db, table)


@migrations()
def m007_requests(db: Database) -> None:
    """The headers that a request was sent with, JSON; NULL in captures of before."""
    db.execute("ALTER TABLE captures ADD COLUMN request_headers TEXT")


@migrations()
def m008_removals(db: Database) -> None:
    """What is gone, found without looking at all that is there."""
    db.execute("CREATE INDEX idx_versions_removed_at ON versions (removed_at) WHERE removed_at IS NOT NULL")
    db.execute("CREATE INDEX idx_reports_removed_at ON reports (removed_at) WHERE removed_at IS NOT NULL")
    db.execute("CREATE INDEX idx_crawls_portal ON crawls (portal, id)")


@migrations()
def m009_scale(db: Database) -> None:
    """Indexes for the site's questions on a hundred thousand reports."""
    db.execute("CREATE INDEX idx_reports_parse_year ON reports (parse, year, region, id)")
    db.execute("CREATE INDEX idx_reports_region_year ON reports (region, year)")
    db.execute("CREATE INDEX idx_reports_matrix ON reports (agency_id, year, removed_at, id)")
    db.execute("CREATE INDEX idx_report_marks_failing ON report_marks (failing) WHERE failing > 0")
    db.execute("CREATE INDEX idx_report_marks_versions ON report_marks (versions) WHERE versions > 1")


@migrations()
def m010_portals_of_a_region(db: Database) -> None:
    """Which portals serve a region, found at once."""
    db.table("portals").create_index(["region"])


@migrations()
def m011_statements(db: Database) -> None:
    """Figures that prose states, and the publisher's own region, in parses made from now on."""
    db.execute("ALTER TABLE parses ADD COLUMN region TEXT")
    db.execute(
        "CREATE TABLE statements (parse INTEGER REFERENCES parses(id), figure TEXT, section INTEGER, "
        "value NUMERIC, sentence TEXT)"
    )
    db.table("statements").create_index(["parse"])


@migrations()
def m012_fingerprints(db: Database) -> None:
    """Fingerprints of what neither a log nor other rows can prove."""
    db.execute(fingerprints.SCHEMA)
    fingerprints.take_all(db.conn)


@migrations()
def m013_same_parses(db: Database) -> None:
    """A parse that says what an earlier one of its original said points there and has no rows of its own."""
    db.execute("ALTER TABLE parses ADD COLUMN same_as INTEGER REFERENCES parses(id)")
    db.execute("ALTER TABLE accepted ADD COLUMN latest INTEGER REFERENCES parses(id)")


@migrations()
def m014_shared_prose(db: Database) -> None:
    """Where the prose of a parse stands in the index: under an earlier parse of its original that printed the same.

    The index is made anew, with a tokenizer that takes half the time.
    """
    for table in ("parses", "reports"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN prose_of INTEGER REFERENCES parses(id)")
    db.execute("CREATE INDEX idx_reports_prose_year ON reports (prose_of, year, region, id)")
    db.execute("DROP INDEX idx_reports_parse_year")
    with fingerprints.changing(db.conn, "prose"):  # the next writer fills it
        db.execute("DROP TABLE prose")
        db.execute(search.SCHEMA)

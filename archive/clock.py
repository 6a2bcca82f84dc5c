"""Two clocks: when something was published and seen, and what the archive said on an earlier day."""

from __future__ import annotations

import re
from datetime import datetime

from archive import views
from archive.derive import derive_as_of, lay_over_as_of
from archive.errors import Unknown
from archive.evidence import utc
from archive.store import Archive

_DAY = re.compile(r"\d{4}-\d\d-\d\d")

_THEN = {
    "captures": "SELECT * FROM main.captures WHERE fetched_at <= '{at}'",
    "crawls": "SELECT id, portal, started_at, CASE WHEN finished_at <= '{at}' THEN finished_at END AS finished_at, "
    "CASE WHEN finished_at <= '{at}' THEN outcome END AS outcome, CASE WHEN finished_at <= '{at}' THEN summary END "
    "AS summary FROM main.crawls WHERE started_at <= '{at}'",
    "judgements": "SELECT * FROM main.judgements WHERE at <= '{at}'",
    "corrections": "SELECT * FROM main.corrections WHERE at <= '{at}'",
}


def moment(text: str) -> str:
    """A day (2026-04-01, meant to its end) or a time (ISO 8601, UTC unless it says otherwise) as the archive writes it.

    :raises Unknown: it is neither.
    """
    try:
        return utc(datetime.fromisoformat(f"{text}T23:59:59" if _DAY.fullmatch(text) else text))
    except (ValueError, OverflowError) as error:
        raise Unknown(f"{text!r} is no date; write 2026-04-01 or 2026-04-01T12:00:00Z") from error


def as_of(archive: Archive, text: str) -> str:
    """Let every query on this open archive answer as of then; returns the moment in UTC.

    Reports, versions, checks and the ``current_*`` views are shadowed by temporary ones made of captures up to
    then and of the parses that were accepted then (of an original read only later: its first). ``captures``,
    ``crawls``, and what people decided are cut at the moment too. The archive itself stays as it is.

    :raises Unknown: the text is no date.
    """
    at = moment(text)
    connection = archive.db.conn
    derive_as_of(connection, at)
    for table, sql in _THEN.items():
        connection.execute(f"DROP VIEW IF EXISTS temp.{table}")
        # the moment has just been written by us: digits, dashes, colons, T and Z
        connection.execute(f"CREATE TEMP VIEW {table} AS {sql.format(at=at)}")
    lay_over_as_of(connection)
    views.shadow(archive.db)
    return at

"""Which originals a re-parse reads: the stale ones, all, or only those of a form, a report or a problem."""

from __future__ import annotations

import parsers
from archive.differences import find_report
from archive.errors import Unknown
from archive.store import Archive
from archive.views import TWIN

IMPROVEMENTS = "improvements"
FORMS = ("2014", "2019", "2021")

_READABLE = "SELECT DISTINCT sha256 FROM captures WHERE kind IN ('page', 'file') AND sha256 IS NOT NULL"
_ACCEPTED = "FROM accepted a JOIN parses p ON p.id = a.parse JOIN parses l ON l.id = a.latest"


def choose(archive: Archive, *, everything: bool = False, only: str | None = None) -> list[str]:
    """The SHA-256 names, in order, of originals that were read before.

    :param everything: also those that this release of the parsers has read already.
    :param only: ``improvements`` (no choice of originals: of changes), a form, a report's id or the beginning
        of one, or the code of a problem.
    :raises Unknown: ``only`` names nothing that is there.
    """
    stale = "" if everything else " AND l.parser <> :release"
    sql = f"SELECT a.sha256 {_ACCEPTED} WHERE true{stale}"
    arguments: dict[str, object] = {"release": parsers.RELEASE}
    if only in FORMS:
        sql += " AND p.form = :form"
        arguments["form"] = only
    elif only and only != IMPROVEMENTS:
        condition, arguments["what"] = _named(archive, only)
        sql += f" AND {condition}"
    return [name for (name,) in archive.db.execute(f"{sql} ORDER BY a.sha256", arguments)]


def unread(archive: Archive) -> list[str]:
    """Originals of pages and files that were never read."""
    sql = f"{_READABLE} AND sha256 NOT IN (SELECT sha256 FROM accepted) ORDER BY sha256"
    return [name for (name,) in archive.db.execute(sql)]


def _named(archive: Archive, only: str) -> tuple[str, str]:
    """A condition for a problem's code or a report's id, and its argument."""
    if only == TWIN:  # told of reports, not of parses
        reports = "SELECT report FROM current_problems WHERE code = :what"
        return f"a.sha256 IN (SELECT sha256 FROM filings WHERE report IN ({reports}))", only
    if archive.db.execute("SELECT 1 FROM problems WHERE code = ? LIMIT 1", [only]).fetchone():
        return "p.id IN (SELECT parse FROM problems WHERE code = :what)", only
    try:
        report = find_report(archive, only)
    except Unknown as error:
        message = f"--only {only}: neither improvements, a form ({', '.join(FORMS)}), a problem's code nor a report's id"
        raise Unknown(message) from error
    return "a.sha256 IN (SELECT sha256 FROM filings WHERE report = :what)", report

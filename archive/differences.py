"""``nianbao diff``: two versions of a report or two years of an agency, side by side."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from archive.changes import Changes, StatedSaid, between_parses
from archive.errors import Unknown
from archive.store import Archive


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: year, URL, number of the version there, when first and last seen, original, parse."""

    year: int
    url: str
    version: int
    first_seen: str
    last_seen: str
    sha256: str
    parse: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A report (or an agency's two reports) and what changed from ``before`` to ``after``."""

    report: str
    agency: str
    before: Side
    after: Side
    changes: Changes

    def text(self) -> str:
        """For people: one line a change."""
        lines = [f"{self.agency} {_name(self.before, self.after)}", f"  {self.after.url}"]
        changes = self.changes
        lines += [f"  {c.address}: {c.before} -> {c.after}" for c in changes.cells]
        lines += [
            f"  check {c.rule} {c.where}: {c.before or 'absent'} -> {c.after or 'absent'}"
            for c in changes.checks
        ]
        lines += [f"  {change}" for change in changes.stated]
        for section in changes.prose:
            lines += [
                f"  section {section.number} {section.title}",
                *(f"    {line}" for line in section.lines),
            ]
        lines += [f"  problem {p.code} {p.where} {'came' if p.came else 'went'}" for p in changes.problems]
        return "\n".join(lines if changes else [*lines, "  no difference in cells, checks or prose"])

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)

    def html(self) -> str:
        """A page of its own, without script or anything from elsewhere."""
        changes = self.changes
        tables: dict[str, list[tuple[Any, ...]]] = {
            "单元格 Cells": [(c.address, c.before, c.after) for c in changes.cells],
            "勾稽关系 Checks": [
                (f"{c.rule} {c.where}", c.before or "–", c.after or "–") for c in changes.checks
            ],
            "正文所述 Stated": [(c.figure, _sentence(c.before), _sentence(c.after)) for c in changes.stated],
            "问题 Problems": [
                (f"{p.code} {p.where}", *(("–", p.message) if p.came else (p.message, "–")))
                for p in changes.problems
            ],
        }
        prose = "".join(
            f"<h3>{section.number} {escape(section.title)}</h3>{''.join(map(_paragraph, section.lines))}"
            for section in changes.prose
        )
        body = "".join(_table(title, rows) for title, rows in tables.items())
        body += prose and f"<h2>文字 Prose</h2>{prose}"
        title = escape(f"{self.agency} {_name(self.before, self.after)}")
        return _PAGE.format(
            title=title, url=escape(self.after.url), body=body or "<p>没有差异 No difference</p>"
        )


_PAGE = """<!doctype html>
<html lang="zh-Hans">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ font-family: sans-serif; line-height: 1.5; max-width: 60rem; margin: 1rem auto; padding: 0 1rem }}
h1 {{ font-size: 1.3rem }} h2 {{ font-size: 1.1rem }} h3 {{ font-size: 1rem }}
table {{ border-collapse: collapse }} th, td {{ border: 1px solid #999; padding: .2rem .6rem; text-align: left }}
p, td {{ overflow-wrap: anywhere }} del {{ background: #fdd }} ins {{ background: #dfd; text-decoration: none }}
</style></head>
<body><h1>{title}</h1>
<p>{url}</p>
{body}
</body></html>"""


def between_versions(
    archive: Archive, report: str, numbers: tuple[int, int] | None = None, *, url: str | None = None
) -> Difference:
    """Two versions of a report at one URL; the last two unless said otherwise.

    The URL is the report's own, or where it never changed there, that of a rendition that did change.

    Where there is but one, it is compared with itself.

    :raises Unknown: no such report or version.
    """
    name = find_report(archive, report)
    ((agency, own_url),) = archive.db.execute("SELECT agency, url FROM reports WHERE id = ?", [name])
    where = url or _address(archive, name, own_url)
    sides = {side.version: side for side in _sides(archive, name, where)}
    last = sorted(sides)[-2:]
    before, after = numbers or (last[0], last[-1])
    for number in (before, after):
        if number not in sides:
            there = ", ".join(map(str, sorted(sides)))
            raise Unknown(f"report {name} has no version {number} at {where}; there: {there}")
    return _difference(archive, (name, agency), sides[before], sides[after])


def _address(archive: Archive, report: str, own: str) -> str:
    """The report's own URL, unless it never changed there but did so at another of its renditions."""
    sql = (
        "SELECT url FROM versions WHERE report = ? GROUP BY url "
        "ORDER BY count(*) > 1 DESC, url <> ?, max(first_seen) DESC, url LIMIT 1"
    )
    ((url,),) = archive.db.execute(sql, [report, own])
    return str(url)


def between_years(archive: Archive, report: str, years: tuple[int, int]) -> Difference:
    """The reports of two years of the agency whose report is named (any year of it will do).

    :raises Unknown: no such report, or the agency has none for a year.
    """
    name = find_report(archive, report)
    sql = "SELECT o.year, o.id, o.agency FROM reports r JOIN reports o ON o.agency_id = r.agency_id WHERE r.id = ?"
    of_year = {year: (other, agency) for year, other, agency in archive.db.execute(sql, [name])}
    for year in years:
        if year not in of_year:
            there = ", ".join(map(str, sorted(of_year)))
            raise Unknown(f"the agency of report {name} has no report for {year}; there: {there}")
    before, after = (_current_side(archive, of_year[year][0]) for year in years)
    return _difference(archive, of_year[years[1]], before, after)


def replaced(archive: Archive, *, since: str = "") -> list[Difference]:
    """Every silent replacement first seen at or after a moment (ISO 8601): new content at a known URL."""
    sql = (
        "SELECT v.report, r.agency, v.url, v.number FROM versions v JOIN reports r ON r.id = v.report "
        "WHERE v.number > 1 AND v.first_seen >= ? ORDER BY v.first_seen, v.report, v.url, v.number"
    )
    found = archive.db.execute(sql, [since]).fetchall()
    differences = []
    for report, agency, url, number in found:
        sides = {side.version: side for side in _sides(archive, report, url)}
        differences.append(_difference(archive, (report, agency), sides[number - 1], sides[number]))
    return differences


def find_report(archive: Archive, name: str) -> str:
    """The id of a report by its id or an unambiguous beginning of it.

    :raises Unknown: there is none, or several.
    """
    sql = "SELECT id FROM reports WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 3"
    found = [id_ for (id_,) in archive.db.execute(sql, [name])]
    if len(found) == 1 and name:
        return str(found[0])
    hint = "several reports begin so; give more digits" if found else "the table reports lists all ids"
    raise Unknown(f"report {name!r} is not in the archive; {hint}")


def _difference(archive: Archive, report: tuple[str, str], before: Side, after: Side) -> Difference:
    return Difference(*report, before, after, between_parses(archive.db.conn, before.parse, after.parse))


_SIDE = (
    "SELECT r.year, v.url, v.number, v.first_seen, v.last_seen, v.sha256, v.parse "
    "FROM versions v JOIN reports r ON r.id = v.report WHERE v.report = ?"
)


def _sides(archive: Archive, report: str, url: str) -> list[Side]:
    return [Side(*row) for row in archive.db.execute(f"{_SIDE} AND v.url = ?", [report, url])]


def _current_side(archive: Archive, report: str) -> Side:
    ((*side,),) = archive.db.execute(f"{_SIDE} AND v.url = r.url AND v.latest", [report])
    return Side(*side)


def _name(before: Side, after: Side) -> str:
    if before.year != after.year:
        return f"{before.year} -> {after.year}"
    if before == after:
        return f"{after.year}, version {after.version} with itself (first seen {after.first_seen})"
    seen = f"first seen {before.first_seen} -> {after.first_seen}"
    return f"{after.year}, version {before.version} -> {after.version} ({seen})"


def _table(title: str, rows: list[tuple[Any, ...]]) -> str:
    if not rows:
        return ""
    body = "".join(
        f'<tr><th scope="row">{escape(str(name))}</th><td>{escape(str(before))}</td><td>{escape(str(after))}</td></tr>'
        for name, before, after in rows
    )
    head = "<tr><td></td><th>之前 before</th><th>之后 after</th></tr>"
    return f"<h2>{title}</h2><table>{head}{body}</table>"


def _sentence(said: StatedSaid | None) -> str:
    return "" if said is None else f"{'?' if said.value is None else said.value} {said.sentence}"


def _paragraph(line: str) -> str:
    tag = "ins" if line.startswith("+") else "del"
    return f"<p><{tag}>{escape(line[2:])}</{tag}></p>"

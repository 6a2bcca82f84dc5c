"""The demo: two sample portals on loopback, crawled twice, and what the archive then knows.

Between the two crawls one publisher replaces a report under its old address, without a word. Everything
that :class:`Outcome` tells is asked of the archive by SQL, as a user would ask.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archive import log, manifest, opening, originals, spool
from archive.errors import ArchiveError
from archive.store import Archive
from crawler.run import crawl
from crawler.sample.portal import SamplePortals
from crawler.summary import Summary
from crawler.tally import Progress
from parsers.forms import load_forms

DELAY = 0.05
"""Seconds between two requests: the portals are on this machine and serve nobody else."""

_PARTS = (log.FOLDER, originals.FOLDER, spool.FOLDER, manifest.NAME)

_RULES = {
    "requests.row_total": "总计 = 自然人 + 五类组织",
    "requests.outcome_total": "三（七） = 三（一）+ … + 三（六）",
    "requests.balance": "一、新收 + 二、上年结转 = 三（七）总计 + 四、结转下年度",
    "requests.carry": "二、上年结转 = 上一年的四、结转下年度",
    "disputes.total": "总计 = 维持 + 纠正 + 其他 + 未审结",
    "disclosure.in_force": "现行有效 = 上一年的现行有效 + 制发 - 废止",
}


class FolderTaken(ArchiveError):
    """The folder holds an archive that is not a demo's. Raised by :func:`run` before anything is touched."""


@dataclass(frozen=True, slots=True)
class Failing:
    """A check that fails: whose report, the rule and its address, and the two sides."""

    agency: str
    year: int
    rule: str
    where: str
    left: float
    right: float
    verdict: str | None = None
    """``publisher`` where two independent readings of the original agree on every figure of the check."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A cell of a replaced report: its address in the contract, the figure before and after."""

    table: str
    row: str
    column: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Replaced:
    """A report whose content changed under one address, with every cell that differs."""

    agency: str
    year: int
    url: str
    cells: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Figures that a report doesn't give, or not in a way that can be read: null, and why."""

    agency: str
    year: int
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What two crawls of the sample portals brought, as the archive in ``archive`` tells it."""

    archive: Path
    first: Summary
    second: Summary
    agencies: int
    reports: dict[int, int]
    """Report year to number of reports."""
    lost: int
    """Links that led nowhere."""
    others: int
    """Pages that are no reports."""
    failing: tuple[Failing, ...]
    replaced: tuple[Replaced, ...]
    unsaid: tuple[Unsaid, ...]

    def text(self) -> str:
        """For people, in the order in which one would ask."""
        return "\n".join([*_crawled(self), "", *_failing(self), "", *_replaced(self), "", *_unsaid(self)])


def run(archive: Path, *, progress: Callable[[Progress], None] | None = None) -> Outcome:
    """Crawl the sample portals into an archive of their own, twice, and say what was found.

    The archive of an earlier demo in the folder is replaced. Raises :class:`FolderTaken` where the folder
    holds any other archive, and what :func:`crawler.run.crawl` raises.
    """
    with SamplePortals() as sample:
        _make_room(archive, {portal.id for portal in sample.portals})
        first = crawl(archive, sample.portals, delay=DELAY, allow_private=True, progress=progress)
        sample.republish()
        second = crawl(archive, sample.portals, delay=DELAY, allow_private=True, progress=progress)
    with Archive.open(archive) as opened:
        return _ask(opened, first, second)


def _make_room(folder: Path, sample: set[str]) -> None:
    """Remove the archive of an earlier demo; leave anything else, and the lock that shows whose folder it is."""
    if not (folder / opening.DATABASE).exists() and not log.names(folder):
        return
    with Archive.open(folder, write=True) as opened:
        others = [row["id"] for row in opened.db["portals"].rows if row["id"] not in sample]
    if others:
        raise FolderTaken(
            f"{folder}: is the archive of {others[0]}, into which the demo would mix invented reports; "
            "name another folder with --archive"
        )
    for path in (*folder.glob(f"{opening.DATABASE}*"), *(folder / part for part in _PARTS)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _ask(archive: Archive, first: Summary, second: Summary) -> Outcome:
    years = archive.db.execute("SELECT year, count(*) FROM reports GROUP BY year ORDER BY year")
    failing = archive.db.execute(
        'SELECT agency, year, rule, "where", "left", "right", verdict FROM current_checks WHERE status = \'fails\' '
        'ORDER BY agency, year, rule, "where"'
    )
    unsaid = archive.db.execute(
        "SELECT agency, year, 'blank', count(*) FROM cells JOIN reports USING (parse) WHERE state = 'blank' "
        "GROUP BY agency, year UNION ALL "
        "SELECT agency, year, code, count(*) FROM current_problems WHERE code = 'tables_as_image' "
        "GROUP BY agency, year ORDER BY agency, year"
    )
    return Outcome(
        archive=archive.path,
        first=first,
        second=second,
        agencies=_count(archive, "SELECT count(DISTINCT agency) FROM reports"),
        reports=dict(years.fetchall()),
        lost=_count(archive, "SELECT count(DISTINCT url) FROM captures WHERE outcome = 'not_found'"),
        others=_count(
            archive,
            "SELECT count(*) FROM accepted a JOIN parses p ON p.id = a.parse WHERE NOT is_report AND error IS NULL",
        ),
        failing=tuple(Failing(*row) for row in failing.fetchall()),
        replaced=_ask_replaced(archive),
        unsaid=tuple(Unsaid(*row) for row in unsaid.fetchall()),
    )


def _count(archive: Archive, sql: str) -> int:
    (number,) = archive.db.execute(sql).fetchone()
    return int(number)


def _ask_replaced(archive: Archive) -> tuple[Replaced, ...]:
    versions = archive.db.execute(
        "SELECT r.agency, r.year, new.url, old.parse, new.parse FROM versions new JOIN reports r ON r.id = new.report "
        "JOIN versions old ON old.report = new.report AND old.url = new.url AND old.number = new.number - 1 "
        "ORDER BY r.agency, r.year, new.number"
    )
    return tuple(
        Replaced(agency, year, url, _ask_changed(archive, old, new))
        for agency, year, url, old, new in versions.fetchall()
    )


def _ask_changed(archive: Archive, old: int, new: int) -> tuple[Changed, ...]:
    cells = archive.db.execute(
        'SELECT old."table", old."row", old."column", old.value, new.value FROM cells old JOIN cells new '
        'USING ("table", "row", "column") WHERE old.parse = ? AND new.parse = ? AND old.value IS NOT new.value',
        [old, new],
    )
    return tuple(Changed(*row) for row in cells.fetchall())


def _crawled(outcome: Outcome) -> list[str]:
    years = "  ".join(f"{year}: {count}" for year, count in outcome.reports.items())
    lost = f"{outcome.lost} link{'' if outcome.lost == 1 else 's'} led nowhere (404)"
    return [
        f"Two sample portals (示例, everything in them is invented) were crawled twice into {outcome.archive}",
        f"  {sum(outcome.reports.values())} reports (年度报告) of {outcome.agencies} agencies    {years}",
        f"  {lost}; {outcome.others} pages that are no reports (通知, 图解, 指南) were kept, but not filed as reports",
    ]


def _failing(outcome: Outcome) -> list[str]:
    lines = ["Checks that fail (勾稽关系不成立): the publishers' own arithmetic, kept as it stands"]
    for rule in dict.fromkeys(check.rule for check in outcome.failing):
        lines.append(f"  {rule}    {_RULES.get(rule, '')}".rstrip())
        lines += [
            f"    {check.agency} {check.year}  {check.where}: {_figure(check.left)}, not {_figure(check.right)}"
            f"{'  (two readings agree)' if check.verdict == 'publisher' else ''}"
            for check in outcome.failing
            if check.rule == rule
        ]
    return lines if outcome.failing else ["No check fails."]


def _replaced(outcome: Outcome) -> list[str]:
    lines = ["Silently replaced (发布后被替换): same address, other figures; both versions are kept"]
    for report in outcome.replaced:
        lines.append(f"  {report.agency} {report.year}  {report.url}")
        lines += [
            f"    {_label(cell)}: {_figure(cell.before)} → {_figure(cell.after)}" for cell in report.cells
        ]
    return lines if outcome.replaced else ["No report was replaced."]


def _unsaid(outcome: Outcome) -> list[str]:
    words = {"blank": "{} blank cells (空白)", "tables_as_image": "its tables are pictures (表格为图片)"}
    lines = ["Not said, so null, never 0:"]
    lines += [f"  {item.agency} {item.year}  {words[item.why].format(item.count)}" for item in outcome.unsaid]
    return lines if outcome.unsaid else ["Every cell of every report holds a figure."]


def _label(cell: Changed) -> str:
    """The cell's address in the contract, and its labels on the form where they are known."""
    address = f"{cell.table}.{cell.row}.{cell.column}"
    for form in reversed(list(load_forms().values())):
        for table in form.tables:
            names = {(row.id, column.id): f"{row.zh} {column.zh}" for row, column in table.cells()}
            if table.id == cell.table and (cell.row, cell.column) in names:
                return f"{address} ({names[cell.row, cell.column]})"
    return address


def _figure(value: float | None) -> str:
    return "null" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

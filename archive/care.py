"""The commands that look after an archive.

Every command ends with :func:`_end`: what was found as text or JSON, and the exit status. The work is in the
module that the command imports.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click

from archive.commands import (
    Moment,
    archive_folder,
    as_json_lines,
    explained,
    verbose,
    worker_count,
    year_option,
)

T = TypeVar("T")


class Answer(Protocol):
    """What every library function behind a command returns."""

    def text(self) -> str:
        """For people."""

    def as_json(self) -> dict[str, Any]:
        """For programs."""


@click.command()
@click.option("--preview", "only_preview", is_flag=True, help="Show what would change; touch nothing.")
@click.option("--all", "everything", is_flag=True, help="Also originals that this release has read already.")
@click.option(
    "--only",
    metavar="WHAT",
    help="improvements: leave out changes that are not for the better. A form (2021), a report's id or the "
    "code of a problem: only such originals.",
)
@click.option("--rollback", is_flag=True, help="Return to the parses accepted before the last re-parse.")
@as_json_lines
@worker_count
@archive_folder
@verbose
@explained
def reparse(
    archive_path: Path,
    only_preview: bool,
    everything: bool,
    only: str | None,
    rollback: bool,
    as_json: bool,
    workers: int,
) -> None:
    """Read stored originals again with the parsers of this release.

    With --preview the exit status is 1 if anything gets worse or is doubtful.

    \b
    Examples:
      nianbao reparse --preview
      nianbao reparse --only improvements --workers 2
      nianbao reparse --rollback
    """
    from archive import preview, reading
    from archive.store import Archive

    if rollback and (only_preview or everything or only):
        raise click.UsageError("--rollback takes no other option")
    how: dict[str, Any] = {"everything": everything, "only": only, "workers": workers, "progress": progress}
    Archive.open(archive_path).close()  # a mistyped folder is told, not made
    with Archive.open(archive_path, write=not only_preview) as archive:
        if only_preview:
            _end(preview.preview(archive, **how), as_json)
        _end(reading.rollback(archive) if rollback else reading.reparse(archive, **how), as_json)


@click.command()
@click.option("--quick", is_flag=True, help="Look at presence and size of originals; leave out the parses.")
@click.option(
    "--since", type=Moment(), metavar="DATE", help="Re-hash only originals kept on this day or later."
)
@as_json_lines
@archive_folder
@verbose
@explained
def verify(archive_path: Path, quick: bool, since: str | None, as_json: bool) -> None:
    """Prove the archive whole: re-hash every original and name what is wrong.

    Also checks the rows of captures against the capture log, the log against the manifest, the parses
    against their digests, the readers' tables against both, and all else against fingerprints.

    \b
    Examples:
      nianbao verify --archive /data/nianbao
      nianbao verify --quick --since 2026-01-01
    """
    from archive import clock
    from archive.verify import verify_folder

    day = clock.moment(since)[:10] if since else None
    found = verify_folder(archive_path, quick=quick, since=day, progress=progress)
    _end(found, as_json)


@click.command()
@click.argument("report")
@click.option("--versions", nargs=2, type=click.IntRange(1), metavar="A B", help="Versions to compare.")
@click.option("--years", nargs=2, type=click.IntRange(2008, 2100), metavar="A B", help="Years to compare.")
@as_json_lines
@click.option("--html", "as_html", is_flag=True, help="Print a web page instead of text.")
@archive_folder
@verbose
@explained
def diff(
    archive_path: Path,
    report: str,
    versions: tuple[int, int] | None,
    years: tuple[int, int] | None,
    as_json: bool,
    as_html: bool,
) -> None:
    """Show what changed in a REPORT: the last two versions, two others, or two years of its agency.

    A report that was never changed has one version, and shows no difference.

    REPORT is its id (in the table reports) or the beginning of one.

    \b
    Examples:
      nianbao diff 33199bdb
      nianbao diff 33199bdb --versions 1 3 --json
      nianbao diff 33199bdb --years 2022 2023 --html > change.html
    """
    from archive import differences
    from archive.store import Archive

    if versions and years:
        raise click.UsageError("--versions and --years exclude each other")
    if as_json and as_html:
        raise click.UsageError("--json and --html exclude each other")
    with Archive.open(archive_path) as archive:
        if years:
            found = differences.between_years(archive, report, years)
        else:
            found = differences.between_versions(archive, report, versions or None)
    if as_html:
        click.echo(found.html())
        sys.exit(0)
    _end(found, as_json)


@click.command()
@click.argument("check_id", metavar="CHECK", required=False)
@click.option("--confirm", is_flag=True, help="The report is wrong: the figures do not add up.")
@click.option("--dismiss", is_flag=True, help="The report is right: the rule does not apply here.")
@click.option("--why", metavar="TEXT", help="The reason, kept with the verdict.")
@click.option(
    "--corrections",
    type=click.Path(path_type=Path, dir_okay=False),
    help="TOML or CSV of corrected cells (report, cell, value, reason, source) to lay over the parsed values.",
)
@as_json_lines
@archive_folder
@verbose
@explained
def judge(
    archive_path: Path,
    check_id: str | None,
    confirm: bool,
    dismiss: bool,
    why: str | None,
    corrections: Path | None,
    as_json: bool,
) -> None:
    """Record a person's verdict on a failing CHECK (its id as printed by nianbao check), or corrections.

    A verdict holds until the figures or the original change; a re-parse that reads the same leaves it be.

    \b
    Examples:
      nianbao judge 33199bdb:requests.balance:total --confirm --why "printed so on the page"
      nianbao judge --corrections corrections.toml
    """
    from archive import corrections as files
    from archive import judgements
    from archive.store import Archive

    if corrections is None and (check_id is None or confirm == dismiss or not (why and why.strip())):
        raise click.UsageError(
            "give a CHECK, one of --confirm and --dismiss, and --why; or --corrections FILE"
        )
    if corrections is not None and (check_id or confirm or dismiss or why):
        raise click.UsageError("--corrections goes without a CHECK")
    Archive.open(archive_path).close()  # a mistyped folder is told, not made
    with Archive.open(archive_path, write=True) as archive:
        if corrections is not None:
            _end(judgements.correct(archive, files.read_corrections(corrections)), as_json)
        verdict: judgements.Verdict = "confirmed" if confirm else "dismissed"
        _end(judgements.judge(archive, check_id or "", verdict, why=why or ""), as_json)


@click.command()
@year_option
@click.option("--rule", metavar="ID", help="Only this rule, for instance requests.balance.")
@as_json_lines
@archive_folder
@verbose
@explained
def check(archive_path: Path, year: int | None, rule: str | None, as_json: bool) -> None:
    """List the checks (勾稽关系) that fail, within and across reports; status 1 if any does.

    A check that a person dismissed is listed but does not set the status.

    \b
    Examples:
      nianbao check --year 2024
      nianbao check --rule requests.carry --json
    """
    from archive import findings
    from archive.store import Archive

    if rule is not None and rule not in findings.rules():
        raise click.BadParameter(f"{rule!r} is none of {', '.join(findings.rules())}", param_hint="--rule")
    with Archive.open(archive_path) as archive:
        _end(findings.check(archive, year=year, rule=rule), as_json)


@click.command()
@click.option("--into", required=True, type=click.Path(path_type=Path), metavar="DIR", help="A new folder.")
@worker_count
@as_json_lines
@archive_folder
@verbose
@explained
def rebuild(archive_path: Path, into: Path, workers: int, as_json: bool) -> None:
    """Make a new archive from the originals and the capture log alone; the old database is not read.

    \b
    Example:
      nianbao rebuild --archive /data/nianbao --into /data/nianbao-new
    """
    from archive.rebuild import rebuild as run

    _end(run(archive_path, into, workers=workers, progress=progress), as_json)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@as_json_lines
@archive_folder
@verbose
@explained
def backup(archive_path: Path, folder: Path, as_json: bool) -> None:
    """Copy the archive to DIR, consistent even while a crawl writes; the next time only what is new.

    DIR is an archive itself: to restore it, copy it back.

    \b
    Example:
      nianbao backup /mnt/backup/nianbao
    """
    from archive.backup import backup as run

    _end(run(archive_path, folder, progress=progress), as_json)


COMMANDS = (reparse, verify, diff, judge, check, rebuild, backup)


def progress(items: Iterable[T], doing: str, unit: str, total: int | None = None) -> Iterator[T]:
    """The items, with a progress bar on standard error where that is a terminal."""
    from tqdm import tqdm

    bar = tqdm(items, desc=doing, unit=f" {unit}", total=total, disable=None, file=sys.stderr, leave=False)
    return iter(bar)


def _end(found: Answer, as_json: bool) -> None:
    """Print the answer and leave with its exit status."""
    click.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else found.text())
    sys.exit(getattr(found, "exit_status", 0))

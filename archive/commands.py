"""Commands that ask the archive, and the options that every command shares."""

from __future__ import annotations

import errno
import functools
import json
import logging
import select
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from archive.interrupts import after_imports

P = ParamSpec("P")
R = TypeVar("R")


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the floors' own exceptions into one line on standard error and exit status 1."""

    @functools.wraps(command)
    @after_imports()
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except _known_errors() as error:
            click.echo(f"nianbao: {error}", err=True)
            sys.exit(1)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            logging.getLogger(__name__).info("%s", error, exc_info=True)
            cure = "nianbao verify names what is damaged, nianbao rebuild makes the database anew"
            click.echo(f"nianbao: the archive's nianbao.db: {error}; {cure}", err=True)
            sys.exit(1)
        except OSError as error:
            if error.errno == errno.EPIPE and _nobody_reads_on():
                raise  # click ends in silence
            logging.getLogger(__name__).info("%s", error, exc_info=True)
            where = f"{error.filename}: " if error.filename else ""
            cure = "free some space, or check the permissions and the disk, then run again (-v shows where)"
            click.echo(f"nianbao: {where}{error.strerror or error}; {cure}", err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("nianbao: interrupted; what was finished is kept", err=True)
            sys.exit(1)

    return run


def _nobody_reads_on() -> bool:
    """Whether what we print goes to a pipe that was closed (``nianbao … | head``)."""
    pipes = select.poll()
    for descriptor in (1, 2):
        pipes.register(descriptor, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in pipes.poll(0))


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is at fault, not our SQL."""
    name = getattr(error, "sqlite_errorname", "")
    said = ("decode to UTF-8", "no such column", "no such table", "malformed")
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR")) or any(
        words in str(error) for words in said
    )


def _known_errors() -> tuple[type[Exception], ...]:
    """The floors' own exceptions; a floor that the command never reached can't have raised any."""
    names = (
        ("archive.errors", "ArchiveError"),
        ("crawler.portals", "PortalError"),
        ("crawler.run", "CrawlFailed"),
        ("parsers.errors", "ParserError"),
    )
    return tuple(getattr(sys.modules[module], name) for module, name in names if module in sys.modules)


def _set_up_logging(_context: click.Context, _parameter: click.Parameter, count: int) -> int:
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(count, 2)]
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    return count


class Moment(click.ParamType[str]):
    """A day (2026-04-01) or a time (ISO 8601); anything else is wrong usage. The value stays as it was written."""

    name = "date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text, once it is known to be a moment."""
        from archive import clock
        from archive.errors import Unknown

        try:
            clock.moment(value)
        except Unknown as error:
            self.fail(str(error), param, ctx)
        return value


year_option = click.option("--year", type=click.IntRange(2008, 2100), metavar="YEAR", help="Only this year.")
verbose = click.option(
    "-v",
    "--verbose",
    count=True,
    expose_value=False,
    callback=_set_up_logging,
    help="Log what is done to standard error; -vv for more.",
)
archive_folder = click.option(
    "--archive",
    "archive_path",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("nianbao-archive"),
    envvar="NIANBAO_ARCHIVE",
    show_default=True,
    show_envvar=True,
    help="Folder of the archive.",
)
as_json_lines = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
worker_count = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that read documents.",
)


@click.command()
@year_option
@click.option(
    "--unsure", is_flag=True, help="List pages that are reports of an agency or year that nothing names."
)
@click.option("--as-of", "day", type=Moment(), metavar="DATE", help="How it stood then (2026-04-01).")
@click.option(
    "--fail-on",
    metavar="WHAT",
    default="",
    help="Exit with status 1 on these, comma-separated: failing, stale, overdue, unsure.",
)
@as_json_lines
@archive_folder
@verbose
@explained
def status(
    year: int | None, unsure: bool, day: str | None, fail_on: str, as_json: bool, archive_path: Path
) -> None:
    """Show portals, their crawls, reports by year, and what is due.

    \b
    Examples:
      nianbao status
      nianbao status --year 2024 --json
      nianbao status --fail-on failing,stale
    """
    from archive import opening
    from archive.clock import as_of
    from archive.status import ALARMS
    from archive.status import status as ask
    from archive.store import Archive

    kinds = [kind for kind in map(str.strip, fail_on.split(",")) if kind]
    for kind in kinds:
        if kind not in ALARMS:
            raise click.BadParameter(f"{kind!r} is none of {', '.join(ALARMS)}", param_hint="--fail-on")
    with Archive.open(archive_path) as archive:
        moment = as_of(archive, day) if day else None
        found = ask(archive.db, year=year, moment=moment, running=opening.is_written(archive_path))
    text = found.unsure_text() if unsure else found.text()
    text = f"as of {moment}\n{text}" if moment else text
    click.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else text)
    alarms = found.alarms(kinds)
    for alarm in alarms:
        click.echo(f"nianbao: {alarm}", err=True)
    sys.exit(1 if alarms else 0)

"""The command that carries data out of an archive."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from archive.care import Answer, progress
from archive.commands import Moment, archive_folder, as_json_lines, explained, verbose, year_option


def _digits(_context: click.Context, _parameter: click.Parameter, code: str) -> str:
    if code and not (code.isascii() and code.isdigit()):
        raise click.BadParameter(
            f"{code!r} is no beginning of a GB/T 2260 code; write digits, as in 64 or 640105"
        )
    return code


@click.command()
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "xlsx", "parquet", "jsonl", "warc"]),
    default="csv",
    show_default=True,
    help="Kind of files.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to write into (default: nianbao-export); for warc the file (default: nianbao.warc.gz).",
)
@year_option
@click.option(
    "--region",
    default="",
    metavar="CODE",
    callback=_digits,
    help="Only divisions whose code begins so (64 is Ningxia).",
)
@click.option("--form", type=click.Choice(["2014", "2019", "2021"]), help="Only this official form.")
@click.option(
    "--as-of", "day", type=Moment(), metavar="DATE", help="What the archive said then (2026-04-01)."
)
@click.option("--wide", is_flag=True, help="One row per agency and year, a column for every cell.")
@click.option(
    "--mask-contacts", is_flag=True, help="Take telephone and identity numbers and e-mail out of prose."
)
@as_json_lines
@archive_folder
@verbose
@explained
def export(
    archive_path: Path, kind: str, out: Path | None, as_json: bool, **choice: str | int | bool | None
) -> None:
    """Write the data as files, with a Data Package (datapackage.json) that describes them.

    \b
    Examples:
      nianbao export --out reports
      nianbao export --format xlsx --year 2024 --region 64
      nianbao export --wide --as-of 2026-04-01
      nianbao export --format warc --out nianbao.warc.gz
    """
    run = _warc if kind == "warc" else _tables
    found = run(archive_path, kind, out, choice)
    click.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else found.text())
    sys.exit(getattr(found, "exit_status", 0))


def _warc(
    archive_path: Path, kind: str, out: Path | None, choice: dict[str, str | int | bool | None]
) -> Answer:
    from archive import warc
    from archive.store import Archive

    if given := next((name for name, value in choice.items() if value), None):
        option = "--as-of" if given == "day" else f"--{given.replace('_', '-')}"
        raise click.UsageError(f"{option} doesn't go with --format {kind}, which is the whole archive")
    with Archive.open(archive_path) as archive:
        return warc.export(archive, out or Path("nianbao.warc.gz"), progress=progress)


def _tables(
    archive_path: Path, kind: str, out: Path | None, choice: dict[str, str | int | bool | None]
) -> Answer:
    from archive.export import export as run
    from archive.resources import Selection
    from archive.store import Archive

    year, region, form, day = choice["year"], choice["region"], choice["form"], choice["day"]
    selection = Selection(int(year) if year else None, str(region or ""), str(form) if form else None)
    with Archive.open(archive_path) as archive:
        return run(
            archive,
            out or Path("nianbao-export"),
            format=kind,
            selection=selection,
            as_of=str(day) if day else None,
            wide=bool(choice["wide"]),
            masked=bool(choice["mask_contacts"]),
        )

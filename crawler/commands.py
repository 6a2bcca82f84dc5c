"""Commands that ask the network or look after the installation."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from archive.commands import archive_folder, explained, verbose


@click.command()
@click.argument("portal_id", metavar="[PORTAL]", required=False)
@click.option(
    "--portals",
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Registry to use instead of the shipped one.",
)
@archive_folder
@verbose
@explained
def doctor(portal_id: str | None, portals: Path | None, archive_path: Path) -> None:
    """Check the installation and say what to do; with a portal, whether it can be reached and crawled.

    \b
    Examples:
      nianbao doctor
      nianbao doctor yinchuan-xixia
    """
    from crawler import doctor as practice
    from crawler import portals as registry

    portal = None
    if portal_id:
        chosen, unknown = registry.select(registry.load(portals), [portal_id])
        if unknown:
            raise click.BadParameter(
                f"no portal {portal_id} in the registry; check its id", param_hint="PORTAL"
            )
        (portal,) = chosen
    failed = False
    for finding in practice.examine(archive_path, registry=portals, portal=portal):
        failed |= finding.ok is False
        click.echo(finding.line())
    sys.exit(1 if failed else 0)


@click.command()
@click.argument("url")
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between two requests.  [default: 4]")
@click.option(
    "--allow-private",
    is_flag=True,
    help="Allow loopback and private addresses and hosts outside .gov.cn: for tests and the demo.",
)
@verbose
@explained
def discover(url: str, delay: float | None, allow_private: bool) -> None:
    """Look for a portal's 政府信息公开年报 columns and propose its registry entry as TOML.

    URL is the portal's home page. What could not be decided stands there as a comment.

    \b
    Example:
      nianbao discover http://www.ycxixia.gov.cn/ > portals/yinchuan-xixia.toml
    """
    from crawler.spiders.discovery import discover as search

    found = search(url, delay=delay, allow_private=allow_private)
    click.echo(found.toml, nl=False)
    if found.trouble:
        click.echo(f"nianbao: {url}: {found.trouble}", err=True)
    elif not found.columns:
        click.echo(f"nianbao: {url}: no annual-report column found; add its address to the entry", err=True)
    sys.exit(0 if found.columns and not found.trouble else 1)


def crawl_settings(pairs: tuple[str, ...], hours: str | None) -> dict[str, object]:
    """What ``--set`` and ``--hours`` ask for; raises click.BadParameter."""
    from crawler import settings
    from crawler.hours import Hours

    chosen: dict[str, object] = {}
    for pair in pairs:
        name, given, value = pair.partition("=")
        if not given or not name.isupper() or not hasattr(settings, name):
            raise click.BadParameter(f"{pair!r} is not NAME=VALUE of crawler/settings.py", param_hint="--set")
        chosen[name] = _typed(name, value, getattr(settings, name))
    if hours is not None:
        chosen["NIANBAO_HOURS"] = hours
    try:
        Hours.parse(str(chosen.get("NIANBAO_HOURS", "00:00-00:00")))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--hours") from error
    return chosen


def _typed(name: str, value: str, default: object) -> object:
    """The value in the type of the setting's default: number or switch; raises click.BadParameter."""
    kinds = {bool: click.BOOL, int: click.INT, float: click.FLOAT}
    kind = kinds.get(type(default))
    try:
        return value if kind is None else kind.convert(value, None, None)
    except click.BadParameter as error:
        raise click.BadParameter(f"{name}: {error.message}", param_hint="--set") from error


def summary_place(file: Path | None) -> None:
    """Make sure that the summary can be written before hours are spent on it; raises click.BadParameter."""
    if file is None:
        return
    folder = file.absolute().parent
    if not folder.is_dir():
        raise click.BadParameter(
            f"the folder {file.parent} does not exist; make it first", param_hint="--summary"
        )
    if not os.access(file if file.exists() else folder, os.W_OK):
        raise click.BadParameter(f"{file} can't be written; name another file", param_hint="--summary")

"""Commands that ask the network or look after the installation."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from archive.commands import archive_folder, explained, verbose


@click.command()
@click.argument("portal_id", metavar="[PORTAL]", required=False)
@click.option(
    "--portals",
    type=click.Path(path_type=Path),
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
    for finding in practice.examine(archive_path, portal=portal):
        failed |= finding.ok is False
        click.echo(finding.line())
    sys.exit(1 if failed else 0)

"""Serve the replicas by hand: ``python -m tests.portals [MODULE …] [--registry DIR]``."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

import click

from tests.portals.all import MODULES, build


def main() -> None:
    """Start the replicas, write their registry, and wait for Ctrl-C."""
    names = [module.__name__.rsplit(".", 1)[-1] for module in MODULES]
    parser = argparse.ArgumentParser(prog="python -m tests.portals", description=__doc__)
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help=f"of {', '.join(names)}; all without one"
    )
    parser.add_argument(
        "--registry", type=Path, default=Path("replicas"), help="folder for the registry files"
    )
    options = parser.parse_args()
    if unknown := set(options.modules) - set(names):
        parser.error(f"no replica is called {', '.join(sorted(unknown))}; known are {', '.join(names)}")
    options.registry.mkdir(parents=True, exist_ok=True)
    for site in build(options.modules).values():
        (options.registry / f"{site.id}.toml").write_text(site.toml(), encoding="utf-8")
        click.echo(f"{site.url}  {site.id}  {len(site.truth.reports)} reports, {site.truth.crawl}")
    click.echo(
        f"\nnianbao crawl --portals {options.registry} --allow-private --delay 0   (Ctrl-C ends the portals)"
    )
    try:
        signal.pause()
    except KeyboardInterrupt:
        click.echo()


if __name__ == "__main__":
    main()

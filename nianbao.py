"""The front door: every command of ``nianbao``, each a thin call into a floor below.

Scrapy, Datasette and the parsers are imported only by the command that needs them, so that
``nianbao --help`` answers at once. Exit status: 0 all well; 1 something in the input, a portal or
the archive failed and was reported; 2 wrong usage.
"""

from __future__ import annotations

import functools
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.care import COMMANDS
from archive.care import progress as _with_progress
from archive.commands import archive_folder, explained, status, verbose, worker_count
from archive.takeout import export
from crawler.commands import discover, doctor

if TYPE_CHECKING:
    from crawler.tally import Progress
    from parsers.readings import When

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def _version() -> str:
    """The installed release; a checkout that is not installed has none."""
    try:
        return metadata.version("nianbao")
    except metadata.PackageNotFoundError:
        return "(not installed)"


@click.group(context_settings=HELP)
@click.version_option(_version(), prog_name="nianbao")
def main() -> None:
    """Archive of Chinese governments' annual open-government-information reports (政府信息公开工作年度报告).

    \b
    Try it:        nianbao demo
    Read a file:   nianbao parse report.pdf
    Crawl:         nianbao crawl yinchuan-xixia
    Look:          nianbao serve
    """


@main.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=str, readable=False), metavar="FILE..."
)
@click.option("--evidence", is_flag=True, help="Add every cell's raw text, state and place in the original.")
@click.option(
    "--second-reading",
    "second",
    type=click.Choice(["never", "doubt", "always"]),
    default="doubt",
    show_default=True,
    help="When to read a file a second time with other libraries, to tell whose fault a failing check is.",
)
@worker_count
@verbose
@explained
def parse(files: tuple[str, ...], evidence: bool, second: When, workers: int) -> None:
    """Read reports (HTML, PDF, plain text) and print one JSON object a line.

    A file that can't be read gives an object with "error"; the others are still read.

    \b
    Examples:
      nianbao parse report.html
      nianbao parse --evidence *.pdf > reports.jsonl
      nianbao parse --second-reading always --workers 2 *.html
    """
    from parsers.processes import prepare

    prepare("parsers.files")
    from parsers import contract
    from parsers.errors import Unreadable
    from parsers.files import parse_file, shown
    from parsers.workers import run

    failed = False
    answers = run(functools.partial(parse_file, evidence=evidence, second=second), files, workers=workers)
    for path, answer in _with_progress(answers, "reading", "file", total=len(files)):
        if isinstance(answer, Unreadable):
            answer = contract.error_as_json(answer, source=shown(path))  # noqa: PLW2901 (the same, as it is printed)
        click.echo(contract.dumps(answer))
        failed |= _warn(shown(path), answer)
    sys.exit(1 if failed else 0)


def _warn(name: str, answer: dict[str, Any]) -> bool:
    """Say on standard error what is wrong with a file; True if the exit status must tell."""
    if "error" in answer:
        click.echo(f"nianbao: {name}: {answer['error']['message']}", err=True)
        return True
    for problem in answer["problems"]:
        if problem["code"] == "not_a_report":
            click.echo(f"nianbao: {name}: {problem['message']}", err=True)
            return True
    return False


@main.command()
@click.argument("portal_ids", nargs=-1, metavar="[PORTAL...]")
@click.option(
    "--portals",
    type=click.Path(path_type=Path, exists=True),
    help="Registry to use instead of the shipped one: a TOML file or a folder of them.",
)
@click.option(
    "--since", type=click.IntRange(2008, 2100), metavar="YEAR", help="Only reports of this year or later."
)
@click.option(
    "--delay", type=click.FloatRange(0), metavar="SECONDS", help="Wait between two requests to one host."
)
@click.option(
    "--allow-private", is_flag=True, help="Allow loopback, private addresses and hosts outside .gov.cn."
)
@click.option(
    "--summary",
    "summary_file",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help="Write the summary as JSON too.",
)
@click.option("--hours", metavar="HH:MM-HH:MM", help="Ask only then, China time, as in 20:00-07:00.")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Another setting of crawler/settings.py."
)
@worker_count
@archive_folder
@verbose
@explained
def crawl(
    portal_ids: tuple[str, ...],
    portals: Path | None,
    since: int | None,
    delay: float | None,
    allow_private: bool,
    summary_file: Path | None,
    hours: str | None,
    settings: tuple[str, ...],
    workers: int,
    archive_path: Path,
) -> None:
    """Crawl registered portals (all, or those named), then parse what is new.

    \b
    Examples:
      nianbao crawl                          every portal of the shipped registry
      nianbao crawl yinchuan-xixia --since 2021
      nianbao crawl --portals my-portals/ --archive /data/nianbao
      nianbao crawl --hours 20:00-07:00 --summary last.json --set NIANBAO_OLDER_DAYS=90
    """
    from crawler import portals as registry
    from crawler.commands import crawl_settings, summary_place
    from crawler.run import crawl as run

    chosen_settings = crawl_settings(settings, hours)
    summary_place(summary_file)

    mistakes: list[registry.PortalError] = []
    chosen, unknown = registry.select(registry.load(portals, mistakes=mistakes), portal_ids)
    for mistake in mistakes:
        click.echo(f"nianbao: {mistake}", err=True)
    for name in unknown:
        click.echo(
            f"nianbao: no portal {name} in {portals or 'the shipped registry'}; check its id", err=True
        )
    if not chosen:
        sys.exit(2)
    with _crawl_bar(len(chosen)) as show:
        summary = run(
            archive_path,
            chosen,
            since=since,
            delay=delay,
            allow_private=allow_private,
            workers=workers,
            progress=show,
            verbose=logging.getLogger().isEnabledFor(logging.INFO),
            settings=chosen_settings,
        )
    try:
        if summary_file:
            said = json.dumps(summary.as_json(), ensure_ascii=False, indent=2)
            summary_file.write_text(f"{said}\n", "utf-8")
    finally:
        click.echo(summary.text())
    sys.exit(0 if summary.ok and not mistakes and not unknown else 1)


@contextmanager
def _crawl_bar(portals: int) -> Iterator[Callable[[Progress], None]]:
    """A callback that draws how far each portal is, on standard error where that is a terminal."""
    from tqdm import tqdm

    with tqdm(
        total=portals, desc="crawling", unit=" portal", disable=None, file=sys.stderr, leave=False
    ) as bar:

        def show(progress: Progress) -> None:
            bar.set_postfix_str(f"{progress.portal}: {progress.settled} of {progress.found} links")
            if progress.outcome is not None:
                bar.update()

        yield show


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 picks one."
)
@archive_folder
@verbose
@explained
def serve(host: str, port: int, archive_path: Path) -> None:
    """Open the archive in Datasette, read-only.

    \b
    Examples:
      nianbao serve
      nianbao serve --host 0.0.0.0 --port 8080 --archive /data/nianbao
    """
    from archive.site import serve as run

    run(archive_path, host=host, port=port, announce=_tell_address)


def _tell_address(address: str) -> None:
    click.echo(f"The archive is open at {address} (Ctrl-C ends)")


@main.command()
@click.option("--no-serve", is_flag=True, help="End after the summary instead of opening the site.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port of the site."
)
@archive_folder
@verbose
@explained
def demo(no_serve: bool, port: int, archive_path: Path) -> None:
    """Crawl a small sample portal on this machine, twice, and show what was found.

    The archive of an earlier demo in the folder is replaced; any other archive is refused.

    \b
    Examples:
      nianbao demo
      nianbao demo --no-serve --archive /tmp/demo
    """
    from crawler.demo import run

    if not no_serve:
        from archive.site import refuse_taken

        refuse_taken("127.0.0.1", port)
    with _crawl_bar(4) as show:
        outcome = run(archive_path, progress=show)
    click.echo(outcome.text())
    if not no_serve:
        from archive.site import serve as run_site

        click.echo()
        run_site(archive_path, host="127.0.0.1", port=port, announce=_tell_address)


for _command in (*COMMANDS, status, export, discover, doctor):
    main.add_command(_command)

if __name__ == "__main__":
    main()

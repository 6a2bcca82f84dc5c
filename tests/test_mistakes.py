"""Mistakes that a user makes: values that are none, folders of other programs, places that can't be written."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from archive import log, originals
from archive.errors import Unwritten
from archive.log import Entry
from archive.rebuild import rebuild
from archive.store import Archive
from archive.verify import verify
from tests.test_bad_input import (
    EXISTING,
    HOUSE,
    READERS,
    USAGE,
    WRITERS,
    archive,
    entry,
    nianbao,
    one_line,
)

__all__ = ["archive", "entry"]


@pytest.mark.parametrize(
    "command",
    [
        ("status", "--as-of", "yesterday"),
        ("status", "--as-of", ""),
        ("status", "--as-of", "0001-01-01T00:00:00+14:00"),
        ("status", "--year", "99999999999999999999"),
        ("export", "--as-of", "2024-13-45"),
        ("export", "--region", "Ningxia"),
        ("verify", "--since", "x"),
        ("check", "--rule", "requests.balence"),
        ("judge", "a:b:c", "--confirm", "--why", "  "),
    ],
    ids=" ".join,
)
def test_values_that_are_none_are_wrong_usage(archive: Path, command: tuple[str, ...]) -> None:
    one_line(nianbao(*command, "--archive", archive), status=USAGE)


def test_rules_are_named_where_one_is_mistyped(archive: Path) -> None:
    for rule in ("requests.balance", "requests.carry", "prose.requests_received"):
        one_line(nianbao("check", "--rule", "x", "--archive", archive), rule, status=USAGE)
        assert nianbao("check", "--rule", rule, "--archive", archive).returncode == 0


def test_kinds_of_trouble_may_be_listed_with_spaces(archive: Path) -> None:
    assert nianbao("status", "--fail-on", " overdue, unsure ", "--archive", archive).returncode == 0


# ---------------------------------------------------------------------------------- databases of others


@pytest.mark.parametrize("command", [*READERS, *WRITERS], ids=lambda command: command[0])
def test_database_of_another_program_is_left_alone(tmp_path: Path, command: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(tmp_path / "nianbao.db")) as other:
        other.execute("CREATE TABLE treasure (x)")
    before = (tmp_path / "nianbao.db").read_bytes()
    one_line(nianbao(*command, "--archive", tmp_path), "another program")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"nianbao.db": before}


@pytest.mark.parametrize("command", EXISTING, ids=lambda command: command[0])
def test_empty_database_is_no_archive(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "nianbao.db").write_bytes(b"")
    one_line(nianbao(*command, "--archive", tmp_path), "no archive here")
    assert (tmp_path / "nianbao.db").read_bytes() == b""


@pytest.mark.parametrize("command", set(EXISTING) - {("verify",)}, ids=lambda command: command[0])
def test_lost_database_can_be_made_anew(archive: Path, command: tuple[str, ...]) -> None:
    for path in archive.glob("nianbao.db*"):
        path.unlink()
    one_line(nianbao(*command, "--archive", archive), "nianbao rebuild")
    (archive / "nianbao.db").write_bytes(b"")
    one_line(nianbao(*command, "--archive", archive), "nianbao rebuild")


def test_demo_does_not_mix_into_an_archive_that_lost_its_database(archive: Path) -> None:
    for path in archive.glob("nianbao.db*"):
        path.unlink()
    one_line(nianbao("demo", "--no-serve", "--archive", archive), "somewhere")


def test_archive_without_an_original_can_be_rebuilt(archive: Path, tmp_path: Path) -> None:
    made = rebuild(archive, tmp_path / "new")
    assert (made.originals, made.exit_status) == (0, 0)
    with Archive.open(tmp_path / "new") as opened:
        assert opened.db["portals"].count == 1


# ---------------------------------------------------------------------------------- what can't be stored


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, "\ud800"])
def test_row_that_no_database_can_hold_never_reaches_the_log(archive: Path, value: int | str) -> None:
    row = {"id": "odd", "name": "某市", "region": "640105", "home": value}
    before = log.path_of(archive, log.PORTALS).read_bytes()
    with Archive.open(archive, write=True) as opened, pytest.raises(Unwritten, match="can't be stored"):
        opened.record(log.PORTALS, [Entry("portals", row)])
    assert log.path_of(archive, log.PORTALS).read_bytes() == before
    with Archive.open(archive, write=True) as opened:
        assert verify(opened).findings == ()


# ---------------------------------------------------------------------------------- what can't be written


def test_summary_that_cannot_be_written_is_told_before_the_crawl(
    archive: Path, entry: Path, tmp_path: Path
) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    place = tmp_path / "locked" / "summary.json"
    command = ("crawl", "--portals", entry, "--archive", archive, "--summary", place)
    one_line(nianbao(*command, plain=True), "summary.json", status=USAGE)
    with Archive.open(archive) as opened:
        assert opened.db["crawls"].count == 0


def test_output_that_cannot_be_written_is_told(archive: Path) -> None:
    command = [sys.executable, "-m", "nianbao", "status", "--archive", str(archive)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=HOUSE)
    assert done.returncode == 1
    assert done.stderr.startswith("nianbao: No space left on device; ")
    assert done.stderr.count("\n") == 1


def test_unreadable_original_is_a_finding(archive: Path) -> None:
    with Archive.open(archive, write=True) as opened:
        name = originals.write(archive, b"x")
        row = {"sha256": name, "size": 1, "media_type": "text/html", "kept_at": "2026-01-01T00:00:00Z"}
        opened.record(log.PORTALS, [Entry("originals", row)])
    originals.path_of(archive, name).chmod(0)
    done = nianbao("verify", "--json", "--archive", archive, plain=True)
    found = [(finding["code"], finding["what"]) for finding in json.loads(done.stdout)["findings"]]
    assert done.returncode == 1
    assert ("original_unreadable", name) in found


def test_doctor_looks_at_the_registry_that_is_named(archive: Path, entry: Path, tmp_path: Path) -> None:
    assert "registry: 1 portals" in nianbao("doctor", "--portals", entry, "--archive", archive).stdout
    one_line(nianbao("doctor", "--portals", tmp_path / "none", "--archive", archive), "none", status=USAGE)
    with Archive.open(archive, write=True):
        done = nianbao("doctor", "--portals", entry, "--archive", archive)
    assert (done.returncode, "note  archive: " in done.stdout) == (0, True)

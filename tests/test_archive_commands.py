"""The commands that look after an archive, as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from archive_kit import AGENCY, begin, document, made, page
from click.testing import CliRunner, Result

import nianbao
import parsers
from archive.derive import report_id
from archive.reading import parse_new
from archive.store import Archive
from nianbao import main

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]

REPORT = report_id(AGENCY, "640105", 2023) or ""
CHECK = f"{REPORT[:8]}:requests.balance:total"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two versions of a report, the second with a failing check; one of another year; one that is unsure."""
    with Archive.open(tmp_path / "archive", write=True) as archive:
        for day, said in enumerate(
            ({}, {"checks": [["requests.balance", "total", "fails", 3, 4]], "n": 1}), 1
        ):
            crawl = begin(archive)
            cells = {"cells": {"requests.new.total": day}}
            archive.keep(page(crawl, body=document(**(said | cells)), day=day))
            archive.keep(page(crawl, "old", body=document(year=2021), day=day))
            archive.keep(page(crawl, "unsure", body=document(year=None), day=day))
            archive.finish_crawl(crawl, "complete" if day == 1 else "blocked", {})
        parse_new(archive, workers=0)
    return tmp_path / "archive"


def run(folder: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--archive", str(folder)])


def answer(folder: Path, *arguments: str | Path) -> dict[str, object]:
    done = run(folder, *arguments, "--json")
    return dict(json.loads(done.stdout))


def test_check_lists_failing_checks_and_judge_settles_one(folder: Path) -> None:
    done = run(folder, "check")
    assert done.exit_code == 1
    assert f"{REPORT}:requests.balance:total  {AGENCY} 2023: 3 is not 4" in done.stdout
    assert run(folder, "check", "--year", "2021").exit_code == 0
    assert run(folder, "judge", CHECK, "--dismiss", "--why", "stamped so").exit_code == 0
    done = run(folder, "check", "--rule", "requests.balance")
    assert done.exit_code == 0
    assert "(dismissed)" in done.stdout


def test_corrections_are_recorded(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        f"report,cell,value,reason,source\n{REPORT},requests.new.total,9,slip,letter\n"
    )
    assert answer(folder, "judge", "--corrections", tmp_path / "c.csv") == {"recorded": 1, "in_force": 1}


@pytest.mark.parametrize(
    "arguments",
    [
        ("judge",),
        ("judge", CHECK),
        ("judge", CHECK, "--confirm"),
        ("judge", CHECK, "--confirm", "--dismiss", "--why", "x"),
        ("judge", CHECK, "--corrections", "c.csv"),
        ("diff", REPORT, "--versions", "1", "2", "--years", "2021", "2023"),
        ("diff", REPORT, "--json", "--html"),
        ("diff",),
        ("reparse", "--rollback", "--all"),
        ("rebuild",),
    ],
)
def test_wrong_usage_is_status_2(folder: Path, arguments: tuple[str, ...]) -> None:
    assert run(folder, *arguments).exit_code == 2


def test_diff_shows_versions_and_years(folder: Path) -> None:
    assert "requests.new.total: 1 -> 2" in run(folder, "diff", REPORT[:8]).stdout
    assert "requests.new.total</th><td>1</td><td>2</td>" in run(folder, "diff", REPORT, "--html").stdout
    found = answer(folder, "diff", REPORT, "--years", "2021", "2023")
    assert found["agency"] == AGENCY
    done = run(folder, "diff", "nothing")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("nianbao: report 'nothing' is not in the archive")


def test_reparse_previews_applies_and_takes_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "RELEASE", "9.9.9")
    assert answer(folder, "reparse", "--preview")["originals"] == 4
    assert run(folder, "reparse").exit_code == 0
    assert answer(folder, "reparse", "--rollback") == {"parser": "9.9.9", "originals": 4}
    assert run(folder, "reparse", "--rollback").exit_code == 1
    assert run(folder, "reparse", "--only", "nonsense").exit_code == 1


def test_verify_backup_and_rebuild(folder: Path, tmp_path: Path) -> None:
    assert run(folder, "verify").exit_code == 0
    assert run(folder, "verify", "--quick", "--since", "2026-01-01").exit_code == 0
    assert run(folder, "verify", "--since", "yesterday").exit_code == 2
    assert answer(folder, "backup", tmp_path / "b")["originals"] == 4
    assert run(tmp_path / "b", "verify").exit_code == 0
    rebuilt = answer(folder, "rebuild", "--into", tmp_path / "n")
    assert rebuilt["reports"] == 2
    assert run(folder, "rebuild", "--into", tmp_path / "n").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("reparse",),
        ("judge", "a:b:c", "--confirm", "--why", "x"),
        ("diff", "x"),
        ("verify",),
        ("rebuild", "--into", "n"),
        ("backup", "b"),
    ],
)
def test_missing_archive_is_told_in_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path / "none", *arguments)
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(tmp_path / "none") in done.stderr
    assert list(tmp_path.iterdir()) == []


_ON_MEDIA = """
mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || { echo mount; exit 9; }
shift
while [ "$1" ]; do "$0" -m nianbao $1 --archive "$NIANBAO_TESTED" || [ $? = 1 ] || exit 8; shift; done
"""


def on_media(folder: Path, *commands: str) -> subprocess.CompletedProcess[str]:
    """The commands on a real mount that refuses to write; the kernel must let us make one in a namespace of our own."""
    command = ["unshare", "-rm", "sh", "-c", _ON_MEDIA, sys.executable, str(folder), *commands]
    environment = os.environ | {
        "NIANBAO_TESTED": str(folder),
        "PYTHONPATH": str(Path(nianbao.__file__).parent),
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or done.stdout.startswith("mount"):
        pytest.skip(f"no file system of our own: {done.stderr.strip()}")
    assert "Traceback" not in done.stderr
    return done


def test_media_that_cannot_be_written_can_be_read(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = on_media(folder, "status", "check", "verify", f"diff {REPORT}", "reparse --preview --all")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "captures compared with their log: whole" in done.stdout
    assert f"{REPORT}:requests.balance:total" in done.stdout
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_writing_to_media_that_cannot_be_written_says_so(folder: Path) -> None:
    assert "Read-only file system; make the folder writable" in on_media(folder, "reparse --all").stderr

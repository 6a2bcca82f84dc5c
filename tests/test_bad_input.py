"""Bad input through every command: one line that names the thing and the cure, and the rest goes on."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.model import PortalRow
from archive.store import Archive
from crawler.sample.portal import LoopbackSite
from nianbao import main
from parsers import read, workers
from tests.tools import sample_pages as pages

HOUSE = Path(__file__).parents[1]
USAGE = (2,)
EITHER = (1, 2)
AS_ROOT = os.geteuid() == 0
# root passes by every permission unless it gives up the capabilities to do so
PLAIN = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")

PDF = next(path for path in pages.TREE.rglob("*.pdf"))
REPORT = next(path for path in pages.TREE.rglob("t20250321_*.html"))


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def nianbao(*arguments: object, plain: bool = False) -> Done:
    """The command as a user runs it (``plain``: one who is not root); asserts that no traceback shows."""
    words = [str(argument) for argument in arguments]
    done = _as_plain_user(words) if plain and AS_ROOT else _in_process(words)
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    return done


def _in_process(words: list[str]) -> Done:
    result = CliRunner().invoke(main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def _as_plain_user(words: list[str]) -> Done:
    done = subprocess.run(
        [*PLAIN, sys.executable, "-m", "nianbao", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(HOUSE), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return Done(done.returncode, done.stdout, done.stderr)


def one_line(done: Done, *words: str, status: tuple[int, ...] = (1,)) -> str:
    """The single line on standard error, which must hold ``words``."""
    lines = [line for line in done.stderr.splitlines() if line and not line.startswith(("Usage:", "Try "))]
    assert done.returncode in status, done.stderr
    assert len(lines) == 1, done.stderr
    assert all(word in lines[0] for word in words), lines[0]
    return lines[0]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of one portal that was never crawled."""
    folder = tmp_path / "archive"
    with Archive.open(folder, write=True) as opened:
        opened.register([PortalRow("somewhere", "某市", "640105", "http://www.example.gov.cn/")])
    return folder


@pytest.fixture
def entry(tmp_path: Path) -> Iterator[Path]:
    """A registry file of a portal that is being served, with one report."""
    page = REPORT.read_bytes()
    listed = '<ul><li><a href="./r.html">示例市人民政府2024年政府信息公开工作年度报告</a></li></ul>'.encode()
    with LoopbackSite({"/nb/index.html": listed, "/nb/r.html": page}) as site:
        yield _entry(tmp_path / "portal.toml", "sample", site.url)


@contextmanager
def closed() -> Iterator[str]:
    """An address that refuses connections: its port is taken, but nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


def _entry(path: Path, name: str, home: str) -> Path:
    path.write_text(
        f'id = "{name}"\nname = "示例"\nregion = "990100"\nhome = "{home}"\n[[columns]]\nurl = "{home}nb/"\n',
        "utf-8",
    )
    return path


# ------------------------------------------------------------------------------------------------ parse


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.html", b"", "empty"),
        ("empty.pdf", b"", "empty"),
        ("truncated.pdf", PDF.read_bytes()[:30_000], None),
        ("header-only.pdf", b"%PDF-1.4\n", None),
        ("noise.bin", bytes(range(256)) * 40, None),
        ("zeros.html", bytes(5000), None),
    ],
)
def test_parse_names_an_unreadable_file_and_reads_the_next(
    tmp_path: Path, name: str, data: bytes, code: str | None
) -> None:
    bad = tmp_path / name
    bad.write_bytes(data)
    done = nianbao("parse", bad, REPORT)
    one_line(done, name)
    first, second = map(json.loads, done.stdout.splitlines())
    assert first.keys() == {"source", "error"}
    assert code in (None, first["error"]["code"])
    assert second["year"] == 2024


def test_parse_of_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.html"))
    file.write_bytes(b"")
    done = nianbao("parse", file)
    one_line(done, "\ufffd\ufffd.html")
    assert json.loads(done.stdout.encode("utf-8"))["source"].endswith("\ufffd\ufffd.html")


def test_parse_tells_a_fault_of_ours_and_reads_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, run = read.read, workers.run

    def broken(data: bytes, **options: object) -> object:
        if data == b"<p>x</p>":
            raise ZeroDivisionError("by zero")
        return whole(data, **options)

    monkeypatch.setattr(read, "read", broken)
    monkeypatch.setattr(workers, "run", lambda one, items, **_: run(one, items, workers=0))
    bad = tmp_path / "bad.html"
    bad.write_bytes(b"<p>x</p>")
    done = nianbao("parse", bad, REPORT)
    one_line(done, "bad.html", "ZeroDivisionError", "report it")
    first, second = map(json.loads, done.stdout.splitlines())
    assert first["error"]["code"] == "parser_failed"
    assert second["form"] == "2021"


def test_parse_of_a_page_without_tables_says_what_it_lacks(tmp_path: Path) -> None:
    page = tmp_path / "news.html"
    page.write_text("<html><body><h1>今日天气</h1><p>晴，三级风。</p></body></html>", "utf-8")
    done = nianbao("parse", page, REPORT)
    one_line(done, "news.html")
    first, second = map(json.loads, done.stdout.splitlines())
    assert [first[table] for table in ("form", "disclosure", "requests", "disputes", "statistics")] == [
        None
    ] * 5
    assert first["problems"]
    assert second["form"] == "2021"


def test_parse_of_missing_paths_and_folders(tmp_path: Path) -> None:
    one_line(nianbao("parse", tmp_path / "nowhere.pdf"), "nowhere.pdf", "check the path")
    one_line(nianbao("parse", tmp_path), str(tmp_path), "folder")
    one_line(nianbao("parse"), "FILE", status=USAGE)


def test_parse_of_a_file_without_permission(tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("x", "utf-8")
    secret.chmod(0)
    one_line(nianbao("parse", secret, plain=True), "secret.html", "permission")


# ------------------------------------------------------------------------------------------------ crawl


def test_unknown_portal(archive: Path) -> None:
    one_line(nianbao("crawl", "atlantis", "--archive", archive), "atlantis", status=USAGE)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('id = "a"\nname = ', ("TOML",)),
        ('id = "A b"\nname = "x"\nregion = "640105"\nhome = "http://x.gov.cn/"\n', ("id", "A b")),
        ('id = "a"\nname = "x"\nregion = 640105\nhome = "http://x.gov.cn/"\n', ("region", "640105")),
        ('id = "a"\nname = "x"\nregion = "640105"\nhome = "x.gov.cn"\n', ("home", "http://")),
        ('id = "a"\nname = "x"\nregion = "640105"\nhome = "http://[::1"\n', ("home", "malformed")),
        ('id = "a"\nname = "x"\nregion = "640105"\nhome = "http://x.gov.cn:99999/"\n', ("home", "malformed")),
        ('id = "a"\nname = "x"\nregion = "640105"\nhome = "http://x.gov.cn/"\n', ("columns",)),
        ('id = "a"\nname = "x"\nregion = "640105"\nhome = "http://x.gov.cn/"\nurl = "y"\n', ("url",)),
    ],
)
def test_malformed_registry_file(archive: Path, tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    one_line(nianbao("crawl", "--portals", file, "--archive", archive), "mine.toml", *words, status=USAGE)


def test_registry_that_is_not_there_or_empty(archive: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    one_line(
        nianbao("crawl", "--portals", tmp_path / "none.toml", "--archive", archive), "none.toml", status=USAGE
    )
    one_line(nianbao("crawl", "--portals", empty, "--archive", archive), str(empty), ".toml", status=EITHER)


def test_private_addresses_are_refused_unless_allowed(archive: Path, entry: Path) -> None:
    done = nianbao("crawl", "--portals", entry, "--archive", archive, "--delay", 0)
    assert done.returncode == 1
    assert "--allow-private" in done.stdout + done.stderr


@pytest.mark.slow
def test_portal_that_is_down_leaves_the_others_alone(archive: Path, entry: Path, tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    folder.mkdir()
    entry.rename(folder / "up.toml")
    with closed() as home:
        _entry(folder / "down.toml", "down", home)
        done = nianbao("crawl", "--portals", folder, "--archive", archive, "--delay", 0, "--allow-private")
    assert done.returncode == 1
    assert "sample: complete; 1 report (1 new" in done.stdout
    assert "down: failed" in done.stdout


# ---------------------------------------------------------------------------------- the archive's folder

READERS = [
    ("verify",),
    ("serve", "--port", "0"),
    ("status",),
    ("check",),
    ("diff", "abc"),
    ("export", "--out", "unused"),
    ("backup", "unused"),
]
WRITERS = [("crawl",), ("reparse",), ("judge", "a:b:c", "--confirm", "--why", "x"), ("demo", "--no-serve")]
EXISTING = [*READERS, *(command for command in WRITERS if command[0] in ("reparse", "judge"))]
"""Commands that make no archive."""


@pytest.mark.parametrize("command", EXISTING, ids=lambda command: command[0])
def test_archive_that_is_not_there(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = nianbao(*command, "--archive", tmp_path / "none")
    one_line(done, str(tmp_path / "none"))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", [*READERS, *WRITERS], ids=lambda command: command[0])
def test_file_in_the_place_of_the_archive(tmp_path: Path, command: tuple[str, ...]) -> None:
    file = tmp_path / "file"
    file.write_text("", "utf-8")
    one_line(nianbao(*command, "--archive", file), str(file), status=USAGE)


@pytest.mark.parametrize("command", [*READERS, *WRITERS], ids=lambda command: command[0])
def test_database_that_is_not_one(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "nianbao.db").write_bytes(b"not a database" * 100)
    one_line(nianbao(*command, "--archive", tmp_path), "nianbao.db")


@pytest.mark.parametrize("command", WRITERS, ids=lambda command: command[0])
def test_folder_of_other_things(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    one_line(nianbao(*command, "--archive", tmp_path), str(tmp_path), "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize("command", WRITERS, ids=lambda command: command[0])
def test_read_only_folder(tmp_path: Path, archive: Path, command: tuple[str, ...]) -> None:
    for path in (archive, *archive.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    done = nianbao(*command, "--archive", archive, plain=True)
    archive.chmod(0o755)
    one_line(done, str(archive), "writable")


@pytest.mark.parametrize("command", WRITERS, ids=lambda command: command[0])
def test_archive_locked_by_another_process(archive: Path, command: tuple[str, ...]) -> None:
    with Archive.open(archive, write=True):
        one_line(nianbao(*command, "--archive", archive), str(archive), str(os.getpid()))


@pytest.mark.skipif(not AS_ROOT, reason="mounting a small file system needs root")
@pytest.mark.parametrize("size", [16, 400])
def test_disk_full(tmp_path: Path, entry: Path, size: int) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine doesn't let root mount a tmpfs")
    try:
        archive = disk / "archive"
        done = nianbao("crawl", "--portals", entry, "--archive", archive, "--delay", 0, "--allow-private")
        assert done.returncode == 1
        assert "No space left" in done.stderr or "full" in done.stderr, done.stderr
        assert not list(archive.rglob("*.part"))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# -------------------------------------------------------------------------------------------- the rest


@pytest.mark.parametrize(
    "command", [("backup",), ("rebuild", "--into"), ("export", "--out")], ids=lambda c: c[0]
)
def test_file_in_the_place_of_what_is_written(
    archive: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = tmp_path / "file"
    file.write_text("mine", "utf-8")
    one_line(nianbao(*command, file, "--archive", archive), str(file), status=EITHER)
    assert file.read_text("utf-8") == "mine"


@pytest.mark.parametrize("command", [("backup",), ("rebuild", "--into")], ids=lambda command: command[0])
def test_folder_of_other_things_to_write_into(
    archive: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"")
    one_line(nianbao(*command, folder, "--archive", archive), str(folder), "folder")
    assert [path.name for path in folder.iterdir()] == ["holiday.jpg"]


def test_backup_into_the_archive_itself(archive: Path) -> None:
    one_line(nianbao("backup", archive, "--archive", archive), str(archive), "elsewhere")
    one_line(nianbao("backup", archive / "copy", "--archive", archive), "copy", "elsewhere")
    assert not (archive / "copy").exists()


def test_judgements_and_corrections_that_name_nothing(archive: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[[correction", "utf-8")
    verdict = ("--confirm", "--why", "x", "--archive", archive)
    one_line(nianbao("judge", "nothing", *verdict), "nothing", "nianbao check")
    one_line(nianbao("judge", "abc:requests.balance:total", *verdict), "abc")
    one_line(
        nianbao("judge", "--corrections", tmp_path / "none.toml", "--archive", archive),
        "none.toml",
        status=EITHER,
    )
    one_line(nianbao("judge", "--corrections", broken, "--archive", archive), "broken.toml")


def test_reports_dates_and_codes_that_are_none(archive: Path) -> None:
    one_line(nianbao("diff", "abc", "--archive", archive), "abc", "reports")
    one_line(
        nianbao("status", "--as-of", "yesterday", "--archive", archive), "yesterday", "2026", status=EITHER
    )
    one_line(
        nianbao("status", "--fail-on", "weather", "--archive", archive), "weather", "stale", status=USAGE
    )
    one_line(nianbao("export", "--form", "2020", "--archive", archive), "2020", status=USAGE)


def test_discover_of_what_is_no_portal() -> None:
    one_line(nianbao("discover", "portal"), "portal", "http")
    one_line(nianbao("discover", "http://127.0.0.1:9/"), "--allow-private")
    with closed() as home:
        one_line(nianbao("discover", home, "--allow-private", "--delay", 0), home, "connection refused")


def test_port_that_is_taken(archive: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        one_line(nianbao("serve", "--archive", archive, "--port", port), str(port), "--port")
        done = nianbao("demo", "--archive", archive.with_name("demo"), "--port", port)
        one_line(done, str(port), "--port")
        assert not done.stdout  # told before the crawl, not after it


def test_unknown_command_and_option() -> None:
    one_line(nianbao("scrape"), "scrape", status=USAGE)
    one_line(nianbao("crawl", "--speed", "9"), "--speed", status=USAGE)
    one_line(nianbao("serve", "--port", "80000"), "80000", status=USAGE)
    one_line(nianbao("crawl", "--since", "1999"), "1999", status=USAGE)
    one_line(nianbao("crawl", "--hours", "25:00-3"), "25:00-3", "20:00-07:00", status=USAGE)
    one_line(nianbao("crawl", "--set", "SPEED=9"), "SPEED=9", status=USAGE)
    one_line(nianbao("crawl", "--set", "NIANBAO_RETRIES=many"), "NIANBAO_RETRIES", "many", status=USAGE)
    assert nianbao("--version").stdout.startswith("nianbao")

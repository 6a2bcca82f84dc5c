"""docs/scheduling.md: the units are sound, and every command in it exists with its options."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from nianbao import main

DOC = (Path(__file__).parents[1] / "docs" / "scheduling.md").read_text("utf-8")
UNITS = dict(re.findall(r"`/etc/systemd/system/([\w.-]+)`[^\n]*:\n\n```ini\n(.*?)```", DOC, re.DOTALL))
COMMANDS = sorted(
    set(re.findall(r"nianbao (crawl|status|reparse|backup|verify)\b((?: --[a-z-]+(?: [^\s`|>-]\S*)?)*)", DOC))
)


def test_the_document_holds_the_three_units():
    assert sorted(UNITS) == ["nianbao-failed.service", "nianbao.service", "nianbao.timer"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_units_are_accepted_by_systemd(tmp_path):
    for name, text in UNITS.items():
        (tmp_path / name).write_text(text.replace("/opt/nianbao/bin/nianbao", "/bin/true"))
    units = [str(tmp_path / name) for name in ("nianbao.service", "nianbao.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], check=False, capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line] == []


@pytest.mark.parametrize(("name", "options"), COMMANDS)
def test_the_commands_exist_with_their_options(name, options):
    known = {option for parameter in main.commands[name].params for option in parameter.opts}
    assert set(re.findall(r"--[a-z-]+", options)) <= known


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--hours", "8pm"], "20:00-07:00"),
        (["--set", "NOTHING=1"], "crawler/settings.py"),
        (["--set", "NIANBAO_HOURS=now"], "20:00-07:00"),
        (["--summary", "/nowhere/at/all.json"], "does not exist"),
    ],
)
def test_wrong_options_are_told_before_anything_is_asked(options, word, tmp_path):
    done = CliRunner().invoke(main, ["crawl", "--archive", str(tmp_path / "archive"), *options])
    assert done.exit_code == 2 and word in done.output
    assert not (tmp_path / "archive").exists()

"""What a command says where something fails that is nobody's fault."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from archive.commands import explained

HOUSE = Path(__file__).parents[1]
PIPED = "from archive.commands import explained\nfor _ in range(100_000):\n    explained(print)('page')\n"


def test_a_broken_pipe_that_is_not_the_output_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    with pytest.raises(SystemExit) as ended:
        explained(broken)()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("nianbao: Broken pipe; ")


def test_ctrl_c_in_an_import_is_heard_when_the_module_is_whole(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nprint('whole')\n"
    )
    program = (
        "import time\nfrom archive.commands import explained\n"
        "def command():\n    import slow\n    while True: time.sleep(1)\nexplained(command)()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": f"{HOUSE}:{tmp_path}"},
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    said = "nianbao: interrupted; what was finished is kept\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "whole\n", said)


def test_nothing_is_said_where_nobody_reads_on() -> None:
    """As in ``nianbao … | head``: click ends a command so."""
    with subprocess.Popen(
        [sys.executable, "-c", PIPED], cwd=HOUSE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert "BrokenPipeError" in said and "nianbao: " not in said

"""What a command says where something fails that is nobody's fault."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from archive.commands import explained

PIPED = "from archive.commands import explained\nfor _ in range(100_000):\n    explained(print)('page')\n"


def test_a_broken_pipe_that_is_not_the_output_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    with pytest.raises(SystemExit) as ended:
        explained(broken)()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("nianbao: Broken pipe; ")


def test_nothing_is_said_where_nobody_reads_on() -> None:
    """As in ``nianbao … | head``: click ends a command so."""
    with subprocess.Popen(
        [sys.executable, "-c", PIPED], cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert "BrokenPipeError" in said and "nianbao: " not in said

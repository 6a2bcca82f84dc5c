"""The parsers' release is theirs: any change of what they are made of gives another, nothing else does."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import parsers
from parsers.release import VERSION, release

FOLDER = Path(parsers.__file__).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("__pycache__")))


def test_release_names_version_and_files(copy: Path) -> None:
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION
    assert release(copy) == parsers.RELEASE
    assert parsers.RELEASE.startswith(f"{VERSION}+")


def test_line_endings_and_compiled_files_are_no_other_release(copy: Path) -> None:
    for path in copy.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__" / "read.cpython-311.pyc").write_bytes(b"x")
    assert release(copy) == parsers.RELEASE


def _append(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes() + b"\n")

    return change


@pytest.mark.parametrize(
    "change",
    [
        *map(_append, ("numbers.py", "forms/2021.toml", "data/regions.csv", "documents/pdf.py")),
        lambda folder: (folder / "numbers.py").rename(folder / "figures.py"),
        lambda folder: (folder / "tables" / "disputes.py").unlink(),
        lambda folder: (folder / "forms" / "2027.toml").touch(),
    ],
)
def test_any_change_is_another_release(copy: Path, change: Callable[[Path], None]) -> None:
    change(copy)
    assert release(copy) != parsers.RELEASE

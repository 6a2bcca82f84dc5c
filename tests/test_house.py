"""The house rules that a machine can keep."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from nianbao import main

HOUSE = Path(__file__).parents[1]
FLOORS = {"parsers": 0, "archive": 1, "crawler": 2, "nianbao": 3}
# a library that only some floors may import; Scrapy brings its own parser (parsel, lxml) to the crawler
LIBRARIES = {
    "scrapy": {"crawler", "nianbao"},
    "twisted": {"crawler"},
    "sqlite_utils": {"archive"},
    "sqlite3": {"archive"},
    "datasette": {"archive"},
    "bs4": {"parsers"},
    "pdfplumber": {"parsers"},
    "pdfminer": {"parsers"},
}


def _modules() -> list[Path]:
    packages = [path for floor in ("parsers", "archive", "crawler") for path in (HOUSE / floor).rglob("*.py")]
    return [*packages, HOUSE / "nianbao.py"]


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import; name the package"
            yield (node.module or "").split(".")[0], node.lineno


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_imports_point_down(path: Path) -> None:
    floor = path.relative_to(HOUSE).parts[0].removesuffix(".py")
    for name, line in _imports(path):
        assert FLOORS.get(name, -1) <= FLOORS[floor], f"{path}:{line}: {floor} must not import {name}"
        assert floor in LIBRARIES.get(name, {floor}), f"{path}:{line}: {name} does not belong in {floor}"


def test_parsers_touch_neither_network_nor_database() -> None:
    banned = {"socket", "urllib", "http", "requests", "sqlite3", "asyncio"}
    for path in (HOUSE / "parsers").rglob("*.py"):
        assert not banned & {name for name, _ in _imports(path)}, path


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 400, f"{path} is over 400 lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= 60, f"{path}:{node.lineno}: {node.name} has {lines} lines"


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_every_command_is_in_both_readmes(name: str) -> None:
    text = (HOUSE / name).read_text("utf-8")
    for command in main.commands:
        assert f"nianbao {command}" in text, f"{name} does not mention nianbao {command}"


def test_every_command_has_help_with_an_example() -> None:
    for name, command in main.commands.items():
        assert f"nianbao {name}" in (command.help or ""), f"{name} --help shows no example"


def test_ci_runs_the_readme_test_command() -> None:
    (test_command,) = {line for line in _shell_lines("README.md") if "pytest" in line}
    assert test_command in (HOUSE / ".ci/run").read_text("utf-8").splitlines()


def test_every_dependency_has_its_reason() -> None:
    text = (HOUSE / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)["project"]
    extras = [name for group in project["optional-dependencies"].values() for name in group]
    for requirement in project["dependencies"] + extras:
        (line,) = {line for line in text.splitlines() if f'"{requirement}"' in line}
        assert re.search(r"#\s*\S+ \S", line), f"{requirement} has no reason beside it"


def test_both_readmes_show_the_same_commands() -> None:
    def commands(name: str) -> list[str]:
        return [line.split(" #")[0].rstrip() for line in _shell_lines(name)]

    assert commands("README.md") == commands("README.zh.md")


def test_help_imports_neither_scrapy_nor_datasette() -> None:
    script = "import sys, nianbao; print([n for n in ('scrapy', 'datasette', 'pdfplumber', 'bs4') if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def _shell_lines(name: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (HOUSE / name).read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]

"""The documentation says what is so: the schema, the codes, and recipes that run."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.model import CRAWL_OUTCOMES, NOT_KEPT
from archive.views import TWIN
from crawler.demo import Outcome
from crawler.lists.adapters import FAMILIES
from nianbao import main
from parsers.phrases import phrases
from tests.tools import build_docs

HOUSE = Path(__file__).parents[1]
DOCS = HOUSE / "docs"

RECIPES = re.findall(
    r"## ([^\n]+)\n.*?```sql\n(.*?)```", (DOCS / "cookbook.md").read_text("utf-8"), re.DOTALL
)


def _calls(*floors: str) -> Iterator[tuple[str, str]]:
    """Name of the called function and its first argument, where that is a text, in these packages."""
    for path in (path for floor in floors for path in (HOUSE / floor).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                yield name, str(node.args[0].value)


def _table(page: str, heading: str) -> set[str]:
    """The codes in the first column of the tables below a heading."""
    section = (DOCS / page).read_text("utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def test_the_schema_is_described_as_it_is() -> None:
    text = (DOCS / "archive.md").read_text("utf-8")
    written = text.partition(build_docs.BEGIN)[2].partition(build_docs.END)[0].strip()
    assert written == build_docs.reference().strip(), "run python -m tests.tools.build_docs"


def test_every_problem_code_is_explained() -> None:
    makers = {"Problem", "problem", "_report_cells"}
    codes = {code for name, code in _calls("parsers", "archive") if name in makers}
    assert _table("parsing.md", "Problems") == codes | {TWIN}


def test_every_reason_not_to_read_a_file_is_explained() -> None:
    codes = {code for name, code in _calls("parsers", "archive") if name == "Unreadable"}
    ours = set(re.findall(r'"code": "(\w+)"', (HOUSE / "parsers" / "files.py").read_text("utf-8")))
    assert _table("parsing.md", "Files that can't be read") == codes | ours


def test_every_statement_of_prose_is_explained() -> None:
    assert _table("parsing.md", "Figures in the prose") == {phrase.id for phrase in phrases().phrases}


def test_every_outcome_is_explained() -> None:
    outcomes = {"new", "changed", "unchanged", *NOT_KEPT}
    assert _table("crawling.md", "Outcomes") == outcomes
    text = (DOCS / "crawling.md").read_text("utf-8")
    assert all(f"`{outcome}`" in text for outcome in CRAWL_OUTCOMES)


def test_every_setting_and_family_is_explained() -> None:
    settings = set(re.findall(r"NIANBAO_\w+", (HOUSE / "crawler" / "settings.py").read_text("utf-8")))
    assert _table("crawling.md", "Settings") == settings
    assert _table("crawling.md", "CMS families") == FAMILIES.keys()


def test_links_between_pages_lead_somewhere() -> None:
    for page in DOCS.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (DOCS / target).exists(), f"{page.name}: {target}"


def test_every_command_of_care_runs(
    demo_outcome: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DOCS / "care.md").read_text("utf-8")
    shutil.copytree(demo_outcome.archive, tmp_path / "archive")
    (tmp_path / "corrections.toml").write_text(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0], "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIANBAO_ARCHIVE", "archive")
    for line in "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines():
        program, *words = shlex.split(line)
        done = CliRunner().invoke(main, words)
        assert program == "nianbao"
        assert done.exception is None or isinstance(done.exception, SystemExit), (line, done.exception)
        found = 1 if words[0] == "check" else 0  # the demo has checks that fail
        assert done.exit_code == found, (line, done.output)


@pytest.mark.parametrize(("title", "sql"), RECIPES, ids=[title for title, _ in RECIPES])
def test_every_recipe_answers(demo_outcome: Outcome, title: str, sql: str) -> None:
    connection = sqlite3.connect(f"file:{demo_outcome.archive / 'nianbao.db'}?mode=ro", uri=True)
    rows = connection.execute(sql).fetchall()
    connection.close()
    assert rows, f"{title}: the demo's archive has no answer"

"""What people and other renditions say, on the pages of a report and of a figure."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.corrections import Correction
from archive.judgements import correct
from archive.reading import parse_new
from archive.site import language
from archive.store import Archive
from tests.site_archive import GOVERNMENT, Get, Writer, asking, page, report_id, rows

CODES = Path(__file__).parents[1] / "docs" / "parsing.md"


@pytest.fixture(scope="module")
def folder(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small archive, with a file that disagrees with its page, and two corrections, one of them open again."""
    folder = Path(shutil.copytree(site_folder, tmp_path_factory.mktemp("people") / "archive"))
    name = report_id(folder, GOVERNMENT, 2023)
    with Archive.open(folder, write=True) as archive:
        crawl = archive.start_crawl("yinchuan-xixia")
        other = page(GOVERNMENT, 2023, "2021", new=77)
        Writer(archive).keep(crawl, "/files/2023.html", other, kind="file")
        archive.finish_crawl(crawl, "complete", {})
        parse_new(archive)
        correct(archive, [Correction(name, "requests.new.commercial", 5, "a <slip>", "letter 7")])
        old = {"table": "requests", "row": "new", "column": "research"}
        archive.db.conn.execute(
            "INSERT INTO corrections VALUES (99, :report, :table, :row, :column, 6, 'r', 's', 1, 'x', 'now')",
            {"report": name, **old},
        )
    return folder


@pytest.fixture(scope="module")
def ask(folder: Path) -> Iterator[Get]:
    with asking(folder) as ask:
        yield ask


def test_corrections_stand_beside_what_was_read(folder: Path, ask: Get) -> None:
    name = report_id(folder, GOVERNMENT, 2023)
    text = ask(f"/report/{name}").text
    assert re.search(r'>4</a> <ins class="correction" title="corrected by a person">5</ins></td>', text)
    assert "a &lt;slip&gt;" in text and "letter 7" in text
    assert text.count(">in force</td>") == 1 and text.count("the source has changed since") == 1
    assert "一、本年新收政府信息公开申请数量 · 商业企业" in text
    ((parse,),) = rows(folder, "select parse from reports where id = ?", name)
    proof = ask(f"/proof/{parse}/requests/new/commercial", Accept_Language="zh").text
    assert '<ins class="correction">5</ins> · a &lt;slip&gt; (letter 7' in proof
    assert "correction" not in ask(f"/proof/{parse}/requests/new/research").text


def test_renditions_that_disagree_lead_to_both_proofs(folder: Path, ask: Get) -> None:
    name = report_id(folder, GOVERNMENT, 2023)
    text = ask(f"/report/{name}").text
    shown = text[text.index('id="twins"') :]
    proofs = re.findall(r'<td class="n"><a href="(/proof/\d+/requests/new/natural_person)">(\d+)</a>', shown)
    assert [value for _, value in proofs] == ["30", "77"]
    assert all(ask(path).status_code == 200 for path, _ in proofs)
    assert "twin_disagreement" not in text


def test_every_problem_has_a_name_in_both_languages() -> None:
    listed = CODES.read_text("utf-8").partition("## Problems")[2].partition("\n## ")[0]
    codes = re.findall(r"^\| `(\w+)`", listed, re.MULTILINE)
    assert len(codes) > 30
    assert [code for code in codes if f"problem_{code}" not in language.texts()] == []


def test_problem_without_a_name_is_shown_by_its_code(folder: Path, ask: Get) -> None:
    name = report_id(folder, GOVERNMENT, 2020)
    ((parse,),) = rows(folder, "select parse from reports where id = ?", name)
    with Archive.open(folder, write=True) as archive:
        archive.db.conn.execute("INSERT INTO problems VALUES (?, 'of_old', 'x', 'y')", [parse])
    assert '<td class="nowrap"><code class="quiet">of_old</code></td>' in ask(f"/report/{name}").text


def test_checks_are_named_as_the_form_names_their_row_or_column(folder: Path, ask: Get) -> None:
    text = ask(f"/report/{report_id(folder, GOVERNMENT, 2024)}", Accept_Language="zh").text
    assert '<span lang="zh">一、本年新收政府信息公开申请数量</span>' in text
    failing = text[text.index('id="failing"') : text.index('id="table-disclosure"')]
    assert "各类申请人之和 = 总计" in failing and "requests.row_total" in failing
    assert "上年结转 = 上一年度年报" in failing
    assert "≠" in failing

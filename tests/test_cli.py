"""The commands as a person types them."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archive.store import Archive
from nianbao import main
from tests.site_archive import served

PAGE = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8">
<title>示例市甲区科学技术局2021年政府信息公开工作年度报告</title></head><body>
<h1>示例市甲区科学技术局2021年政府信息公开工作年度报告</h1>
<h2>一、总体情况</h2><p>本局按照规定编制本报告。</p>
<h2>二、主动公开政府信息情况</h2>
<table>
<tr><td colspan="4">第二十条第（一）项</td></tr>
<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr>
<tr><td>行政规范性文件</td><td>2</td><td>1</td><td></td></tr>
</table></body></html>"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_parse_prints_one_object_a_line_in_the_order_given(tmp_path: Path) -> None:
    page, empty, missing = tmp_path / "a.html", tmp_path / "b.html", tmp_path / "c.pdf"
    page.write_text(PAGE, "utf-8")
    empty.write_bytes(b"")
    done = run("parse", empty, page, missing, page)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["source"] for answer in answers] == [str(path) for path in (empty, page, missing, page)]
    assert [answer.get("error", {}).get("code") for answer in answers] == ["empty", None, "not_found", None]
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 2
    assert answers[1] == answers[3]


def test_parse_names_a_file_as_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, "utf-8")
    given = [f"{tmp_path}/./a.html", f"{tmp_path}//none.pdf"]
    assert [json.loads(line)["source"] for line in run("parse", *given).stdout.splitlines()] == given


def test_parse_reads_the_values_and_leaves_a_blank_null(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(PAGE, "utf-8")
    done = run("parse", page)
    report = json.loads(done.stdout)
    assert (report["form"], report["year"], report["agency"]) == ("2021", 2021, "示例市甲区科学技术局")
    assert report["disclosure"]["normative_documents"] == {"issued": 2, "repealed": 1, "in_force": None}
    assert report["requests"] is None
    assert {"code": "missing_table", "where": "requests"}.items() <= report["problems"][-2].items()
    assert done.exit_code == 0


def test_evidence_gives_raw_text_and_place(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(PAGE, "utf-8")
    report = json.loads(run("parse", "--evidence", page).stdout)
    cells = {(cell["table"], cell["row"], cell["column"]): cell for cell in report["evidence"]}
    cell = cells["disclosure", "normative_documents", "issued"]
    assert cell["raw"] == "2"
    assert (cell["place"]["row"], cell["place"]["column"]) == (3, 1)


def test_a_page_that_is_no_report_is_told_and_status_1(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<html><title>天气</title><p>今天晴。</p></html>", "utf-8")
    done = run("parse", page)
    assert json.loads(done.stdout)["form"] is None
    assert done.exit_code == 1
    assert "政府信息公开工作年度报告" in done.stderr


@pytest.mark.parametrize(
    "arguments", [("parse",), ("crawl", "--since", "abc"), ("serve", "--port", "99999"), ("x",)]
)
def test_wrong_usage_is_status_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_unknown_portal_is_one_line_with_the_cure(tmp_path: Path) -> None:
    done = run("crawl", "no-such-portal", "--archive", tmp_path / "a")
    assert done.exit_code in (1, 2)
    assert len(done.stderr.splitlines()) == 1
    assert "no-such-portal" in done.stderr


def test_verify_of_a_folder_that_is_no_archive(tmp_path: Path) -> None:
    done = run("verify", "--archive", tmp_path / "none")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(tmp_path / "none") in done.stderr


def test_serve_tells_its_address_and_answers(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a", write=True):
        pass
    with served(tmp_path / "a") as address, urllib.request.urlopen(f"{address}/nianbao.json") as answer:
        assert json.load(answer)["database"] == "nianbao"


def test_workers_and_readings_keep_the_order_and_the_answers(tmp_path: Path) -> None:
    pages = [tmp_path / f"{number}.html" for number in range(5)]
    for page in pages:
        page.write_text(PAGE, "utf-8")
    lines = [
        run("parse", "--second-reading", second, "--workers", workers, *pages).stdout
        for second, workers in (("never", "1"), ("doubt", "2"), ("always", "2"))
    ]
    assert lines[0] == lines[1] == lines[2]
    assert [json.loads(line)["source"] for line in lines[0].splitlines()] == [str(page) for page in pages]

"""The site: Datasette's own pages with our words, the report page, originals in their cage, and reading only."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import httpx
import pytest

from archive.errors import ArchiveError
from archive.site import SiteError, application, language, metadata, serve
from tests import site_archive
from tests.site_archive import BUREAU, GOVERNMENT, HOSTILE

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site_archive.build(tmp_path_factory.mktemp("site") / "archive")


@pytest.fixture(scope="module")
def get(archive: Path):
    """Ask the site in this process: path and headers to an httpx.Response."""
    app = application(archive).app()
    loop = asyncio.new_event_loop()

    def ask(path: str, *, method: str = "GET", **headers: str) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://site.example") as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return await client.request(method, path, headers=named)

        return loop.run_until_complete(go())

    yield ask
    loop.close()


def rows(archive: Path, sql: str, *values: object) -> list[tuple]:
    connection = sqlite3.connect(archive / "nianbao.db")
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def report_id(archive: Path, agency: str, year: int) -> str:
    return rows(archive, "select id from reports where agency = ? and year = ?", agency, year)[0][0]


def test_every_table_and_view_and_every_column_is_described_in_both_languages(archive: Path) -> None:
    connection = sqlite3.connect(archive / "nianbao.db")
    described = metadata.load(connection)["databases"]["nianbao"]["tables"]
    for table, columns in metadata.schema(connection).items():
        if described[table].get("hidden"):
            continue
        for text in (
            described[table]["title"],
            described[table]["description"],
            *described[table]["columns"].values(),
        ):
            assert re.search(r"[\u4e00-\u9fff]", text) and re.search(r"[A-Za-z]{2}", text), (table, text)
        assert set(columns) == set(described[table]["columns"]), table
    connection.close()


def test_every_canned_query_runs_with_empty_parameters_and_finds_what_is_there(archive: Path, get) -> None:
    queries = metadata.read("queries.toml")
    assert len(queries) >= 8
    for name in queries:
        answer = get(f"/nianbao/{name}.json?_shape=array&year=&region=&agency=&rule=&portal=&form=&words=")
        assert answer.status_code == 200, (name, answer.text)
        assert "error" not in answer.json()[:1], name
    failing = get(
        "/nianbao/failing_checks.json?_shape=array&rule=requests.row_total&year=2024&region=64"
    ).json()
    assert [(row["agency"], row["left"], row["right"]) for row in failing] == [(GOVERNMENT, 3100, 3119)]
    changed = get("/nianbao/changed_reports.json?_shape=array&region=").json()
    assert [(row["agency"], row["year"], row["versions"]) for row in changed] == [(GOVERNMENT, 2024, 2)]
    blank = get("/nianbao/blank_cells.json?_shape=array&year=&region=").json()
    assert [(row["agency"], row["row"]) for row in blank] == [(BUREAU, "granted")]


@pytest.mark.parametrize(
    "sql",
    [
        "delete from reports",
        "insert into portals values (1, 2, 3, 4)",
        "update reports set year = 1",
        "with x as (select 1) delete from reports",
        "attach 'x.db' as x",
        "create temp table t as select 1",
        "pragma query_only = 0",
        "vacuum into 'x.db'",
        "select 1; delete from reports",
    ],
)
def test_sql_that_writes_is_refused(archive: Path, get, sql: str) -> None:
    before = hashlib.sha256((archive / "nianbao.db").read_bytes()).hexdigest()
    answer = get("/nianbao.json?" + str(httpx.QueryParams({"sql": sql})))
    assert answer.status_code == 400
    assert hashlib.sha256((archive / "nianbao.db").read_bytes()).hexdigest() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_reading_methods_are_answered(get, method: str) -> None:
    answer = get("/nianbao", method=method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_head_is_get_without_its_body(archive: Path, get) -> None:
    path = f"/report/{report_id(archive, GOVERNMENT, 2024)}"
    answer = get(path, method="HEAD")
    assert answer.status_code == 200 and answer.content == b""


def test_an_original_comes_back_byte_for_byte_in_its_cage(archive: Path, get) -> None:
    sha256 = hashlib.sha256(HOSTILE).hexdigest()
    answer = get(f"/original/{sha256}")
    assert answer.content == HOSTILE
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "allow-scripts" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    name = answer.headers["content-disposition"]
    assert re.fullmatch(r"inline; filename=\"[\w.-]+\"; filename\*=UTF-8''[\w%.-]+\.html", name, re.ASCII)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_other_files_are_offered_as_downloads(archive: Path, get) -> None:
    ((sha256,),) = rows(archive, "select sha256 from originals where media_type = 'application/pdf'")
    answer = get(f"/original/{sha256}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize("name", ["0" * 64, "..%2f..%2fnianbao.db", "'", "", "g" * 64])
def test_an_unknown_original_is_not_found(get, name: str) -> None:
    assert get(f"/original/{name}").status_code in (302, 404)


def test_a_damaged_original_is_not_passed_off_as_the_real_one(tmp_path: Path) -> None:
    archive = site_archive.build(tmp_path / "archive")
    sha256 = hashlib.sha256(HOSTILE).hexdigest()
    path = archive / "originals" / sha256
    path.chmod(0o644)
    path.write_bytes(b"something else")
    answer = asyncio.run(application(archive).client.get(f"/original/{sha256}"))
    assert answer.status_code == 404 and "damaged" in answer.text


def test_a_report_page_prints_the_tables_with_states_marks_and_versions(archive: Path, get) -> None:
    text = get(f"/report/{report_id(archive, GOVERNMENT, 2024)}").text
    assert f"{GOVERNMENT}2024年政府信息公开工作年度报告" in text
    for label in (
        "一、本年新收政府信息公开申请数量",
        "Requests received this year",
        "行政规范性文件",
        "复议后起诉",
    ):
        assert label in text
    assert "3,006" in text and "3,001" not in text
    assert "requests.row_total" in text and 'class="figure fails"' in text
    assert text.count('href="/original/') >= 4
    blank = get(f"/report/{report_id(archive, BUREAU, 2024)}").text
    assert blank.count('<span class="state">blank</span>') == 2


@pytest.mark.parametrize("year", [2018, 2020, 2023])
def test_every_form_has_its_page(archive: Path, get, year: int) -> None:
    answer = get(f"/report/{report_id(archive, GOVERNMENT, year)}")
    assert answer.status_code == 200
    tables = {2018: ["statistics"]}.get(year, ["disclosure", "requests", "disputes"])
    assert re.findall(r'class="official official-(\w+)"', answer.text) == tables


@pytest.mark.parametrize("path", ["/report/none", "/report/", "/report/%27", "/nowhere", "/nianbao/nothing"])
def test_what_is_not_there_is_a_page_that_says_so(get, path: str) -> None:
    answer = get(path)
    assert answer.status_code in (302, 404)


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/", {}, "en"),
        ("/", {"accept_language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh-Hans"),
        ("/", {"accept_language": "fr, en;q=0.5, zh;q=0.4"}, "en"),
        ("/", {"accept_language": "zh", "cookie": f"{language.COOKIE}=en"}, "en"),
        ("/?_lang=zh", {"cookie": f"{language.COOKIE}=en"}, "zh-Hans"),
        ("/?_lang=xx", {"accept_language": "zh;q=x, ;;,"}, "en"),
    ],
)
def test_the_language_is_the_readers(get, path: str, headers: dict[str, str], expected: str) -> None:
    answer = get(path, **headers)
    assert f'<html lang="{expected}">' in answer.text
    assert "Accept-Language" in answer.headers["vary"]
    assert ("set-cookie" in answer.headers) == (path == "/?_lang=zh")


def test_every_phrase_has_both_languages() -> None:
    for key, words in language.texts().items():
        assert set(words) == {"en", "zh"}, key
        assert re.findall(r"{\w+}", words["en"]).sort() == re.findall(r"{\w+}", words["zh"]).sort(), key


def test_pages_take_nothing_from_elsewhere(get, archive: Path) -> None:
    for path in ("/", "/nianbao", "/nianbao/reports", f"/report/{report_id(archive, GOVERNMENT, 2024)}"):
        answer = get(path)
        loaded = re.findall(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=\"([^\"]+)\"", answer.text)
        assert all(
            address.startswith(("/", "http://site.example/", "http://localhost/")) for address in loaded
        ), path
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_no_archive_and_no_database_are_one_line_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no archive here"):
        application(tmp_path)
    (tmp_path / "nianbao.db").write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(ArchiveError, match="not a database"):
        application(tmp_path)


def test_an_address_in_use_is_one_line_with_a_cure(archive: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SiteError, match="choose another"):
        serve(archive, port=taken.getsockname()[1])


def test_serve_answers_over_http_while_a_writer_writes(archive: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code = f"from pathlib import Path; from archive.site import serve; serve(Path({str(archive)!r}), port={port})"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        writer = sqlite3.connect(archive / "nianbao.db", isolation_level=None)
        writer.execute("begin immediate")
        answer = _wait_for(f"http://127.0.0.1:{port}/nianbao/reports_per_year.json?_shape=array&region=")
        writer.execute("rollback")
        writer.close()
        assert {row["year"]: row["reports"] for row in answer} == {2024: 2, 2023: 1, 2020: 1, 2018: 1}
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str) -> object:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the site did not start")


@pytest.mark.parametrize(
    ("query", "agencies"),
    [
        ("微信", {GOVERNMENT, BUREAU}),
        ("微信公众号", {GOVERNMENT, BUREAU}),
        ("微信 解读", {GOVERNMENT, BUREAU}),
        ("公众微信", set()),
        ('"政策解读 形式"', set()),
        ("号", {GOVERNMENT, BUREAU}),
        ("１２０", {GOVERNMENT, BUREAU}),
        ("复议", {GOVERNMENT, BUREAU}),
        ("'", set()),
        ('" OR *', set()),
    ],
)
def test_words_of_any_length_are_found_in_the_prose(get, query: str, agencies: set[str]) -> None:
    answer = get("/search?" + str(httpx.QueryParams({"q": query})))
    assert answer.status_code == 200
    found = {agency for agency in (GOVERNMENT, BUREAU) if re.search(rf'lang="zh">{agency} \d', answer.text)}
    assert found == agencies
    assert ("<mark>" in answer.text) == bool(agencies)


def test_datasettes_own_search_box_finds_chinese_words(get) -> None:
    for query, count in (("微信", 5), ("议复", 0), ("微信公众号", 5), ("", 5), ("'", 0)):
        answer = get("/nianbao/reports.json?" + str(httpx.QueryParams({"_search": query, "_shape": "array"})))
        assert (answer.status_code, len(answer.json())) == (200, count), query
    assert len(get("/nianbao/current_sections.json?_search=微信&_shape=array").json()) == 30


def test_the_home_page_counts_and_draws_the_matrix(archive: Path, get) -> None:
    text = get("/").text
    assert "<b>5</b>" in text and "<b>2</b>" in text
    squares = re.findall(r'<td class="square (\w+)">', text)
    assert sorted(squares) == sorted(
        ["published"] * 3 + ["absent"] * 3 + ["failing"] + ["before"] * 6 + ["published"]
    )
    assert GOVERNMENT not in get("/?region=11").text
    assert GOVERNMENT in get("/?region=64%20宁夏").text
    assert GOVERNMENT not in get("/?agency=科学技术").text

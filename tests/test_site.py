"""The site: Datasette's own pages with our words, the report page, originals in their cage, and reading only."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import socket
import sqlite3
import urllib.request
from pathlib import Path

import httpx
import pytest

from archive import originals
from archive.errors import ArchiveError
from archive.site import SiteError, application, language, metadata, serve
from tests import site_archive
from tests.site_archive import BUREAU, GOVERNMENT, hostile_page, report_id, rows, served

ROOT = Path(__file__).parents[1]


def test_every_table_and_view_and_every_column_is_described_in_both_languages(site_folder: Path) -> None:
    connection = sqlite3.connect(site_folder / "nianbao.db")
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


def test_every_canned_query_runs_with_empty_parameters_and_finds_what_is_there(
    site_folder: Path, get
) -> None:
    queries = metadata.read("queries.toml")
    assert len(queries) >= 20
    for name in queries:
        for year in ("", "2024"):
            answer = get(f"/nianbao/{name}.json?_shape=objects&year={year}&region=&agency=&rule=&portal=")
            assert answer.status_code == 200 and answer.json()["ok"], (name, answer.text)
        narrowed = get(f"/nianbao/{name}.json?_shape=objects&year=2024&region=99&agency=x&rule=x&portal=x")
        assert narrowed.status_code == 200 and narrowed.json()["ok"], (name, narrowed.text)
    failing = get(
        "/nianbao/failing_checks.json?_shape=array&rule=requests.row_total&year=2024&region=64"
    ).json()
    assert [(row["agency"], row["left"], row["right"]) for row in failing] == [(GOVERNMENT, 40, 59)]
    changed = get("/nianbao/changed_reports.json?_shape=array&region=").json()
    assert [(row["agency"], row["year"], row["versions"]) for row in changed] == [(GOVERNMENT, 2024, 2)]
    blank = get("/nianbao/blank_cells.json?_shape=array&year=2024&region=").json()
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
def test_sql_that_writes_is_refused(site_folder: Path, get, sql: str) -> None:
    before = hashlib.sha256((site_folder / "nianbao.db").read_bytes()).hexdigest()
    answer = get("/nianbao.json?" + str(httpx.QueryParams({"sql": sql})))
    assert answer.status_code == 400
    assert hashlib.sha256((site_folder / "nianbao.db").read_bytes()).hexdigest() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_reading_methods_are_answered(get, method: str) -> None:
    answer = get("/nianbao", method=method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_head_is_get_without_its_body(site_folder: Path, get) -> None:
    path = f"/report/{report_id(site_folder, GOVERNMENT, 2024)}"
    answer = get(path, method="HEAD")
    assert answer.status_code == 200 and answer.content == b""


def test_an_original_comes_back_byte_for_byte_in_its_cage(site_folder: Path, get) -> None:
    sha256 = hashlib.sha256(hostile_page()).hexdigest()
    answer = get(f"/original/{sha256}")
    assert answer.content == hostile_page()
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "allow-scripts" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    name = answer.headers["content-disposition"]
    assert re.fullmatch(r"inline; filename=\"[\w.-]+\"; filename\*=UTF-8''[\w%.-]+\.html", name, re.ASCII)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_other_files_are_offered_as_downloads(site_folder: Path, get) -> None:
    ((sha256,),) = rows(site_folder, "select sha256 from originals where media_type = 'application/pdf'")
    answer = get(f"/original/{sha256}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize("name", ["0" * 64, "..%2f..%2fnianbao.db", "'", "", "g" * 64])
def test_an_unknown_original_is_not_found(get, name: str) -> None:
    assert get(f"/original/{name}").status_code in (302, 404)


def test_a_damaged_original_is_not_passed_off_as_the_real_one(tmp_path: Path) -> None:
    archive = site_archive.build(tmp_path / "archive")
    sha256 = hashlib.sha256(hostile_page()).hexdigest()
    path = originals.path_of(archive, sha256)
    path.chmod(0o644)
    path.write_bytes(b"something else")
    answer = asyncio.run(application(archive).client.get(f"/original/{sha256}"))
    assert answer.status_code == 404 and "damaged" in answer.text


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


def test_pages_take_nothing_from_elsewhere(get, site_folder: Path) -> None:
    for path in ("/", "/nianbao", "/nianbao/reports", f"/report/{report_id(site_folder, GOVERNMENT, 2024)}"):
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


def test_an_address_in_use_is_one_line_with_a_cure(site_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SiteError, match="choose another"):
        serve(site_folder, port=taken.getsockname()[1])


def test_serve_answers_over_http_while_a_writer_writes(site_folder: Path) -> None:
    writer = sqlite3.connect(site_folder / "nianbao.db", isolation_level=None)
    writer.execute("begin immediate")
    with served(site_folder) as address:
        with urllib.request.urlopen(
            f"{address}/nianbao/reports_per_year.json?_shape=array&region="
        ) as answer:
            said = json.load(answer)
        writer.execute("rollback")
    writer.close()
    assert {row["year"]: row["reports"] for row in said} == {
        2024: 2,
        2023: 3,
        2022: 2,
        2020: 1,
        2018: 1,
    }


def test_the_answers_of_canned_queries_are_right(get) -> None:
    def ask(name: str, **values: str) -> list[dict[str, object]]:
        given = {"region": "", "year": "", "agency": "", "rule": "", "portal": "", **values}
        return get(f"/nianbao/{name}.json?" + str(httpx.QueryParams({**given, "_shape": "array"}))).json()

    assert {row["year"]: row["reports"] for row in ask("reports_per_year", region="62")} == {2022: 1}
    assert [row["agency"] for row in ask("removed_reports")] == [BUREAU]
    assert [(row["where"] if "where" in row else row["applicants"]) for row in ask("carry_over_breaks")] == [
        "natural_person",
        "total",
    ]
    assert [(row["year"], row["new"]) for row in ask("requests_by_agency", agency=GOVERNMENT)] == [
        (2020, 35),
        (2023, 35),
        (2024, 59),
    ]
    shares = {row["year"]: row for row in ask("outcome_shares", region="62")}
    assert (
        shares[2022]["handled"] == 35 and shares[2022]["granted"] == 74.3 and shares[2022]["denied"] == 11.4
    )
    assert [row["agency"] for row in ask("absent_reports", year="2024", region="62")] == [
        "白银市白银区人力资源和社会保障局"
    ]
    assert [row["outcome"] for row in ask("what_was_not_kept", portal="baiyin")] == ["blocked"]
    assert {row["percent_corrected"] for row in ask("correction_rates", region="62")} == {None}
    assert ask("missing_tables") == []

"""The demo's sample portals: what is shipped is what the figures say, and it is served as portals serve."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from crawler.sample.portal import VISITS, LoopbackSite, SamplePortals
from parsers.contract import as_json, dumps
from parsers.read import read
from tests.tools import sample_pages as pages
from tests.tools.sample_pages import TREE, Item

DATA = pages.load()
REPORTS = [item for item in pages.items(DATA) if "agency" in item.data]
NOTICES = [item for item in pages.items(DATA) if "paragraphs" in item.data]


def _files(item: Item) -> Iterator[Path]:
    if item.kind != "attached":
        yield TREE / pages.file_path(item)
    if item.kind in ("attached", "twin"):
        yield (TREE / pages.file_path(item)).with_name(pages.attachment(item))


def _get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_shipped_pages_are_what_the_figures_say() -> None:
    shipped = {
        path.relative_to(TREE).as_posix(): path.read_text("utf-8")
        for path in TREE.rglob("*")
        if path.suffix in (".html", ".shtml", ".css", ".txt")
    }
    assert shipped == pages.html_tree(DATA), "run python -m tests.tools.build_sample"


def test_sample_is_small() -> None:
    assert sum(path.stat().st_size for path in TREE.rglob("*") if path.is_file()) < 1_000_000


def test_carried_in_is_what_the_year_before_carried_out() -> None:
    tables = {(item.data["agency"], item.data["year"]): item.data.get("requests") for item in REPORTS}
    for (agency, year), requests in tables.items():
        before = tables.get((agency, year - 1))
        if requests and before:
            assert requests.get("carried_in", [0] * 6) == before["carried_out"], (agency, year)


@pytest.mark.parametrize("item", REPORTS, ids=lambda item: f"{item.data['agency']}-{item.data['year']}")
def test_every_report_reads_as_its_figures(item: Item) -> None:
    for file in _files(item):
        answer = as_json(read(file.read_bytes(), name=file.name), source="", sha256="")
        assert answer["year"] == item.data["year"]
        assert answer["agency"] == (None if item.column == "county/c100202" else item.data["agency"])
        if item.kind == "pictures":
            assert [answer[table] for table in ("disclosure", "requests", "disputes")] == [None] * 3
            assert "tables_as_image" in [problem["code"] for problem in answer["problems"]]
        elif item.data["form"] == "2014":
            assert {key: value for key, value in answer["statistics"].items() if value} == item.data[
                "statistics"
            ]
        else:
            assert answer["form"] == item.data["form"]
            expected = json.loads(json.dumps(pages.tables(item.data)), parse_float=Decimal)
            assert {
                table: json.loads(dumps(answer[table]), parse_float=Decimal) for table in expected
            } == expected


@pytest.mark.parametrize("item", NOTICES, ids=lambda item: item.title)
def test_what_else_a_column_holds_is_no_report(item: Item) -> None:
    file = TREE / pages.file_path(item)
    assert not read(file.read_bytes(), name=file.name).is_report


def test_files_carry_validators_and_answer_304() -> None:
    with LoopbackSite({"/a.html": b"<p>a</p>"}) as site:
        status, headers, body = _get(site.url + "a.html")
        assert (status, body) == (200, b"<p>a</p>")
        again = _get(site.url + "a.html", **{"If-None-Match": headers["ETag"]})
        assert (again[0], again[2]) == (304, b"")
        site.publish("/a.html", b"<p>b</p>")
        changed = _get(site.url + "a.html", **{"If-Modified-Since": headers["Last-Modified"]})
        assert (changed[0], changed[2]) == (200, b"<p>b</p>")
        assert [answer.status for answer in site.answers] == [200, 304, 200]
        assert site.answers[0].sha256 == hashlib.sha256(b"<p>a</p>").hexdigest()


def test_visit_counters_move_and_such_pages_carry_no_validators() -> None:
    with LoopbackSite({"/a.shtml": b"<p>" + VISITS + b"</p>"}) as site:
        first, second = _get(site.url + "a.shtml"), _get(site.url + "a.shtml")
        assert first[2] != second[2]
        assert "ETag" not in first[1]


def test_unknown_paths_are_404_and_withdrawn_ones_too() -> None:
    with LoopbackSite({"/a.html": b"a", "/index.html": b"home"}) as site:
        assert _get(site.url)[2] == b"home"
        assert _get(site.url + "../../etc/passwd")[0] == 404
        site.withdraw("/a.html")
        assert _get(site.url + "a.html")[0] == 404


def test_republishing_replaces_one_page_under_its_address() -> None:
    with SamplePortals() as sample:
        assert [portal.id for portal in sample.portals] == ["sample-city", "sample-county"]
        assert all(
            column.url.startswith(portal.home) for portal in sample.portals for column in portal.columns
        )
        before = _get(sample.portals[0].columns[0].url)[2]
        (url,) = sample.republish()
        assert "示例市人民政府2023年" in _get(url)[2].decode()
        assert _get(sample.portals[0].columns[0].url)[2] == before

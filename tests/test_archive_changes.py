"""What changed: between versions, between years, as text, JSON and HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_kit import AGENCY, LIST, begin, document, made, page

from archive.changes import CellSaid
from archive.derive import report_id
from archive.differences import between_versions, between_years, find_report, replaced
from archive.errors import Unknown
from archive.reading import parse_new
from archive.store import Archive

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]

REPORT = report_id(AGENCY, "640105", 2023) or ""
BALANCE = ("requests.balance", "total")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    first = {
        "cells": {"requests.new.total": 120, "requests.new.research": 1},
        "checks": [[*BALANCE, "holds"]],
    }
    second = {
        "cells": {"requests.new.total": 210, "requests.new.research": None},
        "checks": [[*BALANCE, "fails"]],
    }
    second |= {"prose": ["一<段>。\n新段。"], "problems": [["blank_cell", "requests.new.research", "blank"]]}
    with Archive.open(tmp_path / "archive", write=True) as archive:
        crawl = begin(archive)
        for day, said in enumerate((first | {"prose": ["一段。\n旧段。"]}, second), 1):
            archive.keep(page(crawl, body=document(**said), day=day))
        archive.keep(page(crawl, "p2022", body=document(year=2022, cells={"requests.new.total": 120})))
        parse_new(archive, workers=0)
        yield archive


def test_versions_differ_in_cells_checks_prose_and_problems(archive: Archive) -> None:
    found = between_versions(archive, REPORT)
    cells = {change.address: (str(change.before), str(change.after)) for change in found.changes.cells}
    assert cells == {"requests.new.total": ("120", "210"), "requests.new.research": ("1", "blank")}
    (total, _) = found.changes.cells
    assert total.after == CellSaid(210, "value", "210", total.after.place)
    assert total.after.place is not None
    assert total.after.place["path"] == "/html/body/table/tr[2]/td[3]"
    (check,) = found.changes.checks
    assert (check.rule, check.before, check.after) == ("requests.balance", "holds", "fails")
    (prose,) = found.changes.prose
    assert set(prose.lines) == {"- 一段。", "- 旧段。", "+ 一<段>。", "+ 新段。"}
    assert [(problem.code, problem.came) for problem in found.changes.problems] == [("blank_cell", True)]
    assert (found.before.version, found.after.version) == (1, 2)


def test_difference_reads_as_text_json_and_html(archive: Archive) -> None:
    found = between_versions(archive, REPORT)
    assert "requests.new.total: 120 -> 210" in found.text()
    assert json.loads(json.dumps(found.as_json()))["changes"]["cells"][0]["after"]["value"] == 210
    assert '<th scope="row">requests.new.total</th><td>120</td><td>210</td>' in found.html()
    assert "一&lt;段&gt;" in found.html()
    assert "blank_cell requests.new.research</th><td>–</td><td>blank</td>" in found.html()
    assert "没有差异" in between_versions(archive, REPORT, (1, 1)).html()


def test_years_differ(archive: Archive) -> None:
    found = between_years(archive, REPORT, (2022, 2023))
    assert next(change.address for change in found.changes.cells) == "requests.new.total"
    assert (found.before.year, found.after.year) == (2022, 2023)
    with pytest.raises(Unknown, match="no report for 2019; there: 2022, 2023"):
        between_years(archive, REPORT, (2019, 2023))


def test_replacements_are_listed(archive: Archive) -> None:
    (found,) = replaced(archive)
    assert (found.report, found.after.url) == (REPORT, f"{LIST}p1")
    assert replaced(archive, since="2026-01-02T00:00:01Z") == []


def test_rendition_that_changed_is_shown_where_the_page_did_not(archive: Archive) -> None:
    crawl = begin(archive)
    archive.keep(
        page(
            crawl, "q", body=document(year=2020, cells={"requests.new.total": 1, "requests.new.research": 1})
        )
    )
    for day in (1, 2):
        file = document(year=2020, cells={"requests.new.total": day})
        archive.keep(page(crawl, "q.pdf", kind="file", body=file, day=day))
    parse_new(archive, workers=0)
    found = between_versions(archive, report_id(AGENCY, "640105", 2020) or "")
    assert (found.after.url, found.after.version) == (f"{LIST}q.pdf", 2)


def test_same_version_twice_shows_nothing(archive: Archive) -> None:
    found = between_versions(archive, REPORT, (2, 2))
    assert not found.changes
    assert "no difference" in found.text()


def test_unknown_names_are_explained(archive: Archive) -> None:
    assert find_report(archive, REPORT[:6]) == REPORT
    for name in ("zz", ""):
        with pytest.raises(Unknown, match="not in the archive"):
            find_report(archive, name)
    with pytest.raises(Unknown, match="has no version 7"):
        between_versions(archive, REPORT, (1, 7))


def test_only_version_is_shown_as_unchanged(archive: Archive) -> None:
    found = between_versions(archive, report_id(AGENCY, "640105", 2022) or "")
    assert (found.before, bool(found.changes)) == (found.after, False)
    assert "version 1 with itself" in found.text()

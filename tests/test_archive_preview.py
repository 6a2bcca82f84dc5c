"""Reading again: shown before it is applied, applied as shown, taken back without a trace."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import archive_kit
import pytest
from archive_kit import begin, document, files, made, page, rows
from hypothesis import given, settings
from hypothesis import strategies as st

import parsers
from archive import changes, selection, workers
from archive.errors import Unknown
from archive.preview import Preview, preview
from archive.reading import parse_new, reparse, rollback
from archive.store import Archive
from parsers.model import Cell, Check, Report

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]

NOW = parsers.RELEASE
Alter = Callable[[Report], Report]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", write=True) as archive:
        crawl = begin(archive)
        for year in (2021, 2022, 2023):
            said = {"year": year, "cells": {"requests.new.total": 10 + year, "requests.new.research": None}}
            said |= {"checks": [["requests.balance", "total", "holds" if year != 2023 else "fails"]]}
            said |= {"problems": [["blank_cell", "requests.new.research", "blank"]]}
            said |= {"form": "2019" if year == 2021 else "2021"}
            archive.keep(page(crawl, f"{year}", body=document(**said)))
        archive.finish_crawl(crawl, "complete", {})
        parse_new(archive, workers=0)
        yield archive


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[[Alter], None]:
    """Put other parsers of a later release in place."""

    def put(alter: Alter) -> None:
        def read(data: bytes) -> Report:
            return alter(archive_kit.read(data))

        monkeypatch.setattr(parsers, "RELEASE", "9.9.9")
        monkeypatch.setattr(workers, "read", read)

    return put


def with_cells(report: Report, change: Callable[[Cell], Cell]) -> Report:
    return replace(report, cells=tuple(change(cell) for cell in report.cells))


def lose_totals(report: Report) -> Report:
    """Parsers broken on purpose: the last column is no longer found."""
    lost = with_cells(
        report, lambda c: replace(c, value=None, state="absent", raw=None) if c.column == "total" else c
    )
    return replace(lost, checks=tuple(replace(check, status="unknown") for check in lost.checks))


def shift(report: Report) -> Report:
    """Parsers broken on purpose: figures are off by one, and no check sees it."""
    return with_cells(report, lambda c: c if c.value is None else replace(c, value=c.value + 1))


def mend(report: Report) -> Report:
    """Better parsers: the blank cell was a number, and the check that failed holds."""
    found = with_cells(report, lambda c: replace(c, value=0, state="value") if c.value is None else c)
    checks = tuple(Check(c.rule, c.where, "holds") for c in found.checks)
    return replace(found, checks=checks, problems=())


def look(archive: Archive, **choice: Any) -> Preview:
    return preview(archive, workers=0, **choice)


def accepted(archive: Archive) -> dict[str, int]:
    return dict(rows(archive, "SELECT sha256, parse FROM accepted"))


def test_nothing_to_show_where_nothing_changes(archive: Archive) -> None:
    assert look(archive).originals == 0
    shown = look(archive, everything=True)
    assert (shown.originals, shown.changed, shown.exit_status) == (3, (), 0)


@pytest.mark.parametrize(("fault", "judgement"), [(lose_totals, "worse"), (shift, "doubtful")])
def test_broken_parser_is_caught(
    archive: Archive, install: Callable[[Alter], None], fault: Alter, judgement: str
) -> None:
    install(fault)
    shown = look(archive)
    assert {change.judgement for change in shown.changed} == {judgement}
    assert shown.exit_status == 1
    assert judgement in shown.text()
    reading = reparse(archive, only="improvements", workers=0)
    assert (reading.changed, rows(archive, "SELECT DISTINCT parser FROM parses")) == (0, [(NOW,)])


def test_better_parser_is_shown_with_raw_text_and_place(
    archive: Archive, install: Callable[[Alter], None]
) -> None:
    install(mend)
    shown = look(archive)
    assert {change.judgement for change in shown.changed} == {"better"}
    assert shown.exit_status == 0
    assert shown.counts() == {
        "better": 3,
        "worse": 0,
        "doubtful": 0,
        "neutral": 0,
        "cells": 3,
        "checks_start": 1,
        "checks_stop": 0,
    }
    assert len(shown.causes()) == 2
    assert "requests.new.research: blank -> 0 (printed '' at " in shown.text()
    assert len(json.loads(json.dumps(shown.as_json()))["changed"]) == 3


def test_preview_touches_nothing(archive: Archive, install: Callable[[Alter], None]) -> None:
    install(shift)
    before = (files(archive.path), rows(archive, "SELECT count(*) FROM parses"))
    look(archive)
    assert (files(archive.path), rows(archive, "SELECT count(*) FROM parses")) == before


def test_improvements_alone_are_applied(archive: Archive, install: Callable[[Alter], None]) -> None:
    install(lambda report: mend(report) if report.year == 2022 else lose_totals(report))
    reading = reparse(archive, only="improvements", workers=0)
    assert reading.changed == 1
    years = rows(
        archive, "SELECT r.year, p.parser FROM reports r JOIN parses p ON p.id = r.parse ORDER BY r.year"
    )
    assert years == [(2021, NOW), (2022, "9.9.9"), (2023, NOW)]


@pytest.mark.parametrize(("only", "originals"), [("2019", 1), ("2021", 2), ("blank_cell", 3), (None, 3)])
def test_choice_of_originals(
    archive: Archive, install: Callable[[Alter], None], only: str | None, originals: int
) -> None:
    install(mend)
    assert look(archive, only=only).originals == originals
    assert reparse(archive, only=only, workers=0).originals == originals


def test_choice_of_a_report(archive: Archive, install: Callable[[Alter], None]) -> None:
    install(mend)
    ((report,),) = rows(archive, "SELECT id FROM reports WHERE year = 2022")
    assert look(archive, only=report[:8]).originals == 1
    with pytest.raises(Unknown, match="neither improvements"):
        look(archive, only="nonsense")


def test_rollback_returns_to_the_parse_before(archive: Archive, install: Callable[[Alter], None]) -> None:
    before = (accepted(archive), rows(archive, "SELECT * FROM current_requests"))
    install(shift)
    reparse(archive, workers=0)
    assert accepted(archive) != before[0]
    taken = rollback(archive)
    assert (taken.parser, taken.originals) == ("9.9.9", 3)
    assert (accepted(archive), rows(archive, "SELECT * FROM current_requests")) == before
    assert rows(archive, "SELECT count(*) FROM parses") == [(6,)]
    with pytest.raises(Unknown, match="no re-parse to take back"):
        rollback(archive)


_REPORTS = st.lists(
    st.fixed_dictionaries(
        {
            "cells": st.dictionaries(
                st.sampled_from(["requests.new.total", "requests.total.total", "disclosure.fees.amount"]),
                st.none() | st.integers(0, 5),
            ),
            "checks": st.lists(
                st.tuples(st.just("requests.balance"), st.sampled_from(["total"]), st.sampled_from(["holds", "fails"])),
                max_size=1,
            ),
            "prose": st.lists(st.sampled_from(["甲。", "乙。"]), max_size=2),
            "year": st.sampled_from([2022, None]),
        }
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip


@settings(max_examples=20)
@given(_REPORTS, _REPORTS)
def test_preview_equals_what_is_then_applied(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    first: list[dict[str, Any]],
    later: list[dict[str, Any]],
) -> None:
    """Whatever the old and the new parsers say, the cells, checks and prose shown are those that change."""

    def read_as(reports: list[dict[str, Any]]) -> Callable[[bytes], Report]:
        return lambda data: archive_kit.read(document(**reports[json.loads(data)["n"] % len(reports)]))

    with Archive.open(tmp_path_factory.mktemp("law"), write=True) as archive:
        crawl = begin(archive)
        monkeypatch.setattr(workers, "read", read_as(first))
        for number in range(3):
            archive.keep(page(crawl, f"{number}", body=document(n=number)))
        parse_new(archive, workers=0)
        before = accepted(archive)
        with monkeypatch.context() as patch:
            patch.setattr(parsers, "RELEASE", "9.9.9")
            patch.setattr(workers, "read", read_as(later))
            shown = look(archive)
            reparse(archive, workers=0)
        applied = {
            sha256: changes.between_parses(archive.db.conn, before[sha256], parse)
            for sha256, parse in accepted(archive).items()
        }
        assert {c.sha256: c.changes for c in shown.changed if c.changes} == {
            sha256: found for sha256, found in applied.items() if found
        }


def test_cell_that_is_lost_is_shown_with_what_was_printed(
    archive: Archive, install: Callable[[Alter], None]
) -> None:
    install(lose_totals)
    shown = preview(archive, workers=0)
    assert "requests.new.total: 2031 -> absent (printed '2031' at {\"" in shown.text()
    install(lambda report: replace(report, cells=()))
    assert "requests.new.total: 2031 -> absent (printed '2031' at {\"" in preview(archive, workers=0).text()


def test_reports_whose_renditions_disagree_can_be_chosen(
    archive: Archive, install: Callable[[Alter], None]
) -> None:
    with pytest.raises(Unknown, match="neither improvements"):
        selection.choose(archive, everything=True, only="no_such_problem")
    assert selection.choose(archive, everything=True, only="twin_disagreement") == []
    crawl = begin(archive)
    other = document(year=2022, form="2021", cells={"requests.new.total": 1})
    archive.keep(page(crawl, "2022.pdf", body=other, kind="file"))
    archive.finish_crawl(crawl, "complete", {})
    parse_new(archive, workers=0)
    assert len(selection.choose(archive, everything=True, only="twin_disagreement")) == 2

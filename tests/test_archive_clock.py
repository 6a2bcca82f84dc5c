"""What the archive said on an earlier day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from archive_kit import begin, document, made, page, rows
from hypothesis import given, settings
from hypothesis import strategies as st

import parsers
from archive import clock, reading
from archive.clock import as_of, moment
from archive.derive import TABLES
from archive.errors import Unknown
from archive.reading import parse_new, reparse
from archive.store import Archive
from archive.views import VIEWS

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]

VISIBLE = ("reports", "versions", "current_requests", "current_checks", "current_slots", "filings")


def seen(folder: Path, day: str | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """What a reader sees now, or as of a day."""
    with Archive.open(folder) as archive:
        if day:
            as_of(archive, day)
        return {name: sorted(rows(archive, f"SELECT * FROM {name}"), key=repr) for name in VISIBLE}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-01", "2026-04-01T23:59:59Z"),
        ("2026-04-01T12:00:00Z", "2026-04-01T12:00:00Z"),
        ("2026-04-01T12:00:00+08:00", "2026-04-01T04:00:00Z"),
        ("2026-04-01T12:00:00", "2026-04-01T12:00:00Z"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "", "2026-02-30"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unknown, match="no date"):
        moment(text)


@settings(max_examples=10)
@given(st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=3), max_size=4))
def test_as_of_a_day_is_what_was_seen_that_day(
    tmp_path_factory: pytest.TempPathFactory, days: list[list[tuple[str, int]]]
) -> None:
    """And as of now is now. A value of 0 stands for a page that is gone."""
    folder = tmp_path_factory.mktemp("clock")
    Archive.open(folder, write=True).close()
    history = {}
    with pytest.MonkeyPatch.context() as patch:
        for day, visits in enumerate(days, 1):
            patch.setattr(reading, "now", lambda day=day: f"2026-01-{day:02}T12:00:00Z")
            with Archive.open(folder, write=True) as archive:
                crawl = begin(archive)
                for url, value in visits:
                    body = {"body": document(cells={"requests.new.total": value}, year=2020 + ord(url))}
                    kept = body if value else {"outcome": "not_found", "status": 404}
                    archive.keep(page(crawl, url, day=day, **kept))
                parse_new(archive, workers=0)
            history[f"2026-01-{day:02}"] = seen(folder)
    for day, before in history.items():
        assert seen(folder, day) == before
    assert seen(folder, "9999-01-01") == seen(folder)


def test_parse_accepted_then_answers_and_a_later_one_where_there_was_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = parsers.RELEASE
    with Archive.open(tmp_path, write=True) as archive:
        archive.keep(page(begin(archive), body=document()))
        monkeypatch.setattr(reading, "now", lambda: "2026-02-01T00:00:00Z")
        parse_new(archive, workers=0)
        monkeypatch.setattr(reading, "now", lambda: "2026-03-01T00:00:00Z")
        monkeypatch.setattr(parsers, "RELEASE", "9")
        reparse(archive, workers=0)
    for day, parser in (("2026-01-15", release), ("2026-02-15", release), ("2026-03-15", "9")):
        with Archive.open(tmp_path) as archive:
            as_of(archive, day)
            assert rows(archive, "SELECT p.parser FROM accepted a JOIN parses p ON p.id = a.latest") == [
                (parser,)
            ]
    with Archive.open(tmp_path) as archive:
        as_of(archive, "2025-12-31")
        assert rows(archive, "SELECT count(*) FROM captures") == [(0,)]
        assert rows(archive, "SELECT count(*) FROM reports") == [(0,)]
        as_of(archive, "2026-01-15")
        assert rows(archive, "SELECT count(*) FROM captures") == [(1,)]


def test_everything_derived_is_shadowed(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True):
        pass
    with Archive.open(tmp_path) as archive:
        clock.as_of(archive, "2026-01-01")
        shadows = {name for (name,) in archive.db.execute("SELECT name FROM sqlite_temp_master")}
    assert {*TABLES, *VIEWS, "captures", "crawls"} <= shadows
    # without them a big archive would take hours to answer
    assert "idx_reports_parse" in shadows

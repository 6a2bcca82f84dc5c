"""Originals into rows: what readers see after a run, what a fault does, and that a run shows at its end only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import archive_kit
import pytest
from archive_kit import AGENCY, LIST, begin, document, made, page, rows
from hypothesis import given, settings
from hypothesis import strategies as st

import parsers
from archive import originals, search, spool, workers
from archive.derive import derive, report_id
from archive.model import PortalRow
from archive.preview import preview
from archive.reading import parse_new, reparse, rollback
from archive.rows import LARGEST
from archive.status import status
from archive.store import Archive
from archive.verify import verify
from parsers.model import Report

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", write=True) as opened:
        yield opened


def keep(archive: Archive, *documents: dict[str, Any] | None, url: str = "p1", **fields: Any) -> None:
    """A crawl a day, each finding the next document (None: not found) at the URL."""
    for day, said in enumerate(documents, 1):
        crawl = begin(archive)
        body = {"body": document(**said)} if said is not None else {"outcome": "not_found", "status": 404}
        archive.keep(page(crawl, url, day=day, **(body | fields)))
        archive.finish_crawl(crawl, "complete", {})


def test_report_is_read_and_filed(archive: Archive) -> None:
    keep(
        archive,
        {"cells": {"requests.new.total": 3, "requests.new.research": None, "disclosure.fees.amount": 25}},
    )
    reading = parse_new(archive)
    assert (reading.originals, reading.reports, reading.failures) == (1, 1, ())
    name = report_id(AGENCY, "640105", 2023)
    assert rows(archive, "SELECT id, agency, region, year, url FROM reports") == [
        (name, AGENCY, "640105", 2023, f"{LIST}p1")
    ]
    assert rows(archive, 'SELECT agency, year, url, "row", total, research, state FROM current_requests') == [
        (AGENCY, 2023, f"{LIST}p1", "new", 3, None, "blank")
    ]
    assert rows(archive, 'SELECT "row", amount, state FROM current_disclosure') == [("fees", 25, "value")]
    assert rows(archive, "SELECT form, parser FROM parses") == [("2021", parsers.RELEASE)]
    assert rows(archive, "SELECT number, text FROM current_sections") == [(1, "总体情况。")]
    ((place,),) = rows(archive, "SELECT place FROM cells WHERE \"column\" = 'total'")
    assert json.loads(place)["path"] == "/html/body/table/tr[2]/td[3]"


def test_agency_is_the_same_with_its_city_before_its_name(archive: Archive) -> None:
    keep(archive, {"agency": "西夏区财政局"})
    keep(archive, {"agency": "银川市西夏区财政局"}, url="a.pdf", kind="file", found_on=f"{LIST}p1")
    keep(archive, {"agency": "西夏区政府"}, url="p2")
    keep(archive, {"agency": "兴庆区财政局"}, url="p3")
    parse_new(archive)
    assert rows(archive, "SELECT agency, renditions FROM reports ORDER BY agency") == [
        ("兴庆区财政局", 1),
        ("西夏区政府", 1),
        ("西夏区财政局", 2),
    ]
    assert report_id("西夏区政府", None, 2023) == report_id(AGENCY, None, 2023)


def test_portal_tells_counties_of_one_name_apart() -> None:
    nanjing = report_id("鼓楼区财政局", "320106", 2023)
    assert nanjing == report_id("南京市鼓楼区财政局", "320000", 2023)
    assert nanjing != report_id("鼓楼区财政局", "350102", 2023)
    assert report_id("教育局", "320106", 2023) != report_id("教育局", "350102", 2023)


def test_what_was_read_is_not_read_again(archive: Archive) -> None:
    keep(archive, {})
    assert parse_new(archive).originals == 1
    assert parse_new(archive).originals == 0
    assert reparse(archive).originals == 0
    assert reparse(archive, everything=True).originals == 1
    assert rows(archive, "SELECT count(*) FROM parses") == [(1,)]


def test_later_parsers_read_again_and_the_old_parse_stays(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(archive, {})
    parse_new(archive)
    monkeypatch.setattr(parsers, "RELEASE", "9.9.9")
    assert reparse(archive).originals == 1
    assert rows(archive, "SELECT count(*) FROM parses") == [(2,)]
    assert rows(archive, "SELECT p.parser FROM accepted a JOIN parses p ON p.id = a.latest") == [("9.9.9",)]
    assert rows(archive, "SELECT count(*) FROM current_requests") == [(1,)]
    assert reparse(archive).originals == 0


SAID = st.lists(st.sampled_from([1, 2, 3, None]), min_size=1, max_size=6)


@settings(max_examples=25)
@given(SAID)
def test_what_was_said_before_is_not_stored_again(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, said: list[int | None]
) -> None:
    """Releases that say one thing or the other: each reading is kept, each thing said is stored once, the last counts,
    and each step can be taken back."""
    with Archive.open(tmp_path_factory.mktemp("same"), write=True) as archive:
        keep(archive, {"cells": {"requests.new.total": 1}})
        parse_new(archive, workers=0)
        for release, value in enumerate(said):
            body = document(cells={"requests.new.total": value})
            monkeypatch.setattr(workers, "read", lambda data, body=body: archive_kit.read(body))
            monkeypatch.setattr(parsers, "RELEASE", str(release))
            assert reparse(archive, workers=0).changed == (value != [1, *said][release])
            assert rows(archive, "SELECT total FROM current_requests") == [(value,)]
        monkeypatch.undo()
        monkeypatch.setattr(workers, "read", archive_kit.read)
        releases = rows(archive, "SELECT parser FROM parses ORDER BY id")
        assert releases == [(parsers.RELEASE,), *((str(n),) for n in range(len(said)))]
        stored = [(value,) for value in dict.fromkeys([1, *said])]
        assert rows(archive, "SELECT total FROM requests ORDER BY parse") == stored
        assert rows(archive, "SELECT count(*) FROM evidence") == [(len(stored),)]
        assert verify(archive).findings == ()
        for value in [1, *said][-2::-1]:
            rollback(archive)
            assert rows(archive, "SELECT total FROM current_requests") == [(value,)]


def test_prose_is_found_as_the_last_release_read_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often releases differ, and with a report that none of them reads otherwise."""
    keep(archive, {"prose": ["零零。"]})
    keep(archive, {"year": 2022, "prose": ["不变。"]}, url="p2")
    parse_new(archive, workers=0)
    for release, word in enumerate(("甲乙", "丙丁", "戊己", "庚辛", "壬癸", "甲乙")):

        def read(data: bytes, *, word: str = word) -> Report:
            said = json.loads(data)
            return archive_kit.read(document(**(said if said["year"] == 2022 else said | {"prose": [word]})))

        monkeypatch.setattr(workers, "read", read)
        monkeypatch.setattr(parsers, "RELEASE", f"9.{release}")
        reparse(archive, workers=0)
        sql = "SELECT r.year FROM reports r JOIN prose ON prose.rowid = r.prose_of WHERE prose MATCH ?"
        assert [
            rows(archive, sql.replace("?", f"'{search.match(term)}'")) for term in (word, "不变", "零零")
        ] == [
            [(2023,)],
            [(2022,)],
            [],
        ]
        assert verify(archive).findings == ()
        ((kept,),) = rows(archive, "SELECT count(*) FROM prose_docsize")
        assert kept <= 6


def test_prose_that_stays_is_in_the_index_once(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that reads other figures, or then other prose, and is taken back."""
    keep(archive, {"prose": ["甲乙。"]})
    keep(archive, {"year": 2022, "prose": ["不变。"]}, url="p2")
    parse_new(archive, workers=0)
    found = []
    for release, (value, word) in enumerate([(12, "甲乙。"), (13, "甲乙。"), (13, "丙丁。"), (14, "丙丁。")]):

        def read(data: bytes, *, value: int = value, word: str = word) -> Report:
            said = (
                json.loads(data)
                if b"2022" in data
                else {"prose": [word], "cells": {"requests.new.total": value}}
            )
            return archive_kit.read(document(**said))

        monkeypatch.setattr(workers, "read", read)
        monkeypatch.setattr(parsers, "RELEASE", f"9.{release}")
        reparse(archive, workers=0)
        found += rows(archive, "SELECT parse, prose_of FROM reports WHERE year = 2023")
        indexed = "SELECT count(*) FROM reports r JOIN prose ON prose.rowid = r.prose_of WHERE prose MATCH ?"
        assert rows(archive, indexed.replace("?", f"'{search.match(word[:2])}'")) == [(1,)]
        assert verify(archive).findings == ()
    assert found == [(4, 2), (6, 2), (8, 8), (10, 8)]
    assert rows(archive, "SELECT id FROM prose_docsize") == [(1,), (2,), (8,)]
    for parse, prose in found[-2::-1]:
        rollback(archive)
        assert rows(archive, "SELECT parse, prose_of FROM reports WHERE year = 2023") == [(parse, prose)]
        assert verify(archive).findings == ()


def test_versions_follow_the_content_at_a_url(archive: Archive) -> None:
    one, two = {"cells": {"requests.new.total": 1}}, {"cells": {"requests.new.total": 2}}
    keep(archive, one, one | {"furniture": 5}, two, one, None)
    parse_new(archive)
    found = rows(archive, "SELECT number, first_seen, last_seen, removed_at FROM versions ORDER BY number")
    assert [(n, *(moment and moment[8:10] for moment in moments)) for n, *moments in found] == [
        (1, "01", "02", None),
        (2, "03", "03", None),
        (3, "04", "04", "05"),
    ]
    assert rows(archive, "SELECT total FROM current_requests") == [(1,)]
    assert rows(archive, "SELECT removed_at FROM reports") == [("2026-01-05T00:00:00Z",)]
    assert rows(archive, "SELECT status FROM current_slots WHERE year = 2023") == [("removed",)]


def test_page_without_tables_loses_to_its_attachment_and_a_full_page_wins(archive: Archive) -> None:
    keep(archive, {"cells": None, "form": None})
    keep(archive, {"cells": {"requests.new.total": 7}}, url="a.pdf", kind="file", found_on=f"{LIST}p1")
    parse_new(archive)
    assert rows(archive, "SELECT url, renditions FROM reports") == [(f"{LIST}a.pdf", 2)]
    keep(archive, {"cells": {"requests.new.total": 8}}, url="p1")
    parse_new(archive)
    assert rows(archive, "SELECT url FROM reports") == [(f"{LIST}p1",)]
    assert rows(archive, "SELECT total FROM current_requests") == [(8,)]


def test_agency_and_year_come_from_the_linking_page_then_the_registry_never_from_elsewhere(
    archive: Archive,
) -> None:
    keep(archive, {"cells": None, "agency": "西夏区教育局", "year": 2022})
    keep(archive, {"agency": None, "year": None}, url="2022.pdf", kind="file", found_on=f"{LIST}p1")
    keep(archive, {"agency": None, "year": 2021}, url="p2", agency="西夏区财政局")
    keep(archive, {"agency": None, "year": None}, url="2019.html", agency="西夏区财政局")
    parse_new(archive)
    filed = rows(archive, "SELECT url, agency, year, agency_from, year_from FROM filings ORDER BY url")
    assert filed == [
        (f"{LIST}2019.html", "西夏区财政局", None, "registry", None),
        (f"{LIST}2022.pdf", "西夏区教育局", 2022, "page", "page"),
        (f"{LIST}p1", "西夏区教育局", 2022, "document", "document"),
        (f"{LIST}p2", "西夏区财政局", 2021, "registry", "document"),
    ]
    assert rows(archive, "SELECT url, reason FROM unfiled") == [(f"{LIST}2019.html", "year unknown")]
    assert rows(archive, "SELECT agency, year FROM reports ORDER BY year") == [
        ("西夏区财政局", 2021),
        ("西夏区教育局", 2022),
    ]


def test_page_that_is_used_again_next_year_does_not_move_last_years_file(archive: Archive) -> None:
    """The file names no year; it keeps that of the page which linked to it then."""
    nameless = {"agency": None, "year": None}
    for day, year in ((1, 2022), (2, 2023)):
        crawl = begin(archive)
        archive.keep(page(crawl, "latest", body=document(cells=None, form=None, year=year), day=day))
        file = {"kind": "file", "found_on": f"{LIST}latest", "day": day}
        archive.keep(page(crawl, f"{day}.pdf", body=document(**nameless, n=day), **file))
        archive.finish_crawl(crawl, "complete", {})
    crawl = begin(archive)
    archive.keep(page(crawl, "1.pdf", status=304, kind="file", found_on=f"{LIST}latest", day=3))
    parse_new(archive)
    assert rows(archive, "SELECT url, year FROM filings WHERE kind = 'file' ORDER BY url") == [
        (f"{LIST}1.pdf", 2022),
        (f"{LIST}2.pdf", 2023),
    ]


def test_file_found_first_on_the_list_takes_its_year_from_the_page_found_later(archive: Archive) -> None:
    nameless = document(agency=None, year=None)
    crawl = begin(archive)
    archive.keep(page(crawl, "a.pdf", body=nameless, kind="file"))
    archive.keep(page(crawl, "p", body=document(cells=None, form=None, year=2022), day=2))
    archive.keep(page(crawl, "a.pdf", body=nameless, kind="file", found_on=f"{LIST}p", day=2))
    parse_new(archive)
    assert rows(archive, "SELECT year, year_from FROM filings WHERE kind = 'file'") == [(2022, "page")]


def test_same_bare_name_in_two_regions_is_two_agencies(archive: Archive) -> None:
    keep(archive, {"agency": "教育局"})
    other = PortalRow("xingqing", "兴庆区", "640104", "http://x/")
    archive.keep(page(begin(archive, other), "q", body=document(agency="教育局")))
    archive.keep(page(begin(archive, other), "r", body=document()))
    keep(archive, {}, url="s")
    parse_new(archive)
    assert rows(archive, "SELECT agency, region, renditions FROM reports ORDER BY 1, 2") == [
        ("教育局", "640104", 1),
        ("教育局", "640105", 1),
        (AGENCY, "640104", 2),
    ]


def test_page_that_is_no_report_is_kept_but_not_filed(archive: Archive) -> None:
    keep(archive, {"is_report": False, "cells": None})
    assert parse_new(archive).reports == 0
    assert rows(archive, "SELECT count(*) FROM reports") == [(0,)]
    assert rows(archive, "SELECT count(*) FROM originals") == [(1,)]


def test_list_pages_are_never_read(archive: Archive) -> None:
    keep(archive, {}, kind="list", content_digest="x")
    assert parse_new(archive).originals == 0


@pytest.mark.parametrize(
    ("fault", "code"), [("die", "reader_died"), ("hang", "too_slow"), ("bug", "parser_failed")]
)
def test_fault_in_one_original_is_its_problem_alone(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str, code: str
) -> None:
    if fault == "hang":  # its time is waited for only once, and is enough for the others on a busy machine
        monkeypatch.setattr(workers, "CHUNK", 1)
        monkeypatch.setattr(workers, "SECONDS", 8)
    keep(archive, {"year": 2020})
    keep(archive, {fault: str(tmp_path / "begun")}, url="bad")
    keep(archive, {"year": 2022}, url="p3")
    reading = parse_new(archive, workers=2)
    assert [(failure.url, failure.code) for failure in reading.failures] == [(f"{LIST}bad", code)]
    assert reading.exit_status == 1
    assert code in reading.text()
    assert rows(archive, "SELECT year FROM reports ORDER BY 1") == [(2020,), (2022,)]
    assert rows(archive, "SELECT code FROM problems") == [(code,)]


def test_readers_see_a_run_only_when_it_has_ended(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(archive, {"year": 2021})
    parse_new(archive)
    for number in range(30):
        keep(archive, {"year": 2022, "n": number}, url=f"q{number}")
    seen = []

    def look(lines: Any, doing: str, unit: str, total: int | None = None) -> Iterator[Any]:
        for line in lines:
            with Archive.open(archive.path) as reader:
                counted = [
                    rows(reader, f"SELECT count(*) FROM {t}")[0][0]
                    for t in ("parses", "requests", "versions")
                ]
            seen.append(tuple(counted))
            yield line

    parse_new(archive, progress=look)
    assert len(seen) == 30
    assert set(seen) == {(1, 1, 1)}
    assert rows(archive, "SELECT count(*) FROM parses") == [(31,)]


def test_killed_run_goes_on_where_it_stopped(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        keep(archive, {"n": number}, url=f"q{number}")

    def stop(lines: Any, doing: str, unit: str, total: int | None = None) -> Iterator[Any]:
        for number, line in enumerate(lines):
            if number == 3:
                raise KeyboardInterrupt
            yield line

    with pytest.raises(KeyboardInterrupt):
        parse_new(archive, progress=stop)
    assert rows(archive, "SELECT count(*) FROM parses") == [(0,)]
    (path,) = (archive.path / spool.FOLDER).glob("*")
    path.write_bytes(path.read_bytes()[:-7])
    read = []

    def count(lines: Any, doing: str, unit: str, total: int | None = None) -> Iterator[Any]:
        read.append((doing, total))
        return iter(lines)

    assert parse_new(archive, progress=count).originals == 5
    ((doing, left),) = read
    assert doing == "reading"
    assert left is not None
    assert (
        1 <= left <= 3
    )  # the reader was ahead of the one who took the lines; the line cut off is read again
    assert not list((archive.path / spool.FOLDER).glob("*"))


def test_years_are_checked_against_each_other(archive: Archive) -> None:
    def report(year: int, carried_in: int | None, carried_out: int, in_force: int) -> dict[str, Any]:
        cells = {"requests.carried_in.total": carried_in, "requests.carried_out.total": carried_out}
        force = {"issued": 2, "repealed": 1, "in_force": in_force}
        cells |= {f"disclosure.regulations.{name}": value for name, value in force.items()}
        return {"year": year, "cells": cells}

    for year, figures in ((2021, (0, 4, 10)), (2022, (4, 1, 11)), (2023, (2, 1, 13)), (2024, (None, 0, 14))):
        keep(archive, report(year, *figures), url=f"{year}")
    parse_new(archive)
    found = rows(
        archive,
        'SELECT year, status, "left", "right" FROM current_checks WHERE rule = ? AND "where" = ? ORDER BY year',
        "requests.carry",
        "total",
    )
    assert found == [(2022, "holds", 4, 4), (2023, "fails", 2, 1), (2024, "unknown", None, 1)]
    found = rows(
        archive,
        "SELECT year, \"where\", status FROM current_checks WHERE rule = 'disclosure.in_force' ORDER BY year",
    )
    assert found == [
        (2022, "regulations", "holds"),
        (2023, "regulations", "fails"),
        (2024, "regulations", "holds"),
    ]


def test_number_beyond_belief_is_null_and_a_problem(archive: Archive) -> None:
    keep(archive, {"cells": {"requests.new.total": 10**30}})
    parse_new(archive)
    assert rows(archive, "SELECT total FROM requests") == [(None,)]
    assert rows(archive, 'SELECT code, "where" FROM problems') == [("number_too_large", "requests.new.total")]


def test_hostile_figures_stop_no_sum(archive: Archive) -> None:
    for number in range(2):
        said = {"agency": f"银川市第{number}局", "cells": {"requests.new.total": LARGEST}}
        keep(archive, said, url=f"p{number}")
    parse_new(archive)
    assert rows(archive, "SELECT DISTINCT total FROM requests") == [(LARGEST,)]
    archive.db.conn.execute("UPDATE requests SET total = ?", [2**63 - 1])  # as an earlier release kept it
    derive(archive.db.conn)
    assert rows(archive, "SELECT count(*) FROM request_sums WHERE total > 0") == [(3,)]


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"other")])
def test_damaged_original_keeps_what_was_read_of_it(archive: Archive, harm: Callable[[Path], object]) -> None:
    keep(archive, {}, {"cells": {"requests.new.total": 4}})
    parse_new(archive)
    before = rows(archive, "SELECT * FROM current_requests")
    ((sha256,),) = rows(archive, "SELECT sha256 FROM reports")
    path = originals.path_of(archive.path, sha256)
    path.chmod(0o644)
    harm(path)
    shown = preview(archive, everything=True)
    assert (shown.changed, [name for name, _ in shown.damaged], shown.exit_status) == ((), [sha256], 1)
    assert f"original {sha256} can't be read" in shown.text()
    reading = reparse(archive, everything=True)
    assert [(one.code, one.sha256) for one in reading.failures] == [("damaged_original", sha256)]
    assert reading.exit_status == 1
    assert rows(archive, "SELECT * FROM current_requests") == before


def test_damaged_original_that_was_never_read_is_read_once_it_is_back(archive: Archive) -> None:
    keep(archive, {})
    ((sha256,),) = rows(archive, "SELECT sha256 FROM originals")
    path = originals.path_of(archive.path, sha256)
    data = path.read_bytes()
    path.unlink()
    assert parse_new(archive).exit_status == 1
    assert rows(archive, "SELECT * FROM parses") == []
    path.write_bytes(data)
    assert parse_new(archive).exit_status == 0
    assert rows(archive, "SELECT count(*) FROM reports") == [(1,)]


def test_a_report_is_due_every_year_from_the_first_on(archive: Archive) -> None:
    for year, agency, url in (
        (2021, AGENCY, "a"),
        (2023, AGENCY, "b"),
        (2022, "银川市财政局", "c"),
        (2099, "银川市教育局", "d"),
    ):
        keep(archive, {"year": year, "agency": agency}, url=url)
    parse_new(archive, workers=0)
    slots = "SELECT year, due, status FROM current_slots WHERE agency = ? AND year < 2025 ORDER BY year"
    assert rows(archive, slots, AGENCY) == [
        (2021, "2022-03-31", "published"),
        (2022, "2023-03-31", "absent"),
        (2023, "2024-03-31", "published"),
        (2024, "2025-03-31", "absent"),
    ]
    assert [row[:2] for row in rows(archive, slots, "银川市财政局")] == [
        (2022, "2023-01-31"),
        (2023, "2024-01-31"),
        (2024, "2025-01-31"),
    ]
    last = datetime.now(UTC).year - 1
    assert rows(archive, "SELECT max(year) FROM current_slots") == [(last,)]
    found = status(archive.db).years[0]
    assert (found.year, found.due, found.published) == (last, 2, 0)
    assert found.overdue + found.awaited == 2


def test_what_could_not_be_looked_for_is_not_called_absent(archive: Archive) -> None:
    crawl = begin(archive)
    archive.keep(page(crawl, body=document(year=2021, region="640105")))
    archive.finish_crawl(crawl, "partial", {})
    archive.finish_crawl(begin(archive), "blocked", {})
    parse_new(archive, workers=0)
    slot = "SELECT status FROM current_slots WHERE year = 2022"
    assert rows(archive, slot) == [("unreachable",)]
    found = status(archive.db, year=2022).years[0]
    assert (found.overdue, found.unreachable) == (0, 1)
    assert found.line() == "2022: 0 of 1 published, 1 could not be looked for"
    for outcome in ("complete", "failed"):  # once looked for after it was due and not found, it is absent
        archive.finish_crawl(begin(archive), outcome, {})
        assert rows(archive, slot) == [("absent",)]

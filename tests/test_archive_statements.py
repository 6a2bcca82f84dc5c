"""Figures in prose and the publisher's region, as the archive keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import archive_kit
import pytest
from archive_kit import AGENCY, LIST, begin, document, made, page, rows

import parsers
from archive import workers
from archive.differences import between_versions
from archive.digests import content_digest
from archive.findings import check
from archive.judgements import judge
from archive.preview import preview
from archive.reading import parse_new, reparse
from archive.rebuild import rebuild
from archive.store import Archive
from archive.verify import verify

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]

SAID = "收到政府信息公开申请4件"
FAILS = ["requests_received", 4, SAID, ["prose.requests_received", "requests.new", "fails", 4, 3]]
UNCERTAIN = ["lawsuits", None, "行政诉讼1件，其中行政诉讼2件", ["prose.lawsuits", "disputes.litigation_direct", "unknown", None, 0]]  # fmt: skip
DIGEST = "4a3594818f8b8451c09d7dbd38fd0873ab35580bdb18606eadbc2d66c1045b9e"
"""Of the plain made document, taken before statements and regions were kept."""
FEES = ["fees_collected", 1934, "收取信息处理费1934元"]


def archived(folder: Path, *bodies: bytes, kind: str = "page") -> None:
    with Archive.open(folder, write=True) as archive:
        crawl = begin(archive)
        for number, body in enumerate(bodies):
            archive.keep(page(crawl, f"p{number}", body=body, kind=kind))
        archive.finish_crawl(crawl, "complete", {})
        parse_new(archive, workers=0)


def test_statements_are_kept_with_their_sentences(tmp_path: Path) -> None:
    archived(tmp_path, document(statements=[FAILS, UNCERTAIN, FEES]))
    with Archive.open(tmp_path) as archive:
        found = rows(archive, "SELECT year, figure, section, value, sentence FROM current_statements")
        assert found == [
            (2023, "requests_received", 1, 4, SAID),
            (2023, "lawsuits", 1, None, UNCERTAIN[2]),
            (2023, "fees_collected", 1, 1934, FEES[2]),
        ]
        assert verify(archive).findings == ()


def test_a_sentence_that_differs_is_shown_but_no_sum_fails_by_it(tmp_path: Path) -> None:
    sums: list[list[Any]] = [["requests.balance", "total", "fails", 3, 4]]
    archived(tmp_path, document(statements=[FAILS, UNCERTAIN], checks=sums))
    with Archive.open(tmp_path, write=True) as archive:
        statuses = rows(archive, "SELECT rule, status FROM current_checks ORDER BY rule")
        assert statuses == [
            ("prose.lawsuits", "unknown"),
            ("prose.requests_received", "fails"),
            ("requests.balance", "fails"),
        ]
        assert rows(archive, "SELECT failing, unknown FROM report_marks") == [(1, 0)]
        found = check(archive)
        assert "2 of 2 checks fail, 1 of them between prose and table (prose.*)" in found.text()
        (prose,) = check(archive, rule="prose.requests_received").failing
        judge(archive, prose.id, "dismissed", why="another period")
        assert check(archive, rule="prose.requests_received").exit_status == 0


def test_an_altered_statement_or_region_is_found(tmp_path: Path) -> None:
    archived(tmp_path, document(statements=[FEES], region="640105"))
    for change in ("statements SET value = 1", "parses SET region = '640106'"):
        with Archive.open(tmp_path, write=True) as archive:
            with archive.db.atomic():
                archive.db.execute(f"UPDATE {change}")
            assert "parse_altered" in {finding.code for finding in verify(archive).findings}, change


def test_parses_that_state_nothing_keep_the_digest_of_before(tmp_path: Path) -> None:
    archived(tmp_path, document(), document(year=2022, statements=[FEES]))
    with Archive.open(tmp_path) as archive:
        digests = dict(rows(archive, "SELECT year, digest FROM parses"))
    assert digests[2023] == DIGEST
    assert digests[2022] != DIGEST


def test_preview_names_the_check_between_prose_and_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived(tmp_path, document(statements=[FAILS]))
    with Archive.open(tmp_path, write=True) as archive:
        with archive.db.atomic():
            archive.db.execute("DELETE FROM checks")
            archive.db.execute("UPDATE parses SET digest = 'x'")
        text = preview(archive, everything=True, workers=0).text()
    assert "prose.requests_received" in text


def test_region_is_the_publishers_else_the_portals(tmp_path: Path) -> None:
    archived(
        tmp_path,
        document(agency="银川市兴庆区人民政府", region="640104"),
        document(agency="教育局"),
        document(agency=AGENCY, year=2022),
    )
    with Archive.open(tmp_path) as archive:
        found = dict(rows(archive, "SELECT agency, region FROM reports"))
        assert found == {"银川市兴庆区人民政府": "640104", "教育局": "640105", AGENCY: "640105"}
        assert verify(archive).findings == ()


def test_attachment_without_a_name_takes_the_region_of_its_page(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        crawl = begin(archive)
        archive.keep(page(crawl, body=document(agency="银川市兴庆区人民政府", region="640104")))
        nameless = document(agency=None, year=None, cells={"requests.new.total": 4})
        archive.keep(page(crawl, "a.pdf", kind="file", found_on=f"{LIST}p1", body=nameless))
        archive.finish_crawl(crawl, "complete", {})
        parse_new(archive, workers=0)
        assert rows(archive, "SELECT region FROM filings") == [("640104",), ("640104",)]
        assert rows(archive, "SELECT region, renditions FROM reports") == [("640104", 2)]


def test_rebuilt_archive_says_the_same(tmp_path: Path) -> None:
    archived(tmp_path / "a", document(statements=[FAILS, FEES], region="640104"))
    with Archive.open(tmp_path / "a") as archive:
        before = content_digest(archive.db.conn)
    assert rebuild(tmp_path / "a", tmp_path / "b", workers=0).digest == before


@pytest.mark.parametrize(
    ("turns", "line", "judgement"),
    [
        (([FEES], []), "stated fees_collected: 1934 (收取信息处理费1934元) -> nowhere", "worse"),
        (([FEES], [[*FEES[:1], None, FEES[2]]]), "1934 (收取信息处理费1934元) -> uncertain", "worse"),
        (
            ([FEES], [["fees_collected", 19, "收取19元"]]),
            "1934 (收取信息处理费1934元) -> 19 (收取19元)",
            "doubtful",
        ),
        (([], [FEES]), "stated fees_collected: nowhere -> 1934", "better"),
        (
            ([], [["fees_collected", None, "收取"]]),
            "stated fees_collected: nowhere -> uncertain (收取)",
            "neutral",
        ),
    ],
)
def test_preview_and_diff_name_a_figure_that_no_table_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turns: tuple[list[Any], ...], line: str, judgement: str
) -> None:
    archived(tmp_path, document(furniture=1))
    with Archive.open(tmp_path, write=True) as archive:
        for release, statements in enumerate(turns):
            body = document(statements=statements)
            monkeypatch.setattr(workers, "read", lambda data, body=body: archive_kit.read(body))
            monkeypatch.setattr(parsers, "RELEASE", str(release))
            found = preview(archive, everything=True, workers=0)
            reparse(archive, workers=0)
    assert line in found.text()
    assert [change.judgement for change in found.changed] == [judgement]
    assert "places or sentences differ" not in found.text()


def test_diff_names_a_stated_figure_that_changed(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        for day, fees in enumerate((FEES, ["fees_collected", 5, "收取<5>元"]), 1):
            crawl = begin(archive)
            archive.keep(page(crawl, body=document(statements=[fees], n=day), day=day))
            archive.finish_crawl(crawl, "complete", {})
        parse_new(archive, workers=0)
        ((report,),) = rows(archive, "SELECT id FROM reports")
        found = between_versions(archive, report)
    assert "stated fees_collected: 1934 (收取信息处理费1934元) -> 5 (收取<5>元)" in found.text()
    assert "<td>5 收取&lt;5&gt;元</td>" in found.html()
    assert found.as_json()["changes"]["stated"][0]["figure"] == "fees_collected"

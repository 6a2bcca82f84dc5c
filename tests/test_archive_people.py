"""Verdicts, corrections and twins: what people and other renditions say stands beside the parse, never in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import archive_kit
import pytest
from archive_kit import LIST, begin, document, made, page, rows
from hypothesis import given, settings
from hypothesis import strategies as st

import parsers
from archive import workers
from archive.clock import as_of
from archive.corrections import Correction, read_corrections
from archive.errors import Unknown
from archive.export import export
from archive.judgements import correct, judge
from archive.reading import parse_new, reparse
from archive.resources import Selection
from archive.status import status
from archive.store import Archive
from archive.verify import verify

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]

FAILS = ["requests.balance", "total", "fails", 3, 4]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", write=True) as archive:
        visit(archive, {"checks": [FAILS]})
        yield archive


def visit(archive: Archive, said: dict[str, Any], *, day: int = 1, url: str = "p1", **fields: Any) -> None:
    crawl = begin(archive)
    archive.keep(page(crawl, url, body=document(**said), day=day, **fields))
    archive.finish_crawl(crawl, "complete", {})
    parse_new(archive, workers=0)


def check_id(archive: Archive, rule: str = "requests.balance") -> str:
    found = rows(
        archive,
        "SELECT report, rule, \"where\" FROM current_checks WHERE rule = ? AND status = 'fails'",
        rule,
    )
    return ":".join(found[0])


def verdicts(archive: Archive) -> list[Any]:
    return [
        verdict for (verdict,) in rows(archive, "SELECT judgement FROM current_checks WHERE status = 'fails'")
    ]


def test_verdict_is_recorded_and_shown(archive: Archive) -> None:
    assert verdicts(archive) == [None]
    judgement = judge(archive, check_id(archive), "confirmed", why="the page prints 4")
    assert "confirmed (3 against 4): the page prints 4" in judgement.text()
    assert verdicts(archive) == ["confirmed"]
    judge(archive, check_id(archive), "dismissed", why="looked again")
    assert verdicts(archive) == ["dismissed"]
    assert verify(archive).findings == ()


def test_verdict_survives_a_re_parse(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    judge(archive, check_id(archive), "confirmed", why="x")
    monkeypatch.setattr(parsers, "RELEASE", "9")
    assert reparse(archive, workers=0).originals == 1
    assert verdicts(archive) == ["confirmed"]


def test_verdict_opens_again_when_the_source_or_the_figures_change(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(archive, check_id(archive), "confirmed", why="x")
    visit(archive, {"checks": [FAILS], "prose": ["another original with the same figures"]}, day=2)
    assert verdicts(archive) == ["reopened"]
    judge(archive, check_id(archive), "confirmed", why="x")
    monkeypatch.setattr(parsers, "RELEASE", "9")
    monkeypatch.setattr(
        workers, "read", lambda data: archive_kit.read(document(checks=[["requests.balance", "total", "fails", 3, 5]]))
    )  # fmt: skip
    reparse(archive, workers=0)
    assert verdicts(archive) == ["reopened"]


def test_verdict_across_years_rests_on_both_originals(archive: Archive) -> None:
    visit(archive, {"year": 2022, "cells": {"requests.carried_out.total": 4}}, url="old")
    visit(archive, {"cells": {"requests.carried_in.total": 5}}, day=2)
    judge(archive, check_id(archive, "requests.carry"), "confirmed", why="x")
    assert verdicts(archive) == ["confirmed"]
    visit(
        archive,
        {"year": 2022, "cells": {"requests.carried_out.total": 4, "requests.new.total": 1}},
        day=3,
        url="old",
    )
    assert verdicts(archive) == ["reopened"]


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("x", "names no check"),
        ("zz:requests.balance:total", "not in the archive"),
        ("{}:a.b:c", "has no check a.b"),
    ],
)
def test_unknown_check_is_explained(archive: Archive, check: str, message: str) -> None:
    report = check_id(archive).split(":")[0]
    with pytest.raises(Unknown, match=message):
        judge(archive, check.format(report), "confirmed", why="x")


def test_check_that_holds_needs_no_verdict(archive: Archive) -> None:
    visit(archive, {"checks": [["requests.balance", "total", "holds", 4, 4]]}, day=2)
    report = rows(archive, "SELECT id FROM reports")[0][0]
    with pytest.raises(Unknown, match="does not fail"):
        judge(archive, f"{report}:requests.balance:total", "confirmed", why="x")


def corrected(archive: Archive) -> list[tuple[Any, ...]]:
    return [
        (total, over and json.loads(over))
        for total, over in rows(archive, "SELECT total, corrections FROM current_requests")
    ]


def test_correction_stands_beside_the_parsed_value(archive: Archive) -> None:
    report = check_id(archive).split(":")[0]
    assert corrected(archive) == [(3, None)]
    done = correct(archive, [Correction(report, "requests.new.total", 4, "slip", "letter")])
    assert (done.recorded, done.in_force) == (1, 1)
    assert corrected(archive) == [(3, {"total": 4})]
    assert correct(archive, [Correction(report, "requests.new.total", 4, "slip", "letter")]).recorded == 0
    visit(archive, {"cells": {"requests.new.total": 4}}, day=2)
    assert corrected(archive) == [(4, None)]
    visit(archive, {"checks": [FAILS]}, day=3)
    assert corrected(archive) == [(3, {"total": 4})]
    assert verify(archive).findings == ()


def test_corrections_are_read_from_toml_and_csv(archive: Archive, tmp_path: Path) -> None:
    report = check_id(archive).split(":")[0]
    (tmp_path / "c.toml").write_text(
        f'[[corrections]]\nreport = "{report}"\ncell = "requests.new.total"\nvalue = 0\nreason = "r"\nsource = "s"\n'
    )
    (tmp_path / "c.csv").write_text(f"report,cell,value,reason,source\n{report},requests.new.total,2.0,r,s\n")
    (tmp_path / "n.csv").write_text(f"report,cell,value,reason,source\n{report},requests.new.total,,r,s\n")
    found = [read_corrections(tmp_path / name)[0].value for name in ("c.toml", "c.csv", "n.csv")]
    assert found == [0, 2, None]
    correct(archive, read_corrections(tmp_path / "c.csv"))
    assert corrected(archive) == [(3, {"total": 2})]


def test_csv_of_a_chinese_spreadsheet_is_read(tmp_path: Path) -> None:
    text = 'report,cell,value,reason,source\r\nx,y,4,"原因，一\r\n二",来源\r\n,,,,\r\n'
    (tmp_path / "c.csv").write_bytes(text.encode("gbk"))
    (found,) = read_corrections(tmp_path / "c.csv")
    assert found == Correction("x", "y", 4, "原因，一\r\n二", "来源")


def test_only_cells_of_the_form_and_counts_from_nothing_up_are_corrected(archive: Archive) -> None:
    report = check_id(archive).split(":")[0]
    with pytest.raises(Unknown, match="has no cell"):
        correct(archive, [Correction(report, "disclosure.regulations.made", 1, "r", "s")])
    with pytest.raises(Unknown, match="below nothing"):
        correct(archive, [Correction(report, "requests.new.total", -1, "r", "s")])
    assert correct(archive, [Correction(report, "requests.new.research", 1, "r", "s")]).recorded == 1


def test_fraction_is_kept_where_no_count_is_meant(archive: Archive) -> None:
    visit(archive, {"year": 2022, "cells": {"disclosure.fees.amount": 3}}, url="fees")
    ((report,),) = rows(archive, "SELECT id FROM reports WHERE year = 2022")
    assert correct(archive, [Correction(report, "disclosure.fees.amount", 2.5, "r", "s")]).in_force == 1
    other = check_id(archive).split(":")[0]
    with pytest.raises(Unknown, match=r"2\.5 is no count"):
        correct(archive, [Correction(other, "requests.new.total", 2.5, "r", "s")])


def test_cell_can_be_corrected_back(archive: Archive) -> None:
    report = check_id(archive).split(":")[0]
    one, other = (Correction(report, "requests.new.total", value, "r", "s") for value in (4, 5))
    assert [correct(archive, [one]).recorded for one in (one, other, one, one)] == [1, 1, 1, 0]
    assert corrected(archive) == [(3, {"total": 4})]
    with pytest.raises(Unknown, match="twice"):
        correct(archive, [other, one])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("report,cell,value,reason,source\nx,y,1,,s\n", "correction 1 has no reason"),
        ("report,cell,value,reason,source\nx,y,one,r,s\n", "'one' is no number"),
        ("report,cell,value,reason,source\nx,y,NaN,r,s\n", "'NaN' is no number"),
        (f"report,cell,value,reason,source\nx,y,{2**63},r,s\n", "is no number"),
        ("report,cell,value,reason,source\nx,y,1e999999,r,s\n", "is no number"),
        ("report,cell,value,reason,source\nx,y,7_819,r,s\n", "is no number"),
        ('report,cell,value,reason,source\nx,y,"7,819",r,s\n', "is no number"),
        ("report,cell,valeu,reason,source\nx,y,1,r,s\n", "must name the columns"),
        ("report;cell;value;reason;source\nx;y;1;r;s\n", "must name the columns"),
        ("report,cell,value,reason,source\nx,y,1,a letter, of May,s\n", "more fields than the header"),
        ("report,cell,value,reason,source\nx,y,1,r\n", "correction 1 has no source"),
        ('report,cell,value,reason,source\nx,y,1,"r,s\n', "mend the file"),
        ("report,cell,value,reason,source\n", "no corrections in it"),
        ("", "no corrections in it"),
    ],
)
def test_mistakes_in_a_corrections_file_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "c.csv").write_text(text)
    with pytest.raises(Unknown, match=message):
        read_corrections(tmp_path / "c.csv")


def test_other_mistakes_with_corrections(archive: Archive, tmp_path: Path) -> None:
    report = check_id(archive).split(":")[0]
    for cell in ("requests.new", "nothing.new.total", "requests.new.nothing", "requests.other.total"):
        with pytest.raises(Unknown, match="has no cell"):
            correct(archive, [Correction(report, cell, 1, "r", "s")])
    whole = 'report = "a"\ncell = "b"\nreason = "r"\nsource = "s"\n'
    for text, message in (
        ("corrections = 3", "no corrections in it"),
        ("corrections = [3]", "no corrections in it"),
        ("[[correction]]", "'correction' is none of ours"),
        (f"[[corrections]]\n{whole}valu = 1", "valu is none of report, cell"),
        (f"[[corrections]]\n{whole}", "has no value"),
        (f"[[corrections]]\n{whole}value = true", "'True' is no number"),
        (f"[[corrections]]\n{whole}value = inf", "'inf' is no number"),
        (f'[[corrections]]\n{whole}value = "1\\u0000"', "NUL"),
    ):
        (tmp_path / "c.toml").write_text(text)
        with pytest.raises(Unknown, match=message):
            read_corrections(tmp_path / "c.toml")
    (tmp_path / "c.toml").write_text("[[")
    with pytest.raises(Unknown, match="mend the file"):
        read_corrections(tmp_path / "c.toml")
    with pytest.raises(Unknown, match="check the path"):
        read_corrections(tmp_path / "none.csv")


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["confirmed", "dismissed", "re-parse", "all"]), max_size=5))
def test_verdicts_are_unchanged_by_re_parses(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, steps: list[str]
) -> None:
    expected = None
    with Archive.open(tmp_path_factory.mktemp("law"), write=True) as archive, monkeypatch.context() as patch:
        visit(archive, {"checks": [FAILS]})
        for number, step in enumerate(steps):
            if step in ("confirmed", "dismissed"):
                judge(archive, check_id(archive), step, why="x")  # type: ignore[arg-type]
                expected = step
            else:
                patch.setattr(parsers, "RELEASE", f"9.{number}")
                reparse(archive, everything=step == "all", workers=0)
            assert verdicts(archive) == [expected]


def twins(archive: Archive) -> list[tuple[Any, ...]]:
    sql = "SELECT \"where\", message FROM current_problems WHERE code = 'twin_disagreement'"
    return rows(archive, sql)


def test_renditions_that_differ_are_a_problem_with_both_places(archive: Archive) -> None:
    visit(archive, {"cells": {"requests.new.total": 3}}, url="a.pdf", kind="file", found_on=f"{LIST}p1")
    assert twins(archive) == []
    visit(archive, {"cells": {"requests.new.total": 5}}, url="b.pdf", kind="file", found_on=f"{LIST}p1")
    ((where, message),) = twins(archive)
    assert where == "requests.new.total"
    assert message.startswith('3 here at {"table":0')
    assert f"5 in {LIST}b.pdf at" in message
    visit(archive, {"cells": {"requests.new.total": 3}, "n": 2}, url="b.pdf", kind="file", day=2)
    assert twins(archive) == []


def test_what_one_rendition_lacks_is_no_disagreement(archive: Archive) -> None:
    visit(archive, {"cells": {"requests.new.research": 3}}, url="a.pdf", kind="file")
    visit(archive, {"cells": None, "form": None}, url="cover")
    assert twins(archive) == []


def test_renditions_read_as_different_forms_are_compared_where_both_have_a_cell(archive: Archive) -> None:
    said = {"form": "2019", "cells": {"requests.new.total": 5, "requests.other.total": 1}}
    visit(archive, said, url="b.pdf", kind="file", found_on=f"{LIST}p1")
    assert [where for where, _ in twins(archive)] == ["requests.new.total"]


def states(archive: Archive) -> list[tuple[Any, ...]]:
    return rows(archive, 'SELECT "table", "row", "column", value, parsed, status FROM current_corrections')


def test_what_people_decided_is_as_of_its_own_time(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    report = check_id(archive).split(":")[0]
    monkeypatch.setattr("archive.judgements.now", lambda: "2026-03-01T00:00:00Z")
    judge(archive, check_id(archive), "confirmed", why="x")
    correct(archive, [Correction(report, "requests.new.total", 4, "slip", "letter")])
    monkeypatch.setattr("archive.judgements.now", lambda: "2026-05-01T00:00:00Z")
    judge(archive, check_id(archive), "dismissed", why="x")
    correct(archive, [Correction(report, "requests.new.total", 5, "slip", "letter")])
    said = {
        "2026-02-01": ([None], [(3, None)], []),
        "2026-04-01": (["confirmed"], [(3, {"total": 4})], [("requests", "new", "total", 4, 3, "in force")]),
        "2027-01-01": (["dismissed"], [(3, {"total": 5})], [("requests", "new", "total", 5, 3, "in force")]),
    }
    for day, expected in said.items():
        with Archive.open(archive.path) as reader:
            as_of(reader, day)
            assert (verdicts(reader), corrected(reader), states(reader)) == expected, day


def test_corrections_and_verdicts_that_are_open_again_are_told(archive: Archive) -> None:
    report = check_id(archive).split(":")[0]
    judge(archive, check_id(archive), "confirmed", why="x")
    correct(archive, [Correction(report, "requests.new.total", 4, "slip", "letter")])
    found = status(archive.db)
    assert (found.reopened_verdicts, found.reopened_corrections) == (0, 0)
    visit(archive, {"checks": [FAILS], "prose": ["another original"]}, day=2)
    assert states(archive) == [("requests", "new", "total", 4, 3, "reopened")]
    found = status(archive.db)
    assert (found.reopened_verdicts, found.reopened_corrections) == (1, 1)
    assert "1 verdicts are open again" in found.text() and "1 corrections no longer apply" in found.text()
    correct(archive, [Correction(report, "requests.new.total", 6, "slip", "letter")])
    assert states(archive) == [("requests", "new", "total", 6, 3, "in force")]


def test_export_says_what_people_and_twins_say(archive: Archive, tmp_path: Path) -> None:
    report = check_id(archive).split(":")[0]
    visit(archive, {"cells": {"requests.new.total": 5}}, url="b.pdf", kind="file", found_on=f"{LIST}p1")
    judge(archive, check_id(archive), "confirmed", why="x")
    reason = "call 13900001111"
    correct(archive, [Correction(report, "requests.new.total", 4, reason, "letter")])
    export(archive, tmp_path / "out", format="jsonl", selection=Selection(), masked=True)

    def lines(table: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (tmp_path / "out" / f"{table}.jsonl").read_text().splitlines()]

    assert [(line["rule"], line["judgement"]) for line in lines("checks")] == [
        ("requests.balance", "confirmed")
    ]
    ((problem,), (correction,)) = lines("problems"), lines("corrections")
    assert (problem["code"], problem["where"]) == ("twin_disagreement", "requests.new.total")
    assert (correction["value"], correction["parsed"], correction["status"]) == (4, 3, "in force")
    assert "1390" not in correction["reason"]
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text())
    described = {resource["name"]: resource for resource in package["resources"]}
    assert "statistics" not in described  # an empty table of JSON Lines
    meant = {field["name"]: field for field in described["corrections"]["schema"]["fields"]}
    assert meant["parsed"]["type"] == "number" and "Corrected" in meant["value"]["description"]

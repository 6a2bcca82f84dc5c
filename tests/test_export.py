"""Data out: every format says the same, the Data Package is right, nothing runs, contacts can be left out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import frictionless
import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from archive import resources
from archive.errors import Unwritten
from archive.export import FORMATS, export
from archive.masking import mask
from archive.resources import Field, Resource, Selection
from archive.store import Archive
from archive.takeout import export as command
from archive.writers import FORMULA, harmless, write_csv, write_xlsx
from tests.site_archive import BUREAU, FAR, GOVERNMENT


def run(site_folder: Path, out: Path, kind: str = "csv", **choice: Any) -> Path:
    options = {name: choice.pop(name) for name in ("wide", "masked", "as_of") if name in choice}
    with Archive.open(site_folder) as archive:
        export(archive, out, format=kind, selection=Selection(**choice), **options)
    return out


def records(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_frictionless_accepts_the_package(site_folder: Path, tmp_path: Path, kind: str, wide: bool) -> None:
    folder = run(site_folder, tmp_path / "out", kind, wide=wide)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:5]
    assert len(report.tasks) == (1 if wide else 10 if kind == "jsonl" else 11)


@pytest.mark.parametrize("kind", FORMATS)
def test_export_that_breaks_off_leaves_the_earlier_one(
    site_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    run(site_folder, tmp_path / "out", kind)
    before = files()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(Unwritten, match="No space left"):
        patch.setattr("archive.export._package", full)
        run(site_folder, tmp_path / "out", kind, year=2024)
    assert files() == before
    run(site_folder, tmp_path / "out", kind, year=2024)
    assert files().keys() == before.keys() and files() != before


def test_frictionless_would_see_a_wrong_type(site_folder: Path, tmp_path: Path) -> None:
    folder = run(site_folder, tmp_path / "out")
    path = folder / "requests.csv"
    path.write_text(path.read_text("utf-8").replace(",35,", ",many,", 1), "utf-8")
    assert not frictionless.validate(str(folder / "datapackage.json")).valid


def test_region_codes_are_text_in_the_schema(site_folder: Path, tmp_path: Path) -> None:
    package = json.loads((run(site_folder, tmp_path / "out") / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        assert types["region"] == "string" and types["year"] == "integer"
        for field in resource["schema"]["fields"]:
            assert field["title"] and field["description"], (resource["name"], field)


def test_figures_are_those_of_the_archive_with_their_labels_in_the_order_of_the_form(
    site_folder: Path, tmp_path: Path
) -> None:
    rows = [row for row in records(run(site_folder, tmp_path / "out"), "requests") if row["agency"] == FAR]
    assert [row["row"] for row in rows][:3] == ["new", "carried_in", "granted"]
    assert rows[2]["label"] == "三、本年度办理结果/（一）予以公开" and rows[2]["total"] == "26"
    blank = [
        row
        for row in records(tmp_path / "out", "requests")
        if row["agency"] == BUREAU and row["year"] == "2024"
    ]
    assert blank[2]["total"] == "" and "blank" in blank[2]["state"]


def test_every_format_holds_the_same_rows(site_folder: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip(
        "pyarrow.parquet", reason="pyarrow, the extra for Parquet, is not installed"
    )
    out = {kind: run(site_folder, tmp_path / kind, kind) for kind in FORMATS}
    lines = (out["jsonl"] / "requests.jsonl").read_text("utf-8").splitlines()
    as_json = [tuple(json.loads(line).values()) for line in lines]
    as_csv = [tuple(row.values()) for row in records(out["csv"], "requests")]
    assert [tuple("" if v is None else str(v) for v in row) for row in as_json] == as_csv
    table = parquet.read_table(out["parquet"] / "requests.parquet")
    assert [tuple(row.values()) for row in table.to_pylist()] == as_json
    sheet = openpyxl.load_workbook(out["xlsx"] / "nianbao.xlsx")["requests"]
    assert [tuple(row) for row in sheet.iter_rows(min_row=3, values_only=True)] == as_json
    headers = [cell.value for cell in next(sheet.iter_rows(min_row=2, max_row=2))]
    assert headers[6] == "自然人 natural persons"


def test_wide_is_one_row_per_agency_and_year_with_every_cell(site_folder: Path, tmp_path: Path) -> None:
    rows = records(run(site_folder, tmp_path / "out", wide=True), "reports_wide")
    found = {(row["agency"], row["year"]): row for row in rows}
    assert len(rows) == len(found) == 9
    row = found[GOVERNMENT, "2024"]
    assert (row["requests.new.total"], row["requests.other.total"], row["statistics.1.1"]) == ("59", "", "")
    assert found[GOVERNMENT, "2020"]["disclosure.procurement.amount"] == "25.1"
    assert found[GOVERNMENT, "2018"]["statistics.7"] == "0.519"
    assert found[BUREAU, "2024"]["requests.granted.total"] == ""


@pytest.mark.parametrize(
    ("choice", "years"),
    [
        ({"year": 2022}, {(BUREAU, "2022"), (FAR, "2022")}),
        ({"region": "62"}, {(FAR, "2022")}),
        ({"form": "2019"}, {(GOVERNMENT, "2020")}),
        ({"year": 1999}, set()),
        ({"as_of": "2026-01-15", "year": 2022}, {(BUREAU, "2022")}),
    ],
)
def test_what_is_chosen_and_nothing_else(
    site_folder: Path, tmp_path: Path, choice: dict[str, Any], years: set
) -> None:
    folder = run(site_folder, tmp_path / "out", **choice)
    assert {(row["agency"], row["year"]) for row in records(folder, "reports")} == years
    assert {(row["agency"], row["year"]) for row in records(folder, "sections")} <= years


def test_as_of_tells_the_figures_of_that_day(site_folder: Path, tmp_path: Path) -> None:
    before = records(run(site_folder, tmp_path / "a", as_of="2026-01-15", wide=True), "reports_wide")
    after = records(run(site_folder, tmp_path / "b", wide=True), "reports_wide")

    def new(rows: list[dict[str, str]]) -> str:
        return next(r for r in rows if (r["agency"], r["year"]) == (GOVERNMENT, "2024"))[
            "requests.new.natural_person"
        ]

    assert (new(before), new(after)) == ("30", "35")


def test_the_same_data_give_the_same_bytes(site_folder: Path, tmp_path: Path) -> None:
    for kind in ("csv", "jsonl"):
        a, b = run(site_folder, tmp_path / f"{kind}1", kind), run(site_folder, tmp_path / f"{kind}2", kind)
        assert {p.name: p.read_bytes() for p in a.iterdir()} == {p.name: p.read_bytes() for p in b.iterdir()}


def resource(*texts: str) -> Resource:
    fields = (Field("text", "string", "文", "text"), Field("figure", "integer", "数", "figure"))
    return Resource("made", "造", "made", fields, (), lambda: iter([(text, -39) for text in texts]))


@given(st.sampled_from(FORMULA), st.text(max_size=20))
def test_text_never_begins_like_a_formula(start: str, rest: str) -> None:
    assert not harmless(start + rest).startswith(FORMULA)
    assert harmless("年报" + rest) == "年报" + rest
    assert harmless(-39) == -39


def test_a_spreadsheet_runs_nothing(tmp_path: Path) -> None:
    evil = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "http://evil.example/", "＝1+1"]
    list(write_csv([resource(*evil)], tmp_path))
    rows = records(tmp_path, "made")
    assert [row["text"][0] for row in rows] == ["'", "'", "'", "'", "'", "h", "'"]
    assert {row["figure"] for row in rows} == {"-39"}
    list(write_xlsx([resource(*evil)], tmp_path))
    sheet = openpyxl.load_workbook(tmp_path / "nianbao.xlsx")["made"]
    assert [(row[0].value, row[0].data_type, row[0].hyperlink) for row in sheet.iter_rows(min_row=3)] == [
        (text, "s", None) for text in evil
    ]


def test_a_text_that_excel_has_to_cut_says_so(tmp_path: Path) -> None:
    list(write_xlsx([resource("长" * 40_000)], tmp_path))
    value = openpyxl.load_workbook(tmp_path / "nianbao.xlsx")["made"]["A3"].value
    assert len(value) <= 32_767 and value.endswith("whole in CSV and JSON］")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13912345678，", "电话［电话］，"),
        ("手机：139-1234-5678", "手机：［电话］"),
        ("１３９１２３４５６７８", "［电话］"),
        ("传真0951-2077777转", "传真［电话］转"),
        ("电话：（0951）2077777。", "电话：［电话］。"),
        ("联系电话：2077777。", "联系电话：［电话］。"),
        ("邮箱wang.x@example.gov.cn。", "邮箱［邮箱］。"),
        ("身份证64010219900101123X号", "身份证［身份证号］号"),
        ("收到申请13912345件", "收到申请13912345件"),
        ("全年公开信息2077777条，投入139.12万元", "全年公开信息2077777条，投入139.12万元"),
        ("银政发〔2024〕0951号", "银政发〔2024〕0951号"),
    ],
)
def test_contacts_are_masked_and_figures_are_not(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_masking_reaches_prose_alone(site_folder: Path, tmp_path: Path) -> None:
    plain, masked = run(site_folder, tmp_path / "a"), run(site_folder, tmp_path / "b", masked=True)
    assert "13912345678" in (plain / "sections.csv").read_text("utf-8")
    text = (masked / "sections.csv").read_text("utf-8")
    assert "13912345678" not in text and "wang@example.cn" not in text and "［电话］" in text
    assert (plain / "requests.csv").read_bytes() == (masked / "requests.csv").read_bytes()


def test_the_command_says_what_it_wrote_and_refuses_in_one_line(site_folder: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(
        command, ["--archive", str(site_folder), "--out", str(tmp_path / "out"), "--region", "62"]
    )
    assert done.exit_code == 0 and "reports: 1 rows" in done.output
    (tmp_path / "file").write_text("")
    refused = runner.invoke(command, ["--archive", str(site_folder), "--out", str(tmp_path / "file")])
    assert refused.exit_code == 1 and "name another folder with --out" in refused.output
    wrong = runner.invoke(command, ["--archive", str(site_folder), "--format", "warc", "--year", "2024"])
    assert wrong.exit_code == 2
    day = runner.invoke(
        command, ["--archive", str(site_folder), "--as-of", "soon", "--out", str(tmp_path / "x")]
    )
    assert day.exit_code == 2 and "no date" in day.output


def test_every_exported_column_of_figures_is_in_the_schema() -> None:
    names = [field.name for _, field in resources._cells(None)]
    assert len(names) == len(set(names)) and "requests.denied_process.research" in names

from __future__ import annotations

import copy
import tomllib
from pathlib import Path

import pytest

from parsers.errors import BadForm
from parsers.forms import load_forms, read_form

FILES = sorted((Path(__file__).parents[1] / "parsers" / "forms").glob("*.toml"))


def test_cells_of_each_form() -> None:
    sizes = {
        form.id: {table.id: len(list(table.cells())) for table in form.tables}
        for form in load_forms().values()
    }
    assert sizes == {
        "2014": {"statistics": 58},
        "2019": {"disclosure": 22, "requests": 161, "disputes": 15},
        "2021": {"disclosure": 10, "requests": 175, "disputes": 15},
    }


def test_every_label_is_bilingual() -> None:
    for form in load_forms().values():
        for table in form.tables:
            for part in (*table.rows(), *table.columns()):
                assert part.zh
                assert part.en.isascii()


def test_parents_of_an_indicator_come_from_its_number() -> None:
    row = next(row for row in load_forms()["2014"].tables[0].rows() if row.id == "3.3.4.2")
    assert row.parents == ("三、依申请公开情况", "（三）申请答复数", "4.不同意公开答复数")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sum_over_an_unknown_row_is_refused(path: Path) -> None:
    data = tomllib.loads(path.read_text("utf-8"))
    bad = copy.deepcopy(data)
    table = bad["tables"][0]["id"]
    bad.setdefault("sums", []).append(
        {"rule": "r", "table": table, "each": "column", "left": ["no_such"], "right": []}
    )
    with pytest.raises(BadForm, match="no_such"):
        read_form(bad, path.name)


@pytest.mark.parametrize("key", ["id", "tables", "basis"])
def test_missing_key_is_refused(key: str) -> None:
    data = tomllib.loads(FILES[-1].read_text("utf-8"))
    del data[key]
    with pytest.raises(BadForm, match=key):
        read_form(data, "x.toml")


def test_repeated_row_is_refused() -> None:
    data = tomllib.loads(FILES[-1].read_text("utf-8"))
    rows = data["tables"][0]["blocks"][0]["rows"]
    rows.append(dict(rows[0]))
    with pytest.raises(BadForm, match="twice"):
        read_form(data, "x.toml")

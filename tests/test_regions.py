from __future__ import annotations

import pytest

from parsers.regions import full_name, region_of, regions


@pytest.mark.parametrize(
    ("agency", "year", "code"),
    [
        ("银川市西夏区科学技术局", 2020, "640105"),
        ("白银市白银区人民政府", 2020, "620402"),
        ("会宁县工业和信息化局", 2021, "620422"),
        ("武汉市人民政府", 2021, "420100"),
        ("北京市海淀区人民政府", 2021, "110108"),
        ("宁夏回族自治区人民政府", 2021, "640000"),
        ("内蒙古自治区呼和浩特市新城区人民政府", 2021, "150102"),
        ("吉林市人民政府", 2021, "220200"),
        ("朝阳区教育局", 2021, None),
        ("教育局", 2021, None),
        ("上海市闸北区人民政府", 2014, "310108"),
        ("杭州市临平区财政局", 2022, "330113"),
        ("杭州市临平区财政局", 2013, "330100"),
    ],
)
def test_region_of(agency: str, year: int, code: str | None) -> None:
    assert region_of(agency, year=year) == code


def test_full_names() -> None:
    assert full_name("西夏区财政局", "640105") == "银川市西夏区财政局"
    assert full_name("银川市西夏区财政局", "640105") == "银川市西夏区财政局"
    assert full_name("海淀区政府", "110108") == "北京市海淀区人民政府"


def test_table_is_sound() -> None:
    assert len(regions()) > 3800
    for region in regions():
        assert len(region.code) == 6
        assert region.code.isdigit()
        assert region.name
        assert (region.valid_from or 0) <= (region.valid_to or 9999)
    still = [region.code for region in regions() if region.valid_to is None]
    assert len(still) == len(set(still))

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
        ("杭州市临平区财政局", 2019, "330100"),
        ("杭州市临平区财政局", 2020, "330113"),
        ("铜陵市枞阳县人民政府", 2015, "340722"),
        ("安庆市枞阳县人民政府", 2014, "340823"),
        ("南通市崇川区教育局", 2019, "320602"),
        ("南通市崇川区教育局", 2020, "320613"),
        ("济南市莱芜区财政局", 2018, "370116"),
        ("莱芜市莱城区财政局", 2017, "371202"),
        ("林芝市米林县人民政府", 2020, "540422"),
        ("林芝市米林市人民政府", 2024, "540481"),
        ("和田地区和安县人民政府", 2024, "653229"),
        ("和康县人民政府", 2025, "653228"),
        ("重庆市渝北区人民政府", 2023, "500112"),
        ("重庆市两江新区财政局", 2025, "500157"),
        ("台湾省", 2023, "710000"),
    ],
)
def test_region_of(agency: str, year: int, code: str | None) -> None:
    assert region_of(agency, year=year) == code


def test_full_names() -> None:
    assert full_name("西夏区财政局", "640105") == "银川市西夏区财政局"
    assert full_name("银川市西夏区财政局", "640105") == "银川市西夏区财政局"
    assert full_name("海淀区政府", "110108") == "北京市海淀区人民政府"
    assert full_name("北京市海淀区人民政府", "110108") == "北京市海淀区人民政府"
    assert full_name("宁夏回族自治区银川市西夏区财政局", "640105") == "银川市西夏区财政局"
    assert full_name("江苏省南京市人民政府", "320100") == "南京市人民政府"
    assert full_name("江苏省人民政府", "320000") == "江苏省人民政府"
    assert full_name("江苏省财政局", "320106") == "江苏省财政局"
    assert full_name("西夏区财政局", "999999") == "西夏区财政局"


def test_table_is_sound() -> None:
    assert len(regions()) > 3800
    for region in regions():
        assert len(region.code) == 6
        assert region.code.isdigit()
        assert region.name
        assert (region.valid_from or 0) <= (region.valid_to or 9999)
    order = [(r.code, r.valid_from or 0) for r in regions()]
    assert order == sorted(set(order))
    still = [region.code for region in regions() if region.valid_to is None]
    assert len(still) == len(set(still))


OF_THE_BUREAU_ALONE = {
    *("139001", "139002", "410211", "620201", "632857"),
    *("232761", "232762", "232763", "232764", "460321", "460322", "460323"),
}
"""Codes in the statistics bureau's tables that are no county-level divisions, or were none any more."""


@pytest.mark.parametrize(
    ("year", "number"),
    [(2015, 2850), (2016, 2851), (2017, 2851), (2018, 2851), (2019, 2846), (2020, 2844), (2021, 2843), (2022, 2843), (2023, 2844)],
)  # fmt: skip
def test_as_many_counties_as_the_ministry_counted(year: int, number: int) -> None:
    """On 31 December, by the ministry's bulletins as remembered (see the README of the data); zones (71 to 79) are none."""
    counties = [r.code for r in regions() if r.existed(year) and not r.code.endswith("00")]
    own = [code for code in counties if not 71 <= int(code[4:]) <= 79 and code not in OF_THE_BUREAU_ALONE]
    assert len(own) == number

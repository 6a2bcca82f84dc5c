"""The shipped registry, linted: ids, region codes, hosts, duplicates, and what is known of each column."""

from collections import Counter
from urllib.parse import urlsplit

import pytest

from crawler import portals
from crawler.hosts import authority, refusal
from crawler.lists.dialects import is_article
from crawler.portals import GROUP_FILE, REGISTRY, PortalError
from parsers.regions import region_of, regions

SHIPPED = portals.load()
FILES = sorted(file for file in REGISTRY.rglob("*.toml") if file.name != GROUP_FILE)
PROVINCES = range(11, 66)
"""First two digits of GB/T 2260: 11 is Beijing, 65 Xinjiang."""


def test_at_least_sixty_portals_are_shipped_in_groups():
    assert len(SHIPPED) >= 60
    assert all(portal.group for portal in SHIPPED)
    assert {file.parent.name for file in FILES} == {folder.name for folder in REGISTRY.iterdir()}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_called_after_its_portal(file):
    assert portals.read(file).id == file.stem


@pytest.mark.parametrize("portal", SHIPPED, ids=lambda portal: portal.id)
def test_a_portal_is_sound(portal):
    assert int(portal.region[:2]) in PROVINCES
    assert portal.name.endswith("人民政府")
    rank = portal.name.removesuffix("人民政府")[-1]
    county = not portal.region.endswith("00")
    assert rank in ("区县市旗" if county else "市州盟省区")
    for url in (portal.home, *(column.url for column in portal.columns)):
        assert refusal(url, allow_private=False) is None
    assert urlsplit(portal.home).path == "/"


@pytest.mark.parametrize("portal", SHIPPED, ids=lambda portal: portal.id)
def test_a_region_code_is_that_of_the_place(portal):
    still = {region.name for region in regions() if region.code == portal.region and region.valid_to is None}
    place = portal.name.removesuffix("人民政府")
    assert still, f"{portal.region} is no division of today"
    assert any(place.endswith(name) or name.endswith(place) for name in still), (place, still)
    assert region_of(portal.name, year=2024) in (portal.region, None)


@pytest.mark.parametrize("portal", SHIPPED, ids=lambda portal: portal.id)
def test_what_is_known_of_a_column_fits_it(portal):
    for column in portal.columns:
        if column.seen:
            assert authority(column.seen) in portal.territory
            assert is_article(column.seen) or column.verified
        assert column.verified or not column.seen or column.seen != column.url
        assert not column.agency or len(column.agency) >= 4


def test_nothing_is_registered_twice():
    twice = {name: count for name, count in Counter(portal.id for portal in SHIPPED).items() if count > 1}
    regions = {
        code: count for code, count in Counter(portal.region for portal in SHIPPED).items() if count > 1
    }
    columns = Counter(column.url for portal in SHIPPED for column in portal.columns)
    homes = Counter(authority(portal.home).removeprefix("www.") for portal in SHIPPED)
    assert not twice
    assert not regions
    assert max(columns.values()) == max(homes.values()) == 1


def write(folder, text, group='name = "甲市"\nregion = "6401"\nfamily = "trs"\n'):
    (folder / GROUP_FILE).write_text(group, encoding="utf-8")
    (folder / "a.toml").write_text(text, encoding="utf-8")
    return folder


ENTRY = 'id = "a"\nname = "甲人民政府"\nregion = "640105"\nhome = "http://a.gov.cn/"\n[[columns]]\nurl = "http://a.gov.cn/nb/"\n'


def test_a_group_gives_defaults(tmp_path):
    (portal,) = portals.load(write(tmp_path, ENTRY))
    assert (portal.group, portal.family) == ("甲市", "trs")
    (own,) = portals.load(write(tmp_path, ENTRY.replace("[[", 'family = "vsb"\n[[')))
    assert own.family == "vsb"


def test_a_code_of_elsewhere_is_refused_in_a_group(tmp_path):
    with pytest.raises(PortalError, match="codes of 甲市 begin with 6401"):
        portals.load(write(tmp_path, ENTRY.replace("640105", "620402")))


@pytest.mark.parametrize(
    "group", ['name = "甲市"\n', 'name = "甲市"\nregion = "6401"\nfamly = "trs"\n', "name = "]
)
def test_a_mistake_in_a_group_is_named(tmp_path, group):
    with pytest.raises(PortalError, match=r"_group\.toml"):
        portals.load(write(tmp_path, ENTRY, group))

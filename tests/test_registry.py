from pathlib import Path

import pytest

from crawler import portals
from crawler.hosts import address_refusal, authority, refusal
from crawler.portals import PortalError

GOOD = """
id = "a-b"
name = "甲市人民政府"
region = "640105"
home = "http://www.a.gov.cn/"
[[columns]]
url = "http://xxgk.a.gov.cn:8080/nb/"
agency = "甲市人民政府"
"""


def write(folder: Path, text: str, name: str = "a.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_becomes_a_portal(tmp_path):
    (portal,) = portals.load(write(tmp_path, GOOD))
    assert (portal.id, portal.region, portal.columns[0].agency) == ("a-b", "640105", "甲市人民政府")
    assert portal.verified and portal.tls == "strict"
    assert portal.territory == {"a.gov.cn", "www.a.gov.cn", "xxgk.a.gov.cn:8080", "www.xxgk.a.gov.cn:8080"}


@pytest.mark.parametrize(
    ("old", "new", "key", "cure"),
    [
        ('id = "a-b"', 'id = "A B"', "id", "lower-case"),
        ('id = "a-b"', "", "id", "lower-case"),
        ('region = "640105"', "region = 640105", "region", "six digits"),
        ('region = "640105"', 'region = "64010"', "region", "six digits"),
        ('home = "http://www.a.gov.cn/"', 'home = "www.a.gov.cn"', "home", "http://"),
        ("[[columns]]", "[columns]", "columns", "[[columns]]"),
        ("agency =", "agancy =", "columns[1].agancy", "known are url, agency"),
        ('name = "甲市人民政府"', 'name = ""', "name", "missing"),
        ("[[columns]]", 'tls = "none"\n[[columns]]', "tls", "strict, legacy"),
        ("agency =", "family =", "columns[1].family", "not known"),
    ],
)
def test_a_mistake_names_the_file_the_key_and_the_cure(tmp_path, old, new, key, cure):
    file = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(PortalError) as caught:
        portals.load(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: {key}: ") and cure in message and "\n" not in message


@pytest.mark.parametrize("data", [b"id = ", b"\xff\xfe"])
def test_what_is_no_toml_is_told_so(tmp_path, data):
    file = tmp_path / "a.toml"
    file.write_bytes(data)
    with pytest.raises(PortalError, match=r"TOML|UTF-8"):
        portals.load(file)


def test_ids_are_unique_in_a_folder(tmp_path):
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, "b.toml")
    with pytest.raises(PortalError, match=r"b\.toml: id: 'a-b' is taken"):
        portals.load(tmp_path)


def test_an_empty_folder_and_a_missing_path_are_told_apart(tmp_path):
    with pytest.raises(PortalError, match=r"no \.toml"):
        portals.load(tmp_path)
    with pytest.raises(PortalError, match="does not exist"):
        portals.load(tmp_path / "none")


def test_every_shipped_portal_is_sound():
    shipped = portals.load()
    assert {"yinchuan-xixia", "baiyin-baiyin", "yinchuan"} <= {portal.id for portal in shipped}
    for portal in shipped:
        for url in (portal.home, *(column.url for column in portal.columns)):
            assert refusal(url, allow_private=False) is None, url


def test_unknown_portals_are_told_apart():
    chosen, unknown = portals.select(portals.load(), ["nowhere", "yinchuan"])
    assert ([portal.id for portal in chosen], unknown) == (["yinchuan"], ["nowhere"])


def test_a_malformed_file_leaves_the_others_readable(tmp_path):
    good = next(portals.REGISTRY.rglob("yinchuan.toml"))
    (tmp_path / "good.toml").write_bytes(good.read_bytes())
    (tmp_path / "bad.toml").write_text("id = ", "utf-8")
    mistakes: list[portals.PortalError] = []
    assert len(portals.load(tmp_path, mistakes=mistakes)) == 1
    assert "bad.toml" in str(mistakes[0])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/",
        "http://localhost/",
        "http://example.com/",
        "http://gov.cn.example.com/",
        "http://evilgov.cn/",
        "http://user@a.gov.cn/",
        "http://a.gov.cn:99999/",
        "ftp://a.gov.cn/",
        "file:///etc/passwd",
        "http:///nothing",
    ],
)
def test_only_names_under_gov_cn_are_asked(url):
    assert refusal(url, allow_private=False)


@pytest.mark.parametrize("url", ["http://a.gov.cn/", "https://WWW.A.GOV.CN./x", "http://a.gov.cn:8080/"])
def test_portals_are_asked(url):
    assert refusal(url, allow_private=False) is None


@pytest.mark.parametrize(
    ("address", "private"),
    [("169.254.169.254", True), ("fe80::1", True), ("0.0.0.0", True), ("224.0.0.1", True), ("::ffff:169.254.1.1", True),
     ("127.0.0.1", False), ("::1", False), ("10.1.2.3", False), ("192.168.0.1", False), ("100.64.0.1", False),
     ("::ffff:10.0.0.1", False), ("2002:7f00:1::", False), ("64:ff9b::7f00:1", False), ("fc00::1", False)],
)  # fmt: skip
def test_addresses_that_no_connection_may_reach(address, private):
    assert address_refusal(address, allow_private=False)
    assert bool(address_refusal(address, allow_private=True)) is private


def test_public_addresses_may_be_reached():
    assert address_refusal("202.100.100.1", allow_private=False) is None
    assert address_refusal("2400:3200::1", allow_private=False) is None


def test_the_scheme_implies_the_port():
    assert authority("http://a.gov.cn:80/") == authority("https://A.gov.cn:443/x") == "a.gov.cn"
    assert authority("https://a.gov.cn:80/") == "a.gov.cn:80"

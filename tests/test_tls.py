"""TLS as portals have it: what is wrong is named, and nothing is lowered unless the registry says so."""

import contextlib
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crawler.portals import Column, Portal
from tests.portals.transport import self_signed
from tests.test_crawl import rows, run

pytestmark = pytest.mark.filterwarnings("ignore:ssl.TLSVersion")  # an old server is what we want


@contextlib.contextmanager
def listening(talk):
    """A port on which ``talk(connection)`` answers each connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def tls(version=None):
    context = self_signed()
    if version:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version

    def talk(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1000)

    return talk


def plain(connection):
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def portal(name, port, host="127.0.0.1", **rest):
    url = f"https://{host}:{port}/"
    return Portal(name, "测试市人民政府", "640100", url, (Column(f"{url}nb/"),), **rest)


def test_what_is_wrong_with_tls_is_named_and_lowered_only_where_the_registry_says_so(tmp_path, capfd):
    with (
        listening(tls()) as unsigned,
        listening(tls(ssl.TLSVersion.TLSv1)) as old,
        listening(tls(ssl.TLSVersion.TLSv1)) as tolerated,
        listening(plain) as none,
    ):
        portals = [portal("unsigned", unsigned), portal("old", old), portal("plain", none)]
        # the old protocol is taken, so it is the certificate that fails: that is verified all the same
        portals.append(portal("tolerated", tolerated, host="localhost", tls="legacy"))
        summary = run(tmp_path, portals, settings={"NIANBAO_RETRIES": 0})
    assert {p.portal: p.outcome for p in summary.portals} == dict.fromkeys(
        ("unsigned", "old", "plain", "tolerated"), "failed"
    )
    said = dict(rows(tmp_path, "SELECT k.portal, c.message FROM captures c JOIN crawls k ON k.id = c.crawl "
                               "WHERE c.kind = 'robots'"))  # fmt: skip
    assert said == {
        "unsigned": "tls_error:bad_certificate",
        "old": "tls_error:old_protocol",
        "plain": "tls_error:not_tls",
        "tolerated": "tls_error:bad_certificate",
    }
    marked = rows(tmp_path, "SELECT DISTINCT k.portal FROM captures c JOIN crawls k ON k.id = c.crawl "
                            "WHERE c.headers LIKE '%x-nianbao-tls%'")  # fmt: skip
    assert marked == [("tolerated",)]
    assert capfd.readouterr().err == ""


_SCRAPY = """
import sys, warnings
from scrapy.exceptions import ScrapyDeprecationWarning
warnings.simplefilter("error", ScrapyDeprecationWarning)
from scrapy.cmdline import execute
execute(["scrapy", "crawl", "--nolog", "reports", *sys.argv[1:]])
"""
_ENTRY = """
id = "{id}"
name = "测试市人民政府"
region = "640100"
home = "{url}"
tls = "{tls}"
[[columns]]
url = "{url}nb/"
agency = "测试市人民政府"
"""


def test_scrapys_own_command_prints_the_summary_alone_and_uses_nothing_deprecated(tmp_path):
    registry = tmp_path / "registry"
    registry.mkdir()
    with listening(tls()) as unsigned, listening(tls(ssl.TLSVersion.TLSv1)) as old:
        for id, port, how in (("unsigned", unsigned, "modern"), ("old", old, "legacy")):
            entry = _ENTRY.format(id=id, url=f"https://localhost:{port}/", tls=how)
            (registry / f"{id}.toml").write_text(entry.replace('tls = "modern"\n', ""))
        options = {"NIANBAO_ARCHIVE": tmp_path / "archive", "NIANBAO_PORTALS": registry, "NIANBAO_ALLOW_PRIVATE": 1,
                   "NIANBAO_RETRIES": 0, "DOWNLOAD_DELAY": 0}  # fmt: skip
        settings = [part for name, value in options.items() for part in ("-s", f"{name}={value}")]
        done = subprocess.run([sys.executable, "-c", _SCRAPY, *settings], cwd=Path(__file__).parents[1],
                              capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.startswith("2 portals crawled, 0 complete")
    assert done.stdout.count("tls_error:bad_certificate") == 2

"""Whole crawls of small portals on loopback, through Scrapy and into an archive."""

import gzip
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.store import Archive
from crawler.run import crawl
from tests.loopback import Loopback, page, serve

pytest.importorskip("parsers.read", reason="the parsers read what a crawl keeps")

HOUSE = Path(__file__).parents[1]
PDF = b"%PDF-1.4\n" + b"1 0 obj <<>> endobj\n" * 20


@pytest.fixture
def portal():
    with serve() as loopback:
        yield loopback


def run(archive: Path, portals, **options):
    options = {"delay": 0, "allow_private": True, **options}
    return crawl(archive, portals if isinstance(portals, list) else [portals], **options)


def rows(archive: Path, sql: str):
    with sqlite3.connect(archive / "nianbao.db") as db:
        return db.execute(sql).fetchall()


def outcomes(archive: Path, loopback: Loopback, crawl: int = 1):
    found = rows(archive, f"SELECT url, outcome FROM captures WHERE crawl = {crawl} ORDER BY id")
    return {url.removeprefix(loopback.url): outcome for url, outcome in found}


def test_lists_pages_and_files_are_kept(portal, tmp_path):
    portal.list("/nb/", "a.html", more='<a href="index_1.html">下一页</a>')
    portal.list("/nb/index_1.html", "b.html", "c.pdf")
    portal.report("/nb/a.html", 2024, '<a href="a.pdf">附件：报告.pdf</a>')
    portal.report("/nb/b.html", 2023)
    portal.answers |= {"/nb/a.pdf": PDF, "/nb/c.pdf": PDF + b"c"}
    seen = []
    summary = run(tmp_path, portal.portal(), progress=seen.append)
    assert outcomes(tmp_path, portal) == {
        "/robots.txt": "not_found",
        **dict.fromkeys(
            ["/nb/", "/nb/index_1.html", "/nb/a.html", "/nb/a.pdf", "/nb/b.html", "/nb/c.pdf"], "new"
        ),
    }
    kinds = dict(rows(tmp_path, "SELECT url, kind FROM captures"))
    assert kinds[f"{portal.url}/nb/a.pdf"] == kinds[f"{portal.url}/nb/c.pdf"] == "file"
    assert rows(tmp_path, "SELECT found_on FROM captures WHERE url LIKE '%a.pdf'") == [
        (f"{portal.url}/nb/a.html",)
    ]
    with Archive.open(tmp_path) as archive:
        for url, sha256 in archive.db.execute("SELECT url, sha256 FROM captures WHERE sha256 IS NOT NULL"):
            assert archive.original(sha256) == portal.answers[url.removeprefix(portal.url)]
    assert summary.portals[0].good and not summary.ok  # the PDFs are none, and that is told
    assert seen[-1].found == 4 and seen[-1].settled == 4
    agents = {headers["user-agent"] for headers in portal.headers}
    assert len(agents) == 1 and agents.pop().startswith("nianbao/") and portal.most_at_once == 1

    again = run(tmp_path, portal.portal())
    assert set(outcomes(tmp_path, portal, 2).values()) == {"not_found", "unchanged"}
    assert again.portals[0].as_json()["links"] == {"unchanged": 4}


def drip(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.2)


def flood(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/pdf")
    handler.end_headers()
    for _ in range(5000):
        handler.wfile.write(PDF[:9] + b"\0" * 1_000_000)


def broken_status(handler):
    handler.wfile.write(b"HTTQ/9 okay maybe\r\n\r\n")
    handler.close_connection = True


def short_body(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")
    handler.close_connection = True


def stated_too_short(handler):
    body = page("2024年政府信息公开年度报告", "<table><tr><td class='xl65'>一、总体情况</td></tr></table>")
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", str(body.index(b"xl65")))
    handler.end_headers()
    handler.wfile.write(body)


def cut_off(handler):
    body = page("2024年政府信息公开年度报告", "一、总体情况")
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    handler.wfile.write(body[: body.index("总".encode()) + 1])
    handler.close_connection = True


def chunk_missing(handler):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"6\r\n<html>\r\n")
    handler.close_connection = True


def test_half_an_answer_is_asked_for_again_and_never_kept(portal, tmp_path):
    halves = {
        "long.html": short_body,
        "short.html": stated_too_short,
        "cut.html": cut_off,
        "chunk.html": chunk_missing,
    }
    portal.list("/nb/", *halves, "good.html")
    portal.answers |= {f"/nb/{name}": answer for name, answer in halves.items()}
    portal.report("/nb/good.html")
    summary = run(tmp_path, portal.portal(), settings={"NIANBAO_RETRIES": 1})
    found = outcomes(tmp_path, portal)
    assert {name: found[f"/nb/{name}"] for name in halves} == dict.fromkeys(halves, "error")
    assert found["/nb/good.html"] == "new"
    assert [portal.asked.count(f"/nb/{name}") for name in halves] == [2] * len(halves)
    assert all("truncated" in why for why in summary.portals[0].reasons), summary.portals[0].reasons
    assert summary.portals[0].outcome == "partial"


def test_hostile_answers_each_get_their_outcome(portal, tmp_path):
    with serve() as other:
        other.report("/secret.html")
        hostile = {
            "flood.pdf": (flood, "too_large"),
            "status.html": (broken_status, "error"),
            "short.html": (short_body, "error"),
            "gzip.html": (
                (200, {"Content-Encoding": "gzip"}, gzip.compress(page("x", "y" * 5000))[:-20]),
                "error",
            ),
            "bomb.html": ((200, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 9_000_000)), "too_large"),
            "loop.html": ("loop.html", "error"),
            "inside.html": (f"{other.url}/secret.html", "off_site"),
            "cloud.html": ("http://169.254.169.254/latest/meta-data/", "off_site"),
            "file.html": ("file:///etc/passwd", "off_site"),
            "dead.pdf": (page("x", "not a file"), None),
            "gone.html": ((410, {}, b""), "not_found"),
            "empty.html": (b"", "soft_404"),
            "wall.html": ((403, {}, b"no"), "blocked"),
        }
        portal.list("/nb/", *hostile, "good.html", f"{other.url}/secret.html", "javascript:void(0)")
        portal.answers |= {f"/nb/{name}": answer for name, (answer, _) in hostile.items()}
        portal.report("/nb/good.html")
        settings = {"DOWNLOAD_MAXSIZE": 5_000_000, "NIANBAO_RETRIES": 0}
        summary = run(tmp_path, portal.portal(), settings=settings)
        found = outcomes(tmp_path, portal)
        expected = {f"/nb/{name}": outcome for name, (_, outcome) in hostile.items() if outcome}
        assert {path: found[path] for path in expected} == expected
        assert found["/nb/good.html"] == "new" and found[f"{other.url}/secret.html"] == "off_site"
        assert other.asked == []
    result = summary.portals[0]
    assert result.outcome == "partial" and not summary.ok
    assert sum(result.states.values()) == result.candidates == len(hostile) + 2
    assert not result.notes
    assert "too_large" in result.as_json()["failed"]
    assert "larger than the cap" in summary.text()


def test_an_answer_that_drips_ends(portal, tmp_path):
    portal.answers["/nb/"] = drip  # nothing else has to come in so short a time; robots.txt has its own
    summary = run(tmp_path, portal.portal(), settings={"DOWNLOAD_TIMEOUT": 1, "NIANBAO_RETRIES": 0})
    assert outcomes(tmp_path, portal) == {"/robots.txt": "not_found", "/nb/": "error"}
    assert "timeout" in summary.text() and summary.portals[0].outcome == "failed"


def test_endless_pages_end(portal, tmp_path):
    class Endless(dict):
        def get(self, path, default=None):
            if path.startswith("/nb/?page="):
                number = int(path.rpartition("=")[2])
                return page("年报", f'<ul><li><a href="/nb/1.html">2024年政府信息公开年度报告</a></li></ul>'
                                    f'<a href="?page={number + 1}">下一页</a>')  # fmt: skip
            return super().get(path, default)

    portal.answers = Endless()
    portal.report("/nb/1.html")
    loopback = portal.portal("/nb/?page=1")
    summary = run(tmp_path, loopback)
    assert len([path for path in portal.asked if path.startswith("/nb/?page=")]) <= 3
    assert summary.portals[0].candidates == 1


def test_endless_new_pages_are_cut_off_and_said_so(portal, tmp_path):
    class Endless(dict):
        def get(self, path, default=None):
            if path.startswith("/nb/?page="):
                number = int(path.rpartition("=")[2])
                return page("年报", f'<ul><li><a href="/nb/{number}.html">2024年政府信息公开年度报告</a></li></ul>'
                                    f'<a href="?page={number + 1}">下一页</a>')  # fmt: skip
            return super().get(path, default)

    portal.answers = Endless()
    summary = run(tmp_path, portal.portal("/nb/?page=1"), settings={"NIANBAO_LIST_PAGES": 5})
    assert summary.portals[0].outcome == "partial" and "stopped after 5 pages" in summary.text()


def test_shut_forbidden_and_dead_portals_have_their_outcomes(portal, tmp_path):
    portal.answers["/robots.txt"] = b"User-agent: *\nDisallow: /\n"
    with serve() as wall, serve() as dead:
        wall.answers |= {"/nb/": (521, {}, b"<script>document.cookie</script>")}
        portals = [portal.portal(id="banned"), wall.portal(id="walled"), dead.portal(id="dead")]
        summary = run(tmp_path, portals, settings={"NIANBAO_RETRIES": 0})
        assert {p.portal: p.outcome for p in summary.portals} == {
            "banned": "robots_disallowed",
            "walled": "blocked",
            "dead": "failed",
        }
        assert portal.asked == ["/robots.txt"]
        assert wall.asked == ["/robots.txt", "/nb/"]
    assert dict(rows(tmp_path, "SELECT portal, outcome FROM crawls")) == {
        p.portal: p.outcome for p in summary.portals
    }


def test_private_addresses_are_refused_by_default(portal, tmp_path):
    portal.list("/nb/", "a.html")
    summary = run(tmp_path, portal.portal(), allow_private=False)
    assert portal.asked == []
    assert summary.portals[0].outcome == "failed" and ".gov.cn" in summary.text()


def test_since_leaves_older_reports_out(portal, tmp_path):
    portal.list("/nb/", "a.html", "b.html", "c.html")
    for name in "abc":
        portal.report(f"/nb/{name}.html")
    summary = run(tmp_path, portal.portal(), since=2023)
    assert "/nb/c.html" not in portal.asked and "/nb/b.html" in portal.asked
    assert summary.portals[0].as_json()["links"]["before_since"] == 1


def test_the_delay_is_kept(portal, tmp_path):
    portal.list("/nb/", "a.html", "b.html")
    portal.report("/nb/a.html")
    portal.report("/nb/b.html")
    run(tmp_path, portal.portal(), delay=1.5)
    assert len(portal.times) == 4
    # three gaps of 0.75 to 2.25 seconds; a busy machine hears of the first request a little late
    assert portal.times[-1] - portal.times[0] >= 0.6


def test_an_archive_that_cannot_be_written_is_told(portal, tmp_path):
    with Archive.open(tmp_path / "archive", write=True), pytest.raises(ArchiveError, match="writing"):
        run(tmp_path / "archive", portal.portal())
    assert portal.asked == []


def test_the_workshop_door_prints_nothing_but_the_summary(portal, tmp_path):
    portal.list("/nb/", "a.html")
    portal.report("/nb/a.html")
    registry = tmp_path / "door.toml"
    registry.write_text(
        f'id = "door"\nname = "测试市人民政府"\nregion = "640100"\nhome = "{portal.url}/"\n'
        f'[[columns]]\nurl = "{portal.url}/nb/"\n',
        "utf-8",
    )
    settings = {"NIANBAO_PORTALS": registry, "NIANBAO_ARCHIVE": tmp_path / "archive", "NIANBAO_ALLOW_PRIVATE": 1,
                "DOWNLOAD_DELAY": 0}  # fmt: skip
    options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]

    def crawl_by_scrapy(*python, nolog=True, portal="door"):
        command = [
            sys.executable,
            *python,
            "-m",
            "scrapy",
            "crawl",
            "reports",
            "-a",
            f"portal={portal}",
            *options,
        ]
        command += ["--nolog"] if nolog else []
        return subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=True)

    done = crawl_by_scrapy()
    assert (
        done.stdout.splitlines()[0]
        == "1 portal crawled, 1 complete; 1 report found, 1 new, 0 changed, 0 removed"
    )
    assert done.stdout.splitlines()[1].startswith("door: complete") and done.stderr == ""
    unknown = crawl_by_scrapy(portal="none")
    assert (unknown.stdout, unknown.stderr) == (
        "",
        "nianbao: no portal none in the registry; check the ids\n",
    )
    said = crawl_by_scrapy("-W", "default", nolog=False).stderr
    assert "ScrapyDeprecationWarning" not in said and not re.search(r"(WARNING|ERROR|CRITICAL)", said)
    assert not [line for line in said.splitlines() if "Warning:" in line and "/crawler/" in line]


def test_scrapy_knows_the_spiders():
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    assert "reports" in done.stdout.split() and done.stderr == ""


def test_a_program_without_a_main_guard_may_crawl_and_discover(portal, tmp_path):
    portal.list("/nb/", "a.html")
    portal.report("/nb/a.html")
    program = tmp_path / "program.py"
    program.write_text(
        "from pathlib import Path\nfrom crawler.portals import Column, Portal\nfrom crawler.run import crawl\n"
        f"portal = Portal('p', '测试市人民政府', '640100', '{portal.url}/', (Column('{portal.url}/nb/'),))\n"
        f"print(crawl(Path({str(tmp_path / 'archive')!r}), [portal], delay=0, allow_private=True).ok)\n"
        "from crawler.spiders.discovery import discover\n"
        f"print('[[columns]]' in discover('{portal.url}/', delay=0, allow_private=True).toml)\n",
        "utf-8",
    )
    portal.answers["/"] = page("首页", "<a href='/nb/'>政府信息公开年报</a>")
    done = subprocess.run(
        [sys.executable, program], env={"PYTHONPATH": str(HOUSE)}, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("True\nTrue\n", "")


def test_child_process_leaves_ctrl_c_to_its_parent():
    script = (
        "from signal import *; from crawler.run import process_context, start; from tests import test_crawl\n"
        "ours, theirs = process_context().Pipe()\n"
        "start(process_context().Process(target=test_crawl.tell_blocked, args=(theirs,)))\n"
        "print(ours.recv() == [SIGINT], pthread_sigmask(SIG_BLOCK, ()) == set())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, cwd=HOUSE, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("True True\n", "")


def tell_blocked(pipe):
    """In the child: which signals don't reach it."""
    pipe.send(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())))

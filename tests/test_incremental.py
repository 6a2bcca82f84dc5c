"""Crawls after the first: conditional requests, removals, walls, the pace of older reports, interruptions."""

import hashlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime

import pytest

from archive.store import Archive
from archive.verify import verify
from crawler.hours import Hours
from crawler.run import Job, _child, _events, process_context
from tests.loopback import serve
from tests.test_crawl import HOUSE, PDF, outcomes, page, rows, run
from tests.tools.until import until

pytest.importorskip("parsers.read", reason="the parsers read what a crawl keeps")


@pytest.fixture
def portal():
    with serve() as loopback:
        yield loopback


def conditional(body, *, etag=None, modified=None):
    """An answer that obeys conditional requests."""
    etag = etag or f'"{hashlib.sha256(body).hexdigest()[:8]}"'

    def answer(handler):
        same = handler.headers.get("If-None-Match") == etag
        handler.send_response(304 if same else 200)
        handler.send_header("ETag", etag)
        if not same:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if not same:
            handler.wfile.write(body)

    return answer


def reports(portal, count=3):
    names = [f"{n}.html" for n in range(count)]
    portal.list("/nb/", *names)
    for n, name in enumerate(names):
        portal.report(f"/nb/{name}", 2024 - n)
    for path, body in list(portal.answers.items()):
        portal.answers[path] = conditional(body)


def test_a_304_points_at_the_stored_bytes(portal, tmp_path):
    reports(portal)
    first = run(tmp_path, portal.portal())
    second = run(tmp_path, portal.portal())
    assert rows(
        tmp_path, "SELECT DISTINCT status, outcome FROM captures WHERE crawl = 2 AND kind <> 'robots'"
    ) == [(304, "unchanged")]
    assert rows(tmp_path, "SELECT count(*) FROM captures c WHERE crawl = 2 AND kind <> 'robots' AND sha256 IS NOT "
                          "(SELECT sha256 FROM captures b WHERE b.url = c.url AND b.crawl = 1)") == [(0,)]  # fmt: skip
    assert second.portals[0].bytes < first.portals[0].bytes / 2
    assert second.portals[0].candidates == 3


def test_a_304_whose_bytes_are_lost_is_asked_again(portal, tmp_path):
    reports(portal, 1)
    run(tmp_path, portal.portal())
    ((sha256,),) = rows(tmp_path, "SELECT sha256 FROM captures WHERE url LIKE '%0.html'")
    original = next((tmp_path / "originals").rglob(sha256))
    original.unlink()
    run(tmp_path, portal.portal())
    assert original.exists()
    assert rows(tmp_path, "SELECT status, outcome FROM captures WHERE crawl = 2 AND url LIKE '%0.html'") == [
        (200, "unchanged")
    ]


def test_changes_removals_and_new_years_are_reported(portal, tmp_path):
    reports(portal, 4)
    run(tmp_path, portal.portal())
    portal.list("/nb/", "0.html", "1.html", "2.html", "new.html")
    portal.report("/nb/1.html", 2023, "<p>更正：受理申请五件。</p>")
    portal.report("/nb/new.html", 2020)
    del portal.answers["/nb/3.html"]
    run(tmp_path, portal.portal())
    assert outcomes(tmp_path, portal, 2) == {
        "/robots.txt": "not_found",
        "/nb/": "changed",
        "/nb/0.html": "unchanged",
        "/nb/1.html": "changed",
        "/nb/2.html": "unchanged",
        "/nb/new.html": "new",
        "/nb/3.html": "not_found",
    }
    assert rows(
        tmp_path, "SELECT count(*) FROM captures WHERE url LIKE '%/3.html' AND sha256 IS NOT NULL"
    ) == [(1,)]


def test_a_host_with_a_wall_rests(portal, tmp_path):
    portal.answers["/nb/"] = (521, {}, b"<script>document.cookie</script>")
    first = run(tmp_path, portal.portal())
    asked = len(portal.asked)
    second = run(tmp_path, portal.portal())
    assert first.portals[0].outcome == second.portals[0].outcome == "blocked"
    assert len(portal.asked) == asked
    assert "rests 24 hours" in second.text()
    reports(portal, 1)
    third = run(tmp_path, portal.portal(), settings={"NIANBAO_REST_HOURS": 0})
    assert third.ok


def test_a_wall_in_the_middle_leaves_the_rest_unasked(portal, tmp_path):
    portal.list("/nb/", "a.html", "wall.html", "b.html", "c.html")
    portal.report("/nb/a.html")
    portal.answers["/nb/wall.html"] = (
        412,
        {},
        b"<script>$_ts=window['$_ts'];$_ts.nsd=1;$_ts.cd='x'</script>",
    )
    summary = run(tmp_path, portal.portal())
    assert "/nb/b.html" not in portal.asked
    assert summary.portals[0].failed == {"blocked": 3} and summary.portals[0].outcome == "partial"


def test_far_fewer_reports_than_last_time_are_not_a_good_crawl(portal, tmp_path):
    reports(portal, 6)
    assert run(tmp_path, portal.portal()).ok
    portal.answers = {"/robots.txt": b""}
    reports(portal, 1)
    summary = run(tmp_path, portal.portal())
    assert summary.portals[0].outcome == "partial" and "far fewer" in summary.text()


def test_an_empty_column_is_never_complete(portal, tmp_path):
    portal.answers["/nb/"] = page("政府信息公开年报", "<p>暂无相关信息</p>" * 20)
    summary = run(tmp_path, portal.portal())
    assert summary.portals[0].outcome == "partial" and "check the columns" in summary.text()


def test_a_soft_404_makes_the_first_crawl_that_sees_it_partial(portal, tmp_path):
    gone = page("提示", "<p>您访问的页面不存在或已删除</p>")
    portal.list("/nb/", "good.html", "gone.html")
    portal.report("/nb/good.html")
    portal.answers["/nb/gone.html"] = gone
    first, second = (run(tmp_path, portal.portal()).portals[0] for _ in range(2))
    assert (first.outcome, second.outcome) == ("partial", "complete")
    assert (first.states, second.states) == ({"new": 1, "soft_404": 1}, {"unchanged": 1, "soft_404": 1})
    portal.list("/nb/", "good.html", "gone.html", "lost.html")
    portal.answers["/nb/lost.html"] = gone
    assert [run(tmp_path, portal.portal()).portals[0].outcome for _ in range(2)] == ["partial", "complete"]
    portal.answers["/nb/good.html"] = gone  # a page that was there: told like any other, and all are gone now
    assert [run(tmp_path, portal.portal()).portals[0].outcome for _ in range(2)] == ["partial", "partial"]


def test_older_reports_have_their_own_pace(portal, tmp_path):
    years = [date.today().year - n for n in (1, 9)]
    links = "".join(f'<li><a href="{year}.html">{year}年政府信息公开工作年度报告</a></li>' for year in years)
    portal.answers["/nb/"] = page("政府信息公开年报", f"<ul>{links}</ul>")
    for year in years:
        portal.report(f"/nb/{year}.html", year)
    settings = {"NIANBAO_OLDER_DAYS": 30}
    run(tmp_path, portal.portal(), settings=settings)
    second = run(tmp_path, portal.portal(), settings=settings)
    assert second.portals[0].as_json()["links"]["not_due"] == 1 and second.ok
    assert portal.asked.count(f"/nb/{years[1]}.html") == 1


def test_the_ledger_counts_every_request(portal, tmp_path):
    reports(portal)
    portal.answers["/nb/0.html"] = "/nb/1.html"
    run(tmp_path, portal.portal())
    # its days are those of the requests, and midnight may come between two
    ((host, requests, size),) = rows(
        tmp_path, "SELECT host, sum(requests), sum(bytes) FROM ledger GROUP BY host"
    )
    assert (host, requests) == (f"127.0.0.1:{portal.port}", len(portal.asked)) and size > 0


def crawl_and_die(job, portal, requests, *, later=0.0):
    """Run the crawl in a process of its own and kill it when the portal has seen so many more requests.

    However late that is, it gets no further than two requests more.
    """
    seen = len(portal.asked) + requests
    portal.fall_silent(after=requests + 2)
    process = process_context().Process(target=_alone, args=(job,))
    process.start()
    while process.is_alive() and len(portal.asked) < seen:
        time.sleep(0.002)
    time.sleep(later)
    process.kill()
    process.join()
    portal.speak()
    return process.exitcode


def _alone(job):
    ours, theirs = multiprocessing.Pipe(duplex=False)
    # a pipe that nobody reads fills, and the crawl would wait for ever
    threading.Thread(target=lambda: [*_events(ours)], daemon=True).start()
    _child(job, theirs)


def site(portal, count):
    names = [f"{n}.html" for n in range(count)]
    portal.list("/nb/", *names[: count // 2], more='<a href="index_1.html">下一页</a>')
    portal.list("/nb/index_1.html", *names[count // 2 :])
    for n, name in enumerate(names):
        portal.report(f"/nb/{name}", 2024 - n % 10, f'<p>{n}</p><a href="{n}.pdf">附件.pdf</a>')
        portal.answers[f"/nb/{n}.pdf"] = PDF + str(n).encode()


def what_is_kept(archive):
    return rows(
        archive, "SELECT url, kind, outcome, sha256, status, found_on FROM captures ORDER BY url, kind"
    )


def job(archive, portal, *, flush=0.02):
    settings = {
        "DOWNLOAD_DELAY": 0.02,
        "NIANBAO_ALLOW_PRIVATE": True,
        "LOG_LEVEL": "ERROR",
        "NIANBAO_FLUSH_SECONDS": flush,
    }
    return Job(archive, (portal.portal(),), settings=settings)


@pytest.mark.slow
def test_a_crawl_killed_at_random_moments_ends_as_an_undisturbed_one(portal, tmp_path):
    site(portal, 80)
    run(tmp_path / "calm", portal.portal())
    calm = len(portal.asked)
    portal.asked.clear()
    choice = random.Random(20)
    for turn in range(20):
        killed = crawl_and_die(
            job(tmp_path / "killed", portal, flush=(0.02, 0.3)[turn % 2]),
            portal,
            choice.randint(1, 5),
            later=choice.uniform(0, 0.05),
        )
        assert killed == -signal.SIGKILL
    run(tmp_path / "killed", portal.portal())
    assert what_is_kept(tmp_path / "killed") == what_is_kept(tmp_path / "calm")
    assert rows(tmp_path / "killed", "SELECT count(*), sum(outcome = 'complete') FROM crawls") == [(1, 1)]
    ((requests,),) = rows(tmp_path / "killed", "SELECT sum(requests) FROM ledger")
    ((captures,),) = rows(tmp_path / "killed", "SELECT count(*) FROM captures")
    assert captures <= requests <= len(portal.asked)  # no request is lost whose answer was written
    # only what was in flight or waited to be written is asked for again: at most all that a kill let be asked
    assert len(portal.asked) <= calm + 20 * (5 + 2 + 1)
    with Archive.open(tmp_path / "killed", write=True) as archive:
        assert verify(archive).findings == ()


def test_an_interrupted_crawl_goes_on_where_it_stopped(portal, tmp_path):
    site(portal, 6)
    portal.fall_silent(after=8)
    process = started(portal, 9, tmp_path, flush=0.02)
    try:
        assert until(lambda: len(captured(tmp_path)) == 8)
    finally:
        process.kill()
        process.join()
        portal.speak()
    before = list(portal.asked)
    summary = run(tmp_path, portal.portal())
    again = set(before) & set(portal.asked[len(before) :])
    assert again == {before[8]}  # the request in flight
    assert summary.portals[0].crawl == 1 and summary.portals[0].candidates == 12 and summary.ok is not None
    assert rows(tmp_path, "SELECT count(*) FROM captures GROUP BY url HAVING count(*) > 1") == []


def captured(archive):
    with Archive.open(archive) as opened:
        return {url for (url,) in opened.db.execute("SELECT url FROM captures")}


def started(portal, wanted, archive, *, flush):
    """A crawl in a process of its own that goes on until it is stopped; the portal has seen so many requests."""
    process = process_context().Process(target=_alone, args=(job(archive, portal, flush=flush),))
    process.start()
    assert until(lambda: len(portal.asked) >= wanted)
    return process


def test_what_a_crawl_keeps_is_soon_written(portal, tmp_path):
    """A slow portal: what came before the answer that is awaited must not wait with it."""
    site(portal, 40)
    let_go = threading.Event()
    portal.answers["/nb/3.html"] = lambda handler: let_go.wait() and None
    process = started(portal, 1, tmp_path, flush=0.1)
    try:
        assert until(lambda: any(url.endswith("/2.pdf") for url in captured(tmp_path)))
        assert process.is_alive() and not any(url.endswith("/3.html") for url in captured(tmp_path))
    finally:
        let_go.set()
        process.kill()
        process.join()


def test_a_crawl_that_is_asked_to_stop_writes_what_it_has(portal, tmp_path):
    site(portal, 40)
    portal.fall_silent(after=12)
    process = started(portal, 13, tmp_path, flush=600)
    os.kill(process.pid, signal.SIGTERM)
    portal.speak()
    process.join()
    kept = {url.removeprefix(portal.url) for url in captured(tmp_path)}
    assert len(set(portal.asked) - kept) <= 1  # the request in flight
    assert run(tmp_path, portal.portal()).portals[0].crawl == 1
    assert rows(tmp_path, "SELECT count(*) FROM captures GROUP BY url HAVING count(*) > 1") == []


def test_ctrl_c_ends_a_crawl_in_one_line_and_loses_nothing(portal, tmp_path):
    site(portal, 400)  # more than it could crawl before it hears of Ctrl-C
    registry = tmp_path / "portal.toml"
    registry.write_text(
        f'id = "loopback"\nname = "某市"\nregion = "640105"\nhome = "{portal.url}/"\n'
        f'[[columns]]\nurl = "{portal.url}/nb/"\n',
        "utf-8",
    )
    words = ["--portals", registry, "--archive", tmp_path / "archive", "--allow-private", "--delay", "0.05"]
    process = subprocess.Popen(
        [sys.executable, "-m", "nianbao", "crawl", *map(str, words)],
        cwd=HOUSE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert until(lambda: len(portal.asked) >= 12)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, said = process.communicate()
    assert (process.returncode, said) == (1, "nianbao: interrupted; what was finished is kept\n")
    kept = {url.removeprefix(portal.url) for url in captured(tmp_path / "archive")}
    assert len(set(portal.asked) - kept) <= 1  # the request in flight


def test_the_hours_are_kept():
    night = Hours.parse("20:00-07:00")
    assert night.open_at(datetime(2026, 1, 1, 12, 0, tzinfo=UTC)) and night.open_at(
        datetime(2026, 1, 1, 22, 59, tzinfo=UTC)
    )
    assert not night.open_at(datetime(2026, 1, 1, 23, 0, tzinfo=UTC))
    assert not Hours.parse("09:00-10:00").open_at(datetime(2026, 1, 1, 9, 0, tzinfo=UTC))
    with pytest.raises(ValueError, match="20:00-07:00"):
        Hours.parse("8pm-7am")

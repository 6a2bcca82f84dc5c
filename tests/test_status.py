"""How the archive stands, and the installation: what people and schedulers are told."""

import json

import pytest
from archive_kit import begin
from click.testing import CliRunner

import parsers
from archive.clock import as_of
from archive.status import status
from archive.store import Archive
from crawler.doctor import examine
from nianbao import main
from tests.loopback import serve
from tests.test_crawl import run


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """Two complete crawls and a failed one of one portal; a second portal that never worked."""
    path = tmp_path_factory.mktemp("status") / "archive"
    with serve() as good, serve() as bad:
        portals = [good.portal(id="good"), bad.portal(id="bad")]
        good.list("/nb/", "0.html", "1.html")
        good.report("/nb/0.html", 2024)
        good.report("/nb/1.html", 2023)
        run(path, portals)
        run(path, portals[:1])
        good.answers.clear()
        run(path, portals, settings={"NIANBAO_RETRIES": 0})
    return path


def test_portals_crawls_and_reports_are_counted(crawled):
    with Archive.open(crawled) as archive:
        found = status(archive.db)
    bad, good = found.portals
    assert (good.portal, good.streak, good.outcome, good.age_days) == ("good", 1, "failed", 0)
    assert good.reports == {2024: 1, 2023: 1} and not good.stale
    assert (bad.streak, bad.age_days, bad.reports) == (2, None, {}) and bad.stale
    assert (
        "never complete, 2 crawls in a row failed; reports none\n    not_found: HTTP 404 (http"
        in found.text()
    )
    assert bad.why.endswith("/nb/)") and "the last crawl failed" in good.line()
    published = {year.year: year.published for year in found.years}
    assert published.pop(2023) == 1 and published.pop(2024) == 1
    assert min(published) == 2025 and set(published.values()) == {0}


def test_a_year_can_be_chosen(crawled):
    with Archive.open(crawled) as archive:
        found = status(archive.db, year=2023)
    assert found.portals[1].reports == {2023: 1} and [year.year for year in found.years] == [2023]


def test_originals_that_other_parsers_read_are_counted(crawled, monkeypatch):
    with Archive.open(crawled) as archive:
        assert status(archive.db).read_by_others == 0
        monkeypatch.setattr(parsers, "RELEASE", "9.9.9")
        found = status(archive.db)
    assert found.read_by_others == 2
    assert "2 originals read by other parsers than these: nianbao reparse --preview" in found.text()


def test_before_the_first_crawl_there_was_nothing(crawled):
    with Archive.open(crawled) as archive:
        found = status(archive.db, moment=as_of(archive, "2020-01-01"))
    assert found.years == () and all(portal.last_crawl is None for portal in found.portals)


def test_crawl_that_is_under_way_is_no_failure(tmp_path):
    with Archive.open(tmp_path / "archive", write=True) as archive:
        for _ in range(2):
            crawl = begin(archive)
            archive.finish_crawl(crawl, "complete", {})
        crawl = begin(archive)
        ask = ["status", "--archive", str(tmp_path / "archive"), "--fail-on", "failing"]
        done = CliRunner().invoke(main, ask)
        assert (done.exit_code, "complete 0 days ago, being crawled now" in done.stdout) == (0, True)
    killed = CliRunner().invoke(main, ask)  # nobody writes any more, and it never ended
    assert (killed.exit_code, "the last crawl interrupted" in killed.stdout) == (1, True)


def test_the_command_tells_people_programs_and_schedulers(crawled):
    def ask(*options):
        return CliRunner().invoke(main, ["status", "--archive", str(crawled), *options])

    assert ask().exit_code == 0 and "good (测试市人民政府)" in ask().stdout
    assert json.loads(ask("--json").stdout)["portals"][1]["reports"] == {"2024": 1, "2023": 1}
    assert ask("--as-of", "2020-01-01").stdout.startswith("as of 2020-01-01T23:59:59Z\n")
    failing = ask("--fail-on", "failing,stale")
    assert failing.exit_code == 1 and "2 portals failing: bad, good" in failing.stderr
    assert ask("--fail-on", "unsure").exit_code == 0
    assert ask("--fail-on", "moon").exit_code == 2
    assert ask("--unsure").stdout == "no page is unsure\n"


def test_the_doctor_examines_everything_without_the_network(tmp_path):
    findings = {finding.what: finding for finding in examine(tmp_path / "archive")}
    assert {"Python", "SQLite", "LibreOffice", "registry", "disk", "archive"} <= findings.keys()
    assert findings["SQLite"].ok and findings["registry"].ok and findings["archive"].ok
    assert not (tmp_path / "archive").exists()


def test_the_doctor_names_the_cure(tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "holiday.jpg").write_bytes(b"x")
    ill = next(finding for finding in examine(tmp_path / "archive") if finding.what == "archive")
    assert ill.ok is False and "name an empty or a new folder" in ill.line()


def test_the_doctor_asks_a_portal(tmp_path):
    with serve() as loopback:
        portal = loopback.portal()
        found = list(examine(tmp_path, portal=portal))[-1]
        assert found.ok is False and "private" in found.found  # loopback is no portal's address
        assert loopback.asked == []

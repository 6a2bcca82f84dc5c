"""What a crawl's summary says, to people and to programs."""

from archive.reading import Failure, Reading
from crawler.portals import Column, Portal
from crawler.summary import PortalSummary, Summary
from crawler.tally import Tally


def portal(number, region="640105"):
    url = f"http://p{number}.gov.cn/"
    return Portal(f"p{number}", f"{number}区人民政府", region, url, (Column(f"{url}nb/"),))


def tally(number, outcome="complete", *, family="trs", reason=None):
    made = Tally(f"p{number}", number, families={family}, outcome=outcome)
    if reason:
        made.reasons[reason] += 1
    return made


def summary(*tallies, reading=None, reports=None):
    reports = reports or {"found": 3, "new": 1, "changed": 1, "removed": 0}
    portals = [PortalSummary.of(each, portal(each.crawl, "640105" if each.crawl < 5 else "110101"),
                                reports=reports, expected=4) for each in tallies]  # fmt: skip
    return Summary(tuple(portals), reading)


def test_every_portal_has_its_figures():
    one = summary(tally(1)).as_json()
    assert one["ok"] and one["found"] == 3
    (figures,) = one["portals"]
    names = ("expected", "found", "new", "changed", "unchanged", "removed", "failed", "duration", "bytes")
    assert [figures[name] for name in names] == [4, 3, 1, 1, 1, 0, {}, 0.0, 0]


def test_portals_that_fail_together_are_one_alarm():
    wall = ("blocked", "waf_ruishu: HTTP 412")
    many = [tally(n, "blocked", family="hanweb", reason=wall) for n in (1, 2, 3)] + [tally(4), tally(5)]
    alarms = summary(*many).alarms()
    assert alarms == [
        "family hanweb: 3 of 3 portals blocked (blocked: waf_ruishu: HTTP 412)",
        "prefecture 6401: 3 of 4 portals blocked (blocked: waf_ruishu: HTTP 412)",
    ]
    assert "ALARM family hanweb" in summary(*many).text()


def test_two_failures_or_different_ones_are_no_alarm():
    assert summary(tally(1, "failed"), tally(2, "failed"), tally(3)).alarms() == []
    assert summary(tally(1, "failed"), tally(2, "blocked"), tally(3, "partial")).alarms() == []
    few = [tally(n, "failed") for n in (1, 2, 3)] + [tally(n, region) for n, region in ((4, "complete"),) * 6]
    assert [alarm for alarm in summary(*few).alarms() if "family" in alarm] == []


def test_originals_that_cannot_be_read_are_told():
    reading = Reading(
        "1", 2, 1, 0, (Failure("ab" * 32, "http://p1.gov.cn/a.pdf", "damaged", "the file is cut off"),)
    )
    result = summary(tally(1), reading=reading)
    assert not result.ok and "http://p1.gov.cn/a.pdf: the file is cut off" in result.text()
    assert result.as_json()["unreadable"][0]["code"] == "damaged"
    foreign = Failure(
        "cd" * 32, "http://p1.gov.cn/a.ofd", "unsupported_format", "no reader for application/ofd"
    )
    result = summary(tally(1), reading=Reading("1", 2, 1, 0, (foreign,)))
    assert (
        result.ok
        and "1 new original kept, but not read:\n    http://p1.gov.cn/a.ofd: no reader" in result.text()
    )


def test_reasons_name_an_address_and_failures_a_cure():
    made = Tally("p1", 1)
    for number in (1, 2):
        made.found(f"http://p1.gov.cn/{number}.html")
        made.settle(f"http://p1.gov.cn/{number}.html", "not_found", "HTTP 404")
    made.listed("http://p1.gov.cn/nb/", "not_found", "HTTP 410")
    made.close()
    result = summary(made)
    assert "    2 x not_found: HTTP 404 (http://p1.gov.cn/1.html)\n" in result.text()
    assert result.as_json()["portals"][0]["examples"]["not_found: HTTP 410"] == "http://p1.gov.cn/nb/"
    assert made.outcome == "failed" and result.text().endswith(
        "`nianbao doctor p1`; for columns that moved, `nianbao discover http://p1.gov.cn/` proposes new ones"
    )


def test_columns_that_say_that_they_are_empty_are_named():
    made = Tally("p1", 1, empty=["http://p1.gov.cn/nb/"])
    made.listed("http://p1.gov.cn/nb/", "new")
    assert made.close() == "partial"
    assert made.notes[0] == "http://p1.gov.cn/nb/: the column says that it is empty"


def test_failing_portals_come_last():
    text = summary(tally(1, "failed"), tally(2)).text()
    assert text.index("p2: complete") < text.index("p1: failed")

"""The site in a real browser: both widths, both languages, keyboard, axe, charts, and a hostile original."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site_archive import BUREAU, GOVERNMENT, hostile_page, report_id, rows, served
from tests.tools.chromium import launched, tab

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[1]
AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text("utf-8")
READERS = {"phone": (375, "zh-CN", "light"), "desk": (1440, "en-GB", "dark")}
"""Width in pixels, language and colour scheme; the two between them show each."""


@pytest.fixture(scope="module")
def address(site_folder: Path) -> Iterator[str]:
    with served(site_folder) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with launched() as opened:
        yield opened


@pytest.fixture(scope="module")
def paths(site_folder: Path) -> dict[str, str]:
    parse = rows(site_folder, "select parse from reports where agency = ? and year = 2024", BUREAU)[0][0]
    pdf = rows(site_folder, "select id from parses where media_type = 'application/pdf'")[0][0]
    agency = rows(site_folder, "select id from agencies where name = ?", GOVERNMENT)[0][0]
    return {
        "home": "/",
        "report": f"/report/{report_id(site_folder, GOVERNMENT, 2024)}",
        "annex": f"/report/{report_id(site_folder, GOVERNMENT, 2018)}",
        "proof": f"/proof/{parse}/requests/carried_out/total",
        "proof_pdf": f"/proof/{pdf}/requests/granted/total",
        "compare": f"/compare?a={GOVERNMENT} 2023&b={GOVERNMENT} 2024",
        "search": "/search?q=微信",
        "charts": "/charts",
        "charts_agency": f"/charts?agency={agency}",
        "metrics": "/metrics",
        "table": "/nianbao/reports",
        "filtered": "/nianbao/captures?_sort=id&kind__exact=page",
        "database": "/nianbao",
        "query": "/nianbao/failing_checks?year=&rule=&region=",
    }


OURS = (
    "home",
    "report",
    "annex",
    "proof",
    "proof_pdf",
    "compare",
    "search",
    "charts",
    "charts_agency",
    "metrics",
)
ALL = (*OURS, "table", "filtered", "database", "query")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("reader", READERS)
def test_a_page_fits_is_quiet_and_is_accessible(
    browser, address: str, paths: dict[str, str], name: str, reader: str
) -> None:
    width, language, scheme = READERS[reader]
    page = tab(
        browser,
        viewport={"width": width, "height": 900},
        locale=language,
        color_scheme=scheme,
        bypass_csp=False,
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + paths[name])
    page.wait_for_load_state("networkidle")
    assert said == []
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.lang") == {"zh-CN": "zh-Hans", "en-GB": "en"}[language]
    found = _axe(page, ours=name in OURS)
    assert found == []
    page.close()


def _axe(page, *, ours: bool) -> list[tuple[str, list[str]]]:
    """Serious violations; in Datasette's own pages only those that our sheet, frame and script could cause."""
    page.evaluate(AXE)
    frame = ["color-contrast", "html-has-lang", "landmark-one-main", "bypass", "document-title"]
    rules = None if ours else [*frame, "label", "select-name"]
    options = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    result = page.evaluate("options => axe.run({exclude: [['iframe'], ['.cm-editor']]}, options)", options)
    return [
        (violation["id"], [node["html"][:200] for node in violation["nodes"]][:3])
        for violation in result["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("name", ["original", "proof"])
def test_a_hostile_original_runs_nothing_and_reaches_nothing(
    browser, address: str, paths: dict[str, str], name: str
) -> None:
    sha256 = hashlib.sha256(hostile_page()).hexdigest()
    page = tab(browser)
    sent: list[str] = []
    # what a policy blocks never gets as far as a route
    page.context.route("**/*evil.example/**", lambda route: (sent.append(route.request.url), route.abort()))
    path = f"/original/{sha256}" if name == "original" else paths["proof"]
    page.goto(address + path)
    page.wait_for_timeout(700)
    assert "owned" not in page.title() and page.url == address + path
    assert sent == []
    if name == "original":
        assert page.evaluate("self.origin") == "null"
        page.click("#trap")
        page.wait_for_timeout(300)
        assert "owned" not in page.title()
    else:
        frame = page.frames[1]
        assert frame.locator("#nianbao-cell").inner_text() == "2"
        assert frame.evaluate("self.origin") == "null"
        assert (
            frame.locator("script, img, iframe, form, link, base, svg, [onload], [onerror], [href]").count()
            == 0
        )
    page.close()


def test_the_marked_cell_is_in_view(browser, address: str, paths: dict[str, str]) -> None:
    page = tab(browser, viewport={"width": 375, "height": 800})
    page.goto(address + paths["proof"])
    inside = """() => {
        const place = document.getElementById("nianbao-cell")?.getBoundingClientRect();
        return place && place.bottom > 0 && place.top < innerHeight;
    }"""
    for tried in range(300):  # a frame that comes into view scrolls to its fragment in its own time
        if tried in (
            15,
            45,
            105,
            225,
        ):  # and now and then Chromium forgets the fragment of one that loaded out of view
            page.reload()
        page.locator("iframe").scroll_into_view_if_needed()
        page.wait_for_timeout(200)
        if page.frames[1].evaluate(inside):
            break
    else:
        pytest.fail("the marked cell is out of view in its frame")
    page.close()


def test_charts_are_drawn_without_eval_and_also_as_tables(browser, address: str) -> None:
    page = tab(browser)
    page.goto(address + "/charts")
    page.wait_for_selector(".chart.drawn svg")
    assert page.locator(".chart.drawn svg").count() == 5
    assert page.locator("table.plain tbody tr").count() > 10
    page.close()


def test_the_keyboard_reaches_the_content_and_the_switch_changes_the_language(browser, address: str) -> None:
    page = tab(browser, locale="en-GB")
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.click("a.switch")
    assert page.locator("h1").inner_text() == "政府信息公开工作年度报告档案"
    page.goto(address + "/metrics")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    page.close()


def test_searching_from_the_home_page_leads_to_the_section(browser, address: str) -> None:
    page = tab(browser)
    page.goto(address)
    page.fill("#q", "解读")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark")
    page.locator(".finds p a").first.click()
    page.wait_for_selector("details[open] .prose:has-text('解读')")
    page.close()


def test_a_table_downloads_as_csv(browser, address: str) -> None:
    page = tab(browser)
    page.goto(address + "/nianbao/reports")
    page.check("input[name=_dl]")
    with page.expect_download() as waiting:
        page.click("input[value='Export CSV']")
    text = Path(waiting.value.path()).read_text("utf-8")
    assert text.startswith("id,agency,") and GOVERNMENT in text
    page.close()


def test_a_report_prints_whole(browser, address: str, paths: dict[str, str]) -> None:
    page = tab(browser)
    page.goto(address + paths["report"])
    page.emulate_media(media="print")
    assert not page.locator("header.site").is_visible()
    width = page.evaluate(
        "Math.max(...[...document.querySelectorAll('table.official')].map(t => t.scrollWidth))"
    )
    assert width <= page.evaluate("document.body.clientWidth")
    assert page.pdf()[:5] == b"%PDF-"
    page.close()

"""Our own pages: home, report, search, proof."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from tests.site_archive import BUREAU, FAR, GOVERNMENT, report_id, rows


def test_a_report_page_prints_the_tables_with_states_marks_and_versions(site_folder: Path, get) -> None:
    text = get(f"/report/{report_id(site_folder, GOVERNMENT, 2024)}").text
    assert f"{GOVERNMENT}2024年政府信息公开工作年度报告" in text
    for label in (
        "一、本年新收政府信息公开申请数量",
        "Requests received this year",
        "行政规范性文件",
        "复议后起诉",
    ):
        assert label in text
    assert ">35</a>" in text and ">30</a>" not in text
    assert "requests.row_total" in text and 'class="figure fails"' in text
    assert text.count('href="/original/') == 3
    blank = get(f"/report/{report_id(site_folder, BUREAU, 2024)}").text
    assert blank.count('<span class="state">blank</span>') == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Figures in the prose", "not certain", "in no table", "the report contradicts itself")),
        ("zh", ("正文中的数字", "不能确定", "表格无此项", "年报前后不一致")),
    ],
)
def test_figures_of_sentences_stand_beside_the_tables(
    site_folder: Path, get, language: str, words: tuple[str, ...]
) -> None:
    text = get(f"/report/{report_id(site_folder, GOVERNMENT, 2023)}?_lang={language}").text
    part = text.partition('aria-labelledby="statements"')[2].partition("</section>")[0]
    for word in (*words, "新收申请", "Requests received", "/requests/carried_out/total", "#section-6"):
        assert word in part
    assert '<q lang="zh">全年发生行政诉讼1件</q> <q lang="zh">我区共发生行政诉讼2件</q>' in part
    assert re.findall(r'<td class="n">(?:<a [^>]*>)?([\d–]+)', part) == [
        "35",
        "35",
        "2",
        "2",
        "5",
        "2",
        "7",
        "7",
        "2",
        "3",
        "3",
        "0",
    ]
    assert part.count('<td class="holds">') == 4
    marked = re.search(
        r'<td[^>]*class="figure fails"[^>]*><a href="[^"]*/requests/carried_out/total">.*?</td>', text
    )
    assert marked and 'href="#check-1"' in marked[0]


def test_a_report_whose_sentences_state_nothing_has_no_such_part(site_folder: Path, get) -> None:
    text = get(f"/report/{report_id(site_folder, GOVERNMENT, 2018)}").text
    assert 'aria-labelledby="statements"' not in text


@pytest.mark.parametrize("year", [2018, 2020, 2023])
def test_every_form_has_its_page(site_folder: Path, get, year: int) -> None:
    answer = get(f"/report/{report_id(site_folder, GOVERNMENT, year)}")
    assert answer.status_code == 200
    tables = {2018: ["statistics"]}.get(year, ["disclosure", "requests", "disputes"])
    assert re.findall(r'class="official official-(\w+)"', answer.text) == tables


@pytest.mark.parametrize(
    ("query", "agencies"),
    [
        ("微信", {GOVERNMENT, BUREAU}),
        ("微信公众号", {GOVERNMENT, BUREAU}),
        ("微信 解读", {GOVERNMENT, BUREAU}),
        ("公众微信", set()),
        ('"政策解读 形式"', set()),
        ("号", {GOVERNMENT, BUREAU}),
        ("１２０", {GOVERNMENT, BUREAU}),
        ("复议", {GOVERNMENT, BUREAU}),
        ("'", set()),
        ('" OR *', set()),
    ],
)
def test_words_of_any_length_are_found_in_the_prose(get, query: str, agencies: set[str]) -> None:
    answer = get("/search?" + str(httpx.QueryParams({"q": query})))
    assert answer.status_code == 200
    found = {agency for agency in (GOVERNMENT, BUREAU) if re.search(rf'lang="zh">{agency} \d', answer.text)}
    assert found == agencies
    assert ("<mark>" in answer.text) == bool(agencies)


def test_datasettes_own_search_box_finds_chinese_words(get) -> None:
    for query, count in (("微信公众号发布", 7), ("议复", 0), ("", 9), ("'", 0)):
        answer = get("/nianbao/reports.json?" + str(httpx.QueryParams({"_search": query, "_shape": "array"})))
        assert (answer.status_code, len(answer.json())) == (200, count), query
    assert (
        len(get("/nianbao/current_sections.json?_search=微信公众号发布&_shape=array&_size=max").json()) == 42
    )


def test_the_home_page_counts_and_draws_the_matrix(site_folder: Path, get) -> None:
    text = get("/").text
    assert re.findall(r"<b>(\d+)</b>", text) == ["9", "4", "2", "1", "1"]
    lines = re.findall(r'<tr><th scope="row"><a[^>]*>([^<]+)</a></th>(.*?)</tr>', text, re.DOTALL)
    squares = {agency: re.findall(r'class="square (\w+)', cells) for agency, cells in lines}
    assert squares[GOVERNMENT] == [
        *("published", "absent", "published", "absent"),
        *("absent", "published", "failing"),
    ]
    assert squares[BUREAU] == ["before"] * 4 + ["removed", "published", "published"]
    assert squares[FAR] == ["before"] * 4 + ["published", "unreachable", "unreachable"]
    assert GOVERNMENT not in get("/?region=11").text
    assert GOVERNMENT in get("/?region=64%20宁夏").text
    assert GOVERNMENT not in get("/?agency=科学技术").text


def parse_of(folder: Path, agency: str, year: int) -> int:
    return rows(folder, "select parse from reports where agency = ? and year = ?", agency, year)[0][0]


def test_every_cell_of_a_report_leads_to_its_proof(site_folder: Path, get) -> None:
    text = get(f"/report/{report_id(site_folder, GOVERNMENT, 2024)}").text
    links = re.findall(r'href="(/proof/[^"]+)"', text)
    assert len(links) == 10 + 25 * 7 + 15
    for link in links[::17]:
        answer = get(link)
        assert answer.status_code == 200 and "<iframe" in answer.text


def test_the_proof_of_a_cell_of_a_page_marks_it_and_nothing_else_runs(site_folder: Path, get) -> None:
    parse = parse_of(site_folder, BUREAU, 2024)
    page = get(f"/proof/{parse}/requests/new/total").text
    assert 'class="value">35<' in page and 'sandbox=""' in page
    answer = get(f"/proof-markup/{parse}/requests/new/total")
    assert re.search(r'<td id="nianbao-cell">35</td>', answer.text)
    assert not re.search(
        r"<script|onerror|onload|evil\.example|javascript:|<form|<iframe|<img|<base|<meta http", answer.text
    )
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_the_proof_of_a_cell_of_a_pdf_draws_its_page(site_folder: Path, get) -> None:
    parse = parse_of(site_folder, "示例市科学技术局", 2023)
    page = get(f"/proof/{parse}/requests/granted/total").text
    assert f'src="/proof-picture/{parse}/requests/granted/total"' in page
    answer = get(f"/proof-picture/{parse}/requests/granted/total")
    assert answer.headers["content-type"] == "image/png" and answer.content.startswith(b"\x89PNG")


def test_the_proof_of_a_cell_of_a_text_marks_it_in_its_line(site_folder: Path, get) -> None:
    parse = parse_of(site_folder, BUREAU, 2023)
    assert "<mark>26</mark>" in get(f"/proof/{parse}/requests/granted/total").text


def test_a_blank_cell_is_proved_blank(site_folder: Path, get) -> None:
    text = get(f"/proof/{parse_of(site_folder, BUREAU, 2024)}/requests/granted/total").text
    assert 'class="value state">blank<' in text


@pytest.mark.parametrize(
    "path",
    ["1/requests/new/none", "x/requests/new/total", "99999/requests/new/total", "-1/a/b/c", "1/../../x"],
)
def test_a_cell_that_is_not_there_is_not_found(get, path: str) -> None:
    for kind in ("proof", "proof-picture", "proof-markup"):
        assert get(f"/{kind}/{path}").status_code in (302, 404)


def test_a_changed_report_says_what_changed_and_how_to_cite_it(site_folder: Path, get) -> None:
    id_ = report_id(site_folder, GOVERNMENT, 2024)
    text = get(f"/report/{id_}").text
    assert "requests.new.natural_person</code>: 30 → <strong>35</strong>" in text
    (sha256,) = rows(site_folder, "select sha256 from reports where id = ?", id_)[0]
    citation = re.search(r'class="citation"[^>]*>(.*?)</p>', text, re.DOTALL)[1]
    assert all(
        part in citation for part in (GOVERNMENT, sha256, f"http://site.example/report/{id_}", "2026-01-02")
    )


def test_two_versions_are_compared_cell_by_cell_and_sentence_by_sentence(site_folder: Path, get) -> None:
    text = get(f"/report/{report_id(site_folder, GOVERNMENT, 2024)}").text
    link = re.search(r'href="(/compare\?a=p\d+&amp;b=p\d+)"', text)[1].replace("&amp;", "&")
    compared = get(link).text
    assert re.search(r"<del>30</del> <ins>35</ins> <small>\+5</small>", compared)
    assert "<ins>另有补充。</ins>" in compared
    assert compared.count("differs") == len(re.findall("<del>", compared))


@pytest.mark.parametrize(
    ("a", "b", "shown"),
    [
        (f"{GOVERNMENT} 2023", f"{GOVERNMENT}2024年", True),
        (f"{GOVERNMENT} 2024", f"{BUREAU} 2024", True),
        (f"{GOVERNMENT} 2020", f"{GOVERNMENT} 2024", True),
        (f"{GOVERNMENT} 2018", f"{GOVERNMENT} 2024", True),
        (f"{GOVERNMENT} 2024", f"{GOVERNMENT} 2018", True),
        (f"{GOVERNMENT} 2024", "某市人民政府 1900", False),
        ("p99999999", "' or 1", False),
        ("", "", False),
    ],
)
def test_any_two_reports_can_be_compared(get, a: str, b: str, shown: bool) -> None:
    answer = get("/compare?" + str(httpx.QueryParams({"a": a, "b": b})))
    assert answer.status_code == 200
    assert ('class="sides"' in answer.text) == shown
    assert ('role="alert"' in answer.text) == (not shown and bool(a + b))


def test_the_feeds_tell_of_new_changed_and_removed_reports(get) -> None:
    atom = ElementTree.fromstring(get("/feed.atom", accept_language="en").content)
    name = "{http://www.w3.org/2005/Atom}"
    titles = [entry.findtext(f"{name}title") for entry in atom.iter(f"{name}entry")]
    assert f"Changed: {GOVERNMENT} 2024" in titles and f"Removed: {BUREAU} 2022" in titles
    assert f"New: {FAR} 2022" in titles and len(titles) == 11
    ids = [entry.findtext(f"{name}id") for entry in atom.iter(f"{name}entry")]
    assert len(set(ids)) == len(ids)
    times = [entry.findtext(f"{name}updated") for entry in atom.iter(f"{name}entry")]
    assert times == sorted(times, reverse=True)
    feed = get("/feed.json?region=62", accept_language="zh").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["title"] for item in feed["items"]] == [f"新增: {FAR} 2022"]


def test_the_metric_dictionary_leads_to_queries_that_exist(get) -> None:
    text = get("/metrics", accept_language="zh").text
    queries = re.findall(r'href="(/nianbao/\w+)"', text)
    assert len(queries) >= 10
    for query in queries:
        assert get(query).status_code == 200


def test_charts_sum_what_the_reports_say_and_say_on_how_many_they_rest(site_folder: Path, get) -> None:
    text = get("/charts?region=62", accept_language="en").text
    data = dict(re.findall(r'id="data-(\w+)">(.*?)</script>', text))
    flows = {(p["series"], p["year"]): p["value"] for p in json.loads(data["flows"])["points"]}
    assert flows == {("new", 2022): 35, ("handled", 2022): 35, ("carried over", 2022): 2}
    shares = {p["series"]: p["value"] for p in json.loads(data["shares"])["points"]}
    assert shares == {
        "granted": 26,
        "partly granted": 0,
        "denied": 4,
        "unable to provide": 5,
        "not processed": 0,
        "other": 0,
    }
    assert "N: 1 to 1 reports a year; 1 agencies are known here." in text
    assert "Fewer than 30 cases, so shares say little: 2022." in text
    county = get("/charts?region=620402", accept_language="en").text
    assert dict(re.findall(r'id="data-(\w+)">(.*?)</script>', county)) == data
    assert "Low coverage" in get("/charts", accept_language="en").text
    (agency,) = rows(site_folder, "select id from agencies where name = ?", FAR)[0]
    own = get(f"/charts?agency={agency}", accept_language="en").text
    assert '"value": 35' in own and "Low coverage" not in own
    assert get("/charts?agency=none").status_code == 404
    assert "No figures." in get("/charts?region=11", accept_language="en").text

"""A thousand strange requests: whatever is asked, the site answers, and never with a fault of its own."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.site.metadata import read
from tests.site_archive import GOVERNMENT, report_id, rows

PAGES = (
    "/",
    "/search",
    "/compare",
    "/charts",
    "/metrics",
    "/feed.atom",
    "/feed.json",
    "/nianbao",
    "/-/versions",
)
NAMES = (
    *(
        "q",
        "region",
        "year",
        "agency",
        "page",
        "from",
        "a",
        "b",
        "_lang",
        "_search",
        "_sort",
        "_sort_desc",
        "_facet",
    ),
    *(
        "_size",
        "_next",
        "_where",
        "_through",
        "_col",
        "_nocol",
        "_shape",
        "_facet_size",
        "_facet_array",
        "_facet_date",
    ),
    *(
        "sql",
        "rule",
        "portal",
        "agency__contains",
        "year__gt",
        "_filter_column",
        "_filter_op",
        "_trace",
        "_labels",
    ),
    *(
        "_timelimit",
        "_ttl",
        "_json",
        "_extra",
        "_fts_table",
        "_fts_pk",
        "_searchmode",
        "year__in",
        "form__arraycontains",
    ),
)
VALUES = (
    *(
        "",
        "0",
        "-1",
        "1e9",
        "64",
        "64 宁夏",
        "2024",
        "99999999999999999999",
        "微信",
        "' or 1=1 --",
        '"',
        "%",
        "[]",
        "{}",
    ),
    *(
        "nan",
        "\x00",
        "💥",
        "p1",
        "p999999999999999999",
        GOVERNMENT,
        f"{GOVERNMENT} 2024",
        "select 1",
        "select * from reports",
    ),
    *(
        '{"table":"reports","column":"year","value":"1"}',
        "agency",
        "year",
        "max",
        "off",
        "array",
        "raw",
        "prose",
        "a,b",
    ),
)

texts = st.one_of(st.sampled_from(VALUES), st.text(max_size=12))
queries = st.lists(st.tuples(st.sampled_from(NAMES), texts), max_size=4)


def _paths(folder: Path) -> st.SearchStrategy[str]:
    tables = [
        row[0] for row in rows(folder, "select name from sqlite_master where type in ('table', 'view')")
    ]
    sha256 = rows(folder, "select sha256 from originals")[0][0]
    known = [
        *PAGES,
        *(f"/nianbao/{name}" for name in (*tables, *read("queries.toml"))),
        f"/report/{report_id(folder, GOVERNMENT, 2024)}",
        *(f"/{kind}/3/requests/new/total" for kind in ("proof", "proof-markup")),
        f"/original/{sha256}",
        "/nianbao/captures/1",
        "/nianbao/requests/3,new",
    ]
    part = st.one_of(
        st.sampled_from(["nianbao", "report", "original", "proof", "static", "-", "..", "reports"]), texts
    )
    made = st.lists(part.map(lambda text: quote(text, safe="")), min_size=1, max_size=5).map(
        lambda p: "/" + "/".join(p)
    )
    ending = st.sampled_from(["", "", "", ".json", ".csv", ".atom", "/", ".jsono", ".db"])
    return st.builds("{}{}".format, st.one_of(st.sampled_from(known), made), ending)


@pytest.mark.slow
def test_nothing_that_is_asked_makes_the_site_fail(site_folder: Path, get) -> None:
    @settings(
        max_examples=1000,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(_paths(site_folder), queries)
    def ask(path: str, query: list[tuple[str, str]]) -> None:
        address = path + ("?" + "&".join(f"{n}={quote(v, safe='')}" for n, v in query) if query else "")
        assert get(address).status_code < 500, address

    ask()

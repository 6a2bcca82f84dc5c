"""The five seeds as a portal: their figures in pages and prints of our own, behind one list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.tools.layout import disclosure_table, disputes_table, requests_table

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
COLUMN = "/zwgk/zfxxgknb/"
UNNAMED = "石嘴山市科学技术局"
"""Publisher that the registry gives to a report which names none."""

Seed = dict[str, Any]


def load() -> list[Seed]:
    """The right answers of the seeds, in order; empty where the folder is absent."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(SEEDS.glob("*.json"))]


def report_html(seed: Seed) -> str:
    """The report as a plain HTML page: own prose, the seed's figures; what the seed lacks is left out."""
    year = seed["year"]
    told = {
        1: f"<p>{year}年1月1日至{year}年12月31日，主动公开稳步推进，依申请公开依法办理。</p>",
        2: disclosure_table(seed["form"], seed["disclosure"]),
        3: requests_table(seed["form"], dict(_printed_rows(seed))),
        4: disputes_table(seed["disputes"]) if seed["disputes"] else "",
        5: "<p>栏目更新还不够及时，将逐月检查并公布结果。</p>",
        6: "<p>没有其他需要报告的事项。</p>",
    }
    sections = "\n".join(
        f"<h2>{_HEADINGS[number]}</h2>\n{told[number]}" for number in seed["section_numbers"]
    )
    head = f'<meta charset="utf-8"><title>{seed["title"]}</title><style>{_STYLE}</style>'
    return f"<html><head>{head}</head><body><h1>{seed['title']}</h1>\n{sections}</body></html>"


def site(seeds: list[Seed], *, pdfs: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Path to bytes of a whole site; ``pdfs`` (title to print) turns its pages into covers with an attachment."""
    pages = {COLUMN + "index.html": _list(seeds).encode(), "/robots.txt": b"User-agent: *\nDisallow:\n"}
    for number, seed in enumerate(seeds):
        path = COLUMN + _name(number, seed)
        if pdfs is None:
            pages[path] = report_html(seed).encode()
        else:
            file = f"P0{seed['year'] + 1}0120{number:012d}.pdf"
            pages[path] = _cover(seed, file).encode()
            pages[f"{path.rpartition('/')[0]}/{file}"] = pdfs[seed["title"]]
    return pages


_HEADINGS = {
    1: "一、总体情况",
    2: "二、主动公开政府信息情况",
    3: "三、收到和处理政府信息公开申请情况",
    4: "四、政府信息公开行政复议、行政诉讼情况",
    5: "五、存在的主要问题及改进情况",
    6: "六、其他需要报告的事项",
}
_STYLE = (
    "table{border-collapse:collapse;width:100%;font-size:12px}td,th{border:1px solid #000;text-align:center}"
)


def _printed_rows(seed: Seed) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of section three that the document has: a row of nulls alone was cut off."""
    cut = "missing_rows:requests" in seed["problems"]
    for row, values in seed["requests"].items():
        if not cut or any(value is not None for value in values.values()):
            yield row, values


def _list(seeds: list[Seed]) -> str:
    rows = "\n".join(
        f'<li><a href="./{_name(number, seed)}" title="{seed["title"]}">{seed["title"]}</a>'
        f'<span class="date">{seed["year"] + 1}-01-20</span></li>'
        for number, seed in enumerate(seeds)
    )
    return (
        '<html><head><meta charset="utf-8"><title>政府信息公开年报</title>'
        '<meta name="ColumnName" content="政府信息公开年报"></head><body>'
        f'<ul class="list">\n{rows}\n</ul><script>createPageHTML(1, 0, "index", "html");</script></body></html>'
    )


def _cover(seed: Seed, file: str) -> str:
    return (
        f'<html><head><meta charset="utf-8"><title>{seed["title"]}</title></head><body><h1>{seed["title"]}</h1>'
        f'<div class=TRS_Editor><p>全文见附件：<a href="./{file}">{seed["title"]}.pdf</a></p></div></body></html>'
    )


def _name(number: int, seed: Seed) -> str:
    year = seed["year"] + 1
    return f"{year}01/t{year}0120_{5100000 + number}.html"

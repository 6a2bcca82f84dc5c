"""The sample portal's pages as text: reports, notices and lists from ``sample.toml`` and the templates."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import md5
from pathlib import Path
from string import Template
from typing import Any

from tests.tools import figures
from tests.tools.layout import Rows, disclosure_table, disputes_table, requests_table, statistics_table

HERE = Path(__file__).parent
TREE = HERE.parents[1] / "crawler" / "sample"
Data = dict[str, Any]

_SHORT = {"示例市人民政府": "全市", "样例县人民政府": "全县", "样例县清溪镇人民政府": "我镇"}
_SITES = {"trs": "示例市人民政府办公室", "ucap": "样例县人民政府办公室", "plain": "清溪镇党政办公室"}


@dataclass(frozen=True)
class Item:
    """One entry of a column: where it is published, its title, and what it says (a report or a notice)."""

    column: str
    published: date
    number: int
    title: str
    data: Data

    @property
    def layout(self) -> str:
        return {"city/szf": "trs", "city/bm": "trs", "county/c100201": "ucap"}.get(self.column, "plain")

    @property
    def kind(self) -> str:
        return str(self.data.get("kind", "page"))


def load() -> Data:
    """The reports, notices, columns and prose of ``sample.toml``, each entry with its number on the portal."""
    data = tomllib.loads((HERE / "sample.toml").read_text("utf-8"))
    for n, entry in enumerate([*data["report"], *data["notice"]]):
        entry["number"] = 4800011 + 7 * n
    return data


def html_tree(data: Data) -> dict[str, str]:
    """Every text file of the sample by its path below ``crawler/sample``."""
    found = items(data)
    tree = homes()
    for name, column in data["column"].items():
        site = name.partition("/")[0]
        entries = [item for item in found if item.column == name]
        tree |= {f"{site}{path}": text for path, text in lists(name, column, entries).items()}
    for item in found:
        if not item.data.get("dead") and item.kind != "file":
            tree[file_path(item)] = _whole_page(item, data)
        if "republished" in item.data:
            tree[f"republished/{file_path(item)}"] = _whole_page(republished(item), data)
    return tree


def items(data: Data) -> list[Item]:
    """Every entry of every column, newest first as a portal lists them."""
    found = [
        Item(entry["column"], entry["published"], entry["number"], _title(entry), entry)
        for entry in (*data["report"], *data["notice"])
    ]
    return sorted(found, key=lambda item: (item.published, item.number), reverse=True)


def tables(report: Data) -> dict[str, Rows]:
    """The report's standard tables, whole: totals computed, slips and blanks applied."""
    whole: dict[str, Any] = {
        "disclosure": {row: dict(values) for row, values in report["disclosure"].items()},
        "requests": figures.requests(report["form"], report["requests"], slip=report.get("slip", {})),
        "disputes": figures.disputes(report["disputes"]),
    }
    for address in report.get("blank", ()):
        table, row, column = address.split(".")
        whole[table][row][column] = None
    return whole


def republished(item: Item) -> Item:
    """The same entry with the figures that its publisher silently put in later."""
    changed = {
        table: {**item.data[table], **rows} if isinstance(rows, Mapping) else rows
        for table, rows in item.data["republished"].items()
    }
    return replace(item, data={**item.data, **changed})


def body(item: Item, prose: Mapping[str, str], *, pictures: str = "") -> str:
    """The report's or notice's own content as HTML; ``pictures`` stands in for the tables."""
    if "paragraphs" in item.data:
        return "\n".join(f"<p>{text}</p>" for text in item.data["paragraphs"])
    if item.data["form"] == "2014":
        return _annex(item.data, prose)
    return _six_sections(item.data, prose, pictures)


def page(item: Item, column: Data, content: str) -> str:
    """The whole page around ``content`` in the layout of the entry's column."""
    return _template(f"{item.layout}_page").substitute(
        title=item.title,
        column=column["name"],
        published=item.published.isoformat(),
        source=item.data.get("agency", _SITES[item.layout]),
        body=content,
    )


def address(item: Item) -> str:
    """The path of the entry below its portal's root."""
    month, day = item.published.strftime("%Y%m"), item.published.strftime("%Y%m%d")
    if item.kind == "file":
        return f"/ylx/c100201/{month}/files/{_hex(item)}.pdf"
    if item.layout == "trs":
        return f"/zwgk/zfxxgknb/{item.column.rpartition('/')[2]}/{month}/t{day}_{item.number}.html"
    if item.layout == "ucap":
        return f"/ylx/c100201/{month}/{_hex(item)}.shtml"
    return f"/ylx/qxz/xxgknb/{item.number}.html"


def attachment(item: Item) -> str:
    """The file name of the PDF beside a TRS page: P0, the day and a number of twelve digits."""
    return f"P0{item.published.strftime('%Y%m%d')}{item.number * 100003:012d}.pdf"


def print_page(item: Item, content: str, font: str) -> str:
    """The page that Chromium prints for a PDF; ``font`` is the CSS name of the face."""
    return _template("print").substitute(title=item.title, body=content, font=font)


def lists(name: str, column: Data, entries: list[Item]) -> dict[str, str]:
    """Path to list page of one column, with the pager of its layout."""
    size = column["rows"]
    groups = [entries[start : start + size] for start in range(0, len(entries), size)]
    made: dict[str, str] = {}
    for index, group in enumerate(groups):
        path = column["path"] + _list_name(column["layout"], index)
        made[path] = _template(f"{column['layout']}_list").substitute(
            column=column["name"],
            rows="\n".join(_list_row(item, column) for item in group),
            pages=len(groups),
            index=index,
            number=index + 1,
            total=len(entries),
            pager=_pager(index, len(groups)),
        )
    return made


def homes() -> dict[str, str]:
    """Tree and path to the home pages, style sheets and robots.txt."""
    css = (HERE / "templates" / "site.css").read_text("utf-8")
    robots = "User-agent: *\nDisallow: /was5/\nDisallow: /search/\n"
    trs, ucap = (_template(f"{layout}_home").template for layout in ("trs", "ucap"))
    return {
        "city/index.html": trs,
        "city/zwgk/zfxxgknb/index.html": trs,
        "city/images/site.css": css,
        "city/robots.txt": robots,
        "county/index.html": ucap,
        "county/ylx/site.css": css,
        "county/robots.txt": robots,
    }


def _whole_page(item: Item, data: Data) -> str:
    column = data["column"][item.column]
    pictures = pictures_path(item).rpartition("/")[2] if item.kind == "pictures" else ""
    content = body(item, data["prose"], pictures=pictures)
    if item.kind == "attached":
        content = f"<p>{data['prose']['attached']}</p>"
    if item.kind in ("attached", "twin"):
        content += "\n" + _appendix(item)
    return page(item, column, content)


def _appendix(item: Item) -> str:
    name = attachment(item)
    shown = f"{item.title}.pdf"
    return (
        f'<p class="insertfileTag">附件：<a appendix="true" href="./{name}" title="{shown}" '
        f'download="{shown}">{shown}</a></p>'
    )


def file_path(item: Item) -> str:
    """The path of the entry's file below ``crawler/sample``."""
    return item.column.partition("/")[0] + address(item)


def pictures_path(item: Item) -> str:
    """The folder of the pictures that stand in for the entry's tables."""
    return file_path(item).removesuffix(".html") + "_pic"


def _title(entry: Data) -> str:
    if "title" in entry:
        return str(entry["title"])
    agency = "" if entry["column"] == "county/c100202" else entry["agency"]
    return f"{agency}{entry['year']}年政府信息公开工作年度报告"


def _six_sections(report: Data, prose: Mapping[str, str], pictures: str) -> str:
    whole = tables(report)
    told = _told(report, whole)
    said = {name: text.format(**told) for name, text in prose.items()}
    laid = {
        "二": disclosure_table(report["form"], whole["disclosure"]),
        "三": requests_table(report["form"], whole["requests"]),
        "四": disputes_table(whole["disputes"]),
    }
    if pictures:
        laid = {
            name: f'<p><img src="{pictures}/{name_}.png"></p>'
            for name, name_ in zip(laid, "234", strict=True)
        }
    general = ("disclosure", "requests", "management", "platform", "oversight")
    return "\n".join(
        [
            f"<p>{said['about']}</p>",
            "<h2>一、总体情况</h2>",
            *(f"<p>{said[name]}</p>" for name in general),
            "<h2>二、主动公开政府信息情况</h2>",
            laid["二"],
            "<h2>三、收到和处理政府信息公开申请情况</h2>",
            laid["三"],
            "<h2>四、政府信息公开行政复议、行政诉讼情况</h2>",
            laid["四"],
            "<h2>五、存在的主要问题及改进情况</h2>",
            f"<p>{said['weak']}</p>",
            f"<p>{said['better']}</p>",
            "<h2>六、其他需要报告的事项</h2>",
            f"<p>{said['other']}</p>",
            f"<p>{said['sample']}</p>",
        ]
    )


def _annex(report: Data, prose: Mapping[str, str]) -> str:
    year, counts = report["year"], report["statistics"]
    return "\n".join(
        [
            f"<p>本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。</p>",
            "<h2>一、概述</h2>",
            f"<p>{year}年，全市按照《中华人民共和国政府信息公开条例》推进公开工作，主动公开政府信息{counts['1.1']}条。</p>",
            "<h2>二、依申请公开情况</h2>",
            f"<p>全年收到申请{counts['3.1']}件，办结{counts['3.2']}件。</p>",
            "<h2>三、存在的主要问题和改进措施</h2>",
            f"<p>{prose['weak']}{prose['better']}</p>",
            f"<p>{prose['sample']}</p>",
            "<p>附件</p>",
            f"<h2>政府信息公开情况统计表</h2><p>（{year}年度）</p>",
            f"<p>填报单位：{report['agency']}</p>",
            statistics_table(counts),
        ]
    )


def _told(report: Data, whole: Mapping[str, Rows]) -> Data:
    sums = {row: whole["requests"][row]["total"] for row in ("new", "carried_in", "carried_out")}
    short = _SHORT.get(report["agency"], "本局")
    return {**sums, "closed": whole["requests"]["total"]["total"], "year": report["year"], "short": short}


def _list_row(item: Item, column: Data) -> str:
    day = item.published.isoformat()
    path = address(item)
    if column["layout"] == "trs":
        href = "." + path.removeprefix(column["path"].rstrip("/"))
        text = item.title if len(item.title) <= 26 else item.title[:24] + "…"
        return f'<li><a href="{href}" target="_blank" title="{item.title}">{text}</a><span class="date">{day}</span></li>'
    if column["layout"] == "ucap":
        return f'<li><a href="{path}" title="{item.title}">{item.title}</a><span>{day}</span></li>'
    return f'<li><a href="{path.rpartition("/")[2]}">{item.title}</a> <span>[{day}]</span></li>'


def _list_name(layout: str, index: int) -> str:
    if layout == "ucap":
        return "list.shtml" if not index else f"list_{index + 1}.shtml"
    number = index if layout == "trs" else index + 1
    return "index.html" if not index else f"index_{number}.html"


def _pager(index: int, count: int) -> str:
    before = f'<a href="{_list_name("plain", index - 1)}">上一页</a>' if index else "上一页"
    after = f'<a href="{_list_name("plain", index + 1)}">下一页</a>' if index + 1 < count else "下一页"
    return f"共{count}页　第{index + 1}页　{before}　{after}"


def _hex(item: Item) -> str:
    return md5(f"{item.title}{item.number}".encode(), usedforsecurity=False).hexdigest()


def _template(name: str) -> Template:
    return Template((HERE / "templates" / f"{name}.html").read_text("utf-8"))

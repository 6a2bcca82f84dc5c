"""Reports as HTML in many layouts: how tables are ruled, headed, split and dressed, and what surrounds them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from random import Random

from tests.generate.drawn import Cell, Drawn, blocks, draw
from tests.generate.known import Known

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Layout:
    """Everything about a page but its words. Lengths are CSS lengths."""

    name: str = "clean"
    rules: str = "collapse"
    """``collapse``, ``separate``, ``dashed``, ``dotted``, ``double``, ``thick``, ``hairline``, ``horizontal``,
    ``shaded`` (cells told apart by background only), ``none``, ``outer`` (a border around the table only), ``gapped``
    (white gaps between tinted cells)."""
    page: str = "A4 portrait"
    margin: str = "20mm"
    font: str = "10.5pt"
    family: str = "'Noto Sans CJK SC',sans-serif"
    padding: str = "3px 4px"
    leading: str = "1.5"
    width: str = "100%"
    valign: str = "middle"
    align: str = "center"
    fixed: bool = False
    """``table-layout: fixed``: narrow columns, in which long figures break."""
    break_all: bool = False
    thead: bool = False
    """The head repeats on every page."""
    stacked: bool = False
    """Header text one character below the other."""
    vertical: bool = False
    """Header text set vertically."""
    rotated: bool = False
    spaced: bool = False
    """Spaces within short labels: 规 章."""
    keep_rows: bool = False
    """Rows may not be broken over pages."""
    split: bool = False
    """The disclosure table as one table a block."""
    word: bool = False
    """Word's markup: spans, o:p, classes, &nbsp;."""
    portal: bool = False
    """A whole portal page around the report."""
    paragraphs: str = "indent"
    """``indent``, ``block`` or ``pre`` (one text with line breaks)."""
    columns: int = 1
    fixed_footer: bool = False
    water_mark: bool = False
    zebra: bool = False
    margin_boxes: bool = False
    """Page numbers in CSS margin boxes."""
    title_lines: int = 1
    filler: int = 0
    """Lines of text before the tables, to move the page breaks."""
    bordered_page: bool = False
    tall: bool = False
    """Rows of many lines."""


LAYOUTS = {
    layout.name: layout
    for layout in [
        Layout(),
        Layout("separate", rules="separate"),
        Layout("dashed", rules="dashed", font="12px"),
        Layout("dotted", rules="dotted", thead=True),
        Layout("double", rules="double"),
        Layout("thick", rules="thick", zebra=True),
        Layout("hairline", rules="hairline", page="A4 landscape", leading="1.2"),
        Layout("letter", page="letter portrait", margin="0.4in", font="16px", leading="1.8", valign="top"),
        Layout("thead", thead=True, font="12pt", leading="1.8"),
        Layout("stacked", stacked=True, fixed=True),
        Layout("vertical", vertical=True, font="9pt"),
        Layout("rotated", rotated=True, font="9pt"),
        Layout("narrow", fixed=True, break_all=True, padding="1px", font="10pt", width="420px"),
        Layout("tall", tall=True, leading="2.2", font="14pt", valign="top"),
        Layout("word", word=True, spaced=True, keep_rows=True, paragraphs="indent"),
        Layout("portal", portal=True, font="14px"),
        Layout("split", split=True, paragraphs="block", title_lines=2),
        Layout("footer", fixed_footer=True, margin="12mm"),
        Layout("numbered", margin_boxes=True, water_mark=True),
        Layout("framed", bordered_page=True, zebra=True),
        Layout("horizontal", rules="horizontal"),
        Layout("shaded", rules="shaded"),
        Layout("gapped", rules="gapped"),
        Layout("none", rules="none"),
        Layout("bordered", rules="outer"),
        Layout("shrunk", rules="none", width="auto", family="'Noto Serif CJK SC',serif"),
        Layout("two_columns", columns=2, page="A3 landscape", margin="15mm", font="9pt"),
    ]
}


UNRULED = ("horizontal", "shaded", "gapped", "none", "outer")
"""Kinds of ``rules`` that leave cells without a rule on some side."""


def vary(layout: Layout, random: Random) -> Layout:
    """The same layout with other breaks and small differences."""
    return replace(
        layout,
        filler=random.randint(0, 45),
        keep_rows=layout.keep_rows or random.random() < 0.2,
        thead=layout.thead or random.random() < 0.3,
        valign=random.choice([layout.valign, "middle", "top", "bottom"]),
        align=random.choice([layout.align, "center", "right", "left"]),
        title_lines=random.choice([layout.title_lines, 1, 2]),
    )


def render(known: Known, layout: Layout | None = None) -> str:
    """The report as a whole HTML page."""
    layout = layout or Layout()
    body = _title(known, layout) + _front(known, layout)
    body += _annex(known, layout) if known.form == "2014" else _sections(known, layout)
    body = f'<div class="report">{body}</div>'
    if layout.portal:
        body = _portal(known, body)
    if layout.fixed_footer:
        body += f'<div class="footer">{known.agency} 政府信息公开</div>'
    if layout.water_mark:
        body += '<div class="mark">内部资料 请勿外传</div>'
    xmlns = ' xmlns:o="urn:schemas-microsoft-com:office:office"' if layout.word else ""
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"{xmlns}><head><meta charset="utf-8">'
        f"<title>{known.title}</title><style>{_style(layout)}</style></head><body>{body}</body></html>\n"
    )


def _title(known: Known, layout: Layout) -> str:
    lines = (
        [known.agency, known.title.removeprefix(known.agency)] if layout.title_lines == 2 else [known.title]
    )
    return "".join(f"<h1>{line}</h1>" for line in lines)


def _front(known: Known, layout: Layout) -> str:
    fill = [f"第{n}号说明：为便于查阅，现就有关事项说明如下。" for n in range(layout.filler)]
    return _paragraphs([*known.prose.get(0, []), *fill], layout)


def _sections(known: Known, layout: Layout) -> str:
    titles = [
        "总体情况",
        *(table.zh for table in known.tables()),
        "存在的主要问题及改进情况",
        "其他需要报告的事项",
    ]
    tables = {drawn.id: [drawn] for drawn in draw(known)}
    if layout.split:
        tables["disclosure"] = blocks(known)
    ids = [None, *(table.id for table in known.tables()), None, None]
    parts = []
    for number, (title, table) in enumerate(zip(titles, ids, strict=True), 1):
        parts.append(f"<h2>{NUMERALS[number - 1]}、{title}</h2>")
        parts.append(_paragraphs(known.prose.get(number, []), layout))
        parts.extend(_table(drawn, layout) for drawn in tables.get(table or "", ()))
    return "".join(parts)


def _annex(known: Known, layout: Layout) -> str:
    (drawn,) = draw(known)
    prose = "".join(_paragraphs(known.prose[number], layout) for number in sorted(known.prose) if number)
    return (
        f"<h2>一、概述</h2>{prose}<p>附件</p><h1>政府信息公开情况统计表</h1><p>（{known.year}年度）</p>"
        f"<p>填报单位（盖章）：{known.agency}</p>{_table(drawn, layout)}"
        "<p>单位负责人：张三　审核人：李四　填报人：王五</p><p>联系电话：0000-1234567</p>"
    )


def _paragraphs(paragraphs: list[str], layout: Layout) -> str:
    if layout.paragraphs == "pre" and paragraphs:
        return "<p>" + "<br>\n".join("　　" + text for text in paragraphs) + "</p>"
    return "".join(f"<p>{_word(text) if layout.word else text}</p>" for text in paragraphs)


def _table(drawn: Drawn, layout: Layout) -> str:
    rows = ["<tr>" + "".join(_cell(cell, layout) for cell in row) + "</tr>\n" for row in drawn.rows]
    heads = drawn.heads if layout.thead else 0
    head = f"<thead>{''.join(rows[:heads])}</thead>" if heads else ""
    width = sum(cell.colspan for cell in drawn.rows[0])
    labels = {"requests": 3, "statistics": 1, "disclosure": 1}.get(drawn.id, 0)
    columns = "".join(f'<col class="{"l" if at < labels else "f"}">' for at in range(width))
    border = (
        "" if layout.rules in UNRULED else ' border="1"' + ' cellspacing="0"' * (layout.rules != "separate")
    )
    return f'<table class="{drawn.id}"{border}><colgroup>{columns}</colgroup>{head}<tbody>{"".join(rows[heads:])}</tbody></table>\n'


def _cell(cell: Cell, layout: Layout) -> str:
    spans = f' rowspan="{cell.rowspan}"' * (cell.rowspan > 1) + f' colspan="{cell.colspan}"' * (
        cell.colspan > 1
    )
    return f'<td class="{cell.kind}"{spans}>{_content(cell, layout)}</td>'


def _content(cell: Cell, layout: Layout) -> str:
    text = html.escape(cell.text, quote=False)
    short = cell.kind == "head" and len(text) <= 8
    if layout.spaced and len(text) == 2 and cell.kind != "figure":
        text = f"{text[0]} {text[1]}"
    if layout.stacked and short:
        text = "<br>".join(text)
    if (layout.vertical or layout.rotated) and short and cell.colspan == 1:
        return f'<div class="turned">{text}</div>'
    return f"<p class=MsoNormal>{_word(text)}</p>" if layout.word else text


def _word(text: str) -> str:
    """Text as Word writes it: figures in spans of their own, a font on every run, an empty o:p at the end."""
    if not text:
        return "<span lang=EN-US><o:p>&nbsp;</o:p></span>"
    runs = re.split(r"([0-9]+)", text)
    dressed = [
        f"<span lang=EN-US style='font-family:宋体'>{run}</span>" if run.isdigit() else f"<span>{run}</span>"
        for run in runs
        if run
    ]
    return "".join(dressed) + "<span lang=EN-US><o:p></o:p></span>"


def _portal(known: Known, report: str) -> str:
    links = "".join(f'<li><a href="/{n}.html">栏目{n}</a></li>' for n in range(12))
    days = "".join(
        f"<tr>{''.join(f'<td>{7 * week + day}</td>' for day in range(1, 8))}</tr>" for week in range(4)
    )
    return (
        f'<div id="top"><p>今天是2019年12月3日 星期二</p><ul>{links}</ul></div>'
        f'<table id="layout"><tr><td width="20%"><ul>{links}</ul><table class="calendar">{days}</table></td>'
        f"<td><p>当前位置：首页 &gt; 政府信息公开年报</p><p>发布时间：{known.year + 1}-01-28 浏览次数：1024</p>{report}</td>"
        f'</tr></table><div id="foot"><p>主办：{known.agency} 网站标识码：6401050001</p></div>'
    )


_RULES = {
    "collapse": "table{border-collapse:collapse} td{border:1px solid #000}",
    "separate": "table{border-collapse:separate;border-spacing:2px;border:1px solid #666} td{border:1px solid #666}",
    "dashed": "table{border-collapse:collapse} td{border:1px dashed #333}",
    "dotted": "table{border-collapse:collapse} td{border:1px dotted #333}",
    "double": "table{border-collapse:collapse} td{border:3px double #333}",
    "thick": "table{border-collapse:collapse} td{border:3px solid #225}",
    "hairline": "table{border-collapse:collapse} td{border:0.25pt solid #999}",
    "horizontal": "table{border-collapse:collapse} td{border-top:1px solid #000;border-bottom:1px solid #000}",
    "shaded": "table{border-collapse:separate;border-spacing:0} tr:nth-child(odd) td{background:#e8eef6}",
    "gapped": "table{border-collapse:separate;border-spacing:3px} td{background:#dfe8f2}",
    "none": "table{border-collapse:collapse} td{border:0}",
    "outer": "table{border:1px solid #000} td{border:0}",
}


def _style(layout: Layout) -> str:
    box = f"@page{{size:{layout.page};margin:{layout.margin}}}"
    if layout.margin_boxes:
        box = box[:-1] + "@bottom-center{content:'- ' counter(page) ' -';font-size:9pt}}"
    rules = [
        box,
        f"body{{font-family:{layout.family};font-size:{layout.font};line-height:{layout.leading};margin:0}}",
        f".report{{column-count:{layout.columns}}}" if layout.columns > 1 else "",
        "h1{text-align:center;font-size:1.6em;margin:.4em 0} h2{font-size:1.2em;margin:.6em 0}",
        "p{text-align:justify;margin:.3em 0}"
        + ("p{text-indent:2em}" if layout.paragraphs == "indent" else ""),
        _RULES[layout.rules],
        f"table{{width:{layout.width};{'table-layout:fixed;' if layout.fixed else ''}}}",
        f"td{{padding:{layout.padding};vertical-align:{layout.valign};text-align:center}}",
        f"td.figure{{text-align:{layout.align}}} td p{{text-indent:0;text-align:inherit;margin:0}}",
        "td{word-break:break-all}" if layout.break_all else "",
        "tr{break-inside:avoid}" if layout.keep_rows else "",
        "td.label{line-height:3em}" if layout.tall else "",
        "tr:nth-child(even) td{background:#f0f0f0} .head{background:#cde}" if layout.zebra else "",
        "table.requests col.l{width:15%}" if layout.fixed else "",
        ".turned{writing-mode:vertical-rl;display:inline-block;max-height:9em}" if layout.vertical else "",
        ".turned{writing-mode:vertical-rl;transform:rotate(180deg);display:inline-block;white-space:nowrap}"
        if layout.rotated
        else "",
        ".report{border:1px solid #900;padding:4mm}" if layout.bordered_page else "",
        ".footer{position:fixed;bottom:0;left:0;right:0;text-align:center;font-size:9pt}",
        ".mark{position:fixed;top:40%;left:15%;transform:rotate(-35deg);font-size:44pt;color:#ddd;z-index:-1}",
        "#layout,#layout>tbody>tr>td{border:0;vertical-align:top} .calendar{width:auto}"
        if layout.portal
        else "",
    ]
    return "\n".join(rule for rule in rules if rule)

"""Reports as flat OpenDocument texts, with what Word and LibreOffice do and HTML can't.

Real page headers and footers with page numbers, heading rows that repeat, rows that may or may not break, merged
cells, turned and stacked headers, mirrored margins. LibreOffice prints them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from xml.sax.saxutils import escape

from tests.generate.drawn import Cell, Drawn, draw
from tests.generate.html import NUMERALS
from tests.generate.known import Known


@dataclass(frozen=True)
class Style:
    """How a document is set; lengths in centimetres."""

    name: str = "office"
    page: tuple[float, float] = (21.0, 29.7)
    margin: float = 2.5
    size: float = 10.5
    rule: str = "0.5pt solid #000000"
    break_rows: bool = True
    repeat: bool = False
    header: str = ""
    footer: str = "- {n} -"
    padding: float = 0.1
    turned: bool = False
    valign: str = "middle"
    mirrored: bool = False
    filler: int = 0
    narrow: bool = False
    """Narrow columns, in which figures run over two lines."""


STYLES = {
    style.name: style
    for style in [
        Style(),
        Style("office_repeat", repeat=True, header="政府信息公开工作年度报告"),
        Style("office_landscape", page=(29.7, 21.0), footer="第 {n} 页 共 {count} 页"),
        Style("office_turned", turned=True, size=9),
        Style("office_mirrored", mirrored=True, footer="{n}"),
        Style("office_narrow", narrow=True, size=12, padding=0.05),
        Style("office_top", valign="top", size=14, footer="— {n} —"),
        Style("office_whole", break_rows=False, rule="1.5pt double #000000", header="内部资料"),
        Style("office_small", page=(14.8, 21.0), margin=1.0, size=8),
    ]
}


def vary(style: Style, random: Random) -> Style:
    """The same style with other breaks and small differences."""
    return replace(
        style,
        filler=random.randint(0, 45),
        repeat=style.repeat or random.random() < 0.3,
        break_rows=style.break_rows and random.random() < 0.8,
        valign=random.choice([style.valign, "top", "middle", "bottom"]),
    )


def render(known: Known, style: Style) -> str:
    """The report as one XML file (.fodt)."""
    body = [_heading(known.title, 1)]
    body += [_paragraph(text) for text in known.prose.get(0, [])]
    body += [_paragraph(f"第{n}号说明：为便于查阅，现就有关事项说明如下。") for n in range(style.filler)]
    body += _annex(known, style) if known.form == "2014" else _sections(known, style)
    return _FILE.format(
        styles=_styles(style),
        header=f"<text:p>{style.header}</text:p>" if style.header else "<text:p/>",
        footer=f"<text:p text:style-name='Middle'>{_numbered(style.footer)}</text:p>",
        body="".join(body),
    )


def _sections(known: Known, style: Style) -> list[str]:
    drawn = {table.id: table for table in draw(known)}
    parts = [("总体情况", None), *((table.zh, table.id) for table in known.tables())]
    parts += [("存在的主要问题及改进情况", None), ("其他需要报告的事项", None)]
    body = []
    for number, (title, table) in enumerate(parts, 1):
        body.append(_heading(f"{NUMERALS[number - 1]}、{title}", 2))
        body += [_paragraph(text) for text in known.prose.get(number, [])]
        if table:
            body.append(_table(drawn[table], style))
    return body


def _annex(known: Known, style: Style) -> list[str]:
    (drawn,) = draw(known)
    prose = [_paragraph(text) for number in sorted(known.prose) if number for text in known.prose[number]]
    return [
        _heading("一、概述", 2),
        *prose,
        _heading("政府信息公开情况统计表", 1),
        _paragraph(f"（{known.year}年度）"),
        _table(drawn, style),
    ]


def _table(drawn: Drawn, style: Style) -> str:
    width = sum(cell.colspan for cell in drawn.rows[0])
    taken: set[tuple[int, int]] = set()
    rows = []
    for y, row in enumerate(drawn.rows):
        cells, waiting = [], list(row)
        x = 0
        while x < width:
            if (y, x) in taken:
                cells.append("<table:covered-table-cell/>")
                x += 1
                continue
            cell = waiting.pop(0)
            taken.update(
                (y + down, x + right) for down in range(cell.rowspan) for right in range(cell.colspan)
            )
            taken.discard((y, x))
            cells.append(_cell(cell, style))
            x += 1
        height = "Tall" if any("'Turned'" in cell for cell in cells) else "Row"
        rows.append(f"<table:table-row table:style-name='{height}'>{''.join(cells)}</table:table-row>")
    heads = drawn.heads if style.repeat else 0
    head = f"<table:table-header-rows>{''.join(rows[:heads])}</table:table-header-rows>" if heads else ""
    columns = "".join(
        f"<table:table-column table:style-name='C{share}'/>" for share in _shares(drawn.id, width, style)
    )
    return f"<table:table table:style-name='T'>{columns}{head}{''.join(rows[heads:])}</table:table>"


def _shares(table: str, width: int, style: Style) -> list[int]:
    """Relative widths of the columns."""
    if table == "requests":
        return [2, 2, 4, *[1] * 7] if style.narrow else [3, 3, 6, *[2] * 7]
    return [8, 2, 4] if table == "statistics" else [2] * width


def _cell(cell: Cell, style: Style) -> str:
    spans = f" table:number-rows-spanned='{cell.rowspan}'" * (cell.rowspan > 1)
    spans += f" table:number-columns-spanned='{cell.colspan}'" * (cell.colspan > 1)
    turned = style.turned and cell.kind == "head" and cell.colspan == 1 and len(cell.text) < 9
    name = "Turned" if turned else "Cell"
    return (
        f"<table:table-cell table:style-name='{name}'{spans} office:value-type='string'>"
        f"<text:p text:style-name='Middle'>{escape(cell.text)}</text:p></table:table-cell>"
    )


def _heading(text: str, level: int) -> str:
    return f"<text:p text:style-name='H{level}'>{escape(text)}</text:p>"


def _paragraph(text: str) -> str:
    return f"<text:p text:style-name='Body'>{escape(text)}</text:p>"


def _numbered(text: str) -> str:
    page, count = "<text:page-number/>", "<text:page-count/>"
    return escape(text).replace("{n}", page).replace("{count}", count)


def _styles(style: Style) -> str:
    columns = "".join(
        f"<style:style style:name='C{share}' style:family='table-column'>"
        f"<style:table-column-properties style:rel-column-width='{share}*'/></style:style>"
        for share in (1, 2, 3, 4, 6, 8)
    )
    font = f"fo:font-size='{style.size}pt' style:font-size-asian='{style.size}pt'"
    big = f"fo:font-size='{style.size * 1.6}pt' style:font-size-asian='{style.size * 1.6}pt'"
    cell = f"fo:padding='{style.padding}cm' fo:border='{style.rule}' style:vertical-align='{style.valign}'"
    if "double" in style.rule:
        cell += " style:border-line-width='0.018cm 0.035cm 0.018cm'"
    use = "mirrored" if style.mirrored else "all"
    left = style.margin + (1.0 if style.mirrored else 0.0)
    return (
        "<style:style style:name='Standard' style:family='paragraph'><style:text-properties"
        f" style:font-name='CJK' style:font-name-asian='CJK' {font}/></style:style>"
        "<style:style style:name='Body' style:family='paragraph' style:parent-style-name='Standard'>"
        f"<style:paragraph-properties fo:text-indent='{style.size * 2}pt' fo:text-align='justify'/></style:style>"
        "<style:style style:name='Middle' style:family='paragraph' style:parent-style-name='Standard'>"
        "<style:paragraph-properties fo:text-align='center'/></style:style>"
        "<style:style style:name='H1' style:family='paragraph' style:parent-style-name='Middle'>"
        f"<style:text-properties {big}/></style:style>"
        "<style:style style:name='H2' style:family='paragraph' style:parent-style-name='Standard'>"
        "<style:text-properties fo:font-weight='bold' style:font-weight-asian='bold'/></style:style>"
        "<style:style style:name='T' style:family='table'><style:table-properties table:align='margins'/></style:style>"
        "<style:style style:name='Row' style:family='table-row'><style:table-row-properties"
        f" fo:keep-together='{'auto' if style.break_rows else 'always'}'/></style:style>"
        "<style:style style:name='Tall' style:family='table-row'><style:table-row-properties"
        " style:row-height='3cm' fo:keep-together='always'/></style:style>"
        f"<style:style style:name='Cell' style:family='table-cell'><style:table-cell-properties {cell}/></style:style>"
        "<style:style style:name='Turned' style:family='table-cell'>"
        f"<style:table-cell-properties {cell} style:writing-mode='tb-rl'/></style:style>"
        f"{columns}"
        f"<style:page-layout style:name='P' style:page-usage='{use}'><style:page-layout-properties"
        f" fo:page-width='{style.page[0]}cm' fo:page-height='{style.page[1]}cm' fo:margin-top='{style.margin}cm'"
        f" fo:margin-bottom='{style.margin}cm' fo:margin-left='{left}cm' fo:margin-right='{style.margin}cm'/>"
        "<style:header-style><style:header-footer-properties fo:min-height='0.8cm'/></style:header-style>"
        "<style:footer-style><style:header-footer-properties fo:min-height='0.8cm'/></style:footer-style>"
        "</style:page-layout>"
    )


_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="CJK" svg:font-family="'Noto Sans CJK SC'"/></office:font-face-decls>
<office:automatic-styles>{styles}</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="P">
<style:header>{header}</style:header><style:footer>{footer}</style:footer></style:master-page></office:master-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>
"""

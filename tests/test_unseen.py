"""What a cell of a page holds but doesn't show is no part of its figure, and what it shows is all of it."""

from __future__ import annotations

from types import ModuleType

import pytest

from parsers.cells import lay
from parsers.documents import html, html_soup
from parsers.model import Report
from parsers.read import read

TITLE = "大冶市司法局2022年政府信息公开工作年度报告"


def page(cell: str) -> Report:
    rows = f"<tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政处罚</td><td>{cell}</td></tr>"
    return read(f"<html><body><h1>{TITLE}</h1><table>{rows}</table></body></html>".encode(), second="never")


def penalties(cell: str) -> object:
    return next(cell.value for cell in page(cell).cells if cell.row == "penalties")


@pytest.mark.parametrize(
    "style",
    ["display:none", "visibility: hidden", "VISIBILITY:HIDDEN;color:red", "font-size:0", "font-size: 0px;"],
)
def test_hidden_figures_are_none(style: str) -> None:
    assert penalties(f'<span style="{style}">7</span>389') == 389


@pytest.mark.parametrize(
    "style", ["font-size:0.9em", "font-size:0.875rem;visibility:visible", "color:#fff0aa"]
)
def test_small_and_visible_figures_are_read(style: str) -> None:
    assert penalties(f'<span style="{style}">7</span>389') == 7389


@pytest.mark.parametrize(
    ("name", "white"),
    [("span", 'style="color:#fff"'), ("font", 'color="White"'), ("b", 'style="color: #FFFFFF;"')],
)
def test_white_beside_dark_is_not_joined_and_white_alone_is_read(name: str, white: str) -> None:
    assert penalties(f"<{name} {white}>7</{name}>389") is None
    assert penalties(f"<{name} {white}>38</{name}><{name} {white}>9</{name}>") == 389


def test_control_characters_written_as_references_are_spaces() -> None:
    assert penalties("&#1;389&#x08;") == 389
    assert penalties("38&#x1F;9") is None
    assert penalties("3&#56;9") == 389


@pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "&shy;", "&#8203;", "\u2060"])
def test_characters_of_no_width_are_nothing(unseen: str) -> None:
    assert penalties(f"3{unseen}89{unseen}") == 389


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ('<input value="389">', 389),
        ('<input type="text" readonly value="389">件', 389),
        ('<input type="hidden" value="7">389', 389),
        ('<input type="button" value="7">389', 389),
        ('<input type="text">', None),
    ],
)
def test_fields_show_what_they_hold(field: str, value: int | None) -> None:
    assert penalties(field) == value


SHOWN = "<tr><td>第二十条第（六）项</td></tr><tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政处罚</td><td>{}</td></tr>"


@pytest.mark.parametrize(
    ("page", "value"),
    [
        ("<table>{0}</table><div style='display:none'><table>{1}</table></div>", 1),
        ("<div hidden><table>{0}</table></div><table>{1}</table>", 2),
        ("<table>{0}</table><table style='DISPLAY: none'>{1}</table>", 1),
        ("<div style='display:none'><table>{0}</table></div>", 1),
        ("<div style='display:none'><table>{0}</table><table>{1}</table></div>", None),
        ("<table>{0}</table><table>{1}</table>", None),
    ],
)
@pytest.mark.parametrize("reading", [html, html_soup])
def test_hidden_copies_are_left_out_and_hidden_tables_alone_are_read(
    page: str, value: int | None, reading: ModuleType
) -> None:
    body = f"<body><h1>{TITLE}</h1>{page.format(SHOWN.format(1), SHOWN.format(2))}</body>"
    laid = lay(reading.read(body.encode()))
    assert next(cell.value for cell in laid.cells if cell.row == "penalties") == value


@pytest.mark.parametrize("reading", [html, html_soup])
@pytest.mark.parametrize(
    "hidden",
    [
        "<tr style='display:none'><td>行政处罚</td><td>7</td></tr>",
        "<tr hidden><td>行政强制</td><td>7</td></tr>",
    ],
)
def test_hidden_rows_and_cells_are_none_of_a_table(hidden: str, reading: ModuleType) -> None:
    header = "<tr><td style='display:none'>序号</td><td>信息内容</td><td>本年处理决定数量</td></tr>"
    row = "<tr><td style='display: none'>1</td><td>行政处罚</td><td>389</td></tr>"
    laid = lay(reading.read(f"<h1>{TITLE}</h1><table>{header}{hidden}{row}</table>".encode()))
    found = {cell.row: cell.value for cell in laid.cells if cell.column == "decisions"}
    assert (found["penalties"], found["coercion"]) == (389, None)

"""What a cell of a page holds but doesn't show is no part of its figure, and what it shows is all of it."""

from __future__ import annotations

import pytest

from parsers.model import Report
from parsers.read import read


def page(cell: str) -> Report:
    rows = f"<tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政处罚</td><td>{cell}</td></tr>"
    title = "<h1>大冶市司法局2022年政府信息公开工作年度报告</h1>"
    return read(f"<html><body>{title}<table>{rows}</table></body></html>".encode(), second="never")


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

"""HTML reports that were once misread: each is drawn as a portal published it, or nearly so."""

from __future__ import annotations

import pytest

from parsers.model import Report
from parsers.read import read

APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
COLUMNS = (
    *("natural_person", "commercial", "research", "public_interest", "legal_service", "other_org"),
    "total",
)
OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
GROUPS = ("行政复议", "未经复议直接起诉", "复议后起诉")
HEAD = f"<tr><td>&nbsp;</td>{''.join(f'<td>{name}</td>' for name in APPLICANTS)}</tr>"


def row(label: str, first: int) -> str:
    return f"<tr>{label}{''.join(f'<td>{first + n}</td>' for n in range(7))}</tr>"


def page(*parts: str) -> Report:
    title = "<h1>白银市平川区财政局2022年政府信息公开工作年度报告</h1>"
    return read(f"<html><body>{title}{''.join(parts)}</body></html>".encode())


def values(report: Report, table: str, name: str) -> list[object]:
    return [cell.value for cell in report.cells if (cell.table, cell.row) == (table, name)]


def test_line_breaks_of_the_source_are_spaces() -> None:
    report = page(
        "<p>一、总体\n情况</p><p>全年公开政府信息\n50条，<span>其中</span>\n<span>规划</span>1条。</p>",
        "<p>二、主动公开政府信息情况</p><p>第一行<br>第二行</p><p>六、其他需要报告的事项</p><p>无。</p>",
    )
    assert [section.title for section in report.sections] == [
        "总体情况",
        "主动公开政府信息情况",
        "其他需要报告的事项",
    ]
    assert report.sections[0].text == "全年公开政府信息 50条，其中规划1条。"
    assert report.sections[1].text == "第一行\n第二行"


def test_preformatted_text_keeps_its_lines() -> None:
    report = page(
        "<pre>一、总体情况\n公开50条。\n二、主动公开政府信息情况\n六、其他需要报告的事项\n无。</pre>"
    )
    assert [section.number for section in report.sections] == [1, 2, 6]


def test_a_table_continued_without_its_header_goes_on_under_it() -> None:
    first = f"<table>{HEAD}{row('<td>一、本年新收政府信息公开申请数量</td>', 10)}</table>"
    second = f"<table>{row('<td>（一）予以公开</td>', 20)}</table>"
    report = page(first, "<p>&nbsp;</p>", second)
    assert values(report, "requests", "granted") == list(range(20, 27))


def test_a_continued_row_short_of_a_cell_is_not_read() -> None:
    first = f"<table>{HEAD}{row('<td>一、本年新收政府信息公开申请数量</td>', 10)}</table>"
    short = "<table><tr><td>（一）予以公开</td><td>1</td><td>2</td><td>3</td><td>4</td><td>5</td><td>6</td></tr></table>"
    report = page(first, short)
    assert values(report, "requests", "granted") == [None] * 7
    assert ("unread_row", "requests.granted") in {
        (problem.code, problem.where) for problem in report.problems
    }


def test_a_column_of_serial_numbers_is_no_figure() -> None:
    head = HEAD.replace("<tr>", "<tr><td>序号</td>", 1)
    report = page(
        f"<table>{head}{row('<td>1</td><td>一、本年新收政府信息公开申请数量</td>', 30)}"
        f"{row('<td>2</td><td>二、上年结转政府信息公开申请数量</td>', 40)}{row('<td>3</td><td>（七）总计</td>', 50)}</table>"
    )
    assert values(report, "requests", "new") == list(range(30, 37))
    assert values(report, "requests", "total") == list(range(50, 57))


def test_a_label_of_the_row_wins_over_one_that_reaches_into_it() -> None:
    rows = "".join(
        (
            row("<td rowspan=3>（六）其他处理</td><td>1.申请人无正当理由逾期不补正</td>", 10),
            "<tr><td>stray</td></tr>",
        )
    )
    shifted = row("<td>2.申请人逾期未按收费通知要求缴纳费用</td>", 60)
    report = page(f"<table>{HEAD}{rows}{shifted}</table>")
    assert values(report, "requests", "other_no_payment") == list(range(60, 67))


def test_groups_of_lawsuits_named_in_brackets_or_in_the_paragraph_above() -> None:
    def block(first: int) -> str:
        head = "".join(f"<td>{name}</td>" for name in OUTCOMES)
        return f"<tr>{head}</tr><tr>{''.join(f'<td>{first + n}</td>' for n in range(5))}</tr>"

    inside = page(
        f"<table><tr><td colspan=5>行政复议</td></tr>{block(10)}",
        f"<tr><td colspan=5>行政诉讼（未经复议直接起诉）</td></tr>{block(20)}",
        f"<tr><td colspan=5>行政诉讼—复议后起诉</td></tr>{block(30)}</table>",
    )
    above = page(
        f"<p>（一）行政复议</p><table>{block(10)}</table>",
        f"<p>（二）行政诉讼（未经复议直接起诉）</p><table>{block(20)}</table>",
        f"<p>（三）行政诉讼（复议后起诉）</p><table>{block(30)}</table>",
    )
    for report in (inside, above):
        assert values(report, "disputes", "reconsideration") == [10, 11, 12, 13, 14]
        assert values(report, "disputes", "litigation_direct") == [20, 21, 22, 23, 24]
        assert values(report, "disputes", "litigation_after_reconsideration") == [30, 31, 32, 33, 34]


def test_fifteen_figures_under_a_header_that_lost_one_cell() -> None:
    groups = "".join(f"<td colspan=5>{name}</td>" for name in GROUPS)
    leaves = [*OUTCOMES, OUTCOMES[0], *OUTCOMES[2:], *OUTCOMES]
    head = "".join(f"<td>{name}</td>" for name in leaves)
    report = page(
        f"<table><tr>{groups}</tr><tr>{head}</tr><tr>{''.join(f'<td>{n}</td>' for n in range(15))}</tr></table>"
    )
    assert [cell.value for cell in report.cells if cell.table == "disputes"] == list(range(15))


def test_the_signature_is_no_part_of_the_last_section() -> None:
    report = page(
        "<p>一、总体情况</p><p>好。</p><p>五、存在的主要问题及改进情况</p><p>有。</p>"
        "<p>六、其他需要报告的事项</p><p>无</p><p>兴安盟行政公署</p><p>2023年1月9日</p>"
    )
    assert report.sections[-1].text == "无"


def test_a_header_and_a_row_that_lost_a_cell_each_are_not_laid_side_by_side() -> None:
    short = "".join(f"<td>{name}</td>" for name in APPLICANTS[:-1])
    figures = "".join(f"<td>{n}</td>" for n in range(1, 7))
    report = page(
        f"<table><tr><td>&nbsp;</td>{short}</tr>{row('<td>一、本年新收政府信息公开申请数量</td>', 10)}",
        f"<tr><td>二、上年结转政府信息公开申请数量</td>{figures}</tr>{row('<td>（七）总计</td>', 50)}</table>",
    )
    assert values(report, "requests", "new") == list(range(10, 17))
    assert values(report, "requests", "carried_in") == [None] * 7


def test_an_unknown_label_where_spans_were_lost_tells_no_place() -> None:
    first = "<tr><td rowspan=3>&nbsp;</td><td>申请人情况</td></tr>"
    second = "<tr><td rowspan=2>自然人</td><td>法人或其他组织</td><td rowspan=2>总</td></tr>"
    third = "".join(f"<td>{name}</td>" for name in APPLICANTS[1:-1])
    rows = row("<td>一、本年新收政府信息公开申请数量</td>", 10) + row("<td>（七）总计</td>", 50)
    report = page(f"<table>{first}{second}<tr>{third}</tr>{rows}</table>")
    assert set(values(report, "requests", "new")) <= {None}


def test_an_unknown_label_in_its_own_place_costs_its_column_alone() -> None:
    head = HEAD.replace("科研机构", "科技院所")
    report = page(
        f"<table>{head}{row('<td>一、本年新收政府信息公开申请数量</td>', 10)}{row('<td>（七）总计</td>', 50)}</table>"
    )
    assert values(report, "requests", "new") == [10, 11, None, 13, 14, 15, 16]


def test_a_title_in_wide_digits_above_the_content() -> None:
    title = "白银市平川区财政局２０２２年政府信息公开工作年度报告"
    body = '<div id="zoom"><p>一、总体情况</p><p>全年公开政府信息50条。</p></div>'
    report = read(f"<html><body><h2>{title}</h2>{body}</body></html>".encode())
    assert (report.title, report.agency, report.year) == (title, "白银市平川区财政局", 2022)


def table(*rows: tuple[str, ...]) -> str:
    lines = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows)
    return f"<table>{lines}</table>"


def test_a_blank_beside_a_column_that_nobody_filled() -> None:
    report = page(
        table(
            ("", *APPLICANTS, ""),
            ("一、本年新收政府信息公开申请数量", "1", "2", "", "4", "5", "6", "18", ""),
            ("二、上年结转政府信息公开申请数量", "0", "0", "0", "0", "0", "0", "0", ""),
            ("四、结转下年度继续办理", "0", "0", "0", "0", "0", "0", "0", ""),
        )
    )
    assert values(report, "requests", "new") == [1, 2, None, 4, 5, 6, 18]


def test_a_continued_table_under_a_header_that_also_heads_its_labels() -> None:
    report = page(
        table(
            ("项目", *APPLICANTS), ("一、本年新收政府信息公开申请数量", "1", "2", "3", "4", "5", "6", "21")
        ),
        table(("二、上年结转政府信息公开申请数量", "2", "2", "3", "4", "5", "6", "22")),
    )
    assert values(report, "requests", "carried_in") == [2, 2, 3, 4, 5, 6, 22]


def test_an_annex_in_two_halves_side_by_side() -> None:
    head = ("统计指标", "单位", "统计数")
    report = page(
        table(
            (*head, *head),
            ("四、行政复议数量", "件", "5", "五、行政诉讼数量", "件", "7"),
            (
                "（一）维持具体行政行为数",
                "件",
                "1",
                "（一）维持具体行政行为或者驳回原告诉讼请求数",
                "件",
                "2",
            ),
            ("（二）被依法纠错数", "件", "0", "（二）被依法纠错数", "件", "4"),
            ("（三）其他情形数", "件", "4", "（三）其他情形数", "件", "1"),
            ("六、举报投诉数量", "件", "9", "", "", ""),
        )
    )
    read_as = {cell.row: cell.value for cell in report.cells if cell.value is not None}
    assert read_as == {
        **{"4": 5, "4.1": 1, "4.2": 0, "4.3": 4},
        **{"5": 7, "5.1": 2, "5.2": 4, "5.3": 1, "6": 9},
    }


def test_an_annex_without_header_whose_figures_have_units() -> None:
    report = page(
        table(
            ("四、行政复议数量", "件", "5件"),
            ("（一）维持具体行政行为数", "件", "1件"),
            ("（二）被依法纠错数", "件", "—"),
            ("七、依申请公开信息收取的费用", "万元", "3件"),
        )
    )
    assert {cell.row: cell.value for cell in report.cells if cell.value is not None} == {"4": 5, "4.1": 1}


def test_a_code_is_no_figure_of_an_annex_where_its_row_lost_a_cell() -> None:
    report = page(
        table(
            ("统计指标", "单位", "代码", "统计数"),
            ("四、行政复议数量", "件", "45", "5"),
            ("六、举报投诉数量", "件", "53"),
            ("（一）政府信息公开工作专门机构数", "个", "", "56", "1"),
            ("（二）设置政府信息公开查阅点数", "个", "57", "3"),
        )
    )
    read_as = {cell.row: cell.value for cell in report.cells if cell.value is not None}
    assert read_as == {"4": 5, "8.2": 3}
    assert {"unread_row"} <= {problem.code for problem in report.problems}


def test_a_row_of_section_two_that_lost_a_cell_and_gained_an_empty_one() -> None:
    header = "<tr><td>信息内容</td><td>采购项目数量</td><td colspan=2>采购总金额</td></tr>"
    lost = "<tr><td>政府集中采购</td><td colspan=2>7850.41</td><td></td></tr>"
    report = page(f"<table><tr><td colspan=4>第二十条第（九）项</td></tr>{header}{lost}</table>")
    assert values(report, "disclosure", "procurement") == [None, None]
    kept = "<tr><td>政府集中采购</td><td>28</td><td colspan=2></td></tr>"
    report = page(f"<table><tr><td colspan=4>第二十条第（九）项</td></tr>{header}{kept}</table>")
    assert values(report, "disclosure", "procurement") == [28, None]


def test_two_figures_in_full_width_are_not_one() -> None:
    report = page(
        "<table><tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政许可</td><td>２７０ １３４７</td></tr>"
        "<tr><td>行政处罚</td><td>１ ３４７</td></tr><tr><td>行政强制</td><td>１３４ 件</td></tr></table>"
    )
    assert values(report, "disclosure", "licensing") == [None]
    assert values(report, "disclosure", "penalties") == [None]
    assert values(report, "disclosure", "coercion") == [134]


def test_a_figure_over_two_groups_of_section_four_is_neither_ones() -> None:
    names = "".join(f"<td>{name}</td>" for name in GROUPS)
    rows = "".join(f"<tr><td>{name}</td><td>1</td><td>2</td><td>3</td></tr>" for name in OUTCOMES[1:])
    report = page(
        f"<table><tr><td>结果</td>{names}</tr><tr><td>结果维持</td><td>7</td><td colspan='2'>50</td></tr>{rows}</table>"
    )
    assert values(report, "disputes", "litigation_direct") == [None, 2, 2, 2, 2]
    assert values(report, "disputes", "litigation_after_reconsideration") == [None, 3, 3, 3, 3]


def test_a_label_with_the_mark_of_a_footnote_is_known() -> None:
    report = page(
        "<table><tr><td>信息内容</td><td>本年处理决定数量<sup>①</sup></td></tr><tr><td>行政许可<sup>[1]</sup></td><td>7</td></tr>"
        "<tr><td>行政处罚①</td><td>8</td></tr><tr><td>行政强制*</td><td>9</td></tr></table>"
    )
    assert [values(report, "disclosure", row) for row in ("licensing", "penalties", "coercion")] == [
        [7],
        [8],
        [9],
    ]


def _requests_without(column: str, *, wide: bool = False) -> Report:
    names = [name for name in APPLICANTS if name != column]
    inner = names[1:-1]
    extra = int(wide)
    head = (
        f"<tr><td rowspan='3'></td><td colspan='{len(names) + extra}'>申请人情况</td></tr>"
        f"<tr><td rowspan='2'>自然人</td><td colspan='{len(inner) + extra}'>法人或其他组织</td><td rowspan='2'>总计</td></tr>"
        f"<tr>{''.join(f'<td>{name}</td>' for name in inner)}</tr>"
    )
    labels = (
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "（一）予以公开",
        "（七）总计",
    )
    rows = "".join(
        f"<tr><td>{label}</td>{''.join(f'<td>{10 * n + i}</td>' for i in range(len(names)))}</tr>"
        for n, label in enumerate(labels)
    )
    return page(f"<table>{head}{rows}</table>")


def test_a_table_printed_without_a_column_is_read_without_it() -> None:
    report = _requests_without("科研机构")
    assert values(report, "requests", "granted") == [20, 21, None, 22, 23, 24, 25]
    assert "missing_cell" in {problem.code for problem in report.problems}


def test_a_header_that_lost_a_label_is_not_taken_for_a_column_left_out() -> None:
    report = _requests_without("科研机构", wide=True)
    assert values(report, "requests", "granted") == [None] * 7


def test_a_report_in_two_containers_of_which_one_is_known_is_read_whole() -> None:
    table = "<table><tr><td>第二十条第（六）项</td></tr><tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政处罚</td><td>8</td></tr></table>"
    first = f"<p>一、总体情况</p><p>公开12条。</p><p>二、主动公开政府信息情况</p>{table * 3}"
    last = "<p><b>五、</b><span>存在的主要问题及改进情况</span></p><p>公开不及时。</p><p>六、其他需要报告的事项</p><p>无。</p>"
    report = page(
        f'<div class="TRS_Editor">{first}</div><div>{last}</div><div class="footer">主办：某局</div>'
    )
    assert [section.number for section in report.sections] == [1, 2, 5, 6]
    assert values(report, "disclosure", "penalties") == [8]


def test_empty_cells_in_place_of_spans_make_up_for_no_lost_figure() -> None:
    head = f"<tr>{'<td></td>' * 3}{''.join(f'<td>{name}</td>' for name in APPLICANTS)}</tr>"
    short = "".join(f"<td>{n}</td>" for n in range(6))
    requests = page(
        f"<table>{head}<tr><td>一、本年新收政府信息公开申请数量</td><td></td><td></td>{short}</tr>",
        f"<tr><td>三、本年度办理结果</td><td>（一）予以公开</td><td></td>{short}</tr></table>",
    )
    assert values(requests, "requests", "granted") == [None] * 7
    assert values(requests, "requests", "new") == [None] * 7
    outcomes = "".join(f"<td>{name}</td>" for name in OUTCOMES)
    disputes = page(
        f"<table><tr><td></td><td></td>{outcomes}</tr>",
        "<tr><td>行政复议</td><td></td><td>1</td><td>2</td><td>3</td><td>6</td></tr>",
        "<tr><td>行政诉讼</td><td>复议后起诉</td><td>1</td><td>2</td><td>3</td><td>4</td><td>10</td></tr></table>",
    )
    assert values(disputes, "disputes", "reconsideration") == [None] * 5
    assert values(disputes, "disputes", "litigation_after_reconsideration") == [1, 2, 3, 4, 10]


def test_figures_below_a_row_without_a_label_may_be_its_last_digits() -> None:
    given = "<td>（一）予以公开</td>"
    secret = row("<td>1.属于国家秘密</td>", 0).replace("<td>1</td>", "<td>0</td>")
    first = row("<td>一、本年新收政府信息公开申请数量</td>", 100)
    rest = "<tr><td></td>" + "<td>5</td>" * 7 + "</tr>"
    broken = page(
        "<h2>三、收到和处理政府信息公开申请情况</h2><table>",
        HEAD,
        first,
        row(given, 10),
        rest,
        secret,
        "</table>",
    )
    assert values(broken, "requests", "new") == [100, 101, 102, 103, 104, 105, 106]
    assert values(broken, "requests", "granted") == [None] * 7
    disclosure = (
        "<h2>二、主动公开政府信息情况</h2><table><tr><td>第二十条第（六）项</td><td></td></tr>"
        "<tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政处罚</td><td>12</td></tr>"
        "<tr><td></td><td>34</td></tr><tr><td>行政强制</td><td>7</td></tr></table>"
    )
    assert values(page(disclosure), "disclosure", "penalties") == [None]
    assert values(page(disclosure), "disclosure", "coercion") == [7]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_page_in_any_encoding_with_or_without_a_mark(encoding: str) -> None:
    table = f"<table>{HEAD}{row('<td>一、本年新收政府信息公开申请数量</td>', 3)}</table>"
    source = (
        f"<html><meta charset=big5><h1>白银市平川区财政局2022年政府信息公开工作年度报告</h1>{table}</html>"
    )
    report = read(source.encode(encoding))
    assert (report.agency, values(report, "requests", "new")) == ("白银市平川区财政局", list(range(3, 10)))


def test_a_correction_of_a_report_names_the_agency_alone() -> None:
    title = "关于更正白银市平川区财政局2022年政府信息公开工作年度报告的公告"
    report = read(f"<title>{title}</title><h1>{title}</h1><p>“5件”应为“6件”，特此更正。</p>".encode())
    assert (report.is_report, report.agency) == (False, "白银市平川区财政局")


DIRECT = [*range(1, 5), 10, *range(1, 5), 10, *range(1, 5), 10]


def test_a_figure_among_the_labels_of_section_four_is_none_of_its_own() -> None:
    leaves = "".join(f"<td>{name}</td>" for name in OUTCOMES)
    groups = "<tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr>"
    header = f"<tr>{leaves}<td>3</td><td>未经复议直接起诉</td>{'<td></td>' * 4}<td>复议后起诉</td>{'<td></td>' * 4}</tr>"
    lower = f"<tr>{'<td></td>' * 5}{leaves * 2}</tr>"
    figures = f"<tr>{''.join(f'<td>{number}</td>' for number in DIRECT)}</tr>"
    report = page(f"<table>{groups}{header}{lower}{figures}</table>")
    assert 3 not in values(report, "disputes", "litigation_direct")[:1]
    assert ("unclaimed_number", "disputes") in [(p.code, p.where) for p in report.problems]


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [
        (["", "0", "3", "0", "0", "3", "50", "53"], [None] * 7),
        (["", "0", "3", "0", "0", "3", "47", "53"], [0, 3, 0, 0, 3, 47, 53]),
        (["", "0", "0", "0", "0", "0", "0", "0"], [0] * 7),
    ],
)
def test_a_cell_too_many_is_a_labels_only_if_the_figures_add_up(
    printed: list[str], read_as: list[int | None]
) -> None:
    cells = "".join(f"<td>{text}</td>" for text in printed)
    report = page(f"<table>{HEAD}<tr><td>一、本年新收政府信息公开申请数量</td>{cells}</tr></table>")
    assert values(report, "requests", "new") == read_as


def test_a_row_that_fits_with_its_blanks_alone_is_none() -> None:
    """The rows lost the cell of their group's label: all but one overrun the header to the left."""
    head = HEAD.replace("<td>&nbsp;</td>", "<td></td><td></td><td></td>")
    labels = ["（一）予以公开", "（二）部分公开", "1.属于国家秘密", "2.其他法律行政法规禁止公开"]
    whole = "".join(
        row(f"<td></td><td>{label}</td>", 1).replace("</tr>", "<td></td></tr>") for label in labels
    )
    blank = "<tr><td></td><td>6.属于四类过程性信息</td><td></td>"
    gaps = f"{blank}{''.join(f'<td>{number}</td>' for number in (0, 1, 1, 9, 0, 12))}<td></td></tr>"
    report = page(f"<table>{head}{whole}{gaps}</table>")
    assert values(report, "requests", "denied_process") == [None] * 7


def test_two_figures_in_a_cell_beside_an_empty_one_may_be_of_both() -> None:
    header = "<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>"
    report = page(
        f"<table>{header}<tr><td>规章</td><td>0 32</td><td>399</td><td></td></tr>",
        "<tr><td>行政规范性文件</td><td>0 32</td><td>399</td><td>7</td></tr></table>",
    )
    assert values(report, "disclosure", "regulations") == [None] * 3
    assert values(report, "disclosure", "normative_documents") == [None, 399, 7]

"""Text renditions that were once misread, as tools draw them from PDF and Word files."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parsers.forms import load_forms
from parsers.model import Report
from parsers.read import read

TITLE = "白银市平川区财政局2022年政府信息公开工作年度报告"
REQUESTS = """\
（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）
申请人情况
自然人
法人或其他组织
总计
商业企业 科研机构 社会公益组织 法律服务机构 其他
"""
WIDE = "5.要求行政机关确认或重新出具已获取信息 190541 440020 233000 200000 115000 529420 1728030"


def parse(*parts: str) -> Report:
    return read("\n\n".join((TITLE, *parts, "")).encode(), name="a.txt")


def values(report: Report, table: str, name: str) -> list[object]:
    return [cell.value for cell in report.cells if (cell.table, cell.row) == (table, name)]


def test_a_long_title_stands_by_itself() -> None:
    report = parse(
        "根据《中华人民共和国政府信息公开条例》要求，白银市平川区财政局编制本报告。", "一、总体情况"
    )
    assert report.title == TITLE


def test_a_row_of_large_figures_is_no_prose() -> None:
    report = parse(
        "三、收到和处理政府信息公开申请情况",
        REQUESTS,
        "二、上年结转政府信息公开申请数量 1 2 3 4 5 6 21",
        WIDE,
    )
    assert values(report, "requests", "rejected_reconfirm")[-1] == 1728030
    assert [section.text for section in report.sections] == [""]


def test_tables_drawn_as_markdown() -> None:
    report = parse(
        "| 第二十条第（一）项 | | | |\n| --- | --- | --- | --- |\n| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |",
        "| 规章 | 1 | 2 | 3 |\n| 行政规范性文件 | 4 |  | 6 |",
    )
    assert values(report, "disclosure", "regulations") == [1, 2, 3]
    assert values(report, "disclosure", "normative_documents") == [4, None, 6]


def test_trailing_tabs_shift_nothing() -> None:
    report = parse(
        "第二十条第（一）项\t\t\t\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t1\t2\t3\t\n行政规范性文件\t4\t5\t6"
    )
    assert values(report, "disclosure", "regulations") == [1, 2, 3]


def test_a_table_whose_header_begins_in_pieces() -> None:
    leaves = "结果维持 结果纠正 其他结果 尚未审结 总计"
    report = parse(
        "四、政府信息公开行政复议、行政诉讼情况",
        "行政\n复议\n行政诉\n讼",
        f"{leaves}\n未经复议\n直接起诉\n复议后\n起诉\n{leaves}\n{leaves}",
        " ".join(str(n) for n in range(15)),
    )
    assert [cell.value for cell in report.cells if cell.table == "disputes"] == list(range(15))


def test_a_page_number_between_label_and_figure_of_the_annex_is_not_taken() -> None:
    rows = "一、主动公开情况 —— ——\n1.政府公报公开政府信息数 条 3\n2.政府网站公开政府信息数 条 20\n3.政务微博公开政府信息数 条 5"
    report = parse("政府信息公开情况统计表\n统计指标 单位 统计数", rows, "4.政务微信公开政府信息数 条\n8\n49")
    found = {cell.row: cell.value for cell in report.cells}
    assert (found["1.2.1"], found["1.2.4"]) == (3, None)
    assert any(problem.code == "unread_row" for problem in report.problems)


def test_headings_inside_the_annex_open_no_section() -> None:
    rows = "2.政府网站公开政府信息数 条 20\n3.政务微博公开政府信息数 条 5\n三、依申请公开情况\n——\n（一）收到申请数 件 7"
    report = parse("政府信息公开情况统计表\n统计指标 单位 统计数\n1.政府公报公开政府信息数 条 3", rows)
    assert {cell.row: cell.value for cell in report.cells}["3.1"] == 7


def test_a_row_whose_figures_were_wrapped_with_their_unit_is_not_read() -> None:
    report = parse(
        REQUESTS,
        "一、本年新收政府信息公开申请数量 1 2 3 4 5 6 21",
        "3.补正后申请内容仍不明确 2334 3991 9829 0 6484 0 1111\n件 9 08",
    )
    assert values(report, "requests", "unable_unclear") == [None] * 7


def test_radicals_in_place_of_characters() -> None:
    report = parse(
        "⼀、总体情况",
        "全⾯公开。",
        "⼆、主动公开政府信息情况",
        "第⼆⼗条第（五）项\n信息内容 本年处理决定数量\n⾏政许可 7",
    )
    assert [section.number for section in report.sections] == [1, 2]
    assert report.sections[0].text == "全面公开。"
    assert values(report, "disclosure", "licensing") == [7]


def test_labels_broken_around_their_figures() -> None:
    report = parse(
        REQUESTS,
        "一、本年新收政府信息公开申请数量 1 2 3 4 5 6 21",
        "（二）部分公开（区分处理的，只计这一情 1 1 1 1 1 1 6\n形，不计其他情形）\n（三）不\n1.属于国家秘密 2 0 0 0 0 0 2",
        "（四）无 2.没有现成信息需要另行制\n法提供 0 3 0 0 0 0 3\n作\n3.补正后申请内容仍不明确 4 0 0 0 0 0 4",
        "（六）其他处理 1.申请人无正当理由逾期不补正、行政机关不再处理其 5 0 0 0 0 0 5\n政府信息公开申请",
    )
    assert values(report, "requests", "partly_granted")[-1] == 6
    assert values(report, "requests", "denied_state_secret")[-1] == 2
    assert values(report, "requests", "unable_needs_creation")[1] == 3
    assert values(report, "requests", "unable_unclear")[-1] == 4
    assert values(report, "requests", "other_no_correction")[-1] == 5


def test_a_label_after_its_figures_does_not_take_those_of_the_next_row() -> None:
    report = parse(
        REQUESTS,
        "一、本年新收政府信息公开申请数量 1 2 3 4 5 6 21",
        "（六）其他处理\n2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 0 0 0 0 0 0 0",
        "3. 4 0 22 0 1 15 42\n其他\n（七 87 83 81 24 62 30 367\n）总计",
    )
    assert set(values(report, "requests", "other_other")) == {None}
    assert set(values(report, "requests", "total")) == {None}


def test_the_rest_of_a_wrapped_figure_beside_the_rest_of_a_label() -> None:
    report = parse(
        REQUESTS,
        "一、本年新收政府信息公开申请数量 1 2 3 4 5 6 21",
        "4.保护第三 655 42 0 0 2587 0 9184\n方合法权益 5",
    )
    assert values(report, "requests", "denied_third_party") == [None] * 7


def test_each_cell_on_a_line_of_its_own() -> None:
    blocks = "第二十条第（一）项\n信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n1\n2\n3\n行政规范性文件\n4\n\n6\n"
    report = parse(blocks)
    assert values(report, "disclosure", "regulations") == [1, 2, 3]
    assert values(report, "disclosure", "normative_documents") == [None] * 3


def test_a_long_heading_does_not_run_into_its_section() -> None:
    report = parse(
        "一、总体情况\n无。\n四、因政府信息公开工作被申请行政复议、提起行政诉讼情况\n本机关未被申请行政复议，也未被提起行政诉讼，全年没有。\n",
        "五、存在的主要问题及改进情况\n无。\n",
    )
    assert [section.number for section in report.sections] == [1, 4, 5]


def test_headings_of_the_annex_are_no_sections() -> None:
    sections = "".join(
        f"{numeral}、{title}\n我局认真工作。\n"
        for numeral, title in (
            ("一", "概述"),
            ("二", "主动公开政府信息情况"),
            ("三", "依申请公开政府信息情况"),
        )
    )
    report = parse(
        sections, "统计指标 单位 统计数\n七、依申请公开\n信息收取的费用\n万\n元\n八、机构建设和保障经费情况\n"
    )
    assert [section.number for section in report.sections] == [1, 2, 3]


def test_a_year_whose_digits_are_lost_is_no_part_of_the_publisher() -> None:
    report = read("海林市司法局年政府信息公开工作年度报告\n一、总体情况\n我局认真工作。\n".encode())
    assert (report.agency, report.year) == ("海林市司法局", None)


def test_figures_whose_digits_stand_on_several_lines() -> None:
    blocks = "第二十条第（一）项\n信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n7\n1\n0\n行政规范性文件\n4\n1\n0\n6\n"
    report = parse("二、主动公开政府信息情况", blocks)
    assert values(report, "disclosure", "regulations") == [None] * 3
    assert values(report, "disclosure", "normative_documents") == [None] * 3


def test_an_indicator_after_one_of_the_same_name_that_was_not_read() -> None:
    annex = [
        "统计指标\n单位\n统计数\n四、行政复议数量\n件\n5\n（一）维持具体行政行为数\n件\n3\n,266",
        "（二）被依法纠错数\n件\n3\n266\n（三）其他情形数\n件\n2\n11\n五、行政诉讼数量\n件\n9\n33",
        "（一）维持具体行政行为或者驳回原告诉讼请求数\n件\n7\n（二）被依法纠错数\n件\n0\n六、举报投诉数量\n件\n1\n",
    ]
    report = read("\n".join((TITLE, *annex, "")).encode(), name="a.txt")
    read_as = {cell.row: cell.value for cell in report.cells if cell.value is not None}
    assert read_as == {"4": 5, "5.1": 7, "5.2": 0, "6": 1}


def test_tables_in_boxes_and_rows_of_one_cell_between_bars() -> None:
    report = parse(
        "二、主动公开政府信息情况",
        "┌────────┬──────┬──────┬──────┐\n│第二十条第（一）项│      │      │      │\n├────────┼──────┼──────┼──────┤\n"
        "│信息内容│本年制发件数│本年废止件数│现行有效件数│\n├────────┼──────┼──────┼──────┤\n│规章    │1     │      │3     │\n"
        "└────────┴──────┴──────┴──────┘",
        "|第二十条第（五）项|\n|信息内容|本年处理决定数量|\n|行政许可|7|",
    )
    assert values(report, "disclosure", "regulations") == [1, None, 3]
    assert values(report, "disclosure", "licensing") == [7]
    assert [section.text for section in report.sections] == [""]


def test_titles_of_blocks_without_tabs_between_rows_with_tabs() -> None:
    report = parse(
        "二、主动公开政府信息情况",
        "第二十条第（五）项\n信息内容\t本年处理决定数量\n行政许可\t7\n第二十条第（六）项\n信息内容\t本年处理决定数量\n行政处罚\t8",
    )
    assert values(report, "disclosure", "licensing") == [7]
    assert values(report, "disclosure", "penalties") == [8]
    assert [section.text for section in report.sections] == [""]


def test_figures_of_two_rows_drawn_over_each_other_are_none() -> None:
    report = parse(
        REQUESTS,
        "一、本年新收政府信息公开申请数量 1 2 3 4 5 6 21",
        "2.没有现成信息需要另行制作 00 00 20 00 80 00 100",
    )
    assert values(report, "requests", "unable_needs_creation") == [None] * 7


def test_a_last_row_whose_total_was_wrapped_is_not_read() -> None:
    rows = [row.zh for row in load_forms()["2021"].table("requests").rows()]
    report = parse(
        REQUESTS, *(f"{label} 0 0 0 0 0 0 0" for label in rows[:-1]), f"{rows[-1]} 2 0 0 0 8 0 1\n0"
    )
    assert values(report, "requests", "total") == [0] * 7
    assert values(report, "requests", "carried_out") == [None] * 7


def test_an_annex_without_units_and_its_longest_label() -> None:
    report = parse(
        "附件：政府信息公开情况统计表",
        "统计指标 统计数\n一、主动公开情况 ——\n（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条） 20\n其中：主动公开规范性文件数 3",
        "八、机构建设和保障经费情况 ——\n（三）从事政府信息公开工作人员数 4\n1.专职人员数（不包括政府公报及政府网站工作人员数） 1",
        "（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费） 12.5\n（三）接受培训人员数 6",
    )
    for row, value in {"1.1": 20, "1.1.1": 3, "8.3": 4, "8.3.1": 1, "8.4": Decimal("12.5"), "9.3": 6}.items():
        assert values(report, "statistics", row) == [value]


def test_figures_one_below_the_other_with_signs_that_there_is_none() -> None:
    report = parse(
        REQUESTS,
        "一、本年新收政府信息公开申请数量\n1\n—\n3\n0\n/\n6\n10\n二、上年结转政府信息公开申请数量\n0\n0\n0\n0\n0\n0\n0",
    )
    assert values(report, "requests", "new") == [1, None, 3, 0, None, 6, 10]
    assert values(report, "requests", "carried_in") == [0] * 7


def test_a_note_that_breaks_off_does_not_swallow_the_next_rows_label() -> None:
    report = parse(
        REQUESTS,
        "（一）予以公开 1 2 3 4 5 6 21\n（二）部分公开（\n（三）不予公开 1.属于国家秘密 3 0 0 0 0 0 3\n2.其他法律行政法规禁止公开 0 0 0 0 0 0 0",
    )
    assert values(report, "requests", "partly_granted") == [None] * 7
    assert values(report, "requests", "denied_state_secret") == [None] * 7
    assert values(report, "requests", "denied_other_law") == [0] * 7


def test_a_row_cut_off_behind_empty_cells_of_its_label_is_not_read() -> None:
    head = "\t\t\t" + "\t".join(column.zh for column in load_forms()["2021"].table("requests").columns())
    report = parse(
        f"{head}\n\t\t1.属于国家秘密\t5102\t306\t0\t0\t0\t0\t5408\n四、结转下年度继续办理\t\t\t5102\t306\t0\t0\t\n0\t0\t5408"
    )
    assert values(report, "requests", "denied_state_secret") == [5102, 306, 0, 0, 0, 0, 5408]
    assert values(report, "requests", "carried_out") == [None] * 7


def test_rows_of_the_annex_that_run_into_each_other_are_not_read() -> None:
    report = parse(
        "统计指标\t单位\t统计数\n（一）收到申请数\t件\t20\n1.当面申请数\t件\t7\n2.传真申请数\t件\t355　　信函类申请\t件\t3050\n3.网络申请数\t件\t9"
    )
    assert values(report, "statistics", "3.1.2") == [None]
    assert values(report, "statistics", "3.1.3") == [9]


def test_an_indicators_note_that_breaks_off_does_not_swallow_the_next_label() -> None:
    lines = ("统计指标 单位 统计数", "（一）收到申请数 件 20", "1.当面申请数 件 7", "2.传真申请数 件 0")
    cut = ("1.专职人员数（不包括政府公报", "2.兼职人员数 人 3")
    report = parse("\n".join((*lines, "（三）从事政府信息公开工作人员数 人 5", *cut)))
    assert values(report, "statistics", "3.1.1") == [7]
    assert values(report, "statistics", "8.3.1") == [None]


def test_a_figure_that_a_line_end_broke_behind_a_tab_is_not_its_first_half() -> None:
    lines = ["海林市司法局2021年政府信息公开工作年度报告", "信息内容\t本年收费金额（单位：万元）"]
    broken = read("\n".join([*lines, "行政事业性收费\t10518.1", "531", "六、其他需要报告的事项"]).encode())
    fees = next(cell for cell in broken.cells if cell.row == "fees")
    assert (fees.value, fees.state, fees.raw) == (None, "unread", "10518.1 531")
    numbered = read("\n".join([*lines, "行政事业性收费\t0", "12", "六、其他需要报告的事项"]).encode())
    assert next(cell.value for cell in numbered.cells if cell.row == "fees") == 0


def test_a_row_short_of_a_figure_does_not_begin_with_an_empty_cell_of_its_label() -> None:
    head = "\t\t\t" + "\t".join(column.zh for column in load_forms()["2021"].table("requests").columns())
    new = "一、本年新收政府信息公开申请数量\t\t\t9\t8\t7\t6\t5\t4\t39"
    partly = "\t（二）部分公开（区分处理的，只计这一情形，不计其他情形）\t\t0\t12\t0\t5\t0\t1\n2\t30"
    secret = "\t（三）不予公开\t1.属于国家秘密\t25\t\t4\t2\t0\t0\t31"
    report = parse("\n".join((head, new, partly, secret)))
    assert values(report, "requests", "partly_granted") == [None] * 7
    assert values(report, "requests", "denied_state_secret") == [25, None, 4, 2, 0, 0, 31]


def test_figures_of_section_four_that_end_before_its_header_are_not_read() -> None:
    outcomes = "结果维持\t结果纠正\t其他结果\t尚未审结\t总计"
    head = f"行政复议\t\t\t\t\t行政诉讼\n{outcomes}\t未经复议直接起诉\t\t\t\t\t复议后起诉\n\t\t\t\t\t{outcomes}\t{outcomes}"
    whole = parse(f"{head}\n14\t8\t0\t0\t22\t6\t10\t4\t2\t22\t11\t0\t2\t0\t13")
    assert values(whole, "disputes", "litigation_direct") == [6, 10, 4, 2, 22]
    broken = parse(f"{head}\n14\t8\t0\t0\t22\t6\t10\t4\t2\t2\n2\t11\t0\t2\t0\t13")
    assert values(broken, "disputes", "litigation_direct") == [None] * 5


INDICATORS = "统计指标 单位 统计数\n六、举报投诉数量 件 2\n{}\n八、机构建设和保障经费情况 —— ——\n（一）政府信息公开工作专门机构数 个 3\n"


def indicators(*lines: str) -> dict[str, object]:
    """What is read of an annex with these lines for 七."""
    report = read("\n".join((TITLE.replace("2022", "2016"), INDICATORS.format("\n".join(lines)))).encode())
    return {cell.row: cell.value for cell in report.cells if cell.value is not None}


def test_an_amount_whose_unit_was_broken_is_not_read_in_another() -> None:
    assert indicators("七、依申请公开信息收取的费用 万元 79065") == {"6": 2, "7": 79065, "8.1": 3}
    assert indicators("七、依申请公开信息收取的费用 万元 79065", "元") == {"6": 2, "8.1": 3}
    assert indicators("万", "七、依申请公开信息收取的费用 元 13539.5942") == {"6": 2, "8.1": 3}
    assert indicators("七、依申请公开信息收取的费用 元 13539.5942")["7"] == Decimal("1.35395942")


def test_digits_above_their_label_are_not_left_off() -> None:
    assert "7" not in indicators("1312.063", "七、依申请公开信息收取的费用 万元", "5")


def test_two_labels_before_two_figures_leave_open_whose_they_are() -> None:
    report = read(
        "\n".join(
            (
                TITLE.replace("2022", "2016"),
                "统计指标 单位 统计数",
                "（一）收到申请数 件 5",
                "1.当面申请数",
                "（二）申请办结数",
                "件 14",
                "件 —",
            )
        ).encode()
    )
    assert {cell.row: cell.value for cell in report.cells if cell.value is not None} == {"3.1": 5}


def requests(*lines: str) -> Report:
    return parse("三、收到和处理政府信息公开申请情况", "\n".join((REQUESTS, *lines)))


def test_a_row_beside_figures_without_a_row_is_not_read() -> None:
    report = requests(
        "一、本年新收政府信息公开申请数量 1 2 0 0 0 0 3",
        "（一）予以公开 0 116 25 502 8 0 619",
        "年度办 68 45 46",
        "1.属于国家秘密 0 0 0 0 0 0 0",
        "2.其他法律行政法规禁止公开 1 0 0 0 0 0 1",
    )
    assert values(report, "requests", "new") == [1, 2, 0, 0, 0, 0, 3]
    assert values(report, "requests", "granted") == [None] * 7
    assert values(report, "requests", "denied_state_secret") == [0] * 7
    assert values(report, "requests", "denied_other_law") == [1, 0, 0, 0, 0, 0, 1]


def test_where_figures_stand_in_two_parts_only_sums_tell_whole_rows() -> None:
    report = requests(
        "一、本年新收政府信息公开申请数量 1 2 0 0 0 0 3",
        "（一）予以公开 3 48,1 89 0 768,1 83 47,8 91 15",
        "1.属于国家秘密 0 0 226 5 0 37,877 7",
        "8.属于行政查询事项 0 0 12 0 0 0 12",
        "2.重复申请 1 2 3 4 5 6 7",
        "3.其他 0 0 0 0 0 0 0",
    )
    assert not any(values(report, "requests", "denied_state_secret"))
    assert values(report, "requests", "denied_admin_inquiry") == [0, 0, 12, 0, 0, 0, 12]
    assert not any(values(report, "requests", "rejected_repeated"))


@pytest.mark.parametrize("sign", ["/", "—", "——", "无"])
def test_a_figure_after_a_sign_for_nothing_is_not_that_rows(sign: str) -> None:
    report = parse(
        "二、主动公开政府信息情况",
        f"第二十条第（六）项\n信息内容 本年处理决定数量\n行政处罚 {sign}\n\n1\n\n行政强制 4\n第二十条第（八）项",
    )
    assert values(report, "disclosure", "penalties") == [None]


def test_a_tab_at_the_end_makes_up_for_no_lost_figure() -> None:
    head = "\t" + "\t".join(column.zh for column in load_forms()["2021"].table("requests").columns()) + "\t"
    report = parse(
        f"{head}\n1.属于国家秘密\t0\t21\t103\t0\t128\t20\t272\t\n2.重复申请\t0\t0\t13\t0\t67\t83\t\n3.要求提供公开出版物\t1\t0\t0\t0\t0\t0\t\t\n四、结转下年度继续办理\t1\t0\t0\t0\t0\t0\t1\t",
        "五、存在的主要问题及改进情况",
    )
    assert values(report, "requests", "denied_state_secret") == [0, 21, 103, 0, 128, 20, 272]
    assert values(report, "requests", "rejected_repeated") == [None] * 7
    assert values(report, "requests", "rejected_publication") == [1, 0, 0, 0, 0, 0, None]


def test_an_indicator_without_its_word_before_is_not_the_one_that_its_label_ends_with() -> None:
    report = parse(
        "政府信息公开情况统计表\n统计指标 单位 统计数\n1.政府公报公开政府信息数 条 3\n2.政府网站公开政府信息数 条 20",
        "3.政务微博公开政府信息数 条 5\n2.政府网站在线访谈次数 次 —\n主要负责同志参加政府网站在线访谈次数 次 7",
    )
    found = {cell.row: cell.value for cell in report.cells}
    assert (found["2.2.2"], found["2.2.2.1"]) == (None, 7)

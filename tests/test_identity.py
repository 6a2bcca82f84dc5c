"""Title, publisher and year, from titles and opening paragraphs as they are printed."""

from __future__ import annotations

import pytest

from parsers.identity import Identity, identify
from parsers.model import Document, Link, Text, on_page
from parsers.naming import agency_of, is_report_title
from parsers.read import read

BARE = "2021年政府信息公开工作年度报告"
REPORT = "政府信息公开工作年度报告"


def printed(*lines: str, links: tuple[str, ...] = ()) -> Identity:
    blocks = tuple(Text(line) for line in lines)
    return identify(Document("text/html", blocks, links=tuple(Link("/", text) for text in links)))


@pytest.mark.parametrize(
    ("lines", "title", "agency", "year"),
    [
        (
            ("2020年黄石市科技局信息公开年报",),
            "2020年黄石市科技局信息公开年报",
            "黄石市科技局",
            2020,
        ),
        (
            ("阿拉善右旗2023年政府信息公开工作年度报告",),
            "阿拉善右旗2023年政府信息公开工作年度报告",
            "阿拉善右旗人民政府",
            2023,
        ),
        (
            ("天津市武清区", "崔黄口镇人民政府", BARE),
            f"天津市武清区崔黄口镇人民政府{BARE}",
            "天津市武清区崔黄口镇人民政府",
            2021,
        ),
        (
            ("海林市司法局" + REPORT, "（2023年度）"),
            f"海林市司法局{REPORT}（2023年度）",
            "海林市司法局",
            2023,
        ),
        ((f"《海林市司法局{BARE}》",), f"海林市司法局{BARE}", "海林市司法局", 2021),
        (("附件1", "单位：海林市司法局", BARE), BARE, None, 2021),
        (("政府信息公开年报", f"海林市司法局{BARE}"), f"海林市司法局{BARE}", "海林市司法局", 2021),
        (("政府信息公开", BARE, "海林市司法局"), BARE, None, 2021),
        (
            (
                "目录",
                "一、总体情况……………2",
                "二、主动公开政府信息情况 . . . . 3",
                f"海林市司法局{BARE}",
                "一、总体情况",
            ),
            f"海林市司法局{BARE}",
            "海林市司法局",
            2021,
        ),
        (
            ("海林市司法局", "政府信息公开", "2021年度报告"),
            "海林市司法局政府信息公开2021年度报告",
            "海林市司法局",
            2021,
        ),
        (("关于报送2021年政府信息公开工作年度报告的报告",), None, None, 2021),
        (("海林市司法局2022-2023年政府信息公开工作年度报告",), None, "海林市司法局", None),
    ],
)
def test_title(lines: tuple[str, ...], title: str | None, agency: str | None, year: int | None) -> None:
    found = printed(*lines)
    assert found.title == (title or lines[0])
    assert (found.agency, found.year) == (agency, year)


COLUMN = "海林市2021年政府信息公开年报"


@pytest.mark.parametrize(
    ("body", "agency"),
    [
        (
            (f"海林市司法局{BARE}", "一、总体情况", "我局认真工作。", "海林市司法局", "2022年1月5日"),
            "海林市司法局",
        ),
        ((f"海林市司法局{BARE}", "一、总体情况", "我局认真工作。"), "海林市司法局"),
        ((BARE, "本报告由海林市司法局编制。", "一、总体情况"), "海林市司法局"),
        ((BARE, "一、总体情况", "我市认真工作。", "海林市人民政府办公室", "2022年1月5日"), "海林市人民政府"),
        ((f"林口县司法局{BARE}", "一、总体情况", "我局认真工作。"), None),
        (
            (f"林口县司法局{BARE}", "一、总体情况", "我局认真工作。", "林口县司法局", "2022年1月5日"),
            "林口县司法局",
        ),
    ],
)
def test_a_column_headed_like_a_report(body: tuple[str, ...], agency: str | None) -> None:
    found = printed(COLUMN, *body)
    assert (found.agency, found.year) == (agency, 2021)
    assert [problem.code for problem in found.problems] == ([] if agency else ["agency_conflict"])


@pytest.mark.parametrize(
    ("title", "signed", "conflict"),
    [
        ("海林市科技局", "海林市科学技术局", False),
        ("海林市发展改革委", "海林市发展和改革委员会", False),
        ("西夏区", "银川市西夏区人民政府办公室", False),
        ("杨园街道", "武昌区杨园街道办事处", False),
        ("武昌区杨园街道办事处", "武昌区人民政府杨园街道办事处", False),
        ("银川经济技术开发区管委会", "银川经济技术开发区管理委员会", False),
        ("海林市残联", "海林市残疾人联合会", False),
        ("海林市供销社", "海林市供销合作社联合社", False),
        ("中国证监会", "中国证券监督管理委员会", False),
        ("海林市文化馆", "海林市图书馆", True),
        ("海林市", "海林市司法局", True),
        ("海林市审计局", "海林市司法局", True),
    ],
)
def test_names_of_one_agency(title: str, signed: str, conflict: bool) -> None:
    found = printed(f"{title}{BARE}", "一、总体情况", "本机关认真工作。", signed, "2022年1月5日")
    assert [problem.code for problem in found.problems] == ["agency_conflict"] * conflict


def test_a_list_of_other_years_without_its_links_stands_above_the_title() -> None:
    others = [f"海林市司法局{year}年{REPORT}" for year in (2018, 2019, 2020)]
    assert printed(*others, f"海林市司法局{BARE}", "一、总体情况").year == 2021
    period = "本报告所列数据的统计期限自2019年1月1日起至2019年12月31日止。"
    assert printed(*others, period, "一、总体情况").year == 2019


def test_names_of_columns_are_no_part_of_a_title() -> None:
    found = printed("法定主动公开内容", "政府信息公开年报", "年度报告", f"海林市司法局{BARE}", "一、总体情况")
    assert (found.title, found.agency) == (f"海林市司法局{BARE}", "海林市司法局")
    assert printed("法定主动公开内容", "政府信息公开年报", "年度报告", BARE, "一、总体情况").agency is None


def test_reports_of_half_a_year_and_assessments_are_none() -> None:
    for title in ("海林市2018年上半年政府信息公开工作报告", "海林市2023年政府信息公开工作评估报告"):
        assert not printed(title, "一、总体情况").is_report_title


def test_the_subject_takes_no_part_of_the_publisher() -> None:
    assert printed("2021年穆店镇人民政府信息公开年报").agency == "穆店镇人民政府"


def test_a_link_to_another_report_is_no_title() -> None:
    other = f"海林市财政局2019年{REPORT}"
    found = printed(other, f"海林市司法局{BARE}", links=(other,))
    assert (found.agency, found.year) == ("海林市司法局", 2021)


def test_a_link_to_the_agency_is_no_part_of_the_title() -> None:
    found = printed("海林市财政局", BARE, "一、总体情况", "我局认真工作。", links=("海林市财政局",))
    assert (found.title, found.agency) == (BARE, None)


def test_a_link_to_another_report_names_no_publisher() -> None:
    other = f"海林市财政局2019年{REPORT}"
    found = printed(other, BARE, "一、总体情况", "我局认真工作。", links=(other,))
    assert (found.title, found.agency, found.year) == (BARE, None, 2021)


@pytest.mark.parametrize(
    ("paragraph", "agency"),
    [
        ("本报告由新乐市审计局按照《中华人民共和国政府信息公开条例》编制。", "新乐市审计局"),
        ("根据《条例》要求，新乐市审计局编制了2021年政府信息公开工作年度报告。", "新乐市审计局"),
        ("根据《条例》要求，特向社会公布新乐市审计局2021年度政府信息公开工作年度报告。", "新乐市审计局"),
        ("2021年，在新乐市委、市政府领导下，新乐市审计局认真贯彻落实条例。", "新乐市审计局"),
        ("如有疑问，请与新乐市审计局办公室联系（地址：人民路1号）。", "新乐市审计局"),
        ("本年度报告由杨园街道办事处编制。", "杨园街道办事处"),
        ("如有疑问，请与新乐市人民政府办公室联系（地址：人民路1号）。", None),
        ("2021年，在新乐市委、新乐市人民政府的坚强领导下，我局认真贯彻落实条例。", None),
        ("新乐市审计局现向社会公布2021年度政府信息公开工作年度报告。", "新乐市审计局"),
        ("依据《条例》，特编制新乐市审计局2021年度政府信息公开工作年度报告。", "新乐市审计局"),
        ("为落实《条例》，新乐市审计局（以下简称“本机关”）现公布年度报告。", "新乐市审计局"),
        ("如有疑问，请联系新乐开发区管理委员会办公室，电话：0311-88888888。", "新乐开发区管理委员会"),
        ("本报告由中共新乐市委办公室编制。", "中共新乐市委办公室"),
        ("本报告由区政府办公室编制。", None),
        ("根据条例，甘肃省人民政府办公厅2021年政府信息公开工作要点要求编制本报告。", None),
        ("2021年，全市各级行政机关认真贯彻落实条例。", None),
    ],
)
def test_a_publisher_that_only_the_opening_paragraph_names(paragraph: str, agency: str | None) -> None:
    assert printed(BARE, paragraph, "一、总体情况", "我局认真工作。").agency == agency


@pytest.mark.parametrize(
    ("closing", "agency"),
    [
        (("新乐市审计局", "2022年1月5日"), "新乐市审计局"),
        (("新乐市审计局", "二〇二二年一月五日"), "新乐市审计局"),
        (("新乐市审计局　2022年1月5日",), "新乐市审计局"),
        (("中华人民共和国大连海关", "2022年1月5日"), "中华人民共和国大连海关"),
        (("武汉理工大学", "2022年1月5日"), "武汉理工大学"),
        (("水利部长江水利委员会", "2022年1月5日"), "水利部长江水利委员会"),
        (("海林市图书馆（盖章）", "2022年1月5日"), "海林市图书馆"),
        (("哈尔滨地铁集团有限公司", "2022年1月5日"), "哈尔滨地铁集团有限公司"),
        (("教育部", "2022年1月5日"), "教育部"),
        (("办公室", "2022年1月5日"), None),
        (("审计局", "2022年1月5日"), None),
        (("2022年1月5日",), None),
    ],
)
def test_a_publisher_that_only_the_signature_names(closing: tuple[str, ...], agency: str | None) -> None:
    assert printed(BARE, "一、总体情况", "我局认真工作。", *closing).agency == agency


def test_a_year_that_only_the_period_or_the_opening_names() -> None:
    title = f"新乐市审计局{REPORT}"
    assert printed(title, "数据的统计期限自2021年1月1日起至2021年12月31日止。").year == 2021
    assert printed(title, "现公布新乐市审计局2021年度政府信息公开工作年度报告。").year == 2021
    assert printed(title, "2021年，新乐市审计局认真工作。").year is None


@pytest.mark.parametrize(
    "period",
    [
        "本年报中所列数据的统计期限自2020年1月1日起，截止到2020年12月31日。",
        "数据统计期：2020.1.1-2020.12.31",
        "报告时间范围为2020年1月1日至12月31日。",
        "本报告数据统计期限为二〇二〇年一月一日至二〇二〇年十二月三十一日。",
    ],
)
def test_periods_in_other_words(period: str) -> None:
    assert printed(f"海林市司法局{REPORT}", period, "一、总体情况").year == 2020
    found = printed(f"海林市司法局{BARE}", period, "一、总体情况")
    assert (found.year, [problem.code for problem in found.problems]) == (2021, ["year_conflict"])


def test_a_sites_name_above_a_title_is_no_part_of_it() -> None:
    report = read(
        "<h1>大冶市人民政府门户网站</h1><p>2023年政府信息公开工作年度报告</p><p>一、总体情况</p><p>公开12条。</p>"
        "<p>二、主动公开政府信息情况</p><p>大冶市财政局</p><p>2024年1月3日</p>".encode()
    )
    assert (report.title, report.agency) == ("2023年政府信息公开工作年度报告", "大冶市财政局")


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("大冶市财政局（国资局）2023年政府信息公开工作年度报告", "大冶市财政局（国资局）"),
        ("大冶市政务公开办公室2023年政府信息公开工作年度报告", "大冶市政务公开办公室"),
        ("大冶市财政局政务公开及政府信息公开工作2023年度报告", "大冶市财政局"),
        ("大冶市财政局关于报送2023年政府信息公开工作年度报告的报告", "大冶市财政局"),
        ("附件1：大冶市财政局2023年政府信息公开工作年度报告", "大冶市财政局"),
        ("【年报】大冶市财政局政府信息公开年报2023年度", "大冶市财政局"),
        ("大冶市财政局2023年政府信息公开工作年度报告（2023.1.1-2023.12.31）", "大冶市财政局"),
    ],
)
def test_names_with_brackets_offices_for_publicity_and_words_around_them(title: str, agency: str) -> None:
    assert agency_of(title) == agency
    assert is_report_title(title)


def test_a_heading_of_the_column_beside_is_no_part_of_a_title() -> None:
    lines = ("昆明市西山区财政局", "一、概述", "2016年政府信息公开工作年度报告", "公开12条。")
    found = identify(Document("application/pdf", tuple(map(Text, lines))))
    assert (found.title, found.agency) == (
        "昆明市西山区财政局2016年政府信息公开工作年度报告",
        "昆明市西山区财政局",
    )


@pytest.mark.parametrize(
    ("title", "menu"),
    [
        (("海林市司法局", BARE), (0, 1, 1, 2)),
        (("海林市司法局", "2021年", REPORT), (1, 1, 1, 3)),
        (("海林市司法局" + REPORT, "（2021年度）"), (1, 1, 2)),
        (("黑龙江省", "海林市司法局", BARE), (1, 1, 1, 2, 2, 2)),
    ],
)
def test_a_menu_printed_beside_a_title_is_no_part_of_it(
    title: tuple[str, ...], menu: tuple[int, ...]
) -> None:
    """``menu``: after how many lines of the title each of its items stands."""
    lines = [Text(line, on_page(1, (240, 40 * n, 500, 40 * n + 20))) for n, line in enumerate(title)]
    items = [Text(f"栏目{n}", on_page(1, (90, 40 * n, 130, 40 * n + 10))) for n in range(len(menu))]
    blocks: list[Text] = []
    for number in range(len(title) + 1):
        blocks += [item for item, after in zip(items, menu, strict=True) if after == number]
        blocks += lines[number : number + 1]
    found = identify(Document("application/pdf", tuple(blocks)))
    assert found.title == "".join(title)
    assert (found.agency, found.year) == (agency_of("".join(title)), 2021)


def test_a_title_printed_twice_names_its_publisher_once() -> None:
    title = "银川市西夏区科学技术局2023年政府信息公开工作年度报告"
    assert agency_of(title + title) == "银川市西夏区科学技术局"
    assert agency_of("大冶市政务公开办公室2023年政府信息公开工作年度报告") == "大冶市政务公开办公室"
    assert agency_of("栏目2•栏目3杭州市临平区卫生健康局•栏目42023年政府信息公开工作年度报告") is None


@pytest.mark.parametrize(
    ("beside", "title", "agency"),
    [
        ("海林市司法局", f"海林市司法局{BARE}", "海林市司法局"),
        ("海林市司法局", f"2021年海林市司法局{REPORT}", "海林市司法局"),
        ("海林市人民政府办公室", f"海林市{BARE}", "海林市人民政府"),
        ("海林市人民政府", "海林市司法局政府信息公开工作2021年度报告", "海林市司法局"),
        ("海林市", f"海林市司法局{BARE}", "海林市司法局"),
        ("海林市财政局", f"海林市司法局{BARE}", "海林市司法局"),
    ],
)
def test_a_publisher_named_beside_a_whole_title_is_no_part_of_it(
    beside: str, title: str, agency: str
) -> None:
    found = printed("发布机构", beside, title, "一、总体情况")
    assert (found.title, found.agency) == (title, agency)


@pytest.mark.parametrize(
    ("above", "title", "agency"),
    [
        ("牡丹江市", f"海林市司法局{BARE}", "牡丹江市海林市司法局"),
        ("国家税务总局", f"海林市税务局{BARE}", "国家税务总局海林市税务局"),
        (
            "银川市西夏区人民政府",
            f"西花园路街道办事处{BARE}",
            "银川市西夏区人民政府西花园路街道办事处",
        ),
        ("海林市", f"司法局{BARE}", "海林市司法局"),
        ("牡丹江市", f"海林市{BARE}", "牡丹江市海林市人民政府"),
        ("海林市", f"新安朝鲜族镇{BARE}", "海林市新安朝鲜族镇人民政府"),
    ],
)
def test_a_publishers_name_begun_above_goes_on_in_the_title(above: str, title: str, agency: str) -> None:
    found = printed(above, title, "一、总体情况")
    assert (found.title, found.agency) == (above + title, agency)


@pytest.mark.parametrize(
    ("above", "signed", "title", "agency"),
    [
        ("海林市司法局", "海林市司法局", f"海林市司法局{BARE}", "海林市司法局"),
        ("海林市司法局", "", f"海林市司法局{BARE}", "海林市司法局"),
        ("海林市人民政府办公室", "海林市司法局", BARE, "海林市司法局"),
    ],
)
def test_a_line_above_a_heading_names_the_publisher_unless_the_report_signs_otherwise(
    above: str, signed: str, title: str, agency: str
) -> None:
    closing = (Text(signed), Text("2022年1月5日")) if signed else ()
    blocks = (Text(above), Text(BARE, level=1), Text("一、总体情况"), Text("我局认真工作。"), *closing)
    found = identify(Document("text/html", blocks))
    assert (found.title, found.agency) == (title, agency)


def test_a_county_of_one_character_says_where_an_organ_is() -> None:
    assert (
        printed(BARE, "一、总体情况", "我局认真工作。", "雄县司法局", "2022年1月5日").agency == "雄县司法局"
    )


@pytest.mark.parametrize(
    ("line", "title"),
    [
        (f"海林市司法局（2021年）{REPORT}", None),
        ("海林市司法局2021年政府信息和政务公开工作年度报告", None),
        ("海林市司法局2021年政务公开和政府信息公开工作年度报告", None),
        (f"附件1：海林市司法局{BARE}", f"海林市司法局{BARE}"),
        (f"附件2 海林市司法局{BARE}", f"海林市司法局{BARE}"),
        (f"附：海林市司法局{BARE}", f"海林市司法局{BARE}"),
        (f"海林市司法局{BARE}.docx", f"海林市司法局{BARE}"),
        (f"海林市司法局2021年度《{REPORT}》", None),
        (f"海林市司法局{BARE}（2022年1月）", None),
        (f"{BARE}（海林市司法局）", None),
    ],
)
def test_what_stands_around_the_subject_is_no_part_of_the_name(line: str, title: str | None) -> None:
    found = printed(line, "一、总体情况")
    assert (found.title, found.agency, found.year) == (title or line, "海林市司法局", 2021)


def test_a_zone_has_no_peoples_government_and_the_forms_own_name_no_publisher() -> None:
    assert printed(f"黑龙江海林经济开发区{BARE}", "一、总体情况").agency == "黑龙江海林经济开发区"
    assert printed(f"浦东新区{BARE}", "一、总体情况").agency == "浦东新区人民政府"
    for district in ("泉州市泉港区", "长春市绿园区", "日照市东港区"):
        assert printed(f"{district}{BARE}", "一、总体情况").agency == f"{district}人民政府"
    assert printed(f"中华人民共和国{REPORT}（2021年度）", "一、总体情况").agency is None


def test_an_opening_that_thanks_those_above_names_the_publisher() -> None:
    opening = "2021年，海林市司法局在市委、市政府的正确领导下，认真做好政府信息公开工作。"
    assert printed(BARE, "一、总体情况", opening).agency == "海林市司法局"
    council = "国务院国有资产监督管理委员会根据《条例》规定，编制本报告。"
    assert printed(BARE, council, "一、总体情况").agency == "国务院国有资产监督管理委员会"


BODY = "<p>一、总体情况</p><p>我局认真工作。</p><p>五、存在的主要问题及改进情况</p><p>不足。</p><p>六、其他需要报告的事项</p><p>无。</p>"
SIGNED = "<p>海林市司法局</p><p>2022年1月5日</p>"
LINES = f"<p>海林市司法局</p><p>{BARE}</p>"


@pytest.mark.parametrize(
    ("around", "title", "body"),
    [
        ("<h1>海林市人民政府</h1>", f"<h1>{BARE}</h1>", BODY + SIGNED),
        ("<h1>海林市人民政府</h1>", f"<h1>{BARE}</h1>", f"<p>由海林市司法局编制本报告。</p>{BODY}"),
        ("<h2>海林市2021年政府信息公开年度报告</h2>", "", LINES + BODY),
        ("<div>发布机构</div><div>海林市人民政府办公室</div>", f"<h1>{BARE}</h1>", LINES + BODY),
        (
            "<ul>" + "".join(f"<li>海林市{name}局{BARE}</li>" for name in ("财政", "民政", "审计")) + "</ul>",
            "",
            LINES + BODY,
        ),
    ],
)
def test_other_names_on_a_page_are_not_the_publishers(around: str, title: str, body: str) -> None:
    page = f"<body><div class='left'>{around}</div>{title}<div id='zoom'>{body}</div></body>"
    found = read(page.encode())
    assert (found.agency, found.year) == ("海林市司法局", 2021)
    assert found.title in (BARE, f"海林市司法局{BARE}")
    assert not [problem for problem in found.problems if problem.code == "agency_conflict"]


def test_the_page_names_another_year_than_the_title() -> None:
    title = "海林市司法局2022年政府信息公开工作年度报告"
    named = {"articletitle": f"海林市司法局{BARE}"}
    found = identify(Document("text/html", (Text(title), Text("一、总体情况")), meta=named))
    assert (found.title, found.year) == (title, 2022)
    assert "year_conflict" in [problem.code for problem in found.problems]
    same = identify(Document("text/html", (Text(title), Text("一、总体情况")), meta={"articletitle": title}))
    assert "year_conflict" not in [problem.code for problem in same.problems]


@pytest.mark.parametrize("other", ["海林市法院2021年司法公开年度报告", "2021年海林市检察院检务公开年度报告"])
def test_a_menus_heading_makes_no_title_of_another_kind_of_report(other: str) -> None:
    found = printed("政府信息公开", other)
    assert (found.title, found.is_report_title) == (None, False)

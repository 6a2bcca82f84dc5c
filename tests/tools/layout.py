"""Lays known figures out as the official forms: the tables of 2014, 2019 and 2021 as HTML.

The labels stand here a second time, on purpose: a tree of pages that was printed with the parsers' own
labels could not show that these are wrong. ``Figures`` has the shape of the contract's JSON: table,
row, column, number; ``None`` prints an empty cell and a row left out of ``requests`` is not printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape

Value = int | Decimal | float | str | None
Rows = Mapping[str, Mapping[str, Value]]

APPLICANTS = ("natural_person", "commercial", "research", "public_interest", "legal_service", "other_org")
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
GROUPS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")

_NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_OUTCOME_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")

Block = tuple[str, tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]
"""Title, header labels, column ids, and (row id, label) of each row."""

_ITEMS = ("上一年项目数量", "本年增/减", "处理决定数量")
_ITEM_IDS = ("previous_items", "change", "decisions")

DISCLOSURE: dict[str, tuple[Block, ...]] = {
    "2019": (
        (
            "第二十条第（一）项",
            ("本年新制作数量", "本年新公开数量", "对外公开总数量"),
            ("made", "disclosed", "disclosed_total"),
            (("regulations", "规章"), ("normative_documents", "规范性文件")),
        ),
        (
            "第二十条第（五）项",
            _ITEMS,
            _ITEM_IDS,
            (("licensing", "行政许可"), ("other_services", "其他对外管理服务事项")),
        ),
        (
            "第二十条第（六）项",
            _ITEMS,
            _ITEM_IDS,
            (("penalties", "行政处罚"), ("coercion", "行政强制")),
        ),
        ("第二十条第（八）项", _ITEMS[:2], _ITEM_IDS[:2], (("fees", "行政事业性收费"),)),
        (
            "第二十条第（九）项",
            ("采购项目数量", "采购总金额"),
            ("projects", "amount"),
            (("procurement", "政府集中采购"),),
        ),
    ),
    "2021": (
        (
            "第二十条第（一）项",
            ("本年制发件数", "本年废止件数", "现行有效件数"),
            ("issued", "repealed", "in_force"),
            (("regulations", "规章"), ("normative_documents", "行政规范性文件")),
        ),
        ("第二十条第（五）项", ("本年处理决定数量",), ("decisions",), (("licensing", "行政许可"),)),
        (
            "第二十条第（六）项",
            ("本年处理决定数量",),
            ("decisions",),
            (("penalties", "行政处罚"), ("coercion", "行政强制")),
        ),
        ("第二十条第（八）项", ("本年收费金额（单位：万元）",), ("amount",), (("fees", "行政事业性收费"),)),
    ),
}

Outcome = tuple[str, tuple[tuple[str, str], ...]]
"""A heading under 三 and its rows; a heading with one unlabelled row is itself the row."""

_RESULTS: tuple[Outcome, ...] = (
    ("（一）予以公开", (("granted", ""),)),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", (("partly_granted", ""),)),
    (
        "（三）不予公开",
        (
            ("denied_state_secret", "1.属于国家秘密"),
            ("denied_other_law", "2.其他法律行政法规禁止公开"),
            ("denied_security_stability", "3.危及“三安全一稳定”"),
            ("denied_third_party", "4.保护第三方合法权益"),
            ("denied_internal_affairs", "5.属于三类内部事务信息"),
            ("denied_process", "6.属于四类过程性信息"),
            ("denied_enforcement_file", "7.属于行政执法案卷"),
            ("denied_admin_inquiry", "8.属于行政查询事项"),
        ),
    ),
    (
        "（四）无法提供",
        (
            ("unable_not_held", "1.本机关不掌握相关政府信息"),
            ("unable_needs_creation", "2.没有现成信息需要另行制作"),
            ("unable_unclear", "3.补正后申请内容仍不明确"),
        ),
    ),
    (
        "（五）不予处理",
        (
            ("rejected_petition", "1.信访举报投诉类申请"),
            ("rejected_repeated", "2.重复申请"),
            ("rejected_publication", "3.要求提供公开出版物"),
            ("rejected_mass", "4.无正当理由大量反复申请"),
            ("rejected_reconfirm", "5.要求行政机关确认或重新出具已获取信息"),
        ),
    ),
)
_OTHER: dict[str, Outcome] = {
    "2019": ("（六）其他处理", (("other", ""),)),
    "2021": (
        "（六）其他处理",
        (
            ("other_no_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
            ("other_no_payment", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
            ("other_other", "3.其他"),
        ),
    ),
}

ANNEX: tuple[tuple[str, int, str, str], ...] = (
    ("1", 0, "一、主动公开情况", ""),
    ("1.1", 1, "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条"),
    ("1.1.1", 2, "其中：主动公开规范性文件数", "条"),
    ("1.1.2", 2, "制发规范性文件总数", "件"),
    ("1.2", 1, "（二）通过不同渠道和方式公开政府信息的情况", ""),
    ("1.2.1", 2, "1.政府公报公开政府信息数", "条"),
    ("1.2.2", 2, "2.政府网站公开政府信息数", "条"),
    ("1.2.3", 2, "3.政务微博公开政府信息数", "条"),
    ("1.2.4", 2, "4.政务微信公开政府信息数", "条"),
    ("1.2.5", 2, "5.其他方式公开政府信息数", "条"),
    ("2", 0, "二、回应解读情况", ""),
    ("2.1", 1, "（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）", "次"),
    ("2.2", 1, "（二）通过不同渠道和方式回应解读的情况", ""),
    ("2.2.1", 2, "1.参加或举办新闻发布会总次数", "次"),
    ("2.2.1.1", 3, "其中：主要负责同志参加新闻发布会次数", "次"),
    ("2.2.2", 2, "2.政府网站在线访谈次数", "次"),
    ("2.2.2.1", 3, "其中：主要负责同志参加政府网站在线访谈次数", "次"),
    ("2.2.3", 2, "3.政策解读稿件发布数", "篇"),
    ("2.2.4", 2, "4.微博微信回应事件数", "次"),
    ("2.2.5", 2, "5.其他方式回应事件数", "次"),
    ("3", 0, "三、依申请公开情况", ""),
    ("3.1", 1, "（一）收到申请数", "件"),
    ("3.1.1", 2, "1.当面申请数", "件"),
    ("3.1.2", 2, "2.传真申请数", "件"),
    ("3.1.3", 2, "3.网络申请数", "件"),
    ("3.1.4", 2, "4.信函申请数", "件"),
    ("3.2", 1, "（二）申请办结数", "件"),
    ("3.2.1", 2, "1.按时办结数", "件"),
    ("3.2.2", 2, "2.延期办结数", "件"),
    ("3.3", 1, "（三）申请答复数", "件"),
    ("3.3.1", 2, "1.属于已主动公开范围数", "件"),
    ("3.3.2", 2, "2.同意公开答复数", "件"),
    ("3.3.3", 2, "3.同意部分公开答复数", "件"),
    ("3.3.4", 2, "4.不同意公开答复数", "件"),
    ("3.3.4.1", 3, "其中：涉及国家秘密", "件"),
    ("3.3.4.2", 3, "涉及商业秘密", "件"),
    ("3.3.4.3", 3, "涉及个人隐私", "件"),
    ("3.3.4.4", 3, "危及国家安全、公共安全、经济安全和社会稳定", "件"),
    ("3.3.4.5", 3, "不是《条例》所指政府信息", "件"),
    ("3.3.4.6", 3, "法律法规规定的其他情形", "件"),
    ("3.3.5", 2, "5.不属于本行政机关公开数", "件"),
    ("3.3.6", 2, "6.申请信息不存在数", "件"),
    ("3.3.7", 2, "7.告知作出更改补充数", "件"),
    ("3.3.8", 2, "8.告知通过其他途径办理数", "件"),
    ("4", 0, "四、行政复议数量", "件"),
    ("4.1", 1, "（一）维持具体行政行为数", "件"),
    ("4.2", 1, "（二）被依法纠错数", "件"),
    ("4.3", 1, "（三）其他情形数", "件"),
    ("5", 0, "五、行政诉讼数量", "件"),
    ("5.1", 1, "（一）维持具体行政行为或者驳回原告诉讼请求数", "件"),
    ("5.2", 1, "（二）被依法纠错数", "件"),
    ("5.3", 1, "（三）其他情形数", "件"),
    ("6", 0, "六、举报投诉数量", "件"),
    ("7", 0, "七、依申请公开信息收取的费用", "万元"),
    ("8", 0, "八、机构建设和保障经费情况", ""),
    ("8.1", 1, "（一）政府信息公开工作专门机构数", "个"),
    ("8.2", 1, "（二）设置政府信息公开查阅点数", "个"),
    ("8.3", 1, "（三）从事政府信息公开工作人员数", "人"),
    ("8.3.1", 2, "1.专职人员数（不包括政府公报及政府网站工作人员数）", "人"),
    ("8.3.2", 2, "2.兼职人员数", "人"),
    (
        "8.4",
        1,
        "（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
        "万元",
    ),
    ("9", 0, "九、政府信息公开会议和培训情况", ""),
    ("9.1", 1, "（一）召开政府信息公开工作会议或专题会议数", "次"),
    ("9.2", 1, "（二）举办各类培训班数", "次"),
    ("9.3", 1, "（三）接受培训人员数", "人次"),
)


def disclosure_table(form: str, rows: Rows) -> str:
    """Section 二 of ``form``: one table of blocks, each with its title row and header row."""
    lines: list[str] = []
    for title, labels, ids, items in DISCLOSURE[form]:
        lines.append(_row([_cell(title, colspan=4, head=True)]))
        lines.append(_row(_spread(["信息内容", *labels], head=True)))
        for row, label in items:
            values = [_number(rows[row][column], signed=column == "change") for column in ids]
            lines.append(_row(_spread([label, *values])))
    return _table(lines)


def requests_table(form: str, rows: Rows) -> str:
    """Section 三 of ``form``; rows that ``rows`` lacks are left out, as in a table that was cut off."""
    lines = [*_requests_head()]
    lines += _wide_row("一、本年新收政府信息公开申请数量", rows, "new")
    lines += _wide_row("二、上年结转政府信息公开申请数量", rows, "carried_in")
    lines += _results(form, rows)
    lines += _wide_row("四、结转下年度继续办理", rows, "carried_out")
    return _table(lines)


def disputes_table(rows: Rows) -> str:
    """Section 四: fifteen numbers under a header of three rows."""
    outcomes = [_cell(label, head=True) for label in _OUTCOME_LABELS]
    tall = [_cell(label, rowspan=2, head=True) for label in _OUTCOME_LABELS]
    litigation = [_cell(label, colspan=5, head=True) for label in ("未经复议直接起诉", "复议后起诉")]
    return _table(
        [
            _row([_cell("行政复议", colspan=5, head=True), _cell("行政诉讼", colspan=10, head=True)]),
            _row([*tall, *litigation]),
            _row([*outcomes, *outcomes]),
            _row([_cell(_number(rows[group][column])) for group in GROUPS for column in OUTCOMES]),
        ]
    )


def statistics_table(values: Mapping[str, Value]) -> str:
    """The annex of form 2014; an indicator that ``values`` lacks prints as 0, a heading as ``——``."""
    lines = [_row([_cell(label, head=True) for label in ("统计指标", "单位", "统计数")])]
    for indicator, depth, label, unit in ANNEX:
        number = _number(values.get(indicator, 0)) if unit else "——"
        lines.append(_row([_cell("　" * depth + label), _cell(unit or "——"), _cell(number)]))
    return _table(lines)


def _requests_head() -> list[str]:
    top = [_cell(_NOTE, colspan=3, rowspan=3), _cell("申请人情况", colspan=7, head=True)]
    middle = [
        _cell("自然人", rowspan=2, head=True),
        _cell("法人或其他组织", colspan=5, head=True),
        _cell("总计", rowspan=2, head=True),
    ]
    bottom = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
    return [_row(top), _row(middle), _row([_cell(label, head=True) for label in bottom])]


def _wide_row(label: str, rows: Rows, row: str) -> list[str]:
    return [_row([_cell(label, colspan=3), *_counts(rows[row])])] if row in rows else []


def _results(form: str, rows: Rows) -> list[str]:
    outcomes = (*_RESULTS, _OTHER[form], ("（七）总计", (("total", ""),)))
    wanted = [(heading, [item for item in items if item[0] in rows]) for heading, items in outcomes]
    height = sum(len(items) for _, items in wanted)
    first = [_cell("三、本年度办理结果", rowspan=height)]
    lines: list[str] = []
    for heading, items in wanted:
        for number, (row, label) in enumerate(items):
            left = (
                []
                if number
                else [_cell(heading, rowspan=len(items) if label else 1, colspan=1 if label else 2)]
            )
            own = [_cell(label)] if label else []
            lines.append(_row([*first, *left, *own, *_counts(rows[row])]))
            first = []
    return lines


def _counts(values: Mapping[str, Value]) -> list[str]:
    return [_cell(_number(values.get(column))) for column in (*APPLICANTS, "total")]


def _spread(texts: Sequence[str], *, head: bool = False) -> list[str]:
    """Four grid columns; the last cell covers what is left of them."""
    *early, last = texts
    return [*(_cell(text, head=head) for text in early), _cell(last, colspan=4 - len(early), head=head)]


def _number(value: Value, *, signed: bool = False) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return f"+{value}" if signed and value > 0 else str(value)


def _cell(text: str, *, rowspan: int = 1, colspan: int = 1, head: bool = False) -> str:
    tag = "th" if head else "td"
    spans = "".join(f' {name}="{n}"' for name, n in (("rowspan", rowspan), ("colspan", colspan)) if n > 1)
    return f"<{tag}{spans}>{escape(text, quote=False)}</{tag}>"


def _row(cells: Iterable[str]) -> str:
    return f"<tr>{''.join(cells)}</tr>"


def _table(rows: Iterable[str]) -> str:
    return "\n".join(['<table border="1">', "<tbody>", *rows, "</tbody>", "</table>"])

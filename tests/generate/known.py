"""Reports whose every value is known, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from parsers.forms import FormTable, load_forms
from parsers.model import Number

Address = tuple[str, str, str]
"""Table, row and column id."""

PLACES = [
    "银川市西夏区",
    "武汉市黄陂区",
    "杭州市临平区",
    "白银市平川区",
    "成都市青羊区",
    "沈阳市浑南区",
    "昆明市西山区",
]
OFFICES = [
    "人民政府",
    "科学技术局",
    "财政局",
    "人力资源和社会保障局",
    "城市管理局",
    "教育局",
    "卫生健康局",
    "应急管理局",
]
BLANKS = ["", "/", "—", "-", "无", "——"]


@dataclass(frozen=True)
class Printed:
    """What stands in a cell, and the number that it means (None: nothing)."""

    text: str
    value: Number | None


@dataclass(frozen=True)
class Known:
    """A report and all that is true of it."""

    form: str
    agency: str
    year: int
    cells: dict[Address, Printed]
    prose: dict[int, list[str]] = field(default_factory=dict)
    """Section number to its paragraphs."""

    @property
    def title(self) -> str:
        return f"{self.agency}{self.year}年政府信息公开工作年度报告"

    def tables(self) -> tuple[FormTable, ...]:
        return load_forms()[self.form].tables

    def answer(self) -> dict[str, dict[str, dict[str, Number | None]]]:
        """The values by table, row and column, as the contract orders them (form 2014 has one column)."""
        out: dict[str, dict[str, dict[str, Number | None]]] = {}
        for (table, row, column), printed in self.cells.items():
            out.setdefault(table, {}).setdefault(row, {})[column] = printed.value
        return out


@dataclass(frozen=True)
class Habits:
    """How an agency writes its figures."""

    blank: float = 0.0
    """Share of cells left blank, in one of the ways of ``blanks``."""
    blanks: tuple[str, ...] = ("",)
    zero: float = 0.4
    largest: int = 99_999
    thousands: bool = False
    full_width: bool = False
    unit: str = ""
    """Written behind a count: 件, 项."""
    minus: str = "-"
    yuan: bool = False
    """Amounts written in 元 instead of 万元."""
    consistent: bool = True
    """Whether the sums of the form hold."""


def random_habits(random: Random) -> Habits:
    return Habits(
        blank=random.choice([0, 0, 0, 0.05, 0.3]),
        blanks=tuple(random.sample(BLANKS, 2)),
        zero=random.choice([0.2, 0.6, 0.9]),
        largest=random.choice([30, 999, 99_999, 1_234_567]),
        thousands=random.random() < 0.15,
        full_width=random.random() < 0.1,
        unit=random.choice(["", "", "", "", "件"]),
        minus=random.choice(["-", "－", "−", "—"]),
        yuan=random.random() < 0.1,
        consistent=random.random() < 0.7,
    )


def random_known(random: Random, *, form: str | None = None, habits: Habits | None = None) -> Known:
    form = form or random.choice(["2021", "2021", "2019", "2014"])
    habits = habits or random_habits(random)
    official = load_forms()[form]
    year = {"2014": random.randint(2014, 2018), "2019": random.randint(2019, 2020)}.get(
        form, random.randint(2021, 2025)
    )
    agency = random.choice(PLACES) + random.choice(OFFICES)
    numbers = {
        (table.id, row.id, column.id): _draw(random, habits, signed=column.signed, money=_money(row, column))
        for table in official.tables
        for row, column in table.cells()
    }
    if habits.consistent:
        for _ in range(2):
            _make_sums_hold(official, numbers)
    cells = {
        address: _print(
            random, habits, number, signed=_signed(official, address), money=_is_money(official, address)
        )
        for address, number in numbers.items()
    }
    return Known(form, agency, year, cells, _prose(random, year))


def _money(row, column) -> bool:
    return "万元" in (row.unit, column.unit)


def _column(official, address: Address):
    table = official.table(address[0])
    return next((row, column) for row, column in table.cells() if (row.id, column.id) == address[1:])


def _signed(official, address: Address) -> bool:
    return _column(official, address)[1].signed


def _is_money(official, address: Address) -> bool:
    return _money(*_column(official, address))


def _draw(random: Random, habits: Habits, *, signed: bool, money: bool) -> Number:
    if random.random() < habits.zero:
        return 0
    whole = int(habits.largest ** random.random())
    if money:
        return Decimal(whole * 10_000 + random.randint(0, 9999)).scaleb(-4).normalize() + 0
    return random.choice([whole, -whole]) if signed else whole


def _make_sums_hold(official, numbers: dict[Address, Number]) -> None:
    for item in official.sums:
        if item.rule.endswith("balance") or len(item.right) != 1:
            continue
        table = official.table(item.table)
        others = (
            [row.id for row in table.rows()]
            if item.each == "row"
            else [column.id for column in table.columns()]
        )
        for other in others:

            def at(operand: str, other: str = other, item=item) -> Address:
                return (item.table, other, operand) if item.each == "row" else (item.table, operand, other)

            if all(at(operand) in numbers for operand in (*item.left, *item.right)):
                numbers[at(item.right[0])] = sum(numbers[at(operand)] for operand in item.left)
    balance = next((item for item in official.sums if item.rule == "requests.balance"), None)
    if balance:
        for column in official.table("requests").columns():
            total = numbers["requests", "total", column.id]
            carried_in = numbers["requests", "carried_in", column.id] = int(total) // 10
            carried_out = numbers["requests", "carried_out", column.id] = int(total) // 7
            numbers["requests", "new", column.id] = int(total) + carried_out - carried_in


def _print(random: Random, habits: Habits, number: Number, *, signed: bool, money: bool) -> Printed:
    if random.random() < habits.blank:
        return Printed(random.choice(habits.blanks), None)
    unit = habits.unit if not money else ""
    size = abs(number)
    if money and habits.yuan and number:
        size, unit = int(size * 10_000), "元"
    text = f"{size:,}" if habits.thousands else f"{size:f}" if isinstance(size, Decimal) else str(size)
    sign = habits.minus if number < 0 else random.choice(["", "+"]) if signed and number else ""
    text = sign + text + unit
    if habits.full_width:
        text = text.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    return Printed(text, number)


_SENTENCES = [
    "坚持以公开为常态、不公开为例外，进一步健全信息公开工作机制，明确专人负责日常事务。",
    "全年通过门户网站主动公开政府信息{n}条，其中工作动态{m}条、通知公告{k}条。",
    "围绕重点领域公开重大建设项目批准和实施信息{n}条，办理建议提案{k}件，办复率100%。",
    "组织业务培训{k}次，参训{m}人次，配备工作人员{k}名。",
    "严格落实先审查、后公开制度，开展排查{k}轮次，整改问题{m}处。",
    "政务新媒体推送信息{n}条，总阅读量{m}.{k}万次，较上年增加{k}%。",
]


def _prose(random: Random, year: int) -> dict[int, list[str]]:
    def paragraph(sentences: int) -> str:
        return "".join(
            random.choice(_SENTENCES).format(
                n=random.randint(10, 9999), m=random.randint(2, 900), k=random.randint(1, 9)
            )
            for _ in range(sentences)
        )

    heads = [
        "（一）主动公开情况。",
        "（二）依申请公开情况。",
        "（三）政府信息管理情况。",
        "（四）平台建设情况。",
        "（五）监督保障情况。",
    ]
    one = [f"{year}年，" + paragraph(random.randint(1, 4))] + [
        h + paragraph(random.randint(1, 5)) for h in heads
    ]
    return {
        0: [f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"],
        1: one,
        5: ["存在的问题：" + paragraph(random.randint(1, 4)), "改进措施：" + paragraph(random.randint(1, 4))],
        6: [random.choice(["无。", "本年度没有收取信息处理费。", "无其他需要报告的事项。"])],
    }


def with_cells(known: Known, cells: dict[Address, Printed]) -> Known:
    """The same report with some cells printed otherwise."""
    return replace(known, cells={**known.cells, **cells})

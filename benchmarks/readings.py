"""What the second reading is worth: known misreadings that it finds, publishers' errors that it does not blame on us.

    python benchmarks/readings.py 20261121 --documents 40

draws reports from the seed, as HTML and printed by Chromium. (a) The first reading of each is made to misread a row in
seven ways; what the second reading makes of it is counted, once run always (``settle``), once only where there is doubt
(as by default). ``passed`` is a wrong figure shown as if it were sure, ``blamed`` a check that calls our own misreading
the publisher's error: always run, both must be 0. (b) One figure of a sum is printed wrong: the check must fail and be
the publisher's. (c) A sentence is printed with another figure than the table's.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from parsers.documents import open_document
from parsers.model import Check, Report
from parsers.read import read
from tests.generate import html, printers
from tests.generate.known import Known
from tests.generate.mutants import MISREADINGS, added_up_wrong, balanced, judge, misread

LAYOUT = html.Layout()


def main() -> int:
    options = _options()
    defects = 0
    for format_ in options.format or ("html", "pdf"):
        known = [balanced(Random(f"{options.seed} {number}")) for number in range(options.documents)]
        defects += _misreadings(options, format_, known)
        defects += _bad_sums(options, format_, known)
        defects += _sentences(format_, known)
    return 1 if defects else 0


def _options() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seed", type=int)
    parser.add_argument("--documents", type=int, default=20, help="reports per format and kind of fault")
    parser.add_argument("--format", action="append", choices=["html", "pdf"], help="only this format")
    return parser.parse_args()


def _printed(format_: str, known: list[Known]) -> list[bytes]:
    pages = {str(number): html.render(one, LAYOUT) for number, one in enumerate(known)}
    if format_ == "html":
        return [page.encode() for page in pages.values()]
    return list(printers.chromium(pages).values())


def _misreadings(options: Namespace, format_: str, known: list[Known]) -> int:
    """(a): defects are wrong figures passed, and our misreadings blamed on the publisher, where the second always runs."""
    print(f"\n{format_}: first reading made to misread a row")
    head = ("fault", "documents", "wrong", "withheld", "named", "passed", "blamed", "parser", "undecided")
    print(f"{head[0]:<10}", *(f"{name:>9}" for name in head[1:]), "   doubt: passed blamed")
    printed = _printed(format_, known)
    defects = 0
    for fault in MISREADINGS:
        total: Counter[str] = Counter()
        by_doubt: Counter[str] = Counter()
        for number, (one, data) in enumerate(zip(known, printed, strict=True)):
            document = misread(Random(f"{options.seed} {fault} {number}"), open_document(data), fault)
            if document is not None:
                counted, doubted = judge(one, data, document)
                total.update(counted)
                by_doubt.update(doubted)
        print(f"{fault:<10}", *(f"{total[name]:>9}" for name in head[1:]), end="")
        print(f"          {by_doubt['passed']:>6} {by_doubt['blamed']:>6}")
        defects += total["passed"] + total["blamed"]
    return defects


def _bad_sums(options: Namespace, format_: str, known: list[Known]) -> int:
    """(b): defects are errors of the publisher that no check tells of, or that are called ours."""
    mistaken = [
        added_up_wrong(Random(f"{options.seed} sum {number}"), one)[0] for number, one in enumerate(known)
    ]
    found: Counter[str] = Counter()
    for data in _printed(format_, mistaken):
        verdicts = [check.verdict for check in _failing(read(data))]
        found["publisher"] += bool(verdicts) and set(verdicts) == {"publisher"}
        found["parser"] += "parser" in verdicts
        found["undecided"] += "undecided" in verdicts or None in verdicts
        found["missed"] += not verdicts
    print(f"{format_}: publisher's sum wrong in {len(known)} reports:", _said(found))
    return len(known) - found["publisher"]


def _sentences(format_: str, known: list[Known]) -> int:
    """(c): a sentence that contradicts the table is the publisher's."""
    stating = []
    for one in known:
        number = one.cells["requests", "new", "total"].value
        assert isinstance(number, int)
        stating.append(replace(one, prose={1: [f"{one.year}年，共收到政府信息公开申请{number + 1}件。"]}))
    found: Counter[str] = Counter()
    for data in _printed(format_, stating):
        verdicts = [said.check.verdict for said in read(data).prose if said.check]
        found["publisher"] += verdicts == ["publisher"]
        found["other"] += verdicts != ["publisher"]
    print(f"{format_}: sentence against the table in {len(known)} reports:", _said(found))
    return found["other"]


def _failing(report: Report) -> Iterator[Check]:
    return (check for check in report.checks if check.status == "fails" or check.verdict)


def _said(found: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in found.items())


if __name__ == "__main__":
    sys.exit(main())

"""What the archive costs beside the parsers: reading on two workers, writing, overhead, bytes, memory.

    python benchmarks/archive.py [--reports 2000] [--rounds 3]

Made reports (HTML of the 2021 form, figures and prose from a seed) are kept, read and written into archives in the
system's folder for temporary files. Rounds of what is compared alternate; the median counts, for what the archive adds
to reading the quickest round of each, because it is the small difference of two large times.

Re-parses are measured where nothing is read otherwise than before, which is the rule, where something in every parse is,
and where the prose of every parse is too, so that all of it is indexed again.

Times are CPU time, for the clock also measures whatever else the machine does. A re-parse on two workers is three
processes: two that read, and the writer, who does the rest. On two cores the sum of all three is what can't be
shortened: the first figure is twice the bare parsers' time over that sum. With a core for the writer too, the busiest
of the three decides: the second figure. The clock's own is printed beside them and means something on an idle machine.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # not this folder, whose archive.py is this very file

import parsers
from archive import derive, originals, rows, selection, spool
from archive.model import Capture, PortalRow
from archive.reading import parse_new, reparse
from archive.store import Archive
from parsers.forms import load_forms
from parsers.read import read

PORTAL = PortalRow("made", "某市人民政府", "640100", "http://www.example.gov.cn/")
WORDS = [
    "本机关",
    "依法",
    "主动公开",
    "政府信息",
    "办理",
    "申请",
    "答复",
    "推进",
    "平台",
    "建设",
    "监督",
    "保障",
    "解读",
    "回应",
    "社会关切",
    "制度",
    "规范",
    "培训",
]

_OTHER = "UPDATE parses SET digest = 'other ' || id"
CHANGED = {
    "nothing": (),
    "every parse": (_OTHER,),
    "every parse and its prose": (_OTHER, "UPDATE sections SET text = text || '。'"),
}
"""What a re-parse reads otherwise than before, and what makes it so."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("--reports", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument(
        "--memory", type=int, metavar="N", help="print the memory of reading N reports, no more"
    )
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="nianbao-benchmark-"))
    try:
        if chosen.memory:
            print(f"{memory_of(folder, chosen.memory):.1f}")
        else:
            run(folder, chosen.reports, chosen.rounds)
    finally:
        shutil.rmtree(folder)


def run(folder: Path, reports: int, rounds: int) -> None:
    """All measurements."""
    print(f"{reports} reports of {sum(map(len, map(document, range(20)))) / 20e3:.1f} KB (HTML, form 2021)")
    reading(folder, reports, rounds)
    with Archive.open(folder / str(rounds - 1), write=True) as archive:
        names = list(originals.names(archive.path))
        print(
            f"database besides prose and evidence: {size(archive.path) / reports / 1e3:.1f} KB a report (goal 30)"
        )
        print(
            f"database in all: {(archive.path / 'nianbao.db').stat().st_size / reports / 1e3:.1f} KB a report"
        )
        writing(archive, names, rounds)
        two_workers(archive, names, rounds)
    for count in (500, 1000, 2000):
        done = subprocess.run(
            [sys.executable, __file__, "--memory", str(count)], stdout=subprocess.PIPE, text=True, check=True
        )
        print(f"memory of reading {count} reports into an archive: {float(done.stdout):.0f} MB at the most")


def reading(folder: Path, reports: int, rounds: int) -> None:
    """What the archive adds to reading, each round in an archive of its own."""
    kept, bare, whole = [], [], []
    for number in range(rounds):
        with filled(folder / str(number), reports) as (archive, spent):
            kept.append(spent)
            names = list(originals.names(archive.path))
            bare.append(cpu(partial(read_bare, archive.path, names)))
            whole.append(cpu(partial(parse_new, archive, workers=0)))
    without = min(bare)  # the quickest of each: other work on the machine only ever adds
    added = min(whole) - without
    print(f"keep: {statistics.median(kept) / reports * 1e3:.2f} ms a capture")
    print(f"bare parsers: {without / reports * 1e3:.2f} ms a report")
    print(
        f"the archive adds {added / reports * 1e3:.2f} ms a report, overhead {added / without:.0%} (goal 20%)"
    )


def two_workers(archive: Archive, names: list[str], rounds: int) -> None:
    """A re-parse on two workers against the bare parsers on one, where nothing changes, and where everything does."""
    for case, statements in CHANGED.items():
        clock, shares, ones = [], [], []
        for number in range(rounds):
            parsers.RELEASE = f"benchmark {case} {number}"
            with archive.db.atomic():
                for statement in statements:
                    archive.db.execute(statement)
            alone = wall(partial(read_bare, archive.path, names))
            ones.append(cpu(partial(read_bare, archive.path, names)))
            then = spent()
            clock.append(alone / wall(partial(reparse, archive, workers=2)))
            shares.append(tuple(now - before for now, before in zip(spent(), then, strict=True)))
        print(f"re-parse where {case} changes:")
        tell_two_workers(len(names), statistics.median(ones), shares, statistics.median(clock))


def tell_two_workers(reports: int, one: float, shares: list[tuple[float, ...]], clock: float) -> None:
    """Print what two workers gain, from the CPU seconds of the bare parsers, the writer and both workers."""
    parent, children = (statistics.median(share) for share in zip(*shares, strict=True))
    each = [f"{1e3 * seconds / reports:.2f}" for seconds in (one, parent, children / 2)]
    print(
        f"  CPU ms a report: bare parsers {each[0]}; the writer {each[1]}, each of two workers {each[2]}\n"
        f"  two workers against bare parsers on one (goal 1.75): {2 * one / (parent + children):.2f} times by CPU time "
        f"where two cores do it all, {one / max(parent, children / 2):.2f} by the busiest process where the writer has "
        f"a core too; {clock:.2f} by the clock, now"
    )


def writing(archive: Archive, names: list[str], rounds: int) -> None:
    """Writing gathered lines against executemany of the very same rows into the same tables."""
    gathered = spool.gather_apart(archive.path, names, workers=0)
    lines = list(gathered)
    gathered.discard()
    ours, raw = [], []
    for _ in range(rounds):
        raw.append(write_raw(archive.path, lines))
        ours.append(write_ours(archive.path, lines))
    rate = statistics.median(raw) / statistics.median(ours)
    print(f"writing: {rate:.0%} of the speed of raw executemany (goal 60%)")
    made = cpu(lambda: derive.derive(archive.db.conn))
    print(
        f"making the readers' tables anew: {made:.2f} s for {len(selection.choose(archive, everything=True))} originals"
    )


def write_ours(path: Path, lines: list[bytes]) -> float:
    """CPU seconds of :func:`archive.rows.write` in one transaction, rolled back."""
    fixed = {"parser": "x", "parsed_at": "x", "reading": 1}

    def write(connection: sqlite3.Connection) -> None:
        for number, line in enumerate(lines, 10**9):
            rows.write(connection, number, rows.unpack(line), fixed)

    return in_transaction(path, write)


def write_raw(path: Path, lines: list[bytes]) -> float:
    """CPU seconds of executemany with the rows ready in memory, table by table."""
    tables: dict[str, list[tuple[object, ...]]] = {}
    heads = []
    for number, line in enumerate(lines, 10**9):
        parsed = rows.unpack(line)
        heads.append((number, parsed.sha256, parsed.digest, parsed.body["title"], parsed.body["agency"]))
        for table, found in parsed.body["figures"].items():
            tables.setdefault(table, []).extend((number, *row) for row in found)
        for table in ("sections", "checks", "problems", "statements"):
            tables.setdefault(table, []).extend((number, *row) for row in parsed.body.get(table, ()))
        tables.setdefault("evidence", []).append((number, parsed.evidence))

    def write(connection: sqlite3.Connection) -> None:
        connection.executemany(
            "INSERT INTO parses (id, sha256, digest, title, agency) VALUES (?, ?, ?, ?, ?)", heads
        )
        for table, found in tables.items():
            if found:
                marks = ", ".join("?" * len(found[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", found)

    return in_transaction(path, write)


def in_transaction(path: Path, write: Callable[[sqlite3.Connection], None]) -> float:
    """CPU seconds of what is written into a copy of the schema, committed."""
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder) / "a", write=True) as scratch:
        connection = scratch.db.conn

        def whole() -> None:
            with scratch.db.atomic():
                write(connection)

        return cpu(whole)


def size(folder: Path) -> int:
    """Bytes of the database without evidence, sections and the search index."""
    copy = folder / "size.db"
    with closing(sqlite3.connect(folder / "nianbao.db")) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
        for statement in ("DELETE FROM evidence", "DELETE FROM sections", "DROP TABLE prose", "VACUUM"):
            new.execute(statement)
            new.commit()
    return copy.stat().st_size


@contextmanager
def filled(folder: Path, reports: int) -> Iterator[tuple[Archive, float]]:
    """A new archive that keeps the made reports, and the CPU seconds that this took."""
    with Archive.open(folder, write=True) as archive:
        archive.register([PORTAL])
        crawl = archive.start_crawl("made")
        yield archive, cpu(partial(keep, archive, crawl, reports))


def keep(archive: Archive, crawl: int, reports: int) -> None:
    """Keep the made reports."""
    for number in range(reports):
        url = f"http://www.example.gov.cn/{number}.html"
        archive.keep(Capture(crawl, url, "2026-01-31T00:00:00Z", "page", 200, document(number)))
    archive.finish_crawl(crawl, "complete", {})


def read_bare(folder: Path, names: list[str]) -> None:
    """The parsers alone."""
    for name in names:
        read(originals.path_of(folder, name).read_bytes())


def document(seed: int) -> bytes:
    """A report whose sums come out."""
    chance = random.Random(seed)
    agency, year = f"银川市第{seed // 4}区人民政府", 2021 + seed % 4
    title = f"{agency}{year}年政府信息公开工作年度报告"
    headings = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况",
                "政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项")  # fmt: skip
    tables = {2: disclosure(chance), 3: requests(chance), 4: disputes(chance)}
    parts = [f"<h1>{title}</h1>"]
    for number, heading in enumerate(headings, 1):
        prose = "".join(f"<p>{sentence(chance)}</p>" for _ in range(0 if number in tables else 12))
        parts.append(f"<h2>{'一二三四五六'[number - 1]}、{heading}</h2>{prose}{tables.get(number, '')}")
    return f'<html><meta charset="utf-8"><title>{title}</title><body>{"".join(parts)}</body></html>'.encode()


def sentence(chance: random.Random) -> str:
    """Prose, or what looks like it."""
    return "".join(chance.choices(WORDS, k=25)) + "。"


def table(lines: list[list[object]]) -> str:
    """Cells to an HTML table."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    return f"<table border>{body}</table>"


def disclosure(chance: random.Random) -> str:
    """Table two of the form."""
    lines: list[list[object]] = [["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]]
    lines += [[name, *chance.choices(range(90), k=3)] for name in ("规章", "行政规范性文件")]
    for name, head in (("行政许可", "本年处理决定数量"), ("行政处罚", "本年处理决定数量"), ("行政强制", "本年处理决定数量"),
                       ("行政事业性收费", "本年收费金额（单位：万元）")):  # fmt: skip
        lines += [["信息内容", head], [name, chance.randrange(9000)]]
    return table(lines)


def requests(chance: random.Random) -> str:
    """Table three of the form."""
    head = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    form = load_forms()["2021"]
    ids = [row.id for row in form.table("requests").rows()]
    figures = {row: [chance.choice((0, 0, 0, chance.randrange(300))) for _ in range(6)] for row in ids}
    outcomes = [figures[row] for row in ids if row not in ("new", "carried_in", "total", "carried_out")]
    figures["total"] = [sum(column) for column in zip(*outcomes, strict=True)]
    given = zip(figures["total"], figures["carried_out"], strict=True)
    figures["new"], figures["carried_in"] = [done + left for done, left in given], [0] * 6
    lines: list[list[object]] = [list(head)]
    for row in form.table("requests").rows():
        lines.append([row.zh, *figures[row.id], sum(figures[row.id])])
    return table(lines)


def disputes(chance: random.Random) -> str:
    """Table four of the form."""
    kinds = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    figures = [chance.choices(range(9), k=4) for _ in range(3)]
    head = "<tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr><tr>"
    head += "".join(f"<td rowspan=2>{kind}</td>" for kind in kinds)
    head += "<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr><tr>"
    head += "".join(f"<td>{kind}</td>" for kind in kinds * 2) + "</tr><tr>"
    cells = "".join(f"<td>{n}</td>" for group in figures for n in (*group, sum(group)))
    return f"<table border>{head}{cells}</tr></table>"


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def spent() -> tuple[float, float]:
    """CPU seconds of this process, and of all those that it or its children started."""
    pid, seconds = os.getpid(), 0.0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        seconds += sum(map(int, fields[11:15])) / os.sysconf(
            "SC_CLK_TCK"
        )  # its own, and of its own that have ended
    return time.process_time(), seconds


def wall(work: Callable[[], object]) -> float:
    """Seconds by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def memory_of(folder: Path, reports: int) -> float:
    """Peak resident memory of this process in MB after it had the reports read on one worker."""
    with filled(folder / "memory", reports) as (archive, _):
        parse_new(archive, workers=1)
    # getrusage would count the memory of the process that started this one
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) / 1e3


if __name__ == "__main__":
    main()

"""The site on a big archive: how long each page's SQL takes, and whether any of it is cut off.

    python -m benchmarks.big_archive build FOLDER [--reports 100000]
    python -m benchmarks.big_archive measure FOLDER

``build`` writes made reports straight into the tables (no originals, short prose, no evidence) and publishes them as
a parse run does. ``measure`` asks every page ten times through Datasette in this process and prints, for the median of five, the number of
queries, the slowest, the sum, and how many Datasette cut off (at its limit of one second, or at the shorter ones it
sets itself: 10 ms to count a table for the list of tables, 200 ms for a facet); and the home page's slowest query
against ``select count(*) from reports`` in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

from datasette.database import Database, QueryInterrupted

from archive.derive import add_functions, derive
from archive.figures import FIGURES
from archive.site import application
from archive.site.metadata import read
from archive.store import Archive
from parsers.forms import load_forms

WARMING = 5
"""Requests before the one that is measured: each of Datasette's three threads has a page cache of its own."""

RUNS = 5
"""Requests that are measured; the one whose slowest query is the median is printed."""

YEARS = range(2014, 2026)
CLAUSES = (
    "通过政府网站主动公开信息{n}条。",
    "政务微信公众号发布信息{n}条。",
    "全年收到政府信息公开申请{n}件，均已按时办结。",
    "因政府信息公开被申请行政复议{n}件。",
    "加强政策解读，举办新闻发布会{n}场。",
    "组织业务培训{n}次。",
    "存在的主要问题是主动公开的深度还不够。",
    "下一步将完善制度，规范依申请公开办理流程。",
)
TITLES = ("总体情况", "主动公开", "依申请公开", "复议诉讼", "存在的问题", "其他事项")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["build", "measure"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=int, default=100_000)
    options = parser.parse_args()
    if options.what == "build":
        build(options.folder, options.reports)
    else:
        asyncio.run(measure(options.folder))


def build(folder: Path, reports: int) -> None:
    """A new archive with about that many reports of agencies in 2,900 divisions over twelve years."""
    begin = time.perf_counter()
    Archive.open(folder, write=True).close()
    with closing(sqlite3.connect(folder / "nianbao.db", isolation_level=None)) as connection:
        add_functions(connection)
        connection.execute("pragma synchronous = off")
        connection.execute("begin")
        _write(connection, reports)
        print(f"rows written: {time.perf_counter() - begin:.0f} s")
        derive(connection)
        connection.execute("commit")
        connection.execute("pragma wal_checkpoint(truncate)")
    size = (folder / "nianbao.db").stat().st_size
    print(
        f"published: {time.perf_counter() - begin:.0f} s, {size / 1e6:.0f} MB, {size / reports / 1e3:.1f} kB a report"
    )


def _write(connection: sqlite3.Connection, reports: int) -> None:
    numbers = random.Random(1)
    regions = [f"{p}{c:02}{d:02}" for p in range(11, 66) for c in range(1, 8) for d in range(1, 9)][:2900]
    connection.executemany(
        "insert into portals (id, name, region, home) values (?, ?, ?, ?)",
        ((f"p{r}", f"{r}人民政府", r, f"http://{r}.example/") for r in regions),
    )
    crawl = "insert into crawls (id, portal, started_at, finished_at, outcome, summary) values (?, ?, ?, ?, ?, '{}')"
    outcomes = ("complete",) * 8 + ("partial", "blocked")
    connection.executemany(
        crawl,
        (
            (n, f"p{r}", "2026-01-02T00:00:00Z", "2026-01-02T00:10:00Z", numbers.choice(outcomes))
            for n, r in enumerate(regions, 1)
        ),
    )
    connection.execute(
        "insert into readings (id, kind, parser, started_at, finished_at, summary) "
        "values (1, 'new', '0', '2026-01-03T00:00:00Z', '2026-01-03T00:00:00Z', '{}')"
    )
    crawls = {region: n for n, region in enumerate(regions, 1)}
    for number, (agency, region, year) in enumerate(_who(regions, reports), 1):
        _report(connection, number, (agency, crawls[region], year), numbers)
        if number % 10_000 == 0:
            print(f"  {number:,}", flush=True)


def _who(regions: list[str], reports: int) -> Iterator[tuple[str, str, int]]:
    """Agency, its division and a year: in each division as many agencies as it takes."""
    agencies = -(-reports // len(YEARS))
    for index in range(agencies):
        region = regions[index % len(regions)]
        name = (
            f"{region}区"
            + ("人民政府", "教育局", "财政局", "科学技术局", "公安局")[index // len(regions) % 5]
        )
        for year in YEARS:
            yield name, region, year


def _report(
    connection: sqlite3.Connection, number: int, who: tuple[str, int, int], numbers: random.Random
) -> None:
    agency, crawl, year = who
    form = "2014" if year < 2019 else "2019" if year < 2021 else "2021"
    sha256 = f"{number:064x}"
    layout = load_forms()[form]
    tables = json.dumps([table.id for table in layout.tables])
    connection.execute(
        "insert into originals (sha256, size, media_type, kept_at) values (?, 100, 'text/html', '2026-01-02T00:00:00Z')",
        (sha256,),
    )
    seen = f"2026-01-02T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    connection.execute(
        "insert into captures (id, crawl, url, fetched_at, status, outcome, sha256, kind, agency, headers) "
        "values (?, ?, ?, ?, 200, 'new', ?, 'page', ?, '{}')",
        (number, crawl, f"http://{agency[:6]}.example/{number}.html", seen, sha256, agency),
    )
    connection.execute(
        "insert into parses (id, sha256, parser, form, parsed_at, title, agency, year, is_report, media_type, tables, "
        "content_digest, reading) values (?, ?, '0', ?, '2026-01-03T00:00:00Z', ?, ?, ?, 1, 'text/html', ?, ?, 1)",
        (number, sha256, form, f"{agency}{year}年政府信息公开工作年度报告", agency, year, tables, sha256),
    )
    connection.execute("insert into acceptances values (1, ?, ?)", (sha256, number))
    connection.execute("insert into evidence values (?, '[]')", (number,))
    for table in layout.tables:
        columns = FIGURES[table.id]
        rows = [
            (
                number,
                row.id,
                *(_figure(row.id, number, numbers) if column in mine else None for column in columns),
                "value",
            )
            for block in table.blocks
            for mine in [{column.id for column in block.columns}]
            for row in block.rows
            if not row.heading
        ]
        marks = ", ".join("?" * (len(columns) + 3))
        connection.executemany(f"insert into {table.id} values ({marks})", rows)
    checks = [
        (number, "requests.row_total", row.id, "fails" if numbers.random() < 0.003 else "holds", 1, 1, None)
        for row in layout.tables[min(1, len(layout.tables) - 1)].rows()[:26]
    ]
    connection.executemany("insert into checks values (?, ?, ?, ?, ?, ?, ?)", checks)
    prose = [
        (
            number,
            n,
            title,
            "".join(numbers.choice(CLAUSES).format(n=numbers.randrange(900)) for _ in range(5)),
        )
        for n, title in enumerate(TITLES, 1)
    ]
    connection.executemany("insert into sections (parse, number, title, text) values (?, ?, ?, ?)", prose)
    if number % 20 == 0:
        connection.execute(
            "insert into problems values (?, 'blank_cell', 'requests.new', 'blank')", (number,)
        )


def _figure(row: str, number: int, numbers: random.Random) -> int:
    """Any figure; those that two years must agree on are the agency's own, but for one in five hundred."""
    steady = row in ("carried_in", "carried_out", "regulations", "normative_documents")
    return (number - 1) // len(YEARS) % 5 if steady and numbers.random() > 0.002 else numbers.randrange(40)


async def measure(folder: Path) -> None:
    """Ask every page and print what its SQL took."""
    datasette = application(folder)
    taken: list[tuple[float, str]] = []
    cut: list[str] = []
    execute = Database.execute

    async def timed(self: Database, sql: str, *arguments: object, **named: object) -> object:
        begin = time.perf_counter()
        try:
            return await execute(self, sql, *arguments, **named)
        except QueryInterrupted:
            cut.append(sql)
            raise
        finally:
            if self.name == "nianbao":
                taken.append((time.perf_counter() - begin, sql))

    with patch.object(Database, "execute", timed):
        await datasette.client.get("/metrics")
        count = await _least(datasette, "select count(*) from reports")
        print(f"select count(*) from reports: {count * 1e3:.2f} ms")
        print(f"{'page':44} {'status':>6} {'queries':>7} {'slowest ms':>10} {'sum ms':>8}  cut off")
        for path in _pages(folder):
            for _ in range(WARMING):
                await datasette.client.get(path)
            runs = []
            for _ in range(RUNS):
                taken.clear()
                cut.clear()
                answer = await datasette.client.get(path)
                runs.append(sorted(taken, reverse=True))
            taken[:] = sorted(runs)[RUNS // 2]
            slowest, sql = max(taken, default=(0.0, ""))
            total = sum(seconds for seconds, _ in taken)
            print(
                f"{path[:44]:44} {answer.status_code:>6} {len(taken):>7} {slowest * 1e3:>10.1f} {total * 1e3:>8.1f}  {len(cut)}"
            )
            for one in cut:
                print("    cut off:", " ".join(one.split())[:150])
            if slowest > 0.3:
                print("    slowest:", " ".join(sql.split())[:150])
            if path == "/":
                print(f"    home's slowest query is {slowest / count:.1f} times the count")
                for seconds, one in sorted(taken, reverse=True):
                    print(f"    {seconds * 1e3:8.2f} ms", " ".join(one.split())[:110])


async def _least(datasette: object, sql: str) -> float:
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        await datasette.get_database("nianbao").execute(sql)  # type: ignore[attr-defined]
        times.append(time.perf_counter() - begin)
    return sorted(times)[len(times) // 2]


def _pages(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "nianbao.db")) as connection:
        (report, agency), (other, _) = connection.execute(
            "select id, agency_id from reports where year = 2024 limit 2"
        ).fetchall()
        names = [
            row[0]
            for row in connection.execute(
                "select name from sqlite_master where type in ('table', 'view') and name not like 'prose%' "
                "and name not like 'sqlite%' and name not like '\\_%' escape '\\'"
            )
        ]
    given = "year=2024&region=44&agency=110101区人民政府&rule=&portal="
    return [
        *("/", "/?page=60", "/?region=44", "/?agency=教育局&page=3", "/nianbao"),
        *(f"/report/{report}", f"/compare?a={report}&b={other}"),
        *(
            "/search?q=微信",
            "/search?q=政府信息公开",
            "/search?q=微信 复议&region=44",
            "/search?q=信&year=2024",
        ),
        *("/charts", "/charts?region=44", "/charts?region=440101", f"/charts?agency={agency}"),
        *("/feed.atom", "/feed.json?region=44"),
        *(f"/nianbao/{name}" for name in sorted(names)),
        *(f"/nianbao/{name}?{given}" for name in read("queries.toml")),
        *(f"/nianbao/{name}?year=&region=&agency=&rule=&portal=" for name in read("queries.toml")),
        "/nianbao/reports?_search=微信公众号",
    ]


if __name__ == "__main__":
    main()

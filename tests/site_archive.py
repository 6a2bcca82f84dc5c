"""A small archive for the site's tests, written straight into the schema: what it shows doesn't hang on the parsers.

Two agencies and several years in all three forms, a report replaced in silence, a second rendition, a blank cell,
failing checks within and across years, and a hostile original.
"""

from __future__ import annotations

import json
from pathlib import Path

from sqlite_utils import Database

from archive import derive, migrations, originals, views
from parsers.forms import Form, load_forms

GOVERNMENT = "银川市西夏区人民政府"
BUREAU = "银川市西夏区科学技术局"
HOME = "http://www.ycxixia.example/"

HOSTILE = """<html><head><meta charset="utf-8"><base href="http://evil.example/"><title>x</title></head><body>
<h1>年度报告</h1><script>document.title = 'owned'; parent.document.title = 'owned'; top.location = '/owned'</script>
<img src="http://evil.example/pixel.png" onerror="document.title='owned'"><iframe src="http://evil.example/"></iframe>
<link rel="stylesheet" href="http://evil.example/a.css"><form action="http://evil.example/"><input name="q"></form>
<table><tr><td>一、本年新收政府信息公开申请数量</td><td>3001</td></tr></table></body></html>""".encode()

SECTIONS = (
    ("总体情况", "本机关认真贯彻《中华人民共和国政府信息公开条例》。\n通过微信公众号发布信息120条。"),
    ("主动公开政府信息情况", ""),
    ("收到和处理政府信息公开申请情况", ""),
    ("政府信息公开行政复议、行政诉讼情况", ""),
    ("存在的主要问题及改进情况", "一是主动公开还不够；二是政策解读形式单一。"),
    ("其他需要报告的事项", "本年度未收取信息处理费，联系人王某13912345678。"),
)


class Builder:
    """Writes reports into a new archive; :meth:`publish` makes them visible to readers."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.db = Database(folder / "nianbao.db")
        self.db.enable_wal()
        migrations.upgrade(self.db, folder)
        views.refresh(self.db)
        derive.add_functions(self.db.conn)
        self.captures = self.parses = 0
        self._start()

    def _start(self) -> None:
        self.db["portals"].insert(
            {"id": "yinchuan-xixia", "name": GOVERNMENT, "region": "640105", "home": HOME}
        )
        run = {"portal": "yinchuan-xixia", "outcome": "complete", "summary": "{}"}
        for number, month in ((1, "01"), (2, "02")):
            times = {"started_at": f"2026-{month}-02T00:00:00Z", "finished_at": f"2026-{month}-02T00:01:00Z"}
            self.db["crawls"].insert({"id": number, **run, **times})
        self.db["readings"].insert(
            {"id": 1, "kind": "parse", "parser": "1", "started_at": "2026-01-02", "finished_at": "2026-01-02"}
        )

    def report(self, agency: str, year: int, form: str, *, url: str, body: bytes, **options: object) -> int:
        """Keep one original and a parse of it; options: media, crawl, bump (added to one figure), blank, fails."""
        self.parses += 1
        sha256 = self._capture(
            url, body, str(options.get("media", "text/html")), int(str(options.get("crawl", 1)))
        )
        layout = load_forms()[form]
        self.db["parses"].insert(
            {
                "id": self.parses, "sha256": sha256, "parser": "1", "form": form, "parsed_at": "2026-01-02T00:00:30Z",
                "title": f"{agency}{year}年政府信息公开工作年度报告", "agency": agency, "year": year, "is_report": 1,
                "media_type": options.get("media", "text/html"), "tables": json.dumps([t.id for t in layout.tables]),
                "content_digest": sha256, "reading": 1,
            }
        )  # fmt: skip
        self.db.execute("insert into acceptances values (1, ?, ?)", [sha256, self.parses])
        self._figures(layout, year, options)
        for number, (title, text) in enumerate(SECTIONS, 1):
            self.db["sections"].insert({"parse": self.parses, "number": number, "title": title, "text": text})
        self._findings(form, options)
        return self.parses

    def publish(self) -> Path:
        """Derive what readers see, and close; returns the archive's folder."""
        derive.derive(self.db.conn)
        self.db.conn.commit()
        self.db.close()
        return self.folder

    def _capture(self, url: str, body: bytes, media: str, crawl: int) -> str:
        self.captures += 1
        sha256 = originals.write(self.folder, body)
        self.db["originals"].insert(
            {"sha256": sha256, "size": len(body), "media_type": media, "kept_at": "2026-01-02T00:00:00Z"},
            ignore=True,
        )
        self.db["captures"].insert(
            {
                "id": self.captures, "crawl": crawl, "url": url, "fetched_at": f"2026-0{crawl}-02T00:00:{self.captures:02}Z",
                "status": 200, "outcome": "new" if crawl == 1 else "changed", "sha256": sha256, "kind": "page",
            }
        )  # fmt: skip
        return sha256

    def _figures(self, form: Form, year: int, options: dict[str, object]) -> None:
        blank = options.get("blank", ())
        for table in form.tables:
            for row in table.rows():
                columns = [column.id for found, column in table.cells() if found.id == row.id]
                values = {column: figure(row.id, column, year) for column in columns}
                if row.id == "new" and "natural_person" in values:
                    values["natural_person"] = 3001 + int(str(options.get("bump", 0)))
                empty = {column: "blank" for column in columns if (row.id, column) in blank}  # type: ignore[operator]
                values |= dict.fromkeys(empty)
                state = json.dumps(empty) if len(empty) > 1 else next(iter(empty.values()), "value")
                self.db[table.id].insert({"parse": self.parses, "row": row.id, **values, "state": state})

    def _findings(self, form: str, options: dict[str, object]) -> None:
        if form != "2014":
            rule = {"parse": self.parses, "status": "holds", "left": 1, "right": 1, "verdict": None}
            self.db["checks"].insert({**rule, "rule": "requests.balance", "where": "total"})
        if options.get("fails"):
            self.db["checks"].insert(
                {
                    "parse": self.parses, "rule": "requests.row_total", "where": "new", "status": "fails",
                    "left": 3100, "right": 3119, "verdict": "publisher",
                }
            )  # fmt: skip
        for row, column in options.get("blank", ()):  # type: ignore[attr-defined]
            self.db["problems"].insert(
                {
                    "parse": self.parses,
                    "code": "blank_cell",
                    "where": f"requests.{row}.{column}",
                    "message": "blank",
                }
            )


def figure(row: str, column: str, year: int) -> float:
    """A figure that depends on its address alone."""
    return 25.1 if column == "amount" else (sum(map(ord, row + column)) + year) % 40


def page(agency: str, year: int, note: str = "") -> bytes:
    """A plain original that names its agency and year."""
    return f"<!doctype html><meta charset=utf-8><h1>{agency}{year}年政府信息公开工作年度报告</h1><p>{note}</p>".encode()


def build(folder: Path) -> Path:
    """The archive described above."""
    builder = Builder(folder)
    for year, form in ((2018, "2014"), (2020, "2019"), (2023, "2021")):
        builder.report(GOVERNMENT, year, form, url=f"{HOME}t{year}.html", body=page(GOVERNMENT, year))
    builder.report(GOVERNMENT, 2024, "2021", url=f"{HOME}t2024.html", body=page(GOVERNMENT, 2024), fails=True)
    changed = page(GOVERNMENT, 2024, "changed")
    builder.report(
        GOVERNMENT, 2024, "2021", url=f"{HOME}t2024.html", body=changed, crawl=2, bump=5, fails=True
    )
    pdf = b"%PDF-1.4 not really\n"
    builder.report(
        GOVERNMENT, 2024, "2021", url=f"{HOME}t2024.pdf", body=pdf, crawl=2, bump=5, media="application/pdf"
    )
    blank = {("granted", "research"), ("granted", "total")}
    builder.report(BUREAU, 2024, "2021", url=f"{HOME}kjj/t2024.html", body=HOSTILE, blank=blank)
    return builder.publish()

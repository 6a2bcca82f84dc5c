"""Made documents and a reader of them, so that the archive's laws are tested apart from the parsers.

A made document is JSON: what the reader shall say (agency, year, figures), plus ``furniture`` that the
content digest leaves out. ``die`` kills the process that reads it, ``hang`` makes the file of that name and goes on for ever, ``bug`` raises.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from archive import content, workers
from archive.model import Capture, PortalRow
from archive.store import Archive
from parsers.errors import Unreadable
from parsers.model import Cell, Check, Link, Place, Problem, Report, Section, Statement

PORTAL = PortalRow("xixia", "银川市西夏区人民政府", "640105", "http://www.ycxixia.gov.cn/")
AGENCY = "银川市西夏区人民政府"
LIST = "http://www.ycxixia.gov.cn/nb/"


def document(**said: Any) -> bytes:
    """A made report: agency and year of Xixia 2023 unless said otherwise; ``cells`` maps address to value."""
    base: dict[str, Any] = {
        "agency": AGENCY,
        "year": 2023,
        "form": "2021",
        "cells": {"requests.new.total": 3},
    }
    return json.dumps(base | said, ensure_ascii=False).encode()


def read(data: bytes, *, name: str = "") -> Report:
    """What a made document says."""
    try:
        said = json.loads(data)
    except ValueError as error:
        raise Unreadable("empty_file", "the file is empty") from error
    if said.get("die"):
        os._exit(9)
    if said.get("hang"):
        Path(said["hang"]).touch()
        time.sleep(600)
    if said.get("bug"):
        raise ZeroDivisionError("made")
    kept = {key: value for key, value in said.items() if key != "furniture"}
    cells = tuple(_cell(address, value) for address, value in (said["cells"] or {}).items())
    return Report(
        media_type="text/html",
        form=said["form"],
        title=f"{said['agency']}{said['year']}年政府信息公开工作年度报告",
        agency=said["agency"],
        year=said["year"],
        tables=tuple(said.get("tables", ("disclosure", "requests", "disputes") if cells else ())),
        cells=cells,
        sections=tuple(
            Section(n, f"第{n}节", text) for n, text in enumerate(said.get("prose", ["总体情况。"]), 1)
        ),
        checks=tuple(Check(*check) for check in said.get("checks", [])),
        problems=tuple(Problem(*problem) for problem in said.get("problems", [])),
        is_report=said.get("is_report", True),
        content_digest=hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest(),
        links=tuple(Link(href, "附件") for href in said.get("links", [])),
        region=said.get("region"),
        prose=tuple(_statement(*one) for one in said.get("statements", [])),
    )


def digest(data: bytes, sha256: str) -> str:
    """The content digest of a made document."""
    try:
        return read(data).content_digest
    except Unreadable:
        return sha256


def _cell(address: str, value: Any) -> Cell:
    table, row, column = address.split(".")
    place = Place(table=0, row=1, column=2, path="/html/body/table/tr[2]/td[3]")
    state = "value" if value is not None else "blank"
    return Cell(table, row, column, value, state, "" if value is None else str(value), place)


def _statement(id: str, value: int | None, sentence: str, check: list[Any] | None = None) -> Statement:
    return Statement(id, value, sentence, 1, Check(*check) if check else None)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the archive read made documents."""
    monkeypatch.setattr(workers, "read", read)
    monkeypatch.setattr(content, "digest", digest)
    monkeypatch.setattr(content, "media_type", lambda data, url: "text/html")


def begin(archive: Archive, portal: PortalRow = PORTAL) -> int:
    """A crawl of the portal, begun."""
    archive.register([portal])
    return archive.start_crawl(portal.id)


def page(crawl: int, url: str = "p1", *, day: int = 1, **other: Any) -> Capture:
    """A capture of a report page, on that day of 2026 (counted from 1 January)."""
    fetched = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1767225600 + 86400 * (day - 1)))
    fields: dict[str, Any] = {"kind": "page", "status": 200, "found_on": LIST, "column_url": LIST}
    return Capture(crawl, f"{LIST}{url}", fetched, **(fields | other))


def rows(archive: Archive, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    return list(archive.db.execute(sql, values).fetchall())


def files(folder: Path) -> list[str]:
    """Every file under the folder, by relative name."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

"""What decides whether a page has changed, with the real parsers."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from archive_kit import begin, page, rows

import parsers
from archive import content, workers
from archive.model import Kept
from archive.reading import parse_new, reparse
from archive.store import Archive
from parsers import read as parsers_read
from parsers.model import Report

PAGE = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title></head><body>
<div class="nav">首页 机构 {nav}</div><h1>{title}</h1><p>浏览次数：{visits}次</p>
<h2>一、总体情况</h2><p>本局按照规定编制本报告。</p><h2>二、主动公开政府信息情况</h2>
<table><tr><td colspan="4">第二十条第（一）项</td></tr>
<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr>
<tr><td>行政规范性文件</td><td>{issued}</td><td>1</td><td>7</td></tr></table></body></html>"""
TITLE = "示例市甲区科学技术局2021年政府信息公开工作年度报告"


def html(*, visits: int = 1, nav: str = "网站地图", issued: int = 2) -> bytes:
    return PAGE.format(title=TITLE, visits=visits, nav=nav, issued=issued).encode()


def keep(archive: Archive, *bodies: bytes) -> list[Kept]:
    crawl = begin(archive)
    return [archive.keep(page(crawl, body=body, day=day)) for day, body in enumerate(bodies, 1)]


def test_visit_counter_is_furniture_and_a_figure_is_not(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        kept = keep(archive, html(), html(visits=2), html(visits=3, issued=3))
        assert [one.outcome for one in kept] == ["new", "unchanged", "changed"]
        parse_new(archive)
        assert rows(archive, "SELECT number, last_seen FROM versions ORDER BY number") == [
            (1, "2026-01-02T00:00:00Z"),
            (2, "2026-01-03T00:00:00Z"),
        ]


def test_better_furniture_rules_heal_old_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What once was taken for a new version is none any more when it is read again."""
    with Archive.open(tmp_path, write=True) as archive:
        with monkeypatch.context() as blind:
            blind.setattr(content, "digest", lambda data, sha256: sha256)
            blind.setattr(workers, "read", _by_bytes)
            kept = keep(archive, html(), html(visits=2), html(visits=3))
            assert [one.outcome for one in kept] == ["new", "changed", "changed"]
            parse_new(archive, workers=0)
            assert rows(archive, "SELECT count(*) FROM versions") == [(3,)]
        monkeypatch.setattr(parsers, "RELEASE", "9.9.9")
        reparse(archive, workers=0)
        assert rows(archive, "SELECT number, first_seen, last_seen FROM versions") == [
            (1, "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z")
        ]


def _by_bytes(data: bytes) -> Report:
    return replace(parsers_read.read(data), content_digest=sha256(data).hexdigest())


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 nothing", b"\x00" * 100, b"PK\x03\x04"])
def test_bytes_decide_where_no_document_can_be_read(data: bytes) -> None:
    assert content.digest(data, "the hash") == "the hash"


def fate_of(data: bytes) -> str:
    """The digest that is read in a process of its own, unless the file hangs or kills it."""
    if data.endswith(b"hangs"):
        time.sleep(600)
    if data.endswith(b"kills"):
        os._exit(9)
    return "the digest"


@pytest.mark.parametrize(
    ("fate", "seconds", "said"),
    [("is read", 100, "the digest"), ("hangs", 0.5, "the hash"), ("kills", 100, "the hash")],
)
def test_file_that_hangs_or_kills_its_reader_is_told_by_its_bytes(
    monkeypatch: pytest.MonkeyPatch, fate: str, seconds: float, said: str
) -> None:
    monkeypatch.setattr(content, "SECONDS", seconds)
    monkeypatch.setattr(content, "_digest", fate_of)
    assert content.digest(f"%PDF-1.7 {fate}".encode(), "the hash") == said


def test_empty_file_is_kept_and_is_a_problem_of_its_own(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        assert [one.outcome for one in keep(archive, b"", b"", html())] == ["new", "unchanged", "changed"]
        assert rows(archive, "SELECT media_type FROM originals ORDER BY size") == [
            (content.EMPTY,),
            ("text/html",),
        ]
        assert [failure.code for failure in parse_new(archive).failures] == ["empty"]


def test_places_are_stored_as_the_parsers_say_them(tmp_path: Path) -> None:
    with Archive.open(tmp_path, write=True) as archive:
        keep(archive, html())
        parse_new(archive, workers=0)
        stored = [
            json.loads(place) for (place,) in rows(archive, "SELECT place FROM cells WHERE place IS NOT NULL")
        ]
    said = [cell.place.as_json() for cell in parsers_read.read(html()).cells if cell.place is not None]
    assert stored == said
    assert len(said) > 3

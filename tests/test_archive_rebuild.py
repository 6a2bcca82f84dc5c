"""A database made anew from originals and logs says the same, wherever and in whatever order that happens."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from archive_kit import LIST, begin, document, made, page, rows

from archive import fingerprints, log, originals, spool
from archive.corrections import Correction
from archive.digests import content_digest
from archive.errors import Damaged, NotAnArchive
from archive.judgements import correct, judge
from archive.model import PortalRow
from archive.reading import parse_new
from archive.rebuild import rebuild
from archive.store import Archive
from archive.verify import verify
from archive.workers import Line

pytestmark = pytest.mark.usefixtures("made")
__all__ = ["made"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two portals, versions, furniture, a removed page, an attachment, an unreadable file, a verdict, a correction."""
    with Archive.open(tmp_path / "archive", write=True) as archive:
        for day in (1, 2, 3):
            crawl = begin(archive)
            archive.keep(page(crawl, body=document(cells={"requests.new.total": day}), day=day))
            archive.keep(page(crawl, "q", body=document(year=2022, furniture=day), day=day))
            archive.keep(page(crawl, "q.pdf", kind="file", found_on=f"{LIST}q", day=day,
                              body=document(year=None, agency=None, cells={"requests.new.total": 4})))  # fmt: skip
            archive.keep(page(crawl, "bad", kind="file", body=b"", day=day))
            archive.keep(
                page(crawl, "list", kind="list", content_digest=str(day % 2), body=b"%d" % day, day=day)
            )
            archive.keep(page(crawl, "gone", outcome="not_found", status=404, day=day))
            for requests in (day, day + 6):
                archive.book(crawl, {(f"2026-01-0{day}", "www.ycxixia.gov.cn"): (requests, 100 * requests)})
            archive.finish_crawl(crawl, "complete", {"银川": day})
        other = begin(archive, PortalRow("yc", "银川市", "640100", "http://www.yinchuan.gov.cn/"))
        checks = [["requests.balance", "total", "fails", 3, 4]]
        archive.keep(page(other, "r", body=document(agency="银川市财政局", checks=checks), day=4))
        archive.finish_crawl(other, "partial", {})
        parse_new(archive, workers=0)
        ((report,),) = rows(archive, "SELECT id FROM reports WHERE agency = '银川市财政局'")
        judge(archive, f"{report}:requests.balance:total", "confirmed", why="the page says so")
        correct(archive, [Correction(report, "requests.new.total", 5, "typing slip", "telephone")])
    return tmp_path / "archive"


def test_ledger_is_restored(folder: Path, tmp_path: Path) -> None:
    rebuild(folder, tmp_path / "new", workers=0)
    ledgers = []
    for path in (folder, tmp_path / "new"):
        with Archive.open(path) as archive:
            ledgers.append(rows(archive, "SELECT day, host, crawl, requests, bytes FROM ledger ORDER BY 1"))
    assert ledgers[0] == ledgers[1]
    host = "www.ycxixia.gov.cn"
    assert ledgers[1] == [(f"2026-01-0{day}", host, day, day + 6, 100 * (day + 6)) for day in (1, 2, 3)]


def test_ledger_that_differs_from_its_log_is_found(folder: Path) -> None:
    with Archive.open(folder, write=True) as archive:
        archive.db.execute("UPDATE ledger SET requests = 1 WHERE crawl = 2")
        archive.db.execute("DELETE FROM ledger WHERE crawl = 3")
        found = {(finding.code, finding.what) for finding in verify(archive).findings}
    assert found == {
        ("row_altered", "ledger 2026-01-02 www.ycxixia.gov.cn 2"),
        ("row_missing", "ledger 2026-01-03 www.ycxixia.gov.cn 3"),
        ("record_altered", "ledger 2"),
        ("record_altered", "ledger 3"),
    }


def test_ledger_of_a_release_that_did_not_log_it_is_no_finding(folder: Path) -> None:
    with Archive.open(folder, write=True) as archive:
        archive.db.execute("INSERT INTO ledger VALUES ('2025-01-01', 'h', 1, 2, 3)")
        fingerprints.take(archive.db.conn, "ledger", 1)
        assert verify(archive).findings == ()


def digest(folder: Path) -> str:
    with Archive.open(folder) as archive:
        return content_digest(archive.db.conn)


def test_rebuilt_archive_says_the_same_and_is_whole(folder: Path, tmp_path: Path) -> None:
    rebuilt = rebuild(folder, tmp_path / "new", workers=0)
    assert rebuilt.digest == digest(folder) == digest(tmp_path / "new")
    assert (rebuilt.originals, rebuilt.captures, rebuilt.reports) == (10, 19, 3)
    assert "19 captures" in rebuilt.text()
    with Archive.open(tmp_path / "new") as archive:
        assert verify(archive).findings == ()
        assert rows(archive, "SELECT judgement FROM current_checks WHERE judgement IS NOT NULL") == [
            ("confirmed",)
        ]


def test_digest_sees_every_difference(folder: Path, tmp_path: Path) -> None:
    before = digest(folder)
    with Archive.open(folder, write=True) as archive:
        crawl = begin(archive)
        archive.finish_crawl(crawl, "complete", {})
    assert digest(folder) != before


@pytest.mark.parametrize("seed", range(4))
def test_order_does_not_matter(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance, names, read_all = random.Random(seed), log.names, spool.read_all

    def shuffled(archive: Path) -> list[str]:
        return sorted(names(archive), key=lambda name: chance.random())

    monkeypatch.setattr(log, "names", shuffled)

    def in_another_order(archive: Path, todo: list[str], **rest: Any) -> Iterator[Line]:
        mixed = sorted(todo, key=lambda name: chance.random())
        places = dict(zip(mixed, read_all(archive, mixed, **rest), strict=True))
        return iter([places[name] for name in todo])

    monkeypatch.setattr(spool, "read_all", in_another_order)
    assert rebuild(folder, tmp_path / "new", workers=0).digest == digest(folder)


@pytest.mark.parametrize(
    "place", [{"TZ": "Asia/Shanghai", "LC_ALL": "C"}, {"TZ": "America/St_Johns", "LANG": "tr_TR.UTF-8"}]
)
def test_place_does_not_matter(folder: Path, tmp_path: Path, place: dict[str, str]) -> None:
    script = (
        "import sys; from pathlib import Path; import archive_kit; from archive import workers; "
        "from archive.rebuild import rebuild; workers.read = archive_kit.read; "
        "print(rebuild(Path(sys.argv[1]), Path(sys.argv[2])).digest)"
    )
    here = Path(__file__).parent
    environment = os.environ | place | {"PYTHONPATH": f"{here.parent}:{here}", "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", script, str(folder), str(tmp_path / "new")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest(folder)


def test_lost_database_comes_back_when_the_archive_is_opened(folder: Path) -> None:
    before = digest(folder)
    (folder / "nianbao.db").unlink()
    with Archive.open(folder, write=True) as archive:
        parse_new(archive, workers=0)
    assert digest(folder) == before


def test_missing_original_is_named_and_the_rest_goes_on(folder: Path, tmp_path: Path) -> None:
    with Archive.open(folder) as archive:
        ((lost,),) = rows(archive, "SELECT sha256 FROM reports WHERE agency = '银川市财政局'")
    originals.path_of(folder, lost).unlink()
    rebuilt = rebuild(folder, tmp_path / "new", workers=0)
    assert rebuilt.exit_status == 1
    assert {failure.sha256 for failure in rebuilt.reading.failures if failure.code == "damaged_original"} == {
        lost
    }


@pytest.mark.parametrize("step", ["originals.names", "_link", "copy_whole", "parse_new"])
def test_rebuild_that_broke_off_goes_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(f"archive.rebuild.{step}", interrupted)
        rebuild(folder, tmp_path / "new", workers=0)
    assert rebuild(folder, tmp_path / "new", workers=0).digest == digest(folder)
    with Archive.open(tmp_path / "new") as archive:
        assert verify(archive).findings == ()
    with pytest.raises(NotAnArchive, match="not empty"):
        rebuild(folder, tmp_path / "new", workers=0)


def test_rebuild_of_another_archive_is_not_gone_on_with(folder: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    (tmp_path / "new" / "work").mkdir(parents=True)
    (tmp_path / "new" / "work" / "rebuild-of").write_text(f"{other}\n")
    with pytest.raises(NotAnArchive, match="not empty"):
        rebuild(folder, tmp_path / "new", workers=0)
    assert rebuild(other, tmp_path / "new", workers=0).digest == digest(folder)


def test_refusals(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="not empty"):
        rebuild(folder, folder)
    with pytest.raises(NotAnArchive, match="no capture log"):
        rebuild(tmp_path / "none", tmp_path / "new")
    path = log.path_of(folder, log.crawl_name(1))
    path.write_bytes(path.read_bytes().replace(b'{"table": "captures"', b'{"table', 1))
    with pytest.raises(Damaged, match=r"crawl-000001\.jsonl:3"):
        rebuild(folder, tmp_path / "new")

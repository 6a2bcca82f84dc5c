"""Writes the fixture of this release's schema: run it once before a release and commit the file that it names.

    python tests/archives/make.py

The archive holds made documents (see archive_kit): versions, an attachment, an unreadable file, a failed
request, a ledger, a verdict and a correction. ``tests/test_archive_upgrade.py`` opens every fixture with every release.
"""

from __future__ import annotations

import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

import archive_kit  # noqa: E402
from archive_kit import LIST, begin, document, page  # noqa: E402

import parsers  # noqa: E402
from archive import content, migrations, workers  # noqa: E402
from archive.corrections import Correction  # noqa: E402
from archive.judgements import correct, judge  # noqa: E402
from archive.reading import parse_new, reparse  # noqa: E402
from archive.store import Archive  # noqa: E402

SAID = ["fees_collected", 1934, "收取信息处理费1934元"]


def fill(folder: Path) -> str:
    """Make the archive; returns the name of the last change of its schema."""
    with Archive.open(folder, write=True) as archive:
        for day in (1, 2):
            crawl = begin(archive)
            checks = [["requests.balance", "total", "fails", 3, 4]]
            cells = {"requests.carried_in.total": day, "disclosure.fees.amount": 25.5}
            archive.keep(page(crawl, body=document(cells=cells, checks=checks), day=day))
            archive.keep(
                page(
                    crawl,
                    "q",
                    body=document(year=2022, furniture=day, region="640105", statements=[SAID]),
                    day=day,
                )
            )
            archive.keep(page(crawl, "q.pdf", kind="file", found_on=f"{LIST}q", day=day,
                              body=document(year=None, agency=None, cells={"requests.new.total": 4})))  # fmt: skip
            archive.keep(page(crawl, "bad", kind="file", body=b"", day=day))
            archive.keep(page(crawl, "gone", outcome="not_found", status=404, day=day))
            archive.book(crawl, {(f"2026-01-0{day}", "www.ycxixia.gov.cn"): (5, 1000)})
            archive.finish_crawl(crawl, "complete", {"day": day})
            parse_new(archive, workers=0)
        ((report,),) = archive.db.execute("SELECT id FROM reports WHERE year = 2023").fetchall()
        judge(archive, f"{report}:requests.balance:total", "confirmed", why="printed so")
        correct(archive, [Correction(report, "requests.carried_in.total", 5, "slip", "letter")])
        parsers.RELEASE = "later"
        reparse(archive, workers=0)
        return migrations.applied(archive.db)[-1]


def main() -> None:
    """Make the archive and pack it."""
    workers.read = archive_kit.read
    content.digest = archive_kit.digest
    content.media_type = lambda data, url="": "text/html"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "archive"
        path = HERE / f"{fill(folder)}.tar.xz"
        with tarfile.open(path, "w:xz") as packed:
            packed.add(folder, "archive")
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()

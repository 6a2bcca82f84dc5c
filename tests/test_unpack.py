"""Documents in archives and pages: kept one by one, within limits, and gone with what is around them."""

import base64
import io
import zipfile

from crawler import unpack
from tests.portals.replica import zipped
from tests.test_crawl import HOUSE, outcomes, run
from tests.test_incremental import portal  # noqa: F401 - a fixture

PDF = b"%PDF-1.4 a report"


def test_documents_of_an_archive_with_gbk_names():
    body = zipped(
        {"2024年报.pdf": PDF, "目录/说明.txt": b"plain", "年报.doc": b"\xd0\xcf\x11\xe0" + bytes(9)}
    )
    assert unpack.documents(body) == [("2024年报.pdf", PDF), ("年报.doc", b"\xd0\xcf\x11\xe0" + bytes(9))]


def test_what_is_one_document_or_no_archive_is_left_alone():
    assert unpack.documents(zipped({"[Content_Types].xml": b"<Types/>", "word/a.pdf": PDF})) == []
    assert unpack.documents(PDF) == []
    assert unpack.documents(zipped({"a.pdf": PDF})[:-30]) == []


def test_a_bomb_ends_at_the_cap(monkeypatch):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pdf", PDF)
        archive.writestr("b.pdf", b"%PDF-1.4" + bytes(5_000_000))
        archive.writestr("c.pdf", PDF)
    monkeypatch.setattr(unpack, "SIZE", 1_000_000)
    assert unpack.documents(buffer.getvalue()) == [("a.pdf", PDF)]


def test_documents_inside_are_kept_and_go_with_what_is_around_them(portal, tmp_path):  # noqa: F811
    report = (HOUSE / "tests/cases/pdf_2019/original.pdf").read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("report.pdf", report)
    portal.list("/nb/", "a.zip", "b.html")
    portal.answers["/nb/a.zip"] = buffer.getvalue()
    shown = f"<script>var pdfData='{base64.b64encode(report).decode()}'</script>"
    portal.report("/nb/b.html", 2023, shown)
    summary = run(tmp_path, portal.portal())
    assert "not read" not in summary.text()  # the ZIP itself is no document, what is in it was read
    seen = outcomes(tmp_path, portal)
    assert seen["/nb/a.zip#zip-1"] == seen["/nb/b.html#pdf-1"] == "new"
    portal.report("/nb/b.html", 2023)
    del portal.answers["/nb/a.zip"]
    portal.asked.clear()
    run(tmp_path, portal.portal())
    seen = outcomes(tmp_path, portal, crawl=2)
    assert not any("#" in path for path in portal.asked)
    assert {seen[path] for path in ("/nb/a.zip", "/nb/a.zip#zip-1", "/nb/b.html#pdf-1")} == {"not_found"}

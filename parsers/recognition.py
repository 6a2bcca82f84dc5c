"""Whether a document is an annual report at all, and why one may show no standard table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.cells import Laid
from parsers.identity import Identity, is_report_title
from parsers.labels import squeeze
from parsers.model import Document, Problem, Section
from parsers.sections import known_number

_ATTACHMENT = re.compile(
    r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|ceb|rtf|zip|rar|7z)(?:$|[?#&])|download", re.IGNORECASE
)
_SEE = re.compile(r"见附件|详见附件|附件[:：]|点击下载|附件下载|全文下载")
_OTHER_KIND = re.compile(r"解读|图解|一图读懂|读懂|通知|指南|法治政府|网站工作|网站.{0,4}报表|工作要点|问答")


def is_report(document: Document, identity: Identity, laid: Laid, sections: Sequence[Section]) -> bool:
    """Whether the document is a report, or the cover page of one that is attached or shown as pictures."""
    title = identity.title or squeeze(document.meta.get("articletitle", "") or document.meta.get("title", ""))
    if _OTHER_KIND.search(_own_title(document, title)):
        return False
    body = len({number for section in sections if (number := known_number(section.title))}) >= 2
    if laid.form:
        return True
    if not is_report_title(title):
        return False
    return body or bool(attachments(document)) or document.images > 0


def attachments(document: Document) -> tuple[str, ...]:
    """Targets of the links that lead to files."""
    return tuple(link.href for link in document.links if _ATTACHMENT.search(link.href))


def without_tables(document: Document, laid: Laid, sections: Sequence[Section]) -> Iterator[Problem]:
    """Why a document has no standard table: pictures in their place, or a file attached to a cover page."""
    if laid.form is not None and laid.tables:
        return
    pictured = [
        section for section in sections if known_number(section.title) in (2, 3, 4) and len(section.text) < 60
    ]
    if document.images and (len(pictured) >= 2 or not sections):
        yield Problem(
            "tables_as_image", "tables", f"{document.images} pictures stand where the tables should be"
        )
    elif attachments(document) and not pictured and len(sections) < 3:
        yield Problem("see_attachment", "tables", f"the report is in a file: {attachments(document)[0]}")
    elif any(_SEE.search(text.text) for text in document.texts()) and len(sections) < 3:
        yield Problem("see_attachment", "tables", "the page refers to an attachment that it does not link")


def _own_title(document: Document, title: str) -> str:
    first = next((squeeze(text.text) for text in document.texts() if text.level == 1), "")
    named = squeeze(document.meta.get("articletitle", ""))
    return f"{title} {first if len(first) < 80 else ''} {named}"

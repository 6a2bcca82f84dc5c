"""Whether a document is an annual report at all, and why one may show no standard table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parsers.cells import Laid
from parsers.identity import Identity
from parsers.labels import key, squeeze
from parsers.lexicon import KINDS, lexicon
from parsers.model import Document, Problem, Section
from parsers.naming import is_report_title
from parsers.sections import known_number

_ATTACHMENT = re.compile(
    r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|ceb|rtf|zip|rar|7z)(?:$|[?#&])|download", re.IGNORECASE
)
_TABLES = {2: "disclosure", 3: "requests", 4: "disputes"}
"""Sections of the report since 2019 to the tables in them."""
_FIRST_WITH_TABLES = 2019
_SHORT = 60
"""Characters of a section that only introduces its table."""
_FEWEST_LABELS = 12
"""Labels of a table's rows that a text holds of which the table is printed, but not so that it can be read."""
_SHORTEST_LABEL = 5
"""Characters; a shorter one is a word of prose."""
_SEE = re.compile(
    r"见附件|详见附件|附件[:：]|点击下载|附件下载|全文下载|\.(?:pdf|docx?|wps|xlsx?|ofd)[)）]?$",
    re.IGNORECASE,
)
"""How a page names a file that it links by a script, or not at all."""
_OTHER_KIND = re.compile(r"解读|图解|一图读懂|读懂|通知|指南|法治政府|网站工作|网站.{0,4}报表|工作要点|问答")


def is_report(document: Document, identity: Identity, laid: Laid, sections: Sequence[Section]) -> bool:
    """Whether the document is a report, or the cover page of one that is attached or shown as pictures."""
    title = identity.title or squeeze(document.meta.get("articletitle", "") or document.meta.get("title", ""))
    if _OTHER_KIND.search(_own_title(document, title)):
        return False
    body = len({number for section in sections if (number := known_number(section.title))}) >= 2
    if not laid.form and any(_unread(document)):
        return True
    if not is_report_title(title):
        return bool(laid.form) and (laid.tables != ("disputes",) or body)
    if laid.form:
        return True
    return body or bool(attachments(document)) or document.images > 0 or _refers_to_file(document)


def attachments(document: Document) -> tuple[str, ...]:
    """Targets of the links that lead to files."""
    return tuple(link.href for link in document.links if _ATTACHMENT.search(link.href))


def without_tables(
    document: Document, laid: Laid, sections: Sequence[Section], year: int | None = None
) -> Iterator[Problem]:
    """Why standard tables are not there: pictures in their place, a file attached to a cover page, or nothing."""
    bare = [_TABLES[number] for section in sections if (number := _bare(section))]
    if laid.tables:
        for table in bare if document.images else ():
            if table not in laid.tables:
                yield Problem("tables_as_image", table, "a picture seems to stand where the table should be")
    elif unread := dict(_unread(document)):
        for table, labels in unread.items():
            message = (
                f"it is printed, for {labels} of its rows' labels are here, but not so that it can be read"
            )
            yield Problem("missing_table", table, message)
    elif document.images and (len(bare) >= 2 or not sections):
        message = f"{document.images} pictures stand where the tables should be"
        yield Problem("tables_as_image", "tables", message)
    elif (files := attachments(document)) and (len(bare) >= 2 or len(sections) < 3):
        yield Problem("see_attachment", "tables", f"the report is in a file: {files[0]}")
    elif _refers_to_file(document) and len(sections) < 3:
        yield Problem("see_attachment", "tables", "the page refers to an attachment that it does not link")
    elif (len(bare) >= 2 and year is None) or (len(sections) >= 3 and (year or 0) >= _FIRST_WITH_TABLES):
        for table in _TABLES.values():
            yield Problem("missing_table", table, "the document prints none of the standard tables")


def _unread(document: Document) -> Iterator[tuple[str, int]]:
    """The tables of which the text outside of all tables holds the rows' labels, each with how many."""
    text = "".join(key(block.text) for block in document.texts())
    for table in KINDS:
        labels = lexicon(table).rows.names
        rows = {names for label, names in labels.items() if len(label) >= _SHORTEST_LABEL and label in text}
        if len(rows) >= _FEWEST_LABELS:
            yield table, len(rows)


def _refers_to_file(document: Document) -> bool:
    return any(_SEE.search(text.text) for text in document.texts())


def _bare(section: Section) -> int:
    """The number of a section that should hold a table and holds no prose either, else 0."""
    number = known_number(section.title) or 0
    return number if number in _TABLES and len(section.text) < _SHORT else 0


def _own_title(document: Document, title: str) -> str:
    first = next((squeeze(text.text) for text in document.texts() if text.level == 1), "")
    named = squeeze(document.meta.get("articletitle", ""))
    return f"{title} {first if len(first) < 80 else ''} {named}"

"""READ THIS FIRST: the whole flow from an original's bytes to a report, on one screen.

bytes → Document (headings, paragraphs, tables, each with its place) → identity → a form laid over the tables
→ cells → checks → sections → Report, and where that leaves doubt a second, independent reading.
"""

from __future__ import annotations

from parsers.cells import lay
from parsers.checks import check
from parsers.digest import content_digest
from parsers.documents import open_document
from parsers.forms import load_forms
from parsers.identity import identify
from parsers.model import Document, Problem, Report
from parsers.neighbours import without_neighbours
from parsers.prose import statements
from parsers.readings import When, settle, wanted
from parsers.recognition import is_report, without_tables
from parsers.regions import region_of
from parsers.sections import sections

_NOT_A_REPORT = Problem(
    "not_a_report",
    "",
    "no annual report (政府信息公开工作年度报告) is here; give the report's own page or file",
)


def read(data: bytes, *, name: str = "", second: When = "doubt") -> Report:
    """What the file says under an official form. ``name`` is a hint for files that don't tell their kind.

    ``second`` says when the file is read a second time with other libraries (see :mod:`parsers.readings`).
    Raises Unreadable, with a code and the cure, where the file holds no document.
    """
    report = read_document(open_document(data, name))
    return settle(report, data) if wanted(report, data, second) else report


def read_document(document: Document) -> Report:
    """What a document says under an official form; all that is odd about it is among the problems."""
    identity = identify(document)
    document, several = without_neighbours(document, identity.title, identity.agency, identity.year)
    identity = identify(document) if several else identity
    laid = lay(document, year=identity.year)
    found = sections(document)
    checks = check(load_forms()[laid.form], laid.tables, laid.cells) if laid.form else ()
    ours = is_report(document, identity, laid, found)
    return Report(
        media_type=document.media_type,
        form=laid.form,
        title=identity.title,
        agency=identity.agency,
        year=identity.year,
        tables=laid.tables,
        cells=laid.cells,
        sections=found,
        checks=checks,
        problems=(
            *document.problems,
            *several,
            *identity.problems,
            *laid.problems,
            *without_tables(document, laid, found, identity.year),
            *(() if ours else (_NOT_A_REPORT,)),
        ),
        is_report=ours,
        content_digest=content_digest(document),
        links=document.links,
        region=region_of(identity.agency, year=identity.year) if identity.agency else None,
        prose=statements(found, laid.cells, identity.year, identity.agency),
    )

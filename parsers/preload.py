"""What every process that reads begins with: loaded once, in the process from which they are forked."""

from __future__ import annotations

import gc
import logging
import sys
from contextlib import suppress
from types import TracebackType

import parsers.workers  # noqa: F401  the pool's own part
from parsers.forms import load_forms
from parsers.read import read


def blank_form() -> bytes:
    """A page with every label of the current form: who has read it knows all that reports have in common."""
    form = load_forms()["2021"]
    page = "<h1>2021年政府信息公开工作年度报告</h1>"
    for table in form.tables:
        lines = "".join(f"<tr><td>{row.zh}</td><td>0</td></tr>" for row in table.rows())
        page += f"<h2>{table.zh}</h2><table>{lines}</table>"
    return page.encode()


with suppress(Exception):  # parsers that can't read it will say so of the documents
    read(blank_form(), second="never")
gc.collect()
gc.freeze()  # what is here stays: no process that reads need look through it for garbage


def _quietly(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A process could not begin, because its caller was stopped meanwhile: the caller knows of its death."""
    logging.getLogger(__name__).debug("a process could not begin", exc_info=(kind, error, trace))


sys.excepthook = _quietly

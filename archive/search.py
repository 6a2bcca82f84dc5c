"""Full-text search over the prose of reports, for Chinese words of any length, on the SQLite that Python brings.

SQLite's own tokenizers don't cut Chinese: ``unicode61`` takes a whole clause for one word and ``trigram`` misses
words of two characters. So the text is cut here, into overlapping pairs of characters with spaces between them, which
``ascii`` parts in half the time that ``unicode61`` takes; and a word is found
where all its pairs occur; whether they stand side by side is then seen in the text itself. One row of the
index is the prose of one parse (``rowid`` is its id), so that every word of a query may stand in another section; it
serves the later parses of the same original that print the same (``reports.prose_of`` names it).
"""

from __future__ import annotations

import re
import sqlite3
import sys
import unicodedata
from array import array
from collections.abc import Iterator

SCHEMA = "CREATE VIRTUAL TABLE prose USING fts5(text, content='', detail=none, tokenize='ascii')"

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_IS_HAN = re.compile(f"[{_HAN}]")
_NOT_HAN = re.compile(f"[^{_HAN}]+")
_WORD = re.compile(f"[^\\W{_HAN}]+")
_RUN = re.compile(f"[{_HAN}]+|[^\\W{_HAN}]+")
_CODES = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
_TERM = re.compile(r'["“”]([^"“”]+)["“”]|(\S+)')

_MISSING = (
    "SELECT DISTINCT prose_of FROM reports WHERE prose_of NOT IN (SELECT id FROM prose_docsize) ORDER BY 1"
)
_TEXT = "SELECT title, text FROM sections WHERE parse = ? ORDER BY number"


def is_stale(connection: sqlite3.Connection) -> bool:
    """Whether :func:`refresh` would change anything."""
    return _is_crowded(connection) or connection.execute(_MISSING).fetchone() is not None


def refresh(connection: sqlite3.Connection) -> None:
    """Add the prose of reports that is not in the index yet; belongs into the transaction that publishes.

    Superseded prose stays in the index, where no report leads to them; once they outnumber the others the
    index is made anew.
    """
    if _is_crowded(connection):
        connection.execute("INSERT INTO prose (prose) VALUES ('delete-all')")
    missing = connection.execute(_MISSING).fetchall()
    documents = ((parse, _document(connection, parse)) for (parse,) in missing)
    connection.executemany("INSERT INTO prose (rowid, text) VALUES (?, ?)", documents)
    # a savepoint makes FTS5 write down what it holds in memory, so that its tables can be fingerprinted
    connection.execute("SAVEPOINT written")
    connection.execute("RELEASE written")


def terms(query: str) -> list[str]:
    """The words and quoted phrases of a query, folded as the text is; nothing that can't be searched for."""
    found = [fold(phrase or word) for phrase, word in _TERM.findall(query)]
    return [term for term in dict.fromkeys(found) if _RUN.search(term)]


def match(query: str) -> str:
    """A query in FTS5's own language: every pair of every word; one that finds nothing where there is no word."""
    pairs = dict.fromkeys(pair for term in terms(query) for pair in _needed(term))
    return " AND ".join(pairs) or '""'


def fold(text: str) -> str:
    """Text in which forms of one character are one: full and half width, capitals, compatibility forms."""
    return unicodedata.normalize("NFKC", text).lower()


def cut(text: str) -> str:
    """Text as the index takes it: overlapping pairs of Chinese characters, each run's last one by itself, and
    other words as they are.

    The pairs are laid side by side as numbers, for there are thousands of them in a report.
    """
    folded = fold(text)
    han = array("I", f" {_NOT_HAN.sub(' ', folded)} ".encode(_CODES))
    pairs = array("I", [ord(" ")]) * (3 * (len(han) - 1))
    pairs[::3], pairs[1::3] = han[:-1], han[1:]
    return pairs.tobytes().decode(_CODES) + " ".join(_WORD.findall(folded))


def _is_crowded(connection: sqlite3.Connection) -> bool:
    (kept,) = connection.execute("SELECT count(*) FROM prose_docsize").fetchone()
    used = "SELECT count(DISTINCT prose_of) FROM reports WHERE prose_of IN (SELECT id FROM prose_docsize)"
    return bool(kept > 2 * connection.execute(used).fetchone()[0])


def _document(connection: sqlite3.Connection, parse: int) -> str:
    sections = connection.execute(_TEXT, (parse,)).fetchall()
    return cut("\n".join(f"{title or ''}\n{text or ''}" for title, text in sections))


def _needed(term: str) -> Iterator[str]:
    for run in _RUN.findall(term):
        if not _is_han(run) or len(run) == 1:
            yield f'"{run}" *'
        else:
            yield from (f'"{run[i : i + 2]}"' for i in range(len(run) - 1))


def _is_han(run: str) -> bool:
    return _IS_HAN.match(run) is not None

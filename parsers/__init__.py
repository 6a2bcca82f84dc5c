"""Reads annual open-government-information reports: bytes in, data out; no network, no database.

Start with :mod:`parsers.read`, which holds the whole flow on one screen, and :mod:`parsers.model`,
which defines its nouns.
"""

from parsers.release import release

RELEASE = release()
"""Names what these parsers make of a document; another one whenever their code, forms or data differ."""

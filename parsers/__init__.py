"""Reads annual open-government-information reports: bytes in, data out; no network, no database.

Start with :mod:`parsers.read`, which holds the whole flow on one screen, and :mod:`parsers.model`,
which defines its nouns.
"""

RELEASE = "0.1.0"
"""Names what these parsers make of a document; raised whenever the same bytes may be read differently."""

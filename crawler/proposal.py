"""The registry entry that a discovery proposes: TOML with comments for what it saw and what it could not decide."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from crawler import titles
from crawler.discover import Found, Search
from parsers.regions import region_of

SURE = 0.4


def toml(search: Search) -> str:
    """The whole text; it loads as it is unless a comment says that a value must be filled in first."""
    columns = search.columns()
    lines = [
        "# Proposed by nianbao discover: look it through before use.",
        f"id = {_quoted(identifier(search.home))}",
        f"name = {_quoted(search.name)}{'' if search.name else '  # not decided: the home page names no government'}",
        _region(search),
        f"home = {_quoted(search.home)}",
    ]
    for found in columns:
        lines += ["", *_column(found, search)]
    for lead in search.unseen:
        lines += ["", "# not looked at: one of a tree of agencies", "[[columns]]", f"url = {_quoted(lead.ask.url)}",
                  f"agency = {_quoted(agency(lead.text, search.name))}", "verified = false"]  # fmt: skip
    if not columns:
        lines += [
            "",
            "# not decided: no 政府信息公开年报 column was found; add its address here",
            "# [[columns]]",
            '# url = ""',
        ]
    return "\n".join([*lines, *_notes(search)]) + "\n"


def identifier(home: str) -> str:
    """A portal id made of the host: ``ycxixia`` of www.ycxixia.gov.cn."""
    host = urlsplit(home).hostname or ""
    bare = re.sub(r"\.gov\.cn$", "", host.removeprefix("www."))
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-") or "portal"


def agency(text: str, government: str) -> str:
    """The full name of an agency that a tree calls by its short one: 区教育局 of 银川市西夏区 is 银川市西夏区教育局."""
    words = titles.normal(text)
    place = re.sub(r"(?:人民)?政府$", "", government)
    if not place or words.startswith(place) or words == government:
        return words
    overlap = next((n for n in range(min(len(place), len(words)), 0, -1) if place.endswith(words[:n])), 0)
    return place + words[overlap:]


def _region(search: Search) -> str:
    if search.region:
        return f'region = "{search.region}"  # GB/T 2260, from the SiteIDCode {search.code}'
    named = region_of(search.name) if search.name else None
    if named:
        return f'region = "{named}"  # GB/T 2260, by its name: the home page has no SiteIDCode'
    return 'region = ""  # not decided: no SiteIDCode on the home page; give the six digits of GB/T 2260'


def _column(found: Found, search: Search) -> list[str]:
    shown = titles.normal(found.text)
    lines = [f"# {shown or 'column'}: {found.reports} reports on the pages seen"]
    if found.confidence >= SURE:
        lines.append(f"# CMS family: {found.family} (confidence {found.confidence:.2f})")
    else:
        lines.append("# CMS family: not decided; plain links are read")
    if found.children:
        lines.append(f"# {len(found.children)} columns below it, by year or agency, are walked from here")
    lines += ["[[columns]]", f"url = {_quoted(found.url)}"]
    others = {agency for agency in found.agencies if agency not in search.name and search.name not in agency}
    if others and len(found.agencies) > 1:
        lines.append(f"# agency: left out, its reports name {len(found.agencies)} publishers")
    elif search.name:
        own = agency(shown, search.name) if titles.is_agency(shown) else search.name
        lines.append(f"agency = {_quoted(next(iter(others), '') or own)}")
    if not found.reports:
        lines.append("verified = false  # its name says so, but no report was seen in it")
    return lines


def _notes(search: Search) -> list[str]:
    notes = list(dict.fromkeys(search.notes))
    return ["", *(f"# not decided: {' '.join(note.split())}" for note in notes)] if notes else []


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

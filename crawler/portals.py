"""The registry of portals: TOML files to :class:`Portal`.

One file describes one portal; a folder (searched with its subfolders) describes many. Unknown keys are
refused, so that a slip of the pen can't switch a setting off unseen.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from crawler.hosts import authority, refusal, twins
from crawler.lists.adapters import FAMILIES

REGISTRY = Path(__file__).parent / "registry"
PORTAL_KEYS = ("id", "name", "region", "home", "columns", "hosts", "family", "tls", "verified", "note")
COLUMN_KEYS = ("url", "agency", "family", "seen", "verified", "note")
GROUP_FILE = "_group.toml"
"""Beside portals that share a template (mostly those of one prefecture): what holds for all of them."""
GROUP_KEYS = ("name", "region", "family", "tls", "note")
TLS = ("strict", "legacy")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PREFIX = re.compile(r"[1-9]\d{0,5}")
_REGION = re.compile(r"[1-9]\d{5}")


class PortalError(Exception):
    """A registry file that can't be used; the message names the file, the key and the cure.

    Raised by :func:`load`; caught by the command line, which prints it and exits with status 2.
    """

    def __init__(self, path: Path, key: str, cure: str) -> None:
        super().__init__(f"{path}: {key}: {cure}" if key else f"{path}: {cure}")


@dataclass(frozen=True, slots=True)
class Column:
    """One 政府信息公开年报 column: its first list page and the publisher of reports that name none."""

    url: str
    agency: str | None = None
    family: str | None = None
    """Name of the list adapter to use, where its choice by fingerprint is wrong."""
    seen: str | None = None
    """Address of a report that was seen in the column."""
    verified: bool = True
    """False for an address that was derived from other pages and never seen."""


@dataclass(frozen=True, slots=True)
class Portal:
    """One government portal: its identity, its hosts and its annual-report columns."""

    id: str
    name: str
    region: str
    home: str
    columns: tuple[Column, ...]
    hosts: tuple[str, ...] = ()
    """Further hosts (``host`` or ``host:port``) that the crawl may visit."""
    family: str | None = None
    tls: str = "strict"
    """``legacy`` allows TLS 1.0 and old ciphers for this portal alone; recorded with each capture."""
    verified: bool = True
    group: str | None = None
    """Name of the prefecture group that the portal's file lies in."""

    @property
    def territory(self) -> frozenset[str]:
        """The authorities that a crawl of this portal may ask: its own hosts, with and without ``www.``."""
        urls = (self.home, *(column.url for column in self.columns))
        own = {authority(url) for url in urls} | {host.lower() for host in self.hosts}
        return frozenset(twin for host in own for twin in twins(host))


def load(path: Path | None = None, *, mistakes: list[PortalError] | None = None) -> list[Portal]:
    """Portals of a file or folder (of the shipped registry without a path), in the order of their ids.

    Mistakes are added to ``mistakes`` and the other files still read; without it the first one is raised
    as :class:`PortalError`.
    """
    portals: dict[str, tuple[Portal, Path]] = {}
    for file in _files(REGISTRY if path is None else path):
        try:
            portal = read(file)
            if portal.id in portals:
                cure = f"{portal.id!r} is taken by {portals[portal.id][1]}; choose another id"
                raise PortalError(file, "id", cure)
        except PortalError as mistake:
            if mistakes is None:
                raise
            mistakes.append(mistake)
        else:
            portals[portal.id] = (portal, file)
    return [portals[key][0] for key in sorted(portals)]


def select(portals: Iterable[Portal], ids: Iterable[str]) -> tuple[list[Portal], list[str]]:
    """The portals with these ids (all of them without ids), and the ids that no portal has."""
    by_id = {portal.id: portal for portal in portals}
    wanted = list(dict.fromkeys(ids)) or list(by_id)
    return [by_id[key] for key in wanted if key in by_id], [key for key in wanted if key not in by_id]


@dataclass(frozen=True, slots=True)
class Group:
    """Defaults of the portals in one folder."""

    name: str | None = None
    region: str = ""
    """First digits of every portal's code."""
    family: str | None = None
    tls: str = "strict"


def read(file: Path) -> Portal:
    """The portal that one TOML file describes, with its group's defaults; raises :class:`PortalError`."""
    beside = file.parent / GROUP_FILE
    return _portal(_keys(file), _group(_keys(beside)) if beside.is_file() else Group())


def _keys(file: Path) -> _Keys:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise PortalError(file, "", f"cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise PortalError(file, "", "is not UTF-8; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise PortalError(file, "", f"is not valid TOML: {error}") from error
    return _Keys(file, "", data)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*.toml") if file.name != GROUP_FILE)
        if not files:
            raise PortalError(path, "", "holds no .toml file; add one file per portal")
        return files
    if not path.exists():
        raise PortalError(path, "", "does not exist; give a portal's .toml file or a folder of them")
    return [path]


def _group(keys: _Keys) -> Group:
    keys.known(GROUP_KEYS)
    region = keys.match("region", _PREFIX, 'give the first digits of the portals\' codes, as in "6401"')
    return Group(keys.text("name"), region, keys.family(), keys.choice("tls", TLS))


def _portal(keys: _Keys, group: Group) -> Portal:
    keys.known(PORTAL_KEYS)
    if not str(keys.data.get("region", group.region)).startswith(group.region):
        raise keys.error(
            "region", f"is {keys.data['region']!r}; codes of {group.name} begin with {group.region}"
        )
    return Portal(
        id=keys.match("id", _ID, "use lower-case letters, digits and hyphens, as in 'yinchuan-xixia'"),
        name=keys.text("name"),
        region=keys.match("region", _REGION, 'give the six digits of GB/T 2260 as a string, as in "640105"'),
        home=keys.url("home"),
        columns=tuple(_column(column) for column in keys.tables("columns")),
        hosts=keys.texts("hosts"),
        family=keys.family() or group.family,
        tls=keys.choice("tls", (group.tls, *TLS)),
        verified=keys.flag("verified"),
        group=group.name,
    )


def _column(keys: _Keys) -> Column:
    keys.known(COLUMN_KEYS)
    return Column(
        url=keys.url("url"),
        agency=keys.optional("agency"),
        family=keys.family(),
        seen=keys.url("seen") if "seen" in keys.data else None,
        verified=keys.flag("verified"),
    )


@dataclass(frozen=True, slots=True)
class _Keys:
    """One TOML table under strict reading: every complaint names the file and the key."""

    file: Path
    prefix: str
    data: Mapping[str, object]

    def known(self, names: tuple[str, ...]) -> None:
        for key in self.data:
            if key not in names:
                raise self.error(key, f"is not a key of the registry; known are {', '.join(names)}")

    def error(self, key: str, cure: str) -> PortalError:
        return PortalError(self.file, f"{self.prefix}{key}", cure)

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "is missing; give a text in quotes")
        return value.strip()

    def optional(self, key: str) -> str | None:
        return self.text(key) if key in self.data else None

    def family(self) -> str | None:
        value = self.optional("family")
        if value is not None and value not in FAMILIES:
            raise self.error("family", f"{value!r} is not known; use one of {', '.join(sorted(FAMILIES))}")
        return value

    def match(self, key: str, pattern: re.Pattern[str], cure: str) -> str:
        value = self.text(key) if isinstance(self.data.get(key), str) else ""
        if not pattern.fullmatch(value):
            raise self.error(key, f"is {self.data.get(key)!r}; {cure}")
        return value

    def url(self, key: str) -> str:
        value = self.text(key)
        reason = refusal(value, allow_private=True)
        if reason:
            raise self.error(
                key, f"is {value!r}: {reason}; give a whole address that starts with http:// or https://"
            )
        parts = urlsplit(value)
        if parts.username or parts.password:
            raise self.error(key, "holds a user name; give the public address without it")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.error(key, 'must be a list of texts, as in ["www.example.gov.cn"]')
        return tuple(value)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.data.get(key, choices[0])
        if value not in choices:
            raise self.error(key, f"is {value!r}; choose from {', '.join(choices)}")
        return str(value)

    def flag(self, key: str) -> bool:
        value = self.data.get(key, True)
        if not isinstance(value, bool):
            raise self.error(key, f"is {value!r}; write true or false")
        return value

    def tables(self, key: str) -> Iterable[_Keys]:
        value = self.data.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            raise self.error(key, "is missing; add at least one [[columns]] table with a url")
        return [_Keys(self.file, f"{key}[{number}].", table) for number, table in enumerate(value, 1)]

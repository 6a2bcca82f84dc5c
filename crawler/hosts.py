"""Which hosts and addresses may be asked at all: pure rules, without the network."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@lru_cache(maxsize=4096)
def authority(url: str) -> str:
    """``host`` or ``host:port`` of a URL in lower case, without the port that the scheme implies.

    >>> authority("http://WWW.Example.gov.cn:80/a"), authority("http://127.0.0.1:8000/")
    ('www.example.gov.cn', '127.0.0.1:8000')
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:
        return ""
    if port is None or port == DEFAULT_PORTS.get(parts.scheme):
        return host
    return f"{host}:{port}"


def twins(host: str) -> tuple[str, str]:
    """A host with and without ``www.``: most portals serve both from one site."""
    bare = host.removeprefix("www.")
    return bare, f"www.{bare}"


def refusal(url: str, *, allow_private: bool) -> str | None:
    """Why this URL must not be asked at all, or None.

    Without ``allow_private`` only names under ``.gov.cn`` are asked: that refuses every address literal, in
    whatever notation (dotted, decimal, hexadecimal, IPv6, mapped), before it is resolved.
    """
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "the address is malformed"
    if parts.scheme not in DEFAULT_PORTS:
        return f"the scheme {parts.scheme or '(none)'!r} is not http or https"
    if not host:
        return "the address names no host"
    if parts.username is not None or parts.password is not None:
        return "the address holds a user name"
    if allow_private or host == "gov.cn" or host.endswith(".gov.cn"):
        return None
    return f"the host {host} is not under .gov.cn; --allow-private crawls it all the same"


@lru_cache(maxsize=4096)
def address_refusal(address: str, *, allow_private: bool) -> str | None:
    """Why no connection may be made to this numeric address, or None.

    Link-local addresses (a cloud's metadata service answers there), multicast and unspecified ones are
    refused in any case; loopback and private ones without ``allow_private``.
    """
    try:
        real = unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return f"{address} is not a numeric address"
    if real.is_link_local or real.is_multicast or real.is_unspecified:
        return f"{address} is a link-local, multicast or unspecified address"
    if not allow_private and (not real.is_global or real.is_reserved):
        return f"{address} is a private or reserved address"
    return None


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (mapped, compatible, 6to4, Teredo, NAT64), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and (address in NAT64 or (int(address) >> 32 == 0 and int(address) > 1)):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address

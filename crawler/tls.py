"""TLS for portals whose servers know nothing newer than TLS 1.0: only where the registry says ``tls = "legacy"``.

Certificates are verified all the same. What was lowered is recorded with each capture (``x-nianbao-tls``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from scrapy.core.downloader.contextfactory import _get_creator_context
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from twisted.internet.ssl import TLSVersion, optionsForClientTLS
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
    from twisted.web.client import BrowserLikePolicyForHTTPS

LEGACY = "legacy"
RECORD = "x-nianbao-tls"
"""Header under which a capture records that TLS was lowered for it."""
_CIPHERS = b"ALL:@SECLEVEL=0"
_OP_LEGACY_SERVER_CONNECT = 0x4  # renegotiation as before RFC 5746; pyOpenSSL has no name for it


class TlsHandler(HTTP11DownloadHandler):
    """Scrapy's handler with a policy that lowers TLS for the hosts of legacy portals."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Scrapy's setting for this is deprecated and leaves no way but its private attribute
        self._contextFactory = cast(
            "IPolicyForHTTPS", Policy(cast("BrowserLikePolicyForHTTPS", self._contextFactory), crawler)
        )


@implementer(IPolicyForHTTPS)
class Policy:
    """Scrapy's own policy for every host but those of the spider's ``legacy_hosts``."""

    def __init__(self, usual: BrowserLikePolicyForHTTPS, crawler: Crawler) -> None:
        self.usual = usual
        self.crawler = crawler

    def creatorForNetloc(self, hostname: bytes, port: int) -> IOpenSSLClientConnectionCreator:
        """How to connect to the host."""
        legacy: frozenset[str] = getattr(self.crawler.spider, "legacy_hosts", frozenset())
        if hostname.decode("ascii") in legacy:
            return lowered(hostname.decode("ascii"))
        creator: IOpenSSLClientConnectionCreator = self.usual.creatorForNetloc(hostname, port)
        return creator


def lowered(hostname: str) -> IOpenSSLClientConnectionCreator:
    """A connection that takes TLS 1.0, old ciphers and old renegotiation, and still verifies the certificate."""
    creator: IOpenSSLClientConnectionCreator = optionsForClientTLS(
        hostname, extraCertificateOptions={"insecurelyLowerMinimumTo": TLSVersion.TLSv1_0}
    )
    # Twisted spells a cipher string out and loses its security level, so it is set on the context itself
    context = _get_creator_context(creator)
    context.set_cipher_list(_CIPHERS)
    context.set_options(_OP_LEGACY_SERVER_CONNECT)
    return creator

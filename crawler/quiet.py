"""Keeps Twisted from printing what is told elsewhere, whoever started the spider."""

from __future__ import annotations

import logging
from functools import cache

from twisted.logger import globalLogBeginner


@cache
def quiet_twisted() -> None:
    """Once a process: no traceback for a certificate that is not a host's own, and nothing to standard error."""
    logging.getLogger("twisted").addFilter(_not_a_certificate)
    # Twisted's own fallback prints to standard error what Python's logging has been given already
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False, discardBuffer=True)


def _not_a_certificate(record: logging.LogRecord) -> bool:
    """Such a certificate is an outcome, told by its name."""
    return "while verifying certificate" not in record.getMessage()

"""The few exceptions of the parsers.

An exception means that we or the environment are wrong, or that a file can't be read at all.
Whatever is odd about a report that could be read is a :class:`parsers.model.Problem` instead.
"""

from __future__ import annotations


class ParserError(Exception):
    """Base of every exception raised by :mod:`parsers`; callers catch this one."""


class Unreadable(ParserError):
    """A file holds no document that we can read.

    Raised by the readers in :mod:`parsers.documents`; caught by the command line and the archive,
    which report ``code`` and ``message`` and go on with the next file.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[Unreadable], tuple[str, str]]:
        """So that it can come back from a child process."""
        return type(self), (self.code, self.message)


class NoProcesses(ParserError):
    """The processes that read files can't be started, or are ended before they read anything.

    Raised by :func:`parsers.workers.run`; the command line reports it: what was read before stays.
    """


class BadForm(ParserError):
    """A form's TOML contradicts itself, for instance by a sum over an unknown row.

    Raised by :mod:`parsers.forms` when a form is loaded; never caught: the package is broken.
    """

"""The few exceptions of the archive; each one's text is a single line that names the thing and the cure."""


class ArchiveError(Exception):
    """Base of every exception raised by :mod:`archive`; the command line prints it and exits with status 1."""


class NotAnArchive(ArchiveError):
    """The folder holds no archive, or a file that is not one. Raised when an archive is opened."""


class Locked(ArchiveError):
    """Another process writes to the archive. Raised when an archive is opened for writing."""


class ReadOnly(ArchiveError):
    """The archive's folder can't be written. Raised when an archive is opened for writing."""


class Outdated(ArchiveError):
    """The database has a schema of another release. Raised when an archive is opened."""


class Unwritten(ArchiveError):
    """The disk refused a write (full, or an I/O error). Raised by whatever writes; nothing half is left."""


class Damaged(ArchiveError):
    """A stored file is missing or is not what its name says. Raised when an original is read."""


class Unknown(ArchiveError):
    """A report, check or version named by the user is not in the archive. Raised by look-ups."""

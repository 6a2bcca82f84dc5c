"""A file as the public JSON, whatever befalls it: what ``nianbao parse`` prints a line of."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parsers import contract
from parsers.errors import Unreadable

if TYPE_CHECKING:
    from parsers.readings import When


def parse_file(path: str, *, evidence: bool, second: When) -> dict[str, Any]:
    """What the file says (see :func:`parsers.contract.as_json`), or that it can't be opened; ``path`` as it was given.

    Raises Unreadable where it holds no document, and for a fault of ours too.
    """
    from parsers.read import read  # noqa: PLC0415  only the process that reads needs it

    try:
        data = Path(path).read_bytes()
    except OSError as error:
        return {"source": shown(path), "error": _file_error(error)}
    try:
        report = read(data, name=Path(path).name, second=second)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        logging.getLogger(__name__).info("%s", path, exc_info=True)
        fault = f"{type(error).__name__}: {error}"
        message = f"the parsers broke on it ({fault}); please report it with the file"
        raise Unreadable("parser_failed", message) from error
    digest = hashlib.sha256(data).hexdigest()
    return contract.as_json(report, source=shown(path), sha256=digest, evidence=evidence)


def shown(path: str) -> str:
    """The path as text; a name's bytes that are not UTF-8 show as U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def _file_error(error: OSError) -> dict[str, str]:
    if isinstance(error, FileNotFoundError):
        return {"code": "not_found", "message": "no such file; check the path"}
    if isinstance(error, IsADirectoryError):
        return {"code": "is_a_folder", "message": "this is a folder; name the files in it"}
    return {"code": "not_readable", "message": f"{error.strerror}; check the file's permissions"}

"""How long work tells how far it is, without knowing who looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Hands the items on as they come and shows somewhere how many there were."""

    def __call__(self, items: Iterable[T], doing: str, unit: str, total: int | None = None) -> Iterator[T]:
        """The items themselves."""


def silent(items: Iterable[T], doing: str, unit: str, total: int | None = None) -> Iterator[T]:
    """Show nothing."""
    del doing, unit, total
    return iter(items)

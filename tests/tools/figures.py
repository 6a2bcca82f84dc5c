"""Whole tables from the few figures that a person writes down: totals follow, sums hold unless told not to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.tools.layout import APPLICANTS, GROUPS, OUTCOMES, Value

Row = dict[str, Value]
Rows = dict[str, Row]

_SHARED = (
    *("new", "carried_in", "granted", "partly_granted", "denied_state_secret", "denied_other_law"),
    *("denied_security_stability", "denied_third_party", "denied_internal_affairs", "denied_process"),
    *("denied_enforcement_file", "denied_admin_inquiry", "unable_not_held", "unable_needs_creation"),
    *("unable_unclear", "rejected_petition", "rejected_repeated", "rejected_publication", "rejected_mass"),
    "rejected_reconfirm",
)
_OTHER = {"2019": ("other",), "2021": ("other_no_correction", "other_no_payment", "other_other")}
_NONE = (0,) * len(APPLICANTS)


def requests(form: str, given: Mapping[str, Sequence[int]], *, slip: Mapping[str, Sequence[int]]) -> Rows:
    """Section 三: ``granted`` is what the other outcomes leave; ``slip`` is added after everything balanced.

    Raises ``ValueError`` where the figures given can't add up or name an unknown row.
    """
    order = (*_SHARED, *_OTHER[form], "total", "carried_out")
    if unknown := given.keys() - set(order):
        raise ValueError(f"unknown rows: {sorted(unknown)}")
    counts = {row: tuple(given.get(row, _NONE)) for row in order}
    leaves = order[3:-2]
    closed = _add(counts["new"], counts["carried_in"], _minus(counts["carried_out"]))
    counts["granted"] = _add(closed, *(_minus(counts[row]) for row in leaves))
    if min(counts["granted"]) < 0:
        raise ValueError(f"more outcomes than requests: {counts['granted']}")
    for row, extra in slip.items():
        counts[row] = _add(counts[row], tuple(extra))
    counts["total"] = _add(counts["granted"], *(counts[row] for row in leaves))
    return {row: _with_total(counts[row]) for row in order}


def disputes(given: Mapping[str, Sequence[int]]) -> Rows:
    """Section 四: each group's four outcomes and their total."""
    return {group: dict(zip(OUTCOMES, (*given[group], sum(given[group])), strict=True)) for group in GROUPS}


def _with_total(counts: Sequence[int]) -> Row:
    return {**dict(zip(APPLICANTS, counts, strict=True)), "total": sum(counts)}


def _add(*rows: Sequence[int]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def _minus(row: Sequence[int]) -> tuple[int, ...]:
    return tuple(-count for count in row)

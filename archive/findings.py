"""``nianbao check``: the arithmetic of reports (勾稽关系) that does not come out, within and across reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from archive.derive import ACROSS
from archive.store import Archive
from parsers.forms import load_forms
from parsers.phrases import phrases


@dataclass(frozen=True, slots=True)
class Failing:
    """A check that fails: ``left`` should equal ``right``; ``judgement`` is what a person said of it."""

    id: str
    agency: str
    region: str | None
    year: int
    url: str
    rule: str
    where: str
    left: float | None
    right: float | None
    verdict: str | None
    judgement: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """The failing checks, by year, agency and rule; ``checked`` counts all checks that could be judged."""

    checked: int
    failing: tuple[Failing, ...]

    @property
    def exit_status(self) -> int:
        """1 where a check fails that nobody dismissed."""
        return 1 if any(one.judgement != "dismissed" for one in self.failing) else 0

    def text(self) -> str:
        """For people: one line a check, its id first (``nianbao judge`` takes it)."""
        lines = [
            f"{one.id}  {one.agency} {one.year}: {one.left} is not {one.right}{_said(one)}"
            for one in self.failing
        ]
        prose = sum(one.rule.startswith("prose.") for one in self.failing)
        among = f", {prose} of them between prose and table (prose.*)" if prose else ""
        return "\n".join([*lines, f"{len(self.failing)} of {self.checked} checks fail{among}"])

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


def rules() -> list[str]:
    """Every rule that a check can have."""
    within = {item.rule for form in load_forms().values() for item in form.sums}
    return sorted({*within, *ACROSS, *(f"prose.{phrase.id}" for phrase in phrases().phrases)})


def check(archive: Archive, *, year: int | None = None, rule: str | None = None) -> Findings:
    """The failing checks of the current reading, of one year and one rule if given."""
    where = "(?1 IS NULL OR year = ?1) AND (?2 IS NULL OR rule = ?2)"
    ((checked,),) = archive.db.execute(
        f"SELECT count(*) FROM current_checks WHERE status <> 'unknown' AND {where}", [year, rule]
    ).fetchall()
    found = archive.db.execute(
        "SELECT report || ':' || rule || ':' || \"where\", agency, region, year, url, rule, \"where\", "
        f'"left", "right", verdict, judgement FROM current_checks WHERE status = \'fails\' AND {where} '
        'ORDER BY year, agency, rule, "where"',
        [year, rule],
    )
    return Findings(checked, tuple(Failing(*row) for row in found))


def _said(one: Failing) -> str:
    said = [f"verdict {one.verdict}" if one.verdict else "", one.judgement or ""]
    return f" ({', '.join(filter(None, said))})" if any(said) else ""

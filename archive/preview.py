"""What a re-parse would change, before anything is touched: per original, judged, and grouped by cause."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

import parsers
from archive import rows, selection, spool
from archive.changes import Changes, Said, compare, from_lists, said
from archive.progress import Progress, silent
from archive.store import Archive

Judgement = Literal["better", "worse", "doubtful", "neutral"]
"""``worse``: a number (of a table or stated in the prose), a check that held, a table or the identity is lost. ``doubtful``: a number becomes
another one and no check says that this is right. ``better``: something is gained and nothing of that happens.
``neutral``: only prose, problems or places differ."""

_HEADS = ("form", "title", "agency", "year", "is_report", "error")
_LISTED = 20


@dataclass(frozen=True, slots=True)
class HeadChange:
    """A change in form, title, agency, year, ``is_report`` or ``error`` (the code of a file that can't be read)."""

    name: str
    before: str | int | None
    after: str | int | None


@dataclass(frozen=True, slots=True)
class OriginalChange:
    """What changes for one original, and whether that is for the better."""

    sha256: str
    url: str
    agency: str | None
    year: int | None
    heads: tuple[HeadChange, ...]
    changes: Changes
    judgement: Judgement

    def cause(self) -> tuple[str, ...]:
        """The kinds of change, without the figures: originals that share them most likely share one cause."""
        kinds = {f"{head.name} {_kind(head.before)} -> {_kind(head.after)}" for head in self.heads}
        for cell in self.changes.cells:
            states = f"{cell.before.state} -> {cell.after.state}"
            kinds.add(f"{cell.table} cells: {states}")
        kinds |= {f"check {c.rule}: {c.before} -> {c.after}" for c in self.changes.checks}
        kinds |= {f"problem {p.code} {'comes' if p.came else 'goes'}" for p in self.changes.problems}
        kinds |= {
            f"stated {c.figure}: {_kind(c.values[0])} -> {_kind(c.values[1])}" for c in self.changes.stated
        }
        if self.changes.prose:
            kinds.add("prose differs")
        return tuple(sorted(kinds)) or ("places or sentences differ",)

    def lines(self) -> Iterator[str]:
        """One line a change, raw text and place with each cell."""
        for head in self.heads:
            yield f"{head.name}: {head.before} -> {head.after}"
        for cell in self.changes.cells:
            seen = (
                cell.before if cell.after.raw is None else cell.after
            )  # what new parsers lose, the old ones had found
            place = json.dumps(seen.place, ensure_ascii=False)
            yield f"{cell.address}: {cell.before} -> {cell.after} (printed {seen.raw!r} at {place})"
        for check in self.changes.checks:
            yield f"check {check.rule} {check.where}: {check.before} -> {check.after}"
        yield from map(str, self.changes.stated)
        for problem in self.changes.problems:
            yield f"problem {problem.code} {problem.where} {'comes' if problem.came else 'goes'}"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a re-parse would change; nothing in the archive was touched.

    ``damaged``: originals that are missing or altered, SHA-256 and message; what was read of them before stands.
    """

    parser: str
    originals: int
    changed: tuple[OriginalChange, ...]
    damaged: tuple[tuple[str, str], ...] = ()

    @property
    def exit_status(self) -> int:
        """1 where anything gets worse or is doubtful, or an original is damaged."""
        return 1 if self.damaged or self.counts()["worse"] + self.counts()["doubtful"] else 0

    def counts(self) -> dict[str, int]:
        """Originals by judgement, cells that change, checks that start and stop to hold."""
        counts = dict.fromkeys(("better", "worse", "doubtful", "neutral"), 0)
        for change in self.changed:
            counts[change.judgement] += 1
        checks = [check for change in self.changed for check in change.changes.checks]
        counts["cells"] = sum(len(change.changes.cells) for change in self.changed)
        counts["checks_start"] = sum(check.after == "holds" for check in checks)
        counts["checks_stop"] = sum(check.before == "holds" for check in checks)
        return counts

    def causes(self) -> list[tuple[tuple[str, ...], list[OriginalChange]]]:
        """Changes grouped by cause, the largest group first."""
        groups: dict[tuple[str, ...], list[OriginalChange]] = {}
        for change in self.changed:
            groups.setdefault(change.cause(), []).append(change)
        return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))

    def text(self) -> str:
        """For people: the sum, then each cause with one example in full."""
        counts = self.counts()
        lines = [
            f"parsers {self.parser} read {self.originals} originals: {len(self.changed)} change, "
            f"{counts['cells']} cells in all; {counts['checks_start']} checks start to hold, "
            f"{counts['checks_stop']} stop; {counts['better']} better, {counts['worse']} worse, "
            f"{counts['doubtful']} doubtful"
        ]
        for cause, changes in self.causes():
            first = changes[0]
            lines.append(f"{len(changes)} originals, {first.judgement}: {'; '.join(cause)}")
            lines.append(
                f"  for one {first.agency or '?'} {first.year or '?'} {first.url} ({first.sha256[:12]})"
            )
            shown = list(first.lines())
            lines += [f"    {line}" for line in shown[:_LISTED]]
            if len(shown) > _LISTED:
                lines.append(f"    and {len(shown) - _LISTED} more (--json has all)")
        lines += [f"original {name} can't be read: {why}" for name, why in self.damaged]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """For programs: everything."""
        causes = [
            {"cause": cause, "originals": [change.sha256 for change in changes]}
            for cause, changes in self.causes()
        ]
        changed = [asdict(change) for change in self.changed]
        return {
            "parser": self.parser,
            "originals": self.originals,
            "counts": self.counts(),
            "causes": causes,
            "changed": changed,
            "damaged": [{"sha256": name, "message": why} for name, why in self.damaged],
        }


def preview(
    archive: Archive,
    *,
    everything: bool = False,
    only: str | None = None,
    workers: int = 1,
    progress: Progress = silent,
) -> Preview:
    """Read stored originals with the parsers of this release and say what would change; touches nothing.

    ``everything`` and ``only`` choose the originals as for :func:`archive.reading.reparse`.
    """
    names = selection.choose(archive, everything=everything, only=only)
    gathered = spool.gather_apart(archive.path, names, workers=workers, progress=progress)
    try:
        found = tuple(changed(archive, gathered))
        damaged = tuple(_damaged(gathered))
    finally:
        gathered.discard()
    kept = found if only != selection.IMPROVEMENTS else tuple(c for c in found if c.judgement == "better")
    return Preview(parsers.RELEASE, len(names), kept, damaged)


def changed(archive: Archive, lines: Iterable[bytes]) -> Iterator[OriginalChange]:
    """For each line that says something else than the accepted parse: what."""
    sql = "SELECT a.sha256, p.id, p.digest FROM accepted a JOIN parses p ON p.id = a.parse"
    accepted = {sha256: (parse, digest) for sha256, parse, digest in archive.db.execute(sql)}
    for line in lines:
        parsed = rows.unpack(line)
        parse, digest = accepted.get(parsed.sha256, (None, None))
        if parse is not None and digest != parsed.digest and parsed.body["error"] != rows.DAMAGED:
            yield _change(archive, parse, parsed)


def _damaged(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if f'"error":"{rows.DAMAGED}"'.encode() in line:  # most lines need not be unpacked again
            parsed = rows.unpack(line)
            if parsed.body["error"] == rows.DAMAGED:
                yield parsed.sha256, parsed.body["problems"][0][2]


def _change(archive: Archive, parse: int, parsed: rows.Parsed) -> OriginalChange:
    names = ", ".join(_HEADS)
    (before,) = archive.db.execute(f"SELECT {names} FROM parses WHERE id = ?", [parse]).fetchall()
    pairs = zip(_HEADS, before, (parsed.body[name] for name in _HEADS), strict=True)
    heads = tuple(HeadChange(*pair) for pair in pairs if pair[1] != pair[2])
    changes = compare(said(archive.db.conn, parse), _said(parsed))
    sql = (
        "SELECT c.url, f.agency, f.year FROM captures c LEFT JOIN filings f USING (url, sha256) "
        "WHERE c.sha256 = ? ORDER BY c.id LIMIT 1"
    )
    url, agency, year = archive.db.execute(sql, [parsed.sha256]).fetchone()
    return OriginalChange(parsed.sha256, url, agency, year, heads, changes, _judge(heads, changes))


def _said(parsed: rows.Parsed) -> Said:
    body = parsed.body
    lists = ("checks", "sections", "problems", "statements")
    return from_lists(json.loads(parsed.evidence), *(body.get(name, []) for name in lists))


def _judge(heads: tuple[HeadChange, ...], changes: Changes) -> Judgement:
    identity = [head for head in heads if head.name not in ("error", "is_report")]
    lost = [
        *(head for head in identity if head.after is None),
        *(head for head in heads if head.name == "error" and head.after is not None),
        *(head for head in heads if head.name == "is_report" and not head.after),
        *(cell for cell in changes.cells if cell.before.value is not None and cell.after.value is None),
        *(check for check in changes.checks if check.before == "holds"),
        *(stated for stated in changes.stated if stated.lost),
    ]
    if lost:
        return "worse"
    starts = any(check.after == "holds" for check in changes.checks)
    if any(cell.before.value is not None for cell in changes.cells) and not starts:
        return "doubtful"
    if any(head.before is not None for head in identity):
        return "doubtful"
    if any(stated.replaced for stated in changes.stated):
        return "doubtful"
    gained = starts or heads or any(cell.after.value is not None for cell in changes.cells)
    gained = gained or any(stated.gained for stated in changes.stated)
    return "better" if gained or any(not problem.came for problem in changes.problems) else "neutral"


def _kind(value: object) -> str:
    return "null" if value is None else "value"

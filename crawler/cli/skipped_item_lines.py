"""The lines about skipped items at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crawler.store.item_failures import ITEMS, ItemFailure

_SHOWN = 5
_PLURALS = {
    "article": "articles",
    "link": "links",
    "page": "pages",
    "post": "posts",
    "step": "steps",
}


def failure_lines(failures: Sequence[ItemFailure]) -> list[str]:
    """Return lines with the number of skipped items by kind, and the first five of `failures`."""
    skipped = [failure for failure in failures if failure.kind in ITEMS]
    if not skipped:
        return []
    counts = Counter(failure.kind for failure in skipped)
    named = ", ".join(_counted(kind, count) for kind, count in sorted(counts.items()))
    messages = [f"            {failure.message}" for failure in skipped[:_SHOWN]]
    lines = [f"  skipped   {named}", *messages]
    more = len(skipped) - _SHOWN
    return lines + ([f"            … and {more:,} more: --json lists all"] if more > 0 else [])


def _counted(kind: str, count: int) -> str:
    return f"{count:,} {kind if count == 1 else _PLURALS.get(kind, kind)}"

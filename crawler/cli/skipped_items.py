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
    """How many items of each kind were skipped, and the reasons of the first five."""
    found = [each for each in failures if each.kind in ITEMS]
    if not found:
        return []
    counts = Counter(each.kind for each in found)
    named = ", ".join(_counted(kind, count) for kind, count in sorted(counts.items()))
    lines = [f"  skipped   {named}", *(f"            {each.message}" for each in found[:_SHOWN])]
    more = len(found) - _SHOWN
    return lines + ([f"            … and {more:,} more: --json lists all"] if more > 0 else [])


def _counted(kind: str, count: int) -> str:
    return f"{count:,} {kind if count == 1 else _PLURALS.get(kind, kind)}"

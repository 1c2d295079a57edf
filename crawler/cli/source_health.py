"""The health of each source in words, for lists: failing, silent, moved, gone, changed or ok."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from crawler.store.run_monitoring import SilentSource

_POLLED = "SELECT name FROM sources WHERE enabled = 1 AND last_attempt IS NOT NULL"


def health_by_source(db: sqlite3.Connection) -> dict[str, str]:
    """Return the health of each enabled source that was polled; `ok` if nothing is unusual."""
    from crawler.store.run_monitoring import changed_sources, failing_sources, silent_sources

    words: dict[str, list[str]] = {name: [] for (name,) in map(tuple, db.execute(_POLLED))}
    for failing in failing_sources(db):
        times = f"{failing.failures:,} in a row"
        words.setdefault(failing.name, []).append(f"failing: {failing.outcome}, {times}")
    for silent in silent_sources(db):
        words.setdefault(silent.name, []).append(f"silent: {silence(silent)}")
    for changed in changed_sources(db):
        words.setdefault(changed.name, []).extend(changed.sentences())
    return {name: "; ".join(parts) or "ok" for name, parts in words.items()}


def silence(source: SilentSource) -> str:
    """Return the time of the last post of a silent `source`, and its usual gap if known."""
    last = f"last new post {source.last_new[:10] or 'never'}"
    gap = source.usual_gap_days
    return last if gap is None else f"{last}, usually every {gap:.0f} {_days(gap)}"


def _days(count: float) -> str:
    return "day" if count == 1 else "days"

"""Whether the clock can be trusted: compare it with the history of runs, and correct what a wrong
clock wrote.

Nothing is deleted by age while the clock is doubtful. A clock that was wrong for one night, or for
a
week, therefore costs no archive segment and no backup.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from crawler.errors import HashtrailError
from crawler.store.database import transaction
from crawler.store.due_queries import CLOCK_TOLERANCE
from crawler.text_cleaning import iso

# The clock is doubtful if it moved back, or ahead by more than this from one run to the next, …
LONGEST_PAUSE = timedelta(days=40)
# … on the last so many days on which there was a run.
DAYS_COMPARED = 8
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # 1970 is the year of a machine without a clock
_MOST_RUNS = 500
_FUTURE = timedelta(days=2)
_TIMES = (("aliases", "added_at"), ("articles", "first_seen"), ("posts", "seen_at"))


def require_plausible_clock(now: datetime) -> None:
    """Raise HashtrailError for a time that no run can have: its dates would spoil the database.

    A clock that is wrong by days or years is handled by the functions below.
    """
    if _FIRST_YEAR <= now.year <= _LAST_YEAR:
        return
    message = f"The clock of this machine says {now:%d %b} {now.year}, which cannot be right."
    raise HashtrailError(message, "Set the clock and run the same command. Nothing was changed.")


def clock_doubt_reason(db: Database, now: datetime) -> str:
    """Why nothing should be deleted by age at `now` (aware UTC); empty if the clock can be trusted."""
    later, days = now, set()
    for earlier in _starts(db):
        days.add(earlier.date())
        if len(days) > DAYS_COMPARED:
            break
        if later < earlier - CLOCK_TOLERANCE:
            return f"the clock moved back from {_shown(earlier)} to {_shown(later)}"
        if later > earlier + LONGEST_PAUSE:
            return f"the clock moved ahead from {_shown(earlier)} to {_shown(later)}"
        later = earlier
    return ""


def correct_future_times(db: Database, now: datetime) -> int:
    """Set times of first sight in the future to `now`; returns how many rows changed.

    Does nothing if `now` does not continue the runs before it, or if most of the last runs are
    later
    than `now`: then this clock is the one that is behind.
    """
    starts = _starts(db)
    ahead = [each for each in starts if each > now + CLOCK_TOLERANCE]
    before = [each for each in starts if each <= now + CLOCK_TOLERANCE]
    if not ahead or len(ahead) >= len(before) or max(before) < now - LONGEST_PAUSE:
        return 0
    changed = 0
    with transaction(db):
        for table, column in _TIMES:
            changed += db.conn.execute(
                f"UPDATE {table} SET {column} = ? WHERE {column} > ?",  # noqa: S608
                [iso(now), iso(now + _FUTURE)],
            ).rowcount
    return changed


def _starts(db: Database) -> list[datetime]:
    """When the last runs started, newest first by number."""
    rows = db.execute("SELECT started FROM runs ORDER BY id DESC LIMIT ?", [_MOST_RUNS])
    return [datetime.fromisoformat(started) for (started,) in rows]


def _shown(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"

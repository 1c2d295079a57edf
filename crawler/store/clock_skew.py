"""Comparing the clock with the history of runs, and correcting times that a wrong clock wrote.

Nothing is deleted by age while the clock is doubtful. A clock that was wrong for one night or for a
week therefore costs no archive segment and no backup.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from crawler.errors import HashtrailError
from crawler.store.database import transaction
from crawler.store.due_queries import CLOCK_TOLERANCE
from crawler.utc_times import iso

# The clock is doubtful if it moved back, or ahead by more than this from one run to the next, …
LONGEST_PAUSE = timedelta(days=40)
# … on the last so many days on which there was a run.
DAYS_COMPARED = 8
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # 1970 is the year of a machine without a clock
_MOST_RUNS = 500
_FUTURE = timedelta(days=2)
_TIMES = (("aliases", "added_at"), ("articles", "first_seen"), ("posts", "seen_at"))


def require_plausible_clock(now: datetime) -> None:
    """Raise HashtrailError for a time that no run can have: its dates would damage the database.

    The other functions of this module handle a clock that is wrong by days or years.
    """
    if _FIRST_YEAR <= now.year <= _LAST_YEAR:
        return
    message = f"The clock of this machine shows {now:%d %b} {now.year}, which cannot be right."
    raise HashtrailError(message, "Set the clock and run the same command. Nothing was changed.")


def clock_doubt_reason(db: Database, now: datetime) -> str:
    """Return why nothing should be deleted by age at `now`; "" if the clock can be trusted."""
    later, days = now, set()
    for earlier in _run_starts(db):
        days.add(earlier.date())
        if len(days) > DAYS_COMPARED:
            break
        if later < earlier - CLOCK_TOLERANCE:
            return f"the clock moved back from {_minute(earlier)} to {_minute(later)}"
        if later > earlier + LONGEST_PAUSE:
            return f"the clock moved ahead from {_minute(earlier)} to {_minute(later)}"
        later = earlier
    return ""


def correct_future_times(db: Database, now: datetime) -> int:
    """Set first-seen times in the future to `now`. Returns the number of rows changed.

    Does nothing if `now` does not continue the earlier runs, or if most of the last runs are later
    than `now`: then the current clock is behind.
    """
    if not _was_ahead(_run_starts(db), now):
        return 0
    changed = 0
    with transaction(db):
        for table, column in _TIMES:
            statement = f"UPDATE {table} SET {column} = ? WHERE {column} > ?"  # noqa: S608
            changed += db.conn.execute(statement, [iso(now), iso(now + _FUTURE)]).rowcount
    return changed


def _was_ahead(starts: list[datetime], now: datetime) -> bool:
    """Whether the clock of some runs was ahead, and the clock of most runs agrees with `now`."""
    latest = now + CLOCK_TOLERANCE
    past = [start for start in starts if start <= latest]
    ahead = len(starts) - len(past)
    return 0 < ahead < len(past) and max(past) >= now - LONGEST_PAUSE


def _run_starts(db: Database) -> list[datetime]:
    """Return the start times of the last runs, newest first by number."""
    rows = db.execute("SELECT started FROM runs ORDER BY id DESC LIMIT ?", [_MOST_RUNS])
    return [datetime.fromisoformat(started) for (started,) in rows]


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"

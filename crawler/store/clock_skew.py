"""Comparing the clock with the history of runs, and correcting times that a wrong clock wrote.

Nothing is deleted by age while the clock is doubtful. A clock that was wrong for one night or for a
week therefore costs no archive segment and no backup.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from sqlite_utils import Database

from crawler.errors import HashtrailError
from crawler.store.database import transaction
from crawler.utc_times import CLOCK_TOLERANCE, iso

# The clock is doubtful if it moved back, or ahead by more than this from one run to the next, …
LONGEST_PAUSE = timedelta(days=40)
# … on the last so many days on which there was a run.
DAYS_COMPARED = 8
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # 1970 is the year of a machine without a clock
_MOST_RUNS = 500
_FUTURE = timedelta(days=2)
_SECOND = timedelta(seconds=1)
_TIMES = (
    ("aliases", "added_at"),
    ("article_changes", "at"),
    ("articles", "first_seen"),
    ("posts", "seen_at"),
    ("published_entries", "changed"),
)
# Latest first: each takes the rows from its start, and the earlier ones have the others.
_FUTURE_RUNS = "SELECT id, started FROM runs WHERE started >= ? ORDER BY started DESC"
_MOVE_RUN = """
UPDATE runs SET started = ?, finished = CASE WHEN finished IS NOT NULL THEN ? END WHERE id = ?
"""


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
    """Move runs and first-seen times in the future to before `now`. Returns the rows changed.

    Each run gets a separate second, with the rows that it stored. The newest run gets the last one.
    Changes nothing while the current clock may be behind. That is so if `now` does not continue
    the earlier runs, if most of the last runs are later, or if these began without a jump.
    """
    if not _was_ahead(_run_starts(db), now):
        return 0
    future = str(iso(now + _FUTURE + _SECOND))
    with transaction(db):
        runs = db.execute(_FUTURE_RUNS, [future]).fetchall()
        changed = 0
        for number, (run_id, started) in enumerate(runs, 1):
            time = str(iso(now - number * _SECOND))
            changed += sum(_move(db, table, started, time) for table in _TIMES)
            db.conn.execute(_MOVE_RUN, [time, time, run_id])
        return changed + sum(_move(db, table, future, str(iso(now))) for table in _TIMES)


def _move(db: Database, table: tuple[str, str], since: str, time: str | None) -> int:
    """Set the times from `since` in a column of a table to `time`. Return the rows changed."""
    name, column = table
    statement = f"UPDATE {name} SET {column} = ? WHERE {column} >= ?"  # noqa: S608
    changed: int = db.conn.execute(statement, [time, since]).rowcount
    return changed


def _was_ahead(starts: list[datetime], now: datetime) -> bool:
    """Whether the clock of some runs was ahead, and the clock of most runs agrees with `now`."""
    latest = now + CLOCK_TOLERANCE
    past = [start for start in starts if start <= latest]
    ahead = len(starts) - len(past)
    is_ahead = 0 < ahead < len(past) and max(past) >= now - LONGEST_PAUSE
    return is_ahead and _jumped(starts, now + _FUTURE)


def _jumped(starts: list[datetime], future: datetime) -> bool:
    """Whether the clock moved ahead at once to each run after `future`; newest run first."""
    jumps = (later - earlier for later, earlier in pairwise(starts) if later > future >= earlier)
    return all(jump > _FUTURE for jump in jumps)


def _run_starts(db: Database) -> list[datetime]:
    """Return the start times of the last runs, newest first by number."""
    rows = db.execute("SELECT started FROM runs ORDER BY id DESC LIMIT ?", [_MOST_RUNS])
    return [datetime.fromisoformat(started) for (started,) in rows]


def _minute(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"

"""The state of the machine as measures of a nightly run, so that the snapshot contains it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from crawler.utc_times import iso

MEASURE = "machine"
FREE_MB = "free_mb"
NEWEST_BACKUP = "newest_backup"
PUBLISHED = "published"
PUBLISH_FAILING_SINCE = "publish_failing_since"
_TIMES = frozenset({NEWEST_BACKUP, PUBLISHED, PUBLISH_FAILING_SINCE})
_LAST = """
SELECT subject, value FROM run_measures WHERE measure = 'machine' AND run_id = (
    SELECT MAX(run_id) FROM run_measures WHERE measure = 'machine')
"""


def last_machine_measures(db: sqlite3.Connection) -> dict[str, str | int]:
    """Return the newest measures of the machine: megabytes, and times in ISO 8601."""
    rows = map(tuple, db.execute(_LAST))
    return {name: _time(value) if name in _TIMES else int(value) for name, value in rows}


def _time(seconds: float) -> str:
    return iso(datetime.fromtimestamp(seconds, UTC)) or ""

"""A writer killed at any moment leaves a whole database, and the next night ends where an unbroken
one does.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.store.crash_rig import kill_nights, night, state


def test_killed_nights_leave_a_valid_database_and_the_next_night_completes(tmp_path: Path) -> None:
    killed, unbroken = tmp_path / "killed" / "hashtrail.db", tmp_path / "unbroken" / "hashtrail.db"
    started = time.perf_counter()
    night(unbroken)
    longest = time.perf_counter() - started
    died, wrong = kill_nights(
        killed, 30, longest, random.Random(7), time.monotonic() + 4 * 30 * longest
    )
    assert (died >= 25, wrong) == (True, [])
    night(killed)
    assert state(killed) == state(unbroken)

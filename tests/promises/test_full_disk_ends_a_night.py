"""A night on a full disk ends in time with an error, keeps site and database; the next works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.promises.disk_full import DEADLINE_SECONDS, can_mount, run_moments

MOMENTS = 2


def test_full_disk_ends_each_night_cleanly_and_the_next_night_works(tmp_path: Path) -> None:
    if not can_mount(tmp_path):
        pytest.skip("only root can mount a small file system")
    moments = run_moments(MOMENTS, tmp_path)
    assert len(moments) == MOMENTS
    for moment in moments:
        assert moment.code == 1, moment
        assert moment.output.startswith("hashtrail: Disk full: "), moment
        assert "Traceback" not in moment.output
        assert moment.seconds < DEADLINE_SECONDS
        assert moment.site_is_whole
        assert moment.database_is_intact
        assert moment.next_code == 0
        assert moment.next_has_all

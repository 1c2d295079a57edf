"""After a killed crawl and a whole one, the database names every record of the archive."""

from __future__ import annotations

from tests.promises.killed_crawl_rig import kill_crawls


def test_archive_records_of_a_killed_crawl_without_a_row_are_erased() -> None:
    counts = kill_crawls(1)
    assert counts.kills == 1
    assert counts.unknown_before > 0
    assert counts.unknown_after == 0

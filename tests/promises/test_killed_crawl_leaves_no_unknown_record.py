"""After a killed crawl and a whole one, the database names every record of the archive."""

from __future__ import annotations

from tests.promises.killed_crawl_rig import kill_crawls


def test_records_that_a_killed_crawl_did_not_note_are_erased() -> None:
    counts = kill_crawls(1)
    assert counts.kills == 1
    assert counts.unknown_before > 0
    assert counts.unknown_after == 0

"""The next check of a source, which obeys the `skipHours` and `skipDays` of a feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.crawl.check_schedule import next_check_after_success

SATURDAY = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("skip_hours", "skip_days", "expected"),
    [
        ((), (), datetime(2026, 11, 22, 0, 30, tzinfo=UTC)),
        ((0, 1), (), datetime(2026, 11, 22, 2, 30, tzinfo=UTC)),
        ((), (6,), datetime(2026, 11, 23, 0, 30, tzinfo=UTC)),
        ((0,), (6,), datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        ((), (0, 1, 2, 3, 4, 5, 6), datetime(2026, 11, 29, 0, 30, tzinfo=UTC)),
    ],
)
def test_next_check_is_outside_the_skipped_hours_and_days_of_the_feed(
    skip_hours: tuple[int, ...], skip_days: tuple[int, ...], expected: datetime
) -> None:
    assert (
        next_check_after_success(SATURDAY, timedelta(minutes=60), skip_hours, skip_days) == expected
    )

"""When a source, an article or a post is checked next: after an hour at least, a month at most.

No I/O.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from crawler.models.outcomes import Failure, Outcome

MIN_INTERVAL = timedelta(hours=1)
MAX_INTERVAL = timedelta(days=31)
MAX_BACK_OFF = timedelta(days=7)
# Less than a day, because a run may start a little earlier than the run of the day before.
NIGHTLY_INTERVAL = timedelta(hours=22)
YOUNG_POST_AGE = timedelta(days=30)
MAX_REFUSALS = 3  # refusals of one post (401, 403), after which only its links count
_HOURS_OF_A_WEEK = 7 * 24
# Polls in a row without a new post -> days until the next poll. The last value is the bound.
_DAYS_BY_UNCHANGED_POLLS = ((28, 7), (21, 4), (14, 2))
_JITTER = 0.2  # the largest share by which a longer interval is shortened


def next_check_after_success(
    now: datetime,
    wanted: timedelta | None,
    skip_hours: tuple[int, ...] = (),
    skip_days: tuple[int, ...] = (),
) -> datetime:
    """Return the next check of a source that answered.

    `wanted` is the interval that the feed requests; it is limited to an hour at least and a month
    at most. Then hours in `skip_hours` (0 to 23, UTC) and days in `skip_days` (0 is Monday) are
    skipped. A feed that skips every hour of the week is checked a week later.
    """
    at = now + min(max(wanted or MIN_INTERVAL, MIN_INTERVAL), MAX_INTERVAL)
    for _ in range(_HOURS_OF_A_WEEK):
        if at.hour not in skip_hours and at.weekday() not in skip_days:
            break
        at += timedelta(hours=1)
    return at


def quiet_interval(unchanged: int, name: str, now: datetime) -> timedelta:
    """Return the interval after `unchanged` polls in a row of the source `name` without a new post.

    A source that never changes is polled more rarely, at least once a week. The intervals of many
    sources are shortened by different amounts, so that they do not stay due on the same day.
    """
    days = next((days for polls, days in _DAYS_BY_UNCHANGED_POLLS if unchanged >= polls), 0)
    jitter = zlib.crc32(f"{name} {now:%Y-%j}".encode()) / 2**32 * _JITTER
    return timedelta(days=days * (1 - jitter))


def next_check_after_failure(now: datetime, failure: Failure, failures: int) -> datetime:
    """Return the next check of a source after the `failures`-th `failure` in a row.

    The time of a Retry-After header wins. Otherwise the interval doubles each time, up to a week.
    The first failures wait less than a day, so that a short outage skips no run.
    """
    if failure.retry_after:
        return min(max(failure.retry_after, now + MIN_INTERVAL), now + MAX_INTERVAL)
    if failure.outcome is Outcome.GONE:
        return now + MAX_BACK_OFF
    return now + (
        MIN_INTERVAL if failures <= 1 else min(NIGHTLY_INTERVAL * 2 ** (failures - 2), MAX_BACK_OFF)
    )


def next_article_retry(now: datetime, failure: Failure, failures: int) -> datetime:
    """Return the next check of an article after the `failures`-th `failure` in a row.

    It is the next run if the host was busy. Otherwise the interval doubles, up to a month.
    """
    if failure.outcome is Outcome.DEFERRED:
        return min(failure.retry_after or now, now + MAX_INTERVAL)
    planned = now + min(NIGHTLY_INTERVAL * float(2 ** min(failures - 1, 6)), MAX_INTERVAL)
    return min(max(failure.retry_after or now, planned), now + MAX_INTERVAL)


def longest_article_interval(recheck_days: int) -> timedelta:
    """Return an upper bound of the interval between two checks, given `recheck_days`."""
    return max(MAX_INTERVAL, timedelta(days=recheck_days)) + timedelta(days=9)


def next_post_recheck(now: datetime, published: datetime, *, settled: bool) -> datetime:
    """Return the next recheck of a post: the next run while it is young, then after a month.

    Most deletions come early: `published` is the date of the post. A post is not `settled` if its
    server did not answer, or if it is missing and a later check must confirm that.
    """
    return now + (
        YOUNG_POST_AGE if settled and now - published >= YOUNG_POST_AGE else NIGHTLY_INTERVAL
    )


def next_check_after_refusal(now: datetime, refusals: int) -> datetime:
    """Return the next check of a post that its server refused `refusals` times in a row.

    The first refusals are checked again the next night. A post that is withdrawn for them
    waits a week, then twice as long each time, up to a month.
    """
    if refusals < MAX_REFUSALS:
        return now + NIGHTLY_INTERVAL
    weeks = float(2 ** min(refusals - MAX_REFUSALS, 3))
    return now + min(MAX_BACK_OFF * weeks, MAX_INTERVAL)

"""When to ask a source, an article or a post again: pure decisions, nothing sooner than an hour,
nothing later than a month.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from crawler.models.outcomes import Failure, Outcome

MIN_INTERVAL = timedelta(hours=1)
MAX_INTERVAL = timedelta(days=31)
MAX_BACK_OFF = timedelta(days=7)
# A run may start a little earlier than the night before; what was asked a full day ago must not
# wait for another one.
NIGHTLY_INTERVAL = timedelta(hours=22)
YOUNG_POST_AGE = timedelta(days=30)
MAX_REFUSALS = 3  # after so many refusals of one post (401, 403) only its links count
_HOURS_OF_A_WEEK = 7 * 24


def next_check_after_success(
    now: datetime,
    wanted: timedelta | None,
    skip_hours: tuple[int, ...] = (),
    skip_days: tuple[int, ...] = (),
) -> datetime:
    """The next check after an answer: the interval the feed asks for, at least an hour, at most a
    month; then the first hour it does not skip.

    A feed that skips every hour of the week is asked a week later.
    """
    at = now + min(max(wanted or MIN_INTERVAL, MIN_INTERVAL), MAX_INTERVAL)
    for _ in range(_HOURS_OF_A_WEEK):
        if at.hour not in skip_hours and at.weekday() not in skip_days:
            break
        at += timedelta(hours=1)
    return at


def next_check_after_failure(now: datetime, failure: Failure, failures: int) -> datetime:
    """The next check after the `failures`-th failure in a row: Retry-After when the server said so,
    else twice as long each time, up to a week.

    The first failures wait less than a night, so that a short outage costs nothing.
    """
    if failure.retry_after:
        return min(max(failure.retry_after, now + MIN_INTERVAL), now + MAX_INTERVAL)
    if failure.outcome is Outcome.GONE:
        return now + MAX_BACK_OFF
    return now + (
        MIN_INTERVAL if failures <= 1 else min(NIGHTLY_INTERVAL * 2 ** (failures - 2), MAX_BACK_OFF)
    )


def next_article_retry(now: datetime, failure: Failure, failures: int) -> datetime:
    """The next try of an article that could not be read: the next night when the host was busy,
    else later each time, up to a month.
    """
    if failure.outcome is Outcome.DEFERRED:
        return min(failure.retry_after or now, now + MAX_INTERVAL)
    planned = now + min(NIGHTLY_INTERVAL * float(2 ** min(failures - 1, 6)), MAX_INTERVAL)
    return min(max(failure.retry_after or now, planned), now + MAX_INTERVAL)


def longest_article_interval(recheck_days: int) -> timedelta:
    """Return more than the longest interval after which an article is planned."""
    return max(MAX_INTERVAL, timedelta(days=recheck_days)) + timedelta(days=9)


def next_post_recheck(now: datetime, published: datetime, *, settled: bool) -> datetime:
    """When to ask again whether a post still stands: the next night while it is young, a month
    later when it is old.

    Most deletions come early. Not `settled`: nobody answered for it tonight, or it was missing and
    that is not believed yet.
    """
    return now + (
        YOUNG_POST_AGE if settled and now - published >= YOUNG_POST_AGE else NIGHTLY_INTERVAL
    )


def next_check_after_refusal(now: datetime, refusals: int) -> datetime:
    """The next check of a post that its server refused `refusals` times in a row.

    The first refusals are checked again the next night. A post that is withdrawn for them
    waits a week, then twice as long each time, up to a month.
    """
    if refusals < MAX_REFUSALS:
        return now + NIGHTLY_INTERVAL
    weeks = float(2 ** min(refusals - MAX_REFUSALS, 3))
    return now + min(MAX_BACK_OFF * weeks, MAX_INTERVAL)

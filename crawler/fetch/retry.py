"""Whether a request is sent again, and when (Retry-After). No I/O.

RFC 9110 section 10.2.3. A date is compared with the Date header of the server, so that a wrong
clock of the server does not change the wait. APIs announce the end of a limit in other headers:
as an ISO 8601 time (Mastodon), as seconds since 1970 (GitHub, Bluesky), or as seconds (Reddit).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome

SHORTEST = timedelta(seconds=60)
LONGEST = timedelta(days=30)
_RETRY_STATUSES = (429, 503)
_LIMIT_STATUSES = (403, 429)  # GitHub refuses a request over the limit with 403
# Headers of a rate limit: the requests that remain, and the time or seconds until it ends.
_REMAINING = frozenset({"ratelimit-remaining", "x-ratelimit-remaining"})
_RESET = frozenset({"ratelimit-reset", "x-rate-limit-reset", "x-ratelimit-reset"})
_EARLIEST_EPOCH = 1_000_000_000  # a smaller number is a number of seconds from now
NO_RESPONSE = "the server closed the connection without a response"
_LOST_OUTCOMES = frozenset({Outcome.CONNECT, Outcome.TRUNCATED})


def is_lost_connection(result: Response | Failure) -> bool:
    """Whether a result is a lost connection, so that one more try is useful (RFC 9112, 9.3.1).

    A server may close a reused connection while the next request is sent.
    """
    if isinstance(result, Response):
        return False
    return result.outcome in _LOST_OUTCOMES or result.message == NO_RESPONSE


def next_attempt(headers: Iterable[tuple[str, str]], status: int, now: datetime) -> datetime | None:
    """Return the time of the next attempt after a refusal; None if the server does not name it.

    `headers` and `status` are those of the response. Retry-After (with 429 or 503) has seconds or
    an HTTP date; the latest of several counts. Without one the end of the rate limit counts, with
    429, or with 403 if no request remains. The result is 60 s to 30 days after `now`.
    """
    fields = [(name.lower(), value.strip()) for name, value in headers]
    sent = next((_date(value) for name, value in fields if name == "date"), None) or now
    waits = _retry_waits(fields, status, sent) or _limit_waits(fields, status, sent)
    return now + min(max(max(waits), SHORTEST), LONGEST) if waits else None


def _retry_waits(fields: Sequence[tuple[str, str]], status: int, sent: datetime) -> list[timedelta]:
    if status not in _RETRY_STATUSES:
        return []
    waits = (_wait(value, sent) for name, value in fields if name == "retry-after")
    return [wait for wait in waits if wait is not None]


def _limit_waits(fields: Sequence[tuple[str, str]], status: int, sent: datetime) -> list[timedelta]:
    remaining = [value for name, value in fields if name in _REMAINING]
    if status not in _LIMIT_STATUSES or (status != 429 and "0" not in remaining):
        return []
    waits = (_reset_wait(value, sent) for name, value in fields if name in _RESET)
    return [wait for wait in waits if wait is not None]


def _reset_wait(value: str, sent: datetime) -> timedelta | None:
    """Return the wait until a rate limit ends: an ISO 8601 time, an epoch time, or seconds."""
    number = value.partition(".")[0]
    if number.isascii() and number.isdigit():
        seconds = int(number[:12])
        wait = seconds - int(sent.timestamp()) if seconds >= _EARLIEST_EPOCH else seconds
        return timedelta(seconds=wait)
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)) - sent


def _wait(value: str, sent: datetime) -> timedelta | None:
    if value.lstrip("+-").isdecimal() and value.isascii():
        return timedelta(seconds=max(0, min(int(value[:12]), int(LONGEST.total_seconds()))))
    date = _date(value)
    return None if date is None else date - sent


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)

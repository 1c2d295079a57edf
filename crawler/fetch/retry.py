"""Whether a request is sent again, and when (Retry-After). No I/O.

RFC 9110 section 10.2.3. A date is compared with the Date header of the server, so that a wrong
clock of the server does not change the wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome

SHORTEST = timedelta(seconds=60)
LONGEST = timedelta(days=30)
_RETRY_STATUSES = (429, 503)
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
    """Return the time of the next attempt after a 429 or 503; None without a usable Retry-After.

    `headers` and `status` are those of the response. Retry-After has seconds or an HTTP date; the
    latest of several counts. The result is 60 s to 30 days after `now`.
    """
    if status not in _RETRY_STATUSES:
        return None
    fields = [(name.lower(), value) for name, value in headers]
    sent = next((_date(value) for name, value in fields if name == "date"), None) or now
    waits = [
        wait
        for name, value in fields
        if name == "retry-after" and (wait := _wait(value.strip(), sent)) is not None
    ]
    return now + min(max(max(waits), SHORTEST), LONGEST) if waits else None


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

"""When to ask again: Retry-After in every form, and what a status means. Pure functions.

RFC 9110 section 10.2.3; a date is read against the server's own Date, so that a wrong clock there
does not become a wrong wait here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome

SHORTEST = timedelta(seconds=60)
LONGEST = timedelta(days=30)
_PATIENT = (429, 503)
_OUTCOMES = {
    401: Outcome.FORBIDDEN,
    402: Outcome.FORBIDDEN,
    403: Outcome.FORBIDDEN,
    404: Outcome.NOT_FOUND,
    407: Outcome.FORBIDDEN,
    410: Outcome.GONE,
    429: Outcome.RATE_LIMITED,
    451: Outcome.LEGAL,
}
HUNG_UP = "the server hung up without an answer"
_LOST = frozenset({Outcome.CONNECT, Outcome.TRUNCATED})


def is_lost_connection(answer: Response | Failure) -> bool:
    """Whether a connection was lost, so that the same request is worth one more try (RFC 9112,
    9.3.1).

    A server may close a connection that was used before just as the next request is sent.
    """
    if isinstance(answer, Response):
        return False
    return answer.outcome in _LOST or answer.message == HUNG_UP


def outcome_of_status(status: int) -> Outcome:
    """What an HTTP status says about the exchange; a status outside 200-599 is a protocol error."""
    if status == 304:
        return Outcome.NOT_MODIFIED
    classes = {
        2: Outcome.OK,
        3: Outcome.REDIRECTED,
        4: Outcome.CLIENT_ERROR,
        5: Outcome.SERVER_ERROR,
    }
    return _OUTCOMES.get(status) or classes.get(status // 100, Outcome.PROTOCOL_ERROR)


def next_attempt(headers: Iterable[tuple[str, str]], status: int, now: datetime) -> datetime | None:
    """When a 429 or 503 may be asked again, 60 s to 30 days from `now` (UTC); None when it does not
    say so in a way we understand.

    Retry-After may be seconds or a date in any of HTTP's three forms. Of several, the latest
    counts.
    """
    if status not in _PATIENT:
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

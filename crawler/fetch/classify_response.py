"""Classify a response: usable, or a Failure with a reason. No I/O."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from crawler.fetch.retry import next_attempt, outcome_of_status
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome

# Response headers of bot checks, with any status. Sorted; add a line.
_CHALLENGES = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "captcha"),
    ("x-amzn-waf-action", "challenge"),
    ("x-datadome", "protected"),
)


def classify_response(response: Response | Failure, now: datetime) -> Response | Failure:
    """Return the response if its status is below 400 and it is not a bot check.

    Otherwise return a Failure with the time of the next attempt.
    """
    if isinstance(response, Failure):
        return response
    if any(response.header(name).lower() == value for name, value in _CHALLENGES):
        return Failure(
            response.url,
            "fetch",
            Outcome.CHALLENGE,
            "the server asks for proof that a person is reading",
            status=response.status,
        )
    if response.status < 400:
        return response
    retry_after = next_attempt(response.headers, response.status, now)
    return Failure(
        response.url,
        "fetch",
        outcome_of_status(response.status),
        _phrase(response.status),
        retry_after,
        response.status,
    )


def _phrase(status: int) -> str:
    phrases = {member.value: member.phrase for member in HTTPStatus}
    return f"HTTP {status} {phrases.get(status, '')}".rstrip()

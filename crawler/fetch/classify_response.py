"""Classify a response: usable, or a Failure with a reason. No I/O."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from crawler.fetch.api_messages import api_message
from crawler.fetch.retry import next_attempt
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome

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
# Response headers of bot checks, with any status. Sorted; add a line.
_CHALLENGES = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "captcha"),
    ("x-amzn-waf-action", "challenge"),
    ("x-datadome", "protected"),
)


def outcome_of_status(status: int) -> Outcome:
    """Return the outcome of an HTTP status; PROTOCOL_ERROR outside 200 to 599."""
    if status == 304:
        return Outcome.NOT_MODIFIED
    classes = {
        2: Outcome.OK,
        3: Outcome.REDIRECTED,
        4: Outcome.CLIENT_ERROR,
        5: Outcome.SERVER_ERROR,
    }
    return _OUTCOMES.get(status) or classes.get(status // 100, Outcome.PROTOCOL_ERROR)


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
    outcome = outcome_of_status(response.status)
    if outcome is Outcome.FORBIDDEN and retry_after:
        outcome = Outcome.RATE_LIMITED
    return Failure(response.url, "fetch", outcome, _message(response), retry_after, response.status)


def _message(response: Response) -> str:
    """Return the status, and the reason that an API gives."""
    phrases = {member.value: member.phrase for member in HTTPStatus}
    phrase = f"HTTP {response.status} {phrases.get(response.status, '')}".rstrip()
    reason = api_message(response)
    return f"{phrase}: {reason}" if reason else phrase

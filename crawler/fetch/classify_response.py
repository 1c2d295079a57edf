"""What an answer means to us: something to read, or a Failure that says why not. Pure decisions."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from crawler.fetch.retry import next_attempt, outcome_of_status
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome

# Headers by which bot checks announce themselves, whatever the status says. Sorted; add a line.
_CHALLENGES = (
    ("cf-mitigated", "challenge"),
    ("x-amzn-waf-action", "captcha"),
    ("x-amzn-waf-action", "challenge"),
    ("x-datadome", "protected"),
)


def classify_response(answer: Response | Failure, now: datetime) -> Response | Failure:
    """The answer itself when its status is below 400 and nothing challenges us; else a Failure with
    the time of the next attempt.
    """
    if isinstance(answer, Failure):
        return answer
    if any(answer.header(name).lower() == value for name, value in _CHALLENGES):
        return Failure(
            answer.url,
            "fetch",
            Outcome.CHALLENGE,
            "the server asks for proof that a person is reading",
            status=answer.status,
        )
    if answer.status < 400:
        return answer
    retry_after = next_attempt(answer.headers, answer.status, now)
    return Failure(
        answer.url,
        "fetch",
        outcome_of_status(answer.status),
        _phrase(answer.status),
        retry_after,
        answer.status,
    )


def _phrase(status: int) -> str:
    known = {member.value: member.phrase for member in HTTPStatus}
    return f"HTTP {status} {known.get(status, '')}".rstrip()

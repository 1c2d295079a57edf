"""Retry-After and rate limits in every form, between a minute and thirty days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.classify_response import classify_response, outcome_of_status
from crawler.fetch.retry import LONGEST, SHORTEST, next_attempt
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

# Retry-After -> the wait; None: not a valid value
FORMS: dict[str, timedelta | None] = {
    "120": 2 * MINUTE,
    " 120 ": 2 * MINUTE,
    "0120": 2 * MINUTE,
    "+120": 2 * MINUTE,
    "0": SHORTEST,
    "59": SHORTEST,
    "-5": SHORTEST,
    "100000000": LONGEST,
    "1" + "0" * 20: LONGEST,
    "9" * 5000: LONGEST,
    "Fri, 01 May 2026 13:00:00 GMT": HOUR,
    "Friday, 01-May-26 13:00:00 GMT": HOUR,
    "Fri May  1 13:00:00 2026": HOUR,
    "Fri, 01 May 2026 15:00:00 +0200": HOUR,
    "Fri, 01 May 2026 13:00:00 -0000": HOUR,
    "Fri, 01 May 2026 11:00:00 GMT": SHORTEST,
    "Fri, 31 Dec 9999 23:59:59 GMT": LONGEST,
    "soon": None,
    "": None,
    "1e9": None,
    "1.5": None,
    "١٢٠": None,
    "²": None,
    "12O": None,
    "Fri, 32 May 2026 13:00:00 GMT": None,
    "Fri, 01 May 2026 13:00:00 +9900": None,
    "2026-05-01T13:00:00Z": None,
}


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", FORMS)
def test_retry_after_in_every_form_is_parsed_and_bounded(value: str, status: int):
    waits = FORMS[value]
    assert next_attempt([("Retry-After", value)], status, NOW) == (
        None if waits is None else NOW + waits
    )


def test_retry_after_date_is_relative_to_the_server_clock():
    headers = [
        ("date", "Fri, 01 May 2026 20:00:00 GMT"),
        ("retry-after", "Fri, 01 May 2026 21:00:00 GMT"),
    ]
    assert next_attempt(headers, 429, NOW) == NOW + HOUR


def test_latest_of_several_retry_after_headers_wins():
    assert (
        next_attempt(
            [("retry-after", "120"), ("retry-after", "3600"), ("retry-after", "soon")], 503, NOW
        )
        == NOW + HOUR
    )


@pytest.mark.parametrize("status", [200, 301, 304, 403, 404, 500])
def test_retry_after_is_ignored_with_other_statuses(status: int):
    assert next_attempt([("retry-after", "120")], status, NOW) is None


RESETS: dict[str, timedelta | None] = {
    "2026-05-01T13:00:00.000Z": HOUR,
    "2026-05-01T15:00:00+02:00": HOUR,
    "2026-05-01T13:00:00": HOUR,
    str(int((NOW + HOUR).timestamp())): HOUR,
    "120": 2 * MINUTE,
    "120.5": 2 * MINUTE,
    "0": SHORTEST,
    "2026-05-01T11:00:00Z": SHORTEST,
    "9" * 40: LONGEST,
    "soon": None,
    "": None,
}


@pytest.mark.parametrize("name", ["X-RateLimit-Reset", "RateLimit-Reset", "x-rate-limit-reset"])
@pytest.mark.parametrize("value", RESETS)
def test_end_of_a_rate_limit_in_every_form_is_the_next_attempt(value: str, name: str):
    wait = RESETS[value]
    assert next_attempt([(name, value)], 429, NOW) == (None if wait is None else NOW + wait)


def test_retry_after_overrides_the_end_of_the_rate_limit():
    headers = [("retry-after", "120"), ("x-ratelimit-reset", "3600")]
    assert next_attempt(headers, 429, NOW) == NOW + 2 * MINUTE


@pytest.mark.parametrize(
    ("status", "remaining", "is_limit"),
    [(403, "0", True), (403, "12", False), (200, "0", False), (503, "0", False), (404, "0", False)],
)
def test_refusal_with_403_is_a_rate_limit_only_if_no_request_remains(
    status: int, remaining: str, is_limit: bool
):
    headers = (("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", "3600"))
    attempt = next_attempt(headers, status, NOW)
    assert attempt == (NOW + HOUR if is_limit else None)
    url = "https://api.example/x"
    result = classify_response(Response(url, url, status, headers, b"", NOW), NOW)
    assert (isinstance(result, Failure) and result.outcome is Outcome.RATE_LIMITED) is is_limit


@given(st.text(max_size=60), st.text(max_size=60))
def test_random_end_of_a_rate_limit_never_raises(value: str, date: str):
    attempt = next_attempt([("x-ratelimit-reset", value), ("date", date)], 429, NOW)
    assert attempt is None or NOW + SHORTEST <= attempt <= NOW + LONGEST


@given(st.text(max_size=60), st.text(max_size=60))
def test_random_retry_after_never_raises(value: str, date: str):
    found = next_attempt([("retry-after", value), ("date", date)], 429, NOW)
    assert found is None or NOW + SHORTEST <= found <= NOW + LONGEST


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, Outcome.OK), (204, Outcome.OK), (301, Outcome.REDIRECTED),
        (304, Outcome.NOT_MODIFIED), (400, Outcome.CLIENT_ERROR), (401, Outcome.FORBIDDEN),
        (404, Outcome.NOT_FOUND), (410, Outcome.GONE), (429, Outcome.RATE_LIMITED),
        (451, Outcome.LEGAL), (500, Outcome.SERVER_ERROR),
        (503, Outcome.SERVER_ERROR), (520, Outcome.SERVER_ERROR), (101, Outcome.PROTOCOL_ERROR),
        (999, Outcome.PROTOCOL_ERROR),
    ],
)  # fmt: skip
def test_status_maps_to_its_outcome(status: int, meaning: Outcome):
    assert outcome_of_status(status) is meaning

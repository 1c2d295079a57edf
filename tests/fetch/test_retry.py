"""Retry-After in every form, between a minute and thirty days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.classify_response import outcome_of_status
from crawler.fetch.retry import LONGEST, SHORTEST, next_attempt
from crawler.models.outcomes import Outcome

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

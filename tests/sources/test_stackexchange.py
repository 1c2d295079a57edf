"""Stack Exchange: attribution, votes, `backoff`, the quota and throttling."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from crawler.errors import ConfigurationError
from crawler.models.outcomes import Outcome
from crawler.sources.protocol import Batch
from tests.sources.recorded import DATA, answer, answers, play, refusal, source

PAGE = json.loads((DATA / "stackexchange/questions.json").read_text(encoding="utf-8"))


def parsed(**fields: Any) -> Batch:
    """The batch of the recorded page with these fields."""
    polled = source("stackexchange")
    body = json.dumps(PAGE | fields).encode()
    return polled.parse_response(answer(polled.first_request(None).url, body), None)


def test_title_and_author_are_unescaped_and_attributed() -> None:
    post, without_author = play(source("stackexchange"), answers("stackexchange")).posts
    assert post.text == 'Why does "synchronous_commit" wait?'
    assert post.author is not None
    assert (post.author.name, post.author.url) == ("Ada & Co", "https://dba.example/users/77/ada")
    assert post.cards[0].site_name == "Stack Exchange: dba"
    assert post.hashtags == ("replication", "postgresql16")
    assert without_author.author is None


def test_question_with_too_few_votes_is_left_out() -> None:
    assert len(play(source("stackexchange", min_score=4), answers("stackexchange")).posts) == 0
    assert len(play(source("stackexchange", min_score=0), answers("stackexchange")).posts) == 3


@pytest.mark.parametrize(
    ("fields", "hours"),
    [
        ({}, 12),
        ({"backoff": 72_000}, 20),
        ({"backoff": 10**9}, 24),
        ({"backoff": -5}, 12),
        ({"quota_remaining": 0}, 24),
    ],
)
def test_next_request_waits_for_backoff_and_quota(fields: dict[str, Any], hours: int) -> None:
    assert parsed(**fields).hints.min_interval == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("too many requests from this IP, more requests available in 64 seconds", "rate_limited"),
        ("throttle_violation", "rate_limited"),
        ("No site found for name `dbaa`", "client_error"),
    ],
)
def test_throttling_with_status_400_is_a_rate_limit(reason: str, outcome: str) -> None:
    polled = source("stackexchange")
    failure = refusal(polled.first_request(None).url, 400, reason)
    batch = polled.parse_response(failure, None)
    assert batch.failure is not None
    assert batch.failure.outcome is Outcome(outcome)


@pytest.mark.parametrize("options", [{"tag": "a;b"}, {"tag": ""}, {"site": "https://dba"}])
def test_invalid_option_is_an_error(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        source("stackexchange", **options)

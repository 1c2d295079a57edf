"""GitHub topics: repositories as posts, and the limits of the search."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from crawler.errors import ConfigurationError
from crawler.models.http_exchange import Response
from tests.sources.recorded import DATA, answer, answers, play, source

RESULT = json.loads((DATA / "github_topics/result.json").read_text(encoding="utf-8"))


def parsed(**fields: Any) -> int:
    """The number of posts of a recorded repository with these fields."""
    body = json.dumps({"items": [RESULT["items"][0] | fields]}).encode()
    polled = source("github_topics")
    return len(polled.parse_response(answer(polled.first_request(None).url, body), None).posts)


def test_repository_is_a_post_with_its_page_as_link_and_topics_as_hashtags() -> None:
    post = play(source("github_topics"), answers("github_topics")).posts[0]
    assert (post.text, post.hashtags) == (
        "acme/leasedb\n\nA store with leases",
        ("distributedsystems", "raft"),
    )
    assert post.links[0].url == "https://github.com/acme/leasedb"
    assert dict(post.counts) == {"points": 812}


@pytest.mark.parametrize("field", ["archived", "disabled", "fork", "is_template", "private"])
def test_unwanted_repository_is_left_out(field: str) -> None:
    assert (parsed(), parsed(**{field: True})) == (1, 0)


def test_search_is_repeated_after_a_week_and_an_unchanged_result_too() -> None:
    polled = source("github_topics")
    url = polled.first_request(None).url
    unchanged = Response(url, url, 304, (), b"", answer(url).fetched_at)
    for response in (*answers("github_topics").values(), unchanged):
        assert polled.parse_response(response, None).hints.min_interval == timedelta(days=7)


@pytest.mark.parametrize("options", [{"topic": "Two words"}, {"topic": ""}, {"min_stars": -1}])
def test_invalid_option_is_an_error(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        source("github_topics", **options)

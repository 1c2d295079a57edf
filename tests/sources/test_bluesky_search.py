"""The search on Bluesky: a login before each page, and tokens only in headers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.errors import ConfigurationError
from crawler.models.outcomes import Outcome
from crawler.models.posts import Consent
from tests.sources.recorded import DATA, answer, answers, play, source

LOGIN = "https://pds.example/xrpc/com.atproto.server.createSession"
SESSION = json.loads((DATA / "bluesky_search/session.json").read_text(encoding="utf-8"))


def after_login(session: dict[str, Any], cursor: str | None = None, place: str = "") -> Any:
    """The batch of a login with this response."""
    response = answer(LOGIN + place, json.dumps(session).encode())
    return source("bluesky_search").parse_response(response, cursor)


def test_login_names_the_account_and_the_secret_but_not_its_value() -> None:
    request = source("bluesky_search").first_request("2026-11-20T10:00:00Z")
    assert (request.url, json.loads(request.body or "")) == (
        LOGIN,
        {"identifier": "operator.example"},
    )
    assert request.secrets == (("password", "bluesky_app_password"),)


def test_search_goes_to_the_server_of_the_account_with_the_token_as_header() -> None:
    (search,) = after_login(SESSION).next_requests
    assert search.url.startswith("https://host.pds.example/xrpc/app.bsky.feed.searchPosts?")
    assert search.headers == (("authorization", f"Bearer {SESSION['accessJwt']}"),)
    assert SESSION["accessJwt"] not in repr(search)


@pytest.mark.parametrize(
    "service",
    [
        None,
        [],
        [{"id": "#atproto_pds", "serviceEndpoint": "http://host.pds.example"}],
        [{"id": "#atproto_labeler", "serviceEndpoint": "https://labels.example"}],
        [{"id": "#atproto_pds", "serviceEndpoint": 5}],
    ],
)
def test_search_goes_to_the_configured_server_without_a_secure_one(service: Any) -> None:
    (search,) = after_login(SESSION | {"didDoc": {"service": service}}).next_requests
    assert search.url.startswith("https://pds.example/xrpc/")


@pytest.mark.parametrize(
    "session",
    [{}, {"accessJwt": ""}, {"accessJwt": "a\r\nx-evil: 1"}, SESSION | {"active": False}],
)
def test_login_without_a_usable_session_is_a_failure(session: dict[str, Any]) -> None:
    batch = after_login(session)
    assert batch.next_requests == ()
    assert batch.failure.outcome is Outcome.FORBIDDEN


def test_search_begins_ten_minutes_before_the_newest_post() -> None:
    (search,) = after_login(SESSION, "2026-11-20T10:00:00Z").next_requests
    assert "since=2026-11-20T09%3A50%3A00Z" in search.url
    (whole,) = after_login(SESSION, "nonsense").next_requests
    assert "since=" not in whole.url


def test_second_page_begins_with_the_same_login() -> None:
    run = play(source("bluesky_search"), answers("bluesky_search"))
    login = source("bluesky_search").first_request(None)
    (second,) = run.batches[1].next_requests
    assert second.url.partition("#")[0] == login.url
    assert (second.body, second.secrets) == (login.body, login.secrets)


def test_post_hidden_from_guests_has_no_words_although_the_account_sees_it() -> None:
    hidden = play(source("bluesky_search"), answers("bluesky_search")).posts[1]
    assert (hidden.consent, hidden.text) == (Consent.LINK_ONLY, "")


def test_post_without_the_hashtag_is_left_out() -> None:
    posts = play(source("bluesky_search"), answers("bluesky_search")).posts
    assert not any("Not about it" in post.text for post in posts)


@pytest.mark.parametrize(
    "options", [{"account": "me"}, {"hashtag": "#"}, {"server": "https://bsky.social"}]
)
def test_invalid_option_is_an_error(options: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        source("bluesky_search", **options)

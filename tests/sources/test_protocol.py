"""Every source kind keeps its contract, with recorded, broken and hostile responses."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.consent.levels import is_narrower
from crawler.crawl.deletion_detection import edited_posts
from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Outcome
from crawler.sources.configured_sources import source_kinds, source_module
from crawler.store.post_rechecks import DuePost
from crawler.text_cleaning import clean
from tests.sources.recorded import (
    NOW,
    answer,
    answers,
    answers_to_rechecks,
    play,
    play_rechecks,
    posts_to_recheck,
    recording,
    refusal,
    source,
)

KINDS = source_kinds()
RECHECKING = [kind for kind in KINDS if source(kind).can_recheck]
NOBODY_DELETED = [
    b"[]",
    b"{}",
    b"{",
    b"[" * 100_000,
    b"<html><body>Please wait</body></html>",
    b"\x89PNG\0\0",
    b'{"hits": 5}',
    b"",
    b"0",
    b'"posts"',
]
FIELDS = (
    *("hits", "items", "version", "id", "uri", "account", "content", "visibility", "title", "url"),
    *(
        "card",
        "tags",
        "configuration",
        "user",
        "objectID",
        "created_at_i",
        "feed",
        "post",
        "record",
        "langs",
        "facets",
    ),
)
BROKEN = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"{",
    b"[" * 100_000,
    b"<html><body>Please wait</body></html>",
    b"\x89PNG\0\0",
    b'{"hits": 5}',
    b"/etc/passwd",
]


def _nested(inner: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), _nested, max_leaves=8
)


@pytest.mark.parametrize("kind", KINDS)
def test_night_returns_the_recorded_posts(kind: str) -> None:
    night = play(source(kind), answers(kind))
    assert not [batch.failure for batch in night.batches if batch.failure]
    assert len(night.posts) == recording(kind)["posts"]


@pytest.mark.parametrize("kind", KINDS)
def test_posts_have_valid_uris_and_clean_text(kind: str) -> None:
    posts = play(source(kind), answers(kind)).posts
    assert len({post.uri for post in posts}) == len(posts)
    for post in posts:
        assert post.network
        assert post.uri.startswith((f"{post.network}:", "at://", "https://"))
        assert post.text == clean(post.text)
        assert "<" not in post.text
        assert all(absolute_web_url(link.url) == link.url for link in post.links)
        assert all(card.title and card.link == absolute_web_url(card.link) for card in post.cards)
        assert not any(tag.startswith("#") or " " in tag for tag in post.hashtags)
        assert post.published is None or post.published.utcoffset() is not None


HOSTILE_VALUES = (None, "", -1, 10**30, 1e300, True, [], {}, "javascript:alert(1)", "\ud800")


def _variants(value: object) -> Iterator[object]:
    """Yield the JSON `value` with one key of one object left out or set to a hostile value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {name: item for name, item in value.items() if name != key}
            yield from ({**value, key: hostile} for hostile in HOSTILE_VALUES)
            yield from ({**value, key: variant} for variant in _variants(inner))
    if isinstance(value, list) and value:
        yield from ([variant, *value[1:]] for variant in _variants(value[0]))


def _json_responses(kind: str) -> list[Response]:
    return [
        response
        for response in answers(kind).values()
        if isinstance(response, Response) and response.body.lstrip()[:1] in (b"{", b"[")
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_value_in_any_recorded_field_raises_nothing_and_gives_web_urls(kind: str) -> None:
    polled = source(kind)
    for response in _json_responses(kind):
        for variant in islice(_variants(json.loads(response.body)), 3_000):
            body = json.dumps(variant).encode()
            batch = polled.parse_response(replace(response, body=body), None)
            for post in batch.posts:
                assert post.url == absolute_web_url(post.url), variant
                assert all(absolute_web_url(link.url) == link.url for link in post.links), variant


@pytest.mark.parametrize("kind", KINDS)
def test_second_night_continues_from_the_cursor_without_new_uris(
    kind: str,
) -> None:
    first = play(source(kind), answers(kind))
    second = play(source(kind), answers(kind), first.cursor)
    assert {post.uri for post in second.posts} <= {post.uri for post in first.posts}
    assert second.cursor == first.cursor


@pytest.mark.parametrize("kind", KINDS)
def test_parsing_is_deterministic_and_all_values_can_be_pickled(
    kind: str,
) -> None:
    polled = source(kind)
    for response in answers(kind).values():
        batch = polled.parse_response(response, None)
        assert (
            pickle.loads(pickle.dumps(polled.parse_response))(
                pickle.loads(pickle.dumps(response)), None
            )
            == batch
        )
        assert pickle.loads(pickle.dumps(batch)) == batch


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 451, 500, 503])
@pytest.mark.parametrize("kind", KINDS)
def test_refusal_gives_no_posts_and_no_cursor(kind: str, status: int) -> None:
    for url in answers(kind):
        batch = source(kind).parse_response(refusal(url, status), None)
        assert not batch.posts
        assert batch.cursor is None
        assert batch.failure is None or batch.failure.outcome is not Outcome.OK


@pytest.mark.parametrize("body", BROKEN, ids=lambda body: body[:12].decode("latin-1"))
@pytest.mark.parametrize("kind", KINDS)
def test_broken_response_gives_no_posts_and_no_cursor(kind: str, body: bytes) -> None:
    for response in _responses(kind):
        batch = source(kind).parse_response(replace(response, body=body), None)
        assert not batch.posts
        assert batch.cursor is None


@settings(max_examples=60)
@given(value=JSON)
@pytest.mark.parametrize("kind", KINDS)
def test_json_of_any_shape_raises_no_error(kind: str, value: object) -> None:
    for response in _responses(kind):
        source(kind).parse_response(replace(response, body=json.dumps([value]).encode()), None)
        source(kind).parse_response(
            replace(
                response,
                body=json.dumps(
                    {
                        "version": "https://jsonfeed.org/version/1.1",
                        "items": [value],
                        "hits": [value],
                    }
                ).encode(),
            ),
            "7",
        )


@pytest.mark.parametrize("kind", KINDS)
def test_any_cursor_gives_a_request_to_the_same_server(kind: str) -> None:
    polled = source(kind)
    hosts = {
        _host(polled.first_request(cursor))
        for cursor in (None, "", "x", "min_id=1&local=true", "1795334400", "&&=;#", "9" * 40)
    }
    assert len(hosts) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_304_gives_no_posts_and_no_failure(kind: str) -> None:
    polled = source(kind)
    request = polled.first_request(None)
    if request.purpose == "feed":
        batch = polled.parse_response(Response(request.url, request.url, 304, (), b"", NOW), None)
        assert batch.failure is None
        assert not batch.posts


def test_kinds_with_rechecks_implement_both_functions() -> None:
    assert RECHECKING == [
        "bluesky",
        "bluesky_search",
        "devto",
        "hackernews",
        "lemmy",
        "mastodon",
        "misskey",
    ]
    assert all(hasattr(source_module(kind), "parse_recheck") for kind in RECHECKING)


@pytest.mark.parametrize("kind", RECHECKING)
def test_recheck_returns_the_recorded_deletions_edits_and_withdrawals(kind: str) -> None:
    result, expected = (
        play_rechecks(source(kind), posts_to_recheck(kind), answers_to_rechecks(kind).__getitem__),
        recording(kind)["again"],
    )
    assert not result.failures
    assert list(result.gone) == expected["gone"]
    assert set(result.urls) == set(answers_to_rechecks(kind))
    before = {post.uri: post for post in play(source(kind), answers(kind)).posts}
    changed_posts = edited_posts(
        [DuePost(post, NOW) for post in posts_to_recheck(kind)], result.posts
    )
    edited = [post.uri for post in changed_posts if post.edited != before[post.uri].edited]
    assert edited == expected["edited"]
    narrower = [
        post.uri for post in changed_posts if is_narrower(post.consent, before[post.uri].consent)
    ]
    assert narrower == expected["withdrawn"]


@pytest.mark.parametrize("kind", RECHECKING)
def test_recheck_requests_go_to_one_server_and_cover_all_posts(kind: str) -> None:
    polled, posts = source(kind), posts_to_recheck(kind)
    questions = polled.recheck_requests(posts)
    assert len({_host(question.request) for question in questions}) == 1
    assert sorted(post.uri for question in questions for post in question.posts) == sorted(
        post.uri for post in posts
    )
    assert pickle.loads(pickle.dumps(questions)) == questions
    assert polled.recheck_requests(()) == ()


@pytest.mark.parametrize("kind", RECHECKING)
def test_posts_of_another_network_get_no_recheck(kind: str) -> None:
    network = posts_to_recheck(kind)[0].network
    recorded = [post for other in RECHECKING for post in posts_to_recheck(other)]
    others = [post for post in recorded if post.network != network]
    assert others
    assert source(kind).recheck_requests(tuple(others)) == ()


@pytest.mark.parametrize(
    "status", [None, 304, 400, 401, 403, 404, 408, 410, 418, 429, 451, 500, 502, 503]
)
@pytest.mark.parametrize("kind", RECHECKING)
def test_same_refusal_for_every_recheck_deletes_nothing(kind: str, status: int | None) -> None:
    result = play_rechecks(
        source(kind),
        posts_to_recheck(kind),
        lambda url: replace(refusal(url, 0), status=status, outcome=Outcome.TIMEOUT),
    )
    assert not result.gone
    assert result.failures


@pytest.mark.parametrize("body", NOBODY_DELETED, ids=lambda body: body[:12].decode("latin-1"))
@pytest.mark.parametrize("kind", RECHECKING)
def test_same_broken_response_for_every_recheck_deletes_nothing(kind: str, body: bytes) -> None:
    result = play_rechecks(source(kind), posts_to_recheck(kind), lambda url: answer(url, body))
    assert not result.gone
    assert not result.posts


@settings(max_examples=60)
@given(value=JSON)
@pytest.mark.parametrize("kind", RECHECKING)
def test_recheck_with_json_of_any_shape_names_only_requested_posts(
    kind: str, value: object
) -> None:
    for made in (value, [value], {"posts": [value]}):
        result = play_rechecks(
            source(kind),
            posts_to_recheck(kind),
            lambda url, made=made: answer(url, json.dumps(made).encode()),
        )  # type: ignore[misc]
        assert set(result.gone) <= {post.uri for post in posts_to_recheck(kind)}


def _responses(kind: str) -> list[Response]:
    return [each for each in answers(kind).values() if isinstance(each, Response)]


def _host(request: FetchRequest) -> str:
    return request.url.split("/")[2]

"""One test over every kind of source: what the contract promises, with recorded answers, broken
answers and hostile ones.
"""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.consent.levels import is_narrower
from crawler.crawl.deletion_policy import edited_posts
from crawler.html_text import absolute_web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Outcome
from crawler.sources.registry import source_kinds, source_module
from crawler.store.post_rechecks import DuePost
from crawler.text_cleaning import clean
from tests.sources.recorded import (
    NOW,
    answer,
    answers,
    answers_again,
    kept,
    play,
    play_again,
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
def test_a_night_brings_the_recorded_posts(kind: str) -> None:
    night = play(source(kind), answers(kind))
    assert not [batch.failure for batch in night.batches if batch.failure]
    assert len(night.posts) == recording(kind)["posts"]


@pytest.mark.parametrize("kind", KINDS)
def test_posts_are_whole_and_clean(kind: str) -> None:
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


@pytest.mark.parametrize("kind", KINDS)
def test_the_night_after_goes_on_from_the_cursor_and_brings_the_same_uris_or_none(
    kind: str,
) -> None:
    first = play(source(kind), answers(kind))
    second = play(source(kind), answers(kind), first.cursor)
    assert {post.uri for post in second.posts} <= {post.uri for post in first.posts}
    assert second.cursor == first.cursor


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_answer_is_read_the_same_and_everything_travels_between_processes(
    kind: str,
) -> None:
    asked = source(kind)
    for response in answers(kind).values():
        batch = asked.parse_response(response, None)
        assert (
            pickle.loads(pickle.dumps(asked.parse_response))(
                pickle.loads(pickle.dumps(response)), None
            )
            == batch
        )
        assert pickle.loads(pickle.dumps(batch)) == batch


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 451, 500, 503])
@pytest.mark.parametrize("kind", KINDS)
def test_refusals_are_failures_or_nothing_never_posts(kind: str, status: int) -> None:
    for url in answers(kind):
        batch = source(kind).parse_response(refusal(url, status), None)
        assert not batch.posts
        assert batch.cursor is None
        assert batch.failure is None or batch.failure.outcome is not Outcome.OK


@pytest.mark.parametrize("body", BROKEN, ids=lambda body: body[:12].decode("latin-1"))
@pytest.mark.parametrize("kind", KINDS)
def test_broken_answers_bring_no_posts_and_move_no_cursor(kind: str, body: bytes) -> None:
    for response in _responses(kind):
        batch = source(kind).parse_response(replace(response, body=body), None)
        assert not batch.posts
        assert batch.cursor is None


@settings(max_examples=60, deadline=None)
@given(value=JSON)
@pytest.mark.parametrize("kind", KINDS)
def test_no_json_of_another_shape_raises(kind: str, value: object) -> None:
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
    asked = source(kind)
    hosts = {
        _host(asked.first_request(cursor))
        for cursor in (None, "", "x", "min_id=1&local=true", "1795334400", "&&=;#", "9" * 40)
    }
    assert len(hosts) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_not_modified_is_nothing_new(kind: str) -> None:
    asked = source(kind)
    request = asked.first_request(None)
    if request.purpose == "feed":
        batch = asked.parse_response(Response(request.url, request.url, 304, (), b"", NOW), None)
        assert batch.failure is None
        assert not batch.posts


def test_what_can_be_asked_again_is_asked_again() -> None:
    assert RECHECKING == ["bluesky", "devto", "hackernews", "mastodon"]
    assert all(hasattr(source_module(kind), "parse_recheck") for kind in RECHECKING)


@pytest.mark.parametrize("kind", RECHECKING)
def test_posts_asked_for_again_are_gone_edited_withdrawn_or_stand_as_recorded(kind: str) -> None:
    told, expected = (
        play_again(source(kind), kept(kind), answers_again(kind).__getitem__),
        recording(kind)["again"],
    )
    assert not told.failures
    assert list(told.gone) == expected["gone"]
    assert set(told.asked) == set(answers_again(kind))
    before = {post.uri: post for post in play(source(kind), answers(kind)).posts}
    told_now = edited_posts([DuePost(post, NOW) for post in kept(kind)], told.posts)
    edited = [post.uri for post in told_now if post.edited != before[post.uri].edited]
    assert edited == expected["edited"]
    narrower = [
        post.uri for post in told_now if is_narrower(post.consent, before[post.uri].consent)
    ]
    assert narrower == expected["withdrawn"]


@pytest.mark.parametrize("kind", RECHECKING)
def test_every_question_goes_to_one_server_and_is_about_some_of_the_posts(kind: str) -> None:
    asked, posts = source(kind), kept(kind)
    questions = asked.recheck_requests(posts)
    assert len({_host(question.request) for question in questions}) == 1
    assert sorted(post.uri for question in questions for post in question.posts) == sorted(
        post.uri for post in posts
    )
    assert pickle.loads(pickle.dumps(questions)) == questions
    assert asked.recheck_requests(()) == ()


@pytest.mark.parametrize("kind", RECHECKING)
def test_nothing_is_asked_about_posts_of_another_network(kind: str) -> None:
    others = [post for other in RECHECKING if other != kind for post in kept(other)]
    assert source(kind).recheck_requests(tuple(others)) == ()


@pytest.mark.parametrize(
    "status", [None, 304, 400, 401, 403, 404, 408, 410, 418, 429, 451, 500, 502, 503]
)
@pytest.mark.parametrize("kind", RECHECKING)
def test_a_server_that_gives_every_question_the_same_refusal_deletes_nothing(
    kind: str, status: int | None
) -> None:
    told = play_again(
        source(kind),
        kept(kind),
        lambda url: replace(refusal(url, 0), status=status, outcome=Outcome.TIMEOUT),
    )
    assert not told.gone
    assert told.failures


@pytest.mark.parametrize("body", NOBODY_DELETED, ids=lambda body: body[:12].decode("latin-1"))
@pytest.mark.parametrize("kind", RECHECKING)
def test_a_server_that_gives_every_question_the_same_broken_answer_deletes_nothing(
    kind: str, body: bytes
) -> None:
    told = play_again(source(kind), kept(kind), lambda url: answer(url, body))
    assert not told.gone
    assert not told.posts


@settings(max_examples=60, deadline=None)
@given(value=JSON)
@pytest.mark.parametrize("kind", RECHECKING)
def test_no_json_of_another_shape_raises_or_names_a_post_that_was_not_asked_for(
    kind: str, value: object
) -> None:
    for made in (value, [value], {"posts": [value]}):
        told = play_again(
            source(kind), kept(kind), lambda url, made=made: answer(url, json.dumps(made).encode())
        )  # type: ignore[misc]
        assert set(told.gone) <= {post.uri for post in kept(kind)}


def _responses(kind: str) -> list[Response]:
    return [each for each in answers(kind).values() if isinstance(each, Response)]


def _host(request: FetchRequest) -> str:
    return request.url.split("/")[2]

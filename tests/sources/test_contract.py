"""One test over every kind of source: what the contract promises, with recorded answers, broken answers and hostile ones."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.markup import web_url
from crawler.model import Outcome, Request, Response
from crawler.sources.load import kinds
from crawler.text import clean
from tests.sources.recorded import NOW, answers, play, recording, refusal, source

KINDS = kinds()
FIELDS = (
    *("hits", "items", "version", "id", "uri", "account", "content", "visibility", "title", "url"),
    *("card", "tags", "configuration", "user", "objectID", "created_at_i", "feed", "post", "record", "langs", "facets"),
)
BROKEN = [b"", b"null", b"[]", b"{}", b"{", b"[" * 100_000, b"<html><body>Please wait</body></html>", b"\x89PNG\0\0", b'{"hits": 5}', b"/etc/passwd"]


def _nested(inner: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), _nested, max_leaves=8)


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
        assert all(web_url(link.url) == link.url for link in post.links)
        assert all(card.title and card.link == web_url(card.link) for card in post.cards)
        assert not any(tag.startswith("#") or " " in tag for tag in post.hashtags)
        assert post.published is None or post.published.utcoffset() is not None


@pytest.mark.parametrize("kind", KINDS)
def test_the_night_after_goes_on_from_the_cursor_and_brings_the_same_uris_or_none(kind: str) -> None:
    first = play(source(kind), answers(kind))
    second = play(source(kind), answers(kind), first.cursor)
    assert {post.uri for post in second.posts} <= {post.uri for post in first.posts}
    assert second.cursor == first.cursor


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_answer_is_read_the_same_and_everything_travels_between_processes(kind: str) -> None:
    asked = source(kind)
    for response in answers(kind).values():
        batch = asked.read(response, None)
        assert pickle.loads(pickle.dumps(asked.read))(pickle.loads(pickle.dumps(response)), None) == batch
        assert pickle.loads(pickle.dumps(batch)) == batch


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 451, 500, 503])
@pytest.mark.parametrize("kind", KINDS)
def test_refusals_are_failures_or_nothing_never_posts(kind: str, status: int) -> None:
    for url in answers(kind):
        batch = source(kind).read(refusal(url, status), None)
        assert not batch.posts
        assert batch.cursor is None
        assert batch.failure is None or batch.failure.outcome is not Outcome.OK


@pytest.mark.parametrize("body", BROKEN, ids=lambda body: body[:12].decode("latin-1"))
@pytest.mark.parametrize("kind", KINDS)
def test_broken_answers_bring_no_posts_and_move_no_cursor(kind: str, body: bytes) -> None:
    for response in _responses(kind):
        batch = source(kind).read(replace(response, body=body), None)
        assert not batch.posts
        assert batch.cursor is None


@settings(max_examples=60, deadline=None)
@given(value=JSON)
@pytest.mark.parametrize("kind", KINDS)
def test_no_json_of_another_shape_raises(kind: str, value: object) -> None:
    for response in _responses(kind):
        source(kind).read(replace(response, body=json.dumps([value]).encode()), None)
        source(kind).read(replace(response, body=json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [value], "hits": [value]}).encode()), "7")


@pytest.mark.parametrize("kind", KINDS)
def test_any_cursor_gives_a_request_to_the_same_server(kind: str) -> None:
    asked = source(kind)
    hosts = {_host(asked.first(cursor)) for cursor in (None, "", "x", "min_id=1&local=true", "1795334400", "&&=;#", "9" * 40)}
    assert len(hosts) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_not_modified_is_nothing_new(kind: str) -> None:
    asked = source(kind)
    request = asked.first(None)
    if request.purpose == "feed":
        batch = asked.read(Response(request.url, request.url, 304, (), b"", NOW), None)
        assert batch.failure is None
        assert not batch.posts


def _responses(kind: str) -> list[Response]:
    return [each for each in answers(kind).values() if isinstance(each, Response)]


def _host(request: Request) -> str:
    return request.url.split("/")[2]

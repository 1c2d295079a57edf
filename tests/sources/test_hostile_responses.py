"""Every source kind with truncated, enriched and hostile responses, and with rate limits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.main import cli
from crawler.fetch.classify_response import classify_response
from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure
from crawler.models.posts import Post
from crawler.sources.configured_sources import source_kinds
from crawler.text_cleaning import clean, clean_line
from tests.sources.recorded import NOW, answers, play, recording, source

KINDS = source_kinds()
HOSTILE = "\u202e\x07\ud800<script>alert(1)</script>\u2028javascript:alert(2)&\x00" + "Å" * 3_000
SHORT = "\u202ea b\n#c <i>"
UNKNOWN = {"unknown_text": "x", "unknown_list": [{"a": 1}], "unknown_object": {"b": None}}
CUTS = (0.1, 0.5, 0.9, 0.99)
RETRY = {
    "seconds": ("retry-after", "7200"),
    "HTTP date": ("retry-after", "Sun, 22 Nov 2026 02:00:00 GMT"),
    "ISO time (Mastodon)": ("x-ratelimit-reset", "2026-11-22T02:00:00.000000Z"),
    "epoch (Bluesky, GitHub)": ("ratelimit-reset", str(int(NOW.timestamp()) + 7200)),
    "seconds left (Reddit)": ("x-ratelimit-reset", "7200.0"),
}


def responses(kind: str) -> list[Response]:
    """The recorded responses of a kind, without refusals."""
    return [answer for answer in answers(kind).values() if isinstance(answer, Response)]


def is_json(response: Response) -> bool:
    return response.body.lstrip()[:1] in (b"{", b"[")


def with_text(value: Any) -> Iterator[Any]:
    """Yield the JSON value with a hostile text, long or short, in place of one scalar."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: changed} for changed in with_text(inner))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from (
                [*value[:place], changed, *value[place + 1 :]] for changed in with_text(inner)
            )
    elif value is not None:
        yield from (HOSTILE, SHORT)


def enriched(value: Any) -> Any:
    """The JSON value with unknown fields in every object."""
    if isinstance(value, dict):
        return {key: enriched(inner) for key, inner in value.items()} | UNKNOWN
    return [enriched(inner) for inner in value] if isinstance(value, list) else value


def assert_clean(post: Post) -> None:
    assert post.text == clean(post.text)
    assert post.url == absolute_web_url(post.url)
    assert all(absolute_web_url(link.url) == link.url for link in post.links)
    assert all(tag and " " not in tag and "\n" not in tag for tag in post.hashtags)
    assert all(card.title == clean_line(card.title) for card in post.cards)
    if post.author:
        assert post.author.name == clean_line(post.author.name)
        assert post.author.url == absolute_web_url(post.author.url)
        assert "\n" not in post.author.handle


@pytest.mark.parametrize("share", CUTS)
@pytest.mark.parametrize("kind", KINDS)
def test_truncated_response_gives_a_part_of_the_posts_and_no_cursor(
    kind: str, share: float
) -> None:
    polled = source(kind)
    for response in responses(kind):
        cut = replace(response, body=response.body[: int(len(response.body) * share)])
        batch = polled.parse_response(cut, None)
        whole = polled.parse_response(response, None)
        assert len(batch.posts) <= len(whole.posts)
        if is_json(response) and whole.posts:
            assert batch.failure is not None
            assert (batch.posts, batch.cursor) == ((), None)


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_fields_change_nothing(kind: str) -> None:
    polled = source(kind)
    for response in filter(is_json, responses(kind)):
        body = json.dumps(enriched(json.loads(response.body))).encode()
        enlarged = polled.parse_response(replace(response, body=body), None)
        assert enlarged == polled.parse_response(response, None)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_in_any_json_field_is_cleaned(kind: str) -> None:
    polled = source(kind)
    for response in filter(is_json, responses(kind)):
        for variant in islice(with_text(json.loads(response.body)), 800):
            body = json.dumps(variant).encode()
            for post in polled.parse_response(replace(response, body=body), None).posts:
                assert_clean(post)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_in_any_element_of_a_feed_is_cleaned(kind: str) -> None:
    polled = source(kind)
    escaped = "&#x202e;&lt;script>alert(1)&lt;/script> javascript:alert(2)" + "Å" * 3_000
    for response in responses(kind):
        document = response.body.decode()
        for match in islice(re.finditer(r">([^<>]+)<", document), 200):
            body = document[: match.start(1)] + escaped + document[match.end(1) :]
            batch = polled.parse_response(replace(response, body=body.encode()), None)
            for post in batch.posts:
                assert_clean(post)


@pytest.mark.parametrize("header", RETRY.values(), ids=RETRY)
@pytest.mark.parametrize("kind", KINDS)
def test_rate_limit_of_any_form_reaches_the_failure(kind: str, header: tuple[str, str]) -> None:
    polled = source(kind)
    url = polled.first_request(None).url
    refused = classify_response(Response(url, url, 429, (header,), b"", NOW), NOW)
    assert isinstance(refused, Failure)
    batch = polled.parse_response(refused, None)
    assert batch.failure is not None
    assert batch.failure.retry_after == datetime(2026, 11, 22, 2, tzinfo=UTC)
    assert batch.failure.retry_after - NOW == timedelta(hours=2)
    assert not batch.next_requests


@pytest.mark.parametrize("kind", KINDS)
def test_filter_reads_the_recorded_responses_of_every_kind(kind: str) -> None:
    recorded = [(response.url, response.body.decode()) for response in responses(kind)]
    rows = [
        {"url": url, "options": recording(kind)["options"], "body": body} for url, body in recorded
    ]
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    command = ["posts", "--kind", kind, "--json"]
    result = CliRunner().invoke(cli, command, input=lines, standalone_mode=False)
    assert result.exception is None, result.output
    written = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(written) == len(rows)
    texts = {post["text"] for line in written for post in line["posts"]}
    assert texts >= {post.text for post in play(source(kind), answers(kind)).posts}

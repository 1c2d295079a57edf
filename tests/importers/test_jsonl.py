"""Hashtrail's own export: links as texts and objects, and clear errors for unknown shapes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.importers.parse_file import parse_file
from crawler.importers.record_types import ImportOptions, ImportResult, LeftOut

OPTIONS = ImportOptions(datetime(2026, 11, 22, 12, tzinfo=UTC))
GOOD = {"type": "post", "uri": "u:1", "network": "x", "text": "Good"}


def _import(*lines: object, encoding: str = "utf-8") -> ImportResult:
    text = "\n".join(json.dumps(line) for line in lines)
    return parse_file("e.jsonl", text.encode(encoding), None, OPTIONS)


def test_links_are_accepted_as_texts_and_as_objects() -> None:
    links = ["https://a.example/1", {"url": "https://a.example/2", "shown": "Two"}]
    (post,) = _import(GOOD | {"links": links}).posts
    assert [(link.url, link.shown) for link in post.links] == [
        ("https://a.example/1", ""),
        ("https://a.example/2", "Two"),
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"links": [{"href": "https://a.example/"}]}, "links[0]: `href` is unknown"),
        ({"links": "https://a.example/"}, "links: write a list, not a text"),
        ({"links": [7]}, "links[0]: write a text or an object, not a whole number"),
        ({"body": "x"}, "`body` is unknown"),
        ({"text": 7}, "text: write a text, not a whole number"),
        ({"author": "ann"}, "author: write an object, not a text"),
        ({"cards": [{"title": "a", "image": "b"}]}, "cards[0]: `image` is unknown"),
    ],
)
def test_unknown_field_or_shape_is_reported_with_its_line(
    fields: dict[str, object], reason: str
) -> None:
    result = _import(GOOD, GOOD | {"uri": "u:2"} | fields)
    assert [post.text for post in result.posts] == ["Good"]
    assert [failure.message.startswith("e.jsonl, line 2: ") for failure in result.failures] == [
        True
    ]
    assert reason in result.failures[0].message


def test_object_without_a_type_is_reported_and_another_type_is_left_out() -> None:
    result = _import(GOOD, {"uri": "u:2"}, {"type": "from the future", "links": 7})
    assert [failure.url for failure in result.failures] == ["e.jsonl, line 2"]
    assert result.left_out == (LeftOut("lines of another type than post and article", 1),)


def test_null_in_a_field_means_that_it_is_missing() -> None:
    fields = ("url", "author", "published", "hashtags", "links", "cards")
    (post,) = _import(GOOD | dict.fromkeys(fields)).posts
    assert (post.url, post.author, post.links, post.cards) == ("", None, (), ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_file_with_a_byte_order_mark_is_read(encoding: str) -> None:
    assert [post.text for post in _import(GOOD, encoding=encoding).posts] == ["Good"]


def test_line_that_is_too_long_is_reported_and_the_next_one_is_read() -> None:
    result = _import(GOOD | {"uri": "u:2", "text": "a" * 7_000_000}, GOOD)
    assert [post.uri for post in result.posts] == ["u:1"]
    assert result.failures[0].message == "e.jsonl, line 1: longer than 5 MB."

"""JSON Feed with the deviations from its specification that publishers have."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.sources.formats.feed_model import Entry
from tests.sources.feed_documents import entries_of


def _entry(**fields: Any) -> Entry:
    feed = {"version": "https://jsonfeed.org/version/1", "title": "N", "items": [fields]}
    return entries_of(json.dumps(feed), "application/json")[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"author": {"name": "Bo"}},
        {"authors": [{"name": "Bo"}, None, 7]},
        {"authors": {"name": "Bo"}},
        {"authors": ["Bo"]},
        {"author": "Bo"},
        {"authors": [{"name": "bo@lab.example"}], "author": {"name": "Bo <bo@lab.example>"}},
    ],
)
def test_authors_are_read_from_objects_and_names(fields: dict[str, Any]) -> None:
    assert _entry(title="a", **fields).authors == ("Bo",)


@pytest.mark.parametrize("tags", [["raft", None, "clocks"], "raft, clocks"])
def test_tags_are_read_from_a_list_or_a_text(tags: Any) -> None:
    assert _entry(title="a", tags=tags).tags == ("raft", "clocks")


@pytest.mark.parametrize(
    "date", ["2026-11-19T09:00:00+01:00", "Thu, 19 Nov 2026 08:00:00 GMT", "2026-11-19T08:00Z"]
)
def test_dates_are_read_in_the_formats_of_other_feeds(date: str) -> None:
    assert _entry(title="a", date_published=date).published == datetime(2026, 11, 19, 8, tzinfo=UTC)


def test_title_is_text_in_which_tags_are_words() -> None:
    assert _entry(title="Of <i> and List<A>").title == "Of <i> and List<A>"


def test_damaged_strings_cost_only_their_characters() -> None:
    body = (
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "N",\n'
        b'"items": [{"id": 7, "title": "half \\ud83d", "content_text": "a\nb"}]}'
    )
    entry = entries_of(body, "application/feed+json")[0]
    assert (entry.id, entry.title, entry.summary) == ("7", "half �", "a b")

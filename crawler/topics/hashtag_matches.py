"""Hashtags as evidence: the table of the hashtags of topics, and its matches in an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from crawler.models.topics import Topic
from crawler.text_cleaning import fold
from crawler.topics.phrase_matcher import hashtag_key
from crawler.topics.taxonomy_phrases import HASHTAG, PhraseMatch


def hashtag_table(topics: Iterable[Topic]) -> dict[str, tuple[str, ...]]:
    """Return folded hashtag -> topics: listed hashtags, and strong phrases as one word.

    The phrase `rate limiting` of `topics` becomes `#RateLimiting`.
    """
    table: dict[str, list[str]] = {}
    for topic in topics:
        spelled = {hashtag_key(phrase) for phrase in topic.strong}
        for tag in sorted({fold(tag) for tag in topic.hashtags} | spelled):
            table.setdefault(tag, []).append(topic.slug)
    return {tag: tuple(slugs) for tag, slugs in table.items()}


def hashtag_matches(
    hashtags: Sequence[str], table: Mapping[str, Sequence[str]]
) -> Iterator[PhraseMatch]:
    """Yield a match for each of the `hashtags` in a `table` of hashtag -> topics.

    Its `start` is the offset in all hashtags joined as `#One #Two`.
    """
    start = 1
    for tag in hashtags:
        for topic in table.get(fold(tag), ()):
            yield PhraseMatch(topic, "hashtags", HASHTAG, tag, tag, start)
        start += len(tag) + 2

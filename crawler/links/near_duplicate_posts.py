"""Near-duplicate posts: nearly identical texts.

Variations of one author under the same hashtags count as well. Pure functions.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from crawler.links.text_fingerprint import (
    LEAST_SHARED_KEYS,
    fingerprint_keys,
    fingerprints,
    jaccard_similarity,
    shingles,
)
from crawler.links.title_similarity import content_words
from crawler.text_cleaning import fold

# These thresholds were chosen on posts of one author about the same and different subjects
# (tests/links/test_near_duplicate_posts.py).
NEAR_IDENTICAL = 0.5
SAME_SUBJECT = 0.4
MIN_SHARED_WORDS = 4
_MIN_WORDS = 8
_MIN_TAGS = 2
_SUBJECT_KEY = 63 << 32  # after the keys of texts
_MARKUP = re.compile(r"https?://\S+|[#@][\w.@-]+")
_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
_NUMBER = re.compile(r"\d+")


class PostKeys(NamedTuple):
    """The keys by which a post is compared: of its `text`, and of its author and hashtags."""

    text: tuple[int, ...]
    subject: tuple[int, ...]


class PostIndex(Protocol):
    """An index of the keys of posts."""

    def sharing(self, keys: Iterable[int], least: int) -> set[int]:
        """Return the ids of the posts that have at least `least` of the `keys`."""


@dataclass(frozen=True)
class ComparedPost:
    """The part of a post that is compared.

    `context` names its author or the pasted file; it is empty if neither is known.
    """

    post_id: int
    text: str
    context: str = ""
    hashtags: tuple[str, ...] = ()

    @cached_property
    def plain_text(self) -> str:
        """The text without URLs, hashtags and mentions."""
        return _MARKUP.sub(" ", self.text)

    @cached_property
    def tags(self) -> frozenset[str]:
        """The folded hashtags."""
        return frozenset(map(fold, self.hashtags))

    @cached_property
    def numbers(self) -> list[str]:
        """The numbers in the text, sorted."""
        return sorted(_NUMBER.findall(self.plain_text))

    @cached_property
    def shingles(self) -> frozenset[str]:
        """The sequences of words by which texts are compared."""
        return frozenset(shingles(self.plain_text))

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the text that are not in a hashtag.

        `DistributedSystems` has two words. Posts with the same hashtags share those words whatever
        their subject is.
        """
        tag_words = content_words(_CASE.sub(" ", " ".join(self.hashtags)))
        return frozenset(content_words(self.plain_text)) - self.tags - frozenset(tag_words)

    @cached_property
    def has_enough_words(self) -> bool:
        """Whether the text is compared: a few words are alike by chance."""
        return len(self.plain_text.split()) >= _MIN_WORDS

    @cached_property
    def subject_keys(self) -> tuple[int, ...]:
        """The key of the author and the hashtags; none without two hashtags."""
        if not self.context or len(self.tags) < _MIN_TAGS:
            return ()
        names = "\n".join([self.context, *sorted(self.tags)])
        return (_SUBJECT_KEY | zlib.crc32(names.encode()),)


def are_near_duplicates(first: ComparedPost, second: ComparedPost) -> bool:
    """Whether `second` differs from `first` in few words and no number, or only varies it."""
    return _are_near_identical(first, second) or _have_same_subject(first, second)


def _are_near_identical(first: ComparedPost, second: ComparedPost) -> bool:
    if not (first.has_enough_words and second.has_enough_words):
        return False
    if first.numbers != second.numbers:
        return False
    return jaccard_similarity(first.shingles, second.shingles) >= NEAR_IDENTICAL


def _have_same_subject(first: ComparedPost, second: ComparedPost) -> bool:
    if not first.subject_keys or first.subject_keys != second.subject_keys:
        return False
    shared = len(first.words & second.words)
    fewer = min(len(first.words), len(second.words))
    return shared >= MIN_SHARED_WORDS and shared >= SAME_SUBJECT * fewer


def group_leads(pairs: Iterable[tuple[int, int]], order: Mapping[int, Any]) -> dict[int, int]:
    """Return the lead of each post in `pairs`: the first of all posts that pairs connect.

    `order` has a value by which each post is sorted.
    """
    leads: dict[int, int] = {}

    def lead_of(post: int) -> int:
        while (lead := leads.setdefault(post, post)) != post:
            leads[post] = leads[lead]  # halves the path for the next search
            post = leads[lead]
        return post

    for first, second in pairs:
        earlier, later = sorted((lead_of(first), lead_of(second)), key=order.__getitem__)
        leads[later] = earlier
    return {post: lead_of(post) for post in list(leads)}


def keys_of(posts: Sequence[ComparedPost]) -> Iterator[PostKeys]:
    """Yield the keys of each of the `posts`; this is faster than one by one."""
    fingerprinted = fingerprints(post.plain_text for post in posts if post.has_enough_words)
    for post in posts:
        text = fingerprint_keys(next(fingerprinted)) if post.has_enough_words else ()
        yield PostKeys(text, post.subject_keys)


def candidates(keys: PostKeys, index: PostIndex) -> set[int]:
    """Return the ids of the posts in an `index` that a post with these `keys` may repeat."""
    by_text = index.sharing(keys.text, LEAST_SHARED_KEYS)
    return by_text | index.sharing(keys.subject, 1)

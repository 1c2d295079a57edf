"""Near-duplicate posts: nearly identical texts.

Variations of one author under the same hashtags count as well. Pure functions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from crawler.links.text_fingerprint import (
    candidate_pairs,
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
_MAX_GROUP = 100
_MARKUP = re.compile(r"https?://\S+|[#@][\w.@-]+")
_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ComparedPost:
    """The part of a post that is compared.

    `context` names its author or the pasted file; it is empty if neither is known.
    """

    post_id: int
    text: str
    context: str = ""
    hashtags: tuple[str, ...] = ()


def group_near_duplicates(posts: Sequence[ComparedPost]) -> dict[int, int]:
    """Return for each near-duplicate the id of the first post of its group.

    `posts` are sorted from old to new. Posts that are first in their group are left out.
    """
    leads = _leads(posts)
    groups = ((position, _group_lead(leads, position)) for position in range(len(posts)))
    return {
        posts[position].post_id: posts[lead].post_id
        for position, lead in groups
        if lead != position
    }


def _leads(posts: Sequence[ComparedPost]) -> list[int]:
    """Return for each post the position of an earlier one of its group, or its own."""
    texts = [_MARKUP.sub(" ", post.text) for post in posts]
    pairs = {*_near_identical_pairs(texts), *_same_subject_pairs(posts, texts)}
    leads = list(range(len(posts)))
    for first, second in sorted(pairs):
        earlier, later = sorted((_group_lead(leads, first), _group_lead(leads, second)))
        leads[later] = earlier
    return leads


def _near_identical_pairs(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield pairs of texts that differ in few words and in no number."""
    long = [position for position, text in enumerate(texts) if len(text.split()) >= _MIN_WORDS]
    for pair in candidate_pairs(fingerprints(texts[position] for position in long)):
        first, second = (long[index] for index in pair)
        if _are_near_identical(texts[first], texts[second]):
            yield first, second


def _are_near_identical(first: str, second: str) -> bool:
    if Counter(_NUMBER.findall(first)) != Counter(_NUMBER.findall(second)):
        return False
    return jaccard_similarity(shingles(first), shingles(second)) >= NEAR_IDENTICAL


def _same_subject_pairs(
    posts: Sequence[ComparedPost], texts: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Yield pairs of posts of one author under the same hashtags that share enough words."""
    for (_, tags), members in _groups_by_tags(posts).items():
        tag_words = tags.union(*(_tag_words(posts[position]) for position in members[:1]))
        words = {
            position: set(content_words(texts[position])) - tag_words
            for position in members[:_MAX_GROUP]
        }
        for first, second in combinations(words, 2):
            if _share_subject(words[first], words[second]):
                yield first, second


def _tag_words(post: ComparedPost) -> set[str]:
    """Return the words of the hashtags of a post: distributed and system of `DistributedSystems`.

    A text that repeats them has no more in common with the others than the hashtags.
    """
    return set(content_words(_CASE.sub(" ", " ".join(post.hashtags))))


def _groups_by_tags(
    posts: Sequence[ComparedPost],
) -> dict[tuple[str, frozenset[str]], list[int]]:
    """Return the positions of posts by their context and hashtags."""
    groups: dict[tuple[str, frozenset[str]], list[int]] = defaultdict(list)
    for position, post in enumerate(posts):
        tags = frozenset(map(fold, post.hashtags))
        if post.context and len(tags) >= _MIN_TAGS:
            groups[post.context, tags].append(position)
    return groups


def _share_subject(first: set[str], second: set[str]) -> bool:
    shared = len(first & second)
    return shared >= MIN_SHARED_WORDS and shared >= SAME_SUBJECT * min(len(first), len(second))


def _group_lead(leads: list[int], position: int) -> int:
    while leads[position] != position:
        position = leads[position]
    return position

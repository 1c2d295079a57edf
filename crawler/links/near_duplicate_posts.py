"""Posts that say one thing: near-identical texts, and one author's variations under one line of
tags. Pure.
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

# Chosen on posts of one author about one thing and about different things
# (tests/links/test_near_duplicate_posts.py).
NEARLY_THE_SAME = 0.5
ONE_SUBJECT = 0.2
FEWEST_SHARED_WORDS = 4
_FEWEST_WORDS = 8
_FEWEST_TAGS = 2
_CROWD = 100
_MARKUP = re.compile(r"https?://\S+|[#@][\w.@-]+")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ComparedPost:
    """A post as comparing sees it.

    `context` names its author, or the file it was pasted in; empty when neither is known.
    """

    post_id: int
    text: str
    context: str = ""
    hashtags: tuple[str, ...] = ()


def group_near_duplicates(notes: Sequence[ComparedPost]) -> dict[int, int]:
    """For each post that says what an earlier one says: the first of its group.

    `notes` come oldest first.
    """
    bodies = [_MARKUP.sub(" ", note.text) for note in notes]
    leads = list(range(len(notes)))
    for first, second in sorted(
        {*_near_identical_pairs(bodies), *_same_subject_pairs(notes, bodies)}
    ):
        one, other = sorted((_group_lead(leads, first), _group_lead(leads, second)))
        leads[other] = one
    return {
        note.post_id: notes[_group_lead(leads, number)].post_id
        for number, note in enumerate(notes)
        if _group_lead(leads, number) != number
    }


def _near_identical_pairs(bodies: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs whose words are the same but for a few; numbers must be the same."""
    long = [number for number, body in enumerate(bodies) if len(body.split()) >= _FEWEST_WORDS]
    for a, b in candidate_pairs(fingerprints(bodies[number] for number in long)):
        first, second = long[a], long[b]
        same_numbers = Counter(_NUMBER.findall(bodies[first])) == Counter(
            _NUMBER.findall(bodies[second])
        )
        if (
            same_numbers
            and jaccard_similarity(shingles(bodies[first]), shingles(bodies[second]))
            >= NEARLY_THE_SAME
        ):
            yield first, second


def _same_subject_pairs(
    notes: Sequence[ComparedPost], bodies: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Pairs of one author under the same tags that share the words of one subject."""
    groups: dict[tuple[str, frozenset[str]], list[int]] = defaultdict(list)
    for number, note in enumerate(notes):
        tags = frozenset(map(fold, note.hashtags))
        if note.context and len(tags) >= _FEWEST_TAGS:
            groups[note.context, tags].append(number)
    for (_, tags), members in groups.items():
        said = {number: set(content_words(bodies[number])) - tags for number in members[:_CROWD]}
        for first, second in combinations(said, 2):
            shared = len(said[first] & said[second])
            if shared >= FEWEST_SHARED_WORDS and shared >= ONE_SUBJECT * min(
                len(said[first]), len(said[second])
            ):
                yield first, second


def _group_lead(leads: list[int], number: int) -> int:
    while leads[number] != number:
        number = leads[number]
    return number

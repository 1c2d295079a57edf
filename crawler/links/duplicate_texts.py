"""Re-posts: articles whose texts are one text.

Pure; fingerprints propose, the texts themselves decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.links.text_fingerprint import (
    candidate_pairs,
    fingerprint_similarity,
    fingerprint_slots,
    fingerprints,
    jaccard_similarity,
    shingles,
)
from crawler.models.card_matching import Candidate, Match

# Chosen on texts of the measured corpora and copies of them with words changed
# (tests/quality/test_identity.py).
SAME_TEXT = 0.6
SAME_TEXT_OTHER_NUMBERS = 0.98
FEWEST_WORDS = 80
_LIKELY = 0.4
_NUMBER = re.compile(r"\d+")


def find_duplicate_texts(articles: Sequence[Candidate]) -> Iterator[Match]:
    """Pairs of articles with one text: the later is the subject.

    Texts under 80 words say too little to tell.

    Titles that differ in a number (parts of a series, releases) need the same text to the letter.
    """
    long = [article for article in articles if len(article.text.split()) >= FEWEST_WORDS]
    marks = _fingerprints_of(long)
    for first, second in candidate_pairs(marks):
        near = fingerprint_similarity(marks[first], marks[second])
        if near is None or near < _LIKELY:
            continue
        score = jaccard_similarity(shingles(long[first].text), shingles(long[second].text))
        if score >= _required_similarity(long[first], long[second]):
            one, other = sorted((long[first].article_id, long[second].article_id))
            yield Match(other, one, round(score, 3))


def _fingerprints_of(articles: Sequence[Candidate]) -> list[str]:
    """The stored fingerprint of each article, or a new one when there is none of today's algorithm."""
    made = fingerprints(
        article.text for article in articles if not fingerprint_slots(article.fingerprint)
    )
    return [
        article.fingerprint if fingerprint_slots(article.fingerprint) else next(made)
        for article in articles
    ]


def _required_similarity(one: Candidate, other: Candidate) -> float:
    same_numbers = sorted(_NUMBER.findall(one.title)) == sorted(_NUMBER.findall(other.title))
    return (
        SAME_TEXT if same_numbers or not one.title or not other.title else SAME_TEXT_OTHER_NUMBERS
    )

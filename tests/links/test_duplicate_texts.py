"""Duplicate texts at different URLs; series, releases and boilerplate are not duplicates."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.links.duplicate_texts import find_duplicate_texts
from crawler.links.text_fingerprint import (
    fingerprint,
    fingerprint_similarity,
    jaccard_similarity,
    shingles,
)
from crawler.models.card_matching import ArticleMatch, MatchCandidate

WORDS = (
    "clock", "drift", "lease", "quorum", "leader", "log", "replica", "commit", "fence", "epoch",
    "shard", "cache", "retry", "queue", "batch", "commit", "vote", "term", "node", "peer",
)  # fmt: skip


def prose(seed: int, length: int = 300) -> str:
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) + str(chosen.randrange(90)) for _ in range(length))


def article(article_id: int, text: str, title: str = "") -> MatchCandidate:
    return MatchCandidate(article_id, f"https://example.org/{article_id}", title, "", text)


def test_copy_with_few_changes_is_a_duplicate_of_the_earlier_article() -> None:
    text = prose(1)
    copy = (
        text.replace("clock", "CLOCK").replace("drift1 ", "skew ")
        + " Originally published elsewhere."
    )
    (found,) = find_duplicate_texts(
        [article(9, copy), article(2, text), article(3, prose(2)), article(4, prose(3))]
    )
    assert (found.subject_id, found.article_id) == (9, 2)
    assert found.score > 0.8


def test_partial_and_short_texts_are_not_duplicates() -> None:
    text = prose(1)
    assert (
        list(
            find_duplicate_texts(
                [article(1, text), article(2, " ".join(text.split()[:120]) + prose(5))]
            )
        )
        == []
    )
    assert (
        list(
            find_duplicate_texts(
                [
                    article(1, "Please enable cookies to go on."),
                    article(2, "Please enable cookies to go on."),
                ]
            )
        )
        == []
    )


def test_releases_with_different_numbers_are_not_duplicates() -> None:
    text = prose(1)
    changed = text.replace("quorum", "majority")
    assert (
        list(
            find_duplicate_texts(
                [article(1, text, "Log 1.6.4 released"), article(2, changed, "Log 1.7.2 released")]
            )
        )
        == []
    )
    assert list(
        find_duplicate_texts(
            [article(1, text, "Log 1.6.4 released"), article(2, text, "Log 1.7.2 released")]
        )
    ) == [ArticleMatch(2, 1, 1.0)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("https://docs.example.org/en/v1/guide", "https://docs.example.org/en/v2/guide"),
        ("https://docs.example.org/1.28/guide", "https://docs.example.org/latest/guide"),
        ("https://example.org/35/documentation", "https://example.org/36/documentation"),
        ("https://v1-28.docs.example.org/guide", "https://v1-29.docs.example.org/guide"),
    ],
)
def test_versions_of_a_document_are_duplicates_only_if_almost_identical(
    first: str, second: str
) -> None:
    text = prose(1)
    changed = text.replace("quorum", "majority")
    one = MatchCandidate(1, first, "Guide", "", text)
    assert list(find_duplicate_texts([one, MatchCandidate(2, second, "Guide", "", changed)])) == []
    assert list(find_duplicate_texts([one, MatchCandidate(2, second, "Guide", "", text)])) == [
        ArticleMatch(2, 1, 1.0)
    ]


def test_stored_fingerprints_are_used_and_outdated_ones_recomputed() -> None:
    text = prose(1)
    stored = MatchCandidate(1, "https://example.org/1", "", "", text, fingerprint(text))
    assert list(find_duplicate_texts([stored, article(2, text)])) == [ArticleMatch(2, 1, 1.0)]
    foreign = MatchCandidate(1, "https://example.org/1", "", "", text, "m1.AAAA")
    assert list(find_duplicate_texts([foreign, article(2, text)])) == [ArticleMatch(2, 1, 1.0)]


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(0, 1000))
def test_fingerprint_similarity_is_symmetric_and_close_to_jaccard(one: int, other: int) -> None:
    a, b = prose(one), prose(one, 200) + " " + prose(other, 100)
    estimate = fingerprint_similarity(fingerprint(a), fingerprint(b))
    assert estimate == fingerprint_similarity(fingerprint(b), fingerprint(a))
    assert estimate is not None
    assert abs(estimate - jaccard_similarity(shingles(a), shingles(b))) < 0.3

"""Duplicate texts: articles with nearly the same text at different URLs.

Pure functions. Fingerprints propose pairs, and the exact similarity of the texts decides.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter

from crawler.links.text_fingerprint import (
    KeyIndex,
    fingerprint,
    fingerprint_keys,
    fingerprint_similarity,
    fingerprint_slots,
    jaccard_similarity,
    shingles,
)
from crawler.models.card_matching import ArticleMatch, MatchCandidate
from crawler.url_parser import InvalidUrl, parse_url

# These thresholds were chosen on texts of the corpora and copies with changed words
# (tests/quality/test_identity.py).
SAME_TEXT = 0.6
SAME_TEXT_OTHER_NUMBERS = 0.98
MIN_WORDS = 80
_MIN_ESTIMATE = 0.4
LEAST_KEYS_OF_COPIES = 3
"""How many keys copies have in common: more than texts that share a paragraph."""

_VERSION = re.compile(
    r"(?:v|version-?|release-?)?\d+(?:[._-]\d+)*(?:\.x)?(?:\.html?)?"
    r"|latest|stable|main|master|current|next|devel?|edge|nightly|trunk"
)
_NUMBER = re.compile(r"\d+")


def find_duplicate_texts(articles: Iterable[MatchCandidate]) -> Iterator[ArticleMatch]:
    """Yield the pairs of `articles` with the same text; the later article is the subject.

    Texts of fewer than 80 words are too short to compare. If two titles differ in a number, as in
    the parts of a series or in releases, the texts must be almost identical. The same is true for
    the versions of a document: `/v1/guide` and `/v2/guide`.
    """
    index, by_id = KeyIndex(), dict[int, MatchCandidate]()
    for article in map(with_fingerprint, sorted(articles, key=attrgetter("article_id"))):
        keys = text_keys(article)
        for other_id in sorted(index.sharing(keys, LEAST_KEYS_OF_COPIES)):
            match = compare_texts(by_id[other_id], article)
            if match:
                yield match
        index.add(article.article_id, keys)
        by_id[article.article_id] = article


def text_keys(article: MatchCandidate) -> tuple[int, ...]:
    """Return the keys by which the text of an `article` is compared; none for a short text."""
    if len(article.text.split()) < MIN_WORDS:
        return ()
    return fingerprint_keys(with_fingerprint(article).fingerprint)


def compare_texts(first: MatchCandidate, second: MatchCandidate) -> ArticleMatch | None:
    """Return the match of the articles `first` and `second` if they have the same text."""
    first, second = with_fingerprint(first), with_fingerprint(second)
    estimate = fingerprint_similarity(first.fingerprint, second.fingerprint)
    if estimate is None or estimate < _MIN_ESTIMATE:
        return None
    similarity = jaccard_similarity(_shingles(first.text), _shingles(second.text))
    if similarity < _required_similarity(first, second):
        return None
    earlier, later = sorted((first.article_id, second.article_id))
    return ArticleMatch(later, earlier, round(similarity, 3))


@lru_cache(maxsize=8)  # One text is compared with several others, one after the other.
def _shingles(text: str) -> frozenset[str]:
    return frozenset(shingles(text))


def with_fingerprint(article: MatchCandidate) -> MatchCandidate:
    """Return an `article` with its fingerprint; one of an older algorithm is computed again."""
    if fingerprint_slots(article.fingerprint):
        return article
    return replace(article, fingerprint=fingerprint(article.text))


def _required_similarity(first: MatchCandidate, second: MatchCandidate) -> float:
    if _are_versions(first.url, second.url):
        return SAME_TEXT_OTHER_NUMBERS
    if not first.title or not second.title:
        return SAME_TEXT
    same_numbers = sorted(_NUMBER.findall(first.title)) == sorted(_NUMBER.findall(second.title))
    return SAME_TEXT if same_numbers else SAME_TEXT_OTHER_NUMBERS


def _are_versions(first_url: str, second_url: str) -> bool:
    """Whether two URLs differ only in parts of host and path that are versions.

    A number is the version of what follows it; a number at the end is that of a page.
    """
    first, second = _url_parts(first_url), _url_parts(second_url)
    if len(first) != len(second) or first == second:
        return False
    different = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    end_in_numbers = first[-1] != second[-1] and first[-1].isdigit() and second[-1].isdigit()
    versions = map(_VERSION.fullmatch, itertools.chain(*different))
    return not end_in_numbers and all(versions)


def _url_parts(url: str) -> list[str]:
    parsed = parse_url(url)
    if isinstance(parsed, InvalidUrl):
        return []
    return [*parsed.host.split("."), *parsed.path.lower().strip("/").split("/")]

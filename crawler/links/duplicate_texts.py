"""Duplicate texts: articles with nearly the same text at different URLs.

Pure functions. Fingerprints propose pairs, and the exact similarity of the texts decides.
"""

from __future__ import annotations

import itertools
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
from crawler.models.card_matching import ArticleMatch, MatchCandidate
from crawler.url_parser import InvalidUrl, parse_url

# These thresholds were chosen on texts of the corpora and copies with changed words
# (tests/quality/test_identity.py).
SAME_TEXT = 0.6
SAME_TEXT_OTHER_NUMBERS = 0.98
MIN_WORDS = 80
_MIN_ESTIMATE = 0.4
_VERSION = re.compile(
    r"(?:v|version-?|release-?)?\d+(?:[._-]\d+)*(?:\.x)?(?:\.html?)?"
    r"|latest|stable|main|master|current|next|devel?|edge|nightly|trunk"
)
_NUMBER = re.compile(r"\d+")


def find_duplicate_texts(articles: Sequence[MatchCandidate]) -> Iterator[ArticleMatch]:
    """Yield the pairs of `articles` with the same text; the later article is the subject.

    Texts of fewer than 80 words are too short to compare. If two titles differ in a number, as in
    the parts of a series or in releases, the texts must be almost identical. The same is true for
    the versions of a document: `/v1/guide` and `/v2/guide`.
    """
    long = [article for article in articles if len(article.text.split()) >= MIN_WORDS]
    fingerprints_of_long = _fingerprints_of(long)
    for first, second in candidate_pairs(fingerprints_of_long):
        estimate = fingerprint_similarity(fingerprints_of_long[first], fingerprints_of_long[second])
        if estimate is not None and estimate >= _MIN_ESTIMATE:
            yield from _compare(long[first], long[second])


def _compare(first: MatchCandidate, second: MatchCandidate) -> Iterator[ArticleMatch]:
    similarity = jaccard_similarity(shingles(first.text), shingles(second.text))
    if similarity >= _required_similarity(first, second):
        earlier, later = sorted((first.article_id, second.article_id))
        yield ArticleMatch(later, earlier, round(similarity, 3))


def _fingerprints_of(articles: Sequence[MatchCandidate]) -> list[str]:
    """Return the stored fingerprint of each article; compute those of an older algorithm again."""
    is_current = [bool(fingerprint_slots(article.fingerprint)) for article in articles]
    pairs = list(zip(articles, is_current, strict=True))
    computed = fingerprints(article.text for article, current in pairs if not current)
    return [article.fingerprint if current else next(computed) for article, current in pairs]


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

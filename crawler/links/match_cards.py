"""Matching of link preview cards without a URL to articles, by title and site, with a score.

Pure functions. A wrong match is worse than none: numbers must agree, a short title is not matched,
and of two equally good articles neither is matched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from crawler.links.title_similarity import (
    content_words,
    letters_only,
    path_words,
    slug_words,
    stemmed_words,
    strip_site_name,
    word_similarity,
)
from crawler.models.card_matching import ArticleMatch, MatchCandidate, WaitingCard
from crawler.models.posts import Card
from crawler.public_suffixes import fold_host
from crawler.url_parser import InvalidUrl, parse_url

# These thresholds were chosen on pairs of titles of one site (tests/quality/test_identity.py).
# Lower ones join the parts of a series.
THRESHOLD = 0.9
NEARBY_THRESHOLD = 0.55
_TIE_MARGIN = 0.03
_SITE_FACTORS = {"same": 1.0, "unknown": 0.9, "other": 0.6}
_SLUG_SCORE = 0.92
_MIN_WORDS = 3
_MIN_SLUG_COVERED = 0.8
_MIN_TITLE_COVERED = 0.7
_MIN_NAME = 3
_MAX_CANDIDATES = 200
_MAX_QUERY_WORDS = 6
_MAX_IDS_OF_WORD = 5000
_NUMBERS = re.compile(
    r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|fourth|fifth"
    r"|i{1,3}|iv|vi{0,3}"
)


@dataclass(frozen=True, slots=True)
class _IndexedArticle:
    """A candidate with the values that comparisons need, computed once."""

    candidate: MatchCandidate
    title: str
    words: tuple[str, ...]
    numbers: Counter[str]
    slug: frozenset[str]
    path: Counter[str]
    site: str
    host: str


@dataclass(frozen=True, slots=True)
class _IndexedCard:
    """A card with the values that comparisons need, computed once."""

    words: tuple[str, ...]
    word_set: frozenset[str]
    numbers: Counter[str]
    site: str


_Scored = tuple[float, _IndexedArticle]


def match_card(
    card: Card, candidates: Sequence[MatchCandidate]
) -> tuple[MatchCandidate, float] | None:
    """Return which of the `candidates` a `card` shows, and the score from 0 to 1.

    Returns None if no score is high enough or two are equally high.
    """
    return _best_candidate(card, list(map(_index_article, candidates)), frozenset())


def match_cards(
    waiting: Sequence[WaitingCard], candidates: Sequence[MatchCandidate]
) -> Iterator[ArticleMatch]:
    """Yield the matches of the `waiting` cards with `candidates`.

    An article that the card's own post links to needs a lower score than others.
    """
    articles = {item.article_id: _index_article(item) for item in candidates}
    ids_by_word = _ids_by_word(articles.values())
    for card in waiting:
        nearby = frozenset(card.nearby)
        ids = _likely_ids(card.card, ids_by_word) | (nearby & articles.keys())
        likely = [articles[article_id] for article_id in sorted(ids)]
        match = _best_candidate(card.card, likely, nearby)
        if match:
            yield ArticleMatch(card.card_id, match[0].article_id, round(match[1], 3))


def _best_candidate(
    card: Card, articles: Sequence[_IndexedArticle], nearby: frozenset[int]
) -> tuple[MatchCandidate, float] | None:
    """Return the best article with its score; the ids of `nearby` need a lower score."""
    indexed = _index_card(card)
    scored = [(_score(indexed, article), article) for article in articles]
    scored.sort(key=lambda pair: (-pair[0], pair[1].candidate.article_id))
    good = _good_matches(scored, nearby)
    if not good or _is_tie(good):
        return None
    score, article = good[0]
    return article.candidate, score


def _is_tie(matches: Sequence[tuple[float, _IndexedArticle]]) -> bool:
    """Whether the second best match is about as good as the best."""
    return len(matches) > 1 and matches[0][0] - matches[1][0] < _TIE_MARGIN


def _good_matches(scored: Sequence[_Scored], nearby: frozenset[int]) -> list[_Scored]:
    near = [
        (score, article)
        for score, article in scored
        if article.candidate.article_id in nearby and score >= NEARBY_THRESHOLD
    ]
    return near or [(score, article) for score, article in scored if score >= THRESHOLD]


def _score(card: _IndexedCard, article: _IndexedArticle) -> float:
    if len(card.words) < _MIN_WORDS:
        return 0.0
    by_title = 0.0
    if article.words and card.numbers == article.numbers:
        by_title = word_similarity(card.words, article.words)
    return max(by_title, _slug_score(card, article)) * _SITE_FACTORS[_compare_sites(card, article)]


def _slug_score(card: _IndexedCard, article: _IndexedArticle) -> float:
    """Return the score of a card's title and the slug of an article that has no title yet.

    Each must contain most words of the other.
    """
    if article.title or len(article.slug) < _MIN_WORDS or card.numbers - article.path:
        return 0.0
    shared = len(card.word_set & article.slug)
    title_size = len(card.word_set - card.numbers.keys())
    if shared < _MIN_SLUG_COVERED * len(article.slug) or shared < _MIN_TITLE_COVERED * title_size:
        return 0.0
    return _SLUG_SCORE * shared / len(article.slug)


def _compare_sites(card: _IndexedCard, article: _IndexedArticle) -> str:
    if not card.site:
        return "unknown"
    names = (article.site, article.host)
    return "same" if any(_is_same_site_name(card.site, name) for name in names) else "other"


def _is_same_site_name(first: str, second: str) -> bool:
    """Whether two names are equal, or one starts with the other: `devcommunity` and `dev`."""
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= _MIN_NAME and longer.startswith(shorter)


def _numbers(title: str) -> Counter[str]:
    return Counter(word for word in stemmed_words(title) if _NUMBERS.fullmatch(word))


def _index_card(card: Card) -> _IndexedCard:
    title = strip_site_name(card.title, card.site_name)
    words = tuple(content_words(title))
    site = letters_only(card.site_name)
    return _IndexedCard(words, frozenset(words), _numbers(title), site)


def _index_article(candidate: MatchCandidate) -> _IndexedArticle:
    url = parse_url(candidate.url)
    host = "" if isinstance(url, InvalidUrl) else fold_host(url.host)[0]
    path = "" if isinstance(url, InvalidUrl) else unquote(url.path)
    label = letters_only(host.split(".")[0])
    title = strip_site_name(candidate.title, candidate.site_name, label)
    return _IndexedArticle(
        candidate=candidate,
        title=title,
        words=tuple(content_words(title)),
        numbers=_numbers(title),
        slug=frozenset(slug_words(path)),
        path=Counter(path_words(path)),
        site=letters_only(candidate.site_name),
        host=label,
    )


def _ids_by_word(articles: Iterable[_IndexedArticle]) -> dict[str, list[int]]:
    """Return the ids of articles by each word of their title, or of their slug."""
    index: dict[str, list[int]] = {}
    for article in articles:
        for word in set(article.words) or article.slug:
            index.setdefault(word, []).append(article.candidate.article_id)
    return index


def _likely_ids(card: Card, ids_by_word: dict[str, list[int]]) -> set[int]:
    """Return the articles that share most words with a card; common words are left out."""
    words = (word for word in set(content_words(card.title)) if word in ids_by_word)
    rarest = sorted((ids_by_word[word] for word in words), key=len)[:_MAX_QUERY_WORDS]
    shared = Counter(article_id for ids in rarest for article_id in ids[-_MAX_IDS_OF_WORD:])
    return {article_id for article_id, _ in shared.most_common(_MAX_CANDIDATES)}

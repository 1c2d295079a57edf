"""Which article a link preview without an address belongs to: by its title and site, with a score.

Pure.

A wrong match is worse than waiting: numbers must agree, short titles need their site, and a tie is
no match.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from crawler.links.title_similarity import (
    content_words,
    letters_only,
    path_words,
    slug_words,
    stemmed_words,
    strip_site_name,
    title_similarity,
)
from crawler.links.url_normalization import fold_host
from crawler.models.card_matching import Candidate, Match, WaitingCard
from crawler.models.posts import Card
from crawler.url_parser import InvalidUrl, parse_url

# Chosen on pairs of titles of one site (tests/quality/test_identity.py): lower starts to join parts
# of a series.
THRESHOLD = 0.9
NEARBY_THRESHOLD = 0.55
_TIE = 0.03
_SITE = {"same": 1.0, "unknown": 0.9, "other": 0.6}
_NAME_IN_ADDRESS = 0.92
_FEW_WORDS = 3
_NAME_COVERED = 0.8
_TITLE_COVERED = 0.7
_SHORTEST_NAME = 3
_MOST_RIVALS = 200
_NUMBERS = re.compile(
    r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|fourth|fifth"
    r"|i{1,3}|iv|vi{0,3}"
)


@dataclass(frozen=True, slots=True)
class _IndexedArticle:
    """A candidate with what the comparison needs, worked out once."""

    candidate: Candidate
    title: str
    named: frozenset[str]
    path: Counter[str]
    site: str
    host: str


def match_card(card: Card, candidates: Sequence[Candidate]) -> tuple[Candidate, float] | None:
    """The candidate that a card without address shows, and the score (0 to 1); None when nothing is
    sure enough or two are equally so.
    """
    known = [_index_article(candidate) for candidate in candidates]
    return _best_candidate(card, known, frozenset())


def match_cards(waiting: Sequence[WaitingCard], candidates: Sequence[Candidate]) -> Iterator[Match]:
    """Match many cards.

    An article that the card's own post links to needs less likeness than one from anywhere.
    """
    known = [_index_article(candidate) for candidate in candidates]
    by_id = {each.candidate.article_id: each for each in known}
    index = _ids_by_word(known)
    for one in waiting:
        rivals = _likely_ids(one.card, index) | {
            article_id for article_id in one.nearby if article_id in by_id
        }
        found = _best_candidate(
            one.card, [by_id[article_id] for article_id in sorted(rivals)], frozenset(one.nearby)
        )
        if found:
            yield Match(one.card_id, found[0].article_id, round(found[1], 3))


def _best_candidate(
    card: Card, known: Sequence[_IndexedArticle], nearby: frozenset[int]
) -> tuple[Candidate, float] | None:
    title = strip_site_name(card.title, card.site_name)
    scored = sorted(
        ((_score(card, title, each), each) for each in known),
        key=lambda pair: (-pair[0], pair[1].candidate.article_id),
    )
    near = [
        (score, each)
        for score, each in scored
        if each.candidate.article_id in nearby and score >= NEARBY_THRESHOLD
    ]
    sure = near or [(score, each) for score, each in scored if score >= THRESHOLD]
    if not sure or (len(sure) > 1 and sure[0][0] - sure[1][0] < _TIE):
        return None
    return sure[0][1].candidate, sure[0][0]


def _score(card: Card, title: str, known: _IndexedArticle) -> float:
    site = _compare_sites(card, known)
    said = content_words(title)
    by_title = (
        title_similarity(title, known.title)
        if known.title and _numbers(title) == _numbers(known.title)
        else 0.0
    )
    if len(said) < _FEW_WORDS:
        return 0.0
    return max(by_title, _slug_score(set(said), _numbers(title), known)) * _SITE[site]


def _slug_score(said: set[str], numbers: Counter[str], known: _IndexedArticle) -> float:
    """Likeness of a title and the name in the address, when the article has no title yet: each must
    cover most of the other.
    """
    shared = said & known.named
    if known.title or len(known.named) < _FEW_WORDS or numbers - known.path:
        return 0.0
    if len(shared) < _NAME_COVERED * len(known.named) or len(shared) < _TITLE_COVERED * len(
        said - numbers.keys()
    ):
        return 0.0
    return _NAME_IN_ADDRESS * len(shared) / len(known.named)


def _compare_sites(card: Card, known: _IndexedArticle) -> str:
    site = letters_only(card.site_name)
    if not site:
        return "unknown"
    return (
        "same"
        if _is_same_site_name(site, known.site) or _is_same_site_name(site, known.host)
        else "other"
    )


def _is_same_site_name(site: str, other: str) -> bool:
    """Whether two names are one, or one begins with the other: `DEV Community` and `dev`."""
    shorter, longer = sorted((site, other), key=len)
    return len(shorter) >= _SHORTEST_NAME and longer.startswith(shorter)


def _numbers(title: str) -> Counter[str]:
    return Counter(word for word in stemmed_words(title) if _NUMBERS.fullmatch(word))


def _index_article(candidate: Candidate) -> _IndexedArticle:
    address = parse_url(candidate.url)
    host, path = (
        ("", "") if isinstance(address, InvalidUrl) else (fold_host(address.host)[0], address.path)
    )
    label = letters_only(host.split(".")[0])
    return _IndexedArticle(
        candidate=candidate,
        title=strip_site_name(candidate.title, candidate.site_name, label),
        named=frozenset(slug_words(unquote(path))),
        path=Counter(path_words(unquote(path))),
        site=letters_only(candidate.site_name),
        host=label,
    )


def _ids_by_word(known: Sequence[_IndexedArticle]) -> dict[str, list[int]]:
    """Articles by each word of their title, or of the name in their address."""
    index: dict[str, list[int]] = {}
    for each in known:
        for word in set(content_words(each.title)) or each.named:
            index.setdefault(word, []).append(each.candidate.article_id)
    return index


def _likely_ids(card: Card, index: dict[str, list[int]]) -> set[int]:
    """The articles that share most words with a card, rare words first, so that a common word does
    not bring everything.
    """
    lists = sorted(
        (index[word] for word in set(content_words(card.title)) if word in index), key=len
    )
    shared = Counter(article_id for ids in lists[:6] for article_id in ids[-5000:])
    return {article_id for article_id, _ in shared.most_common(_MOST_RIVALS)}

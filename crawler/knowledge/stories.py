"""Stories: articles about one event or idea within a window, the lead first, with the reason.

Two articles belong together when they appeared within WINDOW_DAYS and their titles share at least
LEAST_SHARED telling words whose weight (inverse
document frequency) is at least LEAST_OVERLAP of the lighter title; an entity that both name counts
as one more shared word. A story grows only by articles
that belong to its lead, so chains of half-alike titles never join.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.knowledge.key_terms import terms
from crawler.models.relations import Story

WINDOW_DAYS = 10
LEAST_SHARED = 3
LEAST_OVERLAP = 0.5
_COMMON = 0.2  # words in more than a fifth of the titles join nothing
_NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Headline:
    """What stories are made from.

    `at` is when it appeared (UTC), `weight` says which one leads, `entities` are slugs.
    """

    article_id: int
    title: str
    at: datetime
    weight: float = 0.0
    entities: frozenset[str] = frozenset()


def find_stories(headlines: Iterable[Headline]) -> list[Story]:
    """Every story of at least two articles. The order of the headlines does not matter."""
    listed = sorted(headlines, key=lambda each: (-each.weight, each.at, each.article_id))
    known = {each.article_id: each for each in listed}
    titles = _TitleIndex(listed)
    taken: set[int] = set()
    found = []
    for lead in listed:
        if lead.article_id in taken:
            continue
        free = (known[other] for other in titles.near(lead) if other not in taken)
        joined = {
            other.article_id: shared for other in free if (shared := titles.shared(lead, other))
        }
        if joined:
            taken |= {lead.article_id, *joined}
            members = sorted(joined, key=lambda other: (known[other].at, other))
            found.append(
                Story(lead.article_id, (lead.article_id, *members), _reason(joined.values()))
            )
    return found


def _weights(words: Mapping[int, frozenset[str]]) -> dict[str, float]:
    count = Counter(word for each in words.values() for word in each)
    most = max(len(words) * _COMMON, 3)
    return {
        word: math.log(1 + len(words) / number) if number <= most else 0.0
        for word, number in count.items()
    }


class _TitleIndex:
    """Headlines by their telling words and the time they appeared, so that a headline meets only
    those of its days that share enough words.
    """

    def __init__(self, listed: Sequence[Headline]) -> None:
        words = {each.article_id: frozenset(terms(each.title)) for each in listed}
        self._weights = _weights(words)
        self._words = {
            article: frozenset(word for word in each if self._weights[word])
            for article, each in words.items()
        }
        self._heavy = {article: self._weight(each) for article, each in self._words.items()}
        self._index: dict[tuple[str, int], set[int]] = defaultdict(set)
        for each in listed:
            for word in self._words[each.article_id]:
                self._index[word, _window(each)].add(each.article_id)

    def near(self, headline: Headline) -> list[int]:
        """The articles that may belong to a headline, in order of their ids: without an entity that
        both could name, words alone must do.

        Rare words (the heavy ones) come first: what shares none of them can no longer share enough
        when the common ones are looked at.
        """
        words = sorted(
            self._words[headline.article_id], key=self._weights.__getitem__, reverse=True
        )
        least = LEAST_SHARED - bool(headline.entities)
        met: list[set[int]] = [
            set() for _ in range(least)
        ]  # those that share at least one word, at least two, …
        for remaining, word in zip(range(len(words), 0, -1), words, strict=True):
            for days in range(_window(headline) - 1, _window(headline) + 2):
                appeared = self._index.get((word, days), _NOBODY)
                for level in range(
                    least - 1, max(least - remaining, 1) - 1, -1
                ):  # those that can still share enough
                    met[level] |= met[level - 1] & appeared
                if remaining >= least:
                    met[0] |= appeared
        return sorted(met[-1] - {headline.article_id})

    def shared(self, one: Headline, other: Headline) -> frozenset[str]:
        """The words that join two headlines; empty when they stay apart."""
        shared = self._words[one.article_id] & self._words[other.article_id]
        if len(shared) + bool(one.entities & other.entities) < LEAST_SHARED or abs(
            one.at - other.at
        ) > timedelta(days=WINDOW_DAYS):
            return frozenset()
        lighter = min(self._heavy[one.article_id], self._heavy[other.article_id])
        return shared if self._weight(shared) >= LEAST_OVERLAP * lighter else frozenset()

    def _weight(self, words: Iterable[str]) -> float:
        return math.fsum(
            self._weights[word] for word in words
        )  # exact, so that the order of a set decides nothing


def _window(headline: Headline) -> int:
    return headline.at.toordinal() // WINDOW_DAYS


def _reason(shared: Iterable[frozenset[str]]) -> str:
    words = Counter(word for each in shared for word in each)
    return "titles share: " + ", ".join(
        word for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0]))[:6]
    )

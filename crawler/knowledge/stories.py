"""Stories: groups of articles about one event or idea, the lead article first, with the reason.

Two articles belong together if they appeared within WINDOW_DAYS and their titles share at least
LEAST_SHARED significant words with at least LEAST_OVERLAP of the weight of the lighter title. The
weight of a word is its inverse document frequency; a shared entity counts as one more shared word.
Titles that name different versions, years or parts of a series do not belong together.
Each member of a story belongs together with the lead, so that chains of partly similar titles are
not grouped.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from crawler.knowledge.key_terms import terms
from crawler.knowledge.title_editions import differ_in_edition
from crawler.models.relations import Story

WINDOW_DAYS = 10
LEAST_SHARED = 3
LEAST_OVERLAP = 0.5
_MAX_SHARE_OF_TITLES = 0.2  # words in more titles do not group articles
_MAX_WORDS_IN_REASON = 6
_TITLE_WORD = 3  # after the kinds of features
_NO_ARTICLES: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Headline:
    """The title of an article and what else decides its story.

    `at` is when it appeared (UTC), `entities` are slugs. The article with the highest `weight`
    leads a story.
    """

    article_id: int
    title: str
    at: datetime
    weight: float = 0.0
    entities: frozenset[str] = frozenset()


class TitleWeights:
    """The inverse document frequency of words among so many `titles`; 0 for words of too many.

    `counts` has the number of titles of each word that several titles have, by its number.
    """

    def __init__(self, titles: int, counts: Mapping[int, int]) -> None:
        self.titles = titles
        self.counts = counts
        self._max_titles = max(titles * _MAX_SHARE_OF_TITLES, 3)
        self._weights: dict[str, float] = {}

    def __getitem__(self, word: str) -> float:
        """Return the weight of a `word`."""
        weight = self._weights.get(word)
        if weight is None:
            count = self.counts.get(word_number(word), 1)
            weight = math.log(1 + self.titles / count) if count <= self._max_titles else 0.0
            self._weights[word] = weight
        return weight

    def words_of(self, title: str) -> frozenset[str]:
        """Return the words of a `title` that have a weight."""
        return frozenset(word for word in terms(title) if self[word])

    def sum(self, words: Iterable[str]) -> float:
        """Return the weight of `words`, exactly, so that their order does not matter."""
        return math.fsum(self[word] for word in words)


def word_number(word: str) -> int:
    """Return the number by which a `word` of titles is counted."""
    return zlib.crc32(word.encode()) << 2 | _TITLE_WORD


def word_numbers(title: str) -> list[int]:
    """Return the distinct numbers of the words of a `title`, ascending."""
    return sorted({word_number(word) for word in terms(title)})


def count_title_words(headlines: Iterable[Headline]) -> TitleWeights:
    """Return the weights of words by the number of `headlines` that have them."""
    counts: Counter[int] = Counter()
    titles = 0
    for headline in headlines:
        titles += 1
        counts.update(word_numbers(headline.title))
    return TitleWeights(titles, {number: count for number, count in counts.items() if count > 1})


def find_stories(headlines: Iterable[Headline], weights: TitleWeights | None = None) -> list[Story]:
    """Return every story of at least two articles; the order of `headlines` does not matter.

    `weights` are those of the words of titles, by default those among these headlines.
    """
    by_weight = sorted(headlines, key=lambda head: (-head.weight, head.at, head.article_id))
    by_id = {headline.article_id: headline for headline in by_weight}
    index = _TitleIndex(by_weight, weights or count_title_words(by_weight))
    grouped: set[int] = set()
    stories = []
    for lead in by_weight:
        if lead.article_id not in grouped:
            shared_words = _shared_words_by_id(lead, index, by_id, grouped)
            if shared_words:
                stories.append(_story(lead, shared_words, by_id))
                grouped.update(stories[-1].members)
    return stories


def find_stories_by_period(
    periods: Iterable[Sequence[Headline]], weights: TitleWeights
) -> Iterator[tuple[list[Headline], list[Story]]]:
    """Yield headlines whose stories are complete, with these stories, until all are yielded.

    The stories are those of `find_stories`. `periods` has the headlines by `period_of`, in order.
    Only the headlines of two periods, and those connected with them, are in memory. `weights` are
    those of the words of titles.
    """
    open_sets: list[list[Headline]] = []
    for period in periods:
        current = period_of(period[0])
        sets = _join_connected(open_sets, period, weights)
        open_sets = []
        complete: list[list[Headline]] = []
        for headlines in sets:
            is_open = any(period_of(head) == current for head in headlines)
            (open_sets if is_open else complete).append(headlines)
        yield _grouped(complete, weights)
    yield _grouped(open_sets, weights)


def _grouped(
    sets: Iterable[list[Headline]], weights: TitleWeights
) -> tuple[list[Headline], list[Story]]:
    headlines = list(chain.from_iterable(sets))
    return headlines, find_stories(headlines, weights)


def _join_connected(
    sets: Sequence[list[Headline]], added: Sequence[Headline], weights: TitleWeights
) -> list[list[Headline]]:
    """Return the `sets` of connected headlines after the `added` ones joined them."""
    headlines = [*chain.from_iterable(sets), *added]
    by_id = {headline.article_id: headline for headline in headlines}
    index = _TitleIndex(headlines, weights)
    set_of = {head.article_id: connected for connected in sets for head in connected}
    for headline in added:
        near = [
            set_of[article_id]
            for article_id in index.candidates(headline)
            if article_id in set_of and index.shared_words(headline, by_id[article_id])
        ]
        distinct = {id(connected): connected for connected in near}.values()
        joined = [headline, *chain.from_iterable(distinct)]
        set_of.update((head.article_id, joined) for head in joined)
    return list({id(connected): connected for connected in set_of.values()}.values())


def _story(
    lead: Headline, shared_words: Mapping[int, frozenset[str]], by_id: Mapping[int, Headline]
) -> Story:
    followers = sorted(shared_words, key=lambda article_id: (by_id[article_id].at, article_id))
    return Story(lead.article_id, (lead.article_id, *followers), _reason(shared_words.values()))


def _shared_words_by_id(
    lead: Headline, index: _TitleIndex, by_id: Mapping[int, Headline], grouped: Container[int]
) -> dict[int, frozenset[str]]:
    """Return the articles without a story that belong to `lead`, with the words they share."""
    shared_words = {}
    for article_id in index.candidates(lead):
        if article_id not in grouped:
            words = index.shared_words(lead, by_id[article_id])
            if words:
                shared_words[article_id] = words
    return shared_words


def belong_together(first: Headline, second: Headline, weights: TitleWeights) -> frozenset[str]:
    """Return the words that group the headlines `first` and `second`; empty if they differ.

    `weights` are those of the words of titles.
    """
    first_words, second_words = weights.words_of(first.title), weights.words_of(second.title)
    shared = first_words & second_words
    has_shared_entity = bool(first.entities & second.entities)
    if len(shared) + has_shared_entity < LEAST_SHARED:
        return frozenset()
    if abs(first.at - second.at) > timedelta(days=WINDOW_DAYS):
        return frozenset()
    if differ_in_edition(first.title, second.title):
        return frozenset()
    lighter = min(weights.sum(first_words), weights.sum(second_words))
    return shared if weights.sum(shared) >= LEAST_OVERLAP * lighter else frozenset()


class _TitleIndex:
    """Headlines by word and time, so that a headline is compared with few others."""

    def __init__(self, headlines: Sequence[Headline], weights: TitleWeights) -> None:
        self._weights = weights
        self._words = {
            headline.article_id: weights.words_of(headline.title) for headline in headlines
        }
        self._articles = self._articles_by_word(headlines)

    def _articles_by_word(self, headlines: Iterable[Headline]) -> dict[tuple[str, int], set[int]]:
        """Return the articles of each word in each window of time."""
        articles: dict[tuple[str, int], set[int]] = defaultdict(set)
        for headline in headlines:
            for word in self._words[headline.article_id]:
                articles[word, period_of(headline)].add(headline.article_id)
        return articles

    def candidates(self, headline: Headline) -> list[int]:
        """Return the ids of the articles that share enough words with `headline`, in order.

        Without entities, words alone must be enough. Words with a high weight come first: an
        article that shares none of them cannot share enough when the others are reached.
        """
        own_words = self._words[headline.article_id]
        words = sorted(own_words, key=self._weights.__getitem__, reverse=True)
        required = LEAST_SHARED - bool(headline.entities)
        # sharing[n]: the articles that share at least n + 1 of the words so far
        sharing: list[set[int]] = [set() for _ in range(required)]
        for remaining, word in zip(range(len(words), 0, -1), words, strict=True):
            lowest = max(required - remaining, 1)  # fewer shared words can no longer be enough
            for window in near_periods(headline):
                articles = self._articles.get((word, window), _NO_ARTICLES)
                for level in range(required - 1, lowest - 1, -1):
                    sharing[level] |= sharing[level - 1] & articles
                if remaining >= required:
                    sharing[0] |= articles
        return sorted(sharing[-1] - {headline.article_id})

    def shared_words(self, first: Headline, second: Headline) -> frozenset[str]:
        """Return the words that group two headlines; empty if they do not belong together."""
        return belong_together(first, second, self._weights)


def period_of(headline: Headline) -> int:
    """Return the number of the period of WINDOW_DAYS in which a `headline` appeared."""
    return headline.at.toordinal() // WINDOW_DAYS


def near_periods(headline: Headline) -> range:
    """Return the periods that may have headlines of the story of `headline`."""
    return range(period_of(headline) - 1, period_of(headline) + 2)


def _reason(shared_words: Iterable[frozenset[str]]) -> str:
    counts = Counter(word for words in shared_words for word in words)
    most_frequent = sorted(counts, key=lambda word: (-counts[word], word))
    return f"shared words in the titles: {', '.join(most_frequent[:_MAX_WORDS_IN_REASON])}"

"""Stories of changed articles: only headlines that are connected with one are grouped again.

Two headlines are connected if they belong together. The grouping of one set of connected headlines
does not depend on the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from sqlite_utils import Database

from crawler.knowledge.stories import (
    LEAST_SHARED,
    Headline,
    TitleWeights,
    belong_together,
    find_stories,
    near_periods,
    period_of,
    word_number,
    word_numbers,
)
from crawler.models.relations import Story
from crawler.store import title_words
from crawler.store.article_profiles import counted, load_counts

LoadHeadlines = Callable[[Iterable[int]], list[Headline]]
"""Returns the headlines of the articles with these ids that may be shown."""


def group_changed(
    db: Database, changed: Collection[int], load: LoadHeadlines
) -> tuple[frozenset[int], list[Story]]:
    """Return the articles that the `changed` ones are connected with, and the stories of these.

    Stores the words of changed headlines; `load` reads headlines. The caller holds the
    transaction.
    """
    graph = _Graph(db, load)
    for headline in load(changed):
        words = word_numbers(headline.title)
        title_words.save(db, words, period_of(headline), headline.article_id)
    connected = set(changed) | title_words.members_with(db, changed)
    waiting = list(connected)
    while waiting:
        newly_connected = graph.connected_with(waiting) - connected
        connected |= newly_connected
        waiting = list(newly_connected)
    return frozenset(connected), find_stories(graph.headlines(connected), graph.weights)


class _Graph:
    """The headlines that belong together; each is read once."""

    def __init__(self, db: Database, load: LoadHeadlines) -> None:
        self._db = db
        self._load = load
        self._headlines: dict[int, Headline | None] = {}
        self._counts: dict[int, int] = {}
        self.weights = TitleWeights(counted(db, "titles"), self._counts)

    def headlines(self, article_ids: Collection[int]) -> list[Headline]:
        """Return the headlines of those of the articles `article_ids` that may be shown."""
        unread = [article_id for article_id in article_ids if article_id not in self._headlines]
        if unread:
            self._headlines.update(dict.fromkeys(unread))
            read = self._load(unread)
            self._headlines.update((headline.article_id, headline) for headline in read)
            self._learn(read)
        return [head for article_id in article_ids if (head := self._headlines[article_id])]

    def _learn(self, headlines: Iterable[Headline]) -> None:
        numbers = {number for head in headlines for number in word_numbers(head.title)}
        unknown = {number for number in numbers if number not in self._counts}
        self._counts.update(dict.fromkeys(unknown, 1) | load_counts(self._db, unknown))

    def connected_with(self, article_ids: Collection[int]) -> set[int]:
        """Return the articles that belong together with one of the articles `article_ids`."""
        candidates = {head: self._candidates(head) for head in self.headlines(article_ids)}
        self.headlines({article_id for ids in candidates.values() for article_id in ids})
        return {
            candidate.article_id
            for headline, ids in candidates.items()
            for candidate in self.headlines(ids)
            if belong_together(headline, candidate, self.weights)
        }

    def _candidates(self, headline: Headline) -> list[int]:
        """Return the articles that share enough words with a headline."""
        required = LEAST_SHARED - bool(headline.entities)
        words = [word_number(word) for word in self.weights.words_of(headline.title)]
        shared = Counter(
            article_id
            for word in words
            for article_id in title_words.articles_with(self._db, word, near_periods(headline))
        )
        shared.pop(headline.article_id, None)
        return [article_id for article_id, count in shared.items() if count >= required]

"""What every page looks up: the articles, topics and notes of one snapshot, and the lists made of
them.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from crawler.sitegen import display_text
from crawler.sitegen.article_posts import Share, read_threads
from crawler.sitegen.snapshot_reader import (
    ListedArticle,
    Note,
    TopicFacts,
    read_articles,
    read_named_authors,
    read_notes,
    read_pins,
    read_topics,
)

_USUAL_WEEKS = 12
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class WeeklyActivity:
    """Articles of one topic per ISO week, oldest week first; `usual` is the median of the twelve
    weeks before the last.
    """

    weeks: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def last(self) -> int:
        """Articles in the last week."""
        return self.counts[-1]

    @property
    def usual(self) -> int:
        """Articles in a usual week."""
        return round(median(self.counts[-_USUAL_WEEKS - 1 : -1]))


@dataclass(frozen=True, slots=True)
class SiteModel:
    """One snapshot.

    `articles` are all visible ones, `listed` those with a visible share and a topic that is more
    than weak; both newest first.

    `together` says for each topic which others stand on the same articles, and how often; `named`
    are the authors who have a page,
    `pins` the articles that the curator shows first on a topic, with the reason; `threads` has the
    parts of each thread in order.
    """

    db: sqlite3.Connection
    articles: dict[int, ListedArticle]
    listed: tuple[ListedArticle, ...]
    topics: dict[str, TopicFacts]
    notes: tuple[Note, ...]
    by_topic: dict[str, list[ListedArticle]]
    notes_by_topic: dict[str, list[Note]]
    by_week: dict[str, list[ListedArticle]]
    this_week: str
    together: dict[str, list[tuple[str, int]]]
    named: frozenset[int]
    threads: dict[str, tuple[Share, ...]]
    pins: dict[str, dict[int, str]]

    def activity(self, topic: str, count: int) -> WeeklyActivity:
        """How a topic went in the last `count` weeks of the snapshot.

        A week is that of an article's first share, as in the view `topic_activity`.
        """
        weeks = display_text.weeks_until(self.this_week, count)
        found: dict[str, int] = defaultdict(int)
        for article in self.by_topic.get(topic, ()):
            found[display_text.week_of(article.first_shared)] += 1
        return WeeklyActivity(tuple(weeks), tuple(found[week] for week in weeks))

    @property
    def former_topics(self) -> dict[str, TopicFacts]:
        """Slugs that no topic has any more, with the topic that had it."""
        return {
            slug: topic
            for topic in self.topics.values()
            for slug in topic.formerly
            if slug not in self.topics
        }

    def label(self, topic: str) -> str:
        """What a topic is called."""
        return self.topics[topic].label if topic in self.topics else topic


def read_site_model(db: sqlite3.Connection) -> SiteModel:
    """Everything small enough to hold: about a kilobyte an article."""
    articles, notes = read_articles(db), tuple(read_notes(db))
    listed = tuple(each for each in articles.values() if each.topics and each.first_shared)
    by_week = _grouped((display_text.week_of(article.first_shared), article) for article in listed)
    return SiteModel(
        db=db,
        articles=articles,
        listed=listed,
        topics=read_topics(db),
        notes=notes,
        by_topic=_grouped((topic, article) for article in listed for topic in article.topics),
        notes_by_topic=_grouped((topic, note) for note in notes for topic in note.topics),
        by_week=by_week,
        this_week=max(by_week, default="1970-W01"),
        together=_cooccurring_topics(listed),
        named=frozenset(row["id"] for row in read_named_authors(db)),
        threads=read_threads(db),
        pins=read_pins(db),
    )


def sort_by_rank(articles: Iterable[ListedArticle]) -> list[ListedArticle]:
    """By rank, then by the newest share."""
    return sorted(
        articles, key=lambda article: (article.rank, article.first_shared, article.id), reverse=True
    )


def _grouped(pairs: Iterable[tuple[str, _Item]]) -> dict[str, list[_Item]]:
    groups: dict[str, list[_Item]] = defaultdict(list)
    for key, item in pairs:
        groups[key].append(item)
    return dict(groups)


def _cooccurring_topics(listed: Iterable[ListedArticle]) -> dict[str, list[tuple[str, int]]]:
    """For each topic, the topics most often on the same article, with how often."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for article in listed:
        for one in article.topics:
            for other in article.topics:
                if one != other:
                    counts[one][other] += 1
    return {
        topic: sorted(others.items(), key=lambda pair: (-pair[1], pair[0]))
        for topic, others in counts.items()
    }

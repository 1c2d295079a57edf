"""The site model: articles, topics and notes of one snapshot, and the lists that pages share."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations
from statistics import median
from typing import TypeVar

from crawler.group_by_key import group_by
from crawler.settings.site import SiteSettings
from crawler.site_urls import RUN_REPORTS
from crawler.sitegen.article_posts import SharedPost, read_threads
from crawler.sitegen.display_formats import week_of, weeks_until
from crawler.sitegen.entity_mentions import EntityFacts, read_entities
from crawler.sitegen.folded_stories import read_story_leads
from crawler.sitegen.indexability import read_noindex_paths
from crawler.sitegen.note_reader import read_notes
from crawler.sitegen.reading_lists import ListedPick, read_reading_lists
from crawler.sitegen.run_status import CrawlStatus, read_crawl_status
from crawler.sitegen.scale_figures import ScaleFigure, read_figures
from crawler.sitegen.snapshot_reader import (
    ListedArticle,
    Note,
    TopicFacts,
    read_articles,
    read_named_authors,
    read_pins,
    read_topics,
)
from crawler.sitegen.topic_tree import group_by_branch, subtopics

_MEDIAN_WEEKS = 12
_NO_WEEK = "1970-W01"
_DEFAULT_SETTINGS = SiteSettings()
_Item = TypeVar("_Item", ListedArticle, Note)


@dataclass(frozen=True, slots=True)
class WeeklyActivity:
    """Number of articles of one topic in each ISO week, oldest week first."""

    weeks: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def last(self) -> int:
        """Return the number of articles in the last week."""
        return self.counts[-1]

    @property
    def usual(self) -> int:
        """Return the median number of articles of the twelve weeks before the last."""
        return round(median(self.counts[-_MEDIAN_WEEKS - 1 : -1]))


@dataclass(frozen=True, slots=True)
class SiteModel:
    """One snapshot as the pages use it.

    `articles` are all visible articles by id, `listed` those with a visible share and a topic
    above weak; both newest share first. `cooccurring` lists for each topic the topics that occur
    on the same articles, with the number of common articles. `named` are the names of the people
    who have a page, by id. `pins` are the articles that the curator shows first on a topic, with
    the reason. `threads` has the posts of each thread in order. `entities` are the systems and
    organizations with pages, by slug. `story_leads` are the ids of the articles that lead
    stories. `figures` are the figures of scale of each article by its id.
    `by_branch` and `notes_by_branch` are like `by_topic` and `notes_by_topic`, with the items of
    all topics below. `subtopics` are the topics directly below a topic, by label. `reading_lists`
    has the picks of each topic in order. `noindex_paths` are the pages that search
    engines may not index.
    """

    db: sqlite3.Connection
    settings: SiteSettings
    articles: dict[int, ListedArticle]
    listed: tuple[ListedArticle, ...]
    topics: dict[str, TopicFacts]
    notes: tuple[Note, ...]
    by_topic: dict[str, list[ListedArticle]]
    notes_by_topic: dict[str, list[Note]]
    by_week: dict[str, list[ListedArticle]]
    this_week: str
    cooccurring: dict[str, list[tuple[str, int]]]
    named: dict[int, str]
    threads: dict[str, tuple[SharedPost, ...]]
    pins: dict[str, dict[int, str]]
    crawl_status: CrawlStatus
    noindex_paths: frozenset[str]
    story_leads: dict[int, int]
    entities: dict[str, EntityFacts]
    figures: dict[int, tuple[ScaleFigure, ...]]
    by_branch: dict[str, list[ListedArticle]]
    notes_by_branch: dict[str, list[Note]]
    subtopics: dict[str, list[TopicFacts]]
    reading_lists: dict[str, tuple[ListedPick, ...]]

    def activity(self, topic: str, count: int, *, branch: bool = False) -> WeeklyActivity:
        """Return the weekly activity of `topic` in the last `count` weeks of the snapshot.

        An article counts in the week of its first share, as in the view `topic_activity`. With
        `branch`, articles of the topics below count too.
        """
        weeks = weeks_until(self.this_week, count)
        articles = (self.by_branch if branch else self.by_topic).get(topic, ())
        counts = Counter(week_of(article.first_shared) for article in articles)
        return WeeklyActivity(tuple(weeks), tuple(counts[week] for week in weeks))

    @property
    def former_topics(self) -> dict[str, TopicFacts]:
        """Return the slugs that topics had before and no topic has now, each with its topic."""
        former = {slug: topic for topic in self.topics.values() for slug in topic.formerly}
        return {slug: topic for slug, topic in former.items() if slug not in self.topics}

    def articles_by_host(self) -> dict[str, list[ListedArticle]]:
        """Return all visible articles by host, those without a topic included."""
        return group_by(self.articles.values(), lambda article: article.host)

    def listed_by_kind(self) -> dict[str, list[ListedArticle]]:
        """Return the listed articles by kind. A kind with a definition and articles has a page."""
        return group_by(self.listed, lambda article: article.kind)

    def entity_page(self, slug: str) -> str:
        """Return the path of the page of the entity `slug`; empty for an entity without a page."""
        return self.entities[slug].path if slug in self.entities else ""

    def may_index(self, path: str) -> bool:
        """Whether search engines may index the page `path`.

        `noindex` of others forbids it. Run reports are removed after some weeks and not indexed.
        """
        return path not in self.noindex_paths and not path.startswith(RUN_REPORTS)

    def label(self, topic: str) -> str:
        """Return the label of a topic by its slug, or the slug of an unknown `topic`."""
        return self.topics[topic].label if topic in self.topics else topic

    def absolute_url(self, path: str) -> str:
        """Return the full URL of the page `path`; empty if no base URL is configured."""
        base = self.settings.base_url
        relative = "" if path == "index.html" else path
        return f"{base.rstrip('/')}/{relative}" if base else ""


def read_site_model(
    db: sqlite3.Connection, settings: SiteSettings = _DEFAULT_SETTINGS
) -> SiteModel:
    """Return the model of the snapshot `db` with the site's `settings`.

    It needs about two kilobytes of memory per article.
    """
    articles = read_articles(db)
    notes = tuple(read_notes(db))
    listed = tuple(filter(_is_listed, articles.values()))
    by_week = group_by(listed, lambda article: week_of(article.first_shared))
    topics = read_topics(db)
    return SiteModel(
        db=db,
        settings=settings,
        articles=articles,
        listed=listed,
        topics=topics,
        notes=notes,
        by_topic=_by_topic(listed),
        notes_by_topic=_by_topic(notes),
        by_week=by_week,
        this_week=max(by_week, default=_NO_WEEK),
        cooccurring=_cooccurring_topics(listed),
        named={row["id"]: row["name"] or row["handle"] for row in read_named_authors(db)},
        threads=read_threads(db),
        pins=read_pins(db),
        crawl_status=read_crawl_status(db),
        noindex_paths=read_noindex_paths(db, articles),
        story_leads=read_story_leads(db),
        entities=read_entities(db, articles),
        figures=read_figures(db, articles),
        by_branch=group_by_branch(listed, topics),
        notes_by_branch=group_by_branch(notes, topics),
        subtopics=subtopics(topics),
        reading_lists=read_reading_lists(db),
    )


def _is_listed(article: ListedArticle) -> bool:
    return bool(article.topics and article.first_shared)


def sort_by_rank(articles: Iterable[ListedArticle]) -> list[ListedArticle]:
    """Return the articles with the highest rank first; of equal rank, the newest share first."""
    return sorted(
        articles, key=lambda article: (article.rank, article.first_shared, article.id), reverse=True
    )


def most_frequent_topics(
    articles: Iterable[ListedArticle], limit: int | None = None
) -> list[tuple[str, int]]:
    """Return at most `limit` topics of most of the `articles`, with their number of articles."""
    return most_frequent((topic for article in articles for topic in article.topics), limit)


def most_frequent_hosts(articles: Iterable[ListedArticle], limit: int) -> list[tuple[str, int]]:
    """Return at most `limit` hosts of most of the `articles`, with their number of articles."""
    return most_frequent((article.host for article in articles), limit)


def most_frequent(names: Iterable[str], limit: int | None = None) -> list[tuple[str, int]]:
    """Return at most `limit` distinct `names` with their counts, most frequent first, then A-Z."""
    counts = Counter(names)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]


def _by_topic(items: Iterable[_Item]) -> dict[str, list[_Item]]:
    """Return the items of each topic; an item with several topics occurs in each."""
    groups: dict[str, list[_Item]] = defaultdict(list)
    for item in items:
        for topic in item.topics:
            groups[topic].append(item)
    return dict(groups)


def _cooccurring_topics(listed: Iterable[ListedArticle]) -> dict[str, list[tuple[str, int]]]:
    """Return for each topic the topics most often on the same article, with the count."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for article in listed:
        for topic, neighbour in permutations(article.topics, 2):
            counts[topic][neighbour] += 1
    return {
        topic: sorted(neighbours.items(), key=lambda pair: (-pair[1], pair[0]))
        for topic, neighbours in counts.items()
    }

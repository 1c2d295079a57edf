"""The site model: articles, topics and notes of one snapshot, and the lists that pages share."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from crawler.group_by_key import group_by
from crawler.settings.site import SiteSettings
from crawler.site_urls import RUN_REPORTS
from crawler.sitegen.article_lists import (
    listed_articles,
    lists_by_branch,
    lists_by_host,
    lists_by_kind,
    lists_by_topic,
    lists_by_week,
)
from crawler.sitegen.article_posts import PublicThreads
from crawler.sitegen.article_store import (
    ArticleList,
    ArticleStore,
    ListsByKey,
    Records,
    read_article_versions,
)
from crawler.sitegen.display_formats import monday_of, week_of, weeks_until
from crawler.sitegen.entity_mentions import EntityFacts, read_entities
from crawler.sitegen.folded_stories import StoryLeads
from crawler.sitegen.indexability import read_noindex_paths
from crawler.sitegen.note_reader import read_notes
from crawler.sitegen.reading_lists import ListedPick, read_reading_lists
from crawler.sitegen.run_status import CrawlStatus, read_crawl_status
from crawler.sitegen.scale_figures import Figures
from crawler.sitegen.snapshot_reader import (
    ListedArticle,
    Note,
    TopicFacts,
    read_named_authors,
    read_pins,
    read_topics,
)
from crawler.sitegen.topic_tree import group_by_branch, subtopics

_MEDIAN_WEEKS = 12
_NO_WEEK = "1970-W01"
_DEFAULT_SETTINGS = SiteSettings()
_PAIRS = "SELECT topic, other_topic, articles FROM topic_pairs"


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


@dataclass(frozen=True)
class SiteModel:
    """One snapshot as the pages use it. Everything is read when it is used for the first time.

    `records` have articles of earlier builds.
    """

    db: sqlite3.Connection
    settings: SiteSettings
    records: Records | None = None

    @cached_property
    def articles(self) -> ArticleStore:
        """Return all visible articles by id, newest share first."""
        return ArticleStore(self.db, self.records)

    @cached_property
    def article_versions(self) -> array[int]:
        """Return the version of each article at the place of its id."""
        return read_article_versions(self.db)

    @cached_property
    def listed(self) -> ArticleList:
        """Return the articles with a visible share and a topic above weak, newest share first."""
        return listed_articles(self.articles)

    @cached_property
    def topics(self) -> dict[str, TopicFacts]:
        """Return the topics by slug, in the order of the labels."""
        return read_topics(self.db)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Return the posts without links, newest first."""
        return tuple(read_notes(self.db))

    @cached_property
    def notes_by_author(self) -> dict[int | None, list[Note]]:
        """Return the notes by the id of the author."""
        return group_by(self.notes, lambda note: note.author_id)

    @cached_property
    def notes_by_topic(self) -> dict[str, list[Note]]:
        """Return the notes of each topic; one with several topics occurs in each."""
        groups: dict[str, list[Note]] = defaultdict(list)
        for note in self.notes:
            for topic in note.topics:
                groups[topic].append(note)
        return dict(groups)

    @cached_property
    def notes_by_branch(self) -> dict[str, list[Note]]:
        """Return the notes of each topic and of all topics below it."""
        return group_by_branch(self.notes, self.topics)

    @cached_property
    def by_topic(self) -> ListsByKey:
        """Return the listed articles of each topic."""
        return lists_by_topic(self.articles)

    @cached_property
    def by_branch(self) -> ListsByKey:
        """Return the listed articles of each topic and of all topics below it."""
        return lists_by_branch(self.articles, self.by_topic, self.topics)

    @cached_property
    def by_week(self) -> ListsByKey:
        """Return the listed articles by ISO week of the first share."""
        return lists_by_week(self.articles)

    @cached_property
    def by_host(self) -> ListsByKey:
        """Return all visible articles by host, those without a topic included."""
        return lists_by_host(self.articles)

    @cached_property
    def by_kind(self) -> ListsByKey:
        """Return the listed articles by kind. A kind with a definition and articles has a page."""
        return lists_by_kind(self.articles)

    @cached_property
    def this_week(self) -> str:
        """Return the ISO week of the newest listed article."""
        return max(self.by_week, default=_NO_WEEK)

    @cached_property
    def cooccurring(self) -> dict[str, list[tuple[str, int]]]:
        """Return for each topic the topics most often on the same article, with the count."""
        neighbours: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for topic, neighbour, count in self.articles.query(_PAIRS):
            neighbours[topic].append((neighbour, count))
            neighbours[neighbour].append((topic, count))
        for counts in neighbours.values():
            counts.sort(key=lambda pair: (-pair[1], pair[0]))
        return dict(neighbours)

    @cached_property
    def named(self) -> dict[int, str]:
        """Return the names of the people who have a page, by id."""
        return {row["id"]: row["name"] or row["handle"] for row in read_named_authors(self.db)}

    @cached_property
    def threads(self) -> PublicThreads:
        """Return the posts of each thread in order, by the key of the thread."""
        return PublicThreads(self.db)

    @cached_property
    def pins(self) -> dict[str, dict[int, str]]:
        """Return the articles that the curator shows first on a topic, with the reason."""
        return read_pins(self.db)

    @cached_property
    def crawl_status(self) -> CrawlStatus:
        """Return the last runs and the state of the sources."""
        return read_crawl_status(self.db)

    @cached_property
    def noindex_paths(self) -> frozenset[str]:
        """Return the pages that search engines may not index."""
        return read_noindex_paths(self.db, self.articles)

    @cached_property
    def story_leads(self) -> StoryLeads:
        """Return the ids of the articles that lead stories, by story."""
        return StoryLeads(self.db)

    @cached_property
    def entities(self) -> Mapping[str, EntityFacts]:
        """Return the systems and organizations with pages, by slug."""
        return read_entities(self.articles)

    @cached_property
    def figures(self) -> Figures:
        """Return the figures of scale of each article by its id."""
        return Figures(self.articles)

    @cached_property
    def subtopics(self) -> dict[str, list[TopicFacts]]:
        """Return the topics directly below a topic, in the order of its text."""
        return subtopics(self.topics)

    @cached_property
    def reading_lists(self) -> dict[str, tuple[ListedPick, ...]]:
        """Return the picks of each topic in order."""
        return read_reading_lists(self.db)

    def activity(self, topic: str, count: int, *, branch: bool = False) -> WeeklyActivity:
        """Return the weekly activity of `topic` in the last `count` weeks of the snapshot.

        An article counts in the week of its first share, as in the view `topic_activity`. With
        `branch`, articles of the topics below count too.
        """
        weeks = weeks_until(self.this_week, count)
        articles = (self.by_branch if branch else self.by_topic).get(topic)
        counts = weekly_counts(articles, weeks) if articles else [0] * count
        return WeeklyActivity(tuple(weeks), tuple(counts))

    @property
    def former_topics(self) -> dict[str, TopicFacts]:
        """Return the slugs that topics had before and no topic has now, each with its topic."""
        former = {slug: topic for topic in self.topics.values() for slug in topic.formerly}
        return {slug: topic for slug, topic in former.items() if slug not in self.topics}

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
    db: sqlite3.Connection,
    settings: SiteSettings = _DEFAULT_SETTINGS,
    records: Records | None = None,
) -> SiteModel:
    """Return the model of the snapshot `db` with the site's `settings`.

    `records` have articles of earlier builds.
    """
    return SiteModel(db, settings, records)


def weekly_counts(articles: ArticleList, weeks: Sequence[str]) -> list[int]:
    """Return how many of the `articles` were first shared in each of `weeks`, which are rising."""
    monday = monday_of(weeks[0])
    counts: Counter[str] = Counter()
    for day, number in articles.counts_by_day(monday.isoformat()).items():
        counts[week_of(day)] += number
    return [counts[week] for week in weeks]


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


def most_frequent(names: Iterable[str], limit: int | None = None) -> list[tuple[str, int]]:
    """Return at most `limit` distinct `names` with their counts, most frequent first, then A-Z."""
    counts = Counter(names)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

"""The feeds of the site: of all articles and of each topic, kind, entity, publisher and person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from crawler import site_urls
from crawler.knowledge.kind_definitions import KIND_DEFINITIONS
from crawler.sitegen.curator_decision_log import read_decision_log
from crawler.sitegen.feed_entries import (
    FeedEntry,
    article_entry,
    decision_entry,
    week_entry,
)
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, read_named_authors
from crawler.sitegen.weekly_digest import finished_weeks, weekly_digest

MIN_ARTICLES = 3
"""A publisher or person with fewer articles has no feed.

Most have one or two, and are unlikely to have more: their feeds would be most of the files.
"""

FEED_GROUPS = {
    "topic": "Topics",
    "kind": "Kinds of articles",
    "entity": "Systems and organizations",
    "source": "Sites",
    "person": "People",
}
"""The groups of feeds with their headings, in the order of the index."""

_MAX_ENTRIES = {"": 50, "topic": 20, "kind": 20}
_MAX_ENTRIES_OF_ITEM = 10
_MAX_WEEKS = 12
_MAX_DECISIONS = 50
_SHARES = """
SELECT s.author_id, s.article_id, MAX(s.shared) AS shared
FROM shares s JOIN publishable_authors a ON a.id = s.author_id
WHERE s.article_id IS NOT NULL
GROUP BY s.author_id, s.article_id ORDER BY s.author_id, shared DESC, s.article_id DESC
"""


@dataclass(frozen=True, slots=True)
class FeedContent:
    """The content of both formats of one feed.

    `group` is its folder below `feeds/`; topics and the feed of all articles are in no folder.
    `label` names the subject, `page` is the path of its HTML page and `total` the number of its
    articles.
    """

    group: str
    name: str
    label: str
    page: str
    total: int
    entries: Sequence[FeedEntry]

    @property
    def folder(self) -> str:
        """Return the folder below `feeds/`, empty for topics."""
        return "" if self.group == "topic" else self.group

    @property
    def atom_path(self) -> str:
        """Return the path of the Atom feed."""
        return site_urls.feed_path(self.name, "atom", self.folder)

    @property
    def json_path(self) -> str:
        """Return the path of the JSON Feed."""
        return site_urls.feed_path(self.name, "json", self.folder)


class _Subject(NamedTuple):
    """The subject of a feed: its name in the path, its label, its page and its articles."""

    name: str
    label: str
    page: str
    articles: Sequence[ListedArticle]


def feed_contents(model: SiteModel) -> tuple[FeedContent, ...]:
    """Return every feed of the site in `model`, in the order of the index of feeds."""

    @cache
    def entry(article_id: int) -> FeedEntry:
        return article_entry(model, model.articles[article_id])

    everything = _Subject("all", "All articles", "index.html", model.listed)
    subjects = [
        ("", everything),
        *(("topic", topic) for topic in _topics(model)),
        *(("kind", kind) for kind in _kinds(model)),
        *(("entity", entity) for entity in _entities(model)),
        *(("source", publisher) for publisher in _publishers(model)),
        *(("person", person) for person in _people(model)),
    ]
    articles, *others = (_feed(group, subject, entry) for group, subject in subjects)
    return (articles, _weeks(model), _decisions(model), *others)


def _weeks(model: SiteModel) -> FeedContent:
    weeks = finished_weeks(model)
    newest = weeks[::-1][:_MAX_WEEKS]
    entries = [week_entry(model, weekly_digest(model, week)) for week in newest]
    return FeedContent("site", "weeks", "Weekly digest", "weeks.html", len(weeks), entries)


def _decisions(model: SiteModel) -> FeedContent:
    log = read_decision_log(model.db, model.articles)
    entries = [decision_entry(model, decision) for decision in log[:_MAX_DECISIONS]]
    page = site_urls.decisions_path()
    return FeedContent("site", "decisions", "Decisions of the curator", page, len(log), entries)


def _feed(group: str, subject: _Subject, entry: Callable[[int], FeedEntry]) -> FeedContent:
    dated = [article.id for article in subject.articles if article.first_shared]
    newest = dated[: _MAX_ENTRIES.get(group, _MAX_ENTRIES_OF_ITEM)]
    entries = [entry(article_id) for article_id in newest]
    return FeedContent(group, subject.name, subject.label, subject.page, len(dated), entries)


def _topics(model: SiteModel) -> Iterator[_Subject]:
    for topic in model.topics.values():
        page = site_urls.topic_path(topic.slug)
        yield _Subject(topic.slug, topic.label, page, model.by_branch.get(topic.slug, ()))


def _kinds(model: SiteModel) -> Iterator[_Subject]:
    by_kind = model.listed_by_kind()
    for kind in KIND_DEFINITIONS:
        if articles := by_kind.get(kind.kind):
            yield _Subject(kind.kind, kind.heading, site_urls.kind_path(kind.kind), articles)


def _entities(model: SiteModel) -> Iterator[_Subject]:
    for entity in model.entities.values():
        yield _Subject(entity.slug, entity.name, entity.path, entity.articles)


def _publishers(model: SiteModel) -> Iterator[_Subject]:
    for host, articles in sorted(model.articles_by_host().items()):
        if len(articles) >= MIN_ARTICLES:
            yield _Subject(host, host, site_urls.publisher_path(host), articles)


def _people(model: SiteModel) -> Iterator[_Subject]:
    """Yield the authors who may be named, with the articles that they shared, newest first."""
    rows = model.db.execute(_SHARES)
    shared = {author: list(group) for author, group in groupby(rows, itemgetter("author_id"))}
    for author in read_named_authors(model.db):
        ids = [row["article_id"] for row in shared.get(author["id"], ())]
        articles = [
            model.articles[article_id] for article_id in ids if article_id in model.articles
        ]
        if len(articles) >= MIN_ARTICLES:
            label = model.named[author["id"]]
            yield _Subject(str(author["id"]), label, site_urls.author_path(author["id"]), articles)

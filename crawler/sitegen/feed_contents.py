"""The feeds of the site: of all articles and of each topic, kind, entity, publisher and person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from crawler import site_urls
from crawler.knowledge.kind_definitions import KIND_DEFINITIONS
from crawler.sitegen.article_store import ArticleList, no_articles
from crawler.sitegen.curator_decision_log import read_decision_log
from crawler.sitegen.feed_entries import (
    ArticleEntry,
    FeedEntry,
    decision_entry,
    week_entry,
)
from crawler.sitegen.page_kinds import WHOLE_SITE
from crawler.sitegen.site_model import SiteModel
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

SUBJECTS = {
    "topic": "topic",
    "kind": "kind",
    "entity": "entity",
    "source": "host",
    "person": "author",
    "site": "week",
}
"""The subjects of pages that feeds are about, by the group of feeds."""

_MAX_ENTRIES = {"": 50, "topic": 20, "kind": 20}
_MAX_ENTRIES_OF_ITEM = 10
_MAX_WEEKS = 12
_MAX_DECISIONS = 50
_HOSTS = """
SELECT host, count(first_shared) FROM article_list GROUP BY host HAVING count(*) >= ? ORDER BY host
"""
_ENTITIES = """
SELECT entity_id, count(*) FROM entity_articles WHERE first_shared <> '' GROUP BY entity_id
"""
_PEOPLE = """
SELECT s.author_id, count(DISTINCT s.article_id) FROM shares s
JOIN publishable_authors a ON a.id = s.author_id JOIN article_list l ON l.id = s.article_id
GROUP BY s.author_id HAVING count(DISTINCT s.article_id) >= ? ORDER BY s.author_id
"""
_NEWEST_OF_PERSON = """
SELECT s.article_id FROM shares s JOIN article_list l ON l.id = s.article_id
WHERE s.author_id = ? GROUP BY s.article_id
ORDER BY max(s.shared) DESC, s.article_id DESC LIMIT ?
"""

Entry = FeedEntry | ArticleEntry


@dataclass(frozen=True, slots=True)
class FeedContent:
    """The content of both formats of one feed.

    `group` is its folder below `feeds/`; topics and the feed of all articles are in no folder.
    `label` names the subject, `page` is the path of its HTML page and `total` the number of its
    articles. `read_entries` returns the newest entries. The feed is about the `keys` of a `subject`
    of pages.
    """

    group: str
    name: str
    label: str
    page: str
    total: int
    read_entries: Callable[[], Sequence[Entry]]
    subject: str = WHOLE_SITE
    keys: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Return the folder below `feeds/`, empty for topics."""
        return "" if self.group == "topic" else self.group

    @property
    def page_group(self) -> str:
        """Return the name of the page group of both formats; empty if every build makes them."""
        return "" if self.subject == WHOLE_SITE else f"{group_kind(self.subject)}/{self.name}"

    @property
    def atom_path(self) -> str:
        """Return the path of the Atom feed."""
        return site_urls.feed_path(self.name, "atom", self.folder)

    @property
    def json_path(self) -> str:
        """Return the path of the JSON Feed."""
        return site_urls.feed_path(self.name, "json", self.folder)


def group_kind(subject: str) -> str:
    """Return the first part of the names of page groups with feeds about a `subject`."""
    return f"{subject}_feeds"


def feed_contents(model: SiteModel) -> tuple[FeedContent, ...]:
    """Return every feed of the site in `model`, in the order of the index of feeds."""
    return (
        _of_list(model, "", "all", "All articles", "index.html", model.listed),
        _weeks(model),
        _decisions(model),
        *_topics(model),
        *_kinds(model),
        *_entities(model),
        *_publishers(model),
        *_people(model),
    )


def _weeks(model: SiteModel) -> FeedContent:
    weeks = finished_weeks(model)

    newest = tuple(weeks[::-1][:_MAX_WEEKS])

    def entries() -> list[FeedEntry]:
        return [week_entry(model, weekly_digest(model, week)) for week in newest]

    title, page = "Weekly digest", "weeks.html"
    return FeedContent("site", "weeks", title, page, len(weeks), entries, "week", newest)


def _decisions(model: SiteModel) -> FeedContent:
    log = read_decision_log(model.db, model.articles)

    def entries() -> list[FeedEntry]:
        return [decision_entry(model, decision) for decision in log[:_MAX_DECISIONS]]

    page = site_urls.decisions_path()
    return FeedContent("site", "decisions", "Decisions of the curator", page, len(log), entries)


def _of_list(
    model: SiteModel,
    group: str,
    name: str,
    label: str,
    page: str,
    articles: ArticleList,
    total: int | None = None,
) -> FeedContent:
    """Return the feed of the newest of `articles`; `total` counts those with a share."""

    def entries() -> list[ArticleEntry]:
        newest = articles.newest(_MAX_ENTRIES.get(group, _MAX_ENTRIES_OF_ITEM))
        return [ArticleEntry(model, article) for article in newest]

    count = len(articles) if total is None else total
    subject = SUBJECTS.get(group, WHOLE_SITE)
    return FeedContent(group, name, label, page, count, entries, subject, (name,))


def _topics(model: SiteModel) -> Iterator[FeedContent]:
    for topic in model.topics.values():
        articles = model.by_branch.get(topic.slug) or no_articles(model.articles)
        page = site_urls.topic_path(topic.slug)
        yield _of_list(model, "topic", topic.slug, topic.label, page, articles)


def _kinds(model: SiteModel) -> Iterator[FeedContent]:
    for kind in KIND_DEFINITIONS:
        if articles := model.by_kind.get(kind.kind):
            page = site_urls.kind_path(kind.kind)
            yield _of_list(model, "kind", kind.kind, kind.heading, page, articles)


def _entities(model: SiteModel) -> Iterator[FeedContent]:
    totals = dict(model.articles.query(_ENTITIES).fetchall())
    for entity in model.entities.values():
        total = totals.get(entity.id, 0)
        yield _of_list(
            model, "entity", entity.slug, entity.name, entity.path, entity.articles, total
        )


def _publishers(model: SiteModel) -> Iterator[FeedContent]:
    for host, total in model.articles.query(_HOSTS, (MIN_ARTICLES,)).fetchall():
        page = site_urls.publisher_path(host)
        yield _of_list(model, "source", host, host, page, model.by_host[host], total)


def _people(model: SiteModel) -> Iterator[FeedContent]:
    """Yield the authors who may be named, with the articles that they shared, newest first."""
    for author_id, total in model.articles.query(_PEOPLE, (MIN_ARTICLES,)).fetchall():
        entries = partial(_entries_of_person, model, author_id)
        page = site_urls.author_path(author_id)
        name, key = model.named[author_id], str(author_id)
        yield FeedContent("person", key, name, page, total, entries, "author", (key,))


def _entries_of_person(model: SiteModel, author_id: int) -> list[ArticleEntry]:
    rows = model.articles.query(_NEWEST_OF_PERSON, (author_id, _MAX_ENTRIES_OF_ITEM))
    articles = model.articles.visible([row[0] for row in rows])
    return [ArticleEntry(model, article) for article in articles]

"""The documents of the search in the order of their numbers, and their rows in the result list.

Topics, systems, organizations and people come first. Articles and notes follow by main topic and,
in each topic, by rank: results of one query are then in few files.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from math import log2
from operator import itemgetter
from sys import intern

from crawler import site_urls
from crawler.models.network_names import network_label
from crawler.sitegen import display_formats
from crawler.sitegen.article_store import BATCH, ArticleStore
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, Note, Row, read_named_authors

_EXACT_LEVELS = 16
_LEVELS_PER_DOUBLING = 4
_MAX_TOPICS = 4
_NOTE_TITLE_WORDS = 12
_ALIASES = "SELECT slug, aliases FROM topics"
_TITLE_LENGTH = 300

_RANKS = """
SELECT id, rank, substr(COALESCE(NULLIF(first_shared, ''), published, ''), 1, 10) FROM article_list
"""
_MAIN_TOPICS = """
SELECT subject_id, topic FROM (
    SELECT subject_id, topic, row_number() OVER (
        PARTITION BY subject_id ORDER BY score DESC, topic) AS place
    FROM taggings WHERE subject_kind = 'article' AND confidence <> 'weak'
) WHERE place = 1
"""

_Ranked = tuple[float, bool, int, int, int, str]
"""Sorted by rank; of equal rank, newest day first. The item and its main topic come last."""

ResultRow = list[object]
"""Page, title, URL, site or network, kind, day, topics, excerpt, as `search.js` shows them.

A page that is a number is the id of an article whose path follows from its title. The URL lacks
`https://` and the site if it starts with them. Topics are document numbers.
"""


@dataclass(frozen=True, slots=True)
class NamedPage:
    """A topic, system, organization or person with a page. `names` are its other spellings."""

    path: str
    label: str
    kind: str
    names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    description: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class SearchDocuments:
    """All documents; the number of a document is its position in `named` followed by `items`.

    An item is the id of an article, or below zero: -1 is the first of the `notes`. `levels` has for
    each item the level of its rank, best first, and `groups` the sizes of the groups of items with
    one main topic. `articles` has the articles.
    """

    named: tuple[NamedPage, ...]
    items: array[int]
    levels: array[int]
    groups: tuple[int, ...]
    topic_numbers: dict[str, int]
    articles: ArticleStore
    notes: Sequence[Note]

    def numbered_items(self) -> Iterator[tuple[int, ListedArticle | Note]]:
        """Yield each article and note with its document number. Articles are read in batches."""
        number = len(self.named)
        for start in range(0, len(self.items), BATCH):
            batch = self.items[start : start + BATCH]
            self.articles.load(item for item in batch if item >= 0)
            for item in batch:
                yield number, self.articles[item] if item >= 0 else self.notes[-item - 1]
                number += 1

    def article_numbers(self) -> dict[int, int]:
        """Return the document number of each article by its id."""
        first = len(self.named)
        return {item: number for number, item in enumerate(self.items, first) if item >= 0}

    def rows(self) -> Iterator[ResultRow]:
        """Yield the row of each document in the order of the numbers."""
        for page in self.named:
            yield _trimmed([page.path, page.label, "", "", page.kind, "", [], page.description])
        for _, item in self.numbered_items():
            known_topics = filter(self.topic_numbers.__contains__, item.topics)
            topics = [self.topic_numbers[topic] for topic in islice(known_topics, _MAX_TOPICS)]
            yield _trimmed(_item_row(item, topics))


def list_documents(model: SiteModel) -> SearchDocuments:
    """Return the documents of `model`, articles without a topic included."""
    named = (*_topics(model), *_entities(model), *_people(model))
    ranked = sorted((*_ranked_articles(model), *_ranked_notes(model)))
    placed = [(topic, place, item) for place, (*_, item, topic) in enumerate(ranked)]
    placed.sort()
    return SearchDocuments(
        named=named,
        items=array("q", (item for _, _, item in placed)),
        levels=array("q", (_level(place) for _, place, _ in placed)),
        groups=tuple(len(list(group)) for _, group in groupby(placed, itemgetter(0))),
        topic_numbers=_topic_numbers(model, named),
        articles=model.articles,
        notes=model.notes,
    )


def shown_day(item: ListedArticle | Note) -> str:
    """Return the day by which an item is dated: first share, else publication; or nothing."""
    if isinstance(item, Note):
        return item.written[:10]
    return (item.first_shared or item.published)[:10]


def _topics(model: SiteModel) -> list[NamedPage]:
    aliases = {slug: tuple(json.loads(names)) for slug, names in model.db.execute(_ALIASES)}
    pages = [
        NamedPage(
            site_urls.topic_path(topic.slug),
            topic.label,
            "topic",
            (topic.slug, *topic.formerly, *topic.hashtags),
            aliases.get(topic.slug, ()),
            topic.definition,
            len(model.by_topic.get(topic.slug, ())),
        )
        for topic in model.topics.values()
    ]
    return sorted(pages, key=lambda page: (-page.count, page.path))


def _topic_numbers(model: SiteModel, named: tuple[NamedPage, ...]) -> dict[str, int]:
    """Return the document number of each topic of `model` by slug."""
    numbers = {page.path: number for number, page in enumerate(named)}
    return {slug: numbers[site_urls.topic_path(slug)] for slug in model.topics}


def _entities(model: SiteModel) -> list[NamedPage]:
    pages = [
        NamedPage(
            entity.path,
            entity.name,
            entity.kind,
            entity.aliases,
            count=len(entity.articles),
        )
        for entity in model.entities.values()
    ]
    return sorted(pages, key=lambda page: (-page.count, page.path))


def _people(model: SiteModel) -> list[NamedPage]:
    return [_person(row) for row in read_named_authors(model.db)]


def _person(row: Row) -> NamedPage:
    network = network_label(row["network"])
    label = row["name"] or row["handle"]
    return NamedPage(
        site_urls.author_path(row["id"]), label, "person", (row["handle"],), (), network
    )


def _ranked_articles(model: SiteModel) -> Iterator[_Ranked]:
    topics = model.articles.query(_MAIN_TOPICS)
    main_topics = dict(topics)
    for article_id, rank, day in model.articles.query(_RANKS):
        topic = intern(main_topics.get(article_id, ""))
        yield -rank, False, -_day_number(day), article_id, article_id, topic


def _ranked_notes(model: SiteModel) -> Iterator[_Ranked]:
    """Yield the notes, which have no rank."""
    for place, note in enumerate(model.notes):
        topic = note.topics[0] if note.topics else ""
        yield 0.0, True, -_day_number(shown_day(note)), note.id, -place - 1, topic


def _day_number(day: str) -> int:
    return int(day.replace("-", "") or 0)


def _level(position: int) -> int:
    """Return the level of a `position` in the order of ranks: exact for the best, else rounded."""
    if position < _EXACT_LEVELS:
        return position
    return _EXACT_LEVELS + int(_LEVELS_PER_DOUBLING * log2(position / _EXACT_LEVELS))


def _item_row(item: ListedArticle | Note, topics: list[int]) -> ResultRow:
    return (
        _article_row(item, topics) if isinstance(item, ListedArticle) else _note_row(item, topics)
    )


def _article_row(article: ListedArticle, topics: list[int]) -> ResultRow:
    by_title = site_urls.article_path(article.id, article.title) == article.path
    kind = display_formats.kind_label(article.kind)
    return [
        article.id if by_title else article.path,
        article.title[:_TITLE_LENGTH],
        article.url.removeprefix(f"https://{article.host}"),
        article.host,
        "" if article.kind in ("", "article") else kind,
        shown_day(article),
        topics,
        article.summary,
    ]


def _note_row(note: Note, topics: list[int]) -> ResultRow:
    return [
        note.path,
        display_formats.shorten(note.text, _NOTE_TITLE_WORDS),
        "",
        network_label(note.network),
        "note",
        shown_day(note),
        topics,
        display_formats.shorten(note.text),
    ]


def _trimmed(row: ResultRow) -> ResultRow:
    """Return the row without empty values at its end."""
    while row and not row[-1]:
        row.pop()
    return row

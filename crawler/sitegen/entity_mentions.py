"""Systems and organizations with the articles that name them, for their pages."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crawler import site_urls
from crawler.knowledge.entities import entity_table
from crawler.sitegen.article_store import ArticleList, Articles, ArticleStore, id_list
from crawler.text_cleaning import slugify

KINDS_WITH_PAGES = ("system", "organisation")
"""The kinds of entities that have pages, in the order of the index."""

MIN_ARTICLES = 3
"""An entity with fewer visible articles has no page."""

_ENTITIES = """
SELECT e.id, e.slug, e.name, e.kind, x.articles FROM (
    SELECT entity_id, count(*) AS articles FROM entity_articles
    WHERE entity_kind IN (SELECT value FROM json_each(?)) GROUP BY entity_id HAVING count(*) >= ?
) x JOIN entities e ON e.id = x.entity_id
"""
_ARTICLES = """
SELECT article_id AS id, NULLIF(first_shared, '') AS first_shared, host FROM entity_articles
WHERE entity_id = :entity
"""
_SENTENCES = """
SELECT article_id, sentence FROM article_entities
WHERE article_id IN (SELECT value FROM json_each(:ids)) AND entity_id = :entity AND sentence <> ''
"""
_TOGETHER = """
SELECT y.entity_id, count(*) FROM entity_articles x
JOIN article_entities y ON y.article_id = x.article_id
WHERE x.entity_id = :entity AND y.entity_id <> :entity
GROUP BY y.entity_id HAVING count(*) >= :least
"""
_YEARS = """
SELECT min(year), max(year) FROM (
    SELECT substr(COALESCE(NULLIF(l.published, ''), l.first_shared), 1, 4) AS year
    FROM entity_articles x JOIN article_list l ON l.id = x.article_id WHERE x.entity_id = :entity
)
"""
_BY_RANK = """
SELECT id FROM article_list WHERE id IN (SELECT id FROM ({}))
ORDER BY rank DESC, first_shared DESC, id DESC
"""


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """A system or an organization that has a page, with its visible articles, newest share first.

    `aliases` are its other spellings.
    """

    id: int
    slug: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    articles: ArticleList

    @property
    def path(self) -> str:
        """Return the path of the entity's page."""
        return site_urls.entity_path(self.slug)

    @property
    def total(self) -> int:
        """Return the number of articles."""
        return len(self.articles)

    def names(self) -> re.Pattern[str]:
        """Return the pattern of the name and the other spellings, as whole words."""
        spellings = "|".join(re.escape(name) for name in (self.name, *self.aliases))
        return re.compile(rf"(?<!\w)(?:{spellings})(?!\w)")

    def sentences(self, ids: Iterable[int]) -> dict[int, str]:
        """Return the sentences that name the entity in the articles `ids`, if they may be shown."""
        return dict(self.articles.rows(_SENTENCES, ids=id_list(ids)).fetchall())

    def together_with(self, least: int) -> dict[int, int]:
        """Return the counts of the other entities that at least `least` of its articles name."""
        return dict(self.articles.rows(_TOGETHER, least=least).fetchall())

    def years(self) -> tuple[str, str]:
        """Return the first and the last year of its articles; empty if unknown.

        The year of an article is that of its publication, else that of its first share.
        """
        first, last = self.articles.rows(_YEARS).fetchone()
        return first or "", last or ""

    def by_rank(self) -> Articles:
        """Return its articles with the highest rank first."""
        query = _BY_RANK.format(self.articles.selected)
        ids = (row[0] for row in self.articles.rows(query))
        return Articles(self.articles.store, array("q", ids))


def read_entities(store: ArticleStore) -> dict[str, EntityFacts]:
    """Return by slug the entities with pages, in the order of their names.

    `store` has the visible articles.
    """
    rows = store.query(_ENTITIES, (json.dumps(KINDS_WITH_PAGES), MIN_ARTICLES))
    entities = [
        EntityFacts(
            number,
            slug,
            name,
            kind,
            aliases_of(name),
            ArticleList(store, _ARTICLES, {"entity": number}, count=count),
        )
        for number, slug, name, kind, count in rows
    ]
    entities.sort(key=lambda entity: (entity.name.casefold(), entity.slug))
    return {entity.slug: entity for entity in entities}


def aliases_of(name: str) -> tuple[str, ...]:
    """Return the other spellings of the entity `name`."""
    return _aliases().get(name, ())


@cache
def slugs_by_spelling() -> dict[str, str]:
    """Return the slug of each entity of the table by the slug of each of its spellings.

    A spelling of two entities leads to the first. By it, the page of a renamed entity is found: its
    former name is a spelling.
    """
    slugs: dict[str, str] = {}
    for entity in entity_table():
        for spelling in entity.aliases:
            slugs.setdefault(slugify(spelling), slugify(entity.name) or entity.name)
    return slugs


@cache
def _aliases() -> dict[str, tuple[str, ...]]:
    """Return the other spellings of each entity by its name, those that differ in case once."""
    return {
        entity.name: tuple(
            {
                alias.casefold(): alias
                for alias in entity.aliases
                if alias.casefold() != entity.name.casefold()
            }.values()
        )
        for entity in entity_table()
    }

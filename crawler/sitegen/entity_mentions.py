"""Systems and organizations with the articles that name them, for their pages."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter

from crawler import site_urls
from crawler.knowledge.entities import entity_table
from crawler.sitegen.snapshot_reader import ListedArticle, Row
from crawler.text_cleaning import slugify

KINDS_WITH_PAGES = ("system", "organisation")
"""The kinds of entities that have pages, in the order of the index."""

MIN_ARTICLES = 3
"""An entity with fewer visible articles has no page."""

_MENTIONS = """
SELECT e.slug, e.name, e.kind, x.article_id, x.sentence
FROM article_entities x JOIN entities e ON e.id = x.entity_id
WHERE e.kind <> 'figure' ORDER BY e.slug
"""


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """A system or an organization that has a page, with its visible articles, newest share first.

    `aliases` are its other spellings. `sentences` has, by article id, the sentence that names the
    entity; only sentences that may be published.
    """

    slug: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    articles: tuple[ListedArticle, ...]
    sentences: Mapping[int, str]

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


def read_entities(
    db: sqlite3.Connection, articles: Mapping[int, ListedArticle]
) -> dict[str, EntityFacts]:
    """Return by slug the entities with pages, in the order of their names.

    `articles` are the visible articles by id, in the order of the lists.
    """
    positions = {article_id: position for position, article_id in enumerate(articles)}
    entities = []
    for _, group in groupby(db.execute(_MENTIONS), itemgetter("slug")):
        rows = [row for row in group if row["article_id"] in articles]
        if len(rows) >= MIN_ARTICLES and rows[0]["kind"] in KINDS_WITH_PAGES:
            rows.sort(key=lambda row: positions[row["article_id"]])
            entities.append(_entity(rows, articles))
    entities.sort(key=lambda entity: (entity.name.casefold(), entity.slug))
    return {entity.slug: entity for entity in entities}


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


def _entity(rows: list[Row], articles: Mapping[int, ListedArticle]) -> EntityFacts:
    """Return one entity; `rows` are its mentions in the order of the articles."""
    first = rows[0]
    return EntityFacts(
        slug=first["slug"],
        name=first["name"],
        kind=first["kind"],
        aliases=_aliases().get(first["name"], ()),
        articles=tuple(articles[row["article_id"]] for row in rows),
        sentences={row["article_id"]: row["sentence"] for row in rows if row["sentence"]},
    )

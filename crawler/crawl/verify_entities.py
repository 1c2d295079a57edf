"""Check that the stored entities of each article are those that are derived from its text."""

from __future__ import annotations

from collections.abc import Iterator

from sqlite_utils import Database

from crawler.crawl.annotate_item import derive_mentions
from crawler.knowledge import entities
from crawler.models.relations import Mention
from crawler.store.item_annotations import annotated_items, load_annotation_versions
from crawler.store.verify_database import Finding, PlannedCheck

_ENTITIES = """SELECT slug, name, kind FROM entities
    WHERE id IN (SELECT entity_id FROM article_entities) ORDER BY slug"""
_MENTIONS = """SELECT e.slug, m.sentence, m.start FROM article_entities m
    JOIN entities e ON e.id = m.entity_id WHERE m.article_id = ?"""
_NAME = "entities-not-derived"
_Names = dict[str, set[tuple[str, str]]]  # slug -> (name, kind) as the articles write it


def find_entities_not_derived(db: Database) -> Iterator[Finding]:
    """Yield the articles and the entities whose stored values differ from the derived ones.

    Derives the entities of each article again: about one second for 1,000 articles. Nothing is
    compared if the next run derives all entities again. Articles that wait for it are left out.
    """
    if load_annotation_versions(db).get("entities") != entities.version():
        return
    names: _Names = {}
    for article_id, item in annotated_items(db, "article"):
        mentions = derive_mentions(item)
        _add_names(names, mentions)
        wanted = {(mention.slug, mention.sentence, mention.start) for mention in mentions}
        stored = set(db.execute(_MENTIONS, [article_id]).fetchall())
        if wanted != stored:
            problem = "its stored entities are not those of its text"
            yield Finding(_NAME, f"article {article_id}", problem)
    yield from _wrong_names(db, names)


def _add_names(names: _Names, mentions: tuple[Mention, ...]) -> None:
    for mention in mentions:
        names.setdefault(mention.slug, set()).add((mention.name, mention.kind))


def _wrong_names(db: Database, names: _Names) -> Iterator[Finding]:
    """Yield the entities that no article writes as they are stored."""
    for slug, name, kind in db.execute(_ENTITIES).fetchall():
        if slug in names and (name, kind) not in names[slug]:
            yield Finding(_NAME, f"entity {slug}", f"no article names it {name!r} ({kind})")


ENTITIES_CHECK = PlannedCheck(
    _NAME,
    "the entities of each article are those of its text",
    "article_entities",
    lambda db: int(db.table("article_entities").count),
    find_entities_not_derived,
)
"""The check that needs the derivation of entities, and so runs after those of the store."""

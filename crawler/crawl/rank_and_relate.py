"""Steps over all items: similar posts, ranks, stories, relations. Writes only what changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType

import msgspec
from sqlite_utils import Database

from crawler.crawl.annotate_item import needs_child_processes
from crawler.crawl.similar_posts import update_similar_posts
from crawler.derivation_versions import digest_of
from crawler.error_isolation import item_failure, process_isolated
from crawler.knowledge import relations_version
from crawler.knowledge.changed_relations import relate_changed
from crawler.knowledge.ranking import Share, rank_article
from crawler.knowledge.related_articles import Profile, relate_by_features
from crawler.knowledge.semantic_similarity import EmbeddingModel, merge_relations, relate_by_meaning
from crawler.knowledge.stories import Headline, find_stories
from crawler.models.outcomes import Failure
from crawler.models.relations import Relation
from crawler.parallel.background_process import background_call
from crawler.store import item_annotations
from crawler.store.article_vectors import delete_vectors, load_vectors, update_vectors
from crawler.store.changed_items import changed_ids, forget_changes
from crawler.store.database import transaction

RELATIONS = "relations"
"""The name of the step that relates articles; also a derived part with a version."""

TopicsById = Mapping[int, frozenset[str]]
"""The labels of the topics of some articles."""

_STORIES = "stories"
_WORDS_SQL = "SELECT id, title || ' ' || summary FROM article_list ORDER BY id"
_SHARES_SQL = """
    SELECT s.article_id, COALESCE(s.network || '/' || s.author_id, 'post ' || s.post_id),
        s.network, s.shared,
        (SELECT count(*) FROM post_hashtags h WHERE h.post_id = s.post_id),
        COALESCE(s.similar_to, s.post_id)
    FROM shares s
    ORDER BY s.post_id"""
_CONFIDENCE_SQL = """
    SELECT a.id, a.rank, a.kind, CASE t.best WHEN 0 THEN 'certain' WHEN 1 THEN 'likely'
        WHEN 2 THEN 'weak' END
    FROM articles a LEFT JOIN (
        SELECT subject_id, min(CASE confidence WHEN 'certain' THEN 0 WHEN 'likely' THEN 1
            ELSE 2 END) AS best
        FROM taggings WHERE subject_kind = 'article' GROUP BY subject_id
    ) t ON t.subject_id = a.id"""
_HEADLINES_SQL = """
    SELECT id, title, COALESCE(published, first_shared, first_seen), rank
    FROM article_list
    WHERE title <> ''
    ORDER BY id"""
_TOPICS_SQL = """
    SELECT t.subject_id, p.label
    FROM taggings t JOIN topics p ON p.slug = t.topic
    WHERE t.subject_kind = 'article' AND t.confidence <> 'weak'"""
_ENTITIES_SQL = """
    SELECT m.article_id, e.{column}
    FROM article_entities m JOIN entities e ON e.id = m.entity_id
    WHERE e.kind <> 'figure'"""


def rank_and_relate(
    db: Database,
    model: EmbeddingModel | None = None,
    processes: int = 0,
    before: TopicsById = MappingProxyType({}),
) -> list[Failure]:
    """Derive everything that depends on all items; returns one Failure for each step that fails.

    Nothing is derived if no article and no post changed since the last call. A step that fails
    keeps its stored results, and the next call runs all steps again. With a `model`, articles
    that are near in meaning are related too. Of many articles, relations are derived in a child
    meanwhile, where `processes` (0: one per core) leave room for one. `before` has the topics that
    some articles had before a small change. If the stored relations were derived from these topics,
    only relations that the change concerns are derived. Posts come first, since copies count once
    in the ranks. Ranks come before stories, which the article with the highest rank leads.
    """
    failures = _step("similar posts", partial(update_similar_posts, db))
    changed = changed_ids(db, "article")
    if not changed:
        return failures
    failures += _derive_all(db, model, processes, before)
    if not failures:
        forget_changes(db, "article", changed_ids(db, "article"))
    return failures


def _derive_all(
    db: Database, model: EmbeddingModel | None, processes: int, before: TopicsById
) -> list[Failure]:
    """Derive ranks, stories and relations of all articles."""
    profiles = _profiles(db)
    previous = _with_topics(profiles, before)
    if model is None and _input_digest(previous) == item_annotations.load_input(db, RELATIONS):
        return _run_steps(db, partial(_update_relations, db, previous, profiles))
    packed = msgspec.msgpack.encode(profiles)
    store = partial(_store_relations, db, model, profiles)
    if not needs_child_processes(len(profiles), processes):
        return _run_steps(db, partial(store, partial(_related, packed)))
    with background_call(_related, packed) as wait:
        return _run_steps(db, partial(store, wait))


def topics_before(db: Database, article_ids: Sequence[int]) -> TopicsById:
    """Return the topics of the articles with these `article_ids`, before they are tagged again."""
    if not article_ids:
        return {}
    condition = "AND t.subject_id IN (SELECT value FROM json_each(:ids))"
    ids = msgspec.json.encode(article_ids).decode()
    topics = _sets(db, f"{_TOPICS_SQL} {condition}", {"ids": ids})
    return {article_id: topics.get(article_id, frozenset()) for article_id in article_ids}


def _with_topics(profiles: Iterable[Profile], topics: TopicsById) -> list[Profile]:
    """The profiles with these `topics` of some articles."""
    return [
        replace(profile, topics=topics[profile.article_id])
        if profile.article_id in topics
        else profile
        for profile in profiles
    ]


def _run_steps(db: Database, store_relations: Callable[[], None]) -> list[Failure]:
    """Derive all results in order, the relations by `store_relations`."""
    return [
        *_step("ranks", partial(_store_ranks, db)),
        *_step(_STORIES, partial(_store_stories, db)),
        *_step(RELATIONS, store_relations),
    ]


def _step(name: str, derive: Callable[[], None]) -> list[Failure]:
    return process_isolated([name], lambda _: derive(), partial(item_failure, "step"))[1]


def _store_ranks(db: Database) -> None:
    item_annotations.save_ranks(db, dict(_changed_ranks(db)))


def _store_stories(db: Database) -> None:
    """Derive the stories again, unless they were derived from the same headlines."""
    entities = _sets(db, _ENTITIES_SQL.format(column="slug"))
    rows = db.execute(_HEADLINES_SQL).fetchall()
    digest = digest_of((rows, sorted(entities.items()), relations_version.version()))
    if item_annotations.load_input(db, _STORIES) != digest:
        stories = find_stories(_headlines(rows, entities))
        with transaction(db):
            item_annotations.save_stories(db, stories)
            item_annotations.save_input(db, _STORIES, digest)


def _store_relations(
    db: Database,
    model: EmbeddingModel | None,
    profiles: Sequence[Profile],
    wait: Callable[[], bytes],
) -> None:
    """Store all relations; `wait` returns the packed relations by features of the `profiles`."""
    lexical = msgspec.msgpack.decode(wait(), type=list[Relation])
    relations = merge_relations(lexical, _near(db, model))
    with transaction(db):
        item_annotations.save_relations(db, relations)
        item_annotations.save_input(db, RELATIONS, _input_digest(profiles, model))


def _update_relations(db: Database, before: Sequence[Profile], profiles: Sequence[Profile]) -> None:
    """Store the relations that differ between the profiles `before` and now."""
    if before == profiles:
        return
    changed = relate_changed(before, profiles, item_annotations.load_related(db))
    with transaction(db):
        item_annotations.save_relations(db, changed.relations, changed.article_ids)
        item_annotations.save_input(db, RELATIONS, _input_digest(profiles))


def _input_digest(profiles: Sequence[Profile], model: EmbeddingModel | None = None) -> str:
    return digest_of((profiles, model.name if model else ""))


def _related(packed: bytes) -> bytes:
    profiles = msgspec.msgpack.decode(packed, type=list[Profile])
    return msgspec.msgpack.encode(relate_by_features(profiles))


def _near(db: Database, model: EmbeddingModel | None) -> list[Relation]:
    if model is None:
        delete_vectors(db)
        return []
    update_vectors(db, model.name, model.vectors)
    return relate_by_meaning(dict(load_vectors(db)))


def _changed_ranks(db: Database) -> Iterator[tuple[int, float]]:
    """Yield the id and the rank of each article whose stored rank differs."""
    shares = _shares_by_article(db)
    for article, stored_rank, kind, confidence in db.execute(_CONFIDENCE_SQL).fetchall():
        rank = rank_article(shares.get(article, ()), confidence, kind)
        if rank != stored_rank:
            yield article, rank


def _shares_by_article(db: Database) -> dict[int, list[Share]]:
    shares: dict[int, list[Share]] = defaultdict(list)
    for article, author, network, shared, hashtags, text_of in db.execute(_SHARES_SQL):
        at = datetime.fromisoformat(shared)
        shares[article].append(Share(author, network, at, hashtags, text_of))
    return shares


def _headlines(
    rows: Iterable[tuple[int, str, str, float]], entities: Mapping[int, frozenset[str]]
) -> Iterator[Headline]:
    for article, title, at, weight in rows:
        of_article = entities.get(article, frozenset())
        yield Headline(article, title, datetime.fromisoformat(at), weight, of_article)


def _profiles(db: Database) -> list[Profile]:
    topics = _sets(db, _TOPICS_SQL)
    entities = _sets(db, _ENTITIES_SQL.format(column="name"))
    nothing: frozenset[str] = frozenset()
    return [
        Profile(article, topics.get(article, nothing), entities.get(article, nothing), words)
        for article, words in db.execute(_WORDS_SQL)
    ]


def _sets(
    db: Database, sql: str, parameters: Mapping[str, str] = MappingProxyType({})
) -> dict[int, frozenset[str]]:
    sets: dict[int, set[str]] = defaultdict(set)
    for key, value in db.execute(sql, dict(parameters)):
        sets[key].add(value)
    return {key: frozenset(values) for key, values in sets.items()}

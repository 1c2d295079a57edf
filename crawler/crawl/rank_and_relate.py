"""Steps over all items: similar posts, ranks, stories, relations. Derives only what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from itertools import chain

from sqlite_utils import Database

from crawler.crawl.compared_values import load_headlines, load_profiles
from crawler.crawl.relate_all import count_articles, group_all, relate_all
from crawler.crawl.similar_posts import update_similar_posts
from crawler.crawl.update_relations import are_counts_current, relate_changed
from crawler.crawl.update_stories import group_changed
from crawler.error_isolation import item_failure, process_isolated
from crawler.knowledge.ranking import Share, rank_article
from crawler.knowledge.semantic_similarity import EmbeddingModel, merge_relations, relate_by_meaning
from crawler.models.outcomes import Failure
from crawler.models.relations import Relation
from crawler.progress_display import Stage
from crawler.store import derivation_inputs, item_annotations
from crawler.store.article_profiles import counted, forget_profiles, save_counts
from crawler.store.article_vectors import delete_vectors, load_vectors, update_vectors
from crawler.store.changed_items import (
    EVERYTHING,
    changed_ids,
    forget_changes,
    mark_everything_changed,
)
from crawler.store.database import transaction
from crawler.store.sql_values import batches

RELATIONS = "relations"
"""The name of the step that relates articles; also a derived part with a version."""

_STORIES = "stories"
_BATCH = 500

ShowStage = Callable[[str, int], AbstractContextManager[Stage]]
"""Returns a context that shows the progress of a stage with this name over so many items."""


@contextmanager
def _hidden_stage(name: str, total: int) -> Iterator[Stage]:
    yield Stage(name, total)


def rank_and_relate(
    db: Database,
    model: EmbeddingModel | None = None,
    processes: int = 0,
    show_stage: ShowStage = _hidden_stage,
) -> list[Failure]:
    """Derive everything that depends on other items; returns one Failure for each failed step.

    Only what changed articles and posts concern is derived, unless most articles changed, the
    library is small or has doubled, or there is a `model`. With one, articles that are near in
    meaning are related too. All relations of many articles are derived in `processes` children
    (0: one per core). Each step stores its results in parts. The next call repeats a step that
    failed. Posts come first, since copies count once in the ranks. Ranks come before stories,
    which the article with the highest rank leads. `show_stage` shows the progress if all relations
    are derived.
    """
    failures = _step("similar posts", partial(update_similar_posts, db))
    if not changed_ids(db, "article"):
        return failures
    failures += _step("ranks", partial(_update_ranks, db))
    changed = changed_ids(db, "article")  # a new rank is a change
    if model or _concern_all(db, changed):
        failures += _derive_all(db, model, processes, show_stage)
        if failures:
            mark_everything_changed(db, "article")
    else:
        failures += _step(_STORIES, partial(_update_stories, db, changed))
        failures += _step(RELATIONS, partial(_update_relations, db, changed))
    if not failures:
        forget_changes(db, "article", changed_ids(db, "article"))
        forget_changes(db, "relation", changed_ids(db, "relation"))
    return failures


def _concern_all(db: Database, changed: Collection[int]) -> bool:
    """Whether all stories and relations are derived again."""
    articles = count_articles(db)
    is_current = are_counts_current(counted(db, "library"), articles)
    return EVERYTHING in changed or len(changed) * 2 > articles or not is_current


def _step(name: str, derive: Callable[[], None]) -> list[Failure]:
    return process_isolated([name], lambda _: derive(), partial(item_failure, "step"))[1]


def _update_ranks(db: Database) -> None:
    changed = changed_ids(db, "article")
    if EVERYTHING in changed:
        changed = [row[0] for row in db.execute("SELECT id FROM articles ORDER BY id").fetchall()]
    for article_ids in batches(changed, _BATCH):
        item_annotations.save_ranks(db, dict(_changed_ranks(db, article_ids)))


def _changed_ranks(db: Database, article_ids: Iterable[int]) -> Iterator[tuple[int, float]]:
    """Yield the id and the rank of each article whose stored rank differs."""
    for row in derivation_inputs.ranked_articles(db, article_ids):
        rank = rank_article(_shares(db, row.article_id), row.confidence, row.kind)
        if rank != row.rank:
            yield row.article_id, rank


def _shares(db: Database, article_id: int) -> list[Share]:
    return [
        Share(author, network, datetime.fromisoformat(at), hashtags, text_of)
        for author, network, at, hashtags, text_of in derivation_inputs.shares_of(db, article_id)
    ]


def _update_stories(db: Database, changed: Collection[int]) -> None:
    with transaction(db):
        article_ids, stories = group_changed(db, changed, partial(load_headlines, db))
        item_annotations.save_stories(db, stories, article_ids)


def _update_relations(db: Database, changed: Collection[int]) -> None:
    with transaction(db):
        incomplete = changed_ids(db, "relation")
        article_ids, relations = relate_changed(db, changed, incomplete, partial(load_profiles, db))
        item_annotations.save_relations(db, relations, article_ids)


def _derive_all(
    db: Database, model: EmbeddingModel | None, processes: int, show_stage: ShowStage
) -> list[Failure]:
    """Derive all stories and relations, and count the features of articles for later changes."""
    with transaction(db):
        forget_profiles(db)
    failures = [
        *_step(_STORIES, partial(group_all, db)),
        *_step(RELATIONS, partial(_relate_all, db, model, processes, show_stage)),
    ]
    if not failures:
        with transaction(db):
            save_counts(db, "library", count_articles(db), {})
    return failures


def _relate_all(
    db: Database, model: EmbeddingModel | None, processes: int, show_stage: ShowStage
) -> None:
    near: dict[int, list[Relation]] = defaultdict(list)
    for relation in _near(db, model):
        near[relation.article_id].append(relation)

    def complete(lexical: Iterable[Relation], article_ids: Iterable[int]) -> list[Relation]:
        semantic = chain.from_iterable(near.get(article_id, ()) for article_id in article_ids)
        return merge_relations(lexical, semantic)

    with show_stage("relate", count_articles(db)) as stage:
        relate_all(db, complete, processes, stage.advance)


def _near(db: Database, model: EmbeddingModel | None) -> list[Relation]:
    if model is None:
        delete_vectors(db)
        return []
    update_vectors(db, model.name, model.vectors)
    return relate_by_meaning(dict(load_vectors(db)))

"""Relations and stories of all articles, derived in parts, so that memory does not grow with them.

The features of all articles are stored and counted first. Then each article is compared with those
that share a feature, in child processes if there are many articles. Stories are found period by
period.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec
from sqlite_utils import Database

from crawler.crawl.compared_values import load_headlines, load_profiles
from crawler.crawl.update_relations import StoredIndex
from crawler.knowledge.related_articles import MAX_SHARING, features_of, most_similar
from crawler.knowledge.stories import (
    TitleWeights,
    find_stories_by_period,
    period_of,
    word_numbers,
)
from crawler.models.relations import Relation, Story
from crawler.parallel.engine import Job, count_processes, map_in_order, open_engine
from crawler.settings.engine import EngineSettings
from crawler.store import article_profiles, title_words
from crawler.store.article_profiles import StoredProfile
from crawler.store.database import database_path, open_to_read, transaction
from crawler.store.item_annotations import save_relations, save_stories

_BATCH = 500
_FEW_ARTICLES = 3_000
"""So many articles are compared sooner than children start."""

Complete = Callable[[list[Relation], Collection[int]], list[Relation]]
"""Returns the relations by features, with further ones, of the articles with these ids."""

_NEXT_IDS = "SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?"

_comparison: Comparison | None = None  # the one of a child


def group_all(db: Database) -> None:
    """Store the stories of all articles that may be shown, and the words of their titles.

    Each part is one transaction.
    """
    with transaction(db):
        titles = _save_titles(db)
        counts = dict(title_words.count_all(db))
        article_profiles.save_counts(db, "titles", titles, counts)
    weights = TitleWeights(titles, counts)
    loaded = (load_headlines(db, ids) for ids in title_words.articles_by_period(db))
    periods = filter(None, loaded)
    for headlines, stories in find_stories_by_period(periods, weights):
        _save_stories(db, stories, {headline.article_id for headline in headlines})


def _save_titles(db: Database) -> int:
    """Store the words of all titles, and remove the stories of articles without any.

    Return the number of titles.
    """
    titles = 0

    def rows() -> Iterator[tuple[list[int], int, int]]:
        nonlocal titles
        for article_ids in _id_batches(db):
            headlines = load_headlines(db, article_ids)
            titles += len(headlines)
            words = {head.article_id: word_numbers(head.title) for head in headlines}
            without = [article_id for article_id in article_ids if not words.get(article_id)]
            _save_stories(db, [], without)
            for head in headlines:
                yield words[head.article_id], period_of(head), head.article_id

    title_words.save_all(db, rows())
    return titles


def _save_stories(db: Database, stories: Iterable[Story], article_ids: Collection[int]) -> None:
    """Replace the stories of `article_ids`; former members of them have no story until theirs."""
    with transaction(db):
        concerned = {*article_ids, *title_words.members_with(db, article_ids)}
        save_stories(db, stories, concerned)


def relate_all(
    db: Database, complete: Complete, processes: int, on_related: Callable[[int], None]
) -> None:
    """Store the relations of all articles that may be shown, and their features.

    `complete` adds relations to those by features. Of many articles, relations are derived in
    `processes` children (0: one per core). Each part is one transaction; `on_related` gets the
    number of its articles.
    """
    with transaction(db):
        _save_features(db)
    for article_ids, relations in _relations(db, processes):
        save_relations(db, complete(relations, article_ids), article_ids)
        on_related(len(article_ids))


def _save_features(db: Database) -> None:
    profiles = (
        (profile.article_id, sorted(features_of(profile)))
        for article_ids in _id_batches(db)
        for profile in load_profiles(db, article_ids)
    )
    articles = article_profiles.save_all_features(db, profiles)
    article_profiles.save_counts(db, "articles", articles, {})
    article_profiles.save_all_norms(db, partial(_norms, db), MAX_SHARING)


def _norms(db: Database, profiles: Mapping[int, StoredProfile]) -> dict[int, float]:
    index = StoredIndex(db)
    index.learn({number for _, numbers in profiles.values() for number in numbers})
    return {article: index.weights.norm(numbers) for article, (_, numbers) in profiles.items()}


def _relations(db: Database, processes: int) -> Iterator[tuple[list[int], list[Relation]]]:
    """Yield the ids of articles with their relations by features."""
    path = database_path(db)
    engine = EngineSettings(processes=processes)
    if not path.name or count_articles(db) < _FEW_ARTICLES or count_processes(engine) == 1:
        comparison = Comparison(db)
        yield from ((ids, comparison.relations_of(ids)) for ids in _id_batches(db))
        return
    with open_engine(engine, Job(relate_in_child, _open_in_child, (path,))) as workers:
        for article_ids, packed in map_in_order(workers, _id_batches(db)):
            yield article_ids, msgspec.msgpack.decode(packed, type=list[Relation])


class Comparison:
    """Compares articles of `db`, whose features are stored and do not change meanwhile."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._index = StoredIndex(db)

    def relations_of(self, article_ids: Collection[int]) -> list[Relation]:
        """Return the relations by features of the articles `article_ids`."""
        relations: list[Relation] = []
        for profile in load_profiles(self._db, article_ids):
            self._index.learn(features_of(profile))
            relations += most_similar(profile, self._index)
        return relations


def _open_in_child(path: Path) -> None:
    global _comparison
    _comparison = Comparison(open_to_read(path))


def relate_in_child(article_ids: list[int]) -> bytes:
    """Return the encoded relations of the articles `article_ids`."""
    assert _comparison
    return msgspec.msgpack.encode(_comparison.relations_of(article_ids))


def count_articles(db: Database) -> int:
    """Return the number of stored articles."""
    counted: int = db.execute("SELECT count(*) FROM articles").fetchone()[0]
    return counted


def _id_batches(db: Database) -> Iterator[list[int]]:
    """Yield the ids of all articles, in order. Rows may be written meanwhile."""
    last = 0
    while ids := [row[0] for row in db.execute(_NEXT_IDS, [last, _BATCH])]:
        yield ids
        last = ids[-1]

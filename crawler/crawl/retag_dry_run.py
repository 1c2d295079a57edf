"""Compare the stored topics with the topics of another taxonomy. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sqlite_utils import Database

from crawler.crawl.annotate_item import annotate_all, scores_by_subject
from crawler.settings.engine import EngineSettings
from crawler.store import item_annotations
from crawler.store.item_annotations import PendingItem
from crawler.store.taggings import TagDiff, compare_taggings, merge_diffs
from crawler.topics.tagger import Tagger

_TOPICS = ("topics",)


def compare_topics(db: Database, tagger: Tagger, engine: EngineSettings) -> TagDiff:
    """Return what the `tagger` would change in the stored articles and posts.

    Texts that no run has tagged yet are left out. A text that cannot be tagged keeps its topics.
    `engine` decides the topics of many texts.
    """
    count = item_annotations.count_pending(db, _TOPICS)
    chunks = _read(item_annotations.pending_items(db, _TOPICS))
    diffs = [
        compare_taggings(db, scores_by_subject(tagged), tagger.name)
        for tagged in annotate_all(chunks, tagger, count, engine)
    ]
    return merge_diffs(diffs)


def _read(chunks: Iterator[list[PendingItem]]) -> Iterator[list[PendingItem]]:
    """The texts of each chunk that were read before."""
    return ([item for item in chunk if not item.new] for chunk in chunks)

"""Compare the stored topics with the topics of another taxonomy. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from crawler.crawl.annotate_item import annotate_all
from crawler.models.topics import SubjectKind, TopicScore
from crawler.store import item_annotations
from crawler.store.item_annotations import PendingItem
from crawler.store.taggings import Subject, TagDiff, compare_taggings, merge_diffs
from crawler.topics.tagger import Tagger

_TOPICS = ("topics",)


def compare_topics(db: Database, tagger: Tagger, processes: int) -> TagDiff:
    """Return what the `tagger` would change in the stored articles and posts.

    Texts that no run has tagged yet are left out. A text that cannot be tagged keeps its topics.
    `processes` is the number of child processes; 0 means one per core.
    """
    count = item_annotations.count_pending(db, _TOPICS)
    diffs = []
    stored: tuple[tuple[SubjectKind, Iterator[list[PendingItem]]], ...] = (
        ("article", item_annotations.pending_articles(db, _TOPICS)),
        ("post", item_annotations.pending_posts(db, _TOPICS)),
    )
    for kind, chunks in stored:
        for found in annotate_all(_read(chunks), tagger, count, processes):
            scores: list[tuple[Subject, Sequence[TopicScore]]] = [
                ((kind, each.id), each.scores) for each in found if each.scores is not None
            ]
            diffs.append(compare_taggings(db, scores, tagger.name))
    return merge_diffs(diffs)


def _read(chunks: Iterator[list[PendingItem]]) -> Iterator[list[PendingItem]]:
    """The texts of each chunk that were read before."""
    return ([each for each in chunk if not each.new] for chunk in chunks)

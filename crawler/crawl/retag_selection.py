"""Which stored texts a changed taxonomy has tagged again: all, or those with a changed phrase."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
from sqlite_utils import Database

from crawler.models.topics import Item, SubjectKind
from crawler.store import item_annotations
from crawler.store.database import transaction
from crawler.store.item_annotations import PendingItem
from crawler.topics.changed_phrases import (
    ChangedTexts,
    Changes,
    PhraseTable,
    compare_tables,
    phrase_table,
)
from crawler.topics.tagger import Tagger

_TOPICS = "topics"
_TABLES: dict[SubjectKind, str] = {"article": "articles", "post": "posts"}

# More texts are tagged faster as a part of all, in child processes and without a scan before.
MOST_SELECTED = 2_000


def select_changed(db: Database, tagger: Tagger, version: str) -> int | None:
    """Mark the texts that contain a changed phrase as pending. Return their number.

    Return None and write nothing if every text must be tagged again. That is the case if the
    settings of the `tagger` changed, if the taxonomy of the last run is unknown, or if more than
    MOST_SELECTED texts contain a changed phrase. `version` is the new version of the topics. One
    transaction marks the texts and stores the version, so an interrupted run loses nothing.
    """
    table = phrase_table(tagger)
    changes = _stored_changes(db, table)
    if changes is None:
        return None

    changed = ChangedTexts(changes)
    ids = {kind: [*_containing(db, kind, changed)] for kind in _TABLES}
    count = sum(map(len, ids.values()))
    if count > MOST_SELECTED:
        return None
    with transaction(db):
        for kind, name in _TABLES.items():
            item_annotations.mark_topics_pending(db, name, ids[kind])
        save_taxonomy(db, table, version)
    return count


def _stored_changes(db: Database, table: PhraseTable) -> Changes | None:
    """Return the changes since the stored taxonomy, or None if they concern all texts."""
    stored = item_annotations.load_topic_phrases(db)
    if stored is None:
        return None
    return compare_tables(msgspec.json.decode(stored, type=PhraseTable), table)


def save_taxonomy(db: Database, table: PhraseTable, version: str) -> None:
    """Store the phrases of a `table` and the `version` of the topics that are derived by them."""
    item_annotations.save_annotation_versions(db, {_TOPICS: version})
    phrases = msgspec.json.encode(table, order="sorted")
    item_annotations.save_topic_phrases(db, version, phrases)


def _containing(db: Database, kind: SubjectKind, changed: ChangedTexts) -> Iterator[int]:
    """The ids of the texts that no longer wait and contain a change."""
    read = {
        "article": item_annotations.pending_articles,
        "post": item_annotations.pending_posts,
    }[kind]
    for chunk in read(db, (_TOPICS,)):
        yield from [text.id for text in chunk if not text.new and changed.contain(_tagged(text))]


def _tagged(waiting: PendingItem) -> Item:
    """The item as it is tagged: an article without text by its excerpt."""
    item = waiting.item
    return item if item.text or not waiting.summary else replace(item, text=waiting.summary)

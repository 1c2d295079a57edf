"""Which stored texts a changed taxonomy has tagged again: all, or those with a changed phrase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from sqlite_utils import Database

from crawler.models.topics import SubjectKind
from crawler.store import item_annotations
from crawler.store.database import transaction
from crawler.store.item_annotations import TABLES
from crawler.topics.changed_phrases import (
    ChangeFinder,
    Changes,
    PhraseTable,
    compare_tables,
    phrase_table,
)
from crawler.topics.tagger import Tagger

_TOPICS = "topics"

Selection = Mapping[SubjectKind, Sequence[int]]
"""The ids of the selected articles and posts."""

# More texts are tagged faster as a part of all, in child processes and without a scan before.
MOST_SELECTED = 2_000


def select_changed(db: Database, tagger: Tagger, version: str) -> Selection | None:
    """Mark the texts that contain a changed phrase as pending. Return their ids.

    Return None and write nothing if every text must be tagged again. That is the case if the
    settings of the `tagger` changed, if the taxonomy of the last run is unknown, or if more than
    MOST_SELECTED texts contain a changed phrase. `version` is the new version of the topics. One
    transaction marks the texts and stores the version, so an interrupted run loses nothing.
    """
    table = phrase_table(tagger)
    changes = _stored_changes(db, table)
    if changes is None:
        return None

    changed = ChangeFinder(changes)
    selection = {kind: _containing(db, kind, changed) for kind in TABLES}
    if sum(map(len, selection.values())) > MOST_SELECTED:
        return None
    with transaction(db):
        for kind, table_name in TABLES.items():
            item_annotations.mark_topics_pending(db, table_name, selection[kind])
        save_taxonomy(db, table, version)
    return selection


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


def _containing(db: Database, kind: SubjectKind, changed: ChangeFinder) -> list[int]:
    """The ids of the texts that no longer wait and contain a change."""
    items = item_annotations.annotated_items(db, kind)
    return [item_id for item_id, item in items if changed.is_in(item)]

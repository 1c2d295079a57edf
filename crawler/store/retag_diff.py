"""List the changes of a retag for people, with the title and URL of each subject.

A change is a tagging that was added, removed or has other evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec
from sqlite_utils import Database

from crawler.models.topics import SubjectKind
from crawler.store.taggings import TagDiff, TaggingReasons

ChangeKind = Literal["gained", "lost", "evidence"]

_ABOUT: dict[SubjectKind, str] = {
    "article": "SELECT id, title, url FROM articles WHERE id IN (SELECT value FROM json_each(?))",
    "post": "SELECT id, substr(text, 1, 300), COALESCE(NULLIF(url, ''), uri) FROM posts "
    "WHERE id IN (SELECT value FROM json_each(?))",
}


@dataclass(frozen=True, slots=True)
class TaggingChange:
    """One tagging that a retag changed, and why.

    The change `evidence` means that the tagging stays with another score or other evidence.
    """

    change: ChangeKind
    topic: str
    kind: SubjectKind
    id: int
    title: str
    url: str
    why: TaggingReasons


def tagging_changes(db: Database, diff: TagDiff) -> tuple[TaggingChange, ...]:
    """Return every change of `diff`, sorted by topic, change and subject.

    Gained taggings come before lost ones, and lost ones before those with other evidence.
    """
    return tuple(
        sorted(
            _changes(db, diff),
            key=lambda change: (
                change.topic,
                ("gained", "lost", "evidence").index(change.change),
                change.kind,
                change.id,
            ),
        )
    )


def _changes(db: Database, diff: TagDiff) -> Iterator[TaggingChange]:
    about = {
        (kind, number): title_and_url
        for kind in _ABOUT
        for number, *title_and_url in _about(db, kind, diff)
    }
    listed: tuple[tuple[ChangeKind, tuple[tuple[SubjectKind, int, str], ...]], ...] = (
        ("gained", diff.gained),
        ("lost", diff.lost),
        ("evidence", diff.changed),
    )
    for change, taggings in listed:
        for kind, number, topic in taggings:
            title, url = about.get((kind, number), ("", ""))
            yield TaggingChange(
                change, topic, kind, number, title, url, diff.why[kind, number, topic]
            )


def _about(db: Database, kind: SubjectKind, diff: TagDiff) -> list[tuple[int, str, str]]:
    ids = sorted({number for tagged_kind, number, _ in diff.why if tagged_kind == kind})
    return db.execute(_ABOUT[kind], [msgspec.json.encode(ids).decode()]).fetchall()

"""What a retag changed, told for people: each tagging that came, went or has other evidence, with
the title and address of what it is about.
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
    """One tagging that a retag changed, and why; `evidence` means that it was kept with another
    score or other evidence.
    """

    change: ChangeKind
    topic: str
    kind: SubjectKind
    id: int
    title: str
    url: str
    why: TaggingReasons


def tagging_changes(db: Database, diff: TagDiff) -> tuple[TaggingChange, ...]:
    """Every change of a diff by topic, then gained before lost before other evidence, then by
    subject.
    """
    return tuple(
        sorted(
            _changes(db, diff),
            key=lambda each: (
                each.topic,
                ("gained", "lost", "evidence").index(each.change),
                each.kind,
                each.id,
            ),
        )
    )


def _changes(db: Database, diff: TagDiff) -> Iterator[TaggingChange]:
    about = {(kind, number): told for kind in _ABOUT for number, *told in _about(db, kind, diff)}
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
    ids = sorted({number for each, number, _ in diff.why if each == kind})
    return db.execute(_ABOUT[kind], [msgspec.json.encode(ids).decode()]).fetchall()

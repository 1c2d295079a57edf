"""Keeping topics and taggings: only rows that change are touched, and no tagging stands without evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import msgspec
from sqlite_utils import Database

from crawler.errors import StoreError
from crawler.model import Evidence, SubjectKind, Topic, TopicScore
from crawler.store.database import transaction

CURATOR = "curator"
_CHUNK = 1000

Subject = tuple[SubjectKind, int]
Tagged = tuple[SubjectKind, int, str]


@dataclass(frozen=True, slots=True)
class TagDiff:
    """What a tagging run changed: (subject kind, subject id, topic) of each tagging gained, lost, or kept with another score or evidence."""

    gained: tuple[Tagged, ...] = ()
    lost: tuple[Tagged, ...] = ()
    changed: tuple[Tagged, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    tagger: str
    score: TopicScore


def keep_topics(db: Database, topics: Iterable[Topic], measured: Mapping[str, Mapping[str, float]] | None = None) -> int:
    """Make the topics table say what the taxonomy says; a topic that was taken out goes with its taggings. Returns how many rows changed.

    `measured` holds for each slug figures such as precision and recall, shown on the topic's page.
    """
    rows = [_topic_row(topic, (measured or {}).get(topic.slug, {})) for topic in topics]
    slugs = _json([row["slug"] for row in rows])
    with transaction(db):
        before = db.conn.total_changes
        db.execute("DELETE FROM taggings WHERE topic NOT IN (SELECT value FROM json_each(?))", [slugs])
        db.execute("DELETE FROM topics WHERE slug NOT IN (SELECT value FROM json_each(?))", [slugs])
        db.conn.executemany(
            "INSERT INTO topics (slug, label, definition, broader, aliases, related, hashtags, start_here, measured) "
            "VALUES (:slug, :label, :definition, :broader, :aliases, :related, :hashtags, :start_here, :measured) ON CONFLICT (slug) DO UPDATE SET "
            "label = excluded.label, definition = excluded.definition, broader = excluded.broader, aliases = excluded.aliases, "
            "related = excluded.related, hashtags = excluded.hashtags, start_here = excluded.start_here, measured = excluded.measured WHERE "
            "(label, definition, broader, aliases, related, hashtags, start_here, measured) IS NOT (excluded.label, excluded.definition, "
            "excluded.broader, excluded.aliases, excluded.related, excluded.hashtags, excluded.start_here, excluded.measured)",
            rows,
        )
        return db.conn.total_changes - before


def keep_all_taggings(db: Database, items: Iterable[tuple[Subject, Sequence[TopicScore]]], tagger: str, version: str) -> TagDiff:
    """Make the taggings of each subject, given once, those of its scores, a thousand subjects a transaction.

    What the curator tagged stays. Raises StoreError for a score without evidence.
    """
    diffs = [_keep_chunk(db, chunk, tagger, version) for chunk in _chunks(items)]
    return TagDiff(
        tuple(tagged for diff in diffs for tagged in diff.gained),
        tuple(tagged for diff in diffs for tagged in diff.lost),
        tuple(tagged for diff in diffs for tagged in diff.changed),
    )


def write_tagging(db: Database, tagged: Tagged, score: TopicScore, tagger: str, version: str) -> bool:
    """Make one tagging of a subject this one, whoever gave it before, and leave its others alone; True when that changed something."""
    known = _known(db, [(tagged[0], tagged[1])]).get(tagged)
    if known and (known.tagger, known.score) == (tagger, score):
        return False
    with transaction(db):
        if known:
            db.conn.execute("DELETE FROM evidence WHERE tagging_id = ?", [known.id])
        _write(db, [(tagged, score)], tagger, version)
    return True


def _keep_chunk(db: Database, chunk: list[tuple[Subject, Sequence[TopicScore]]], tagger: str, version: str) -> TagDiff:
    wanted = {(*subject, score.topic): score for subject, scores in chunk for score in scores}
    for tagged, score in wanted.items():
        if not score.evidence:
            raise StoreError(f"The tagging {tagged} has no evidence.", "A tagger must say why; nothing was written.")
    with transaction(db):
        known = _known(db, [subject for subject, _ in chunk])
        ours = {tagged: one for tagged, one in known.items() if one.tagger != CURATOR or tagger == CURATOR}
        lost = [tagged for tagged in ours if tagged not in wanted]
        gained = [tagged for tagged in wanted if tagged not in known]
        changed = [tagged for tagged, score in wanted.items() if tagged in ours and ours[tagged].score != score]
        db.conn.executemany("DELETE FROM taggings WHERE id = ?", [(ours[tagged].id,) for tagged in lost])
        db.conn.executemany("DELETE FROM evidence WHERE tagging_id = ?", [(ours[tagged].id,) for tagged in changed])
        _write(db, [(tagged, wanted[tagged]) for tagged in gained + changed], tagger, version)
    return TagDiff(tuple(gained), tuple(lost), tuple(changed))


def _write(db: Database, rows: list[tuple[Tagged, TopicScore]], tagger: str, version: str) -> None:
    db.conn.executemany(
        "INSERT INTO taggings (subject_kind, subject_id, topic, score, confidence, tagger, taxonomy_version) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (subject_kind, subject_id, topic) DO UPDATE SET score = excluded.score, confidence = excluded.confidence, "
        "tagger = excluded.tagger, taxonomy_version = excluded.taxonomy_version",
        [(*tagged, score.score, score.confidence, tagger, version) for tagged, score in rows],
    )
    db.conn.executemany(
        "INSERT INTO evidence (tagging_id, field, quote, start, rule, weight) "
        "VALUES ((SELECT id FROM taggings WHERE subject_kind = ? AND subject_id = ? AND topic = ?), ?, ?, ?, ?, ?)",
        [(*tagged, each.field, each.quote, each.start, each.rule, each.weight) for tagged, score in rows for each in score.evidence],
    )


def _known(db: Database, subjects: list[Subject]) -> dict[Tagged, _Known]:
    """The taggings of these subjects with their evidence, in the order in which it was given."""
    known: dict[Tagged, _Known] = {}
    for kind in sorted({kind for kind, _ in subjects}):
        ids = _json([subject_id for each, subject_id in subjects if each == kind])
        rows = db.execute(
            "SELECT t.id, t.subject_id, t.topic, t.score, t.confidence, t.tagger, e.field, e.quote, e.start, e.rule, e.weight "
            "FROM taggings t LEFT JOIN evidence e ON e.tagging_id = t.id "
            "WHERE t.subject_kind = ? AND t.subject_id IN (SELECT value FROM json_each(?)) ORDER BY t.id, e.id",
            [kind, ids],
        )
        for tagging_id, group in groupby(rows, key=itemgetter(0)):
            told = list(group)
            _, subject_id, topic, score, confidence, tagger, *_ = told[0]
            evidence = tuple(Evidence(*row[6:]) for row in told if row[6] is not None)
            known[kind, subject_id, topic] = _Known(tagging_id, tagger, TopicScore(topic, score, confidence, evidence))
    return known


def _topic_row(topic: Topic, measured: Mapping[str, float]) -> dict[str, Any]:
    return {
        "slug": topic.slug,
        "label": topic.label,
        "definition": topic.definition,
        "broader": topic.broader,
        "aliases": _json([*topic.strong, *topic.weak]),
        "related": _json(topic.related),
        "hashtags": _json(topic.hashtags),
        "start_here": _json(topic.start_here),
        "measured": _json(dict(sorted(measured.items()))),
    }


def _chunks(items: Iterable[tuple[Subject, Sequence[TopicScore]]]) -> Iterator[list[tuple[Subject, Sequence[TopicScore]]]]:
    iterator = iter(items)
    return iter(lambda: list(islice(iterator, _CHUNK)), [])


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()

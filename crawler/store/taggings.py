"""Store topics and taggings: only changed rows are written, and every tagging has evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from sqlite_utils import Database

from crawler.errors import StoreError
from crawler.models.topics import SubjectKind, Topic, TopicScore
from crawler.store.database import transaction
from crawler.store.sql_values import batches, to_json

CURATOR = "curator"
_CHUNK = 1000

Subject = tuple[SubjectKind, int]
Tagged = tuple[SubjectKind, int, str]
_Quote = tuple[str, str, int, str, float, int, str]
_TaggingContent = tuple[float, str, list[_Quote]]  # the score, confidence and evidence of a tagging

_COLUMNS = ("field", "quote", "start", "rule", "weight", "times", "sentence")
_QUOTE = attrgetter(*_COLUMNS)
_OF = (
    "SELECT id FROM taggings WHERE subject_kind = ? "
    "AND subject_id IN (SELECT value FROM json_each(?))"
)
_TAKEN = """SELECT 'article', article_id, object FROM curation_decisions WHERE action = 'untag'
    AND article_id IS NOT NULL
    UNION ALL SELECT 'post', post_id, object FROM curation_decisions WHERE action = 'untag'
    AND post_id IS NOT NULL"""
_TAGGINGS_OF = f"""SELECT id, subject_id, topic, tagger, score, confidence
    FROM taggings WHERE id IN ({_OF}) ORDER BY id"""  # noqa: S608
_QUOTES_OF = f"""SELECT tagging_id, {", ".join(_COLUMNS)} FROM evidence
    WHERE tagging_id IN ({_OF}) ORDER BY tagging_id, id"""  # noqa: S608

_TOPIC_COLUMNS = (
    "label",
    "definition",
    "broader",
    "formerly",
    "aliases",
    "related",
    "hashtags",
    "start_here",
    "measured",
    "confused_with",
    "text",
)
_NEW_VALUES = ", ".join(f"excluded.{column}" for column in _TOPIC_COLUMNS)
_SAVE_TOPIC = f"""
INSERT INTO topics (slug, {", ".join(_TOPIC_COLUMNS)})
VALUES (:slug, {", ".join(f":{column}" for column in _TOPIC_COLUMNS)})
ON CONFLICT (slug) DO UPDATE SET ({", ".join(_TOPIC_COLUMNS)}) = ({_NEW_VALUES})
WHERE ({", ".join(_TOPIC_COLUMNS)}) IS NOT ({_NEW_VALUES})
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class TaggingReasons:
    """The score and the weightiest evidence of a tagging before (`was`) and after (`now`) a run.

    Each is (score, field, quote), or None if there was no tagging.
    """

    was: tuple[float, str, str] | None
    now: tuple[float, str, str] | None


@dataclass(frozen=True, slots=True)
class TagDiff:
    """The taggings that a run changed, and why.

    Each tagging is (subject kind, subject id, topic). `changed` ones stay with another score or
    other evidence.
    """

    gained: tuple[Tagged, ...] = ()
    lost: tuple[Tagged, ...] = ()
    changed: tuple[Tagged, ...] = ()
    why: Mapping[Tagged, TaggingReasons] = field(default_factory=dict, compare=False)

    def only(self, subjects: Collection[Subject]) -> TagDiff:
        """Return the changes of these `subjects`."""

        def of_subjects(changes: Sequence[Tagged]) -> tuple[Tagged, ...]:
            return tuple(tagged for tagged in changes if tagged[:2] in subjects)

        why = {tagged: reasons for tagged, reasons in self.why.items() if tagged[:2] in subjects}
        return TagDiff(
            of_subjects(self.gained), of_subjects(self.lost), of_subjects(self.changed), why
        )


@dataclass(frozen=True, slots=True)
class _StoredTagging:
    id: int
    tagger: str
    content: _TaggingContent


def save_topics(
    db: Database,
    topics: Iterable[Topic],
    measured: Mapping[str, Mapping[str, float]] | None = None,
    texts: Mapping[str, str] | None = None,
) -> int:
    """Store `topics` in the topics table and delete all others with their taggings.

    `measured` has figures for each slug, such as precision and recall, and `texts` the topic text
    for each slug. The page of the topic shows both. Returns the number of changed rows.
    """
    rows = [
        _topic_row(topic, (measured or {}).get(topic.slug, {}), (texts or {}).get(topic.slug, ""))
        for topic in topics
    ]
    slugs = to_json([row["slug"] for row in rows])
    with transaction(db):
        changes = [
            db.execute(
                f"DELETE FROM {table} WHERE {key} NOT IN (SELECT value FROM json_each(?))",  # noqa: S608
                [slugs],
            )
            for table, key in (("taggings", "topic"), ("topics", "slug"))
        ]
        changes.append(db.conn.executemany(_SAVE_TOPIC, rows))
        return sum(cursor.rowcount for cursor in changes)  # without the rows of triggers


def save_taggings(
    db: Database, items: Iterable[tuple[Subject, Sequence[TopicScore]]], tagger: str, version: str
) -> TagDiff:
    """Replace the taggings of each subject in `items` by its scores, and return the changes.

    `items` has each subject once; a transaction stores a thousand subjects. `tagger` is the name
    of the program or person, and `version` that of the taxonomy. Decisions of the curator do not
    change. Raises StoreError for a score without evidence.
    """
    return merge_diffs(
        [_keep_chunk(db, chunk, tagger, version) for chunk in batches(items, _CHUNK)]
    )


def merge_diffs(diffs: Sequence[TagDiff]) -> TagDiff:
    """Return several `diffs`, each of different subjects, as one."""
    return TagDiff(
        tuple(tagged for diff in diffs for tagged in diff.gained),
        tuple(tagged for diff in diffs for tagged in diff.lost),
        tuple(tagged for diff in diffs for tagged in diff.changed),
        {tagged: why for diff in diffs for tagged, why in diff.why.items()},
    )


def save_tagging(
    db: Database, tagged: Tagged, score: TopicScore, tagger: str, version: str
) -> bool:
    """Store one tagging (`tagged`) with its `score`, in place of one by any tagger.

    Other taggings of the subject do not change. `tagger` is the name of the program or person, and
    `version` that of the taxonomy. Returns True if a row changed.
    """
    stored = _stored_taggings(db, [(tagged[0], tagged[1])]).get(tagged)
    if stored and (stored.tagger, stored.content) == (tagger, _content(score)):
        return False
    with transaction(db):
        if stored:
            db.conn.execute("DELETE FROM evidence WHERE tagging_id = ?", [stored.id])
        _write(db, [(tagged, score)], tagger, version)
    return True


def compare_taggings(
    db: Database, items: Iterable[tuple[Subject, Sequence[TopicScore]]], tagger: str
) -> TagDiff:
    """Return the changes that `save_taggings` would make for `items` and `tagger`.

    Writes nothing.
    """
    return merge_diffs([_compared(db, chunk, tagger).diff for chunk in batches(items, _CHUNK)])


def _keep_chunk(
    db: Database, chunk: list[tuple[Subject, Sequence[TopicScore]]], tagger: str, version: str
) -> TagDiff:
    for subject, scores in chunk:
        for score in scores:
            if not score.evidence:
                raise StoreError(
                    f"The tagging {(*subject, score.topic)} has no evidence.",
                    "A tagger must say why; nothing was written.",
                )
    with transaction(db):
        comparison = _compared(db, chunk, tagger)
        diff, ours = comparison.diff, comparison.ours
        lost = [(ours[tagged].id,) for tagged in diff.lost]
        changed = [(ours[tagged].id,) for tagged in diff.changed]
        db.conn.executemany("DELETE FROM taggings WHERE id = ?", lost)
        db.conn.executemany("DELETE FROM evidence WHERE tagging_id = ?", changed)
        new = [(tagged, comparison.wanted[tagged]) for tagged in (*diff.gained, *diff.changed)]
        _write(db, new, tagger, version)
    return diff


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The required taggings of some subjects, those that the tagger stored, and the difference."""

    wanted: Mapping[Tagged, TopicScore]
    ours: Mapping[Tagged, _StoredTagging]
    diff: TagDiff


def _compared(
    db: Database, chunk: list[tuple[Subject, Sequence[TopicScore]]], tagger: str
) -> _Comparison:
    """Compare scores with the stored taggings; decisions of the curator do not change."""
    taken = set(db.execute(_TAKEN))
    given = {(*subject, score.topic): score for subject, scores in chunk for score in scores}
    wanted = {tagged: score for tagged, score in given.items() if tagged not in taken}
    stored = _stored_taggings(db, [subject for subject, _ in chunk])
    ours = {
        tagged: tagging
        for tagged, tagging in stored.items()
        if tagging.tagger != CURATOR or tagger == CURATOR
    }
    gained = tuple(tagged for tagged in wanted if tagged not in stored)
    lost = tuple(tagged for tagged in ours if tagged not in wanted)
    changed = tuple(
        tagged
        for tagged, score in wanted.items()
        if tagged in ours and ours[tagged].content != _content(score)
    )
    why = {
        tagged: _why(ours.get(tagged), wanted.get(tagged)) for tagged in (*gained, *lost, *changed)
    }
    return _Comparison(wanted, ours, TagDiff(gained, lost, changed, why))


def _why(stored: _StoredTagging | None, score: TopicScore | None) -> TaggingReasons:
    return TaggingReasons(
        _first(stored.content) if stored else None, _first(_content(score)) if score else None
    )


def _first(content: _TaggingContent) -> tuple[float, str, str]:
    score, _, quotes = content
    return (score, *(quotes[0][:2] if quotes else ("", "")))


def _write(db: Database, rows: list[tuple[Tagged, TopicScore]], tagger: str, version: str) -> None:
    db.conn.executemany(
        "INSERT INTO taggings (subject_kind, subject_id, topic, score, confidence, tagger, "
        "taxonomy_version) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (subject_kind, subject_id, topic) DO UPDATE "
        "SET score = excluded.score, confidence = excluded.confidence, "
        "tagger = excluded.tagger, taxonomy_version = excluded.taxonomy_version",
        [(*tagged, score.score, score.confidence, tagger, version) for tagged, score in rows],
    )
    db.conn.executemany(
        f"INSERT INTO evidence (tagging_id, {', '.join(_COLUMNS)}) VALUES ("  # noqa: S608
        "(SELECT id FROM taggings WHERE subject_kind = ? AND subject_id = ? AND topic = ?), "
        "?, ?, ?, ?, ?, ?, ?)",
        [(*tagged, *_QUOTE(evidence)) for tagged, score in rows for evidence in score.evidence],
    )


def _stored_taggings(db: Database, subjects: Iterable[Subject]) -> dict[Tagged, _StoredTagging]:
    """Return the taggings of these subjects with their evidence, in the order of storage.

    Plain rows in two queries: a join would repeat a tagging for each piece of its evidence, and an
    object for each row would cost more than the query.
    """
    stored: dict[Tagged, _StoredTagging] = {}
    for kind, ids in _by_kind(subjects).items():
        quotes: dict[int, list[_Quote]] = defaultdict(list)
        for tagging_id, *quote in db.execute(_QUOTES_OF, [kind, to_json(ids)]):
            quotes[tagging_id].append(tuple(quote))
        for tagging_id, subject_id, topic, tagger, score, confidence in db.execute(
            _TAGGINGS_OF, [kind, to_json(ids)]
        ):
            stored[kind, subject_id, topic] = _StoredTagging(
                tagging_id, tagger, (score, confidence, quotes[tagging_id])
            )
    return stored


def _by_kind(subjects: Iterable[Subject]) -> dict[SubjectKind, list[int]]:
    ids: dict[SubjectKind, list[int]] = defaultdict(list)
    for kind, subject_id in subjects:
        ids[kind].append(subject_id)
    return ids


def _content(score: TopicScore) -> _TaggingContent:
    return score.score, score.confidence, list(map(_QUOTE, score.evidence))


def _topic_row(topic: Topic, measured: Mapping[str, float], text: str) -> dict[str, Any]:
    return {
        "slug": topic.slug,
        "label": topic.label,
        "definition": topic.definition,
        "broader": topic.broader,
        "formerly": to_json(topic.formerly),
        "aliases": to_json([*topic.strong, *topic.weak]),
        "related": to_json(topic.related),
        "hashtags": to_json(topic.hashtags),
        "start_here": to_json(topic.start_here),
        "measured": to_json(dict(sorted(measured.items()))),
        "confused_with": to_json(topic.confused_with),
        "text": text,
    }

"""Store topics and taggings: only changed rows are written, and every tagging has evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
_Told = tuple[float, str, list[_Quote]]  # the score, confidence and evidence of a tagging

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


@dataclass(frozen=True, slots=True)
class TaggingReasons:
    """The score and the weightiest evidence (its field and its quote) of a tagging before and
    after; nothing where there was or is no tagging.
    """

    was: tuple[float, str, str] | None
    now: tuple[float, str, str] | None


@dataclass(frozen=True, slots=True)
class TagDiff:
    """What a tagging run changed: (subject kind, subject id, topic) of each tagging gained, lost,
    or kept with another score or evidence; and why.
    """

    gained: tuple[Tagged, ...] = ()
    lost: tuple[Tagged, ...] = ()
    changed: tuple[Tagged, ...] = ()
    why: Mapping[Tagged, TaggingReasons] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    tagger: str
    told: _Told


def save_topics(
    db: Database, topics: Iterable[Topic], measured: Mapping[str, Mapping[str, float]] | None = None
) -> int:
    """Make the topics table say what the taxonomy says; a topic that was taken out goes with its
    taggings. Returns how many rows changed.

    `measured` holds for each slug figures such as precision and recall, shown on the topic's page.
    """
    rows = [_topic_row(topic, (measured or {}).get(topic.slug, {})) for topic in topics]
    slugs = to_json([row["slug"] for row in rows])
    with transaction(db):
        before = db.conn.total_changes
        db.execute(
            "DELETE FROM taggings WHERE topic NOT IN (SELECT value FROM json_each(?))", [slugs]
        )
        db.execute("DELETE FROM topics WHERE slug NOT IN (SELECT value FROM json_each(?))", [slugs])
        db.conn.executemany(
            "INSERT INTO topics (slug, label, definition, broader, formerly, aliases, related, "
            "hashtags, start_here, measured) "
            "VALUES (:slug, :label, :definition, :broader, :formerly, :aliases, :related, "
            ":hashtags, :start_here, :measured) ON CONFLICT (slug) DO UPDATE SET "
            "label = excluded.label, definition = excluded.definition, broader = excluded.broader, "
            "formerly = excluded.formerly, aliases = excluded.aliases, "
            "related = excluded.related, hashtags = excluded.hashtags, start_here = "
            "excluded.start_here, measured = excluded.measured WHERE "
            "(label, definition, broader, formerly, aliases, related, hashtags, start_here, "
            "measured) IS NOT (excluded.label, excluded.definition, "
            "excluded.broader, excluded.formerly, excluded.aliases, excluded.related, "
            "excluded.hashtags, excluded.start_here, excluded.measured)",
            rows,
        )
        return db.conn.total_changes - before


def save_taggings(
    db: Database, items: Iterable[tuple[Subject, Sequence[TopicScore]]], tagger: str, version: str
) -> TagDiff:
    """Make the taggings of each subject, given once, those of its scores, a thousand subjects a
    transaction.

    What the curator gave stays, what the curator took stays away. Raises StoreError for a score
    without evidence.
    """
    return merge_diffs(
        [_keep_chunk(db, chunk, tagger, version) for chunk in batches(items, _CHUNK)]
    )


def merge_diffs(diffs: Sequence[TagDiff]) -> TagDiff:
    """Several diffs, each of other subjects, as one."""
    return TagDiff(
        tuple(tagged for diff in diffs for tagged in diff.gained),
        tuple(tagged for diff in diffs for tagged in diff.lost),
        tuple(tagged for diff in diffs for tagged in diff.changed),
        {tagged: why for diff in diffs for tagged, why in diff.why.items()},
    )


def save_tagging(
    db: Database, tagged: Tagged, score: TopicScore, tagger: str, version: str
) -> bool:
    """Make one tagging of a subject this one, whoever gave it before, and leave its others alone;
    True when that changed something.
    """
    known = _known(db, [(tagged[0], tagged[1])]).get(tagged)
    if known and (known.tagger, known.told) == (tagger, _told(score)):
        return False
    with transaction(db):
        if known:
            db.conn.execute("DELETE FROM evidence WHERE tagging_id = ?", [known.id])
        _write(db, [(tagged, score)], tagger, version)
    return True


def compare_taggings(
    db: Database, items: Iterable[tuple[Subject, Sequence[TopicScore]]], tagger: str
) -> TagDiff:
    """What `save_taggings` would change. Writes nothing."""
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
        found = _compared(db, chunk, tagger)
        diff, ours = found.diff, found.ours
        lost = [(ours[tagged].id,) for tagged in diff.lost]
        changed = [(ours[tagged].id,) for tagged in diff.changed]
        db.conn.executemany("DELETE FROM taggings WHERE id = ?", lost)
        db.conn.executemany("DELETE FROM evidence WHERE tagging_id = ?", changed)
        new = [(tagged, found.wanted[tagged]) for tagged in (*diff.gained, *diff.changed)]
        _write(db, new, tagger, version)
    return diff


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The taggings that some subjects should have, those of the tagger that they have, and the
    difference.
    """

    wanted: Mapping[Tagged, TopicScore]
    ours: Mapping[Tagged, _Known]
    diff: TagDiff


def _compared(
    db: Database, chunk: list[tuple[Subject, Sequence[TopicScore]]], tagger: str
) -> _Comparison:
    """Compare scores with the stored taggings; decisions of the curator stay as they are."""
    taken = set(db.execute(_TAKEN))
    given = {(*subject, score.topic): score for subject, scores in chunk for score in scores}
    wanted = {tagged: score for tagged, score in given.items() if tagged not in taken}
    known = _known(db, [subject for subject, _ in chunk])
    ours = {
        tagged: one for tagged, one in known.items() if one.tagger != CURATOR or tagger == CURATOR
    }
    gained = tuple(tagged for tagged in wanted if tagged not in known)
    lost = tuple(tagged for tagged in ours if tagged not in wanted)
    changed = tuple(
        tagged
        for tagged, score in wanted.items()
        if tagged in ours and ours[tagged].told != _told(score)
    )
    why = {each: _why(ours.get(each), wanted.get(each)) for each in (*gained, *lost, *changed)}
    return _Comparison(wanted, ours, TagDiff(gained, lost, changed, why))


def _why(known: _Known | None, score: TopicScore | None) -> TaggingReasons:
    return TaggingReasons(
        _first(known.told) if known else None, _first(_told(score)) if score else None
    )


def _first(told: _Told) -> tuple[float, str, str]:
    score, _, quotes = told
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
        [(*tagged, *_QUOTE(each)) for tagged, score in rows for each in score.evidence],
    )


def _known(db: Database, subjects: Iterable[Subject]) -> dict[Tagged, _Known]:
    """The taggings of these subjects with their evidence, in the order in which it was given.

    Plain rows in two reads: a join would repeat a tagging for each piece of its evidence, and a
    value made of each would cost more than the reading.
    """
    known: dict[Tagged, _Known] = {}
    for kind, ids in _by_kind(subjects).items():
        quotes: dict[int, list[_Quote]] = defaultdict(list)
        for tagging_id, *quote in db.execute(_QUOTES_OF, [kind, to_json(ids)]):
            quotes[tagging_id].append(tuple(quote))
        for tagging_id, subject_id, topic, tagger, score, confidence in db.execute(
            _TAGGINGS_OF, [kind, to_json(ids)]
        ):
            known[kind, subject_id, topic] = _Known(
                tagging_id, tagger, (score, confidence, quotes[tagging_id])
            )
    return known


def _by_kind(subjects: Iterable[Subject]) -> dict[SubjectKind, list[int]]:
    ids: dict[SubjectKind, list[int]] = defaultdict(list)
    for kind, subject_id in subjects:
        ids[kind].append(subject_id)
    return ids


def _told(score: TopicScore) -> _Told:
    return score.score, score.confidence, list(map(_QUOTE, score.evidence))


def _topic_row(topic: Topic, measured: Mapping[str, float]) -> dict[str, Any]:
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
    }

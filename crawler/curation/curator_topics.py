"""Topics that the curator adds to articles and posts or removes from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from sqlite_utils import Database

from crawler.errors import ConfigurationError
from crawler.models.curator_decisions import Decision
from crawler.models.topics import Evidence, TopicScore
from crawler.store.taggings import CURATOR, save_tagging

# Above every score of a tagger, so that the topics of the curator come first.
CURATOR_SCORE = 100.0
_ABOUT_TOPICS = ("pin", "tag", "untag")

# Several URLs of one article may have a decision each.
_DECISIONS = """SELECT action, 'article', article_id, object, MIN(reason)
        FROM curation_decisions WHERE article_id IS NOT NULL GROUP BY 1, 3, 4
    UNION ALL SELECT action, 'post', post_id, object, MIN(reason)
        FROM curation_decisions WHERE post_id IS NOT NULL GROUP BY 1, 3, 4"""
_FORMER = """SELECT f.value, t.slug FROM topics t, json_each(t.formerly) f
    WHERE f.value NOT IN (SELECT slug FROM topics)"""
# The tagger is a literal, because the index has only the topics of the curator.
_TAGGED = f"SELECT subject_kind, subject_id, topic FROM taggings WHERE tagger = '{CURATOR}'"  # noqa: S608
_DELETE = "DELETE FROM taggings WHERE (subject_kind, subject_id, topic) = (?, ?, ?)"

_TaggingKey = tuple[Literal["article", "post"], int, str]


class _ItemDecision(NamedTuple):
    """A decision on one article or post, with the topic as `object`."""

    action: str
    kind: Literal["article", "post"]
    item_id: int
    object: str
    reason: str

    @property
    def tagging_key(self) -> _TaggingKey:
        """The key of the tagging that this decision adds or removes."""
        return self.kind, self.item_id, self.object


def former_topics(db: Database) -> Mapping[str, str]:
    """Return the current topic slug by each slug that was renamed."""
    return dict(db.execute(_FORMER).fetchall())


def with_current_topics(db: Database, decisions: Iterable[Decision]) -> list[Decision]:
    """Return `decisions` with renamed topics replaced by their current slugs."""
    former = former_topics(db)
    return [_with_current_topic(decision, former) for decision in decisions]


def _with_current_topic(decision: Decision, former: Mapping[str, str]) -> Decision:
    if decision.action not in _ABOUT_TOPICS or decision.object not in former:
        return decision
    return replace(decision, object=former[decision.object])


def require_topics(db: Database, decisions: Iterable[Decision]) -> None:
    """Raise ConfigurationError if one of `decisions` names a topic that does not exist."""
    slugs = {slug for (slug,) in db.execute("SELECT slug FROM topics")}
    for decision in decisions:
        if decision.action in _ABOUT_TOPICS and decision.object not in slugs:
            place = f"{decision.where}: " if decision.where else ""
            message = f"{place}{decision.subject}: there is no topic {decision.object!r}."
            raise ConfigurationError(message, "The topics are listed by: hashtrail topics list")


def request_retag(db: Database, article_id: int | None, post_id: int | None) -> None:
    """Make the tagger decide again about this article and this post."""
    db.conn.execute("UPDATE articles SET annotated = '' WHERE id = ?", [article_id])
    db.conn.execute("UPDATE posts SET annotated = '' WHERE id = ?", [post_id])


def apply_topics(db: Database) -> None:
    """Save and delete taggings by the stored decisions.

    The evidence of a topic that the curator added is the reason of the decision.
    """
    decisions = [_ItemDecision(*row) for row in db.execute(_DECISIONS)]
    added = {row.tagging_key: row.reason for row in decisions if row.action == "tag"}
    removed = [row.tagging_key for row in decisions if row.action == "untag"]
    _delete_taggings(db, [*_outdated_taggings(db, added), *removed])
    for tagging_key, reason in added.items():
        _save_curator_tagging(db, tagging_key, reason)


def _outdated_taggings(db: Database, added: Mapping[_TaggingKey, str]) -> list[_TaggingKey]:
    """Return the taggings of withdrawn decisions."""
    stored: list[_TaggingKey] = db.execute(_TAGGED).fetchall()
    return [tagging_key for tagging_key in stored if tagging_key not in added]


def _delete_taggings(db: Database, tagging_keys: Sequence[_TaggingKey]) -> None:
    db.conn.executemany(_DELETE, tagging_keys)


def _save_curator_tagging(db: Database, tagging_key: _TaggingKey, reason: str) -> None:
    evidence = Evidence(CURATOR, reason, 0, CURATOR, CURATOR_SCORE)
    score = TopicScore(tagging_key[2], CURATOR_SCORE, "certain", (evidence,))
    save_tagging(db, tagging_key, score, CURATOR, CURATOR)

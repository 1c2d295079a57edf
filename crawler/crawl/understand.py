"""The third step: topics with evidence, kinds, entities, excerpts; then what joins items: copies, stories, relations, rank. Then the curator's word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.crawl.night import open_ledger
from crawler.curation.decisions import read_decisions
from crawler.curation.hijack import profile_break
from crawler.journal import Journal, Stage
from crawler.knowledge.entities import mentions
from crawler.knowledge.excerpt import excerpt
from crawler.knowledge.kinds import kind_of
from crawler.knowledge.rank import Share, rank
from crawler.knowledge.related import Profile, related
from crawler.knowledge.stories import Headline, stories
from crawler.links.similar import Note, similar_posts
from crawler.model import SubjectKind
from crawler.store import understanding
from crawler.store.curated import apply_decisions
from crawler.store.holding import hold_hijacked
from crawler.store.runs import last_runs
from crawler.store.taggings import TagDiff, keep_all_taggings, keep_topics
from crawler.store.understanding import Understood, Waiting
from crawler.topics.measured import read_measured
from crawler.topics.tagger import Tagger
from crawler.workspace import Workspace

KNOWLEDGE = "knowledge-1"  # change it when kinds, excerpts or entities are decided in another way


@dataclass(frozen=True, slots=True)
class UnderstandReport:
    """How many articles and posts were looked at, and which taggings came, went and changed."""

    articles: int
    posts: int
    diff: TagDiff


def understand(db: Database, workspace: Workspace, journal: Journal, now: datetime) -> UnderstandReport:
    """Understand what is new, or everything when the taxonomy or this code has changed since; then the curator's word; then join.

    Raises ConfigurationError when a topic file or a decision of the curator cannot be used.
    """
    decisions = read_decisions(workspace.curation)
    tagger = Tagger.load(workspace.topics)
    keep_topics(db, tagger.taxonomy.topics.values(), read_measured(workspace.topics))
    version = f"{tagger.name}-{tagger.version}/{KNOWLEDGE}"
    with journal.stage("understand", understanding.count_waiting(db, version)) as stage:
        articles, gained = _articles(db, tagger, version, stage)
        posts, found = _posts(db, tagger, version, stage)
    hold_hijacked(db, profile_break, max((run.started for run in last_runs(db, 1)), default=now), now)
    apply_decisions(db, open_ledger(db), decisions, now)
    join(db)
    return UnderstandReport(articles, posts, _sum([*gained, *found]))


def retag(db: Database, workspace: Workspace, journal: Journal, now: datetime) -> UnderstandReport:
    """Understand everything again, whatever has changed; rows that come out the same are not written."""
    understanding.forget_understood(db)
    return understand(db, workspace, journal, now)


def _articles(db: Database, tagger: Tagger, version: str, stage: Stage) -> tuple[int, list[TagDiff]]:
    seen, diffs = 0, []
    for chunk in understanding.waiting_articles(db, version):
        diffs.append(_tag(db, "article", chunk, tagger))
        understanding.keep_understood(db, map(_understood, chunk))
        understanding.mark_understood(db, "articles", [each.id for each in chunk], version)
        seen += len(chunk)
        stage.advance(len(chunk))
    return seen, diffs


def _posts(db: Database, tagger: Tagger, version: str, stage: Stage) -> tuple[int, list[TagDiff]]:
    seen, diffs = 0, []
    for chunk in understanding.waiting_posts(db, version):
        diffs.append(_tag(db, "post", chunk, tagger))
        understanding.mark_understood(db, "posts", [each.id for each in chunk], version)
        seen += len(chunk)
        stage.advance(len(chunk))
    return seen, diffs


def join(db: Database) -> None:
    """Decide anew what joins items: posts that say one thing, ranks, stories, relations. Rows that stay the same are not written."""
    understanding.keep_similar(db, similar_posts(_notes(db)))
    understanding.keep_ranks(db, dict(_ranks(db)))
    understanding.keep_stories(db, stories(_headlines(db)))
    understanding.keep_relations(db, related(_profiles(db)))


def _tag(db: Database, kind: SubjectKind, chunk: list[Waiting], tagger: Tagger) -> TagDiff:
    return keep_all_taggings(db, [((kind, each.id), tagger.tag(each.item)) for each in chunk], tagger.name, tagger.version)


def _understood(waiting: Waiting) -> Understood:
    item = waiting.item
    kind, reason = kind_of(item.url, item.title, item.text)
    summary, source = excerpt(item.title, waiting.description, item.text, waiting.directives)
    return Understood(waiting.id, kind, reason, summary, source, tuple(mentions(f"{item.title}\n\n{item.text}")))


def _notes(db: Database) -> list[Note]:
    tags = _sets(db, "SELECT post_id, shown FROM post_hashtags")
    rows = db.execute(
        "SELECT id, text, COALESCE(network || '/' || author_id, json_extract(provenance, '$.file'), '') FROM posts "
        "WHERE text <> '' ORDER BY COALESCE(published, seen_at), id"
    )
    return [Note(post, text, context, tuple(sorted(tags.get(post, ())))) for post, text, context in rows.fetchall()]


def _ranks(db: Database) -> Iterator[tuple[int, float]]:
    shares: dict[int, list[Share]] = defaultdict(list)
    for article, author, network, at, hashtags, text_of in db.execute(
        "SELECT s.article_id, COALESCE(s.network || '/' || s.author_id, 'post ' || s.post_id), s.network, s.shared, "
        "(SELECT count(*) FROM post_hashtags h WHERE h.post_id = s.post_id), COALESCE(s.similar_to, s.post_id) FROM shares s ORDER BY s.post_id"
    ):
        shares[article].append(Share(author, network, datetime.fromisoformat(at), hashtags, text_of))
    for article, kind, confidence in db.execute(
        "SELECT a.id, a.kind, (SELECT confidence FROM taggings t WHERE t.subject_kind = 'article' AND t.subject_id = a.id "
        "ORDER BY CASE confidence WHEN 'certain' THEN 0 WHEN 'likely' THEN 1 ELSE 2 END LIMIT 1) FROM articles a"
    ).fetchall():
        yield article, rank(shares.get(article, ()), confidence, kind)


def _headlines(db: Database) -> Iterator[Headline]:
    named = _sets(db, "SELECT m.article_id, e.slug FROM article_entities m JOIN entities e ON e.id = m.entity_id WHERE e.kind <> 'figure'")
    for article, title, at, weight in db.execute("SELECT id, title, COALESCE(published, first_shared), rank FROM article_list WHERE title <> ''"):
        yield Headline(article, title, datetime.fromisoformat(at), weight, named.get(article, frozenset()))


def _profiles(db: Database) -> Iterator[Profile]:
    topics = _sets(
        db,
        "SELECT t.subject_id, p.label FROM taggings t JOIN topics p ON p.slug = t.topic WHERE t.subject_kind = 'article' AND t.confidence <> 'weak'",
    )
    named = _sets(db, "SELECT m.article_id, e.name FROM article_entities m JOIN entities e ON e.id = m.entity_id WHERE e.kind <> 'figure'")
    for article, words in db.execute("SELECT id, title || ' ' || summary FROM article_list"):
        yield Profile(article, topics.get(article, frozenset()), named.get(article, frozenset()), words)


def _sets(db: Database, sql: str) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for key, value in db.execute(sql):
        found[key].add(value)
    return {key: frozenset(values) for key, values in found.items()}


def _sum(diffs: list[TagDiff]) -> TagDiff:
    return TagDiff(
        tuple(each for diff in diffs for each in diff.gained),
        tuple(each for diff in diffs for each in diff.lost),
        tuple(each for diff in diffs for each in diff.changed),
    )

"""The third step: topics with evidence, kinds, entities, excerpts of what is new; then the curator's word; then what joins items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from crawler.crawl.join import join
from crawler.crawl.night import open_ledger
from crawler.curation.decisions import read_decisions
from crawler.curation.hijack import profile_break
from crawler.journal import Journal, Stage
from crawler.knowledge.entities import mentions
from crawler.knowledge.excerpt import excerpt
from crawler.knowledge.kinds import kind_of
from crawler.knowledge.semantic import read_model
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

    Raises ConfigurationError when a topic file, a decision of the curator or the semantic model cannot be used.
    """
    decisions = read_decisions(workspace.curation)
    model = read_model(workspace)
    tagger = Tagger.load(workspace.topics)
    keep_topics(db, tagger.taxonomy.topics.values(), read_measured(workspace.topics))
    version = f"{tagger.name}-{tagger.version}/{KNOWLEDGE}"
    with journal.stage("understand", understanding.count_waiting(db, version)) as stage:
        articles, gained = _articles(db, tagger, version, stage)
        posts, found = _posts(db, tagger, version, stage)
    hold_hijacked(db, profile_break, max((run.started for run in last_runs(db, 1)), default=now), now)
    apply_decisions(db, open_ledger(db), decisions, now)
    join(db, model)
    return UnderstandReport(articles, posts, _sum([*gained, *found]))


def retag(db: Database, workspace: Workspace, journal: Journal, now: datetime) -> UnderstandReport:
    """Decide all topics again, whatever has changed; taggings that come out the same are not written."""
    understanding.forget_taggers(db)
    return understand(db, workspace, journal, now)


def _articles(db: Database, tagger: Tagger, version: str, stage: Stage) -> tuple[int, list[TagDiff]]:
    seen, diffs = 0, []
    for chunk in understanding.waiting_articles(db, version):
        diffs.append(_tag(db, "article", chunk, tagger))
        understanding.keep_understood(db, [_understood(each) for each in chunk if not each.understood.endswith(f"/{KNOWLEDGE}")])
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


def _tag(db: Database, kind: SubjectKind, chunk: list[Waiting], tagger: Tagger) -> TagDiff:
    return keep_all_taggings(db, [((kind, each.id), tagger.tag(each.item)) for each in chunk], tagger.name, tagger.version)


def _understood(waiting: Waiting) -> Understood:
    item = waiting.item
    kind, reason = kind_of(item.url, item.title, item.text)
    summary, source = excerpt(item.title, waiting.description, item.text, waiting.directives)
    return Understood(waiting.id, kind, reason, summary, source, tuple(mentions(f"{item.title}\n\n{item.text}")))


def _sum(diffs: list[TagDiff]) -> TagDiff:
    return TagDiff(
        tuple(each for diff in diffs for each in diff.gained),
        tuple(each for diff in diffs for each in diff.lost),
        tuple(each for diff in diffs for each in diff.changed),
    )

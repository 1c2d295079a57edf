"""Annotate pending articles and posts, apply the curator's decisions, then rank and relate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlite_utils import Database

from crawler.crawl.annotate_item import ItemAnnotation, annotate_all
from crawler.crawl.annotation_versions import current_versions
from crawler.crawl.crawl_context import open_ledger
from crawler.crawl.rank_and_relate import rank_and_relate
from crawler.crawl.retag_selection import save_taxonomy, select_changed
from crawler.curation.apply_decisions import apply_decisions
from crawler.curation.decision_files import read_decisions
from crawler.curation.quarantine import quarantine_new_posts
from crawler.curation.source_takeover import takeover_reason
from crawler.curation.unresolved_decisions import UnresolvedDecision
from crawler.derivation_versions import changed_versions
from crawler.error_isolation import item_failure, process_isolated
from crawler.knowledge.semantic_similarity import load_model
from crawler.models.outcomes import Failure
from crawler.models.topics import SubjectKind, TopicScore
from crawler.run_log import RunLog, Stage
from crawler.store import item_annotations
from crawler.store.database import savepoint, transaction
from crawler.store.item_annotations import PendingItem
from crawler.store.runs import last_runs
from crawler.store.taggings import Subject, TagDiff, merge_diffs, save_taggings, save_topics
from crawler.topics.changed_phrases import phrase_table
from crawler.topics.evaluation_results import read_measured
from crawler.topics.tagger import Tagger
from crawler.workspace import Workspace

_TEXT, _TOPICS = "text", "topics"


@dataclass(frozen=True, slots=True)
class AnnotationReport:
    """How many articles and posts were decided, and which taggings came, went and changed.

    `failures`: one for each article or post that could not be decided, and for each step over all
    of them that failed. `unresolved`: the
    curator's decisions that do not match exactly one subject. `redone`: for each part whose
    version changed, how many articles and posts it was derived again for.
    """

    articles: int
    posts: int
    diff: TagDiff
    failures: tuple[Failure, ...] = ()
    unresolved: tuple[UnresolvedDecision, ...] = ()
    redone: Mapping[str, int] = field(default_factory=dict)


def annotate_pending(
    db: Database, workspace: Workspace, run_log: RunLog, now: datetime
) -> AnnotationReport:
    """Annotate new items, and all items whose rules have changed. Return counts and changes.

    Then the curator's decisions in `workspace` are applied, and items are ranked and related.
    `run_log` shows the progress. Raises ConfigurationError if a topic file, a decision or the
    semantic model cannot be used.
    """
    decisions = read_decisions(workspace.curation)
    model = load_model(workspace)
    tagger = Tagger.load(workspace.topics)
    save_topics(db, tagger.taxonomy.topics.values(), read_measured(workspace.generated))
    current = current_versions(tagger, model.name if model else "")
    noted = item_annotations.load_annotation_versions(db)
    stale = changed_versions(noted, current) - {_TEXT}
    selected = select_changed(db, tagger, current[_TOPICS]) if _TOPICS in stale else None
    if selected is not None:
        stale -= {_TOPICS}
    item_annotations.delete_annotation_versions(db, stale)

    deciding = _Deciding(db, tagger, stale, workspace.settings.engine.processes)
    with run_log.stage("understand", deciding.waiting) as stage:
        articles = deciding.articles(stage)
        posts = deciding.posts(stage)
    quarantine_new_posts(
        db, takeover_reason, max((run.started for run in last_runs(db, 1)), default=now), now
    )
    applied = apply_decisions(db, open_ledger(db), decisions, now)
    skipped = rank_and_relate(db, model, workspace.settings.engine.processes)
    derived = stale - {failure.url for failure in skipped}
    item_annotations.save_annotation_versions(db, {part: current[part] for part in derived})
    if _TOPICS in derived:
        save_taxonomy(db, phrase_table(tagger), current[_TOPICS])
    deciding.redone.update({_TOPICS: selected} if selected else {})
    return AnnotationReport(
        articles,
        posts,
        merge_diffs(deciding.diffs),
        (*deciding.failures, *skipped),
        applied.unresolved,
        _redone(db, deciding.redone, stale) if noted.keys() - {_TEXT} else {},
    )


def _redone(db: Database, redone: Mapping[str, int], stale: Collection[str]) -> dict[str, int]:
    """How often each part was derived again; relations are derived of all articles at once."""
    relations = {"relations": db.table("articles").count} if "relations" in stale else {}
    return dict(sorted({**redone, **relations}.items()))


def retag(
    db: Database, workspace: Workspace, run_log: RunLog, now: datetime, *, every_text: bool = False
) -> AnnotationReport:
    """Recompute topics in `workspace` after an edit of the taxonomy. Return counts and changes.

    Only texts that contain a changed phrase are tagged, unless the edit concerns all of them or
    `every_text` is set. Equal results are not written. `run_log` shows the progress. The next run
    completes one that was interrupted.
    """
    if every_text:
        item_annotations.delete_annotation_versions(db, [_TOPICS])
    return annotate_pending(db, workspace, run_log, now)


class _Deciding:
    """Annotates the pending items and stores the annotations, a chunk at a time.

    `stale` names the parts whose version changed. `diffs` holds what changed, `redone` how many
    stored articles and posts each stale part was derived again for.
    """

    def __init__(self, db: Database, tagger: Tagger, stale: frozenset[str], processes: int) -> None:
        self._db = db
        self._tagger = tagger
        self._stale = stale
        self._processes = processes
        self.waiting = item_annotations.count_pending(db, stale)
        self.diffs: list[TagDiff] = []
        self.failures: list[Failure] = []
        self.redone: Counter[str] = Counter()

    def articles(self, stage: Stage) -> int:
        """Decide the articles that wait. Returns how many there were."""
        return sum(
            self._keep("article", "articles", found, stage)
            for found in self._decided(item_annotations.pending_articles(self._db, self._stale))
        )

    def posts(self, stage: Stage) -> int:
        """Decide the posts that wait. Returns how many there were."""
        return sum(
            self._keep("post", "posts", found, stage)
            for found in self._decided(item_annotations.pending_posts(self._db, self._stale))
        )

    def _decided(self, chunks: Iterator[list[PendingItem]]) -> Iterator[list[ItemAnnotation]]:
        return annotate_all(chunks, self._tagger, self.waiting, self._processes)

    def _keep(
        self, kind: SubjectKind, table: str, found: list[ItemAnnotation], stage: Stage
    ) -> int:
        """Store a chunk; a text that cannot be decided or stored keeps what it has."""
        failed = [each for each in found if each.failure]
        self.failures += [each.failure for each in failed if each.failure]
        item_annotations.mark_pending(self._db, table, [each.id for each in failed])
        decided = [each for each in found if not each.failure]
        diffs, failures = process_isolated(
            decided, partial(self._keep_all, kind, table), partial(_failed, kind)
        )
        self.diffs += diffs
        self.failures += failures
        stage.advance(len(found))
        return len(found)

    def _keep_all(self, kind: SubjectKind, table: str, found: Sequence[ItemAnnotation]) -> TagDiff:
        scores: list[tuple[Subject, Sequence[TopicScore]]] = [
            ((kind, each.id), each.scores) for each in found if each.scores is not None
        ]
        understood = [each.understood for each in found if each.understood]
        with transaction(self._db), savepoint(self._db):
            diff = save_taggings(self._db, scores, self._tagger.name, self._tagger.version)
            item_annotations.save_annotations(self._db, understood)
            item_annotations.mark_annotated(self._db, table, [each.id for each in found])
        self.redone.update(part for each in found if not each.new for part in each.parts)
        return diff


def _failed(kind: SubjectKind, decided: ItemAnnotation, error: Exception) -> Failure:
    return item_failure(kind, f"{kind} {decided.id}", error)

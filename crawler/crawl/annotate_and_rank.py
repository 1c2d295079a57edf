"""Annotate pending articles and posts, apply the curator's decisions, then rank and relate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlite_utils import Database

from crawler.crawl.annotate_item import ItemAnnotation, annotate_all, scores_by_subject
from crawler.crawl.annotation_versions import current_versions
from crawler.crawl.complete_articles import complete_articles
from crawler.crawl.crawl_context import open_ledger
from crawler.crawl.rank_and_relate import RELATIONS, rank_and_relate
from crawler.crawl.retag_selection import Selection, save_taxonomy, select_changed
from crawler.curation.apply_decisions import apply_decisions
from crawler.curation.detect_source_takeover import takeover_reason
from crawler.curation.ineffective_decisions import UnresolvedDecision
from crawler.curation.quarantine import quarantine_new_posts
from crawler.curation.read_decisions import read_decisions
from crawler.derivation_versions import changed_versions
from crawler.error_isolation import item_failure, process_isolated
from crawler.knowledge.semantic_similarity import load_model
from crawler.models.outcomes import Failure
from crawler.models.topics import SubjectKind
from crawler.run_telemetry import RunLog
from crawler.settings.engine import EngineSettings
from crawler.store import item_annotations
from crawler.store.article_changes import record_changes
from crawler.store.changed_items import mark_everything_changed
from crawler.store.database import savepoint, transaction
from crawler.store.item_annotations import TABLES
from crawler.store.reading_lists import save_reading_lists
from crawler.store.runs import last_runs
from crawler.store.taggings import TagDiff, merge_diffs, save_taggings, save_topics
from crawler.topics.changed_phrases import phrase_table
from crawler.topics.evaluation_results import read_evaluation
from crawler.topics.reading_lists import read_reading_lists
from crawler.topics.tagger import Tagger
from crawler.topics.topic_texts import read_topic_texts
from crawler.workspace import Workspace

_TEXT, _TOPICS = "text", "topics"


@dataclass(frozen=True, slots=True)
class AnnotationReport:
    """The number of annotated articles and posts, and the taggings that changed.

    `diff` lists the taggings that were added, removed or changed for texts that had been annotated
    before; those of new texts would be as many as the texts. `taggings` counts them for all texts:
    `gained`, `lost` and `changed`.

    `failures` has one entry for each article or post that could not be annotated, and for each
    failed step over all of them. `unresolved` has the curator's decisions that do not match exactly
    one subject. `redone` has the number of articles and posts derived again, by part whose version
    changed.
    """

    articles: int
    posts: int
    diff: TagDiff
    taggings: Mapping[str, int]
    failures: tuple[Failure, ...] = ()
    unresolved: tuple[UnresolvedDecision, ...] = ()
    redone: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Versions:
    """The versions of all parts, and the names of the `stale` parts.

    `selected` has the items that were selected because a phrase changed, and `is_first` is set if
    no version was stored.
    """

    current: Mapping[str, str]
    stale: frozenset[str]
    selected: Selection
    is_first: bool


def annotate_pending(
    db: Database, workspace: Workspace, run_log: RunLog, now: datetime
) -> AnnotationReport:
    """Annotate new items, and all items whose rules have changed. Return counts and changes.

    Then the curator's decisions in `workspace` are applied, and items are ranked and related.
    `run_log` shows the progress. Raises ConfigurationError if a topic file, a decision or the
    semantic model cannot be used.
    """
    complete_articles(db)
    engine = workspace.settings.engine
    decisions = read_decisions(workspace.curation)
    model = load_model(workspace)
    tagger = Tagger.load(workspace.topics)
    _save_topics(db, workspace, tagger)
    versions = _renew_versions(db, tagger, model.name if model else "")

    annotator = _Annotator(db, tagger, versions.stale, engine)
    articles, posts = annotator.annotate_all(run_log)
    quarantine_new_posts(db, takeover_reason, _last_start(db, now), now)
    applied = apply_decisions(db, open_ledger(db), decisions, now)
    record_changes(db, now)
    skipped = rank_and_relate(db, model, engine.processes, run_log.stage)
    _save_versions(db, tagger, versions, skipped)
    return AnnotationReport(
        articles,
        posts,
        merge_diffs(annotator.diffs),
        dict(annotator.taggings),
        (*annotator.failures, *skipped),
        applied.unresolved,
        _count_redone(db, annotator.redone, versions),
    )


def _save_topics(db: Database, workspace: Workspace, tagger: Tagger) -> None:
    """Store the topics with their texts, figures and reading lists."""
    save_topics(
        db,
        tagger.taxonomy.topics.values(),
        read_evaluation(workspace.generated),
        read_topic_texts(workspace.topics),
    )
    save_reading_lists(db, read_reading_lists(workspace.reading_lists), open_ledger(db).key)


def _renew_versions(db: Database, tagger: Tagger, model_name: str) -> _Versions:
    """Compare the versions of all parts with the stored ones. Delete the outdated ones."""
    current = current_versions(tagger, model_name)
    stored = item_annotations.load_annotation_versions(db)
    stale = changed_versions(stored, current) - {_TEXT}
    selected = select_changed(db, tagger, current[_TOPICS]) if _TOPICS in stale else None
    if selected is not None:
        stale -= {_TOPICS}
    item_annotations.delete_annotation_versions(db, stale)
    if RELATIONS in stale:
        mark_everything_changed(db, "article")
    return _Versions(current, stale, selected or {}, is_first=not stored.keys() - {_TEXT})


def _last_start(db: Database, now: datetime) -> datetime:
    """Return when the last run began, or `now` before the first run."""
    return max((run.started for run in last_runs(db, 1)), default=now)


def _save_versions(
    db: Database, tagger: Tagger, versions: _Versions, skipped: Collection[Failure]
) -> None:
    """Store the versions of the parts that were derived; a failure names a skipped part."""
    derived = versions.stale - {failure.url for failure in skipped}
    current = versions.current
    item_annotations.save_annotation_versions(db, {part: current[part] for part in derived})
    if _TOPICS in derived:
        save_taxonomy(db, phrase_table(tagger), current[_TOPICS])


def _count_redone(db: Database, redone: Mapping[str, int], versions: _Versions) -> dict[str, int]:
    """Return how often each part was derived again.

    Relations are derived of all articles at once. The first run derives nothing again.
    """
    if versions.is_first:
        return {}
    counts = dict(redone)
    if selected := sum(map(len, versions.selected.values())):
        counts[_TOPICS] = selected
    if RELATIONS in versions.stale:
        counts[RELATIONS] = db.table("articles").count
    return dict(sorted(counts.items()))


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


class _Annotator:
    """Annotates the pending items and stores the annotations, a chunk at a time.

    `stale` names the parts whose version changed. `diffs` has the changes of texts that were
    annotated before, and `taggings` counts the changes of all texts. `redone` has the number of
    articles and posts derived again, by stale part.
    """

    def __init__(
        self, db: Database, tagger: Tagger, stale: frozenset[str], engine: EngineSettings
    ) -> None:
        self._db = db
        self._tagger = tagger
        self._stale = stale
        self._engine = engine
        self._pending_count = item_annotations.count_pending(db, stale)
        self.diffs: list[TagDiff] = []
        self.taggings: Counter[str] = Counter(gained=0, lost=0, changed=0)
        self.failures: list[Failure] = []
        self.redone: Counter[str] = Counter()

    def annotate_all(self, run_log: RunLog) -> tuple[int, int]:
        """Annotate the pending articles, then the posts. Return their numbers.

        `run_log` shows the progress.
        """
        numbers: Counter[SubjectKind] = Counter()
        chunks = item_annotations.pending_items(self._db, self._stale)
        with run_log.stage("understand", self._pending_count) as stage:
            for done in annotate_all(chunks, self._tagger, self._pending_count, self._engine):
                self._store(done[0].kind, done)
                numbers[done[0].kind] += len(done)
                stage.advance(len(done))
        return numbers["article"], numbers["post"]

    def _store(self, kind: SubjectKind, annotations: list[ItemAnnotation]) -> None:
        """Store a chunk; a text that cannot be annotated or stored keeps its stored parts."""
        failed = [annotation for annotation in annotations if annotation.failure]
        self.failures += [annotation.failure for annotation in failed if annotation.failure]
        failed_ids = [annotation.id for annotation in failed]
        item_annotations.mark_pending(self._db, TABLES[kind], failed_ids)

        diffs, failures = process_isolated(
            [annotation for annotation in annotations if not annotation.failure],
            partial(self._store_together, kind),
            partial(_failed, kind),
        )
        self.diffs += diffs
        self.failures += failures

    def _store_together(self, kind: SubjectKind, annotations: Sequence[ItemAnnotation]) -> TagDiff:
        db, tagger = self._db, self._tagger
        scores = scores_by_subject(annotations)
        of_articles = [item.article_parts for item in annotations if item.article_parts]
        with transaction(db), savepoint(db):
            diff = save_taggings(db, scores, tagger.name, tagger.version)
            item_annotations.save_annotations(db, of_articles)
            item_annotations.mark_annotated(db, TABLES[kind], [item.id for item in annotations])
        self.taggings.update(
            gained=len(diff.gained), lost=len(diff.lost), changed=len(diff.changed)
        )
        annotated_before = [annotation for annotation in annotations if not annotation.new]
        for annotation in annotated_before:
            self.redone.update(annotation.parts)
        return diff.only({(kind, annotation.id) for annotation in annotated_before})


def _failed(kind: SubjectKind, annotation: ItemAnnotation, error: Exception) -> Failure:
    return item_failure(kind, f"{kind} {annotation.id}", error)

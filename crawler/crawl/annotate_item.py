"""Annotate one text: topics, and for an article its kind, excerpt and entities. No I/O.

Many texts are annotated in child processes, one per core.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from crawler.error_isolation import concerns_item, item_failure
from crawler.knowledge.article_kinds import classify_kind
from crawler.knowledge.entities import find_mentions
from crawler.knowledge.excerpts import make_excerpt
from crawler.models.outcomes import Failure
from crawler.models.relations import Mention
from crawler.models.topics import Item, SubjectKind, TopicScore
from crawler.parallel.engine import Job, count_processes, map_in_order, open_engine
from crawler.settings.engine import EngineSettings
from crawler.store.item_annotations import OF_ARTICLES, ArticleAnnotation, PendingItem
from crawler.store.taggings import Subject
from crawler.topics.tagger import Tagger

MAX_TEXTS_IN_PROCESS = 3_000  # for more texts, child processes are faster

_tagger: Tagger | None = None  # the tagger of this child process


@dataclass(frozen=True, slots=True)
class ItemAnnotation:
    """The derived parts of one text: its topics, best first, and the other parts of an article.

    `kind` and `id` name the article or post. `scores` and `article_parts` are None if no
    such part was due. `parts` names the parts, and `new` is set if the text was new. If an error
    was raised, only `failure` is set: the text keeps its stored parts.
    """

    kind: SubjectKind
    id: int
    scores: tuple[TopicScore, ...] | None
    article_parts: ArticleAnnotation | None
    parts: tuple[str, ...] = ()
    new: bool = True
    failure: Failure | None = None


def annotate(pending: PendingItem, tagger: Tagger) -> ItemAnnotation:
    """Derive the due parts of the `pending` text with the `tagger`. Return the annotation."""
    if pending.kind == "post":
        scores = tagger.tag(pending.item)
        return ItemAnnotation("post", pending.id, scores, None, pending.parts, pending.new)
    return _annotate_article(pending, tagger)


def _annotate_article(pending: PendingItem, tagger: Tagger) -> ItemAnnotation:
    """Derive the due parts of an article.

    An article without text is annotated by its excerpt. So its excerpt comes first, and all other
    parts depend on it: evidence must quote the stored excerpt.
    """
    item, parts, summary = pending.item, pending.parts, None
    if "excerpts" in parts:
        summary = _excerpt(pending)
        parts = parts if item.text else OF_ARTICLES
    if not item.text:
        item = replace(item, text=summary[0] if summary else pending.summary)

    kind = classify_kind(item.url, item.title, item.text) if "kinds" in parts else None
    mentions = derive_mentions(item) if "entities" in parts else None
    article_parts = ArticleAnnotation(pending.id, kind, summary, mentions)
    scores = tagger.tag(item) if "topics" in parts else None
    return ItemAnnotation("article", pending.id, scores, article_parts, parts, pending.new)


def _excerpt(pending: PendingItem) -> tuple[str, str]:
    item = pending.item
    source = item.text or pending.summary
    return make_excerpt(item.title, pending.description, source, pending.directives)


def derive_mentions(item: Item) -> tuple[Mention, ...]:
    """Return the entities that an article names; `item` has its excerpt if it has no text."""
    return tuple(find_mentions(f"{item.title}\n\n{item.text}"))


def scores_by_subject(
    annotations: Iterable[ItemAnnotation],
) -> list[tuple[Subject, Sequence[TopicScore]]]:
    """Return the subject and topics of each of the `annotations` that has topics."""
    return [
        ((annotation.kind, annotation.id), annotation.scores)
        for annotation in annotations
        if annotation.scores is not None
    ]


def try_annotate(pending: PendingItem, tagger: Tagger) -> ItemAnnotation:
    """Return the annotation of the `pending` text by the `tagger`; an error becomes its failure."""
    try:
        return annotate(pending, tagger)
    except Exception as error:
        if not concerns_item(error):
            raise
        subject = pending.item.url or f"{pending.kind} {pending.id}"
        failure = item_failure(pending.kind, subject, error)
        return ItemAnnotation(
            pending.kind, pending.id, None, None, new=pending.new, failure=failure
        )


def annotate_all(
    chunks: Iterable[list[PendingItem]], tagger: Tagger, count: int, engine: EngineSettings
) -> Iterator[list[ItemAnnotation]]:
    """Yield the annotations of all `chunks` by the `tagger`, in order.

    `count` is the expected number of texts. Few are annotated in this process, more by the
    `engine`.
    """
    is_alone = engine.name == "local" and count_processes(engine) == 1
    if count <= MAX_TEXTS_IN_PROCESS or is_alone:
        yield from ([try_annotate(item, tagger) for item in chunk] for chunk in chunks)
        return
    # msgspec both ways: pickling a million small frozen values takes longer than annotating them
    with open_engine(engine, Job(annotate_chunk, set_tagger, (tagger,))) as workers:
        for _, annotated in map_in_order(workers, map(msgspec.msgpack.encode, chunks)):
            yield msgspec.msgpack.decode(annotated, type=list[ItemAnnotation])


def set_tagger(tagger: Tagger) -> None:
    """Set the `tagger` of this process for all chunks."""
    global _tagger
    _tagger = tagger


def annotate_chunk(chunk: bytes) -> bytes:
    """Return the annotations of an encoded `chunk`, encoded; this function runs on a worker."""
    assert _tagger
    return msgspec.msgpack.encode(
        [
            try_annotate(item, _tagger)
            for item in msgspec.msgpack.decode(chunk, type=list[PendingItem])
        ]
    )

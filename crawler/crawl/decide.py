"""What a text turns out to be: its topics, and for an article that is new its kind, excerpt and mentions. Pure; many at a time on every core."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from crawler.engines.ordered import in_order
from crawler.isolation import concerns_item, item_failure
from crawler.knowledge.entities import mentions
from crawler.knowledge.excerpt import excerpt
from crawler.knowledge.kinds import kind_of
from crawler.model import Failure, TopicScore
from crawler.store.understanding import Understood, Waiting
from crawler.topics.tagger import Tagger

KNOWLEDGE = "knowledge-1"  # change it when kinds, excerpts or entities are decided in another way
FEW = 3_000  # texts that are decided sooner than children start

_tagger: Tagger | None = None  # the one of a child


@dataclass(frozen=True, slots=True)
class Decided:
    """The topics of one text, the surest first; `understood` is what else it is, None when that is known already; `new` if anything but topics was not.

    `failure` is set, and all else empty, when deciding raised: the text keeps what it has.
    """

    id: int
    scores: tuple[TopicScore, ...]
    understood: Understood | None
    new: bool
    failure: Failure | None = None


def decide(waiting: Waiting, tagger: Tagger) -> Decided:
    """Decide one text. Of a post, topics are all there is to decide."""
    new = not waiting.understood.endswith(f"/{KNOWLEDGE}")
    return Decided(waiting.id, tagger.tag(waiting.item), _understood(waiting) if new and waiting.kind == "article" else None, new)


def decide_isolated(waiting: Waiting, tagger: Tagger) -> Decided:
    """Decide one text; an error becomes the Failure of this text."""
    try:
        return decide(waiting, tagger)
    except Exception as error:
        if not concerns_item(error):
            raise
        subject = waiting.item.url or f"{waiting.kind} {waiting.id}"
        return Decided(waiting.id, (), None, new=False, failure=item_failure(waiting.kind, subject, error))


def worth_children(count: int, processes: int) -> bool:
    """Whether `count` texts are worked on in children, of which there may be `processes` (0: one per core)."""
    return count > FEW and _children(processes) > 1


def decide_all(chunks: Iterable[list[Waiting]], tagger: Tagger, count: int, processes: int) -> Iterator[list[Decided]]:
    """Decide chunk by chunk, in order. `count` texts are expected: few are decided here, more in `processes` children (0: one per core)."""
    if not worth_children(count, processes):
        yield from ([decide_isolated(each, tagger) for each in chunk] for chunk in chunks)
        return
    # msgspec both ways: pickling a million small frozen values takes longer than deciding them
    for _, found in in_order(_decide, map(msgspec.msgpack.encode, chunks), _children(processes), _prepare, (tagger,)):
        yield msgspec.msgpack.decode(found, type=list[Decided])


def _children(processes: int) -> int:
    return processes or os.cpu_count() or 1


def _prepare(tagger: Tagger) -> None:
    global _tagger
    _tagger = tagger


def _decide(chunk: bytes) -> bytes:
    assert _tagger
    return msgspec.msgpack.encode([decide_isolated(each, _tagger) for each in msgspec.msgpack.decode(chunk, type=list[Waiting])])


def _understood(waiting: Waiting) -> Understood:
    item = waiting.item
    kind, reason = kind_of(item.url, item.title, item.text)
    summary, source = excerpt(item.title, waiting.description, item.text, waiting.directives)
    return Understood(waiting.id, kind, reason, summary, source, tuple(mentions(f"{item.title}\n\n{item.text}")))

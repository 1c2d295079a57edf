"""Report of a retag for people: changes by topic, with counts and first examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from crawler.counted_nouns import counted_noun
from crawler.text_cleaning import clean_line

if TYPE_CHECKING:
    from crawler.store.retag_diff import TaggingChange
    from crawler.store.taggings import TaggingReasons

_SHOWN_TOPICS = 10
# kind of change, in words, its mark, how many examples
_KINDS = (
    ("gained", "gained", "+", 3),
    ("lost", "lost", "-", 3),
    ("evidence", "with other evidence", "~", 1),
)
_TITLE = 60
_QUOTE = 40


def change_lines(changes: Sequence[TaggingChange], log: object = None) -> list[str]:
    """Return lines about the topics that changed most.

    Topics with gained or lost taggings come before those with other evidence only. `changes` are
    sorted by topic, and `log` names the file with every change.
    """
    topics = [(topic, list(group)) for topic, group in groupby(changes, key=attrgetter("topic"))]
    topics.sort(
        key=lambda pair: (
            -sum(change.change != "evidence" for change in pair[1]),
            -len(pair[1]),
            pair[0],
        )
    )
    lines = [line for topic, group in topics[:_SHOWN_TOPICS] for line in _topic(topic, group)]
    if len(topics) > _SHOWN_TOPICS:
        lines.append(f"  and {counted_noun(len(topics) - _SHOWN_TOPICS, 'more topic')}")
    if lines and log:
        lines.append(f"Every change with its weightiest evidence: {log}")
    return lines


def _topic(topic: str, changes: Sequence[TaggingChange]) -> Iterator[str]:
    counts: Counter[str] = Counter(change.change for change in changes)
    parts = [f"{counts[kind]:,} {words}" for kind, words, _, _ in _KINDS if counts[kind]]
    yield f"  {topic}: {', '.join(parts)}"
    for kind, _, mark, most in _KINDS:
        examples = [change for change in changes if change.change == kind][:most]
        for change in examples:
            title = clean_line(change.title, _TITLE) or change.url
            yield f"    {mark} {change.kind} {change.id}  {title}  {_why(change.why)}"


def _why(why: TaggingReasons) -> str:
    """For example: `2.50 'cache stampede' in title`; of a tagging that was kept, what it was and
    what it is.
    """
    was, now = why.was, why.now
    if was and now and was[1:] == now[1:]:
        return (
            f"{was[0]:.2f} -> {_told(now)}"
            if was[0] != now[0]
            else f"{_told(now)} as before, lesser evidence differs"
        )
    return " -> ".join(_told(side) for side in (was, now) if side)


def _told(side: tuple[float, str, str]) -> str:
    score, field, quote = side
    return f"{score:.2f} '{clean_line(quote, _QUOTE)}' in {field}"

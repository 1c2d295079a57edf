"""What a retag changed, as lines for people: by topic, with counts and first examples, each with
the words that speak for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

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
    """The topics that changed most, taggings that came or went before those that only have other
    evidence; `log` names the file that holds every change.
    """
    topics = [(topic, list(each)) for topic, each in groupby(changes, key=attrgetter("topic"))]
    topics.sort(
        key=lambda pair: (
            -sum(each.change != "evidence" for each in pair[1]),
            -len(pair[1]),
            pair[0],
        )
    )
    lines = [line for topic, each in topics[:_SHOWN_TOPICS] for line in _topic(topic, each)]
    if len(topics) > _SHOWN_TOPICS:
        lines.append(f"  and {len(topics) - _SHOWN_TOPICS} topics more")
    if lines and log:
        lines.append(f"Every change with its weightiest evidence: {log}")
    return lines


def _topic(topic: str, changes: Sequence[TaggingChange]) -> Iterator[str]:
    count: Counter[str] = Counter(each.change for each in changes)
    yield f"  {topic}: {', '.join(f'{count[change]:,} {words}' for change, words, _, _ in _KINDS if count[change])}"
    for change, _, mark, most in _KINDS:
        for each in [each for each in changes if each.change == change][:most]:
            yield f"    {mark} {each.kind} {each.id}  {clean_line(each.title, _TITLE) or each.url}  {_why(each.why)}"


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

"""What a retag changed, as lines for people: by topic, with counts and first examples, each with the words that speak for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from crawler.text import clean_line

if TYPE_CHECKING:
    from crawler.store.changes import Change

_SHOWN_TOPICS = 10
_EXAMPLES = (("gained", "+", 3), ("lost", "-", 3), ("evidence", "~", 1))
_TITLE = 60
_QUOTE = 40


def change_lines(changes: Sequence[Change], log: object) -> list[str]:
    """The topics that changed most, taggings that came or went before those that only have other evidence; `log` names the file that holds every change."""
    topics = [(topic, list(each)) for topic, each in groupby(changes, key=attrgetter("topic"))]
    topics.sort(key=lambda pair: (-sum(each.change != "evidence" for each in pair[1]), -len(pair[1]), pair[0]))
    lines = [line for topic, each in topics[:_SHOWN_TOPICS] for line in _topic(topic, each)]
    if len(topics) > _SHOWN_TOPICS:
        lines.append(f"  and {len(topics) - _SHOWN_TOPICS} topics more")
    return [*lines, f"Every change with its evidence: {log}"] if lines else []


def _topic(topic: str, changes: Sequence[Change]) -> Iterator[str]:
    count = Counter(each.change for each in changes)
    yield f"  {topic}: {count['gained']:,} gained, {count['lost']:,} lost, {count['evidence']:,} with other evidence"
    for change, mark, most in _EXAMPLES:
        for each in [each for each in changes if each.change == change][:most]:
            yield f"    {mark} {each.kind} {each.id}  {clean_line(each.title, _TITLE) or each.url}  {_why(each)}"


def _why(change: Change) -> str:
    """For example: `2.50 'cache stampede' in title`, or for other evidence both with an arrow between them."""
    sides = [side for side in (change.why.was, change.why.now) if side]
    return " -> ".join(f"{score:.2f} '{clean_line(quote, _QUOTE)}' in {field}" for score, field, quote in sides)

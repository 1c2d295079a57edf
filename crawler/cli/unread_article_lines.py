"""Lines about the articles that a run could not read: one for each cause, in plain words."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.counted_nouns import counted_noun
from crawler.monitoring.unread_causes import count_unread

_SHOWN_CAUSES = 5


def unread_lines(unread: Iterable[tuple[str, int]]) -> list[str]:
    """Return the lines about `unread` articles, given as pairs of outcome and number."""
    ordered = count_unread(unread, lambda cause: cause.sentence)
    lines = [
        f"  not read  {counted_noun(number, 'article')}: {text}"
        for text, number in ordered[:_SHOWN_CAUSES]
    ]
    hidden = sum(number for _, number in ordered[_SHOWN_CAUSES:])
    return lines + ([f"  not read  {hidden:,} more: --json lists all"] if hidden else [])

"""Lists in which one host has at most two consecutive rows; further rows of it are folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from crawler.sitegen.snapshot_reader import ListedArticle

MOST_CONSECUTIVE = 2
MOST_MOVED = 5
"""An article moves up by at most this many rows, so that the list stays sorted by date."""


@dataclass(frozen=True, slots=True)
class HostGroup:
    """Consecutive articles of one host: those that are shown, and the others, which are folded."""

    shown: tuple[ListedArticle, ...]
    folded: tuple[ListedArticle, ...] = ()

    @property
    def host(self) -> str:
        """Return the host of the articles."""
        return self.shown[0].host


def group_consecutive_hosts(articles: Sequence[ListedArticle]) -> list[HostGroup]:
    """Return the `articles` of one page in groups of a host; at most two of a group are shown.

    Where a third article of a host would follow, the next article of another host comes first if it
    is among the next five. Else the articles up to that one are folded.
    """
    ordered = list(_alternated(list(articles)))
    groups = (tuple(group) for _, group in groupby(ordered, key=lambda article: article.host))
    return [HostGroup(group[:MOST_CONSECUTIVE], group[MOST_CONSECUTIVE:]) for group in groups]


def _alternated(waiting: list[ListedArticle]) -> Iterator[ListedArticle]:
    """Yield the articles. One of another host moves up to end a run, but not far."""
    host, consecutive = "", 0
    while waiting:
        position = 0
        if consecutive == MOST_CONSECUTIVE and waiting[0].host == host:
            near = waiting[: MOST_MOVED + 1]
            others = (place for place, article in enumerate(near) if article.host != host)
            position = next(others, 0)
        article = waiting.pop(position)
        consecutive = consecutive + 1 if article.host == host else 1
        host = article.host
        yield article

"""Lists in which one host has at most a few consecutive rows."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.sitegen.snapshot_reader import ListedArticle

MOST_CONSECUTIVE = 2


def limit_consecutive_hosts(
    articles: Sequence[ListedArticle], longest: int = MOST_CONSECUTIVE
) -> list[ListedArticle]:
    """Return the `articles` of one page with at most `longest` consecutive ones of a host.

    The order changes only where a longer run would follow: then the next article of another host
    comes first. A run stays at the end if no other host remains.
    """
    waiting, ordered = list(articles), list[ListedArticle]()
    while waiting:
        hosts = {article.host for article in ordered[-longest:]}
        is_full = len(ordered) >= longest and len(hosts) == 1
        position = 0
        if is_full:
            others = (i for i, article in enumerate(waiting) if article.host not in hosts)
            position = next(others, 0)
        ordered.append(waiting.pop(position))
    return ordered

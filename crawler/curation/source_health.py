"""Decide how often a source usually has posts, and whether its newest posts differ from the older.

Pure functions. A blog that becomes a shop, or a feed that changes its language, still answers with
valid entries. `detect_source_takeover` finds such a change within one run, this module a slow one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from crawler.models.post_traits import Traits

VERSION = 1
"""Raise it if this module gives other results."""

RECENT_POSTS = 10
_LEAST_BEFORE = 20  # older posts, below which nothing is compared
_LEAST_DAYS = 5  # days with posts, below which no usual gap is known
_STEADY_SHARE = 0.8  # of posts with one language or host, from which it is usual
_RARE_SHARE = 0.2
_LARGEST_DROP = 0.5  # of the share of posts with a topic


def usual_gap_days(days: Sequence[date]) -> float | None:
    """Return the median gap between the `days` that have posts, or None if they are few."""
    distinct = sorted(set(days))
    if len(distinct) < _LEAST_DAYS:
        return None
    return float(median((later - earlier).days for earlier, later in pairwise(distinct)))


def changed_nature(posts: Sequence[Traits]) -> str:
    """Return how the newest of the `posts` (oldest first) differ from the older ones, or ""."""
    before, recent = posts[:-RECENT_POSTS], posts[-RECENT_POSTS:]
    if len(before) < _LEAST_BEFORE:
        return ""
    return "; ".join(_changes(before, recent))


def _changes(before: Sequence[Traits], recent: Sequence[Traits]) -> Iterator[str]:
    for name, trait in (("language", _languages), ("host of the links", _hosts)):
        usual = _usual_value(before, trait)
        if usual and _share(recent, usual, trait) <= _RARE_SHARE:
            instead = _usual_value(recent, trait) or "others"
            yield f"the {name} changed from {usual} to {instead}"
    shares = [sum(bool(post.topics) for post in posts) / len(posts) for posts in (before, recent)]
    if shares[0] - shares[1] >= _LARGEST_DROP:
        yield f"the share of posts with a topic fell from {shares[0]:.0%} to {shares[1]:.0%}"


def _languages(post: Traits) -> frozenset[str]:
    return post.languages


def _hosts(post: Traits) -> frozenset[str]:
    return post.hosts


_Trait = Callable[[Traits], frozenset[str]]


def _usual_value(posts: Sequence[Traits], trait: _Trait) -> str:
    """Return the value that most posts have, or "" if no value is usual."""
    counts = Counter(value for post in posts for value in trait(post))
    value = max(counts, key=lambda value: (counts[value], value), default="")
    return value if value and _share(posts, value, trait) >= _STEADY_SHARE else ""


def _share(posts: Sequence[Traits], value: str, trait: _Trait) -> float:
    """Return the share of the posts with `value`; posts without any value do not count."""
    described = [trait(post) for post in posts if trait(post)]
    return sum(value in values for values in described) / len(described) if described else 1.0

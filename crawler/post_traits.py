"""What a post is like: the traits by which a source that changed hands is recognized."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PostTraits:
    """What a post is like, for telling whether its source is still itself: the hosts it links to,
    its language, its topics.
    """

    hosts: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()

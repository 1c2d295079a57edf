"""Whether a source became something else overnight: a steady source whose new posts have another
host, language or subject is held for review.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crawler.post_traits import PostTraits

LEAST_KNOWN = 20  # posts, before anything is said of a source
LEAST_NEW = 4
STRANGERS = 0.5  # more of the new posts than that, and it is another source
STEADY = 0.2  # more strangers than that among its older posts, and strangers say nothing

_TRAITS: tuple[tuple[str, Callable[[PostTraits], frozenset[str]]], ...] = (
    ("a host", lambda post: post.hosts),
    ("a language", lambda post: post.languages),
    ("a subject", lambda post: post.topics or frozenset({"none"})),
)


def takeover_reason(before: Sequence[PostTraits], new: Sequence[PostTraits]) -> str:
    """Why the new posts do not look like those before, oldest first; empty when they do, or when
    too little is known to say.
    """
    if len(before) < LEAST_KNOWN or len(new) < LEAST_NEW:
        return ""
    half = len(before) // 2
    for name, trait in _TRAITS:
        older, newer, last = (
            [trait(post) for post in posts] for posts in (before[:half], before[half:], new)
        )
        strange = _strangers(older + newer, last)
        if strange > STRANGERS * len(new) and _strangers(older, newer) <= STEADY * len(newer):
            return f"{strange} of {len(new)} new posts have {name} that this source never had"
    return ""


def _strangers(known: Sequence[frozenset[str]], posts: Sequence[frozenset[str]]) -> int:
    """How many posts have traits, and none that is known.

    Where nothing is known nobody is strange.
    """
    seen = frozenset[str]().union(*known)
    return sum(bool(seen and traits and not traits & seen) for traits in posts)

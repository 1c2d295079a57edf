"""Detecting the takeover of a source: a steady source whose new posts have other traits.

Traits are the hosts, the language and the topics of a post. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crawler.models.post_traits import Traits

LEAST_KNOWN = 20  # older posts, below which no takeover is reported
LEAST_NEW = 4  # new posts, below which no takeover is reported
LARGEST_UNFAMILIAR_SHARE = 0.5  # of the new posts; above it the source is suspicious
STEADY_SHARE = 0.2  # of the older posts; above it the source often has new traits
_TOGETHER = 60  # older posts, whose traits are compared before those of older ones

_Trait = Callable[[Traits], frozenset[str]]

_TRAITS: tuple[tuple[str, _Trait], ...] = (
    ("a host", lambda post: post.hosts),
    ("a language", lambda post: post.languages),
    ("a subject", lambda post: post.topics or frozenset({"none"})),
)


def takeover_reason(before: Sequence[Traits], new: Sequence[Traits]) -> str:
    """Return why the `new` posts do not resemble those `before`, both oldest first.

    Returns "" if they do, or if there are too few posts to decide. The traits of older posts are
    used no further back than the decision takes.
    """
    if len(before) < LEAST_KNOWN or len(new) < LEAST_NEW:
        return ""
    for name, trait in _TRAITS:
        unfamiliar = _count_unfamiliar(
            before, new, trait, least=LARGEST_UNFAMILIAR_SHARE * len(new)
        )
        if unfamiliar and _is_steady(before, trait):
            return f"{unfamiliar} of {len(new)} new posts have {name} that this source never had"
    return ""


def _is_steady(posts: Sequence[Traits], trait: _Trait) -> bool:
    """Whether the second half of the older posts resembles the first half."""
    half = len(posts) // 2
    later = posts[half:]
    return not _count_unfamiliar(posts[:half], later, trait, least=STEADY_SHARE * len(later))


def _count_unfamiliar(
    older: Sequence[Traits], posts: Sequence[Traits], trait: _Trait, least: float
) -> int:
    """Return how many `posts` have traits, but no one of the `older` posts; 0 if these have none.

    Returns 0 also if these posts are not more than `least`. The first ones of `older` are not used
    then.
    """
    unfamiliar = [traits for traits in map(trait, posts) if traits]
    has_older = False
    for end in range(len(older), 0, -_TOGETHER):
        if len(unfamiliar) <= least:
            return 0
        familiar = frozenset[str]().union(*map(trait, older[max(end - _TOGETHER, 0) : end]))
        has_older = has_older or bool(familiar)
        unfamiliar = [traits for traits in unfamiliar if not traits & familiar]
    return len(unfamiliar) if has_older and len(unfamiliar) > least else 0

"""Detecting the takeover of a source: a steady source whose new posts have other traits.

Traits are the hosts, the language and the topics of a post. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crawler.models.post_traits import PostTraits

LEAST_KNOWN = 20  # older posts, below which no takeover is reported
LEAST_NEW = 4  # new posts, below which no takeover is reported
LARGEST_UNFAMILIAR_SHARE = 0.5  # of the new posts; above it the source is suspicious
STEADY_SHARE = 0.2  # of the older posts; above it the source often has new traits

_Traits = Sequence[frozenset[str]]

_TRAITS: tuple[tuple[str, Callable[[PostTraits], frozenset[str]]], ...] = (
    ("a host", lambda post: post.hosts),
    ("a language", lambda post: post.languages),
    ("a subject", lambda post: post.topics or frozenset({"none"})),
)


def takeover_reason(before: Sequence[PostTraits], new: Sequence[PostTraits]) -> str:
    """Return why the `new` posts do not resemble those `before`, both oldest first.

    Returns "" if they do, or if there are too few posts to decide.
    """
    if len(before) < LEAST_KNOWN or len(new) < LEAST_NEW:
        return ""
    for name, trait in _TRAITS:
        older_traits = [trait(post) for post in before]
        new_traits = [trait(post) for post in new]
        unfamiliar = _count_unfamiliar(older_traits, new_traits)
        if unfamiliar > LARGEST_UNFAMILIAR_SHARE * len(new) and _is_steady(older_traits):
            return f"{unfamiliar} of {len(new)} new posts have {name} that this source never had"
    return ""


def _is_steady(traits: _Traits) -> bool:
    """Whether the second half of the older posts resembles the first half."""
    half = len(traits) // 2
    later = traits[half:]
    return _count_unfamiliar(traits[:half], later) <= STEADY_SHARE * len(later)


def _count_unfamiliar(known_traits: _Traits, traits: _Traits) -> int:
    """Return how many posts have traits, but no known one; 0 if no trait is known."""
    familiar = frozenset[str]().union(*known_traits)
    if not familiar:
        return 0
    return sum(bool(post) and not post & familiar for post in traits)

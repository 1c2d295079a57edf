"""The threads in an archive of one person: chains of posts that answer own posts."""

from __future__ import annotations

from collections.abc import Mapping


def thread_places(parents: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """Return for each post in a thread the first post of the thread and its position, from 1.

    `parents` has the post that each post answers, by URI; empty or another person's for none.
    """
    places: dict[str, tuple[str, int]] = {}
    for uri in parents:
        _add_chain(uri, parents, places)
    answered = {parent for parent in parents.values() if parent in parents}
    return {
        uri: (first, position)
        for uri, (first, position) in places.items()
        if position > 1 or uri in answered
    }


def _add_chain(uri: str, parents: Mapping[str, str], places: dict[str, tuple[str, int]]) -> None:
    """Place a post and all posts that it follows. Each post is visited once."""
    chain: dict[str, None] = {}
    while uri in parents and uri not in places and uri not in chain:
        chain[uri] = None
        uri = parents[uri]
    first, position = places.get(uri, (next(reversed(chain), ""), 0))
    for member in reversed(chain):
        position += 1
        places[member] = first, position

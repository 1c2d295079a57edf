"""Near-duplicates among all posts, by an index in memory: the expected result of stored groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.links.near_duplicate_posts import (
    ComparedPost,
    are_near_duplicates,
    candidates,
    group_leads,
    keys_of,
)
from crawler.links.text_fingerprint import KeyIndex


def group_near_duplicates(posts: Sequence[ComparedPost]) -> dict[int, int]:
    """Return for each near-duplicate the id of the first post of its group.

    `posts` are sorted from old to new. Posts that are first in their group are left out.
    """
    order = {post.post_id: position for position, post in enumerate(posts)}
    leads = group_leads(_pairs(sorted(posts, key=lambda post: post.post_id)), order)
    return {post: lead for post, lead in leads.items() if post != lead}


def _pairs(posts: Sequence[ComparedPost]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of near-duplicates among `posts`, which are sorted by id."""
    by_id = {post.post_id: post for post in posts}
    index = KeyIndex()
    for post, keys in zip(posts, keys_of(posts), strict=True):
        for other_id in candidates(keys, index):
            if are_near_duplicates(post, by_id[other_id]):
                yield other_id, post.post_id
        index.add(post.post_id, (*keys.text, *keys.subject))

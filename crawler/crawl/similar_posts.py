"""Store which posts repeat an earlier one: changed posts are compared by stored keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlite_utils import Database

from crawler.links.near_duplicate_posts import (
    ComparedPost,
    are_near_duplicates,
    candidates,
    group_leads,
    keys_of,
)
from crawler.links.text_fingerprint import MOST_TEXTS_OF_KEY
from crawler.store.changed_items import change_batches, forget_changes, list_everything_changed
from crawler.store.database import transaction
from crawler.store.similar_posts import (
    load_compared,
    load_groups,
    load_order,
    move_group,
    save_lead,
)
from crawler.store.similarity_keys import StoredKeys

_Pair = tuple[int, int]


def update_similar_posts(db: Database) -> None:
    """Compare the posts that changed since the last call, and store the groups of near-duplicates.

    A batch is one transaction, so that a killed run continues with the next batch.
    """
    stored = StoredKeys(db, "post_keys", MOST_TEXTS_OF_KEY)
    with transaction(db):
        if list_everything_changed(db, "post"):
            stored.clear()
    for post_ids in change_batches(db, "post"):
        with transaction(db):
            affected = load_groups(db, post_ids)
            _regroup(db, stored, affected)
            forget_changes(db, "post", {*post_ids, *affected})


def _regroup(db: Database, stored: StoredKeys, affected: Mapping[int, int]) -> None:
    """Derive the groups of the `affected` posts; `affected` has whole groups, each with its lead.

    A group of other posts that one of them belongs to is moved as a whole.
    """
    posts = {post.post_id: post for post in _compared(db, affected)}
    pairs = set(_pairs(db, stored, posts))
    others = load_groups(db, {post for pair in pairs for post in pair} - affected.keys())
    node = {**others, **dict.fromkeys(affected)}
    linked = [(node[first] or first, node[second] or second) for first, second in pairs]

    order = load_order(db, {post for pair in linked for post in pair})
    leads = group_leads(linked, order)
    for post, stored_lead in affected.items():
        lead = leads.get(post, post)
        if lead != stored_lead:
            save_lead(db, post, lead)
    for post, lead in leads.items():
        if post not in affected and lead != post:
            move_group(db, post, lead)


def _compared(db: Database, post_ids: Iterable[int]) -> Iterator[ComparedPost]:
    return (ComparedPost(*row) for row in load_compared(db, post_ids))


def _pairs(db: Database, stored: StoredKeys, posts: Mapping[int, ComparedPost]) -> Iterator[_Pair]:
    """Yield the pairs of near-duplicates of `posts`, and store the keys of these posts."""
    similar: dict[int, Collection[int]] = {}
    ordered = [posts[post_id] for post_id in sorted(posts)]
    for post, keys in zip(ordered, keys_of(ordered), strict=True):
        similar[post.post_id] = candidates(keys, stored) - {post.post_id}
        stored.add(post.post_id, (*keys.text, *keys.subject))

    outside = {candidate for ids in similar.values() for candidate in ids} - posts.keys()
    compared = {**posts, **{post.post_id: post for post in _compared(db, outside)}}
    for post_id, ids in similar.items():
        for candidate in compared.keys() & ids:
            if are_near_duplicates(posts[post_id], compared[candidate]):
                yield min(post_id, candidate), max(post_id, candidate)

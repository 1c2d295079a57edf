"""Deletion policy: when a post that its network no longer returns counts as deleted. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crawler.models.posts import Consent, Post
from crawler.store.post_rechecks import DuePost

MIN_SAMPLE = 3


@dataclass(frozen=True, slots=True)
class RecheckResult:
    """The combined answers to one recheck request and its follow-ups.

    `answered` posts exist or are among `gone` (URIs). The server refuses to show `refused` posts
    but answers otherwise. `failed` posts are undecided. `posts` are current versions of some.
    """

    answered: tuple[DuePost, ...] = ()
    gone: frozenset[str] = frozenset()
    refused: tuple[DuePost, ...] = ()
    failed: tuple[DuePost, ...] = ()
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, slots=True)
class DeletionDecision:
    """URIs of posts that count as deleted, and of posts that a later check must confirm."""

    deleted: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()


def decide_deletions(results: Sequence[RecheckResult]) -> DeletionDecision:
    """Return which posts of one source were deleted and which are only missing.

    `results` are all rechecks of one source in one run. A person deletes a post or two. A server
    that returns none of the posts we request has more likely lost its data. So if more than
    `MIN_SAMPLE` posts were requested, in one request or of one source, and all are missing, they
    are marked missing and rechecked in the next run. Posts missing twice are deleted.
    """
    gone = {uri for result in results for uri in result.gone}
    all_missing = [result for result in (*results, _total(results)) if _is_all_missing(result)]
    doubted = {
        post.post.uri
        for result in all_missing
        for post in result.answered
        if not post.missing_since
    }
    return DeletionDecision(frozenset(gone - doubted), frozenset(doubted))


def edited_posts(requested: Iterable[DuePost], shown: Iterable[Post]) -> tuple[Post, ...]:
    """Return the `shown` versions of the `requested` posts, for the store to compare.

    Networks report some changes without an edit date: a renamed account, a content warning set by
    a moderator, a visibility. Counts and the place in a thread come from the stored post: a new
    like is not an edit, and the posts around it determine the place.
    """
    stored = {due.post.uri: due.post for due in requested}
    return tuple(_aligned(post, stored[post.uri]) for post in shown if post.uri in stored)


def _total(results: Sequence[RecheckResult]) -> RecheckResult:
    return RecheckResult(
        tuple(post for result in results for post in result.answered),
        frozenset(uri for result in results for uri in result.gone),
    )


def _is_all_missing(result: RecheckResult) -> bool:
    missing = all(due.post.uri in result.gone for due in result.answered)
    return missing and len(result.answered) > MIN_SAMPLE


def _aligned(shown: Post, stored: Post) -> Post:
    if shown.consent is not Consent.FULL:
        return shown
    return replace(
        shown,
        thread_key=stored.thread_key,
        thread_position=stored.thread_position,
        counts=stored.counts,
    )
